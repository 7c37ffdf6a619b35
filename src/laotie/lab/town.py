"""The demo town's heart: two shops, twelve products, two creators, buyers, a room on air.

All of it goes through use cases alone. Made once; a later run finds everything again by phone
number, shop and title, and adds what is new. `town_street` opens the rest beside a room on air.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from laotie.accounts import (
    addresses,
    consent,
    creators,
    onboarding,
    operators,
    people,
    roles,
    second_step,
    shops,
)
from laotie.alliance import plans
from laotie.catalog import categories, pictures, products
from laotie.catalog.pictures import PictureCard
from laotie.catalog.products import NewSku, ProductFile
from laotie.catalog.shelves_of_cn import id_of as shelf_of
from laotie.delivery import freight
from laotie.kernel.actor import Actor
from laotie.lab import portraits, town_goods
from laotie.lab.town_goods import Goods, Texts
from laotie.ledger import payout_accounts
from laotie.ledger.terms import Party
from laotie.live import rooms, showcase, stage
from laotie.live.rooms import RoomCard
from laotie.trade import coupons, stock

Say = Callable[[str], None]

VIA = "demo"
_YEAR = timedelta(days=365)
_GOING_ON = ("SCHEDULED", "PREVIEW", "LIVE", "INTERRUPTED")


@dataclass(frozen=True, slots=True)
class Login:
    """One account to sign in with. Only a lab has such passwords.

    secret: of the authenticator app of whoever must have a second step, once it is on.
    """

    role: str
    name: Texts
    phone: str
    password: str
    secret: str = ""


OPERATOR = Login(
    "operator", {"zh": "老铁运营", "en": "Platform operator"}, "13800000001", "laotie-operator-1",
    "LAOTIELABOPERATORLAOTIELABOPERAT",
)  # fmt: skip
POTTER = Login(
    "creator", {"zh": "龙泉阿瓷", "en": "Potter A-Ci"}, "13800000002", "laotie-creator-2",
    "LAOTIELABPOTTERLAOTIELABPOTTERAA",
)  # fmt: skip
FARMER = Login(
    "creator", {"zh": "云山小禾", "en": "Farmer Xiao He"}, "13800000003", "laotie-creator-3"
)
KILN = Login(
    "merchant", {"zh": "清窑掌柜", "en": "Kiln keeper"}, "13800000004", "laotie-merchant-4",
    "LAOTIELABKILNLAOTIELABKILNLAOTIE",
)  # fmt: skip
FARM = Login(
    "merchant", {"zh": "云山掌柜", "en": "Farm keeper"}, "13800000005", "laotie-merchant-5"
)
BUYER = Login("buyer", {"zh": "林同学", "en": "Lin"}, "13800000006", "laotie-buyer-6")
FRIEND = Login("buyer", {"zh": "阿南", "en": "A Nan"}, "13800000007", "laotie-buyer-7")
EVERYBODY = (OPERATOR, POTTER, FARMER, KILN, FARM, BUYER, FRIEND)


@dataclass(frozen=True, slots=True)
class Town:
    """What a visitor needs to know of it."""

    kiln_id: UUID
    farm_id: UUID
    potter_id: UUID
    farmer_id: UUID
    room: RoomCard


def actor_of(login: Login, *, now: datetime) -> Actor:
    """The person, who joins if they are new, with today's rights."""
    card = people.join(phone=login.phone, password=login.password, name=login.name["zh"], now=now)
    person = roles.actor_of(card.id, VIA)
    consent.accept(actor=person, accepted=consent.versions(), language="zh-hans", now=now)
    return person


def give_app(login: Login, *, now: datetime) -> None:
    """The person's authenticator app has their known secret; again changes nothing."""
    card = people.join(phone=login.phone, password=login.password, name=login.name["zh"], now=now)
    second_step.enrol_known(
        actor=Actor.system(VIA), person_id=card.id, secret=login.secret, now=now
    )


def has_app(login: Login, *, now: datetime) -> bool:
    """Whether this person is asked for digits when they sign in."""
    card = people.join(phone=login.phone, password=login.password, name=login.name["zh"], now=now)
    return second_step.is_on(card.id)


