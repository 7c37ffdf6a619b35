"""The demo town is made once, and every later run finds it again."""

from io import BytesIO

import pytest
from PIL import Image

from laotie.accounts import closing
from laotie.catalog import queries as catalog
from laotie.kernel import clock, sql
from laotie.lab import portraits, town, town_belts, town_goods, town_links, town_street, town_wares
from laotie.live import queries as live

_TABLES = [
    "accounts_person",
    "accounts_shop",
    "accounts_creator",
    "catalog_product",
    "catalog_sku",
    "catalog_picture",
    "trade_coupon",
    "accounts_address",
    "live_room",
    "live_item",
]


def counts() -> dict[str, int]:
    found = {}
    for table in _TABLES:
        ((found[table],),) = sql.rows(f"SELECT count(*) FROM {table}")
    return found


@pytest.mark.usefixtures("db")
def test_the_town_is_built_once_and_its_street_beside_it() -> None:
    said: list[str] = []

    built = town.build(cover=None, say=said.append, now=clock.now())
    first = counts()
    again = town.build(cover=None, say=said.append, now=clock.now())

    assert again == built
    assert counts() == first
    assert (first["accounts_shop"], first["catalog_product"], first["accounts_creator"]) == (
        2,
        12,
        2,
    )
    assert first["accounts_person"] == len(town.EVERYBODY)
    bag = live.bag(built.room.id, now=clock.now())
    assert [item.no for item in bag] == list(range(1, 13))
    assert bag[0].product.title["zh"] == "龙泉青瓷 梅子青手拉坯茶盏"
    for shop_id in (built.kiln_id, built.farm_id):
        cards = catalog.shop_products(shop_id)
        assert len(cards) == 6
        assert all(card.is_on_sale and card.picture_url for card in cards)

    for _ in range(2):
        town_belts.list_up(say=said.append)
    assert sql.rows("SELECT state FROM content_beltmembership") == [("MEMBER",), ("MEMBER",)]

    for _ in range(2):
        town_links.put_up(say=said.append)
    ((rules, links, orders),) = sql.rows(
        "SELECT (SELECT count(*) FROM links_rule), (SELECT count(*) FROM links_listing),"
        " (SELECT count(*) FROM links_externalorder)"
    )
    assert (rules, links, orders) == (6, 3, 4)

    street = town_street.build(say=said.append, now=clock.now())
    first = counts()
    again = town_street.build(say=said.append, now=clock.now())

    assert again == street
    assert counts() == first
    assert (first["accounts_shop"], first["catalog_product"], first["accounts_creator"]) == (
        6,
        40,
        4,
    )
    ((with_papers,),) = sql.rows("SELECT count(*) FROM accounts_shoppapers")
    ((on_shelves,),) = sql.rows(
        "SELECT count(*) FROM catalog_product WHERE category_id IS NOT NULL AND state = 'ON_SALE'"
    )
    assert (with_papers, on_shelves) == (6, 40)
    cloth = catalog.shop_products(street.shop_ids[town_street.CLOTH.phone])
    assert len(cloth) == len(town_wares.CLOTH)
    snack = street.shop_ids[town_street.SNACK.phone]
    assert set(closing.away([snack, street.shop_ids[town_street.INK.phone]], at=clock.now())) == {
        snack
    }
    ((cells,),) = sql.rows(
        "SELECT max(n) FROM (SELECT count(*) n FROM catalog_sku GROUP BY product_id) s"
    )
    assert cells == 6  # Three kinds in two sizes.


@pytest.mark.parametrize("goods", [*town_goods.KILN, *town_goods.FARM], ids=lambda g: g.title["en"])
def test_every_product_has_both_languages_a_picture_and_a_floor(goods: town_goods.Goods) -> None:
    picture = Image.open(BytesIO(goods.draw()))

    assert picture.size == (800, 800)
    assert len(set(picture.resize((40, 40)).getdata())) > 200  # Something is drawn.
    for texts in (goods.title, goods.about, *(variant.spec for variant in goods.variants)):
        assert set(texts) == {"zh", "en"}
        assert all(text.strip() for text in texts.values())
    assert all(0 < variant.floor_fen <= variant.price_fen for variant in goods.variants)


@pytest.mark.parametrize(
    "draw", [portraits.potter, portraits.farmer, portraits.kiln_sign, portraits.farm_sign]
)
def test_portraits_and_signs_are_drawn(draw: object) -> None:
    assert Image.open(BytesIO(draw())).size == (640, 640)  # type: ignore[operator]
