"""Orders on other networks, as those tell of them: taken in as often as told, to their end.

A rule that bars a network keeps out new links and new visits. What was ordered before is followed
all the same, because the commission on it is still owed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.accounts.roles import Role
from laotie.events.links import ExternalOrderMoved
from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import models, rules
from laotie.links.rules import OrderState

__all__ = ["MOST_LINES", "Line", "OrderState", "Outcome", "check", "note", "take_in"]

MOST_LINES = 1000
_LARGEST_FEN = 10_000_000_00
_NUMBER_LETTERS = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order as the network tells it now.

    order_no, line_no: the network's own; 1 to 64 and 0 to 64 printable ASCII letters.
    click:             our click id (`clk_…`) if the network hands it back; else empty.
    actual_fen:        the commission in fact; needed once SETTLED.
    told_at:           when the network last changed it; of two tellings the later one counts.
    position:          which place of the account the network says that it came by; up to 64
        printable ASCII letters, empty where it does not say.
    """

    order_no: str
    line_no: str
    click: str
    state: OrderState
    amount_fen: int
    estimated_fen: int
    actual_fen: int | None
    paid_at: datetime
    told_at: datetime
    position: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the lines. Each line is counted once.

    new, moved: written. same: known already. stale: we know a later telling.
    contradictions: places of lines that go back from where the order has been; nothing of these
        was written, and a person should look.
    """

    new: int
    moved: int
    same: int
    stale: int
    contradictions: tuple[int, ...]


@use_case
def take_in(*, actor: Actor, network: str, lines: Sequence[Line], now: datetime) -> Outcome:
    """The lines are known as told. Operators and the system may; no rule is asked.

    lines:  up to 1,000; one order's line may be among them more than once.
    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound (the network), Invalid (a line).
    """
    actor.require_role(Role.OPERATOR)
    row = models.Network.objects.filter(code=network).first()
    if row is None:
        raise NotFound
    if len(lines) > MOST_LINES:
        raise Invalid(field="lines", reason="too_many")
    for line in lines:
        check(line)
    return note(row, lines, now=now)


@needs_transaction
def note(network: models.Network, lines: Sequence[Line], *, now: datetime) -> Outcome:
    """The lines, each of which `check` has passed, are known as told."""
    # One import of a network at a time: two that overlap would meet on the same lines.
    sql.rows(
        "SELECT pg_advisory_xact_lock(hashtextextended('external orders ' || %s, 0))",
        [network.code],
    )
    known = {
        (each.order_no, each.line_no): each
        for each in models.ExternalOrder.objects.filter(
            network=network, order_no__in={line.order_no for line in lines}
        ).select_related("click")
    }
    clicks = _clicks(lines)
    counts = {"new": 0, "moved": 0, "same": 0, "stale": 0}
    contradictions = []
    for place, line in enumerate(lines):
        key = line.order_no, line.line_no
        became = _judge(known.get(key), line)
        if became == "against":
            contradictions.append(place)
            continue
        counts[became] += 1
        if became in {"new", "moved"}:
            written = known[key] = _write(
                known.get(key), line, network=network, clicks=clicks, now=now
            )
            event_log.publish(_moved(written, network.code))
    return Outcome(**counts, contradictions=tuple(contradictions))


def _judge(known: models.ExternalOrder | None, line: Line) -> str:
    if known is None:
        return "new"
    if line.told_at < known.told_at:
        return "stale"
    if not rules.may_move(OrderState(known.state), line.state):
        return "against"
    told = (line.state.value, line.amount_fen, line.estimated_fen, line.actual_fen)
    if told == (known.state, known.amount_fen, known.estimated_fen, known.actual_fen):
        return "same"
    # Where it ended its figures are final.
    is_over = known.state in {OrderState.SETTLED, OrderState.INVALID}
    return "against" if is_over else "moved"


def _write(
    known: models.ExternalOrder | None,
    line: Line,
    *,
    network: models.Network,
    clicks: dict[UUID, models.Click],
    now: datetime,
) -> models.ExternalOrder:
    row = known or models.ExternalOrder(
        network=network, order_no=line.order_no, line_no=line.line_no, paid_at=line.paid_at
    )
    row.state = line.state.value
    row.amount_fen, row.estimated_fen = line.amount_fen, line.estimated_fen
    row.actual_fen, row.told_at, row.taken_in_at = line.actual_fen, line.told_at, now
    row.position = line.position or row.position
    if row.click_id is None:
        click = clicks.get(_click_id(line)) if line.click else None
        # A click of another network's link, or one that came after paying, led to no such order.
        is_its = click is not None and click.listing.network_id == network.id
        row.click = click if click and is_its and click.asked_at <= line.paid_at else None
    row.save(force_insert=known is None)
    return row


def _clicks(lines: Sequence[Line]) -> dict[UUID, models.Click]:
    wanted = {_click_id(line) for line in lines if line.click}
    found = models.Click.objects.filter(pk__in=wanted, went_at__isnull=False)
    return {click.id: click for click in found.select_related("listing")}


def _click_id(line: Line) -> UUID:
    """A click id that was tampered with on its way names no click, and no order fails by it."""
    try:
        return ids.parse("clk", line.click)
    except NotFound:
        return UUID(int=0)


def _moved(row: models.ExternalOrder, network: str) -> ExternalOrderMoved:
    return ExternalOrderMoved(
        external_order_id=row.id,
        network=network,
        listing_id=row.click.listing_id if row.click else None,
        state=row.state,
        amount_fen=row.amount_fen,
        estimated_fen=row.estimated_fen,
        actual_fen=row.actual_fen,
    )


def check(line: Line) -> None:
    """raises: Invalid for a line that cannot be taken in."""
    for text, least in ((line.order_no, 1), (line.line_no, 0), (line.position, 0)):
        is_plain = text.isascii() and (not text or text.isprintable())
        if not is_plain or not least <= len(text) <= _NUMBER_LETTERS:
            raise Invalid(field="number", reason="form")
    amounts = [line.amount_fen, line.estimated_fen, line.actual_fen or 0]
    if not all(0 <= amount <= _LARGEST_FEN for amount in amounts):
        raise Invalid(field="amount_fen", reason="range")
    if line.state is OrderState.SETTLED and line.actual_fen is None:
        raise Invalid(field="amount_fen", reason="required")
    if line.told_at < line.paid_at:
        raise Invalid(field="until", reason="time")
