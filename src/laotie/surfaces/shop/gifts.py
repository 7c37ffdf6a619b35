"""What a room gives away: taking part in a giveaway, its proof afterwards, and catching coupons."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import chat, drops, entries, giveaways, queries
from laotie.live.giveaways import EntryRule
from laotie.look import answers
from laotie.surfaces.shop import web


@require_GET
@web.screen
def giveaway(request: HttpRequest, room: str) -> HttpResponse:
    """The room's open giveaway, or the last one: what to do, one's own number, who won."""
    return _sheet(request, room)


@require_POST
@web.screen
def enter(request: HttpRequest, room: str, giveaway: str) -> HttpResponse:
    """Do what the giveaway asks for, as its button says, and take part."""
    who, now = answers.actor(request), clock.now()
    person_id = who.require_person()
    page = queries.room_page(ids.parse("rom", room), actor=who)
    card = giveaways.card(ids.parse("gaw", giveaway))
    if card.room_id != page.room.id:
        raise NotFound
    try:
        if card.rule is not EntryRule.WORD and not page.is_following:
            follows.follow(
                actor=who, creator_id=page.creator.id, device=answers.device(request), now=now
            )
        if card.rule is not EntryRule.FOLLOW and entries.of_person(person_id, card.id) is None:
            # The giveaway's own reference: a second tap is the same comment.
            line = chat.Line(page.room.id, person_id, card.word, ref=f"g{card.id.hex}")
            (verdict,) = chat.say(actor=who, lines=[line], now=now)
            if verdict.refused is not None:
                return _sheet(request, room, refusal=chat.sentence(verdict.refused), status=409)
        entries.enter(actor=who, giveaway_id=card.id, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        return _sheet(request, room, refusal=refusal.text(), status=refusal.status)
    if not answers.is_part(request):
        return web.go(request, reverse("shop:giveaway", args=[room]))
    return _sheet(request, room)


@require_GET
@web.screen
def proof(request: HttpRequest, giveaway: str) -> HttpResponse:
    """How a giveaway was drawn, for everybody to do again."""
    who = answers.actor(request)
    card = giveaways.card(ids.parse("gaw", giveaway))
    queries.room_page(card.room_id, actor=who)  # Not everybody may see every room.
    facts = {
        "card": card,
        "ref": ids.public("rom", card.room_id),
        "public_id": giveaway,
        "winners": giveaways.winners_of(card.id, actor=who),
        "mine": entries.of_person(who.person_id, card.id),
    }
    return web.show(request, "shop/giveaway_proof.html", facts)


@require_POST
@web.screen
def catch(request: HttpRequest, room: str, drop: str) -> HttpResponse:
    """Catch a piece of a coupon drop; it is in the wallet at once."""
    who, now = answers.actor(request), clock.now()
    who.require_person()
    drop_id = ids.parse("drp", drop)
    if drops.room_of(drop_id) != ids.parse("rom", room):
        raise NotFound
    caught = drops.catch(actor=who, drop_id=drop_id, now=now)
    text = _("It is in your wallet.") if caught.is_new else _("You have this coupon already.")
    if not answers.is_part(request):
        return web.go(request, reverse("shop:room", args=[room]))
    return answers.with_toast(HttpResponse(status=204), text)


def _sheet(
    request: HttpRequest, room: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    who = answers.actor(request)
    page = queries.room_page(ids.parse("rom", room), actor=who)
    card = giveaways.newest(page.room.id)
    facts = {
        "room": page,
        "ref": room,
        "card": card,
        "public_id": ids.public("gaw", card.id) if card else "",
        "mine": entries.of_person(who.person_id, card.id) if card else None,
        "winners": giveaways.winners_of(card.id, actor=who) if card else (),
        "refusal": refusal,
        "now": clock.now(),
    }
    return web.show(request, "shop/giveaway.html", facts, status=status)
