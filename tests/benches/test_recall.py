"""Foretelling likes, held to exact figures on a table that can be worked out by hand."""

import math

import pytest
from bench import _recall
from bench._recall import Found, Rating

LIKES, LOATHES = 10, 2


def _ratings() -> list[Rating]:
    """Three of one taste (1 to 6), two of another (11 to 16), and 21, which all liked first.

    Each liked five titles and then some more; person 3 has yet to come to 6 and 26, person 5 to 16.
    """
    liked = {
        1: [21, 1, 2, 3, 4, 5, 6],
        2: [21, 1, 2, 3, 4, 5, 6],
        3: [21, 1, 2, 3, 4, 5, 22, 23],
        4: [21, 11, 12, 13, 14, 15, 16],
        5: [21, 11, 12, 13, 14, 15],
    }
    rows = [
        Rating(person, title, LIKES, 10 * place + person)
        for person, titles in liked.items()
        for place, title in enumerate(titles)
    ]
    later = [Rating(3, 6, LIKES, 501), Rating(3, 26, LIKES, 502), Rating(5, 16, LIKES, 503)]
    return [*rows, *later, Rating(5, 6, LOATHES, 504)]


def test_the_three_ways_find_what_they_should_to_the_digit() -> None:
    split = _recall.split_by_moment(_ratings(), known=0.9)

    assert split.people == (3, 5)
    assert split.later == {3: frozenset({6, 26}), 5: frozenset({16})}
    assert len(split.known) == 35

    # Person 3: of what is new to them 6 has two likes and the lowest number; nobody knows 26.
    # Person 5: 1 to 6 have more likes than 16, which so comes seventh: 1 / log2(8).
    best_of_two = 1 + 1 / math.log2(3)
    popular = _recall.judged(split, _recall.popular(split))
    assert popular == Found((1 / 2 + 1) / 2, pytest.approx((1 / best_of_two + 1 / 3) / 2))
    for ranked in (_recall.item_item(split), _recall.ours(split)):
        found = _recall.judged(split, ranked)
        assert found.recall == pytest.approx((1 / 2 + 1) / 2)
        assert found.ndcg == pytest.approx((1 / best_of_two + 1) / 2)
    assert list(_recall.popular(split)(5))[:6] == [1, 2, 3, 4, 5, 6]
    assert _recall.ours(split)(5)[0] == 16
    assert _recall.item_item(split)(3)[0] == 6


def test_a_persons_last_fifth_is_hidden_and_who_says_too_little_is_not_judged() -> None:
    rows = [Rating(1, n, LIKES, n) for n in range(10)] + [Rating(2, n, LIKES, n) for n in range(5)]

    split = _recall.split_by_person(rows)

    assert split.people == (1,)
    assert split.later == {1: frozenset({8, 9})}
    assert [one.title for one in split.known if one.person == 2] == [0, 1, 2, 3]
    assert _recall.judged(split, lambda _person: [8, 9]) == Found(1.0, 1.0)
    assert _recall.judged(split, lambda _person: [0, 8]).recall == 0.5
    assert _recall.judged(split, lambda _person: []) == Found(0.0, 0.0)
