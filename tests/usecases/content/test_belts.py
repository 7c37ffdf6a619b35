"""Industrial belts: what an operator lists, who belongs to one, and whose posts its feed shows."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from tests.builders import NOW, a_creator, a_person, an_operator
from tests.conftest import broken_invariants
from tests.racing import faults, together
from tests.statements import counted
from tests.usecases.content.belts_made import a_belt, join, terms
from tests.usecases.content.seen_posts import add_up, many

from laotie.accounts import hands, inbox, roles
from laotie.content import handlers, models, personal
from laotie.content.industry import belt_kinds, belts, memberships
from laotie.content.relations import blocks
from laotie.content.viewing import feed
from laotie.content.viewing.feed import Tab
from laotie.content.viewing.ranking import Place, Why
from laotie.events.accounts import HandsChanged
from laotie.kernel import audit, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState

pytestmark = pytest.mark.usefixtures("db")
GUEST = Actor.anonymous()


def shown_in(belt: belts.BeltCard, viewer: Actor = GUEST, *, most: int = 3) -> list[UUID]:
    """All posts of a belt's feed, page by page."""
    found: list[UUID] = []
    after, tab = None, Tab(Place.BELT, belt.public_id, belt)
    while True:
        page = feed.page(tab, actor=viewer, after=after, most=most, now=NOW)
        assert {row.why for row in page.rows} <= {Why.BELT}
        found += [row.post_id for row in page.rows]
        after = page.after
        if after is None:
            return found


def states() -> list[str]:
    return list(models.BeltMembership.objects.order_by("id").values_list("state", flat=True))


def test_a_belts_feed_shows_its_members_posts_alone_as_long_as_they_belong() -> None:
    potter, kiln, other = a_creator("阿瓷"), a_creator("窑口"), a_creator("别处")
    posts = many([potter, kiln, other], 12)
    of_potter, of_kiln = posts[0::3], posts[1::3]
    belt, operator, viewer = a_belt(), an_operator(), a_person()
    assert shown_in(belt) == []

    asked = memberships.ask(actor=potter, belt_id=belt.id, words="三代烧窑", now=NOW)
    assert shown_in(belt) == []
    assert memberships.of_creator(potter.require_creator()) is None
    memberships.accept(actor=operator, membership_id=asked, reason="seen", now=NOW)
    join(belt, kiln)

    both = [post for n, post in enumerate(posts) if n % 3 < 2]
    assert shown_in(belt) == both
    assert memberships.of_creator(potter.require_creator()) == belt
    models.Post.objects.filter(pk=of_potter[0]).update(reach="LIMITED")
    models.Post.objects.filter(pk=of_potter[1]).update(state="WITHDRAWN")
    blocks.block(actor=viewer, person_id=kiln.require_person(), now=NOW)
    assert shown_in(belt, viewer) == of_potter[2:]
    assert shown_in(belt) == [post for post in both if post not in of_potter[:2]]

    memberships.end(actor=operator, membership_id=asked, reason="moved away", now=NOW)
    assert shown_in(belt) == of_kiln
    belts.close(actor=operator, belt_id=belt.id, reason="merged", now=NOW)
    assert shown_in(belt) == []
    assert memberships.of_creator(kiln.require_creator()) is None
    assert states() == ["ENDED", "ENDED"]
    assert [each.reason for each in memberships.mine(actor=potter)] == ["moved away"]
    assert [each.reason for each in memberships.mine(actor=kiln)] == ["merged"]
    noted = audit.entries(actor=operator, person_id=operator.person_id, act="content.")
    assert [(each.act.rpartition(".")[2], each.reason) for each in noted] == [
        ("close", "merged"), ("end", "moved away"), ("accept", "seen"),
    ]  # fmt: skip
    assert broken_invariants() == []


def test_a_page_of_a_belt_is_one_query_by_indexes() -> None:
    creators, viewer, belt = [a_creator() for _ in range(8)], a_person(), a_belt()
    join(belt, *creators[:5])
    tab = Tab(Place.BELT, belt.public_id, belt)

    def cost() -> int:
        with counted() as sent:
            feed.page(tab, actor=viewer, now=NOW)
        return len(sent)

    many(creators, 10)
    few = cost()
    many(creators, 490, until=NOW - timedelta(hours=1))

    assert few == cost() == 1
    sql.change("ANALYZE content_post")
    with transaction.atomic():
        sql.change("SET LOCAL enable_seqscan = off")
        plan = sql.rows(
            "EXPLAIN " + sql.text("content", "feed_newest"),
            {
                "person": None, "viewer": None, "field": None, "region": None, "belt": belt.id,
                "before": NOW, "before_id": UUID(int=0), "most": 12,
            },
        )  # fmt: skip
    text = "\n".join(line for (line,) in plan)
    assert "membership_of_belt" in text
    assert "Seq Scan on content_post" not in text, text


