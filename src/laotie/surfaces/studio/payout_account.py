"""Where a shop's or a creator's money is paid to, and every payout that was asked for."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from laotie.kernel import clock
from laotie.kernel.errors import NotFound, Refusal, SecondStepNeeded
from laotie.ledger import payout_accounts, queries
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import purse as purses
from laotie.surfaces.studio import web
from laotie.surfaces.studio.purse import Purse

_ROWS = 20


class AccountForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Where is it?"),
        choices=[
            ("bank", gettext_lazy("At a bank")),
            ("provider", gettext_lazy("At the payment provider")),
        ],
        initial="bank",
        widget=forms.RadioSelect,
    )
    holder = forms.CharField(
        label=gettext_lazy("Name of the holder"), max_length=payout_accounts.NAME_LETTERS
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the card or account"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    bank = forms.CharField(
        label=gettext_lazy("Name of the bank"),
        max_length=payout_accounts.NAME_LETTERS,
        required=False,
        help_text=gettext_lazy("Only for an account at a bank."),
    )


@require_http_methods(["GET", "POST"])
@web.screen
def creator_page(request: HttpRequest) -> HttpResponse:
    return _page(request, purses.of_creator(actor(request)))


@require_http_methods(["GET", "POST"])
@web.screen
def shop_page(request: HttpRequest, shop: str) -> HttpResponse:
    return _page(request, purses.of_shop(request, shop))


@require_GET
@web.screen
def creator_payouts(request: HttpRequest) -> HttpResponse:
    return _payouts(request, purses.of_creator(actor(request)))


@require_GET
@web.screen
def shop_payouts(request: HttpRequest, shop: str) -> HttpResponse:
    return _payouts(request, purses.of_shop(request, shop))


def _page(request: HttpRequest, purse: Purse) -> HttpResponse:
    """The account as it stands, masked, and the form for another one."""
    if request.method == "GET":
        return _show(request, purse, AccountForm())
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _show(request, purse, form, status=422)
    try:
        account = payout_accounts.set_account(
            actor=actor(request), party=purse.party, now=clock.now(), **form.cleaned_data
        )
    except (NotFound, SecondStepNeeded):
        raise
    except Refusal as refusal:
        return _show(request, purse, web.blame(form, refusal), status=refusal.status)
    said = _("Payouts go there from now on.")
    if account.usable_from > clock.now():
        said = _("Kept. Payouts go there 24 hours from now.")
    return go(request, purse.address(""), said=said)


def _show(
    request: HttpRequest, purse: Purse, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    facts = {
        "purse": purse,
        "form": form,
        "account": payout_accounts.account_of(purse.party, actor=actor(request)),
        "back": purse.address(""),
        "account_address": purse.address("-account"),
    }
    return web.show(request, "studio/payout_account.html", facts, status=status)


def _payouts(request: HttpRequest, purse: Purse) -> HttpResponse:
    """A page of payouts, newest first, each with where it went and how it ended."""
    after = request.GET.get("after")
    found = queries.payouts_page(purse.party, actor=actor(request), after=after, most=_ROWS)
    facts = {
        "purse": purse,
        "payouts": found.rows,
        "next_after": found.next_after,
        "is_first": after is None,
        "back": purse.address(""),
    }
    return web.show(request, "studio/payouts.html", facts)
