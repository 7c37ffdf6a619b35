"""The screens of goods as files, combinations, stock, days away and papers, in real Chromium."""

from datetime import timedelta

import pytest
from tests import builders
from tests.outside import World
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.studio.conftest import SignIn, shop_address
from tests.usecases.accounts.test_shops_away import hand_in
from tests.usecases.catalog.test_matrix import COLOUR, SIZE, arrange, cell
from tests.usecases.trade.test_goods_sheets import ROWS, as_csv, begin, bring_in

from laotie.accounts import closing, onboarding
from laotie.catalog import matrix
from laotie.kernel import clock, sql
from laotie.trade import stock

pytestmark = pytest.mark.browser


def test_every_screen_of_goods_is_clean(
    world: World,
    signed_in: SignIn,
    window: Open,
) -> None:
    shop, new, now = (
        builders.a_shop("龙泉清窑"),
        builders.a_shop("新店", is_open=False),
        clock.now(),
    )
    empty = builders.a_shop("空店")
    file = builders.a_product(shop, 3990, title="青瓷茶盏")
    axes = [COLOUR, SIZE]
    cells = [cell(*choice, code=f"CUP-{n}") for n, choice in enumerate(matrix.combinations(axes))]
    file = arrange(shop, file, axes, cells)
    sku = file.skus[0]
    stock.set_stock(actor=shop.owner, sku_id=sku.id, on_hand=9, now=now)
    stock.adjust(actor=shop.owner, sku_id=sku.id, change=-5, reason="运输途中破损", now=now)
    bad = [*ROWS, ["X", "", "", "", "", "free", "", "", ""]]
    bring_in(shop, as_csv(bad))
    begin(shop, as_csv(bad), is_dry=False)
    half = begin(shop, as_csv(bad), is_dry=False)
    sql.change(
        "UPDATE run SET state = 'RUNNING', is_prepared = true, done = 1200, total = 5000,"
        " started_at = laotie_now() - interval '1 minute' WHERE id = %s",
        [half.id],
    )
    bring_in(shop, as_csv(bad), is_dry=True)
    closing.announce(
        actor=shop.owner, shop_id=shop.id, takes_orders=False, starts_at=now,
        until=now + timedelta(days=7), notice={"zh": "春节放假", "en": "Closed for the holiday"},
        now=now,
    )  # fmt: skip
    hand_in(new)
    onboarding.ask_again(
        actor=builders.an_operator(), shop_id=new.id, what="执照照片不清楚，请重拍", now=now
    )
    product = f"{shop_address(shop)}products/{file.public_id}/"
    mine = {
        "goods-files": f"{shop_address(shop)}products/files",
        "goods-product": product,
        "goods-matrix": f"{product}matrix",
        "goods-stock": f"{product}skus/{sku.public_id}/shelf",
        "goods-away": f"{shop_address(shop)}away",
        "goods-papers-none": f"{shop_address(shop)}papers",
    }
    theirs = {
        "goods-papers": f"{shop_address(new)}papers",
        "goods-shop-asked": shop_address(new),
    }
    nothing = {
        "goods-files-none": f"{shop_address(empty)}products/files",
        "goods-away-none": f"{shop_address(empty)}away",
    }

    for owner, places in ((shop.owner, mine), (new.owner, theirs), (empty.owner, nothing)):
        assert looked_at(window, signed_in(owner), places) == {}
