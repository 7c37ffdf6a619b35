"""The way out to another network: asked for, told of on a page of ours, then taken.

The last step is an address of ours that redirects, since a form may lead to us alone. It leads only
where a signed token says, and whatever fetches pages ahead of people is not a person leaving.
"""

import secrets
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, crypto, ids
from laotie.kernel.errors import NotFound
from laotie.look import answers, leaving
from laotie.surfaces.shop import web

_MARK = "left_by"


@require_POST
@web.screen
def leave(request: HttpRequest, link: str) -> HttpResponse:
    """Somebody wants to leave by a link: to the page that tells where it leads."""
    hop = leaving.ask(
        actor=answers.actor(request),
        listing_id=ids.parse("lnk", link),
        visitor=_visitor(request),
        address=web.visitor_address(request),
        now=clock.now(),
    )
    return web.go(request, reverse("shop:out", args=[hop.token]))


@require_GET
@web.screen
def out(request: HttpRequest, hop: str) -> HttpResponse:
    """Where it leads, and what no longer holds there."""
    found = leaving.read(hop, visitor=_visitor_known(request), at=clock.now())
    facts = {
        "hop": found,
        "host": urlsplit(found.url).hostname,
        "back": leaving.page_of(found.listing.place),
    }
    answer = web.show(request, "shop/leave_us.html", facts)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_GET
@web.screen
def go(request: HttpRequest, hop: str) -> HttpResponse:
    """Away. raises: NotFound, LinkBlocked."""
    if "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""):
        raise NotFound
    found = leaving.go(token=hop, visitor=_visitor_known(request), now=clock.now())
    answer = HttpResponseRedirect(found.url)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _visitor(request: HttpRequest) -> bytes:
    """The person, or else the guest's session, by a mark that tells nothing to whoever reads it."""
    person_id = answers.actor(request).person_id
    if person_id is not None:
        return crypto.blind_index(f"person {person_id}", context="links.visitor")
    mark = request.session.setdefault(_MARK, secrets.token_hex(16))
    return _of_guest(mark)


def _visitor_known(request: HttpRequest) -> bytes:
    """As `_visitor`; a guest who has asked for nothing yet is one of whom no session is kept."""
    if answers.actor(request).person_id is not None or _MARK in request.session:
        return _visitor(request)
    return _of_guest(secrets.token_hex(16))


def _of_guest(mark: str) -> bytes:
    return crypto.blind_index(f"guest {mark}", context="links.visitor")
