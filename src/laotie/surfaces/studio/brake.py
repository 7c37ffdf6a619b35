"""The emergency stop of a room, and the ways on from it."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.live import queries, stops
from laotie.live.rooms import RoomCard
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import web

_WAYS: dict[str, Callable[..., RoomCard]] = {"resume": stops.resume, "end": stops.give_up}


class StopForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you stop?"),
        max_length=stops.LONGEST_REASON,
        help_text=_("Kept with the room. Viewers do not read it."),
    )
    after = forms.ChoiceField(
        label=_("Then"),
        widget=forms.RadioSelect,
        choices=[
            ("pause", _("Pause: I can go on in this room")),
            ("end", _("End the show for good")),
        ],
        initial="pause",
    )


@require_http_methods(["GET", "POST"])
@web.screen
def stop(request: HttpRequest, room: str) -> HttpResponse:
    """Asked for by GET, done by POST; for hosts and for seats that hold the brake."""
    who, room_id = actor(request), ids.parse("rom", room)
    card = queries.room_page(room_id, actor=who).room
    if request.method == "GET":
        stops.can_resume(room_id, actor=who)  # Strangers do not come as far as the question.
        return _ask(request, room, card, StopForm())
    form = StopForm(request.POST)
    if not form.is_valid():
        return _ask(request, room, card, form, status=422)
    can_resume = form.cleaned_data["after"] == "pause"
    try:
        stops.pull(
            actor=who,
            room_id=room_id,
            reason=form.cleaned_data["reason"],
            can_resume=can_resume,
            now=clock.now(),
        )
    except NotAllowed as error:
        raise NotFound from error
    except Refusal as refusal:
        return _ask(request, room, card, web.blame(form, refusal), status=refusal.status)
    return go(request, _desk_of(who, room))


@require_POST
@web.screen
def way(request: HttpRequest, room: str, verb: str) -> HttpResponse:
    """Go on after the brake, or end the show for good."""
    who, card = web.room_of(request, room)
    if verb not in _WAYS:
        raise NotFound
    _WAYS[verb](actor=who, room_id=card.id, now=clock.now())
    return go(request, reverse("studio:room", args=[room]))


def _ask(
    request: HttpRequest, room: str, card: RoomCard, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    facts = {"room": card, "ref": room, "form": form}
    return web.show(request, "studio/room/stop.html", facts, status=status)


def _desk_of(who: Actor, room: str) -> str:
    """Where whoever pulled it goes on: hosts to their desk, a seat to the room."""
    try:
        queries.room_for_host(ids.parse("rom", room), actor=who)
    except NotAllowed:
        return reverse("shop:room", args=[room])
    return reverse("studio:room", args=[room])
