"""Money of a creator or of a shop: balances, statement, payouts, and the reason of every fen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal, SecondStepNeeded
from laotie.ledger import explain, payout_accounts, payouts, queries
from laotie.ledger.terms import Party
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web
from laotie.trade import queries as trade

_ROWS = 20


class PayoutForm(forms.Form):
    amount = fields.FenField(label=gettext_lazy("Amount"))
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Purse:
    """Whose money, and where its pages are. level: as `explain` names the party's view."""

    party: Party
    level: str
    prefix: str
    shop: str = ""

    def address(self, name: str, *more: str) -> str:
        before = [self.shop] if self.shop else []
        return reverse(f"studio:{self.prefix}{name}", args=[*before, *more])


@require_GET
@web.screen
def creator_page(request: HttpRequest) -> HttpResponse:
    return _page(request, of_creator(actor(request)))


@require_POST
@web.screen
def creator_payout(request: HttpRequest) -> HttpResponse:
    return _payout(request, of_creator(actor(request)))


@require_GET
@web.screen
def creator_order(request: HttpRequest, order: str) -> HttpResponse:
    return _explained(request, of_creator(actor(request)), order)


@require_GET
@web.screen
def shop_page(request: HttpRequest, shop: str) -> HttpResponse:
    return _page(request, of_shop(request, shop))


@require_POST
@web.screen
def shop_payout(request: HttpRequest, shop: str) -> HttpResponse:
    return _payout(request, of_shop(request, shop))


@require_GET
@web.screen
def shop_order(request: HttpRequest, shop: str, order: str) -> HttpResponse:
    return _explained(request, of_shop(request, shop), order)


def of_creator(who: Actor) -> Purse:
    """A creator's own money. raises: SignInFirst, NotAllowed."""
    return Purse(Party("creator", who.require_creator()), "creator", "income")


def of_shop(request: HttpRequest, shop: str) -> Purse:
    """A shop's money, for who keeps its books. raises: SignInFirst, NotFound, NotAllowed."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "money")
    return Purse(Party("shop", file.card.id), "merchant", "money", shop)


def _page(
    request: HttpRequest, purse: Purse, form: forms.Form | None = None, *, status: int = 200
) -> HttpResponse:
    """Balances, the newest payouts and a page of the statement. Six queries."""
    who = actor(request)
    found = queries.statement(purse.party, actor=who, after=request.GET.get("after"), size=_ROWS)
    balances = queries.balances(purse.party, actor=who)
    facts: Mapping[str, Any] = {
        "purse": purse,
        "balances": balances,
        "debt_fen": -balances.receivable_fen,
        "form": form or PayoutForm(initial={"key": str(ids.new())}),
        "account": payout_accounts.account_of(purse.party, actor=who),
        "account_address": purse.address("-account"),
        "payouts": queries.payouts_of(purse.party, actor=who, size=5),
        "payouts_address": purse.address("-payouts"),
        "rows": [
            (row, purse.address("-order", ids.public("ord", row.order_id)) if row.order_id else "")
            for row in found.rows
        ],
        "next_after": found.next_after,
        "is_first": "after" not in request.GET,
        "payout_address": purse.address("-payout"),
        "page_address": purse.address(""),
        "statements_address": purse.address("-statements"),
    }
    return web.show(request, "studio/money.html", facts, status=status)


def _payout(request: HttpRequest, purse: Purse) -> HttpResponse:
    """The same form sent twice asks once: its key came with the page."""
    form = PayoutForm(request.POST)
    if not form.is_valid():
        return _page(request, purse, form, status=422)
    try:
        payouts.request(
            actor=actor(request),
            party=purse.party,
            amount_fen=form.cleaned_data["amount"],
            key=form.cleaned_data["key"],
            now=clock.now(),
        )
    except (NotFound, SecondStepNeeded):
        raise
    except Refusal as refusal:
        return _page(request, purse, web.blame(form, refusal), status=refusal.status)
    return go(request, purse.address(""), said=_("Asked for. The transfer is on its way."))


def _explained(request: HttpRequest, purse: Purse, order: str) -> HttpResponse:
    """Every change of the order's money at this party's level, and what it adds up to."""
    order_id, who = ids.parse("ord", order), actor(request)
    lines = [line for line in explain.order(order_id, actor=who) if line.level == purse.level]
    own = [line for line in lines if line.account in {"pending", "available", "receivable"}]
    if not lines or (purse.shop and not _is_of_shop(who, purse, order_id)):
        raise NotFound
    facts = {
        "purse": purse,
        "order": order,
        "lines": lines,
        "own_fen": sum(line.amount_fen for line in own),
        "back": purse.address(""),
    }
    return web.show(request, "studio/explain.html", facts)


def _is_of_shop(who: Actor, purse: Purse, order_id: Any) -> bool:
    card = trade.order_cards([order_id], actor=who).get(order_id)
    return card is not None and card.shop_id == purse.party.id
