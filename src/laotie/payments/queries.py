"""Reads: a checkout's payment, and money that is stuck and needs a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.payments import intents
from laotie.payments.intents import PaymentCard
from laotie.payments.models import Payment

_NEXT_ACTIONS = {
    "ask": _(
        "Nothing to do yet: the provider is asked again by itself. Check that it is reachable."
    ),
    "retry_refund": _("Retry the refund; if it fails again, pay the buyer another way."),
    "reopen_notice": _("Check that the provider answers, then let the notice be handled again."),
    "missing_here": _("Ask the provider what this money is; nothing was posted for it."),
    "missing_there": _("Ask the provider why its bill does not show this movement."),
    "amount_diff": _("Compare both amounts with the provider; nothing was posted."),
    "duplicate": _("Ask the provider why this was billed twice; only the first was posted."),
}


@dataclass(frozen=True, slots=True)
class StuckMoney:
    """Something about money that does not move by itself.

    kind:   payment, refund, payout, notice or line (of a bill).
    action: what to do, as a code; `advice` is its sentence.
    """

    kind: str
    ref: str
    amount_fen: int | None
    state: str
    since: datetime
    cause: str
    action: str
    id: UUID

    @property
    def advice(self) -> str:
        return gettext(_NEXT_ACTIONS[self.action])


def payment_of_group(group_id: UUID, *, actor: Actor) -> PaymentCard:
    """The latest payment of a checkout, to its payer and to operators. raises: NotFound."""
    payment = Payment.objects.filter(group_id=group_id).order_by("-attempt").first()
    if payment is None or not (actor.is_operator or actor.person_id == payment.payer_id):
        raise NotFound
    return intents.card(payment)


def stuck_money(
    *, actor: Actor, now: datetime, longer_than: timedelta = timedelta(minutes=10)
) -> tuple[StuckMoney, ...]:
    """What has been unknown or under way for too long, failed, or was parked; oldest first.

    One query, at most 200 rows. raises: SignInFirst, NotAllowed.
    """
    actor.require_role("operator")
    rows = sql.rows(
        sql.text("payments", "stuck_money"),
        {"before": now - longer_than, "day_before": now - timedelta(days=1)},
    )
    return tuple(StuckMoney(*row) for row in rows)
