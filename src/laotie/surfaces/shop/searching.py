"""Search: results, suggestions while typing, and the tree of shelves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.catalog import categories, lexemes, search
from laotie.catalog.search import Order, Results, Suggestion, Wanted
from laotie.content.posting import post_search
from laotie.content.relations import blocks
from laotie.kernel import clock, ids, money
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.look.answers import actor
from laotie.surfaces.shop import web
from laotie.trade import standing


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What was looked for, or the shelves when nothing was."""
    what = request.GET.get("what", "")
    if what in {"posts", "people"}:
        return _others(request, what)
    wanted = wanted_of(request.GET)
    after = request.GET.get("after")
    is_asked = bool(wanted.text.strip() or wanted.category_id or "order" in request.GET)
    shelves = categories.tree()
    facts = {
        "form": form_of(wanted),
        "here_query": query_of(wanted),
        "shelves": shelves,
        "path": categories.path_of(wanted.category_id, shelves) if wanted.category_id else (),
        "found": found(wanted, actor(request), after=after, now=clock.now()) if is_asked else None,
        "is_first": after is None,
        "place": "search",
        "what": "goods",
        "now": clock.now(),
    }
    return web.show(request, "shop/search.html", facts)


def _others(request: HttpRequest, what: str) -> HttpResponse:
    """Posts or creators that fit the words; nothing without any. At most ten queries."""
    words = request.GET.get("q", "").replace("\x00", "")[: lexemes.LONGEST_QUERY]
    who, after = actor(request), request.GET.get("after")
    find = post_search.posts if what == "posts" else post_search.people
    found = find(words, actor=who, after=after)
    facts = {
        "form": {"q": words},
        "what": what,
        "others": found,
        "next_query": urlencode({"q": words, "what": what, "after": found.next_after or ""}),
        "place": "search",
    }
    return web.show(request, "shop/search_others.html", facts)


@require_GET
@web.screen
def suggest(request: HttpRequest) -> HttpResponse:
    """What a few letters may mean; nothing below two of them."""
    text = request.GET.get("q", "")[: lexemes.LONGEST_QUERY]
    found: tuple[Suggestion, ...] = ()
    if text.strip():
        hidden = blocks.creators_apart_from(actor(request).person_id)
        found = search.suggest(text, hidden=hidden)
    return web.show(request, "shop/suggestions.html", {"suggestions": found, "text": text})


def found(wanted: Wanted, who: Actor, *, after: str | None, now: datetime) -> Results:
    """As `search.goods` for this viewer, with what is on the shelf now."""
    hidden = blocks.creators_apart_from(who.person_id) if wanted.text else ()
    results = search.goods(wanted, hidden=hidden, after=after, now=now)
    return replace(results, goods=standing.with_stock(results.goods))


def wanted_of(asked: Mapping[str, str], *, shop_id: UUID | None = None) -> Wanted:
    """What the address asks for. What cannot be read is left out; it is a wish, not a command."""
    order = asked.get("order", "")
    category = asked.get("category", "")
    return Wanted(
        text=asked.get("q", "").replace("\x00", "")[: lexemes.LONGEST_QUERY],
        category_id=ids.parse("cat", category) if category else None,
        shop_id=shop_id,
        least_fen=_fen(asked.get("least", "")),
        most_fen=_fen(asked.get("most", "")),
        is_in_stock=asked.get("stock") == "yes",
        is_on_flash=asked.get("flash") == "yes",
        order=Order(order) if order in set(Order) else Order.RELEVANCE,
    )


def sorted_by(wanted: Wanted, order: Order) -> Wanted:
    return replace(wanted, order=order)


def form_of(wanted: Wanted) -> dict[str, object]:
    """The fields as they were filled in."""
    return {
        "q": wanted.text,
        "category": ids.public("cat", wanted.category_id) if wanted.category_id else "",
        "least": _yuan(wanted.least_fen),
        "most": _yuan(wanted.most_fen),
        "stock": wanted.is_in_stock,
        "flash": wanted.is_on_flash,
        "order": wanted.order.value,
        "is_filtered": wanted.is_in_stock
        or wanted.is_on_flash
        or wanted.least_fen is not None
        or wanted.most_fen is not None,
    }


def query_of(wanted: Wanted) -> str:
    """The same wish as a query string, for the next page."""
    form = form_of(wanted)
    fields = {name: str(form[name]) for name in ("q", "category", "least", "most", "order")}
    fields |= {name: "yes" for name in ("stock", "flash") if form[name]}
    return urlencode({name: value for name, value in fields.items() if value})


def _fen(text: str) -> int | None:
    try:
        return money.parse_fen(text.strip()) if text.strip() else None
    except Invalid:
        return None


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}" if fen % 100 == 0 else f"{fen / 100:.2f}"
