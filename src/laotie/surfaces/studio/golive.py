"""On air from this browser: one page for a phone, from the first look at the camera to the end."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.catalog import pictures
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import planning, rehearsals, rooms
from laotie.live.rooms import RoomCard
from laotie.look.answers import is_part, with_toast
from laotie.look.consoles import go
from laotie.surfaces.studio import control, fields, web
from laotie.surfaces.studio.show_form import ShowForm

_STEPS: dict[str, Callable[..., Any]] = {"begin": rehearsals.begin, "end": rehearsals.end}


@require_GET
@web.screen
def page(request: HttpRequest, room: str) -> HttpResponse:
    """Camera, show and stage of one room under each other. Once it is over, the desk says so."""
    _who, card = web.room_of(request, room)
    if card.state in control.OVER:
        return go(request, reverse("studio:room", args=[room]))
    return control.show(request, room, template="studio/room/go.html")


@require_POST
@web.screen
def dress(request: HttpRequest, room: str) -> HttpResponse:
    """Title and cover of an announced room."""
    who, card = web.room_of(request, room)
    form = ShowForm(request.POST, request.FILES)
    if not form.is_valid():
        return control.answer(request, room, "dress", status=422, dress_form=form)
    given, now = form.cleaned_data, clock.now()
    try:
        cover_url = None
        if given["cover"]:
            body = fields.picture_body(given["cover"], field="cover")
            kept = pictures.store(actor=who, body=body, shop_id=None, now=now)
            cover_url = f"/media/pictures/{kept.file}/640.webp"
        planning.change(
            actor=who, room_id=card.id, title=given["title"], cover_url=cover_url, now=now
        )
    except Refusal as refusal:
        web.blame(form, refusal, picture="cover")
        return control.answer(request, room, "dress", status=refusal.status, dress_form=form)
    return _changed(request, room, part="dress", said=_("Saved."))


@require_POST
@web.screen
def rehearse(request: HttpRequest, room: str, verb: str) -> HttpResponse:
    """Begin a rehearsal, or end it."""
    who, card = web.room_of(request, room)
    if verb not in _STEPS:
        raise NotFound
    try:
        _STEPS[verb](actor=who, room_id=card.id, now=clock.now())
    except Refusal as refusal:
        return control.answer(request, room, "onair", refusal=refusal)
    return _changed(request, room)


@require_POST
@web.screen
def on_air(request: HttpRequest, room: str) -> HttpResponse:
    """Open the room to everybody, from a rehearsal or its preview."""
    who, card = web.room_of(request, room)
    try:
        _open(who, card)
    except Refusal as refusal:
        return control.answer(request, room, "onair", refusal=refusal)
    return _changed(request, room)


def _open(who: Actor, card: RoomCard) -> None:
    """raises: what the two steps raise; after a refused second one the room is in its preview."""
    if card.state == "SCHEDULED":
        rooms.open_preview(actor=who, room_id=card.id, now=clock.now())
    rooms.go_live(actor=who, room_id=card.id, now=clock.now())


def _changed(
    request: HttpRequest, room: str, *, part: str = "onair", said: str = ""
) -> HttpResponse:
    if not is_part(request):
        return go(request, reverse("studio:room-go", args=[room]))
    # Not another page: the camera that sends the picture lives in this one.
    answer = control.answer(request, room, part)
    answer["HX-Trigger"] = "desk-changed"
    return with_toast(answer, said) if said else answer
