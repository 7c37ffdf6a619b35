"""Statements of a shop's or a creator's money: by month and day, on the page and as files."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.ledger import statements
from laotie.look import statement_files
from laotie.look.answers import actor
from laotie.surfaces.studio import purse as purses
from laotie.surfaces.studio import web
from laotie.surfaces.studio.purse import Purse


@require_GET
@web.screen
def creator_page(request: HttpRequest) -> HttpResponse:
    return _page(request, purses.of_creator(actor(request)))


@require_GET
@web.screen
def creator_file(request: HttpRequest, period: str, form: str) -> HttpResponse:
    who = actor(request)
    return _file(who, purses.of_creator(who), period, form)


@require_GET
@web.screen
def shop_page(request: HttpRequest, shop: str) -> HttpResponse:
    return _page(request, purses.of_shop(request, shop))


@require_GET
@web.screen
def shop_file(request: HttpRequest, shop: str, period: str, form: str) -> HttpResponse:
    return _file(actor(request), purses.of_shop(request, shop), period, form)


def _page(request: HttpRequest, purse: Purse) -> HttpResponse:
    """One period, and the others to choose from. Five queries. `?of=2026-11` or a day."""
    who, now = actor(request), clock.now()
    months = statements.periods(purse.party, actor=who, now=now)
    asked = request.GET.get("of", "")
    of = statements.period(asked) if asked else next(iter(months), None)
    facts: dict[str, object] = {"purse": purse, "months": months, "of": of}
    if of is not None:
        found = statements.statement(purse.party, of, actor=who)
        facts |= {
            "found": found,
            "accounts": [
                (account, found.opening_fen[account], found.closing_fen[account])
                for account in statements.ACCOUNTS
            ],
            "days": statements.days(purse.party, of, actor=who) if of.is_month else (),
            "files": [
                (form.upper(), purse.address("-statement", of.label, form))
                for form in statement_files.FORMS
            ],
        }
    return web.show(request, "studio/statements.html", {**facts, "back": purse.address("")})


def _file(who: Actor, purse: Purse, period: str, form: str) -> HttpResponse:
    of = statements.period(period)
    return statement_files.of_period(purse.party, of, actor=who, form=form)
