"""A post's page: what it shows, says and sells, at a fixed number of queries."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import a_creator, a_person, a_plan, a_product, a_shop, sku_ids
from tests.surfaces.shop.conftest import SignIn
from tests.usecases.content.works_made import a_post, a_work

from laotie.content.kinds import PostKind, SourceKind
from laotie.content.posting import posts, publishing
from laotie.content.posting.posts import Source, Words
from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.trade import models as trade
from laotie.trade import stock

pytestmark = pytest.mark.usefixtures("world")
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_video_post_shows_what_it_is_and_sells_for_its_creator(signed_in: SignIn) -> None:
    shop, creator, buyer = a_shop(), a_creator("阿瓷"), a_person()
    product = a_product(shop, 3990, title="茶盏")
    (sku_id,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=3, now=clock.now())
    a_plan(shop, product, 1500)
    words = Words(title="梅子青", body="第一行\n第二行", is_ai=True, field="HOME", region="330000")
    post_id = a_post(creator, words=words, product_ids=[product.id])
    ref, sku = ids.public("pst", post_id), ids.public("sku", sku_id)

    page = signed_in().get(f"/post/{ref}").text
    zh = signed_in(language="zh-hans").get(f"/post/{ref}").text

    assert "/video.mp4" in page
    assert "cover1-1080.webp" in page
    assert "Made with AI" in page
    assert ">Ad<" in page
    assert "Zhejiang" in page
    assert "浙江" in zh
    assert 'lang="zh-hans">梅子青' in page
    assert f"/buy?post={ref}&amp;sku={sku}" in page

    client = signed_in(buyer)
    sheet = client.get(f"/buy?post={ref}&sku={sku}", headers=PART).text
    assert f'name="post" value="{ref}"' in sheet
    line = trade.QuoteLine.objects.get()
    assert (line.post_id, line.creator_id, line.creator_bps) == (post_id, creator.creator_id, 1500)
    guest = signed_in()
    guest.post("/cart/put", {"sku": sku, "post": ref})
    guest.post("/cart/put", {"sku": sku})
    kept = guest.session["cart"]
    assert [(row[1], UUID(row[6])) for row in kept] == [(2, post_id)]
    client.post("/cart/put", {"sku": sku, "post": ref})
    (put,) = trade.CartLine.objects.all()
    assert (put.post_id, put.creator_id) == (post_id, creator.creator_id)


def test_the_page_costs_the_same_however_many_goods_and_stills(signed_in: SignIn) -> None:
    shop, creator = a_shop(), a_creator()
    goods = [a_product(shop) for _ in range(9)]
    for product in goods:
        a_plan(shop, product)
    few = a_post(creator, kind=PostKind.STILLS, stills=1, product_ids=[goods[0].id])
    many = a_post(
        creator, kind=PostKind.STILLS, stills=9, product_ids=[product.id for product in goods]
    )
    guest = signed_in()
    guest.get("/")

    def cost(post_id: UUID) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert guest.get(f"/post/{ids.public('pst', post_id)}").status_code == 200
        return len(queries)

    assert (cost(few), cost(many)) == (16, 16)


def test_what_is_not_public_has_no_page(signed_in: SignIn) -> None:
    creator = a_creator()
    draft, public = a_post(creator, is_public=False), a_post(creator)
    guest, host = signed_in(), signed_in(creator)

    for client in (guest, host):
        assert client.get(f"/post/{ids.public('pst', draft)}").status_code == 404
    assert guest.get(f"/post/{ids.public('pst', public)}").status_code == 200
    publishing.withdraw(actor=creator, post_id=public, now=clock.now())
    assert guest.get(f"/post/{ids.public('pst', public)}").status_code == 404
    for made_up in ("pst_x", ids.public("pst", ids.new()), ids.public("rom", public)):
        assert guest.get(f"/post/{made_up}").status_code == 404


def test_a_derived_post_names_its_source_also_when_that_is_gone(signed_in: SignIn) -> None:
    author, creator = a_creator("原作者"), a_creator()
    source_id = a_post(author, words=Words(title="原来的", may_be_derived=True))
    derived = _derived(creator, source_id)
    guest, path = signed_in(), f"/post/{ids.public('pst', derived)}"

    original = f"/post/{ids.public('pst', source_id)}"
    assert "Build on it" in signed_in(creator).get(original).text
    assert "Build on it" not in guest.get(original).text
    assert "Build on it" not in signed_in(author).get(path).text
    there = guest.get(path).text
    publishing.withdraw(actor=author, post_id=source_id, now=clock.now())
    gone = guest.get(path).text

    assert f'href="/post/{ids.public("pst", source_id)}">原作者 · 原来的' in there
    assert "原来的" not in gone
    assert "no longer there" in gone


def test_whoever_likes_a_post_follows_its_creator_from_there(signed_in: SignIn) -> None:
    creator, fan = a_creator(), a_person()
    path = f"/post/{ids.public('pst', a_post(creator))}/follow"

    part = signed_in(fan).post(path, {"follow": "yes"}, headers=PART).text
    assert creator.creator_id
    assert follows.is_following(fan.person_id, creator.creator_id)
    signed_in(fan).post(path, {"follow": "no"}, headers=PART)

    assert "1 follower" in part
    assert follows.followers(creator.creator_id) == 0
    assert signed_in().post(path).status_code == 302


def test_a_products_page_shows_the_posts_that_sell_it(signed_in: SignIn) -> None:
    shop, creator = a_shop(), a_creator()
    product = a_product(shop)
    a_plan(shop, product)
    post_id = a_post(creator, product_ids=[product.id])
    hidden = a_post(creator, product_ids=[product.id], is_public=False)

    page = signed_in().get(f"/product/{product.public_id}/clips", headers=PART).text

    assert ids.public("pst", post_id) in page
    assert ids.public("pst", hidden) not in page


def _derived(creator: Actor, source_id: UUID) -> UUID:
    """A public post that builds on another."""

    now = clock.now()
    post = posts.begin(
        actor=creator,
        kind=PostKind.VIDEO,
        words=Words(title="接着说"),
        source=Source(SourceKind.POST, source_id),
        now=now,
    )
    posts.set_works(actor=creator, post_id=post.id, work_ids=[a_work(creator)], now=now)
    publishing.publish(actor=creator, post_id=post.id, now=now)
    return post.id