def build(*, cover: Path | None, say: Say, now: datetime) -> Town:
    """The town is there, with a room that has not ended.

    cover: a picture for the room, such as the clip's poster.
    """
    operators.create(
        actor=Actor.system(VIA),
        phone=OPERATOR.phone,
        password=OPERATOR.password,
        name=OPERATOR.name["zh"],
        now=now,
    )
    operator = actor_of(OPERATOR, now=now)
    give_app(OPERATOR, now=now)
    kiln = open_shop(
        KILN,
        {"zh": "龙泉清窑", "en": "Qing Kiln, Longquan"},
        portraits.kiln_sign,
        operator=operator,
        sells=("teaware", "ceramics", "kitchen"),
        now=now,
    )
    farm = open_shop(
        FARM,
        {"zh": "云山小农", "en": "Cloud Hill Farm"},
        portraits.farm_sign,
        operator=operator,
        sells=("tea", "fruit", "grain"),
        now=now,
    )
    say("two shops are open")
    for login, shop_id, goods in ((KILN, kiln, town_goods.KILN), (FARM, farm, town_goods.FARM)):
        _stock_up(login, shop_id, goods, now=now)
        shop_terms(login, shop_id, now=now)
    _platform_coupon(now=now)
    say("twelve products are drawn, priced and on the shelves")
    potter = become_creator(POTTER, portraits.potter, now=now)
    farmer = become_creator(FARMER, portraits.farmer, now=now)
    _buyers(now=now)
    room = _room(kiln, farm, cover=cover, now=now)
    _announced(cover=cover, now=now)
    say("two creators, two buyers and a room with a full bag")
    return Town(kiln, farm, potter, farmer, room)


def open_shop(
    login: Login,
    name: Texts,
    sign: Callable[[], bytes],
    *,
    operator: Actor,
    sells: Sequence[str],
    now: datetime,
) -> UUID:
    """The person's shop has its sign, has handed in its papers and is approved.

    sells: slugs of categories.
    """
    owner = actor_of(login, now=now)
    known = shops.of_actor(owner)
    if known:
        return known[0].card.id
    shop_id = shops.apply(actor=owner, name=name, now=now).id
    owner = actor_of(login, now=now)
    logo = pictures.store(actor=owner, body=sign(), shop_id=shop_id, now=now)
    onboarding.hand_in(
        actor=owner,
        shop_id=shop_id,
        legal_name=f"{name['zh']}商行（演示）",
        licence_no=_licence_no(login.phone),
        licence_file=logo.file,
        responsible_name=login.name["zh"],
        contact_phone=login.phone,
        categories=sells,
        now=now,
    )
    shops.approve(actor=operator, shop_id=shop_id, now=now)
    owner = actor_of(login, now=now)
    shops.change(actor=owner, shop_id=shop_id, logo_url=path(logo, 320), now=now)
    return shop_id


def _licence_no(phone: str) -> str:
    """A code in the form of GB 32100 that no registry gave out: its region does not exist."""
    places = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91999999{phone[-9:]}"
    total = sum(places.index(letter) * pow(3, at, 31) for at, letter in enumerate(body))
    return body + places[(31 - total % 31) % 31]


def _stock_up(login: Login, shop_id: UUID, goods: Sequence[Goods], *, now: datetime) -> None:
    owner = actor_of(login, now=now)
    known = {file.title["en"] for file in products.files_of(actor=owner, shop_id=shop_id)}
    for one in goods:
        if one.title["en"] in known:
            continue
        picture = pictures.store(actor=owner, body=one.draw(), shop_id=shop_id, now=now)
        product = products.create(
            actor=owner,
            shop_id=shop_id,
            title=one.title,
            description=one.about,
            skus=[
                NewSku(variant.spec, variant.price_fen, flash_floor_fen=variant.floor_fen)
                for variant in one.variants
            ],
            picture_files=[picture.file],
            now=now,
        )
        for sku, variant in zip(product.skus, one.variants, strict=True):
            stock.set_stock(actor=owner, sku_id=sku.id, on_hand=variant.stock, now=now)
        categories.put(
            actor=owner, product_id=product.id, category_id=shelf_of(one.category), now=now
        )
        products.publish(actor=owner, product_id=product.id, now=now)
        plans.publish(actor=owner, product_id=product.id, creator_bps=one.creator_bps, now=now)


def shop_terms(login: Login, shop_id: UUID, *, now: datetime) -> None:
    """Freight, where payouts go, and one coupon to claim."""
    owner = actor_of(login, now=now)
    freight.set_rule(actor=owner, shop_id=shop_id, flat_fen=600, free_over_fen=9900, now=now)
    _payouts_to(owner, Party("shop", shop_id), login, now=now)
    if not coupons.claimable(shop_id, now=now):
        coupons.issue(
            actor=owner,
            shop_id=shop_id,
            name_zh="满 99 减 20",
            name_en="20 off 99",
            off_fen=2000,
            min_goods_fen=9900,
            budget_fen=2_000_000,
            limit_per_buyer=1,
            claim_window=(now, now + _YEAR),
            use_window=(now, now + _YEAR),
            now=now,
        )


