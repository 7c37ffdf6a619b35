"""The form for a link to another network, and the card that holds it wherever links may stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laotie.content.posting.post_pages import PostView
from laotie.kernel import ids
from laotie.links import listings, queries
from laotie.links.listings import ListingCard
from laotie.links.policy import Surface
from laotie.links.queries import FirstCuts, Standing
from laotie.live.rooms import RoomCard
from laotie.surfaces.studio import fields


class LinkForm(forms.Form):
    # Text, and not Django's own field: which addresses are good is for the links to say.
    url = forms.CharField(
        label=gettext_lazy("Address of the goods over there"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    link_price = fields.FenField(label=gettext_lazy("Price over there"), required=False)

    def wanted(self) -> dict[str, Any]:
        """What was typed, as use cases take it. The form must be valid."""
        return {"url": self.cleaned_data["url"], "price_fen": self.cleaned_data["link_price"]}


@dataclass(frozen=True, slots=True)
class Line:
    """A link. stops_at: when it stops by a published rule. remove: where a form takes it away."""

    card: ListingCard
    stops_at: datetime | None
    remove: str


@dataclass(frozen=True, slots=True)
class LinkCard:
    """The links of one place, what the rules say of it, and the form for one more.

    add:    where the form is sent; empty while none can be added.
    target: the part of the page that answers replace; empty for all of it.
    """

    title: str
    lines: tuple[Line, ...]
    standings: tuple[Standing, ...]
    form: LinkForm
    add: str
    target: str = ""


def of_product(
    shop: str, product: str, *, product_id: UUID, may_manage: bool, at: datetime
) -> LinkCard:
    """Where else a product is sold. Five queries."""
    cuts = queries.first_cuts(at=at)
    return _card(
        _("Sold elsewhere too"),
        Surface.PRODUCT_DETAIL,
        listings.of_product(product_id, at=at, published=cuts.published),
        add=reverse("studio:product-link", args=[shop, product]) if may_manage else "",
        remove=lambda link: reverse("studio:product-unlink", args=[shop, product, link]),
        may_remove=may_manage,
        cuts=cuts,
    )


def of_post(view: PostView, *, at: datetime) -> LinkCard:
    """Where what a post shows is sold too; for who may change it. Five queries."""
    ref, cuts = view.public_id, queries.first_cuts(at=at)
    return _card(
        _("Sold elsewhere too"),
        Surface.VIDEO_CART,
        listings.of_place(view.id, at=at, published=cuts.published),
        add=reverse("studio:post-link", args=[ref]) if view.is_editable else "",
        remove=lambda link: reverse("studio:post-unlink", args=[ref, link]),
        may_remove=True,
        cuts=cuts,
    )


def of_room(room: RoomCard, *, is_publishable: bool, at: datetime) -> LinkCard:
    """Where what a room shows is sold too; for its host and staff. Five queries."""
    ref, cuts = ids.public("rom", room.id), queries.first_cuts(at=at)
    return _card(
        _("Sold elsewhere too"),
        Surface.LIVE_CART,
        listings.of_place(room.id, at=at, published=cuts.published),
        add=reverse("studio:room-link", args=[ref]) if is_publishable else "",
        remove=lambda link: reverse("studio:room-unlink", args=[ref, link]),
        may_remove=True,
        target="#links",
        cuts=cuts,
    )


def of_own_page(shop: str, cuts: FirstCuts) -> LinkCard:
    """A form for a link on a shop's page, or without a shop on one's own. No query."""
    return _card(
        _("A link on the shop's page") if shop else _("A link on your page"),
        Surface.SHOP_HOME if shop else Surface.PROFILE,
        (),
        add=reverse("studio:shop-links", args=[shop]) if shop else reverse("studio:links"),
        remove=lambda link: "",
        may_remove=False,
        cuts=cuts,
    )


def _card(
    title: str,
    surface: Surface,
    cards: Sequence[ListingCard],
    *,
    add: str,
    remove: Callable[[str], str],
    may_remove: bool,
    target: str = "",
    cuts: FirstCuts,
) -> LinkCard:
    standings = queries.standings(surface, cuts)
    stops = {one.network.code: one.until for one in standings}
    return LinkCard(
        title=title,
        lines=tuple(
            Line(card, stops.get(card.network), remove(card.public_id) if may_remove else "")
            for card in cards
        ),
        standings=standings,
        form=LinkForm(),
        add=add,
        target=target,
    )
