"""A post's page in real Chromium: a video with goods, stills, a derived one, and on a product."""

import pytest
from tests import builders
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.content.works_made import a_post

from laotie.content.kinds import PostKind
from laotie.content.posting.posts import Words
from laotie.kernel import clock, ids
from laotie.trade import stock

pytestmark = pytest.mark.browser


def test_every_screen_of_a_post_is_clean(sale: Sale, signed_in: SignIn, window: Open) -> None:
    shop, creator, now = builders.a_shop("龙泉清窑"), builders.a_creator("龙泉阿瓷"), clock.now()
    goods = [builders.a_product(shop, 3990, title=name) for name in ("青瓷茶盏", "影青梅瓶")]
    for product in goods:
        builders.a_plan(shop, product)
    stock.set_stock(actor=shop.owner, sku_id=builders.sku_ids(goods[0])[0], on_hand=9, now=now)
    sold = [product.id for product in goods]
    long_words = Words(
        title="梅子青是怎么烧出来的，整整一夜还原焰",
        body="1310 度。\n开窑的那一刻才知道成不成。",
        is_ai=True,
        field="HOME",
        region="330000",
    )
    video = a_post(creator, words=long_words, product_ids=sold, now=now)
    stills = a_post(creator, kind=PostKind.STILLS, stills=3, now=now)

    places = {
        "post-video": f"/post/{ids.public('pst', video)}",
        "post-stills": f"/post/{ids.public('pst', stills)}",
        "post-product-clips": f"/product/{goods[0].public_id}/clips",
    }

    assert looked_at(window, signed_in(sale.buyer), places) == {}
