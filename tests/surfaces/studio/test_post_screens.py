"""The screens of posts in the studio, in real Chromium: the list, the editor in its states, goods."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests import builders
from tests.outside import World
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.studio.conftest import SignIn
from tests.usecases.content.works_made import a_post, a_sent_file, a_work, give_up

from laotie.content.files import works
from laotie.content.files.footage import Kind
from laotie.content.kinds import PostKind
from laotie.content.posting import external_links, post_pages, posts, publishing
from laotie.content.posting.posts import Words
from laotie.kernel import clock, ids

pytestmark = pytest.mark.browser


def test_every_screen_of_posts_is_clean(world: World, signed_in: SignIn, window: Open) -> None:
    shop, creator, newcomer, now = (
        builders.a_shop("龙泉清窑"),
        builders.a_creator("龙泉阿瓷"),
        builders.a_creator("新来的"),
        clock.now(),
    )
    goods = [builders.a_product(shop, 3990, title=name) for name in ("青瓷茶盏", "影青梅瓶")]
    for product in goods:
        builders.a_plan(shop, product)
    sold = [product.id for product in goods]
    draft = a_post(creator, product_ids=sold, is_public=False, now=now)
    public = a_post(creator, kind=PostKind.STILLS, product_ids=sold[:1], now=now)
    down = a_post(creator, words=Words(title="昨天的开窑"), now=now)
    publishing.withdraw(actor=creator, post_id=down, now=now)
    later = a_post(creator, words=Words(title="Tomorrow", language="en"), is_public=False, now=now)
    publishing.publish(actor=creator, post_id=later, at=now + timedelta(days=1), now=now)
    broken = posts.begin(
        actor=creator, kind=PostKind.VIDEO, words=Words(title="断了尾巴的一段"), now=now
    ).id
    failed = a_sent_file(creator, now=now)
    posts.set_works(actor=creator, post_id=broken, work_ids=[failed], now=now)
    publishing.publish(actor=creator, post_id=broken, now=now)
    give_up(failed)
    publishing.advance_due(now=now)
    works.choose_still(
        actor=creator,
        work_id=post_pages.own(draft, actor=creator).works[0].id,
        still_id=a_work(creator, Kind.STILL, now=now),
        now=now,
    )
    a_work(creator, now=now)  # No post needs it.
    empty = posts.begin(actor=creator, kind=PostKind.STILLS, now=now).id
    builders.a_link_rule("allow", "jd", now=now - timedelta(seconds=2))
    cut = (now + timedelta(days=3)).replace(microsecond=0)
    builders.a_link_rule("deny", "jd", begins=cut, now=now)
    external_links.attach(actor=creator, post_id=draft, url="https://item.jd.com/1", now=now)

    def address(post_id: UUID) -> str:
        return f"/studio/posts/{ids.public('pst', post_id)}/"

    places = {
        "posts": "/studio/posts",
        "posts-down": "/studio/posts?shelf=down",
        "post-draft": address(draft),
        "post-goods": f"{address(draft)}products",
        "post-public": address(public),
        "post-down": address(down),
        "post-scheduled": address(later),
        "post-broken": address(broken),
        "post-empty": address(empty),
        "works": "/studio/works",
        "links": "/studio/links",
    }

    assert looked_at(window, signed_in(creator), places) == {}
    nothing = {"posts-none": "/studio/posts", "works-none": "/studio/works"}
    assert looked_at(window, signed_in(newcomer), nothing) == {}
