"""What a creator has announced: changing a room, calling it off, and the calendar."""

import calendar as calendars
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.catalog import pictures
from laotie.kernel import clock, ids
from laotie.kernel.errors import Refusal
from laotie.live import licensed, planning, rooms
from laotie.live.planning import Planned
from laotie.live.rooms import RoomCard
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web
from laotie.surfaces.studio.showing_form import EventField


class ChangeForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=rooms.LONGEST_TITLE)
    starts_at = fields.MomentField(
        label=gettext_lazy("Starts at"),
        help_text=gettext_lazy("Whoever asked to be reminded is told of a new time."),
    )
    cover = forms.FileField(
        label=gettext_lazy("Another cover"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 8 MB, upright. May be left out."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    event = EventField()


@require_http_methods(["GET", "POST"])
@web.screen
def change(request: HttpRequest, room: str) -> HttpResponse:
    """Change what is announced, or call it off further down the page."""
    (who, card), now = web.room_of(request, room), clock.now()
    if request.method == "GET":
        return _form(request, room, ChangeForm(initial=_known(card)))
    form = ChangeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, room, form, status=422)
    given = form.cleaned_data
    try:
        cover_url = None
        if given["cover"]:
            body = fields.picture_body(given["cover"], field="cover")
            kept = pictures.store(actor=who, body=body, shop_id=None, now=now)
            cover_url = f"/media/pictures/{kept.file}/640.webp"
        planning.change(
            actor=who,
            room_id=card.id,
            title=given["title"],
            starts_at=_unless_same(given["starts_at"], card.starts_at),
            cover_url=cover_url,
            now=now,
        )
        licensed.set_occasion(
            actor=who,
            room_id=card.id,
            occasion_id=ids.parse("occ", given["event"]) if given["event"] else None,
            now=now,
        )
    except Refusal as refusal:
        form = web.blame(form, refusal, picture="cover")
        return _form(request, room, form, status=refusal.status)
    return go(request, reverse("studio:room", args=[room]), said=_("Changed."))


@require_POST
@web.screen
def call_off(request: HttpRequest, room: str) -> HttpResponse:
    """Call an announced room off, with a reason for those who wait for it."""
    who, card = web.room_of(request, room)
    try:
        reason = request.POST.get("reason", "")
        planning.cancel(actor=who, room_id=card.id, reason=reason, now=clock.now())
    except Refusal as refusal:
        form = ChangeForm(initial=_known(card))
        return _form(request, room, form, refusal=refusal.text(), status=refusal.status)
    return go(request, reverse("studio:calendar"), said=_("Called off. Whoever waited is told."))


@require_GET
@web.screen
def calendar(request: HttpRequest) -> HttpResponse:
    """The creator's rooms by the month or by the week, in the installation's time zone."""
    creator_id = actor(request).require_creator()
    zone, now = ZoneInfo(settings.TIME_ZONE), clock.now()
    today = now.astimezone(zone).date()
    chosen = _day_of(request.GET.get("on", ""), today)
    is_week = request.GET.get("by") == "week"
    first, days = _span(chosen, is_week=is_week)
    start = datetime.combine(first, datetime.min.time(), zone)
    planned = planning.between(creator_id, start, start + timedelta(days=days))
    by_day: dict[date, list[Planned]] = {}
    for one in planned:
        by_day.setdefault(one.room.starts_at.astimezone(zone).date(), []).append(one)
    step = timedelta(days=7) if is_week else timedelta(days=32)
    before = chosen - timedelta(days=7) if is_week else chosen.replace(day=1) - timedelta(days=1)
    after = chosen + step if is_week else (chosen.replace(day=1) + step).replace(day=1)
    facts: dict[str, Any] = {
        "is_week": is_week,
        "chosen": chosen,
        "first": first,
        "days": [
            (day, day.month == chosen.month or is_week, day == today, by_day.get(day, []))
            for day in (first + timedelta(days=n) for n in range(days))
        ],
        "before": before,
        "after": after,
        "creator_ref": ids.public("crt", creator_id),
        "is_empty": not planned,
    }
    return web.show(request, "studio/calendar.html", facts)


def _span(chosen: date, *, is_week: bool) -> tuple[date, int]:
    """The first day shown, a Monday, and how many days: whole weeks."""
    if is_week:
        return chosen - timedelta(days=chosen.weekday()), 7
    first = chosen.replace(day=1)
    first -= timedelta(days=first.weekday())
    last = chosen.replace(day=calendars.monthrange(chosen.year, chosen.month)[1])
    return first, ((last - first).days // 7 + 1) * 7


def _day_of(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2100 else today


def _known(card: RoomCard) -> dict[str, object]:
    """What is announced, as the form shows it."""
    event = licensed.of_room(card.id)
    return {
        "title": card.title,
        "starts_at": card.starts_at,
        "event": event.public_id if event else "",
    }


def _unless_same(typed: datetime, known: datetime) -> datetime | None:
    """A form knows no seconds: what was not touched is not a new time."""
    return None if typed == known.replace(second=0, microsecond=0) else typed


def _form(
    request: HttpRequest, room: str, form: forms.Form, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    _who, card = web.room_of(request, room)
    facts = {"form": form, "room": card, "ref": room, "refusal": refusal}
    return web.show(request, "studio/room_change.html", facts, status=status)
