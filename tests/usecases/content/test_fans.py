"""How many follow: a number that is read, never counted, and equals the rows at every moment."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.builders import NOW, a_creator, a_person, an_operator
from tests.conftest import broken_invariants
from tests.racing import faults, together
from tests.statements import counted
from tests.usecases.content.seen_posts import add_up

from laotie.accounts import hands
from laotie.content import models
from laotie.content.relations import blocks, fan_counts, follows
from laotie.kernel import sql

pytestmark = pytest.mark.usefixtures("db")


def kept() -> list[tuple[int, int]]:
    """Fans and followers as they are added up already."""
    return list(models.FanCount.objects.values_list("fans", "followers"))


def read(table: str, statement: str) -> int:
    """How often a statement goes through a table or an index of it."""
    (((plan,),),) = sql.rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")

    def loops(node: dict[str, Any]) -> int:
        own = node["Actual Loops"] if node.get("Relation Name") == table else 0
        return int(own) + sum(loops(each) for each in node.get("Plans", ()))

    return loops(plan["Plan"])


def test_the_number_is_right_before_and_after_it_is_added_up() -> None:
    creator, people = a_creator(), [a_person() for _ in range(4)]
    creator_id = creator.require_creator()
    for n, person in enumerate(people):
        assert follows.follow(actor=person, creator_id=creator_id, now=NOW) == n + 1
        assert follows.follow(actor=person, creator_id=creator_id, now=NOW) == n + 1
    assert fan_counts.add_all() == 4
    assert fan_counts.add_all() == 0
    assert kept() == [(4, 4)]

    assert follows.unfollow(actor=people[0], creator_id=creator_id) == 3
    assert follows.unfollow(actor=people[0], creator_id=creator_id) == 3
    blocks.block(actor=creator, person_id=people[1].require_person(), now=NOW)
    models.Follow.objects.filter(person=people[2].person_id).update(forged="RATE", judged_at=NOW)
    with counted() as asked:
        assert fan_counts.of(creator_id) == 1
    assert len(asked) == 1
    assert read("live_follow", asked[0]) == 0
    assert read("content_fancount", asked[0]) == 1
    assert kept() == [(4, 4)]
    # Two who left, and one who is taken out and put in again as one who does not count.
    assert fan_counts.add_all() == 4
    assert kept() == [(1, 2)]
    assert fan_counts.of(creator_id) == 1


def test_after_a_change_of_hands_those_alone_count_who_came_since() -> None:
    creator_id = a_creator().require_creator()
    before, waiting, after = a_person(), a_person(), a_person()
    follows.follow(actor=before, creator_id=creator_id, now=NOW)
    fan_counts.add_all()
    follows.follow(actor=waiting, creator_id=creator_id, now=NOW)
    at = NOW + timedelta(hours=1)

    hands.change(actor=an_operator(), creator_id=creator_id, reason="Sold.", now=at)
    assert fan_counts.of(creator_id) == 0
    assert follows.follow(actor=after, creator_id=creator_id, now=at) == 1
    fan_counts.add_all()
    assert fan_counts.of(creator_id) == 1
    add_up()
    assert kept() == [(1, 3)]
    assert fan_counts.of(creator_id) == 1
    # Who followed before and goes now takes nothing along.
    assert follows.unfollow(actor=before, creator_id=creator_id) == 1
    fan_counts.add_all()
    assert kept() == [(1, 2)]


def test_many_who_come_and_go_while_it_is_added_up_are_all_counted() -> None:
    creator_id = a_creator().require_creator()
    people = [a_person() for _ in range(24)]

    def come(n: int) -> None:
        follows.follow(actor=people[n], creator_id=creator_id, now=NOW)
        if n % 3 == 0:
            follows.unfollow(actor=people[n], creator_id=creator_id)

    def count_anew() -> None:
        with transaction.atomic():
            fan_counts.recount(creator_id)

    results = together(
        [
            *(lambda at=at: [come(n) for n in range(at, 24, 6)] for at in range(6)),
            *(lambda: [fan_counts.add_all() for _ in range(8)] for _ in range(2)),
            lambda: [count_anew() for _ in range(8)],
        ]
    )

    assert faults(results) == []
    assert broken_invariants() == []
    assert fan_counts.of(creator_id) == 16
    fan_counts.add_all()
    assert kept() == [(16, 16)]


def test_a_count_that_is_not_that_of_the_rows_is_found() -> None:
    creator_id = a_creator().require_creator()
    follows.follow(actor=a_person(), creator_id=creator_id, now=NOW)
    fan_counts.add_all()

    sql.change("UPDATE content_fancount SET fans = fans + 1")
    assert [line.partition(":")[0] for line in broken_invariants()] == [
        "content.followers_are_counted"
    ]

    with transaction.atomic():
        fan_counts.recount(creator_id)
    assert kept() == [(1, 1)]