def test_a_feed_of_no_belt_or_a_closed_one_is_refused() -> None:
    belt, closed = a_belt(), a_belt(name_zh="织里童装", name_en="Zhili")
    belts.close(actor=an_operator(), belt_id=closed.id, reason="over", now=NOW)

    assert feed.tab_of("BELT", belt.public_id) == Tab(Place.BELT, belt.public_id, belt)
    assert belts.open_ones() == (belt,)
    for value in ("", "x", ids.public("blt", ids.new()), ids.public("crt", belt.id)):
        with pytest.raises(Invalid):
            feed.tab_of("BELT", value)
    with pytest.raises(belts.BeltClosed):
        feed.tab_of("BELT", closed.public_id)
    many([a_creator()], 3)
    food = feed.page(Tab(Place.FIELD, "FOOD"), actor=GUEST, most=1, now=NOW).after
    with pytest.raises(Invalid):
        feed.page(Tab(Place.BELT, belt.public_id, belt), actor=GUEST, after=food, now=NOW)


def test_what_an_operator_lists_is_checked_and_can_be_changed() -> None:
    operator = an_operator()
    belt = a_belt(name_en="Longquan", fields=["HOME", "FASHION"], region="330100")
    assert [field.value for field in belt.fields] == ["FASHION", "HOME"]

    for wrong, field in (
        ({"region": "999999"}, "region"),
        ({"region": ""}, "region"),
        ({"name_zh": "名" * 41}, "name_zh"),
        ({"name_en": " "}, "name_en"),
        ({"about_zh": "字" * 121}, "about_zh"),
        ({"fields": []}, "fields"),
        ({"fields": ["NO"]}, "fields"),
        ({"fields": ["FOOD", "HOME", "MUSIC", "FILM", "SPORT", "FAMILY", "TRAVEL"]}, "fields"),
    ):
        for tried in (
            lambda wrong=wrong: a_belt(**{"name_zh": "新", "name_en": "New", **wrong}),
            lambda wrong=wrong: belts.change(
                actor=operator, belt_id=belt.id, **terms(**wrong), now=NOW
            ),
        ):
            with pytest.raises(Invalid) as refused:
                tried()
            assert refused.value.facts["field"] == field
    for name in (
        {"name_zh": "龙泉青瓷", "name_en": "Other"},
        {"name_zh": "别", "name_en": "LONGQUAN"},
    ):
        with pytest.raises(belts.BeltNameTaken):
            a_belt(**name)
    changed = belts.change(
        actor=operator, belt_id=belt.id, **terms(about_zh="", name_en="longquan"), now=NOW
    )
    assert (changed.name["en"], changed.about["zh"], changed.region) == ("longquan", "", "330000")

    belts.close(actor=operator, belt_id=belt.id, reason="merged", now=NOW)
    with pytest.raises(belts.BeltClosed):
        belts.change(actor=operator, belt_id=belt.id, **terms(), now=NOW)
    with pytest.raises(belts.BeltClosed):
        belts.close(actor=operator, belt_id=belt.id, reason="again", now=NOW)
    again = a_belt()  # Its name is free.
    assert [one.id for one in belts.listed(actor=operator).rows] == [again.id]
    assert [one.reason for one in belts.listed(actor=operator, state="CLOSED").rows] == ["merged"]
    with pytest.raises(NotFound):
        belts.listed(actor=operator, state="NONE")
    for doomed in (
        {"region": "abc"}, {"fields": []}, {"fields": ["NO"]}, {"reason": "open"}, {"state": "NO"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            models.Belt.objects.filter(pk=again.id).update(**doomed)


def test_nobody_but_operators_lists_answers_and_looks() -> None:
    creator, belt = a_creator(), a_belt()
    asked = memberships.ask(actor=creator, belt_id=belt.id, now=NOW)
    answer = {"membership_id": asked, "reason": "x", "now": NOW}
    doors: list[Callable[[Actor], Any]] = [
        lambda who: belts.add(actor=who, **terms(name_zh="新", name_en="New"), now=NOW),
        lambda who: belts.change(actor=who, belt_id=belt.id, **terms(), now=NOW),
        lambda who: belts.close(actor=who, belt_id=belt.id, reason="x", now=NOW),
        lambda who: memberships.accept(actor=who, **answer),
        lambda who: memberships.refuse(actor=who, **answer),
        lambda who: memberships.end(actor=who, **answer),
        lambda who: memberships.waiting(actor=who),
        lambda who: memberships.of_belt(belt.id, actor=who),
        lambda who: belts.listed(actor=who),
    ]
    for door in doors:
        with pytest.raises(SignInFirst):
            door(GUEST)
        with pytest.raises(NotAllowed):
            door(creator)
    for door in (
        lambda: memberships.ask(actor=a_person(), belt_id=belt.id, now=NOW),
        lambda: memberships.mine(actor=a_person()),
        lambda: memberships.leave(actor=a_person(), now=NOW),
    ):
        with pytest.raises(NotAllowed):
            door()
    # Nor does an operator answer what they asked for themselves.
    roles.grant(
        actor=an_operator(), person_id=creator.require_person(), role="operator", reason="new",
        now=NOW,
    )  # fmt: skip
    both = roles.actor_of(creator.require_person(), "test")
    for verb in (memberships.accept, memberships.refuse):
        with pytest.raises(NotAllowed):
            verb(actor=both, **answer)
    assert states() == ["ASKED"]


def test_a_creator_belongs_to_one_belt_and_reads_why_not() -> None:
    creator, operator = a_creator("阿瓷"), an_operator()
    first, second = a_belt(), a_belt(name_zh="织里童装", name_en="Zhili")

    asked = memberships.ask(actor=creator, belt_id=first.id, words=" 三代  烧窑 ", now=NOW)
    assert memberships.ask(actor=creator, belt_id=first.id, now=NOW) == asked
    with pytest.raises(memberships.InBeltAlready):
        memberships.ask(actor=creator, belt_id=second.id, now=NOW)
    (waits,) = memberships.waiting(actor=operator).rows
    assert (waits.creator, waits.words, waits.belt) == ("阿瓷", "三代 烧窑", first)
    for reason in ("", "x" * 201):
        with pytest.raises(Invalid):
            memberships.refuse(actor=operator, membership_id=asked, reason=reason, now=NOW)
    memberships.refuse(actor=operator, membership_id=asked, reason="show a kiln", now=NOW)
    for verb in (memberships.accept, memberships.refuse, memberships.end):
        with pytest.raises(WrongState):
            verb(actor=operator, membership_id=asked, reason="x", now=NOW)
        with pytest.raises(NotFound):
            verb(actor=operator, membership_id=ids.new(), reason="x", now=NOW)
    (told,) = memberships.mine(actor=creator)
    assert (told.state.value, told.reason, told.is_standing) == ("REFUSED", "show a kiln", False)

    join(second, creator)
    assert memberships.counts([first.id, second.id]) == {
        first.id: memberships.Counts(0, 0), second.id: memberships.Counts(1, 0),
    }  # fmt: skip
    (member,) = memberships.of_belt(second.id, actor=operator).rows
    assert member.joined_at == NOW
    memberships.leave(actor=creator, now=NOW)
    with pytest.raises(NotFound):
        memberships.leave(actor=creator, now=NOW)
    memberships.ask(actor=creator, belt_id=first.id, words="再试", now=NOW)
    memberships.leave(actor=creator, now=NOW)
    with pytest.raises(memberships.AskedTooOften):
        memberships.ask(actor=creator, belt_id=first.id, now=NOW)
    later = NOW + belt_kinds.ASKS_WITHIN
    memberships.ask(actor=creator, belt_id=first.id, words="再试", now=later)
    assert states() == ["REFUSED", "LEFT", "LEFT", "ASKED"]

    person_id = creator.require_person()
    assert len(personal.of(person_id)["belts"]) == 4
    with transaction.atomic():
        personal.forget(person_id, later)
    assert states()[-1] == "LEFT"
    assert set(models.BeltMembership.objects.values_list("words", flat=True)) == {""}
    assert broken_invariants() == []


def test_creators_are_told_what_was_answered_and_when_it_ended() -> None:
    in_it, out_of_it, ended, waiting = creators = [a_creator() for _ in range(4)]
    belt, operator = a_belt(), an_operator()
    asked = [memberships.ask(actor=one, belt_id=belt.id, now=NOW) for one in creators]

    def answer(verb: Callable[..., None], one: Actor, reason: str) -> None:
        membership_id = asked[creators.index(one)]
        verb(actor=operator, membership_id=membership_id, reason=reason, now=NOW)

    answer(memberships.accept, in_it, "seen")
    answer(memberships.accept, ended, "seen")
    answer(memberships.refuse, out_of_it, "show a kiln")
    with pytest.raises(WrongState):
        answer(memberships.accept, out_of_it, "now?")
    answer(memberships.end, ended, "moved away")
    belts.close(actor=operator, belt_id=belt.id, reason="merged", now=NOW)

    def told(one: Actor) -> set[tuple[str, str]]:
        with translation.override("en"):
            lines = inbox.lines(actor=one)
        assert {line.ref for line in lines} == {ids.public("bms", asked[creators.index(one)])}
        return {(line.kind, line.text) for line in lines}

    joined = ("belt_joined", "You belong to the belt Longquan celadon now. seen")
    over = "You belong to the belt Longquan celadon no more"
    no = "The belt Longquan celadon did not take you in"
    assert told(in_it) == {joined, ("belt_ended", f"{over}: merged")}
    assert told(ended) == {joined, ("belt_ended", f"{over}: moved away")}
    assert told(out_of_it) == {("belt_refused", f"{no}: show a kiln")}
    assert told(waiting) == {("belt_refused", f"{no}: merged")}
    with translation.override("zh-hans"):
        assert all("龙泉青瓷" in line.text for line in inbox.lines(actor=in_it))


def test_an_account_in_other_hands_belongs_to_no_belt_until_it_asks_anew() -> None:
    potter, kiln, belt = a_creator("阿瓷"), a_creator("窑口"), a_belt()
    join(belt, potter, kiln)
    at = NOW + timedelta(days=1)
    hands.change(actor=an_operator(), creator_id=potter.require_creator(), reason="Sold.", now=at)
    add_up()
    assert states() == ["LEFT", "MEMBER"]

    join(belt, potter, now=at + timedelta(minutes=1))
    with transaction.atomic():
        handlers.hands_changed(HandsChanged(creator_id=potter.require_creator(), at=at), at)
    assert states() == ["LEFT", "MEMBER", "MEMBER"]


def test_a_full_belt_and_a_closed_one_take_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    belt, operator = a_belt(), an_operator()
    join(belt, a_creator())
    creator = a_creator()
    asked = memberships.ask(actor=creator, belt_id=belt.id, now=NOW)
    monkeypatch.setattr(belt_kinds, "MOST_MEMBERS", 1)
    monkeypatch.setattr(belt_kinds, "MOST_OPEN", 1)

    with pytest.raises(memberships.BeltFull):
        memberships.accept(actor=operator, membership_id=asked, reason="x", now=NOW)
    with pytest.raises(belts.TooManyBelts):
        a_belt(name_zh="新", name_en="New")
    belts.close(actor=operator, belt_id=belt.id, reason="over", now=NOW)
    with pytest.raises(belts.BeltClosed):
        memberships.accept(actor=operator, membership_id=asked, reason="x", now=NOW)
    with pytest.raises(belts.BeltClosed):
        memberships.ask(actor=creator, belt_id=belt.id, now=NOW)
    with pytest.raises(NotFound):
        memberships.ask(actor=creator, belt_id=ids.new(), now=NOW)
    assert states() == ["ENDED", "ENDED"]


def test_of_joining_and_closing_at_once_nobody_stays_in_a_closed_belt() -> None:
    operator = an_operator()
    closing, creators = a_belt(), [a_creator() for _ in range(4)]
    open_one = a_belt(name_zh="织里童装", name_en="Zhili")
    asked = [memberships.ask(actor=one, belt_id=closing.id, now=NOW) for one in creators[:2]]

    results = together(
        [
            *(
                lambda wish=wish: memberships.accept(
                    actor=operator, membership_id=wish, reason="x", now=NOW
                )
                for wish in asked
            ),
            lambda: belts.close(actor=operator, belt_id=closing.id, reason="over", now=NOW),
            lambda: memberships.ask(actor=creators[2], belt_id=closing.id, now=NOW),
            *(
                lambda belt=belt: memberships.ask(actor=creators[3], belt_id=belt.id, now=NOW)
                for belt in (open_one, closing)
            ),
        ]
    )

    assert faults(results) == []
    assert models.BeltMembership.objects.filter(belt=closing.id, state="ENDED").count() >= 2
    assert broken_invariants() == []


def test_without_its_lock_a_belt_gains_somebody_while_it_closes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the belt is only read, and closes before who has read it writes."""
    belt, creator = a_belt(), a_creator()
    close = partial(belts.close, actor=an_operator(), belt_id=belt.id, reason="over", now=NOW)
    locked = belts.locked

    def only_read(belt_id: UUID) -> models.Belt:
        row = models.Belt.objects.get(pk=belt_id)
        monkeypatch.setattr(belts, "locked", locked)
        assert faults(together([close])) == []
        return row

    monkeypatch.setattr(belts, "locked", only_read)
    memberships.ask(actor=creator, belt_id=belt.id, now=NOW)

    assert (models.Belt.objects.get().state, states()) == ("CLOSED", ["ASKED"])
    assert [line.partition(":")[0] for line in broken_invariants()] == [
        "content.closed_belts_have_nobody"
    ]
    models.BeltMembership.objects.all().delete()
