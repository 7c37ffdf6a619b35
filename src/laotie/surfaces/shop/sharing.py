"""Sharing a product, a shop, a room or a post: a link, its code to scan, a picture to save.

The plain link says nothing of who shared it, and nobody is followed. Only somebody who is signed in
and says so puts their name on it: then the link is signed, and whoever opens it reads that name.
"""

import io

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from laotie.accounts import people
from laotie.look import answers, sharing
from laotie.surfaces.shop import share_card, web


@require_GET
@web.screen
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """Ways to share it; with `named=1` the link says whose it is."""
    who = answers.actor(request)
    shared = sharing.subject(ref, actor=who)
    is_named = request.GET.get("named") == "1" and who.person_id is not None
    link = sharing.link(shared, by=who.person_id if is_named else None)
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
    shared = sharing.subject(ref, actor=answers.actor(request))
    body = share_card.draw(
        title=shared.title,
        line=shared.line,
        picture_url=shared.picture_url,
        link=sharing.link(shared, by=None),
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
    ref, person_id = sharing.read(token)
    names = people.cards([person_id])
    if person_id in names:
        said = gettext("%(name)s shared this with you.") % {"name": names[person_id].name}
        messages.info(request, said, extra_tags="ok")
    return HttpResponseRedirect(sharing.subject(ref, actor=answers.actor(request)).path)


def _code(link: str) -> SafeString:
    """The link as a QR code: SVG of our own making, nothing of it typed by anybody."""
    buffer = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        buffer, kind="svg", scale=5, border=2, xmldecl=False, svgns=True, light="#fff", dark="#000"
    )
    return mark_safe(buffer.getvalue().decode())  # noqa: S308