def _payouts_to(actor: Actor, party: Party, login: Login, *, now: datetime) -> None:
    """The lab's provider keeps an account for everybody. Set again it changes nothing."""
    payout_accounts.set_account(
        actor=actor, party=party, kind="provider", holder=login.name["zh"],
        number=f"lab-{login.phone.lstrip('+')}", now=now,
    )  # fmt: skip


def _platform_coupon(*, now: datetime) -> None:
    if not coupons.claimable(None, now=now):
        coupons.issue(
            actor=Actor.system("lab"),
            shop_id=None,
            name_zh="新人立减 5 元",
            name_en="5 off for newcomers",
            off_fen=500,
            min_goods_fen=2900,
            budget_fen=1_000_000,
            limit_per_buyer=1,
            claim_window=(now, now + _YEAR),
            use_window=(now, now + _YEAR),
            now=now,
        )


def become_creator(login: Login, portrait: Callable[[], bytes], *, now: datetime) -> UUID:
    """The person is a creator with a face; the creator's id."""
    person = actor_of(login, now=now)
    if person.creator_id is not None:
        return person.creator_id
    creator_id = creators.become(actor=person, name=login.name["zh"], now=now).id
    picture = pictures.store(actor=person, body=portrait(), shop_id=None, now=now)
    creators.set_avatar(actor=actor_of(login, now=now), avatar_url=path(picture, 320), now=now)
    people.change(actor=person, avatar_url=path(picture, 320), now=now)
    _payouts_to(actor_of(login, now=now), Party("creator", creator_id), login, now=now)
    return creator_id


def _buyers(*, now: datetime) -> None:
    for login, line in ((BUYER, "文三路 90 号 3 幢 502"), (FRIEND, "延安路 12 号 1 单元")):
        person = actor_of(login, now=now)
        if not addresses.mine(actor=person):
            addresses.add(
                actor=person,
                name=login.name["zh"],
                phone=login.phone,
                region_code="330100",
                line=line,
                is_default=True,
                now=now,
            )


def _room(kiln: UUID, farm: UUID, *, cover: Path | None, now: datetime) -> RoomCard:
    """The potter's room: the one that is not over, or a new one."""
    host = actor_of(POTTER, now=now)
    room = open_room(host)
    if room is None:
        room = rooms.schedule(
            actor=host,
            title="龙泉青瓷 今晚开窑第一场",
            starts_at=now,
            cover_url=_cover(host, cover, now=now),
            now=now,
        )
    for login, shop_id in ((KILN, kiln), (FARM, farm)):
        for product in _shelf(login, shop_id, now=now):
            stage.add_item(actor=host, room_id=room.id, product_id=product.id, now=now)
    return room


def _announced(*, cover: Path | None, now: datetime) -> None:
    """The farmer's room, to come."""
    host = actor_of(FARMER, now=now)
    if open_room(host) is None:
        rooms.schedule(
            actor=host,
            title="云山早市 现摘脐橙",
            starts_at=now + timedelta(days=1),
            cover_url=_cover(host, None, now=now),
            now=now,
        )


def open_room(host: Actor) -> RoomCard | None:
    """The creator's room that is not over, if there is one."""
    assert host.creator_id is not None
    found = [room for room in showcase.rooms(host.creator_id).rows if room.state in _GOING_ON]
    return found[0] if found else None


def _shelf(login: Login, shop_id: UUID, *, now: datetime) -> list[ProductFile]:
    """A shop's products in the order in which the town names them."""
    order = [goods.title["en"] for goods in (*town_goods.KILN, *town_goods.FARM)]
    files = products.files_of(actor=actor_of(login, now=now), shop_id=shop_id)
    ours = [file for file in files if file.title["en"] in order and file.state == "ON_SALE"]
    return sorted(ours, key=lambda file: order.index(file.title["en"]))


def _cover(host: Actor, cover: Path | None, *, now: datetime) -> str:
    body = cover.read_bytes() if cover is not None and cover.exists() else portraits.farmer()
    return path(pictures.store(actor=host, body=body, shop_id=None, now=now), 640)


def path(picture: PictureCard, width: int) -> str:
    """A picture's address below our own origin."""
    return f"/media/pictures/{picture.file}/{width}.webp"
