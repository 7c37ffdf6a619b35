"""Order in rooms: who may not speak, pinned comments, blocked words, and moderators' seats."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock
from laotie.live import chat, pinning, rooms, seats, words
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import Done, In, Out, PersonId, RoomId
from laotie.surfaces.api.watching import RoomOut

router = Router(tags=["moderating"])


class SlowModeIn(In):
    seconds: int


class MuteIn(In):
    """0 minutes let the person speak again."""

    person_id: PersonId
    minutes: int


class KickIn(In):
    person_id: PersonId


class WordIn(In):
    word: str


class WordsOut(Out):
    words: list[str]


class SeatIn(In):
    """duties: of silence, take_down, pin, slow, words, stop and script; at least one."""

    duties: list[str]


class SeatHolderOut(Out):
    id: PersonId
    name: str
    avatar_url: str


class SeatOut(Out):
    person: SeatHolderOut
    duties: list[str]
    given_at: datetime


class ActOut(Out):
    """One line of the log of what was done to keep order."""

    person: SeatHolderOut
    deed: str
    about: SeatHolderOut | None
    detail: str
    room_id: RoomId | None
    done_at: datetime


@router.put("/rooms/{room_id}/slow-mode", response=RoomOut, summary="Slow the chat down")
def slow_mode(request: HttpRequest, room_id: RoomId, payload: SlowModeIn) -> object:
    return rooms.set_slow_mode(
        actor=door.actor(request), room_id=room_id, seconds=payload.seconds, now=clock.now()
    )


@router.post("/rooms/{room_id}/mute", response=Done, summary="Keep somebody quiet")
def mute(request: HttpRequest, room_id: RoomId, payload: MuteIn) -> object:
    chat.mute(
        actor=door.actor(request),
        room_id=room_id,
        person_id=payload.person_id,
        minutes=payload.minutes,
        now=clock.now(),
    )
    return Done()


@router.post("/rooms/{room_id}/kick", response=Done, summary="Send somebody out")
def kick(request: HttpRequest, room_id: RoomId, payload: KickIn) -> object:
    chat.kick(
        actor=door.actor(request), room_id=room_id, person_id=payload.person_id, now=clock.now()
    )
    return Done()


@router.post("/rooms/{room_id}/forgive", response=Done, summary="Let somebody in again")
def forgive(request: HttpRequest, room_id: RoomId, payload: KickIn) -> object:
    chat.forgive(
        actor=door.actor(request), room_id=room_id, person_id=payload.person_id, now=clock.now()
    )
    return Done()


@router.delete("/rooms/{room_id}/says/{say_id}", response=Done, summary="Take a comment down")
def take_down(request: HttpRequest, room_id: RoomId, say_id: UUID) -> object:
    chat.take_down(actor=door.actor(request), room_id=room_id, comment_id=say_id, now=clock.now())
    return Done()


@router.put("/rooms/{room_id}/pinned-say/{say_id}", response=Done, summary="Keep it on top")
def pin_say(request: HttpRequest, room_id: RoomId, say_id: UUID) -> object:
    pinning.pin(actor=door.actor(request), room_id=room_id, comment_id=say_id, now=clock.now())
    return Done()


@router.delete("/rooms/{room_id}/pinned-say", response=Done, summary="Nothing on top any more")
def unpin_say(request: HttpRequest, room_id: RoomId) -> object:
    pinning.unpin(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Done()


@router.get("/rooms/{room_id}/words", response=WordsOut, summary="Words not let through")
def list_words(request: HttpRequest, room_id: RoomId) -> object:
    return {"words": list(words.of_room(room_id, actor=door.actor(request)))}


@router.post("/rooms/{room_id}/words", response=WordsOut, summary="Let a word through no more")
def forbid(request: HttpRequest, room_id: RoomId, payload: WordIn) -> object:
    """It holds in all rooms of this room's creator."""
    found = words.forbid(
        actor=door.actor(request), word=payload.word, room_id=room_id, now=clock.now()
    )
    return {"words": list(found)}


@router.post("/rooms/{room_id}/words/allow", response=WordsOut, summary="Let it through again")
def allow(request: HttpRequest, room_id: RoomId, payload: WordIn) -> object:
    found = words.allow(
        actor=door.actor(request), word=payload.word, room_id=room_id, now=clock.now()
    )
    return {"words": list(found)}


@router.get("/rooms/{room_id}/seats", response=list[SeatOut], summary="Who keeps order here")
def list_seats(request: HttpRequest, room_id: RoomId) -> object:
    return seats.of_room(room_id, actor=door.actor(request))


@router.put("/rooms/{room_id}/seats/{person_id}", response=SeatOut, summary="Give a seat")
def give_seat(
    request: HttpRequest, room_id: RoomId, person_id: PersonId, payload: SeatIn
) -> object:
    """It holds in all rooms of this room's creator; given again, its duties change."""
    return seats.give(
        actor=door.actor(request),
        room_id=room_id,
        person_id=person_id,
        duties=payload.duties,
        now=clock.now(),
    )


@router.delete("/rooms/{room_id}/seats/{person_id}", response=Done, summary="Take it back")
def take_seat(request: HttpRequest, room_id: RoomId, person_id: PersonId) -> object:
    seats.take(actor=door.actor(request), room_id=room_id, person_id=person_id, now=clock.now())
    return Done()


@router.get("/rooms/{room_id}/acts", response=list[ActOut], summary="What was done")
def list_acts(request: HttpRequest, room_id: RoomId) -> object:
    return seats.log(room_id, actor=door.actor(request))
