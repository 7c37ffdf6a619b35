"""My data: what I accepted, a copy of all that is known of me, and leaving."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import consent, leaving, my_data
from laotie.kernel import clock
from laotie.look import answers
from laotie.surfaces.shop import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Consents, the copy, and the way out."""
    who, now = answers.actor(request), clock.now()
    facts = {
        "accepted": consent.log(who),
        "export": my_data.latest(who, now=now),
        "wish": leaving.wish_of(who),
        "now": now,
        "place": "me",
    }
    return web.show(request, "shop/my_data.html", facts)


@require_POST
@web.screen
def ask_copy(request: HttpRequest) -> HttpResponse:
    """A copy is made by a job."""
    my_data.ask(actor=answers.actor(request), now=clock.now())
    return web.go(request, reverse("shop:my-data"))


@require_GET
@web.screen
def copy_state(request: HttpRequest) -> HttpResponse:
    """How far the copy is; the page asks until it is there."""
    who, now = answers.actor(request), clock.now()
    facts = {"export": my_data.latest(who, now=now), "now": now}
    return web.show(request, "shop/export_state.html", facts)


@require_GET
def fetch_copy(request: HttpRequest, export: UUID) -> HttpResponseBase:
    """The file, for the person alone."""
    found: list[FileResponse] = []

    @web.screen
    def look(request: HttpRequest) -> HttpResponse:
        who = answers.actor(request)
        path = my_data.open_file(actor=who, export_id=export, now=clock.now())
        found.append(FileResponse(path.open("rb"), as_attachment=True, filename="my-data.zip"))
        return HttpResponse()

    refused = look(request)
    if not found:
        return refused
    found[0]["Cache-Control"] = "no-store"
    return found[0]


@require_http_methods(["GET", "POST"])
@web.screen
def leave(request: HttpRequest) -> HttpResponse:
    """Asked again before anything happens; what stands in the way says what to do."""
    who = answers.actor(request)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        try:
            leaving.ask(actor=who, now=clock.now())
        except leaving.StillOpen as refusal:
            return _show_leave(request, status=refusal.status)
        return web.go(request, reverse("shop:my-data"))
    return _show_leave(request, status=422 if request.method == "POST" else 200)


@require_POST
@web.screen
def stay(request: HttpRequest) -> HttpResponse:
    """I stay after all."""
    leaving.keep(actor=answers.actor(request), now=clock.now())
    return web.go(request, reverse("shop:my-data"))


def _show_leave(request: HttpRequest, *, status: int) -> HttpResponse:
    facts = {
        "matters": leaving.matters(answers.actor(request)),
        "is_unsure": status == 422,
        "place": "me",
    }
    return web.show(request, "shop/leave.html", facts, status=status)
