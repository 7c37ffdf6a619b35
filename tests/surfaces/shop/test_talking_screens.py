"""Talk under a post, a profile with works, search of posts and blocked people, in real Chromium."""

import pytest
from tests import builders
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.content.printed import ONE, OTHER, bring
from tests.usecases.content.works_made import a_post

from laotie.content import handlers
from laotie.content.conversation import comments
from laotie.content.kinds import PostKind
from laotie.content.posting.posts import Words
from laotie.content.relations import blocks, likes
from laotie.kernel import clock, event_log, ids

pytestmark = pytest.mark.browser


def test_every_screen_about_each_other_is_clean(
    sale: Sale, signed_in: SignIn, window: Open
) -> None:
    creator, now, buyer = builders.a_creator("龙泉阿瓷"), clock.now(), sale.buyer
    other, operator = builders.a_person("瓷友"), builders.an_operator()
    post = a_post(creator, words=Words(title="梅子青是怎么烧出来的，整整一夜还原焰"), now=now)
    a_post(creator, kind=PostKind.STILLS, now=now)
    likes.like(actor=buyer, post_id=post, now=now)
    asked = comments.say(actor=other, post_id=post, words="多少钱一只？" * 12, now=now)
    for n in range(5):
        comments.say(actor=creator, post_id=post, words=f"三十九 {n}", answers_id=asked.id, now=now)
    comments.say(actor=buyer, post_id=post, words="好看", now=now)
    blocks.block(actor=buyer, person_id=builders.a_person("某人").require_person(), now=now)
    while event_log.read_on(handlers.SEARCH):
        pass
    one, two = bring(ONE, operator), bring(OTHER, operator)
    ref = ids.public("pst", post)
    crt = ids.public("crt", creator.require_creator())

    places = {
        "talk-post": f"/post/{ref}",
        "talk-page": f"/post/{ref}/talk",
        "talk-answers": f"/comments/{asked.public_id}/answers",
        "talk-profile": f"/creator/{crt}",
        "talk-works": f"/creator/{crt}/works",
        "talk-blocked": "/me/blocked",
        "talk-search-posts": "/search?what=posts&q=梅子青",
        "talk-search-none": "/search?what=people&q=没有",
        "talk-compare": f"/studio/compare?one={one.ref}&other={two.ref}",
    }

    assert looked_at(window, signed_in(buyer), places) == {}
