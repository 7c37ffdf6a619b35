"""Coupons: issued within a budget, claimed within limits."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.builders import NOW, a_claim, a_clerk, a_coupon, a_person, a_shop

from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.trade import coupons
from laotie.trade.coupons import CouponLimit, CouponOver

pytestmark = pytest.mark.usefixtures("world")
DAY = timedelta(days=1)


def test_the_budget_ends_the_claims() -> None:
    coupon = a_coupon(shop=a_shop(), off_fen=500, budget_fen=1200)
    for _ in range(2):
        a_claim(a_person(), coupon)

    with pytest.raises(CouponOver):
        a_claim(a_person(), coupon)

    assert coupons.claimable(coupon.shop_id, now=NOW) == ()
    with pytest.raises(IntegrityError, match="coupon_within_budget"), transaction.atomic():
        sql.change("UPDATE trade_coupon SET claimed = 3")


def test_one_person_claims_so_many() -> None:
    shop, buyer = a_shop(), a_person()
    coupon = a_coupon(shop=shop, limit_per_buyer=2)
    for _ in range(2):
        a_claim(buyer, coupon)

    with pytest.raises(CouponLimit):
        a_claim(buyer, coupon)

    assert buyer.person_id
    assert len(coupons.wallet(buyer.person_id, now=NOW)) == 2
    assert coupons.wallet(buyer.person_id, now=NOW + DAY) == ()


def test_a_coupon_is_claimed_while_its_window_is_open() -> None:
    shop, buyer = a_shop(), a_person()
    coupon = a_coupon(shop=shop)

    for at in (NOW - timedelta(seconds=1), NOW + DAY):
        with pytest.raises(CouponOver):
            coupons.claim(actor=buyer, coupon_id=coupon.coupon_id, now=at)
    coupons.close(actor=shop.owner, coupon_id=coupon.coupon_id, now=NOW)
    with pytest.raises(CouponOver):
        a_claim(buyer, coupon)
    with pytest.raises(NotFound):
        coupons.claim(actor=buyer, coupon_id=ids.new(), now=NOW)


@pytest.mark.parametrize(
    "bad",
    [
        {"off_fen": 0},
        {"off_fen": -1},
        {"off_fen": 1000},
        {"min_goods_fen": 500},
        {"budget_fen": 499},
        {"limit_per_buyer": 0},
        {"claim_window": (NOW, NOW)},
        {"use_window": (NOW - DAY, NOW)},
        {"name_zh": ""},
    ],
)
def test_a_coupon_that_makes_no_sense_is_refused(bad: dict[str, Any]) -> None:
    shop = a_shop()
    good: dict[str, Any] = {
        "name_zh": "满减",
        "name_en": "Money off",
        "off_fen": 500,
        "min_goods_fen": 1000,
        "budget_fen": 5000,
        "limit_per_buyer": 1,
        "claim_window": (NOW, NOW + DAY),
        "use_window": (NOW, NOW + DAY),
    }

    with pytest.raises(Invalid):
        coupons.issue(actor=shop.owner, shop_id=shop.id, now=NOW, **{**good, **bad})

    assert sql.rows("SELECT count(*) FROM trade_coupon") == [(0,)]


def test_who_may_issue_and_close() -> None:
    shop, rival = a_shop(), a_shop()

    def issue(actor: object, shop_id: object) -> None:
        window: tuple[datetime, datetime] = (NOW, NOW + DAY)
        coupons.issue(
            actor=actor,  # type: ignore[arg-type]
            shop_id=shop_id,  # type: ignore[arg-type]
            name_zh="满减",
            name_en="Money off",
            off_fen=500,
            min_goods_fen=1000,
            budget_fen=5000,
            limit_per_buyer=1,
            claim_window=window,
            use_window=window,
            now=NOW,
        )

    with pytest.raises(NotFound):
        issue(rival.owner, shop.id)
    with pytest.raises(NotAllowed):
        issue(a_clerk(shop, "ship"), shop.id)
    with pytest.raises(NotAllowed):
        issue(shop.owner, None)
    issue(Actor.system("test"), None)
    platforms = coupons.claimable(None, now=NOW)[0]
    with pytest.raises(NotAllowed):
        coupons.close(actor=shop.owner, coupon_id=platforms.coupon_id, now=NOW)
