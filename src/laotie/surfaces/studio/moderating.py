"""Order in a room for those who sit there: their own page, and the seats that the host gives."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import creators, people
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.live import chat, pinning, queries, rooms, seats, showcase, stops, words
from laotie.live.rooms import RoomCard
from laotie.live.seats import Duty
from laotie.look.answers import actor, is_part
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web

_SAID = 100


@require_GET
@web.screen
def page(request: HttpRequest, room: str) -> HttpResponse:
    """Comments, who is quiet, words, slow mode, and the brake, as far as the seat goes."""
    return _page(request, room)


@require_POST
@web.screen
def act(request: HttpRequest, room: str, verb: str) -> HttpResponse:
    """Slow mode, a word, the pinned comment, or the brake."""
    (who, card, _duties), now = web.seat_of(request, room), clock.now()
    given = request.POST
    try:
        if verb == "slow":
            seconds = _number(given.get("seconds", ""))
            rooms.set_slow_mode(actor=who, room_id=card.id, seconds=seconds, now=now)
        elif verb in {"forbid", "allow"}:
            take = words.forbid if verb == "forbid" else words.allow
            take(actor=who, word=given.get("word", ""), room_id=card.id, now=now)
        elif verb == "unpin":
            pinning.unpin(actor=who, room_id=card.id, now=now)
        elif verb == "stop":
            reason = given.get("reason", "")
            stops.pull(actor=who, room_id=card.id, reason=reason, can_resume=True, now=now)
        else:
            raise NotFound
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, room, refusal=refusal.text(), status=refusal.status)
    return _done(request, room)


@require_POST
@web.screen
def on_say(request: HttpRequest, room: str, say: UUID, verb: str) -> HttpResponse:
    """Take a comment down, or keep it on top."""
    (who, card, _duties), now = web.seat_of(request, room), clock.now()
    if verb == "take-down":
        chat.take_down(actor=who, room_id=card.id, comment_id=say, now=now)
    elif verb == "pin":
        pinning.pin(actor=who, room_id=card.id, comment_id=say, now=now)
    else:
        raise NotFound
    return _done(request, room)


@require_POST
@web.screen
def on_person(request: HttpRequest, room: str, person: str, verb: str) -> HttpResponse:
    """Mute for minutes, send out, or let somebody in and speak again."""
    (who, card, _duties), now = web.seat_of(request, room), clock.now()
    person_id = ids.parse("per", person)
    if verb == "mute":
        minutes = fields.count_of(request.POST.get("minutes", ""))
        chat.mute(actor=who, room_id=card.id, person_id=person_id, minutes=minutes, now=now)
    elif verb == "kick":
        chat.kick(actor=who, room_id=card.id, person_id=person_id, now=now)
    elif verb == "forgive":
        chat.forgive(actor=who, room_id=card.id, person_id=person_id, now=now)
    else:
        raise NotFound
    return _done(request, room)


@require_GET
@web.screen
def seats_page(request: HttpRequest, room: str) -> HttpResponse:
    """Who holds a seat, who could, and what was done; for the host."""
    return _seats(request, room)


@require_POST
@web.screen
def seat(request: HttpRequest, room: str, person: str, verb: str) -> HttpResponse:
    """Give a seat, change what it holds, or take it back."""
    (who, card), now = web.room_of(request, room), clock.now()
    person_id = ids.parse("per", person)
    try:
        if verb == "give":
            duties = request.POST.getlist("duty")
            seats.give(actor=who, room_id=card.id, person_id=person_id, duties=duties, now=now)
        elif verb == "take":
            seats.take(actor=who, room_id=card.id, person_id=person_id, now=now)
        else:
            raise NotFound
    except NotFound:
        raise
    except Refusal as refusal:
        return _seats(request, room, refusal=refusal.text(), status=refusal.status)
    if not is_part(request):
        return go(request, reverse("studio:room-seats", args=[room]))
    return _seats(request, room)


@require_http_methods(["GET"])
@web.screen
def mine(request: HttpRequest) -> HttpResponse:
    """In whose rooms this person keeps order, with what is on air or announced there."""
    who, now = actor(request), clock.now()
    held = [(one, showcase.rooms(one.creator.id, most=5).rows) for one in seats.held_by(actor=who)]
    return web.show(request, "studio/seats_mine.html", {"held": held, "now": now})


def _page(request: HttpRequest, room: str, *, refusal: str = "", status: int = 200) -> HttpResponse:
    (who, card, duties), now = web.seat_of(request, room), clock.now()
    facts = {
        "room": card,
        "ref": room,
        "duties": {duty.value for duty in duties},
        "said": tuple(reversed(queries.comments(card.id, actor=who, limit=_SAID))),
        "pinned": pinning.body(card.id),
        "silenced": queries.silenced(card.id, actor=who, now=now),
        "blocked": words.of_room(card.id, actor=who) if Duty.WORDS in duties else None,
        "host_person": creators.card(card.creator_id).person_id,
        "log": seats.log(card.id, actor=who, most=20),
        "is_on_air": card.state in {"LIVE", "INTERRUPTED"},
        "is_over": card.state in {"ENDED", "ARCHIVED", "BANNED"},
        "refusal": refusal,
        "slow_choices": [
            (0, _("Slow mode off")),
            (5, _("One comment in 5 s")),
            (30, _("One comment in 30 s")),
            (120, _("One comment in 2 minutes")),
        ],
    }
    return web.show(request, "studio/moderate.html", facts, status=status)


def _seats(
    request: HttpRequest, room: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    who, card = web.room_of(request, room)
    words_ = request.GET.get("q", "")[:40]
    held = seats.of_room(card.id, actor=who)
    sitting = {line.person.id for line in held}
    facts = {
        "room": card,
        "ref": room,
        "held": held,
        "found": [one for one in _found(who, card, words_) if one.id not in sitting],
        "words": words_,
        "all_duties": [duty.value for duty in Duty],
        "log": seats.log(card.id, actor=who),
        "refusal": refusal,
    }
    return web.show(request, "studio/seats.html", facts, status=status)


def _found(who: Actor, card: RoomCard, words_: str) -> tuple[people.PersonCard, ...]:
    return seats.search(card.id, actor=who, words=words_) if words_ else ()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid(field="seconds", reason="range")
    return int(text)


def _done(request: HttpRequest, room: str) -> HttpResponse:
    if not is_part(request):
        return go(request, reverse("studio:room-moderate", args=[room]), said=_("Done."))
    return _page(request, room)
