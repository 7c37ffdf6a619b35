"""Which rule counts: the published case to the second, and properties against a naive model."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.links import rules
from laotie.links.rules import Decision, Effect, LinkRule, Surface

START = datetime(2022, 3, 1, tzinfo=UTC)
NETWORKS = ("taobao", "jd")
SURFACES = (Surface.LIVE_CART, Surface.VIDEO_CART, Surface.PRODUCT_DETAIL)


def a_rule(
    effect: Effect,
    network: str | None = None,
    surface: Surface | None = None,
    *,
    begins: int = 0,
    ends: int | None = None,
    version: int = 1,
    id: int = 1,
) -> LinkRule:
    """Times are seconds from the start."""
    return LinkRule(
        id=UUID(int=id), network=network, surface=surface, effect=effect,
        effective_from=START + timedelta(seconds=begins),
        effective_to=None if ends is None else START + timedelta(seconds=ends),
        reason="because", contract_id="", version=version,
    )  # fmt: skip


def decided(
    found: Sequence[LinkRule],
    *,
    at: int = 0,
    network: str = "jd",
    surface: Surface = Surface.LIVE_CART,
    default: Effect = Effect.DENY,
) -> Decision:
    moment = START + timedelta(seconds=at)
    return rules.decide(found, network=network, surface=surface, at=moment, default=default)


def test_no_rule_means_the_default() -> None:
    assert decided([]) == Decision(Effect.DENY, None, "", None)
    assert decided([], default=Effect.ALLOW) == Decision(Effect.ALLOW, None, "", None)
    elsewhere = [a_rule(Effect.ALLOW, "taobao"), a_rule(Effect.ALLOW, None, Surface.SEARCH)]
    assert decided(elsewhere) == Decision(Effect.DENY, None, "", None)


def test_a_rule_counts_from_its_first_second_to_before_its_last() -> None:
    found = [a_rule(Effect.ALLOW, "jd", begins=10, ends=20)]
    assert [decided(found, at=at).is_allowed for at in (9, 10, 19, 20)] == [
        False,
        True,
        True,
        False,
    ]
    assert decided(found, at=10).since == START + timedelta(seconds=10)


def test_network_and_surface_beat_one_of_them_and_that_beats_none() -> None:
    found = [a_rule(Effect.DENY), a_rule(Effect.ALLOW, "jd", id=2)]
    assert decided(found).rule_id == UUID(int=2)
    found.append(a_rule(Effect.DENY, "jd", Surface.LIVE_CART, id=3))
    assert decided(found).rule_id == UUID(int=3)
    assert decided(found, surface=Surface.SEARCH).rule_id == UUID(int=2)
    assert decided(found, network="taobao").rule_id == UUID(int=1)


@pytest.mark.parametrize("later", ["network", "surface"])
def test_a_network_and_a_surface_name_equally_much_and_deny_wins(later: str) -> None:
    of_network = a_rule(Effect.ALLOW, "jd", begins=5 if later == "network" else 0, id=1)
    of_surface = a_rule(
        Effect.DENY, None, Surface.LIVE_CART, begins=5 if later == "surface" else 0, id=2
    )
    assert decided([of_network, of_surface], at=6).rule_id == UUID(int=2)
    swapped = [replace(of_network, effect=Effect.DENY), replace(of_surface, effect=Effect.ALLOW)]
    assert decided(swapped, at=6).rule_id == UUID(int=1)


def test_an_exception_gives_way_to_what_was_before_when_it_ends() -> None:
    found = [a_rule(Effect.DENY, "jd"), a_rule(Effect.ALLOW, "jd", begins=10, ends=20, id=2)]
    assert [decided(found, at=at).is_allowed for at in (9, 10, 19, 20)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("new", "standing", "is_overlap"),
    [
        (a_rule(Effect.DENY, begins=5), a_rule(Effect.ALLOW), False),  # Takes over.
        (a_rule(Effect.DENY, begins=5, ends=9), a_rule(Effect.ALLOW), False),  # An exception.
        (a_rule(Effect.DENY, begins=5, ends=9), a_rule(Effect.ALLOW, ends=9), False),
        (a_rule(Effect.DENY, begins=9), a_rule(Effect.ALLOW, ends=9), False),  # One after the other.
        (a_rule(Effect.DENY), a_rule(Effect.ALLOW), True),  # Together.
        (a_rule(Effect.DENY), a_rule(Effect.DENY, ends=9), True),
        (a_rule(Effect.DENY, begins=5), a_rule(Effect.ALLOW, ends=9), True),  # Over a stated end.
        (a_rule(Effect.DENY, begins=5, ends=12), a_rule(Effect.ALLOW, ends=9), True),
        (a_rule(Effect.DENY, ends=9), a_rule(Effect.ALLOW, begins=5), True),  # The other way round.
        (a_rule(Effect.DENY, begins=5), a_rule(Effect.DENY, ends=9), False),  # They say the same.
        (a_rule(Effect.DENY, "jd"), a_rule(Effect.ALLOW), False),  # Another scope.
        (a_rule(Effect.DENY, "jd"), a_rule(Effect.ALLOW, None, Surface.SEARCH), False),
    ],
)  # fmt: skip
def test_rules_that_contradict_each_other_overlap(
    new: LinkRule, standing: LinkRule, is_overlap: bool
) -> None:
    assert (rules.overlapping(new, [standing]) is not None) is is_overlap


seconds = st.integers(0, 12)
drawn = st.builds(
    lambda effect, network, surface, begins, lasts: a_rule(
        effect, network, surface, begins=begins, ends=None if lasts is None else begins + lasts
    ),
    st.sampled_from(Effect),
    st.sampled_from((None, *NETWORKS)),
    st.sampled_from((None, *SURFACES)),
    seconds,
    st.none() | st.integers(1, 6),
)


@st.composite
def published(draw: st.DrawFn) -> list[LinkRule]:
    """Rules as they can come to stand: one after another, each against those before it."""
    standing: list[LinkRule] = []
    for wanted in draw(st.lists(drawn, max_size=8)):
        if rules.overlapping(wanted, standing) is None:
            same = sum(rule.scope == wanted.scope for rule in standing)
            standing.append(replace(wanted, id=UUID(int=len(standing) + 1), version=same + 1))
    return standing


def naive(found: Sequence[LinkRule], network: str, surface: Surface, at: datetime) -> Effect:
    """The house's rule as one would tell it, asked scope by scope."""

    def says(of_network: str | None, of_surface: Surface | None) -> Effect | None:
        running = [
            rule
            for rule in found
            if rule.network == of_network
            and rule.surface == of_surface
            and rule.effective_from <= at
            and (rule.effective_to is None or rule.effective_to > at)
        ]
        running.sort(key=lambda rule: rule.effective_from)
        return running[-1].effect if running else None

    if (exact := says(network, surface)) is not None:
        return exact
    halves = {says(network, None), says(None, surface)} - {None}
    if halves:
        return Effect.DENY if Effect.DENY in halves else Effect.ALLOW
    return says(None, None) or Effect.DENY


