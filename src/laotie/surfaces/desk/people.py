"""People: finding one, what they may do, and their number for a reason that is kept."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import directory, roles
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.desk import web
from laotie.trade import search


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Found by number, id or name; nobody is listed who was not asked for."""
    words = request.GET.get("words", "")
    found: tuple[directory.Found, ...] = ()
    refusal: Refusal | None = None
    if words:
        try:
            found = directory.find(actor=actor(request), words=words)
        except (Invalid, NotFound) as error:
            refusal = error
    facts = {"words": words, "people": found, "refusal": refusal.text() if refusal else ""}
    return web.show(request, "desk/people.html", facts, status=refusal.status if refusal else 200)


@require_GET
@web.screen
def person(request: HttpRequest, person: str) -> HttpResponse:
    return _show(request, person)


@require_POST
@web.screen
def reveal(request: HttpRequest, person: str) -> HttpResponse:
    """The number is shown once, on this answer."""
    try:
        number = directory.reveal_phone(
            actor=actor(request),
            person_id=ids.parse("per", person),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, person, refusal=refusal)
    return _show(request, person, number=number)


@require_POST
@web.screen
def change_role(request: HttpRequest, person: str, verb: str) -> HttpResponse:
    """Grant or take back a right over the platform, with a reason."""
    changes = {"grant": roles.grant, "revoke": roles.revoke}
    if verb not in changes:
        raise NotFound
    try:
        changes[verb](
            actor=actor(request),
            person_id=ids.parse("per", person),
            role=request.POST.get("role", ""),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, person, refusal=refusal)
    return go(request, reverse("desk:person", args=[person]), said=_("The rights were changed."))


def _show(
    request: HttpRequest, person: str, *, number: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    who, person_id = actor(request), ids.parse("per", person)
    file = directory.file(actor=who, person_id=person_id)
    facts = {
        "person": person,
        "file": file,
        "number": number,
        "refusal": refusal.text() if refusal else "",
        "all_roles": [role.value for role in roles.Role],
        "orders": search.orders(actor=who, scope=search.Scope(buyer_id=person_id), most=10).rows,
    }
    return web.show(request, "desk/person.html", facts, status=refusal.status if refusal else 200)
