"""A statement of money as a file, in the reader's language: PDF, CSV or XLSX."""

from django.http import HttpResponse
from django.utils.translation import get_language

from laotie.accounts import creators, shops
from laotie.kernel import sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.ledger import statements
from laotie.ledger.statements import Period
from laotie.ledger.terms import Party
from laotie.look import files
from laotie.look.templatetags.postings import account_name, move_name

FORMS = ("pdf", *sheets.FORMS)


def of_period(party: Party, of: Period, *, actor: Actor, form: str) -> HttpResponse:
    """The download. raises: SignInFirst, NotFound (also another form), NotAllowed."""
    if form not in FORMS:
        raise NotFound
    name, language = f"statement-{of.label}.{form}", get_language() or "en"
    if form == "pdf":
        found = statements.statement(party, of, actor=actor)
        said = {move.kind: move_name(move.kind) for move in found.moves}
        said |= {account: account_name(account) for account in statements.ACCOUNTS}
        whose = _name_of(party, language)
        body = statements.pdf(party, of, actor=actor, name=whose, language=language, said=said)
        return files.attached(body, name)
    return files.written(
        name,
        lambda path: statements.write_sheet(
            path, party, of, actor=actor, form=form, language=language
        ),
    )


def _name_of(party: Party, language: str) -> str:
    assert party.id is not None
    if party.kind == "creator":
        return creators.card(party.id).name
    return shops.card(party.id).name["zh" if language.startswith("zh") else "en"]
