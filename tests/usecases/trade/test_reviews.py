from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests import builders
from tests.builders import NOW
from tests.outside import World

from laotie.catalog import pictures, search
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst
from laotie.kernel.screening import TextNotAllowed
from laotie.trade import models, refunds, review_pages, reviews, shop_facts, standing
from laotie.trade.review_pages import Filter
from laotie.trade.shop_facts import Fact, FactName


@pytest.fixture
def shop(db: None) -> builders.ShopOfOne:
    return builders.a_shop("老谢陶坊")


@pytest.fixture
def sku_id(shop: builders.ShopOfOne) -> UUID:
    return builders.a_stocked_sku(shop, 26800)


def a_picture(person: Actor) -> str:
    body = BytesIO()
    Image.new("RGB", (40, 40), "#a33").save(body, "PNG")
    return pictures.store(actor=person, body=body.getvalue(), shop_id=None, now=NOW).file


def write(buyer: Actor, order_id: UUID, **changes: object) -> reviews.Written:
    given: dict[str, object] = {
        "actor": buyer,
        "order_id": order_id,
        "line_no": 1,
        "stars": 5,
        "text": "壶很好\n出水顺",
        "forbidden": (),
        "now": NOW,
    }
    return reviews.write(**{**given, **changes})  # type: ignore[arg-type]


def test_who_has_the_goods_judges_them_once(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    buyer = builders.a_person("王小明")
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})
    assert review_pages.reviewable([order_id], now=NOW) == {order_id}
    file = a_picture(buyer)

    kept = write(buyer, order_id, picture_files=[file], is_anonymous=True)

    assert write(buyer, order_id, picture_files=[file], is_anonymous=True) == kept
    with pytest.raises(reviews.ReviewTwice):
        write(buyer, order_id, stars=1)
    with pytest.raises(NotFound):
        write(builders.a_person(), order_id)
    with pytest.raises(SignInFirst):
        write(Actor.anonymous("test"), order_id)
    with pytest.raises(NotFound):
        write(buyer, order_id, line_no=2)
    product_id = models.Review.objects.get().product_id
    (card,) = review_pages.of_product(product_id).rows
    assert (card.name, card.avatar_url, card.stars) == ("王**明", "", 5)
    assert card.text == "壶很好\n出水顺"
    assert len(card.pictures) == 1
    assert review_pages.rating(product_id) == review_pages.Rating(1, 1, (0, 0, 0, 0, 1), 50)
    assert review_pages.reviewable([order_id], now=NOW) == set()


@pytest.mark.parametrize(
    ("changes", "no"),
    [
        ({"stars": 0}, Invalid),
        ({"stars": 6}, Invalid),
        ({"stars": True}, Invalid),
        ({"text": "长" * 1001}, Invalid),
        ({"text": "a\x00b"}, Invalid),
        ({"picture_files": ["0" * 32]}, Invalid),
        ({"picture_files": ["../../etc"]}, Invalid),
        ({"picture_files": [str(n) for n in range(7)]}, Invalid),
        ({"text": "加.V.信 xyz", "forbidden": ("加v信",)}, reviews.WordNotLetThrough),
        ({"text": "好看,１３８-0013-8000"}, TextNotAllowed),
        ({"now": NOW + timedelta(days=181)}, reviews.NotReviewable),
    ],
)
def test_what_is_no_review_is_not_kept(
    world: World, shop: builders.ShopOfOne, sku_id: UUID, changes: dict[str, object], no: type
) -> None:
    buyer = builders.a_person()
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})

    with pytest.raises(no):
        write(buyer, order_id, **changes)

    assert not models.Review.objects.exists()


