import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import builders
from tests.builders import NOW

from laotie.accounts import shops
from laotie.catalog import models, prices, products, queries
from laotie.catalog.products import NewSku, NothingToSell, ShopNotOpen
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState

pytestmark = pytest.mark.usefixtures("db")

TITLE = {"zh": "明前龙井", "en": "Longjing tea"}
TEXT = {"zh": "好茶\n真的", "en": "Good tea"}


def create(shop: builders.ShopOfOne, **changes: object) -> products.ProductFile:
    given: dict[str, object] = {
        "actor": shop.owner,
        "shop_id": shop.id,
        "title": TITLE,
        "description": TEXT,
        "skus": [NewSku(spec={"zh": "", "en": ""}, list_price_fen=3990)],
        "now": NOW,
    }
    return products.create(**{**given, **changes})  # type: ignore[arg-type]


def test_a_product_starts_as_a_draft_and_is_sold_once_published() -> None:
    shop = builders.a_shop()
    draft = create(shop)
    assert draft.state == "DRAFT"
    assert draft.title == TITLE
    assert draft.description == TEXT
    with pytest.raises(NotFound):
        queries.product_page(draft.id, at=NOW)

    assert products.publish(actor=shop.owner, product_id=draft.id, now=NOW).state == "ON_SALE"

    page = queries.product_page(draft.id, at=NOW)
    assert page.card.list_price_fen == 3990
    assert page.skus[0].offer
    assert page.skus[0].offer.price_fen == 3990
    assert page.shop.id == shop.id


def test_a_shop_that_is_not_open_sells_nothing() -> None:
    shop = builders.a_shop(is_open=False)
    draft = create(shop)
    with pytest.raises(ShopNotOpen):
        products.publish(actor=shop.owner, product_id=draft.id, now=NOW)
    assert products.file_of(actor=shop.owner, product_id=draft.id).state == "DRAFT"


def test_what_a_suspended_shop_had_on_sale_cannot_be_bought() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    shops.suspend(actor=builders.an_operator(), shop_id=shop.id, reason="查", now=NOW)

    assert queries.product_page(product.id, at=NOW).skus[0].offer is None
    assert not queries.sku_cards(builders.sku_ids(product))[product.skus[0].id].is_on_sale


def test_a_product_goes_off_sale_and_back() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    products.unpublish(actor=shop.owner, product_id=product.id, now=NOW)
    with pytest.raises(WrongState):
        products.unpublish(actor=shop.owner, product_id=product.id, now=NOW)
    assert queries.shop_products(shop.id) == ()
    products.publish(actor=shop.owner, product_id=product.id, now=NOW)
    assert [card.product_id for card in queries.shop_products(shop.id)] == [product.id]


def test_what_an_operator_took_down_stays_down() -> None:
    shop, operator = builders.a_shop(), builders.an_operator()
    product = builders.a_product(shop)

    taken = products.take_down(actor=operator, product_id=product.id, reason="假货", now=NOW)
    assert (taken.state, taken.reason) == ("TAKEN_DOWN", "假货")
    with pytest.raises(WrongState):
        products.publish(actor=shop.owner, product_id=product.id, now=NOW)
    with pytest.raises(NotAllowed):
        products.let_back(actor=shop.owner, product_id=product.id, now=NOW)

    products.let_back(actor=operator, product_id=product.id, now=NOW)
    assert products.publish(actor=shop.owner, product_id=product.id, now=NOW).state == "ON_SALE"


def test_strangers_and_clerks_touch_no_goods() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    tries = [
        (builders.a_clerk(shop, "ship"), NotAllowed),
        (builders.a_shop("别家").owner, NotFound),
        (builders.a_person(), NotFound),
        (Actor.anonymous(), SignInFirst),
    ]
    sku = NewSku(spec={"zh": "", "en": ""}, list_price_fen=1)
    for actor, refusal in tries:
        with pytest.raises(refusal):
            create(shop, actor=actor)
        with pytest.raises(refusal):
            products.unpublish(actor=actor, product_id=product.id, now=NOW)
        with pytest.raises(refusal):
            products.change_sku(actor=actor, sku_id=product.skus[0].id, sku=sku, now=NOW)
    assert models.Product.objects.count() == 1
    assert models.Sku.objects.get().list_price_fen == 3990
    for actor in (builders.a_person(), builders.a_creator()):
        with pytest.raises(NotFound):
            products.file_of(actor=actor, product_id=product.id)
        with pytest.raises(NotFound):
            products.files_of(actor=actor, shop_id=shop.id)


