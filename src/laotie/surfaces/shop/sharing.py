"""Sharing a product, a shop or a room: a link, its code to scan, a picture to save.

The plain link says nothing of who shared it, and nobody is followed. Only somebody who is signed in
and says so puts their name on it: then the link is signed, and whoever opens it reads that name.
"""

import base64
import binascii
import hmac
import io
from dataclasses import dataclass
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from laotie.accounts import people, shops
from laotie.catalog import queries as catalog
from laotie.kernel import clock, crypto, ids
from laotie.kernel.errors import NotFound
from laotie.live import queries as live
from laotie.look import answers
from laotie.look.templatetags.look import yuan
from laotie.surfaces.shop import share_card, web

_PAGES = {"prd": "shop:product", "shp": "shop:shop", "rom": "shop:room"}
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


@require_GET
@web.screen
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """Ways to share it; with `named=1` the link says whose it is."""
    shared = _shared(request, ref)
    who = answers.actor(request)
    is_named = request.GET.get("named") == "1" and who.person_id is not None
    link = _full(_signed(ref, who.person_id) if is_named and who.person_id else shared.path)
    facts = {
        "shared": shared,
        "link": link,
        "code": _code(link),
        "is_named": is_named,
        "back": shared.path,
    }
    return web.show(request, "shop/share.html", facts)


@require_GET
@web.screen
def card(request: HttpRequest, ref: str) -> HttpResponse:
    """A picture with title, price and code, to be saved and sent on."""
    shared = _shared(request, ref)
    body = share_card.draw(
        title=shared.title,
        line=shared.line,
        picture_url=shared.picture_url,
        link=_full(shared.path),
        says=gettext("Scan to look at it"),
    )
    answer = HttpResponse(body, content_type="image/png")
    answer["Content-Disposition"] = f'inline; filename="laotie-{ref}.png"'
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_GET
@web.screen
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """From a signed link to what it is about; nothing is written down. raises: NotFound."""
    ref, person_id = _read(token)
    names = people.cards([person_id])
    if person_id in names:
        said = gettext("%(name)s shared this with you.") % {"name": names[person_id].name}
        messages.info(request, said, extra_tags="ok")
    return HttpResponseRedirect(_shared(request, ref).path)


def _shared(request: HttpRequest, ref: str) -> Shared:
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
        room = live.room_page(ids.parse("rom", ref), actor=answers.actor(request))
        return Shared(ref, room.room.title, room.creator.name, room.creator.avatar_url)
    raise NotFound


def _signed(ref: str, person_id: UUID) -> str:
    """The short address with the sharer's name in it."""
    kind = ref.partition("_")[0]
    body = bytes([_KINDS.index(kind)]) + ids.parse(kind, ref).bytes + person_id.bytes
    token = base64.urlsafe_b64encode(body + _mark(body)).decode().rstrip("=")
    return reverse("shop:shared", args=[token])


def _read(token: str) -> tuple[str, UUID]:
    """What a link is about and who shared it. raises: NotFound for one that is not ours."""
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as error:
        raise NotFound from error
    body, mark = whole[:-_MARK_BYTES], whole[-_MARK_BYTES:]
    is_ours = len(body) == 33 and body[0] < len(_KINDS) and hmac.compare_digest(mark, _mark(body))
    if not is_ours:
        raise NotFound
    return ids.public(_KINDS[body[0]], UUID(bytes=body[1:17])), UUID(bytes=body[17:33])


def _mark(body: bytes) -> bytes:
    return crypto.blind_index(body.hex(), context="shared-link")[:_MARK_BYTES]


def _full(path: str) -> str:
    return f"{settings.LAOTIE.public_url.rstrip('/')}{path}"


def _code(link: str) -> SafeString:
    """The link as a QR code: SVG of our own making, nothing of it typed by anybody."""
    buffer = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        buffer, kind="svg", scale=5, border=2, xmldecl=False, svgns=True, light="#fff", dark="#000"
    )
    return mark_safe(buffer.getvalue().decode())  # noqa: S308