def test_goods_on_their_way_or_gone_back_are_not_judged(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    buyer = builders.a_person()
    shipped = builders.a_shipped_order(world, shop, buyer, {sku_id: 1})
    returned = builders.a_received_order(world, shop, buyer, {sku_id: 1})
    refunds.give(
        actor=shop.owner,
        order_id=returned,
        units={1: 1},
        reason="坏了",
        key=builders.a_key(),
        now=NOW,
    )

    for order_id in (shipped, returned):
        with pytest.raises(reviews.NotReviewable):
            write(buyer, order_id)

    assert not models.Review.objects.exists()


def test_later_words_are_added_once_within_180_days(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    buyer = builders.a_person()
    review_id = write(buyer, builders.a_received_order(world, shop, buyer, {sku_id: 1})).review_id

    def add(actor: Actor, days: int) -> reviews.Written:
        return reviews.append(
            actor=actor,
            review_id=review_id,
            text="用了一个月",
            forbidden=(),
            now=NOW + timedelta(days=days),
        )

    with pytest.raises(reviews.NotAppendable):
        add(buyer, 181)
    with pytest.raises(NotFound):
        add(shop.owner, 30)
    add(buyer, 30)
    with pytest.raises(reviews.NotAppendable):
        add(buyer, 31)
    (card,) = review_pages.of_product(models.Review.objects.get().product_id).rows
    assert (card.appended_text, card.days_later) == ("用了一个月", 30)


def test_the_shop_answers_until_the_buyer_has_read_it(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    buyer = builders.a_person()
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})
    review_id = write(buyer, order_id, stars=1).review_id

    def answer(actor: Actor, text: str) -> None:
        reviews.reply(actor=actor, review_id=review_id, text=text, forbidden=("加v信",), now=NOW)

    with pytest.raises(NotFound):
        answer(builders.a_shop("别家").owner, "坏")
    with pytest.raises(NotAllowed):
        answer(builders.a_clerk(shop, "ship"), "坏")
    assert review_pages.to_answer(actor=shop.owner, shop_id=shop.id) == 1
    answer(builders.a_clerk(shop, "refund"), "对不起")
    answer(shop.owner, "对不起,马上换")
    with pytest.raises(reviews.WordNotLetThrough):
        answer(shop.owner, "加 V 信")
    with pytest.raises(TextNotAllowed):
        answer(shop.owner, "售后请到 kiln.com")
    assert reviews.see_replies(actor=buyer, order_id=order_id, now=NOW) == 1
    assert reviews.see_replies(actor=buyer, order_id=order_id, now=NOW) == 0
    with pytest.raises(reviews.ReplySeen):
        answer(shop.owner, "另一句")
    (line,) = review_pages.of_own_order(actor=buyer, order_id=order_id, now=NOW)
    assert line.review
    assert line.review.reply == "对不起,马上换"
    assert review_pages.to_answer(actor=shop.owner, shop_id=shop.id) == 0


def test_what_is_reported_is_hidden_by_operators_and_counts_no_more(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    buyer, operator = builders.a_person(), builders.an_operator()
    review_id = write(
        buyer, builders.a_received_order(world, shop, buyer, {sku_id: 1}), stars=1
    ).review_id
    product_id = models.Review.objects.get().product_id
    for _ in range(2):
        reviews.report(actor=shop.owner, review_id=review_id, reason="不是真的", now=NOW)
    (reported,) = review_pages.reported(actor=operator)
    assert reported.reasons == ("不是真的",)

    with pytest.raises(NotAllowed):
        reviews.hide(actor=shop.owner, review_id=review_id, reason="x", now=NOW)
    reviews.hide(actor=operator, review_id=review_id, reason="辱骂", now=NOW)

    assert review_pages.of_product(product_id).rows == ()
    assert review_pages.rating(product_id).count == 0
    assert review_pages.reported(actor=operator) == ()
    reviews.let_stand(actor=operator, review_id=review_id, now=NOW)
    assert review_pages.rating(product_id).average_tenths == 10


def test_two_reviews_of_a_line_at_once_are_one(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    buyer = builders.a_person()
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})

    def go(stars: int) -> str:
        try:
            write(buyer, order_id, stars=stars)
        except reviews.ReviewTwice:
            return "twice"
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(go, (2, 3, 4, 5)))

    assert sorted(answers) == ["kept", "twice", "twice", "twice"]
    row = models.Review.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():  # What guards it.
        row.pk = ids.new()
        row.save(force_insert=True)


