"""Links to a product, a shop, a room or a post that people send on, plain or with their name.

A plain link says nothing of who shared it. One with a name is signed, and whoever opens it reads
that name; nothing is written down.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from laotie.accounts import shops
from laotie.catalog import queries as catalog
from laotie.content.posting import post_pages
from laotie.kernel import clock, crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.live import queries as live
from laotie.look.templatetags.look import yuan

_PAGES = {"prd": "shop:product", "shp": "shop:shop", "rom": "shop:room", "pst": "shop:post"}
_KINDS = tuple(_PAGES)
_MARK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Shared:
    """What is shared, in the reader's language. `line`: a price, a host, or nothing."""

    ref: str
    title: str
    line: str
    picture_url: str

    @property
    def path(self) -> str:
        return reverse(_PAGES[self.ref.partition("_")[0]], args=[self.ref])

    @property
    def card_url(self) -> str:
        """Where its picture with title, price and code is."""
        return full_address(reverse("shop:share-card", args=[self.ref]))


def subject(ref: str, *, actor: Actor) -> Shared:
    """raises: NotFound for what has no page, or is not public."""
    kind = ref.partition("_")[0]
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    if kind == "prd":
        page = catalog.product_page(ids.parse("prd", ref), at=clock.now())
        prices = [sku.offer.price_fen for sku in page.skus if sku.offer]
        cheapest_fen = min(prices, default=page.card.list_price_fen)
        return Shared(ref, page.card.title[language], yuan(cheapest_fen), page.card.picture_url)
    if kind == "shp":
        shop = shops.card(ids.parse("shp", ref))
        if not shop.is_open:
            raise NotFound
        return Shared(ref, shop.name[language], "", shop.logo_url)
    if kind == "rom":
        room = live.room_page(ids.parse("rom", ref), actor=actor)
        return Shared(ref, room.room.title, room.creator.name, room.creator.avatar_url)
    if kind == "pst":
        post = post_pages.public(ids.parse("pst", ref))
        return Shared(ref, post.title, post.creator.name, post.card_url)
    raise NotFound


def link(shared: Shared, *, by: UUID | None) -> str:
    """The whole address to send on. by: the person whose name it shall say."""
    if by is None:
        return full_address(shared.path)
    kind = shared.ref.partition("_")[0]
    body = bytes([_KINDS.index(kind)]) + ids.parse(kind, shared.ref).bytes + by.bytes
    token = base64.urlsafe_b64encode(body + _mark(body)).decode().rstrip("=")
    return full_address(reverse("shop:shared", args=[token]))


def read(token: str) -> tuple[str, UUID]:
    """What a signed link is about and who shared it. raises: NotFound for one that is not ours."""
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as error:
        raise NotFound from error
    body, mark = whole[:-_MARK_BYTES], whole[-_MARK_BYTES:]
    is_ours = len(body) == 33 and body[0] < len(_KINDS) and hmac.compare_digest(mark, _mark(body))
    if not is_ours:
        raise NotFound
    return ids.public(_KINDS[body[0]], UUID(bytes=body[1:17])), UUID(bytes=body[17:33])


def full_address(path: str) -> str:
    """A path of this site as it is reached from outside."""
    return f"{settings.LAOTIE.public_url.rstrip('/')}{path}"


def _mark(body: bytes) -> bytes:
    return crypto.blind_index(body.hex(), context="shared-link")[:_MARK_BYTES]
