"""Likes, comments, blocks: what counts, who may, and what nobody sees any more."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from tests.builders import NOW, a_creator, a_person, an_operator
from tests.usecases.content.seen_posts import add_up, many
from tests.usecases.content.works_made import a_post

from laotie.accounts import hands
from laotie.content import models, personal
from laotie.content.conversation import comments
from laotie.content.conversation.comments import TalkClosed, WordsForbidden
from laotie.content.conversation.talk import CommentState
from laotie.content.figures import genuine
from laotie.content.posting import profiles
from laotie.content.posting.posts import Words
from laotie.content.relations import blocks, follows, likes
from laotie.content.relations.likes import Liked
from laotie.content.viewing import feed, signals
from laotie.content.viewing.feed import Tab
from laotie.content.viewing.ranking import Place
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, SignInFirst, TooMany

pytestmark = pytest.mark.usefixtures("db")
WORDS = Words(title="开窑", field="FOOD", region="330000")
LONG_AGO = NOW - timedelta(days=9)


def people(count: int, *, joined_at: object = LONG_AGO) -> list[Actor]:
    """So many people, at home here for a while unless told otherwise."""
    made = [
        models.Follow._meta.get_field("person").related_model(
            name=f"客{n}",
            phone_index=f"{n}-{joined_at}".encode(),
            phone_sealed=b"",
            joined_at=joined_at,
        )
        for n in range(count)
    ]
    type(made[0])._default_manager.bulk_create(made)
    return [Actor(person_id=one.pk, via="web") for one in made]


def give_likes(actors: Sequence[Actor], post_id: UUID, **fields: object) -> None:
    """Rows of likes, as if each had been given."""
    models.Like.objects.bulk_create(
        models.Like(
            person_id=actor.require_person(), post_id=post_id, **{"liked_at": NOW, **fields}
        )
        for actor in actors
    )


def test_a_like_is_one_fact_and_is_undone() -> None:
    creator, fan, other = a_creator(), a_person(), a_person()
    post, draft = a_post(creator), a_post(creator, is_public=False)

    assert likes.like(actor=fan, post_id=post, now=NOW) == Liked(True, 1)
    assert likes.like(actor=fan, post_id=post, now=NOW) == Liked(True, 1)
    assert likes.like(actor=other, post_id=post, now=NOW) == Liked(True, 2)
    add_up()
    add_up()
    assert signals.figures([post])[post].likes == 2
    assert likes.mine(actor=fan).rows == (post,)

    assert likes.unlike(actor=other, post_id=post) == Liked(False, 1)
    assert likes.unlike(actor=other, post_id=post) == Liked(False, 1)
    add_up()
    assert signals.figures([post])[post].likes == 1
    assert likes.of(post, person_id=None) == Liked(False, 1)
    for refused, actor, subject in ((SignInFirst, Actor.anonymous(), post), (NotFound, fan, draft)):
        with pytest.raises(refused):
            likes.like(actor=actor, post_id=subject, now=NOW)


def test_forged_likes_stay_in_the_raw_count_alone() -> None:
    creator = a_creator()
    honest, crowd, shared, hasty = many([creator], 4, until=LONG_AGO)
    others = many([creator], 61, until=LONG_AGO)
    settled, new = people(70), people(61, joined_at=NOW - timedelta(minutes=5))
    (bot,) = people(1, joined_at=LONG_AGO - timedelta(days=1))
    give_likes(settled, honest)  # Many at once, and all at home here.
    give_likes(new, crowd)
    give_likes(settled[:12], crowd)
    give_likes(settled[:11], shared, device="0123456789abcdef")
    give_likes(settled[11:21], shared, device="fedcba9876543210")
    give_likes(settled[21:31], shared)
    for post in (*others, hasty):
        give_likes([bot], post)

    with transaction.atomic():
        likes.count([honest, crowd, shared, hasty])
    assert signals.figures([crowd])[crowd].likes == 73
    assert genuine.judge(now=NOW) == 70 + 73 + 31 + 62
    assert genuine.judge(now=NOW) == 0
    add_up()

    found = signals.figures([honest, crowd, shared, hasty])
    assert {post: (each.likes, each.all_likes) for post, each in found.items()} == {
        honest: (70, 70),
        crowd: (12, 73),
        shared: (20, 31),
        hasty: (0, 1),
    }
    assert dict(
        models.Like.objects.exclude(forged="")
        .values_list("forged")
        .distinct()
        .values_list("forged", "forged")
    ).keys() == {"RATE", "BURST", "DEVICE"}
    assert likes.of(crowd, person_id=new[0].person_id) == Liked(True, 12)
    assert profiles.tally(creator.require_creator()).likes == 70 + 12 + 20


def test_forged_followers_are_no_fans() -> None:
    creator = a_creator()
    creator_id = creator.require_creator()
    for actor in people(11):
        follows.follow(actor=actor, creator_id=creator_id, device="a" * 16, now=NOW)
    follows.follow(actor=a_person(), creator_id=creator_id, device="b" * 16, now=NOW)

    assert follows.followers(creator_id) == 12
    assert genuine.judge(now=NOW) == 12
    assert follows.followers(creator_id) == 1
    assert models.Follow.objects.filter(creator=creator_id).count() == 12

    assert genuine.forget_devices(now=NOW + timedelta(days=1, seconds=1)) == 12
    assert not models.Follow.objects.exclude(device="").exists()
    assert follows.followers(creator_id) == 1


def test_a_device_is_known_again_and_nothing_else() -> None:
    one = genuine.device_of("203.0.113.5", "Browser/1")
    assert one == genuine.device_of("203.0.113.5", "Browser/1")
    assert len({one, genuine.device_of("203.0.113.6", "Browser/1"),
                genuine.device_of("203.0.113.5", "Browser/2")}) == 3  # fmt: skip
    assert "203" not in one


def test_comments_stand_one_level_deep_and_go_with_what_they_answer() -> None:
    creator, one, two = a_creator(), a_person("甲"), a_person("乙")
    post = a_post(creator)

    def say(actor: Actor, words: str, to: UUID | None = None) -> UUID:
        return comments.say(actor=actor, post_id=post, words=words, answers_id=to, now=NOW).id

    first, second = say(one, "好看"), say(two, "多少钱")
    answer = say(creator, "三十九", second)
    nested = say(two, "谢谢", answer)
    later = [say(one, f"又{n}", first) for n in range(4)]

    page = comments.under(post, actor=two)
    assert [(card.text, card.is_mine, card.may_remove) for card in page.rows] == [
        ("多少钱", True, True),
        ("好看", False, False),
    ]
    asked, liked = page.rows
    assert [(card.id, card.is_creator) for card in asked.answers] == [
        (answer, True), (nested, False),
    ]  # fmt: skip
    assert [card.id for card in liked.answers] == later[:3]
    rest = comments.answering(first, actor=two, after=liked.answers_after)
    assert [card.id for card in rest.rows] == later[3:]
    assert comments.counts([post]) == {post: 8}

    with pytest.raises(NotFound):
        comments.remove(actor=one, comment_id=second, now=NOW)
    comments.remove(actor=creator, comment_id=second, now=NOW)
    comments.remove(actor=one, comment_id=later[0], now=NOW)
    states = dict(models.Comment.objects.values_list("pk", "state"))
    assert states[second] == CommentState.HIDDEN
    assert (states[answer], states[nested]) == (CommentState.ORPHANED, CommentState.ORPHANED)
    assert states[later[0]] == CommentState.REMOVED
    assert comments.counts([post]) == {post: 4}
    for gone in (second, answer):
        with pytest.raises(NotFound):
            say(two, "在吗", gone)


def test_comments_come_page_by_page() -> None:
    creator, guest = a_creator(), Actor.anonymous()
    post = a_post(creator)
    said = [
        comments.say(actor=creator, post_id=post, words=f"{n}", now=NOW + timedelta(minutes=n)).id
        for n in range(7)
    ]

    first = comments.under(post, actor=guest, most=3)
    second = comments.under(post, actor=guest, most=3, after=first.next_after)
    third = comments.under(post, actor=guest, most=3, after=second.next_after)

    found = [card.id for page in (first, second, third) for card in page.rows]
    assert found == said[::-1]
    assert third.next_after is None


def test_what_may_be_said_and_by_whom() -> None:
    creator, stranger, fan = a_creator(), a_person(), a_person()
    post, draft = a_post(creator), a_post(creator, is_public=False)
    follows.follow(actor=fan, creator_id=creator.require_creator(), now=NOW)

    def say(actor: Actor, words: str = "好", post_id: UUID = post) -> UUID:
        return comments.say(
            actor=actor, post_id=post_id, words=words, forbidden=("坏话",), now=NOW
        ).id

    for words, refusal in (("", Invalid), ("长" * 501, Invalid), ("坏 话", WordsForbidden)):
        with pytest.raises(refusal):
            say(fan, words)
    with pytest.raises(SignInFirst):
        say(Actor.anonymous())
    with pytest.raises(NotFound):
        say(fan, post_id=draft)
    comments.let_talk(actor=creator, who="FOLLOWERS", now=NOW)
    say(fan)
    with pytest.raises(TalkClosed):
        say(stranger)
    comments.let_talk(actor=creator, who="NOBODY", now=NOW)
    with pytest.raises(TalkClosed):
        say(fan)
    say(creator)
    with pytest.raises(Invalid):
        comments.let_talk(actor=creator, who="SOME", now=NOW)
    comments.let_talk(actor=creator, who="EVERYBODY", now=NOW)
    for _ in range(10):
        say(stranger)
    with pytest.raises(TooMany):
        say(stranger)
    assert models.Comment.objects.count() == 12


@pytest.mark.parametrize("by_creator", [True, False])
def test_who_blocked_whom_does_not_matter_they_see_nothing_of_each_other(
    by_creator: bool,
) -> None:
    creator, viewer, third = a_creator("阿瓷"), a_person(), a_person()
    creator_id = creator.require_creator()
    post = a_post(creator, words=WORDS, now=NOW - timedelta(minutes=1))
    add_up()
    follows.follow(actor=viewer, creator_id=creator_id, now=NOW)
    comments.say(actor=viewer, post_id=post, words="我", now=NOW)
    theirs = comments.say(actor=third, post_id=post, words="他", now=NOW)
    comments.say(actor=viewer, post_id=post, words="答", answers_id=theirs.id, now=NOW)

    blocker, blocked = (creator, viewer) if by_creator else (viewer, creator)
    for _ in range(2):
        blocks.block(actor=blocker, person_id=blocked.require_person(), now=NOW)

    assert follows.followers(creator_id) == 0
    tabs = [Tab(Place.RECOMMENDED), Tab(Place.FIELD, "FOOD"), Tab(Place.REGION, "330000")]
    for tab in tabs:
        assert feed.page(tab, actor=viewer, now=NOW).rows == (), tab
        assert [row.post_id for row in feed.page(tab, actor=third, now=NOW).rows] == [post], tab
    for forbidden in (
        lambda: follows.follow(actor=viewer, creator_id=creator_id, now=NOW),
        lambda: likes.like(actor=viewer, post_id=post, now=NOW),
        lambda: comments.say(actor=viewer, post_id=post, words="嘿", now=NOW),
    ):
        with pytest.raises(NotFound):
            forbidden()
    (seen,) = comments.under(post, actor=creator).rows
    assert (seen.text, seen.answers) == ("他", ())
    assert len(comments.under(post, actor=third).rows) == 2
    if by_creator:
        with pytest.raises(NotFound):
            profiles.page(creator_id, actor=viewer)
    else:
        profile = profiles.page(creator_id, actor=viewer)
        assert (profile.is_blocked, profile.works.rows, profile.tally.works) == (True, (), 0)
    assert [each.person.id for each in blocks.mine(actor=blocker).rows] == [blocked.person_id]
    assert blocks.mine(actor=blocked).rows == ()

    blocks.unblock(actor=blocked, person_id=blocker.require_person())
    with pytest.raises(NotFound):
        likes.like(actor=viewer, post_id=post, now=NOW)
    blocks.unblock(actor=blocker, person_id=blocked.require_person())
    assert likes.like(actor=viewer, post_id=post, now=NOW).is_liked
    assert len(comments.under(post, actor=creator).rows) == 2


def test_nobody_blocks_themselves_or_nobody() -> None:
    person = a_person()
    with pytest.raises(blocks.CannotBlock):
        blocks.block(actor=person, person_id=person.require_person(), now=NOW)
    with pytest.raises(NotFound):
        blocks.block(actor=person, person_id=UUID(int=7), now=NOW)
    assert not models.Block.objects.exists()


def test_a_person_who_leaves_takes_likes_and_words_along() -> None:
    creator, fan = a_creator(), a_person()
    post = a_post(creator)
    likes.like(actor=fan, post_id=post, now=NOW)
    said = comments.say(actor=fan, post_id=post, words="再见", now=NOW)
    comments.say(actor=creator, post_id=post, words="慢走", answers_id=said.id, now=NOW)
    assert [row["text"] for row in personal.of(fan.require_person())["comment_person"]] == ["再见"]

    with transaction.atomic():
        personal.forget(fan.require_person(), NOW)

    assert not models.Like.objects.exists()
    assert comments.under(post, actor=creator).rows == ()


def test_what_was_counted_before_a_change_of_hands_counts_no_more() -> None:
    creator, before, after, operator = a_creator(), a_person(), a_person(), an_operator()
    creator_id, post = creator.require_creator(), a_post(creator)
    follows.follow(actor=before, creator_id=creator_id, now=NOW)
    likes.like(actor=before, post_id=post, now=NOW)
    add_up()
    assert profiles.tally(creator_id) == profiles.Tally(1, 1, 1, 0, 0)

    at = NOW + timedelta(hours=1)
    hands.change(actor=operator, creator_id=creator_id, reason="Sold in a group.", now=at)
    add_up()
    assert profiles.tally(creator_id) == profiles.Tally(0, 0, 1, 0, 0)
    follows.follow(actor=after, creator_id=creator_id, now=at)
    likes.like(actor=after, post_id=post, now=at)
    add_up()
    assert profiles.tally(creator_id) == profiles.Tally(1, 1, 1, 0, 0)
    assert signals.figures([post])[post].all_likes == 2
