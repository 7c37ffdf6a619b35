"""Where else goods can be bought: links of a product, a post or a room, put up and taken away."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from laotie.catalog import external_links
from laotie.content.posting import external_links as of_posts
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.links import listings
from laotie.live import external_links as of_rooms
from laotie.look import unlinking
from laotie.surfaces.studio import control, goods, posts, web
from laotie.surfaces.studio.link_form import LinkForm


@require_POST
@web.screen
def add(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """The product's page leads there too; what bars it is said at the field."""
    who, file = goods.of_shop(request, shop, product)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return goods.show(request, shop, product, status=422, link_form=form)
    try:
        external_links.attach(
            actor=who,
            product_id=file.id,
            **form.wanted(),
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, price_fen="link_price")
        return goods.show(request, shop, product, status=refusal.status, link_form=blamed)
    return goods.done(request, shop, product, _("Buyers see the link on the product's page."))


@require_POST
@web.screen
def remove(request: HttpRequest, shop: str, product: str, link: str) -> HttpResponse:
    """The link is there no more; orders that came of it go on."""
    who, file = goods.of_shop(request, shop, product)
    end(who, link, of=file.id)
    said = _("The link is gone. Orders over there go on.")
    return goods.done(request, shop, product, said)


@require_POST
@web.screen
def add_to_post(request: HttpRequest, post: str) -> HttpResponse:
    """The post's bag leads there too; what bars it is said at the form."""
    (who, view), form = posts.post_of(request, post), LinkForm(request.POST)
    if not form.is_valid():
        return posts.show(request, post, status=422, link_form=form)
    try:
        of_posts.attach(actor=who, post_id=view.id, **form.wanted(), now=clock.now())
    except Refusal as refusal:
        blamed = web.blame(form, refusal, price_fen="link_price")
        return posts.show(request, post, status=refusal.status, link_form=blamed)
    return posts.changed(request, post, said=_("The link stands in its bag."))


@require_POST
@web.screen
def remove_from_post(request: HttpRequest, post: str, link: str) -> HttpResponse:
    """The link is there no more; orders that came of it go on."""
    who, view = posts.post_of(request, post)
    end(who, link, of=view.id)
    return posts.changed(request, post, said=_("The link is gone. Orders over there go on."))


@require_POST
@web.screen
def add_to_room(request: HttpRequest, room: str) -> HttpResponse:
    """The room's bag leads there too; what bars it is said at the form."""
    (who, card), form = web.room_of(request, room), LinkForm(request.POST)
    if not form.is_valid():
        return control.answer(request, room, "links", status=422, link_form=form)
    try:
        of_rooms.attach(actor=who, room_id=card.id, **form.wanted(), now=clock.now())
    except Refusal as refusal:
        blamed = web.blame(form, refusal, price_fen="link_price")
        return control.answer(request, room, "links", status=refusal.status, link_form=blamed)
    return control.answer(request, room, "links")


@require_POST
@web.screen
def remove_from_room(request: HttpRequest, room: str, link: str) -> HttpResponse:
    """The link is there no more; orders that came of it go on."""
    who, card = web.room_of(request, room)
    end(who, link, of=card.id)
    return control.answer(request, room, "links")


def end(who: Actor, link: str, *, of: UUID) -> None:
    """The link is there no more; orders that came of it go on.

    of:     what it must stand at (product, post or room), or whose it must be (shop or creator).
    raises: NotFound, also for a link of something else.
    """
    now, listing_id = clock.now(), ids.parse("lnk", link)
    place = listings.standing(listing_id, at=now).place
    if of not in {place.product_id, place.place_id, place.shop_id, place.creator_id}:
        raise NotFound
    unlinking.take_away(actor=who, listing_id=listing_id, now=now)