def test_reviews_are_read_page_by_page_in_a_fixed_number_of_queries(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    for stars in (5, 4, 2, 1, 5):
        buyer = builders.a_person()
        order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})
        write(buyer, order_id, stars=stars)
    product_id = models.Review.objects.all()[0].product_id

    with CaptureQueriesContext(connection) as queries:
        first = review_pages.of_product(product_id, most=3)
    second = review_pages.of_product(product_id, after=first.next_after, most=3)

    assert len(queries) == 2
    assert [row.stars for row in (*first.rows, *second.rows)] == [5, 1, 2, 4, 5]
    assert second.next_after is None
    low = review_pages.of_product(product_id, only=Filter.LOW)
    assert [row.stars for row in low.rows] == [1, 2]
    assert review_pages.rating(product_id).by_star == (1, 1, 0, 1, 2)
    assert review_pages.rating(product_id).average_tenths == 34
    mine, _ = review_pages.of_shop(actor=shop.owner, shop_id=shop.id, only=Filter.TO_ANSWER)
    assert len(mine) == 5
    with pytest.raises(NotAllowed):
        review_pages.of_shop(actor=builders.a_clerk(shop, "ship"), shop_id=shop.id)
    with pytest.raises(Invalid):
        review_pages.of_product(product_id, after="9.rvw_" + "z" * 26)


def test_facts_of_a_shop_are_counted_from_its_orders_alone(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    buyer = builders.a_person()
    on_time = builders.a_received_order(world, shop, buyer, {sku_id: 2})
    late = builders.a_paid_order(world, buyer, {sku_id: 1})
    builders.ship(shop, late, now=NOW + timedelta(hours=49))
    builders.a_paid_order(world, buyer, {sku_id: 1}, now=NOW + timedelta(hours=40))
    refunds.give(
        actor=shop.owner,
        order_id=late,
        units={1: 1},
        reason="坏了",
        key=builders.a_key(),
        now=NOW + timedelta(hours=49),
    )
    write(buyer, on_time, stars=4, now=NOW + timedelta(hours=50))

    with CaptureQueriesContext(connection) as queries:
        facts = shop_facts.of_shop(shop.id, now=NOW + timedelta(hours=50))

    assert len(queries) == 1
    counted = {fact.name: (fact.part, fact.of) for fact in facts.facts}
    assert counted == {
        FactName.ON_TIME: (1, 2),  # The third has time left.
        FactName.REFUNDED: (1, 3),
        FactName.QUALITY: (1, 3),
        FactName.ANSWERED: (0, 0),
        FactName.GOOD: (1, 1),
        FactName.REPLIED: (0, 0),
    }
    assert (facts.is_rated, facts.stars_tenths, facts.reviews) == (False, None, 1)
    assert shop_facts.of_shop(ids.new(), now=NOW).facts[0] == Fact(FactName.ON_TIME, 0, 0)
    later = shop_facts.of_shop(shop.id, now=NOW + timedelta(days=91))
    assert later.fact(FactName.REFUNDED).of == 1  # Only the newest is within 90 days and a bit.


def test_fewer_than_thirty_cases_are_not_rated() -> None:
    assert Fact(FactName.ON_TIME, 29, 29).rate_bps is None
    assert Fact(FactName.ON_TIME, 0, 29).rate_bps is None
    assert Fact(FactName.ON_TIME, 29, 30).rate_bps == 9667


def test_lists_know_what_was_sold_lately_and_what_is_left(
    world: World, shop: builders.ShopOfOne, sku_id: UUID
) -> None:
    builders.a_paid_order(world, builders.a_person(), {sku_id: 3})
    builders.a_placed_order(builders.a_person(), {sku_id: 1})

    assert standing.refresh(now=NOW) == 1
    assert standing.refresh(now=NOW) == 0

    (found,) = search.goods(search.Wanted(shop_id=shop.id), now=NOW).goods
    assert (found.sold, found.has_stock) == (3, True)
    standing.refresh(now=NOW + timedelta(days=31))
    (found,) = search.goods(search.Wanted(shop_id=shop.id), now=NOW).goods
    assert found.sold == 0
