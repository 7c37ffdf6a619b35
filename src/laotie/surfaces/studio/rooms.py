"""A creator's rooms: the list, announcing one, and the steps of its life."""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import shops
from laotie.catalog import pictures
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.live import keeping, licensed, rooms, showcase
from laotie.live.rooms import RoomCard
from laotie.look.answers import actor, is_part
from laotie.look.consoles import go
from laotie.surfaces.studio import control, fields, web
from laotie.surfaces.studio.showing_form import EventField


class RoomForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=rooms.LONGEST_TITLE)
    starts_at = fields.MomentField(label=gettext_lazy("Starts at"))
    cover = forms.FileField(
        label=gettext_lazy("Cover"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 8 MB, upright. May be left out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    shop = forms.ChoiceField(
        label=gettext_lazy("For a shop"),
        required=False,
        help_text=gettext_lazy("Its staff with the right to the stage can run the room too."),
    )
    event = EventField()

    def __init__(self, *arguments: object, who: Actor, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        staged = [
            file.card for file in shops.of_actor(who) if "stage" in web.rights_in(who, file.card.id)
        ]
        none = ("", gettext_lazy("None, my own room"))
        self.fields["shop"].choices = [  # type: ignore[attr-defined]
            none,
            *((card.public_id, f"{card.name['zh']} / {card.name['en']}") for card in staged),
        ]


@require_GET
@web.screen
def listing(request: HttpRequest) -> HttpResponse:
    """The creator's rooms, newest first."""
    creator_id = actor(request).require_creator()
    facts = {
        "rooms": showcase.rooms(creator_id).rows,
        "space": keeping.space_of(creator_id),
        "days": settings.LAOTIE.recordings_days,
    }
    return web.show(request, "studio/rooms.html", facts)


@require_http_methods(["GET", "POST"])
@web.screen
def schedule(request: HttpRequest) -> HttpResponse:
    """Announce a room."""
    who = actor(request)
    who.require_creator()
    if request.method == "GET":
        return _form(request, RoomForm(who=who, initial={"starts_at": clock.now()}))
    form = RoomForm(request.POST, request.FILES, who=who)
    if not form.is_valid():
        return _form(request, form, status=422)
    given, now = form.cleaned_data, clock.now()
    try:
        cover_url = ""
        if given["cover"]:
            body = fields.picture_body(given["cover"], field="cover")
            kept = pictures.store(actor=who, body=body, shop_id=None, now=now)
            cover_url = f"/media/pictures/{kept.file}/640.webp"
        card = rooms.schedule(
            actor=who,
            title=given["title"],
            starts_at=given["starts_at"],
            cover_url=cover_url,
            shop_id=ids.parse("shp", given["shop"]) if given["shop"] else None,
            now=now,
        )
        if given["event"]:
            licensed.set_occasion(
                actor=who,
                room_id=card.id,
                occasion_id=ids.parse("occ", given["event"]),
                now=now,
            )
    except Refusal as refusal:
        return _form(request, web.blame(form, refusal, picture="cover"), status=refusal.status)
    address = reverse("studio:room", args=[ids.public("rom", card.id)])
    return go(
        request, address, said=_("Announced. Fill the bag and connect your encoder or camera.")
    )


@require_POST
@web.screen
def preview(request: HttpRequest, room: str) -> HttpResponse:
    """The host sees the picture, nobody else."""
    return _step(request, room, rooms.open_preview)


@require_POST
@web.screen
def go_live(request: HttpRequest, room: str) -> HttpResponse:
    return _step(request, room, rooms.go_live)


@require_http_methods(["GET", "POST"])
@web.screen
def end(request: HttpRequest, room: str) -> HttpResponse:
    """Asked for by GET, done by POST."""
    if request.method == "GET":
        _who, card = web.room_of(request, room)
        return web.show(request, "studio/room/end.html", {"room": card, "ref": room})
    return _step(request, room, rooms.end)


def _step(request: HttpRequest, room: str, take: Callable[..., RoomCard]) -> HttpResponse:
    who, card = web.room_of(request, room)
    try:
        take(actor=who, room_id=card.id, now=clock.now())
    except Refusal as refusal:
        return control.answer(request, room, "state", refusal=refusal)
    if is_part(request) and take is not rooms.end:
        # Not another page: the camera that sends the picture lives in this one.
        answer = control.answer(request, room, "state")
        answer["HX-Trigger"] = "desk-changed"
        return answer
    return go(request, reverse("studio:room", args=[room]))


def _form(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return web.show(request, "studio/room_new.html", {"form": form}, status=status)
