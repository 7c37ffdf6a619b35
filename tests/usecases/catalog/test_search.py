from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import builders
from tests.builders import NOW

from laotie.accounts import shops
from laotie.catalog import categories, lexemes, offers, products, queries, search, search_entries
from laotie.catalog.rules import EntryKind
from laotie.catalog.search import Order, Wanted
from laotie.catalog.shelves_of_cn import id_of
from laotie.content.relations import blocks
from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst
from laotie.runtime import wiring

pytestmark = pytest.mark.usefixtures("db")


def read_the_log() -> None:
    """The index has heard of shops and creators."""
    (consumer,) = [each for each in wiring.consumers() if each.name == "catalog-search"]
    while event_log.read_on(consumer):
        pass


def titles(wanted: Wanted, **more: object) -> list[str]:
    found = search.goods(wanted, now=NOW, **more)  # type: ignore[arg-type]
    return [] if found.is_near else [each.card.title["zh"] for each in found.goods]


@pytest.fixture
def shop() -> builders.ShopOfOne:
    shop = builders.a_shop("老谢陶坊")
    for title, fen in (("宜兴紫砂壶西施款", 26800), ("明前龙井茶叶", 12800), ("陶瓷茶杯", 3900)):
        builders.a_product(shop, fen, title=title)
    return shop


@pytest.mark.parametrize(
    "asked",
    [
        "紫砂壶",
        "紫砂",
        "砂壶",
        "壶 西施",
        "紫砂壺",
        "ＺＩＳＨＡ",
        "zishahu",
        "zish",
        "zi sha",
        "zsh",
        "yxzs",
    ],
)
def test_a_teapot_is_found_by_words_sounds_and_traditional_characters(
    shop: builders.ShopOfOne, asked: str
) -> None:
    assert titles(Wanted(text=asked)) == ["宜兴紫砂壶西施款"]


def test_what_is_not_there_is_answered_with_neighbours(shop: builders.ShopOfOne) -> None:
    some_words = search.goods(Wanted(text="紫砂 手表"), now=NOW)
    no_words = search.goods(Wanted(text="手表"), now=NOW)

    assert [each.card.title["zh"] for each in some_words.goods] == ["宜兴紫砂壶西施款"]
    assert some_words.is_near
    assert no_words.is_near
    assert len(no_words.goods) == 3
    assert no_words.next_after is None


@pytest.mark.parametrize(
    "asked",
    [
        "😀",
        "' | '' & !",
        "a:*B & (",
        "\x00",
        "\ud800",
        "%s %(query)s",
        "\\",
        "壶\x00'",
        "<->",
        "-- ;",
    ],
)
def test_a_hostile_query_is_only_words(shop: builders.ShopOfOne, asked: str) -> None:
    assert search.goods(Wanted(text=asked), now=NOW).goods
    search.suggest(asked)


def test_a_megabyte_of_query_is_its_beginning(shop: builders.ShopOfOne) -> None:
    assert titles(Wanted(text="紫砂壶" + " " * 40 + "手表" * 500_000)) == []
    assert titles(Wanted(text="紫砂壶" + " " * 1_000_000)) == ["宜兴紫砂壶西施款"]


def test_what_changes_is_found_by_what_it_became(shop: builders.ShopOfOne) -> None:
    product = builders.a_product(shop, 5000, title="蜂蜜")

    products.change(
        actor=shop.owner, product_id=product.id, title={"zh": "枣花蜜", "en": "Jujube"}, now=NOW
    )

    assert titles(Wanted(text="枣花")) == ["枣花蜜"]
    assert titles(Wanted(text="jujub")) == ["枣花蜜"]
    products.unpublish(actor=shop.owner, product_id=product.id, now=NOW)
    assert titles(Wanted(text="枣花")) == []


def test_a_stopped_shop_is_not_found_and_neither_are_its_goods(shop: builders.ShopOfOne) -> None:
    read_the_log()
    found = search.goods(Wanted(text="老谢"), now=NOW)
    assert [card.name["zh"] for card in found.shops] == ["老谢陶坊"]

    shops.suspend(actor=builders.an_operator(), shop_id=shop.id, reason="假货", now=NOW)

    found = search.goods(Wanted(text="老谢"), now=NOW)
    assert (found.shops, found.goods) == ((), ())
    assert search.suggest("laoxie") == ()


