"""Money of a shop or a creator: balances, every change of them, payouts."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from laotie.kernel import clock
from laotie.ledger import payout_accounts, payouts, queries, statements
from laotie.ledger.terms import Party
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import In, OrderId, Out, PayoutId, ShopId

router = Router(tags=["money"])


class BalancesOut(Out):
    """`withdrawable_fen` can be paid out now; `receivable_fen` is owed to the platform."""

    pending_fen: int
    available_fen: int
    held_fen: int
    receivable_fen: int
    withdrawable_fen: int


class StatementRowOut(Out):
    at: datetime
    kind: str
    account: str
    amount_fen: int
    role: str
    order_id: OrderId | None
    payout_id: PayoutId | None


class StatementOut(Out):
    """`next_after` goes into `after` for the next page."""

    rows: list[StatementRowOut]
    next_after: str | None


class MoveOut(Out):
    kind: str
    account: str
    entries: int
    amount_fen: int


class PeriodOut(Out):
    """By account; opening and all moves add up to the closing."""

    opening_fen: dict[str, int]
    moves: list[MoveOut]
    closing_fen: dict[str, int]


class PayoutAccountIn(In):
    """`kind`: bank (with the bank's name, 8 to 30 digits) or provider (its name there)."""

    kind: str
    holder: str
    number: str
    bank: str = ""


class PayoutAccountOut(Out):
    """No payout goes there before `usable_from`."""

    kind: str
    bank: str
    holder_masked: str
    number_masked: str
    set_at: datetime
    usable_from: datetime


class PayoutIn(In):
    amount_fen: int


class PayoutOut(Out):
    payout_id: PayoutId
    amount_fen: int
    state: str


class PayoutInList(PayoutOut):
    requested_at: datetime
    ended_at: datetime | None
    reason: str
    account_masked: str


@router.get("/shops/{shop_id}/money", response=BalancesOut, summary="A shop's balances")
def shop_balances(request: HttpRequest, shop_id: ShopId) -> object:
    return queries.balances(Party("shop", shop_id), actor=door.actor(request))


@router.get("/shops/{shop_id}/money/statement", response=StatementOut, summary="Every change")
def shop_statement(request: HttpRequest, shop_id: ShopId, after: str | None = None) -> object:
    return _statement(request, Party("shop", shop_id), after)


@router.get(
    "/shops/{shop_id}/money/statements/{period}",
    response=PeriodOut,
    summary="A month (2026-11) or a day (2026-11-22): opening, each kind of entry, closing",
)
def shop_period(request: HttpRequest, shop_id: ShopId, period: str) -> object:
    return statements.statement(
        Party("shop", shop_id), statements.period(period), actor=door.actor(request)
    )


@router.get(
    "/shops/{shop_id}/payout-account",
    response=PayoutAccountOut | None,
    summary="Where payouts go; null if nobody has said",
)
def shop_payout_account(request: HttpRequest, shop_id: ShopId) -> object:
    return payout_accounts.account_of(Party("shop", shop_id), actor=door.actor(request))


@router.put(
    "/shops/{shop_id}/payout-account", response=PayoutAccountOut, summary="Say where payouts go"
)
def set_shop_payout_account(
    request: HttpRequest, shop_id: ShopId, payload: PayoutAccountIn
) -> object:
    """Needs a second step of the last minutes. Another account than before rests for 24 hours."""
    return _set_account(request, Party("shop", shop_id), payload)


@router.get("/shops/{shop_id}/payouts", response=list[PayoutInList], summary="A shop's payouts")
def shop_payouts(request: HttpRequest, shop_id: ShopId) -> object:
    return queries.payouts_page(
        Party("shop", shop_id), actor=door.actor(request), **paging.asked(request)
    )


@router.post("/shops/{shop_id}/payouts", response={201: PayoutOut}, summary="Pay out")
def shop_pay_out(request: HttpRequest, shop_id: ShopId, payload: PayoutIn) -> object:
    """Needs an `Idempotency-Key`."""
    return Status(201, _pay_out(request, Party("shop", shop_id), payload))


@router.get("/creator/money", response=BalancesOut, summary="My balances as a creator")
def creator_balances(request: HttpRequest) -> object:
    return queries.balances(_me(request), actor=door.actor(request))


@router.get("/creator/money/statement", response=StatementOut, summary="Every change")
def creator_statement(request: HttpRequest, after: str | None = None) -> object:
    return _statement(request, _me(request), after)


@router.get(
    "/creator/money/statements/{period}",
    response=PeriodOut,
    summary="A month (2026-11) or a day (2026-11-22): opening, each kind of entry, closing",
)
def creator_period(request: HttpRequest, period: str) -> object:
    return statements.statement(_me(request), statements.period(period), actor=door.actor(request))


@router.get(
    "/creator/payout-account",
    response=PayoutAccountOut | None,
    summary="Where payouts go; null if nobody has said",
)
def creator_payout_account(request: HttpRequest) -> object:
    return payout_accounts.account_of(_me(request), actor=door.actor(request))


@router.put("/creator/payout-account", response=PayoutAccountOut, summary="Say where payouts go")
def set_creator_payout_account(request: HttpRequest, payload: PayoutAccountIn) -> object:
    """Needs a second step of the last minutes. Another account than before rests for 24 hours."""
    return _set_account(request, _me(request), payload)


@router.get("/creator/payouts", response=list[PayoutInList], summary="My payouts as a creator")
def creator_payouts(request: HttpRequest) -> object:
    return queries.payouts_page(_me(request), actor=door.actor(request), **paging.asked(request))


@router.post("/creator/payouts", response={201: PayoutOut}, summary="Pay out")
def creator_pay_out(request: HttpRequest, payload: PayoutIn) -> object:
    """Needs an `Idempotency-Key`."""
    return Status(201, _pay_out(request, _me(request), payload))


def _me(request: HttpRequest) -> Party:
    creator_id: UUID = door.actor(request).require_creator()
    return Party("creator", creator_id)


def _pay_out(request: HttpRequest, party: Party, payload: PayoutIn) -> payouts.Payout:
    who = door.actor(request)
    who.require_person()
    return payouts.request(
        actor=who,
        party=party,
        amount_fen=payload.amount_fen,
        key=door.key(request),
        now=clock.now(),
    )


def _set_account(
    request: HttpRequest, party: Party, payload: PayoutAccountIn
) -> payout_accounts.PayoutAccount:
    door.never_keep(request)
    return payout_accounts.set_account(
        actor=door.actor(request),
        party=party,
        kind=payload.kind,
        holder=payload.holder,
        number=payload.number,
        bank=payload.bank,
        now=clock.now(),
    )


def _statement(request: HttpRequest, party: Party, after: str | None) -> object:
    asked = paging.asked(request, after)
    return queries.statement(
        party, actor=door.actor(request), after=asked["after"], size=asked["most"]
    )