@given(published(), st.sampled_from(NETWORKS), st.sampled_from(SURFACES), st.integers(-1, 20))
def test_a_decision_is_that_of_the_naive_model(
    found: list[LinkRule], network: str, surface: Surface, at: int
) -> None:
    moment = START + timedelta(seconds=at)
    decision = decided(found, at=at, network=network, surface=surface)
    assert decision.effect is naive(found, network, surface, moment)
    assert decision == decided(found[::-1], at=at, network=network, surface=surface)
    winners = [rule for rule in found if rule.id == decision.rule_id]
    assert len(winners) == (decision.rule_id is not None)
    for winner in winners:
        assert winner.is_about(network, surface)
        assert winner.is_in_force(moment)
        assert (winner.effect, winner.effective_from) == (decision.effect, decision.since)


@given(published(), st.sampled_from(NETWORKS), st.sampled_from(SURFACES))
def test_decisions_change_at_turning_points_alone(
    found: list[LinkRule], network: str, surface: Surface
) -> None:
    turns = rules.turning_points(found)
    for at in range(-1, 20):
        moment, before = START + timedelta(seconds=at), START + timedelta(seconds=at - 1)
        now = rules.decide(found, network=network, surface=surface, at=moment, default=Effect.DENY)
        then = rules.decide(found, network=network, surface=surface, at=before, default=Effect.DENY)
        assert now == then or moment in turns


@given(published(), drawn)
def test_adding_a_rule_touches_nothing_outside_of_it(found: list[LinkRule], new: LinkRule) -> None:
    if rules.overlapping(new, found) is not None:
        return
    for network in NETWORKS:
        for surface in SURFACES:
            for at in range(-1, 20):
                moment = START + timedelta(seconds=at)
                if new.is_about(network, surface) and new.is_in_force(moment):
                    continue
                before = decided(found, at=at, network=network, surface=surface)
                assert decided([*found, new], at=at, network=network, surface=surface) == before


@given(st.lists(drawn, max_size=8), drawn)
def test_overlapping_is_the_same_from_both_sides(found: list[LinkRule], new: LinkRule) -> None:
    for other in found:
        one_way = rules.overlapping(new, [other]) is not None
        assert one_way is (rules.overlapping(other, [new]) is not None)


def test_rules_begin_with_a_full_second() -> None:
    assert rules.next_full_second(START) == START
    assert rules.next_full_second(START + timedelta(microseconds=1)) == START + timedelta(seconds=1)
