"""The rest of the demo town: four more shops with 28 products, two more creators, what they plan.

Built beside a room that is on air, so that the first start does not wait for it. As with the
heart, a later run finds everything again and adds nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import product as every_pair
from typing import Any
from uuid import UUID

from laotie.accounts import closing
from laotie.alliance import plans
from laotie.catalog import categories, matrix, pictures, products, shop_follows
from laotie.catalog.matrix import Cell
from laotie.catalog.products import NewSku, ProductFile
from laotie.catalog.shelves_of_cn import id_of as shelf_of
from laotie.content.relations import follows
from laotie.kernel.actor import Actor
from laotie.lab import portraits, town, town_wares
from laotie.lab.town import Login, Say
from laotie.lab.town_wares import Size, Texts, Ware
from laotie.live import reminders, rooms, stage
from laotie.trade import coupons, stock

CLOTH = Login(
    "merchant", {"zh": "布坊掌柜", "en": "Linen keeper"}, "13800000008", "laotie-merchant-8"
)
INK = Login(
    "merchant", {"zh": "文房掌柜", "en": "Inkstone keeper"}, "13800000009", "laotie-merchant-9"
)
SCENT = Login(
    "merchant", {"zh": "香铺掌柜", "en": "Scent keeper"}, "13800000010", "laotie-merchant-10"
)
SNACK = Login(
    "merchant", {"zh": "老街掌柜", "en": "Old Street keeper"}, "13800000011", "laotie-merchant-11"
)
WEAVER = Login(
    "creator", {"zh": "织女阿秋", "en": "Weaver A-Qiu"}, "13800000012", "laotie-creator-12"
)
SCRIBE = Login(
    "creator", {"zh": "写字的老周", "en": "Lao Zhou writes"}, "13800000013", "laotie-creator-13"
)
PEOPLE = (CLOTH, INK, SCENT, SNACK, WEAVER, SCRIBE)
CREATOR_BPS = 1200
_FLOOR_BPS = 7500


@dataclass(frozen=True, slots=True)
class Store:
    """One of the four shops, before it is built."""

    login: Login
    name: Texts
    sign: Callable[[], bytes]
    wares: Sequence[Ware]


@dataclass(frozen=True, slots=True)
class Street:
    """The four shops by their keeper's phone, and the two creators."""

    shop_ids: Mapping[str, UUID]
    weaver_id: UUID
    scribe_id: UUID


STORES = (
    Store(
        CLOTH,
        {"zh": "青禾布坊", "en": "Qinghe Linen"},
        partial(
            portraits.sign,
            "#5f8fa8",
            "#2c5468",
            "M42 50 L118 50 L118 66 L42 66Z M42 74 L118 74 L118 90 L42 90Z"
            " M42 98 L118 98 L118 114 L42 114Z",
        ),
        town_wares.CLOTH,
    ),
    Store(
        INK,
        {"zh": "墨痕文房", "en": "Inkstone Stationery"},
        partial(
            portraits.sign,
            "#4b5058",
            "#1f2227",
            "M74 26 L86 26 L86 84 C98 98 90 122 80 138 C70 122 62 98 74 84Z",
        ),
        town_wares.INK,
    ),
    Store(
        SCENT,
        {"zh": "山居香铺", "en": "Hill House Scents"},
        partial(
            portraits.sign,
            "#9a7fb0",
            "#553a6b",
            "M80 28 C112 62 116 84 108 104 C102 122 58 122 52 104 C44 84 48 62 80 28Z",
        ),
        town_wares.SCENT,
    ),
    Store(
        SNACK,
        {"zh": "老街零食", "en": "Old Street Snacks"},
        partial(
            portraits.sign,
            "#e0913a",
            "#9c5516",
            "M34 76 L126 76 C124 108 106 126 80 126 C54 126 36 108 34 76Z"
            " M56 64 C56 44 104 44 104 64Z",
        ),
        town_wares.SNACK,
    ),
)


def build(*, say: Say, now: datetime) -> Street:
    """The street is open. `town.build` has built the heart before."""
    operator = town.actor_of(town.OPERATOR, now=now)
    shop_ids = {}
    for store in STORES:
        shop_id = town.open_shop(
            store.login,
            store.name,
            store.sign,
            operator=operator,
            sells=sorted({ware.category for ware in store.wares}),
            now=now,
        )
        _fill(store, shop_id, now=now)
        town.shop_terms(store.login, shop_id, now=now)
        shop_ids[store.login.phone] = shop_id
    _rates(shop_ids[CLOTH.phone], now=now)
    _on_holiday(shop_ids[SNACK.phone], now=now)
    weaver = town.become_creator(
        WEAVER, partial(portraits.seated, "#9fc0d6", "#35617f", mouth="smile"), now=now
    )
    scribe = town.become_creator(
        SCRIBE, partial(portraits.seated, "#c9b79c", "#4a4038", mouth="open"), now=now
    )
    built = Street(shop_ids, weaver, scribe)
    _liked(built, now=now)
    _planned(built, now=now)
    say("four more shops with 28 products are open; one is on holiday")
    return built


