"""Why is this 12.75? Every posting of an order with rule, rate, base and arithmetic.

Each asker sees its own level: a buyer what was paid, held and went back; a merchant what came in
and what each role took of it, not how a role shares its earning further; a creator its own
account; an operator all of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound
from laotie.ledger import arithmetic, chart, models, rules
from laotie.ledger.settlement import BUYER, SUBSIDY
from laotie.ledger.terms import MERCHANT, Party

_COMES_IN = {("capture", chart.ESCROW)}
# Money that leaves escrow for the shop is a plus to it; what goes back to a buyer is a minus.
_GOES_OUT = {
    ("split", chart.ESCROW),
    ("refund", chart.REFUND_PAYABLE),
    ("refund", chart.SUBSIDY),
}
_NO_ROLE = frozenset({"", BUYER, SUBSIDY, MERCHANT})  # Of legs that are no deduction.


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One change, as the asker sees it: plus is to the asker's good (or the account's).

    level: `buyer`, `merchant`, `creator` or `operator`.
    kind:  `capture`, `split`, `release`, `refund`, `refund_settled`, `channel_fee`.
    """

    level: str
    at: datetime
    kind: str
    account: str
    party: str
    role: str
    line_no: int | None
    amount_fen: int
    rule: str
    rate_bps: int | None
    base_fen: int | None
    arithmetic: str


@dataclass(frozen=True, slots=True)
class _Posting:
    """A leg with its transaction and account."""

    txn_id: UUID
    at: datetime
    kind: str
    account: str
    party: Party
    role: str
    line_no: int | None
    amount_fen: int
    rule: str
    trace: dict[str, Any] | None

    def line(self, level: str, amount_fen: int, trace: dict[str, Any] | None) -> PostingLine:
        return PostingLine(
            level=level,
            at=self.at,
            kind=self.kind,
            account=self.account,
            party=self.party.kind,
            role=self.role,
            line_no=self.line_no,
            amount_fen=amount_fen,
            rule=self.rule,
            rate_bps=(trace or {}).get("rate"),
            base_fen=(trace or {}).get("base"),
            arithmetic=arithmetic.text(trace),
        )


def order(order_id: UUID, *, actor: Actor) -> tuple[PostingLine, ...]:
    """The order's postings for everything the asker is in it, in order of time. Two queries.

    raises: SignInFirst, NotFound (no part in the order), NotAllowed (staff without `money`).
    """
    row = models.LedOrder.objects.filter(pk=order_id).first()
    if actor.is_operator:
        if row is None:
            raise NotFound
        return tuple(_operator(_postings(order_id)))
    person_id = actor.require_person()
    if row is None:
        raise NotFound
    views: list[Callable[[Iterable[_Posting]], Iterable[PostingLine]]] = []
    if row.buyer_id == person_id:
        views.append(_buyer)
    if "money" in actor.shop_rights.get(row.shop_id, ()):
        views.append(_merchant)
    postings = _postings(order_id)
    own = Party("creator", actor.creator_id)
    if actor.creator_id is not None and any(posting.party == own for posting in postings):
        views.append(lambda all_of_them: _own(all_of_them, own, "creator"))
    if not views:
        raise NotAllowed(right="money") if row.shop_id in actor.shop_rights else NotFound
    return tuple(line for view in views for line in view(postings))


def _postings(order_id: UUID) -> list[_Posting]:
    rows = sql.rows(
        "SELECT txn_id, effective_at, kind, account, party_kind, party_id, role, line_no,"
        " amount_fen, rule, trace::text FROM led_posting WHERE order_id = %s"
        " ORDER BY effective_at, txn_id, n",
        [order_id],
    )
    return [
        _Posting(
            txn_id, at, kind, account, Party(party_kind, party_id), role, line_no, amount_fen, rule,
            arithmetic.read(trace),
        )
        for txn_id, at, kind, account, party_kind, party_id, role, line_no, amount_fen, rule, trace
        in rows
    ]  # fmt: skip


def _operator(postings: Iterable[_Posting]) -> Iterable[PostingLine]:
    for posting in postings:
        yield posting.line("operator", posting.amount_fen, posting.trace)


def _own(postings: Iterable[_Posting], party: Party, level: str) -> Iterable[PostingLine]:
    for posting in postings:
        if posting.party == party:
            yield posting.line(level, posting.amount_fen, posting.trace)


def _buyer(postings: Iterable[_Posting]) -> Iterable[PostingLine]:
    shown = {
        ("capture", chart.ESCROW),
        ("refund", chart.REFUND_PAYABLE),
        ("refund_settled", chart.PSP_CLEARING),
    }
    for posting in postings:
        if posting.role == BUYER and (posting.kind, posting.account) in shown:
            yield posting.line("buyer", posting.amount_fen, posting.trace)


def _merchant(postings: Iterable[_Posting]) -> Iterable[PostingLine]:
    """What came in or went back, what each role took or gives back, what is left; in turn."""
    for _txn_id, of_one in groupby(postings, key=lambda posting: posting.txn_id):
        legs = list(of_one)
        yield from _money_of_the_order(legs)
        yield from _roles(legs)
        own = [leg for leg in legs if leg.party.kind == "shop"]
        for leg in own:
            yield leg.line("merchant", leg.amount_fen, leg.trace)


def _money_of_the_order(legs: list[_Posting]) -> Iterable[PostingLine]:
    for leg in legs:
        if (leg.kind, leg.account) in _COMES_IN:
            yield leg.line("merchant", leg.amount_fen, leg.trace)
        elif (leg.kind, leg.account) in _GOES_OUT:
            yield leg.line("merchant", -leg.amount_fen, leg.trace)


def _roles(legs: list[_Posting]) -> Iterable[PostingLine]:
    """One line per role and order line: a role's children are its own affair."""
    taken: dict[tuple[int | None, str], list[_Posting]] = {}
    for leg in legs:
        top = leg.role.partition("/")[0]
        if leg.kind in {"split", "refund"} and top not in _NO_ROLE:
            taken.setdefault((leg.line_no, top), []).append(leg)
    for (_line_no, top), parts in taken.items():
        amount_fen = -sum(leg.amount_fen for leg in parts)
        if not amount_fen:
            continue
        first = min(parts, key=lambda leg: leg.role)
        trace = dict(first.trace or {})
        trace = trace.get("of", trace)
        text = arithmetic.text(trace) if top == rules.CHANNEL else arithmetic.gross_text(trace)
        line = first.line("merchant", amount_fen, trace)
        own_rule = next((leg.rule for leg in parts if leg.role == top), top)
        yield replace(line, account=top, party="", role=top, rule=own_rule, arithmetic=text)