def test_creators_and_shops_are_suggested_by_what_they_are_called(shop: builders.ShopOfOne) -> None:
    creator, viewer = builders.a_creator("谢师傅"), builders.a_person()
    shops.change(actor=shop.owner, shop_id=shop.id, name={"zh": "新陶坊", "en": "New"}, now=NOW)
    read_the_log()

    assert [each.kind for each in search.suggest("xiesh")] == [EntryKind.CREATOR]
    assert [each.name["zh"] for each in search.suggest("xintao")] == ["新陶坊"]
    assert [each.name["zh"] for each in search.suggest("zish")] == ["宜兴紫砂壶西施款"]
    assert search.suggest("") == ()

    assert [card.name for card in search.goods(Wanted(text="谢师傅"), now=NOW).creators] == [
        "谢师傅"
    ]
    blocks.block(actor=viewer, person_id=creator.require_person(), now=NOW)
    for one in (viewer, creator):
        hidden = blocks.creators_apart_from(one.person_id)
        assert hidden == ([creator.require_creator()] if one is viewer else [])
        found = search.goods(Wanted(text="谢师傅"), hidden=hidden, now=NOW)
        assert len(found.creators) == len(search.suggest("xiesh", hidden=hidden)) == 1 - len(hidden)


def test_filters_and_orders(shop: builders.ShopOfOne) -> None:
    found = {each.card.title["zh"]: each for each in search.goods(Wanted(), now=NOW).goods}
    pot, cup = found["宜兴紫砂壶西施款"].card, found["陶瓷茶杯"].card
    categories.put(
        actor=shop.owner, product_id=pot.product_id, category_id=id_of("teaware"), now=NOW
    )
    skus = queries.skus_of([cup.product_id, pot.product_id])
    search_entries.set_standing(
        {skus[cup.product_id][0]: (9, True), skus[pot.product_id][0]: (2, False)}
    )

    assert titles(Wanted(category_id=id_of("home"))) == ["宜兴紫砂壶西施款"]
    assert titles(Wanted(text="teaware")) == ["宜兴紫砂壶西施款"]
    assert titles(Wanted(category_id=id_of("digital"))) == []
    assert titles(Wanted(least_fen=3900, most_fen=12800, order=Order.PRICE_UP)) == [
        "陶瓷茶杯",
        "明前龙井茶叶",
    ]
    assert titles(Wanted(is_in_stock=True)) == ["陶瓷茶杯"]
    assert titles(Wanted(order=Order.SALES))[:2] == ["陶瓷茶杯", "宜兴紫砂壶西施款"]
    assert titles(Wanted(is_on_flash=True)) == []


def test_an_offer_that_ends_is_a_flash_offer_and_its_price_is_shown(
    shop: builders.ShopOfOne,
) -> None:
    product = builders.a_product(shop, 5000, title="蜂蜜")
    offers.start(
        actor=shop.owner,
        sku_id=product.skus[0].id,
        price_fen=4000,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        now=NOW,
    )

    (found,) = search.goods(Wanted(is_on_flash=True), now=NOW).goods

    assert (found.price_fen, found.card.list_price_fen) == (4000, 5000)


@pytest.mark.parametrize("order", list(Order))
def test_pages_hold_each_product_once(shop: builders.ShopOfOne, order: Order) -> None:
    for number in range(5):
        builders.a_product(shop, 2000 + number % 2, title=f"茶{number}")
    seen, after = [], None
    while True:
        page = search.goods(Wanted(text="茶", order=order), after=after, most=2, now=NOW)
        seen += [each.card.title["zh"] for each in page.goods]
        after = page.next_after
        if after is None:
            break

    assert sorted(seen) == sorted(["明前龙井茶叶", "陶瓷茶杯", "茶0", "茶1", "茶2", "茶3", "茶4"])


@pytest.mark.parametrize("after", ["", "1", "x.prd_1", "1.prd_" + "z" * 26, "9" * 40 + ".prd_x"])
def test_a_wrong_place_to_go_on_from_is_refused(shop: builders.ShopOfOne, after: str) -> None:
    with pytest.raises(Invalid):
        search.goods(Wanted(), after=after, now=NOW)


