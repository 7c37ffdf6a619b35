"""The way out to another network, for apps: a signed address of ours to open in a browser."""

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from laotie.accounts import sessions
from laotie.kernel import clock, crypto
from laotie.links import clicks
from laotie.look import leaving
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import ClickId, ExternalLinkId, Out

router = Router(tags=["external links"])


class WayOutOut(Out):
    """`address` tells where it leads and holds for half an hour; `host` is where that is."""

    click_id: ClickId
    address: str
    host: str


@router.post(
    "/external-links/{link_id}/leave", response=WayOutOut, summary="Ask to leave by a link"
)
def leave(request: HttpRequest, link_id: ExternalLinkId) -> object:
    who = door.actor(request)
    # A guest of an app has no session: each way out is a visitor of its own; the address limits.
    named = f"person {who.person_id}" if who.person_id else f"guest {secrets.token_hex(16)}"
    hop = leaving.ask(
        actor=who,
        listing_id=link_id,
        visitor=crypto.blind_index(named, context="links.visitor"),
        address=sessions.visitor_address(request),
        now=clock.now(),
    )
    base = str(settings.LAOTIE.public_url).rstrip("/")
    return {
        "click_id": hop.click_id,
        "address": base + reverse("shop:out", args=[clicks.for_a_browser(hop)]),
        "host": urlsplit(hop.url).hostname,
    }