@pytest.mark.parametrize(
    "bad",
    [
        {"title": {"zh": "", "en": "x"}}, {"title": {"zh": "x" * 61, "en": "x"}},
        {"title": {"zh": "a\x00", "en": "x"}}, {"title": "x"}, {"title": {"zh": "\ud800", "en": "x"}},
        {"description": {"zh": "x" * 5001, "en": ""}}, {"description": None}, {"skus": []},
        {"skus": [NewSku(spec={"zh": "", "en": ""}, list_price_fen=1)] * 51},
        {"skus": [NewSku(spec={"zh": "", "en": ""}, list_price_fen=True)]},
        {"skus": [NewSku(spec={"zh": "", "en": ""}, list_price_fen=0)]},
        {"skus": [NewSku(spec={"zh": "", "en": ""}, list_price_fen=10, flash_floor_fen=11)]},
        {"skus": [NewSku(spec={"zh": ""}, list_price_fen=10)]},
        {"skus": [NewSku(spec={"zh": "", "en": ""}, list_price_fen=10, code="x" * 41)]},
        {"picture_files": ["../../etc/passwd"]}, {"picture_files": ["0" * 32]},
        {"picture_files": ["x"] * 10},
    ],
)  # fmt: skip
def test_bad_goods_are_refused_and_leave_nothing(bad: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        create(builders.a_shop(), **bad)
    assert models.Product.objects.count() == models.Sku.objects.count() == 0


def test_a_price_change_is_seen_and_kept() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop, 3990)
    (sku,) = product.skus

    changed = products.change_sku(
        actor=shop.owner, sku_id=sku.id, sku=NewSku(spec=sku.spec, list_price_fen=2990), now=NOW
    )

    assert (changed.skus[0].list_price_fen, changed.skus[0].version) == (2990, 2)
    last, first = prices.of(actor=shop.owner, sku_id=sku.id)
    assert (first.before_fen, first.after_fen, first.version) == (None, 3990, 1)
    assert (last.before_fen, last.after_fen, last.version) == (3990, 2990, 2)
    assert last.changed_by == shop.owner_id
    with pytest.raises(NotFound):
        prices.of(actor=builders.a_person(), sku_id=sku.id)


def test_what_no_buyer_sees_changes_no_version() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop).skus
    same = NewSku(spec=sku.spec, list_price_fen=3990, code="A-1", flash_floor_fen=100)
    changed = products.change_sku(actor=shop.owner, sku_id=sku.id, sku=same, now=NOW)
    assert changed.skus[0].version == 1
    assert len(prices.of(actor=shop.owner, sku_id=sku.id)) == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE catalog_pricechange SET after_fen = 1", "DELETE FROM catalog_pricechange"],
)
def test_the_history_of_prices_refuses_to_change(statement: str) -> None:
    builders.a_product(builders.a_shop())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_product_without_a_variant_on_sale_is_not_published() -> None:
    shop = builders.a_shop()
    draft = create(shop)
    products.set_on_sale(actor=shop.owner, sku_id=draft.skus[0].id, is_on_sale=False, now=NOW)
    with pytest.raises(NothingToSell):
        products.publish(actor=shop.owner, product_id=draft.id, now=NOW)

    more = NewSku(spec={"zh": "大", "en": "large"}, list_price_fen=5990)
    changed = products.add_sku(actor=shop.owner, product_id=draft.id, sku=more, now=NOW)
    assert [sku.list_price_fen for sku in changed.skus] == [3990, 5990]
    products.publish(actor=shop.owner, product_id=draft.id, now=NOW)
    assert [line.spec["zh"] for line in queries.product_page(draft.id, at=NOW).skus] == ["大"]


def test_a_variant_goes_off_sale_under_a_new_version() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop, 100, 200)
    sku = product.skus[0]
    for wanted in (False, False, True):
        changed = products.set_on_sale(actor=shop.owner, sku_id=sku.id, is_on_sale=wanted, now=NOW)
    assert (changed.skus[0].is_on_sale, changed.skus[0].version) == (True, 3)


def test_cards_cost_one_query_however_many() -> None:
    shop = builders.a_shop()
    many = [builders.a_product(shop, 100 + n, 50 + n) for n in range(4)]
    sku_ids = [sku.id for product in many for sku in product.skus]

    with CaptureQueriesContext(connection) as queried:
        cards = queries.sku_cards(sku_ids)
        products_found = queries.product_cards([product.id for product in many])
    assert len(queried) == 2
    assert set(cards) == set(sku_ids)
    assert products_found[many[2].id].list_price_fen == 52
    assert queries.sku_cards([ids.new()]) == {}

    with CaptureQueriesContext(connection) as queried:
        queries.product_page(many[0].id, at=NOW)
    assert len(queried) == 4
    with CaptureQueriesContext(connection) as queried:
        products.files_of(actor=shop.owner, shop_id=shop.id)
    assert len(queried) == 3  # One of them is the owner's rights.
