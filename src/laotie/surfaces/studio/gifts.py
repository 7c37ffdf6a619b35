"""What the host gives away in a room: giveaways and coupon drops."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import drops, gifts, giveaways
from laotie.surfaces.studio import control, web
from laotie.surfaces.studio.gift_parts import DropForm, GiveawayForm, choices_of


@require_POST
@web.screen
def give(request: HttpRequest, room: str) -> HttpResponse:
    """Open a giveaway."""
    (who, card), now = web.room_of(request, room), clock.now()
    choices = choices_of(gifts.coupons_for(card.id, actor=who, now=now))
    form = GiveawayForm(request.POST, choices=choices)
    if not form.is_valid():
        return control.answer(request, room, "gifts", status=422, giveaway_form=form)
    given = form.cleaned_data
    try:
        giveaways.open_giveaway(
            actor=who,
            room_id=card.id,
            prize=given["prize"],
            coupon_id=ids.parse("cpn", given["coupon"]) if given["coupon"] else None,
            winners=given["winners"],
            rule=given["rule"],
            word=given["word"],
            seconds=given["seconds"],
            now=now,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        web.blame(form, refusal)
        return control.answer(request, room, "gifts", status=refusal.status, giveaway_form=form)
    return control.answer(request, room, "gifts")


@require_POST
@web.screen
def call_off(request: HttpRequest, room: str, giveaway: str) -> HttpResponse:
    """Call a giveaway off that nobody has entered."""
    who, _card = web.room_of(request, room)
    try:
        giveaways.cancel(actor=who, giveaway_id=ids.parse("gaw", giveaway), now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return control.answer(request, room, "gifts", refusal=refusal)
    return control.answer(request, room, "gifts")


@require_POST
@web.screen
def drop(request: HttpRequest, room: str) -> HttpResponse:
    """Throw a coupon into the room."""
    (who, card), now = web.room_of(request, room), clock.now()
    choices = choices_of(gifts.coupons_for(card.id, actor=who, now=now))
    form = DropForm(request.POST, choices=choices)
    if not form.is_valid():
        return control.answer(request, room, "gifts", status=422, drop_form=form)
    given = form.cleaned_data
    try:
        drops.open_drop(
            actor=who,
            room_id=card.id,
            coupon_id=ids.parse("cpn", given["coupon"]),
            pieces=given["pieces"],
            seconds=given["seconds"],
            now=now,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        web.blame(form, refusal)
        return control.answer(request, room, "gifts", status=refusal.status, drop_form=form)
    return control.answer(request, room, "gifts")


@require_POST
@web.screen
def close_drop(request: HttpRequest, room: str) -> HttpResponse:
    who, card = web.room_of(request, room)
    drops.close(actor=who, room_id=card.id, now=clock.now())
    return control.answer(request, room, "gifts")
