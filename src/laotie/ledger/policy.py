"""The fees of the platform and the cap on what may be split off, version by version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.money import BPS
from laotie.kernel.use_case import use_case
from laotie.ledger import models, rules
from laotie.ledger.rules import SplitCapExceeded, check_split

__all__ = ["FeePolicy", "SplitCapExceeded", "change", "check_rates", "check_split", "fee_policy"]


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """tech_bps on each line's base, channel_bps on the payment, split_cap_bps of the payment."""

    version: int
    tech_bps: int
    channel_bps: int
    split_cap_bps: int


def fee_policy(at: datetime) -> FeePolicy:
    """The version in force at a moment. One query."""
    row = (
        models.LedPolicy.objects.filter(effective_at__lte=at)
        .order_by("-effective_at", "-version")
        .first()
    )
    assert row is not None, "an installation has a first fee policy"
    return _card(row)


def check_rates(rates_bps: Iterable[int], *, at: datetime) -> int:
    """The sum of a plan's rates with the platform's own, in basis points.

    raises: SplitCapExceeded.
    """
    policy = fee_policy(at)
    return rules.check_rates([policy.tech_bps, *rates_bps], split_cap_bps=policy.split_cap_bps)


@use_case
def change(
    *,
    actor: Actor,
    tech_bps: int,
    channel_bps: int,
    split_cap_bps: int,
    effective_at: datetime,
    now: datetime,
) -> FeePolicy:
    """Set the fees of orders placed from `effective_at` on; what was frozen before stays.

    raises: NotAllowed, Invalid (a rate out of 0 to 10,000, or a start in the past).
    """
    actor.require_role("operator")
    rates = {"tech_bps": tech_bps, "channel_bps": channel_bps, "split_cap_bps": split_cap_bps}
    for name, rate_bps in rates.items():
        if not 0 <= rate_bps <= BPS:
            raise Invalid(field=name, reason="range")
    if effective_at < now:
        raise Invalid(field="effective_at", reason="time")
    row = models.LedPolicy.objects.create(
        **rates,
        effective_at=effective_at,
        made_at=now,
        made_by=str(actor.person_id or actor.via),
    )
    return _card(row)


def _card(row: models.LedPolicy) -> FeePolicy:
    return FeePolicy(row.version, row.tech_bps, row.channel_bps, row.split_cap_bps)