def test_an_unknown_category_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        search.goods(Wanted(category_id=ids.new()), now=NOW)


def test_the_number_of_queries_does_not_grow_with_what_is_found(shop: builders.ShopOfOne) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as few:
            assert search.goods(Wanted(text="茶"), now=NOW).goods
        return len(few)

    before = cost()
    for number in range(12):
        builders.a_product(shop, 2000, 3000, title=f"茶{number}")

    assert cost() == before == 5
    with CaptureQueriesContext(connection) as suggested:
        search.suggest("cha")
    assert len(suggested) == 1


def test_words_are_looked_up_in_the_index(shop: builders.ShopOfOne, owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO catalog_product (id, shop_id, title, description, state, pictures, reason,"
            " axes, created_at, changed_at) SELECT gen_random_uuid(), shop_id, title, description,"
            " state, pictures, 'one of many', axes, created_at, changed_at"
            " FROM catalog_product, generate_series(1, 2000)"
        )
        owner.execute(
            "INSERT INTO catalog_searchentry (id, kind, shop_id, name_zh, name_en, words, price_fen,"
            " kept_at) SELECT id, 'PRODUCT', shop_id, 'x', 'x', (quote_literal(id) || ':1A')::tsvector,"
            " 1, now() FROM catalog_product WHERE reason <> ''"
        )
        owner.execute("VACUUM ANALYZE catalog_searchentry, catalog_product")
    query = lexemes.query("紫砂壶")
    statement, params = search.statement_of(
        Wanted(text="紫砂壶"), query, (), after=None, most=20, now=NOW
    )

    plan = "\n".join(line for (line,) in sql.rows(f"EXPLAIN {statement}", params))

    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM catalog_searchentry WHERE name_zh = 'x'")
        owner.execute("DELETE FROM catalog_product WHERE reason <> ''")
    assert "Bitmap Index Scan on search_words" in plan
    assert "Seq Scan on catalog_searchentry" not in plan
    assert "Seq Scan on catalog_product" not in plan


def test_the_index_can_be_made_anew_and_is_then_the_same(shop: builders.ShopOfOne) -> None:
    read_the_log()
    look = "SELECT id, kind, words::text, price_fen FROM catalog_searchentry ORDER BY id"
    before = sql.rows(look)
    with transaction.atomic():
        sql.change("DELETE FROM catalog_searchentry")

    assert search_entries.rebuild(now=NOW) == 4  # Three products and their shop.

    assert sql.rows(look) == before


def test_categories_are_kept_by_operators_alone(shop: builders.ShopOfOne) -> None:
    operator = builders.an_operator()
    tree = {shelf.slug: shelf for shelf in categories.tree()}
    assert [shelf.slug for shelf in tree["food"].below][:2] == ["tea", "fruit"]

    green = categories.add(
        actor=operator,
        slug="green-tea",
        name={"zh": "绿茶", "en": "Green tea"},
        parent_id=id_of("tea"),
        now=NOW,
    )

    assert [shelf.slug for shelf in categories.known(green)] == ["food", "tea", "green-tea"]
    with pytest.raises(Invalid):
        categories.add(
            actor=operator, slug="deep", name={"zh": "深", "en": "D"}, parent_id=green, now=NOW
        )
    with pytest.raises(categories.SlugTaken):
        categories.add(actor=operator, slug="tea", name={"zh": "茶", "en": "T"}, now=NOW)
    for stranger in (shop.owner, Actor.anonymous("test")):
        with pytest.raises((NotAllowed, SignInFirst)):
            categories.change(actor=stranger, category_id=green, is_open=False, now=NOW)
    categories.change(actor=operator, category_id=green, is_open=False, now=NOW)
    with pytest.raises(NotFound):
        categories.known(green)


def test_goods_are_put_on_open_shelves_by_their_own_shop(shop: builders.ShopOfOne) -> None:
    product = builders.a_product(shop, title="绿茶")
    stranger = builders.a_shop("别家").owner

    with pytest.raises(NotFound):
        categories.put(actor=stranger, product_id=product.id, category_id=id_of("tea"), now=NOW)
    with pytest.raises(Invalid):
        categories.put(actor=shop.owner, product_id=product.id, category_id=ids.new(), now=NOW)
    assert titles(Wanted(category_id=id_of("tea"))) == []