def _fill(store: Store, shop_id: UUID, *, now: datetime) -> None:
    owner = town.actor_of(store.login, now=now)
    known = {file.title["en"] for file in products.files_of(actor=owner, shop_id=shop_id)}
    for ware in store.wares:
        if ware.title["en"] in known:
            continue
        product = _made(owner, shop_id, ware, now=now)
        categories.put(
            actor=owner, product_id=product.id, category_id=shelf_of(ware.category), now=now
        )
        for sku in product.skus:
            if sku.is_on_sale:
                stock.set_stock(actor=owner, sku_id=sku.id, on_hand=ware.stock, now=now)
        products.publish(actor=owner, product_id=product.id, now=now)
        plans.publish(actor=owner, product_id=product.id, creator_bps=CREATOR_BPS, now=now)


def _made(owner: Actor, shop_id: UUID, ware: Ware, *, now: datetime) -> ProductFile:
    """The product with a picture for each look, and its matrix if it has axes."""
    files = [
        pictures.store(actor=owner, body=look.draw(), shop_id=shop_id, now=now).file
        for look in ware.looks
    ]
    product = products.create(
        actor=owner,
        shop_id=shop_id,
        title=ware.title,
        description=ware.about,
        skus=[_sku(ware.looks[0].name, ware.price_fen)],
        picture_files=files,
        now=now,
    )
    axes = _axes(ware)
    if not axes:
        return product
    sizes = ware.sizes or (Size({"zh": "", "en": ""}, 0),)
    cells = [
        Cell(
            choice=(at, of) if ware.sizes else (at,),
            sku=_sku({}, ware.price_fen + size.more_fen, picture=files[at]),
            sku_id=product.skus[0].id if (at, of) == (0, 0) else None,
        )
        for at, (of, size) in every_pair(range(len(ware.looks)), enumerate(sizes))
    ]
    return matrix.arrange(actor=owner, product_id=product.id, axes=axes, cells=cells, now=now)


def _axes(ware: Ware) -> list[dict[str, Any]]:
    if len(ware.looks) < 2:
        return []
    axes = [{"zh": "款式", "en": "Kind", "values": [look.name for look in ware.looks]}]
    if ware.sizes:
        axes.append({"zh": "规格", "en": "Size", "values": [size.name for size in ware.sizes]})
    return axes


def _sku(spec: Mapping[str, str], price_fen: int, *, picture: str = "") -> NewSku:
    floor_fen = price_fen * _FLOOR_BPS // 10_000
    return NewSku(spec, price_fen, flash_floor_fen=floor_fen, picture=picture)


def _rates(shop_id: UUID, *, now: datetime) -> None:
    """A coupon that takes a tenth off, beside the one of a fixed sum."""
    if len(coupons.claimable(shop_id, now=now)) > 1:
        return
    window = (now, now + timedelta(days=30))
    coupons.issue(
        actor=town.actor_of(CLOTH, now=now),
        shop_id=shop_id,
        name_zh="全店九折 最多减 30",
        name_en="10% off, at most 30",
        off_fen=3000,
        rate_bps=1000,
        min_goods_fen=5000,
        budget_fen=600_000,
        limit_per_buyer=1,
        claim_window=window,
        use_window=window,
        now=now,
    )


def _on_holiday(shop_id: UUID, *, now: datetime) -> None:
    """The snack shop is away; what is ordered now is shipped when it is back."""
    if closing.away([shop_id], at=now):
        return
    closing.announce(
        actor=town.actor_of(SNACK, now=now),
        shop_id=shop_id,
        takes_orders=True,
        starts_at=now,
        until=now + timedelta(days=5),
        notice={
            "zh": "回乡收核桃，五天后发货。",
            "en": "Harvesting walnuts; we ship in five days.",
        },
        now=now,
    )


def _liked(built: Street, *, now: datetime) -> None:
    """The buyers follow creators and shops."""
    for login in (town.BUYER, town.FRIEND):
        person = town.actor_of(login, now=now)
        for creator_id in (built.weaver_id, built.scribe_id):
            follows.follow(actor=person, creator_id=creator_id, now=now)
        for phone in (CLOTH.phone, INK.phone):
            shop_follows.follow(actor=person, shop_id=built.shop_ids[phone], now=now)


def _planned(built: Street, *, now: datetime) -> None:
    """The scribe's room in two days, with a bag and people who want to be reminded."""
    host = town.actor_of(SCRIBE, now=now)
    room = town.open_room(host)
    if room is None:
        cover = partial(portraits.seated, "#c9b79c", "#4a4038", mouth="open")
        picture = pictures.store(actor=host, body=cover(), shop_id=None, now=now)
        room = rooms.schedule(
            actor=host,
            title="老周教你写春联",
            starts_at=now + timedelta(days=2),
            cover_url=town.path(picture, 640),
            now=now,
        )
    owner = town.actor_of(INK, now=now)
    for file in products.files_of(actor=owner, shop_id=built.shop_ids[INK.phone]):
        stage.add_item(actor=host, room_id=room.id, product_id=file.id, now=now)
    for login in (town.BUYER, town.FRIEND):
        reminders.ask(actor=town.actor_of(login, now=now), room_id=room.id, now=now)
