"""Long work on any page: how far it is, stopping it, going on with it, fetching what came out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids, runs
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import answers, files


@require_GET
def part(request: HttpRequest, run: str) -> HttpResponse:
    """The run's box, asked for again by itself for as long as it goes on."""
    return _answered(request, run, runs.card)


@require_POST
def cancel(request: HttpRequest, run: str) -> HttpResponse:
    """It stops before its next piece."""
    return _answered(request, run, runs.cancel)


@require_POST
def resume(request: HttpRequest, run: str) -> HttpResponse:
    """It goes on after its last piece."""
    return _answered(request, run, runs.resume)


@require_GET
def fetch(request: HttpRequest, run: str, which: str) -> HttpResponseBase:
    """A file that came out of it, for whoever started it; never shown in the browser."""
    try:
        found = runs.file_of(
            actor=answers.actor(request), run_id=ids.parse("run", run), which=which
        )
    except Refusal as refusal:
        return HttpResponse(refusal.text(), status=refusal.status, content_type="text/plain")
    return files.streamed(found.path, found.name)


def _answered(request: HttpRequest, ref: str, ask: Callable[..., runs.RunCard]) -> HttpResponse:
    """The box as it stands now; without scripts, back to the page that has it."""
    now = clock.now()
    try:
        card = ask(actor=answers.actor(request), run_id=ids.parse("run", ref), now=now)
    except Refusal as refusal:
        is_gone = isinstance(refusal, NotFound)
        return HttpResponse(status=404 if is_gone else refusal.status)
    if request.method == "POST" and not answers.is_part(request):
        came_from = request.headers.get("Referer", "")
        return answers.sent_to(request, answers.own_address(request, came_from))
    answer = render(request, "look/run.html", {"run": card, "now": now})
    answer["Cache-Control"] = "no-store"
    return answer
