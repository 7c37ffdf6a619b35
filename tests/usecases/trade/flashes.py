"""What tests of flash purchases build on: goods at a running offer in a room, and wishes for them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest import mock
from uuid import UUID

import psycopg
from django.db import transaction
from tests.builders import NOW, ShopOfOne, a_creator, a_key, a_shop, a_stocked_sku, an_address

from laotie.catalog import offers
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.trade import flash
from laotie.trade.flash import Outcome, Verdict, Wish

PRICE_FEN, LIST_FEN = 1990, 3990


@dataclass(frozen=True, slots=True)
class Flash:
    """A SKU that a room offers."""

    shop: ShopOfOne
    host: Actor
    room_id: UUID
    sku_id: UUID
    offer_id: UUID

    def wish(
        self,
        buyer: Actor,
        quantity: int = 1,
        *,
        key: str | None = None,
        price_fen: int | None = PRICE_FEN,
    ) -> Wish:
        assert buyer.person_id
        return Wish(
            buyer.person_id, self.room_id, self.offer_id, self.sku_id, quantity, key or a_key(),
            price_fen, self.host.creator_id,
        )  # fmt: skip


def an_offer(
    shop: ShopOfOne,
    sku_id: UUID,
    *,
    room_id: UUID | None,
    price_fen: int = PRICE_FEN,
    quantity: int | None = None,
    limit: int | None = None,
) -> UUID:
    with transaction.atomic():
        return offers.open_offer(
            actor=shop.owner, sku_id=sku_id, price_fen=price_fen, place_id=room_id, starts_at=NOW,
            ends_at=NOW + timedelta(hours=1), quantity=quantity, limit_per_buyer=limit, now=NOW,
        ).id  # fmt: skip


def a_flash(
    *,
    on_hand: int = 100,
    quantity: int | None = None,
    limit: int | None = None,
    sku_limit: int | None = None,
    shop: ShopOfOne | None = None,
    host: Actor | None = None,
    sku_id: UUID | None = None,
) -> Flash:
    """quantity, limit: of the offer, in all and per buyer. sku_limit: per buyer, of the goods."""
    shop, room_id = shop or a_shop(), ids.new()
    sku = sku_id or a_stocked_sku(shop, LIST_FEN, on_hand=on_hand, limit=sku_limit)
    offer_id = an_offer(shop, sku, room_id=room_id, quantity=quantity, limit=limit)
    return Flash(shop, host or a_creator(), room_id, sku, offer_id)


def buy(*wishes: Wish, now: datetime = NOW) -> list[Verdict]:
    return flash.buy_batch(wishes, now=now)


def outcomes(verdicts: Sequence[Verdict]) -> list[Outcome]:
    return [verdict.outcome for verdict in verdicts]


def settled_in(buyer: Actor, *, region_code: str = "330100") -> Actor:
    """The same, with a default address."""
    an_address(buyer, region_code=region_code)
    return buyer


def orders_placed() -> int:
    return int(sql.rows("SELECT count(*) FROM trade_order")[0][0])


@contextmanager
def statements() -> Iterator[list[object]]:
    """Every statement that goes to the server, by whichever way, in their order."""
    run, seen = psycopg.Cursor.execute, []

    def execute(cursor: psycopg.Cursor, statement: object, *args: object, **how: object) -> object:
        seen.append(statement)
        return run(cursor, statement, *args, **how)  # type: ignore[arg-type]

    with mock.patch.object(psycopg.Cursor, "execute", execute):
        yield seen
