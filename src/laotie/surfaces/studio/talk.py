"""What is said in a room, and who keeps order: mute, send out, take down, words, slow mode."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import people
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.live import chat, pinning, queries, rooms, words
from laotie.look.answers import is_part, with_toast
from laotie.look.consoles import go
from laotie.surfaces.studio import control, fields, web


@require_POST
@web.screen
def say(request: HttpRequest, room: str) -> HttpResponse:
    """The host's own word, for pages without a socket."""
    who, card = web.room_of(request, room)
    line = chat.Line(
        card.id, who.require_person(), request.POST.get("text", ""), ref=f"s{ids.new().hex}"
    )
    (verdict,) = chat.say(actor=who, lines=[line], now=clock.now())
    if verdict.refused is not None:
        said_no = chat.sentence(verdict.refused)
        return control.answer(request, room, "talk", status=422, said_no=said_no)
    return control.answer(request, room, "talk")


@require_POST
@web.screen
def slow(request: HttpRequest, room: str) -> HttpResponse:
    who, card = web.room_of(request, room)
    text = request.POST.get("seconds", "")
    try:
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            raise Invalid(field="seconds", reason="range")
        rooms.set_slow_mode(actor=who, room_id=card.id, seconds=int(text), now=clock.now())
    except Invalid as refusal:
        return control.answer(request, room, "order", refusal=refusal)
    return control.answer(request, room, "order")


@require_POST
@web.screen
def word(request: HttpRequest, room: str, verb: str) -> HttpResponse:
    """A word is not let through in the creator's rooms, or is again."""
    who, card = web.room_of(request, room)
    if verb not in {"forbid", "allow"}:
        raise NotFound
    take = words.forbid if verb == "forbid" else words.allow
    try:
        # In the creator's name, so that staff of the room's shop can act, too.
        word = request.POST.get("word", "")
        take(actor=who, word=word, room_id=card.id, now=clock.now())
    except Refusal as refusal:
        return control.answer(request, room, "order", refusal=refusal)
    return control.answer(request, room, "order")


@require_GET
@web.screen
def person(request: HttpRequest, room: str, person: str) -> HttpResponse:
    """What can be done about somebody who spoke."""
    (who, card), now = web.room_of(request, room), clock.now()
    person_id = ids.parse("per", person)
    said = queries.comments(card.id, actor=who)
    silenced = queries.silenced(card.id, actor=who, now=now)
    facts = {
        "room": card,
        "ref": room,
        "person": people.card(person_id),
        "said": [one for one in said if one.person_id == person_id][:5],
        "silence": next((one for one in silenced if one.person_id == person_id), None),
    }
    return web.show(request, "studio/room/person.html", facts)


@require_POST
@web.screen
def silence(request: HttpRequest, room: str, person: str, verb: str) -> HttpResponse:
    """Mute for minutes, send out, or let somebody in and speak again."""
    (who, card), now = web.room_of(request, room), clock.now()
    room_id, person_id = card.id, ids.parse("per", person)
    if verb == "mute":
        minutes = fields.count_of(request.POST.get("minutes", ""))
        chat.mute(actor=who, room_id=room_id, person_id=person_id, minutes=minutes, now=now)
        done = _("Muted. They can still watch and buy.")
    elif verb == "kick":
        chat.kick(actor=who, room_id=room_id, person_id=person_id, now=now)
        done = _("Sent out. What they said is gone from the room.")
    elif verb == "forgive":
        chat.forgive(actor=who, room_id=room_id, person_id=person_id, now=now)
        done = _("They may come in and speak again.")
    else:
        raise NotFound
    return _done(request, room, done)


@require_POST
@web.screen
def take_down(request: HttpRequest, room: str, say: UUID) -> HttpResponse:
    who, card = web.room_of(request, room)
    chat.take_down(actor=who, room_id=card.id, comment_id=say, now=clock.now())
    return _done(request, room, _("Taken off every screen."))


@require_POST
@web.screen
def pin(request: HttpRequest, room: str, say: UUID) -> HttpResponse:
    """Keep a comment on top."""
    who, card = web.room_of(request, room)
    pinning.pin(actor=who, room_id=card.id, comment_id=say, now=clock.now())
    return control.answer(request, room, "talk")


@require_POST
@web.screen
def unpin(request: HttpRequest, room: str) -> HttpResponse:
    who, card = web.room_of(request, room)
    pinning.unpin(actor=who, room_id=card.id, now=clock.now())
    return control.answer(request, room, "talk")


def _done(request: HttpRequest, room: str, text: str) -> HttpResponse:
    """The list of who is quiet, as it is now; the open sheet closes by itself."""
    if not is_part(request):
        return go(request, reverse("studio:room", args=[room]), said=text)
    return with_toast(control.answer(request, room, "order"), text)
