"""Rights: given, handed on, revoked; a post of an event needs one to be public."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import override_settings
from tests import builders, racing
from tests.builders import NOW
from tests.statements import counted
from tests.telling import told
from tests.usecases.content.events_held import (
    DAY,
    a_draft,
    a_public_showing,
    an_event,
    given,
    of,
    state_of,
    terms,
)

from laotie.content import models
from laotie.content.kinds import PostKind, PostState, SourceKind
from laotie.content.licensing import grants, lacks, licensed, occasions, rights
from laotie.content.licensing.licences import PLATFORM, Party, PartyKind, Use
from laotie.content.posting import posts, publishing, showings
from laotie.content.posting.posts import Source, Words
from laotie.kernel import ids
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState

pytestmark = pytest.mark.usefixtures("db", "in_english")


def test_a_post_of_an_event_needs_the_right_to_its_use() -> None:
    creator, event = builders.a_creator(), an_event()
    post_id = a_draft(creator, event)
    given(event, of(creator), uses=[Use.VOD, Use.LIVE])

    with pytest.raises(lacks.RightsMissing) as missing:
        publishing.publish(actor=creator, post_id=post_id, now=NOW)

    assert missing.value.code == "RIGHTS_MISSING"
    assert missing.value.text() == (
        "The right “short video” to show Winter Games is missing. Ask 国际奥委会 for it."
    )
    assert missing.value.facts["use"] == "SHORT_VIDEO"
    assert state_of(post_id)[0] == "DRAFT"

    given(event, of(creator))
    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    assert state_of(post_id)[0] == "PUBLISHED"


def test_whoever_lacks_a_right_is_told_whom_to_ask() -> None:
    creator, event, holder = builders.a_creator(), an_event(), builders.a_creator("体育频道")
    post_id = a_draft(creator, event)

    def asked() -> tuple[str, str]:
        with pytest.raises(lacks.RightsMissing) as refusal:
            publishing.publish(actor=creator, post_id=post_id, now=NOW)
        return refusal.value.facts["ask_kind"], refusal.value.text()

    given(event, of(holder), scope=terms(may_sublicense=True))
    kind, text = asked()
    assert kind == "CREATOR"
    assert "Ask 体育频道 for it." in text
    given(event, PLATFORM, scope=terms(may_sublicense=True))
    kind, text = asked()
    assert kind == "PLATFORM"
    assert "Ask an operator of this platform for it." in text


def test_delay_length_and_country_are_held_by_the_gate() -> None:
    event = an_event()
    slow, short, abroad, early = (builders.a_creator() for _ in range(4))
    given(event, of(slow), scope=terms(delay_s=600))
    given(event, of(short), scope=terms(longest_clip_s=11))
    given(event, of(abroad), scope=terms(territory="JP"))
    given(event, of(early), scope=terms(begins=NOW + DAY))
    lacking = (
        (slow, lacks.RightsTooEarly),
        (short, lacks.RightsTooLong),
        (abroad, lacks.RightsElsewhere),
        (early, lacks.RightsNotYet),
    )

    for creator, lack in lacking:
        with pytest.raises(lack):
            publishing.publish(actor=creator, post_id=a_draft(creator, event), now=NOW)

    post_id = a_draft(slow, event, seen_at=NOW - timedelta(minutes=10))
    assert publishing.publish(actor=slow, post_id=post_id, now=NOW).state is PostState.PUBLISHED

    # An installation elsewhere: what holds there is said by its setting.
    with override_settings(LAOTIE=replace(settings.LAOTIE, territory="JP")):
        there = publishing.publish(actor=abroad, post_id=a_draft(abroad, event), now=NOW)
        with pytest.raises(lacks.RightsElsewhere):
            publishing.publish(actor=slow, post_id=a_draft(slow, event), now=NOW)
    assert there.state is PostState.PUBLISHED


def test_a_post_that_shows_no_event_asks_for_no_right() -> None:
    creator = builders.a_creator()
    an_event()
    post_id = a_draft(creator, None)

    assert publishing.publish(actor=creator, post_id=post_id, now=NOW).state is PostState.PUBLISHED
    with counted() as asked:
        assert showings.of_post(actor=creator, post_id=post_id, now=NOW) is None
    assert len(asked) == 2
    with counted() as asked:
        assert licensed.require_right(models.Post.objects.get(pk=post_id), NOW) is None
    assert len(asked) == 1 + 1  # The post's own row among them.


def test_only_operators_give_and_no_two_exclusive_ones_meet() -> None:
    event, one, two = an_event(), builders.a_creator(), builders.a_creator()
    exclusive = terms(is_exclusive=True, ends=NOW + DAY)
    with pytest.raises(NotAllowed):
        rights.give(actor=one, occasion_id=event.id, holder=of(one), uses=[Use.LIVE],
                    scope=exclusive, now=NOW)  # fmt: skip
    first = given(event, of(one), scope=exclusive)

    with pytest.raises(rights.ExclusiveTaken):
        given(event, of(two))
    with pytest.raises(rights.ExclusiveTaken):
        given(event, PLATFORM, scope=terms(territory="WORLD"))
    given(event, of(two), scope=terms(territory="JP"))
    given(event, of(two), scope=terms(begins=NOW + DAY, ends=NOW + 2 * DAY))
    given(event, of(two), uses=[Use.VOD])
    given(event, of(one), scope=exclusive)
    with pytest.raises(rights.ExclusiveTaken):
        given(event, PLATFORM, uses=[Use.VOD], scope=exclusive)
    rights.revoke(actor=builders.an_operator(), grant_id=first.grant.id, reason="迁出", now=NOW)
    with pytest.raises(rights.ExclusiveTaken):  # By the second grant of the same holder.
        given(event, of(two))


def test_of_two_exclusive_rights_that_race_one_is_refused() -> None:
    event, operator = an_event(), builders.an_operator()
    parties = [of(builders.a_creator()) for _ in range(4)]

    def give(holder: Party) -> object:
        return rights.give(
            actor=operator, occasion_id=event.id, holder=holder, uses=[Use.LIVE],
            scope=terms(is_exclusive=True), now=NOW,
        )  # fmt: skip

    results = racing.together([partial(give, holder) for holder in parties])

    assert not racing.faults(results)
    assert sum(isinstance(result, tuple) for result in results) == 1
    assert models.RightsGrant.objects.count() == 1


def test_bad_terms_are_refused_and_the_database_refuses_them_too() -> None:
    event, operator = an_event(), builders.an_operator()
    bad = {
        "territory": terms(territory="china"),
        "ends_at": terms(ends=NOW - 2 * DAY),
        "delay_s": terms(delay_s=-1),
        "longest_clip_s": terms(longest_clip_s=0),
    }
    for field, scope in bad.items():
        with pytest.raises(Invalid) as refusal:
            given(event, scope=scope)
        assert refusal.value.facts["field"] == field
    with pytest.raises(Invalid):
        rights.give(actor=operator, occasion_id=event.id, holder=PLATFORM, uses=[],
                    scope=terms(), now=NOW)  # fmt: skip
    with pytest.raises(NotFound):
        given(event, Party(PartyKind.CREATOR, ids.new()))
    with pytest.raises(occasions.OccasionKnown):
        an_event()
    row = models.RightsGrant.objects.get(pk=given(event).grant.id)
    for change in ({"use": "RADIO"}, {"holder_kind": "SHOP"}, {"ends_at": row.starts_at},
                   {"territory": "cn"}, {"reason": "x"}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            models.RightsGrant.objects.filter(pk=row.id).update(**change)


def test_a_sublicence_is_narrower_than_its_parent_and_ends_with_it() -> None:
    event, operator = an_event(), builders.an_operator()
    channel, cutter, stranger = (builders.a_creator() for _ in range(3))
    whole = given(event, scope=terms(use=Use.DERIVATIVE, may_sublicense=True, longest_clip_s=60))
    whole_id, clip_id = whole.grant.id, cutter.require_creator()
    narrow = terms(longest_clip_s=60, may_sublicense=True)

    with pytest.raises(NotFound):
        rights.hand_on(actor=channel, grant_id=whole_id, creator_id=clip_id, scope=narrow, now=NOW)
    for wider in (
        replace(narrow, ends_at=NOW + 11 * DAY),
        replace(narrow, territory="WORLD"),
        replace(narrow, longest_clip_s=None),
    ):
        with pytest.raises(rights.GrantTooWide):
            rights.hand_on(
                actor=operator, grant_id=whole_id, creator_id=clip_id, scope=wider, now=NOW
            )
    channel_id = channel.require_creator()
    first = rights.hand_on(
        actor=operator, grant_id=whole_id, creator_id=channel_id, scope=narrow, now=NOW
    )
    again = rights.hand_on(
        actor=operator, grant_id=whole_id, creator_id=channel_id, scope=narrow, now=NOW
    )
    assert again.public_id == first.public_id
    last_terms = terms(longest_clip_s=30)
    second = rights.hand_on(
        actor=channel, grant_id=first.grant.id, creator_id=clip_id, scope=last_terms, now=NOW
    )
    with pytest.raises(NotFound):
        rights.hand_on(actor=stranger, grant_id=first.grant.id, creator_id=clip_id,
                       scope=last_terms, now=NOW)  # fmt: skip
    with pytest.raises(rights.NoSublicences):
        rights.hand_on(actor=cutter, grant_id=second.grant.id,
                       creator_id=stranger.require_creator(), scope=last_terms, now=NOW)  # fmt: skip
    assert [card.holder_name for card in grants.handed_on([whole_id])] == [first.holder_name]
    assert [card.public_id for card in grants.held(actor=cutter)] == [second.public_id]

    with pytest.raises(NotFound):
        rights.revoke(actor=stranger, grant_id=second.grant.id, reason="x", now=NOW)
    rights.revoke(actor=operator, grant_id=whole_id, reason="合同终止", now=NOW + DAY)
    rights.revoke(actor=operator, grant_id=whole_id, reason="again", now=NOW + 2 * DAY)

    ended = models.RightsGrant.objects.values_list("revoked_at", "reason")
    assert list(ended) == [(NOW + DAY, "合同终止")] * 3
    assert told("content.rights_revoked") == 1
    with pytest.raises(WrongState):
        rights.hand_on(actor=operator, grant_id=whole_id, creator_id=clip_id, scope=narrow,
                       now=NOW + DAY)  # fmt: skip


def test_a_shops_right_is_for_its_posts_and_its_managers_hand_it_on() -> None:
    shop, event, creator = builders.a_shop(), an_event(), builders.a_creator()
    party = Party(PartyKind.SHOP, shop.id)
    held = given(event, party, scope=terms(may_sublicense=True))
    clerk = builders.a_clerk(shop, "ship")

    assert [card.public_id for card in grants.held(actor=shop.owner)] == [held.public_id]
    assert grants.held(actor=clerk) == ()
    with pytest.raises(NotAllowed):
        rights.hand_on(actor=clerk, grant_id=held.grant.id, creator_id=creator.require_creator(),
                       scope=terms(), now=NOW)  # fmt: skip
    rights.hand_on(actor=shop.owner, grant_id=held.grant.id, creator_id=creator.require_creator(),
                   scope=terms(), now=NOW)  # fmt: skip
    assert state_of(a_public_showing(creator, event))[0] == "PUBLISHED"


def test_what_builds_on_a_post_of_an_event_is_a_derived_work_of_it() -> None:
    channel, cutter, event = builders.a_creator(), builders.a_creator(), an_event()
    given(event, of(channel))
    source = a_public_showing(channel, event)
    row = models.Post.objects.get(pk=source)
    posts_words = Words(title="解说", may_be_derived=True)
    models.Post.objects.filter(pk=source).update(may_be_derived=True)
    assert row.title == "入场式"
    given(event, of(cutter))  # A right to short videos is none to derived works.

    post_id = posts.begin(
        actor=cutter, kind=PostKind.STILLS, words=posts_words,
        source=Source(SourceKind.POST, source), now=NOW,
    ).id  # fmt: skip
    with counted() as asked:
        view = showings.of_post(actor=cutter, post_id=post_id, now=NOW)

    assert len(asked) == 8  # Of the nine that it may be, none for a name: nobody hands it on.
    assert view
    assert (view.use, view.is_fixed) == (Use.DERIVATIVE, True)
    assert isinstance(view.lack, lacks.RightsMissing)
    with pytest.raises(Invalid):
        showings.clear_occasion(actor=cutter, post_id=post_id, now=NOW)
    with pytest.raises(Invalid):
        showings.set_occasion(
            actor=cutter, post_id=post_id, occasion_id=event.id, use=Use.SHORT_VIDEO,
            event_time=NOW, now=NOW,
        )  # fmt: skip
    given(event, of(cutter), uses=[Use.DERIVATIVE])
    with counted() as asked:
        later = showings.of_post(actor=cutter, post_id=post_id, now=NOW)
    assert len(asked) == 6
    with counted() as asked:
        assert showings.of_post(actor=channel, post_id=source, now=NOW)
    assert len(asked) == 5
    with counted() as asked:
        licensed.require_right(models.Post.objects.get(pk=source), NOW)
    assert len(asked) == 1 + 3
    assert later
    assert later.lack is None
    assert later.until == NOW + 10 * DAY


def test_a_post_names_its_event_within_it_and_only_while_it_may_be_changed() -> None:
    creator, stranger, event = builders.a_creator(), builders.a_creator(), an_event()
    given(event, of(creator))
    post_id = a_draft(creator, event)

    def name(actor: object = creator, **changed: object) -> None:
        facts = {"occasion_id": event.id, "use": Use.SHORT_VIDEO, "event_time": NOW, **changed}
        showings.set_occasion(actor=actor, post_id=post_id, now=NOW, **facts)  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        name(stranger)
    with pytest.raises(SignInFirst):
        name(replace(creator, person_id=None, creator_id=None))
    with pytest.raises(NotFound):
        name(occasion_id=ids.new())
    for bad in ({"use": Use.LIVE}, {"event_time": NOW - 2 * DAY},
                {"event_time": NOW + timedelta(seconds=1)}):  # fmt: skip
        with pytest.raises(Invalid):
            name(**bad)
    showings.clear_occasion(actor=creator, post_id=post_id, now=NOW)
    assert not models.PostOccasion.objects.exists()
    name()
    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    with pytest.raises(WrongState):
        name()
    draft = a_draft(creator, event)
    posts.delete(actor=creator, post_id=draft, now=NOW)
    assert not models.PostOccasion.objects.filter(post=draft).exists()


def test_asking_for_a_right_costs_the_same_however_many_there_are() -> None:
    creator, event = builders.a_creator(), an_event()
    given(event, of(creator))

    def cost() -> int:
        with counted() as sent:
            rights.require(
                use=Use.SHORT_VIDEO, occasion_id=event.id, creator_id=creator.require_creator(),
                shop_id=None, event_time=NOW, now=NOW,
            )  # fmt: skip
        return len(sent)

    before = cost()
    for _ in range(5):
        given(event, of(builders.a_creator()))
        given(event, of(creator))
    assert (before, cost()) == (1, 1)
