"""The weaver's show: half a minute on air with a giveaway; a replay with chapters and clips."""

import asyncio
from pathlib import Path
from typing import Any

import httpx

from laotie.catalog import pictures, products
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.lab import town, town_street, town_wares
from laotie.lab.host import Host
from laotie.lab.town import Say
from laotie.lab.town_street import WEAVER, Street
from laotie.live import entries, giveaways, replays, rooms, stage
from laotie.live.rooms import RoomCard

_ITEMS = 3
_SHOWS_EACH_S = 11
_DRAWN_AFTER_S = 12
_DRAWN_WITHIN_S = 30


async def play(
    config: Any, http: httpx.AsyncClient, built: Street, *, clip: Path, program: str, say: Say
) -> None:
    """The replay is there; one that is there already is left alone."""
    room = await asyncio.to_thread(_room, built)
    if room is None:
        return
    host = Host(config, http, room_id=room.id, login=WEAVER)
    try:
        await host.sign_in()
        await host.publish(clip=clip, program=program)
        await host.signal()
        await host.go_live()
        given = await asyncio.to_thread(_give_away, room)
        for item in (await host.bag())[:_ITEMS]:
            await host.pin(item["product"]["product_id"])
            await asyncio.sleep(_SHOWS_EACH_S)
        await _drawn(given)
        await host.visitor.post(f"/rooms/{host.room_id}/end")
    finally:
        host.stop()
    say(f"the weaver's show is over; its replay: {config.public_url}/replay/{host.room_id}")


def _room(built: Street) -> RoomCard | None:
    """The room to go on air in, with a bag; None if the show has been."""
    if replays.listing(actor=Actor.anonymous(), creator_id=built.weaver_id, most=1).rows:
        return None
    now = clock.now()
    host = town.actor_of(WEAVER, now=now)
    room = town.open_room(host)
    if room is None:
        portrait = pictures.store(
            actor=host, body=town_wares.CLOTH[0].looks[0].draw(), shop_id=None, now=now
        )
        room = rooms.schedule(
            actor=host,
            title="阿秋的织布间 毛巾与手提袋",
            starts_at=now,
            cover_url=town.path(portrait, 640),
            now=now,
        )
    keeper = town.actor_of(town_street.CLOTH, now=now)
    shop_id = built.shop_ids[town_street.CLOTH.phone]
    for file in products.files_of(actor=keeper, shop_id=shop_id):
        stage.add_item(actor=host, room_id=room.id, product_id=file.id, now=now)
    return room


def _give_away(room: RoomCard) -> Any:
    """Something is given away, and both buyers, who follow the weaver, take part."""
    now = clock.now()
    given = giveaways.open_giveaway(
        actor=town.actor_of(WEAVER, now=now),
        room_id=room.id,
        prize="手织茶席布一条",
        coupon_id=None,
        winners=1,
        rule="follow",
        word="",
        seconds=_DRAWN_AFTER_S,
        now=now,
    )
    for login in (town.BUYER, town.FRIEND):
        entries.enter(actor=town.actor_of(login, now=now), giveaway_id=given.id, now=now)
    return given


async def _drawn(given: Any) -> None:
    """The worker draws when the time has come; the show does not end before."""
    async with asyncio.timeout(_DRAWN_WITHIN_S):
        while (await asyncio.to_thread(giveaways.card, given.id)).state == "OPEN":  # noqa: ASYNC110
            await asyncio.sleep(1)
