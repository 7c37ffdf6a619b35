"""The studio's frame: whoever is signed in passes, and sees what they may do."""

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse

from laotie.accounts import creators, shops
from laotie.accounts.roles import ALL_RIGHTS
from laotie.accounts.shops import ShopFile
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.live import queries
from laotie.live.rooms import RoomCard
from laotie.live.seats import Duty
from laotie.look import answers
from laotie.look.consoles import Console

P = ParamSpec("P")
F = TypeVar("F", bound=Form)


def _facts(request: HttpRequest, who: Actor) -> Mapping[str, Any]:
    """What the left side draws. At most two queries."""
    match = request.resolver_match
    mine = shops.of_actor(who) if who.shop_rights else ()
    ref = match.kwargs.get("shop", "") if match else ""
    chosen = next((file for file in mine if file.card.public_id == ref), None)
    if chosen is None and mine and not ref:
        chosen = mine[0]
    return {
        "here": match.url_name if match else "",
        "creator": creators.card(who.creator_id) if who.creator_id else None,
        "my_shops": mine,
        "my_shop": chosen,
        "rights": rights_in(who, chosen.card.id) if chosen else frozenset(),
    }


_console = Console("studio/frame.html", _facts)
show = _console.show
refused = _console.refused


def screen(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the studio: guests sign in before anything is looked up."""

    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answers.actor(request).require_person()
        return view(request, *args, **kwargs)

    return _console.screen(checked)


def shop_of(request: HttpRequest, ref: str) -> tuple[Actor, ShopFile]:
    """Who asks, and the shop they ask about. raises: NotFound, also for strangers."""
    who = answers.actor(request)
    return who, shops.file_of(actor=who, shop_id=ids.parse("shp", ref))


def room_of(request: HttpRequest, ref: str) -> tuple[Actor, RoomCard]:
    """Who asks, and the room whose stage is theirs. raises: NotFound, also for strangers."""
    who = answers.actor(request)
    try:
        return who, queries.room_for_host(ids.parse("rom", ref), actor=who)
    except NotAllowed as error:
        raise NotFound from error


def seat_of(request: HttpRequest, ref: str) -> tuple[Actor, RoomCard, frozenset[Duty]]:
    """Who asks, the room in which they keep order, and what they may do there.

    raises: NotFound, also for strangers.
    """
    who = answers.actor(request)
    try:
        return who, *queries.room_for_duty(ids.parse("rom", ref), actor=who)
    except NotAllowed as error:
        raise NotFound from error


def rights_in(who: Actor, shop_id: UUID) -> frozenset[str]:
    """What the actor may do for a shop."""
    if who.is_operator:
        return frozenset(str(right) for right in ALL_RIGHTS)
    return frozenset(who.shop_rights.get(shop_id, frozenset()))


def blame(form: F, refusal: Refusal, **renamed: str) -> F:
    """As `answers.blame`. renamed: the use case's word for a field, to the form's."""
    field = str(refusal.facts.get("field", "")).replace(".", "_")
    field = renamed.get(field, field)
    form.add_error(field if field in form.fields else None, refusal.text())
    return form
