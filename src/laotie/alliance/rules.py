"""Pure decisions about commission plans."""

from enum import StrEnum

from laotie.kernel.errors import Invalid
from laotie.kernel.states import step

MAX_RATE_BPS = 9_000  # Nine tenths, as the market has it; the cap on splits usually binds first.


class PlanState(StrEnum):
    """Whether creators earn by it."""

    ACTIVE = "ACTIVE"  # They do.
    PAUSED = "PAUSED"  # Not on orders placed meanwhile.
    CLOSED = "CLOSED"  # Never again.


PAUSE = step("plan.pause", [PlanState.ACTIVE], PlanState.PAUSED)
RESUME = step("plan.resume", [PlanState.PAUSED], PlanState.ACTIVE)
CLOSE = step("plan.close", [PlanState.ACTIVE, PlanState.PAUSED], PlanState.CLOSED)


def clean_rate(rate_bps: object, *, field: str = "creator_bps") -> int:
    """A commission in basis points: 1 to 9,000."""
    if type(rate_bps) is not int or not 1 <= rate_bps <= MAX_RATE_BPS:
        raise Invalid(field=field, reason="range")
    return rate_bps


def rule_text(plan: str, version: int, rate_bps: int) -> str:
    """How a posting names the rule it came from: `plan pln_… v2, creator 15.00%`."""
    return f"plan {plan} v{version}, creator {rate_bps // 100}.{rate_bps % 100:02d}%"
