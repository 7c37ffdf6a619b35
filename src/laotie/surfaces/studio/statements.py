"""Statements of a shop's or a creator's money: by month and day, on the page and as files."""

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from laotie.accounts import creators, shops
from laotie.kernel import clock, papers, sheets
from laotie.kernel.errors import NotFound
from laotie.ledger import statements
from laotie.look.answers import actor
from laotie.look.templatetags.postings import account_name, move_name
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
    name = creators.card(who.require_creator()).name
    return _file(request, purses.of_creator(who), period, form, name=name)


@require_GET
@web.screen
def shop_page(request: HttpRequest, shop: str) -> HttpResponse:
    return _page(request, purses.of_shop(request, shop))


@require_GET
@web.screen
def shop_file(request: HttpRequest, shop: str, period: str, form: str) -> HttpResponse:
    purse = purses.of_shop(request, shop)
    assert purse.party.id is not None
    tongue = "zh" if (get_language() or "").startswith("zh") else "en"
    name = shops.card(purse.party.id).name[tongue]
    return _file(request, purse, period, form, name=name)


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
                for form in ("pdf", *sheets.FORMS)
            ],
        }
    return web.show(request, "studio/statements.html", {**facts, "back": purse.address("")})


def _file(request: HttpRequest, purse: Purse, period: str, form: str, *, name: str) -> HttpResponse:
    who, of = actor(request), statements.period(period)
    language = get_language() or "en"
    if form == "pdf":
        found = statements.statement(purse.party, of, actor=who)
        said = {move.kind: move_name(move.kind) for move in found.moves}
        said |= {account: account_name(account) for account in statements.ACCOUNTS}
        body = statements.pdf(purse.party, of, actor=who, name=name, language=language, said=said)
        answer = HttpResponse(body, content_type=papers.PDF)
    elif form in sheets.FORMS:
        with tempfile.TemporaryDirectory(prefix="laotie-") as folder:
            path = Path(folder) / f"statement.{form}"
            statements.write_sheet(path, purse.party, of, actor=who, form=form, language=language)
            answer = HttpResponse(path.read_bytes(), content_type=sheets.CONTENT_TYPES[form])
    else:
        raise NotFound
    answer["Content-Disposition"] = f'attachment; filename="statement-{of.label}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
