"""Links to send on, and calendars to subscribe to."""

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from laotie.accounts import creators, people
from laotie.kernel import ids
from laotie.live import planning
from laotie.look import sharing
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import CreatorId, Out, PersonOut, RoomId

router = Router(tags=["sharing"])


class ShareOut(Out):
    """What a link to `ref` shows, in the asker's language. `line`: a price, a host, or nothing.

    `card_url`: a picture with title, price and a code to scan, to be saved and sent on.
    """

    ref: str
    title: str
    line: str
    picture_url: str
    link: str
    card_url: str
    is_named: bool


class SharedOut(Out):
    """What a link is about, and who put their name on it; null when they have left."""

    ref: str
    by: PersonOut | None


class CalendarOut(Out):
    """`url`: an iCalendar file that any calendar can subscribe to."""

    url: str


@router.get("/shares/{ref}", response=ShareOut, summary="A link to a product, a shop or a room")
def share(request: HttpRequest, ref: str, named: bool = False) -> object:
    """`named`: one's name is on it, and whoever opens it reads that; nothing is written down."""
    who = door.actor(request)
    shared = sharing.subject(ref, actor=who)
    by = who.require_person() if named else None
    return ShareOut(
        ref=shared.ref,
        title=shared.title,
        line=shared.line,
        picture_url=shared.picture_url,
        link=sharing.link(shared, by=by),
        card_url=shared.card_url,
        is_named=named,
    )


@router.get("/shared/{token}", response=SharedOut, summary="What a link with a name is about")
def open_shared(request: HttpRequest, token: str) -> object:
    ref, person_id = sharing.read(token)
    shared = sharing.subject(ref, actor=door.actor(request))
    return {"ref": shared.ref, "by": people.cards([person_id]).get(person_id)}


@router.get("/creators/{creator_id}/calendar", response=CalendarOut, summary="Their rooms to come")
def creator_calendar(request: HttpRequest, creator_id: CreatorId) -> object:
    ref = ids.public("crt", creators.card(creator_id).id)
    return CalendarOut(url=sharing.full_address(reverse("shop:creator-calendar", args=[ref])))


@router.get("/rooms/{room_id}/calendar", response=CalendarOut, summary="One room for a calendar")
def room_calendar(request: HttpRequest, room_id: RoomId) -> object:
    ref = ids.public("rom", planning.of_room(room_id).room.id)
    return CalendarOut(url=sharing.full_address(reverse("shop:room-calendar", args=[ref])))
