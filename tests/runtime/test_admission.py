"""Who only looks makes way for who buys, when no thread has been free for a while."""

import itertools

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from laotie.runtime import admission, middleware
from laotie.runtime.admission import Crowd, Level


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def full(crowd: Crowd, threads: int) -> list[Level]:
    return [crowd.enter() for _ in range(threads)]


def turn_over(crowd: Crowd) -> Level:
    """One ends, and one that waited takes its thread."""
    crowd.leave()
    return crowd.enter()


def test_levels_rise_the_longer_no_thread_is_free(clock: Clock) -> None:
    crowd = Crowd(4, clock)
    assert full(crowd, 4) == [Level.EASY] * 4

    seen = []
    for _ in range(5):
        clock.now += 0.25
        seen.append(turn_over(crowd))

    assert seen == [Level.EASY, Level.FIGURES, Level.FIGURES, Level.BROWSE, Level.BROWSE]


def test_a_second_free_thread_ends_it(clock: Clock) -> None:
    crowd = Crowd(4, clock)
    full(crowd, 4)
    clock.now += 3

    crowd.leave()
    crowd.leave()

    assert full(crowd, 2) == [Level.EASY, Level.EASY]


def test_one_busy_thread_of_one_tells_nothing(clock: Clock) -> None:
    crowd = Crowd(1, clock)
    crowd.enter()
    clock.now += 60

    assert turn_over(crowd) == Level.EASY


@pytest.mark.parametrize(
    ("method", "path", "level"),
    [
        ("GET", "/", Level.BROWSE),
        ("GET", "/search", Level.BROWSE),
        ("HEAD", "/product/prd_1", Level.BROWSE),
        ("GET", "/api/v1/products/prd_1", Level.BROWSE),
        ("GET", "/desk/figures", Level.FIGURES),
        ("GET", "/studio/rooms/liv_1/report", Level.FIGURES),
        ("GET", "/desk/health", Level.EASY),
        ("GET", "/live/liv_1", Level.EASY),
        ("GET", "/buy", Level.EASY),
        ("GET", "/pay/grp_1", Level.EASY),
        ("GET", "/shopping", Level.EASY),
        ("POST", "/search", Level.EASY),
        ("POST", "/api/v1/orders", Level.EASY),
        ("POST", "/hooks/payments/lab", Level.EASY),
        ("GET", "/healthz", Level.EASY),
    ],
)
def test_only_who_looks_is_ever_sent_away(method: str, path: str, level: Level) -> None:
    assert admission.class_of(RequestFactory().generic(method, path)) == level


def test_shed_page_is_not_drawn_and_says_when_to_come_back(clock: Clock) -> None:
    drawn: list[str] = []

    def draw(request: HttpRequest) -> HttpResponse:
        drawn.append(request.path)
        return HttpResponse("fine")

    crowd = Crowd(2, clock)
    outermost = middleware.Outermost(draw, crowd)
    full(crowd, 1)
    ask = RequestFactory()
    statuses = []
    # With one thread held by somebody else, each request takes the last one.
    for _, path in itertools.product(range(3), ("/search", "/pay/grp_1")):
        clock.now += 0.5
        statuses.append((path, outermost(ask.get(path)).status_code))

    assert statuses == [
        ("/search", 200),
        ("/pay/grp_1", 200),
        ("/search", 503),
        ("/pay/grp_1", 200),
        ("/search", 503),
        ("/pay/grp_1", 200),
    ]
    assert drawn == ["/search", "/pay/grp_1", "/pay/grp_1", "/pay/grp_1"]
    assert outermost(ask.get("/search")).headers["Retry-After"] == "2"
