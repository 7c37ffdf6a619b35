"""The fees of the platform and the cap on what may be split off, version by version."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.money import BPS
from laotie.kernel.use_case import use_case
from laotie.ledger import models, rules
from laotie.ledger.rules import SplitCapExceeded, check_split
from laotie.oversight import proposals
from laotie.oversight.proposals import ProposalKind

__all__ = [
    "FeePolicy",
    "SplitCapExceeded",
    "check_rates",
    "check_split",
    "confirm",
    "fee_policy",
    "propose",
    "rehearse",
    "versions",
]


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """tech_bps on each line's base, channel_bps on the payment, split_cap_bps of the payment."""

    version: int
    tech_bps: int
    channel_bps: int
    split_cap_bps: int


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version, from when it counts, and when it was set."""

    policy: FeePolicy
    effective_at: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Fees of the orders paid in some days, as they were frozen and as other rates would make them.

    Rounded per line and per order as the real ones are.
    """

    days: int
    orders: int
    paid_fen: int
    tech_fen: int
    new_tech_fen: int
    channel_fen: int
    new_channel_fen: int


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
def propose(
    *,
    actor: Actor,
    tech_bps: int,
    channel_bps: int,
    split_cap_bps: int,
    effective_at: datetime,
    reason: str,
    now: datetime,
) -> UUID:
    """Another person may confirm these fees for orders placed from `effective_at` on.

    raises: NotAllowed, Invalid (a rate out of 0 to 10,000, a start in the past, no reason).
    """
    wanted = _Wanted(tech_bps, channel_bps, split_cap_bps, effective_at)
    _check(wanted, now=now)
    facts = {**asdict(wanted), "effective_at": effective_at.isoformat()}
    return proposals.make(ProposalKind.FEES, facts, actor=actor, reason=reason, now=now)


@use_case
def confirm(*, actor: Actor, proposal_id: UUID, now: datetime) -> FeePolicy:
    """The proposed fees count from their moment on; what was frozen before stays.

    raises: as `proposals.take`; Invalid when their moment has passed meanwhile.
    """
    facts = proposals.take(proposal_id, ProposalKind.FEES, actor=actor, now=now)
    moment = datetime.fromisoformat(facts["effective_at"])
    wanted = _Wanted(**{**facts, "effective_at": moment})
    _check(wanted, now=now)
    row = models.LedPolicy.objects.create(
        **asdict(wanted), made_at=now, made_by=str(actor.person_id)
    )
    return _card(row)


def rehearse(
    *, actor: Actor, tech_bps: int, channel_bps: int, now: datetime, days: int = 30
) -> Rehearsal:
    """What these fees would have made of the orders paid in the last days. One query.

    Refunds are left out on both sides, so that only the rates differ. raises: NotAllowed.
    """
    if not actor.roles & {"operator", "finance"}:
        actor.require_role("operator")
    ((orders, paid_fen, tech_fen, new_tech_fen, channel_fen, new_channel_fen),) = sql.rows(
        sql.text("ledger", "rehearse_fees"),
        {"tech": tech_bps, "channel": channel_bps, "since": now - timedelta(days=days)},
    )
    return Rehearsal(
        days=days,
        orders=orders,
        paid_fen=int(paid_fen),
        tech_fen=int(tech_fen),
        new_tech_fen=int(new_tech_fen),
        channel_fen=int(channel_fen),
        new_channel_fen=int(new_channel_fen),
    )


def versions(*, actor: Actor, most: int = 50) -> tuple[PolicyVersion, ...]:
    """Every version of the fees, the newest first; for operators and finance. One query."""
    if not actor.roles & {"operator", "finance"}:
        actor.require_role("operator")
    rows = models.LedPolicy.objects.order_by("-effective_at", "-version")[:most]
    return tuple(PolicyVersion(_card(row), row.effective_at, row.made_at) for row in rows)


@dataclass(frozen=True, slots=True)
class _Wanted:
    tech_bps: int
    channel_bps: int
    split_cap_bps: int
    effective_at: datetime


def _check(wanted: _Wanted, *, now: datetime) -> None:
    for name in ("tech_bps", "channel_bps", "split_cap_bps"):
        if not 0 <= getattr(wanted, name) <= BPS:
            raise Invalid(field=name, reason="range")
    if wanted.effective_at < now:
        raise Invalid(field="effective_at", reason="time")


def _card(row: models.LedPolicy) -> FeePolicy:
    return FeePolicy(row.version, row.tech_bps, row.channel_bps, row.split_cap_bps)
