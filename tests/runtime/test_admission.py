"""All others make way for who buys, in one order, when no thread has been free for a while."""

from collections.abc import Iterable, Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

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
    for _ in range(8):
        clock.now += 0.125
        seen.append(turn_over(crowd))

    assert seen == [
        *[Level.EASY] * 3,
        *[Level.ANALYTICS] * 2,
        Level.LIKES,
        Level.COMMENTS,
        Level.BROWSE,
    ]
    clock.now += 3_600
    assert turn_over(crowd) == Level.BROWSE


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
        ("POST", "/feed/seen", Level.ANALYTICS),
        ("POST", "/api/v1/feed/seen", Level.ANALYTICS),
        ("GET", "/desk/figures", Level.ANALYTICS),
        ("GET", "/studio/earnings", Level.ANALYTICS),
        ("GET", "/studio/rooms/liv_1/report", Level.ANALYTICS),
        ("GET", "/api/v1/creator/money/statements/2026-10", Level.ANALYTICS),
        ("POST", "/post/pst_1/like", Level.LIKES),
        ("DELETE", "/api/v1/posts/pst_1/like", Level.LIKES),
        ("POST", "/creator/crt_1/follow", Level.LIKES),
        ("PUT", "/api/v1/shops/shp_1/follow", Level.LIKES),
        ("POST", "/post/pst_1/talk", Level.COMMENTS),
        ("GET", "/post/pst_1/talk", Level.COMMENTS),
        ("POST", "/api/v1/posts/pst_1/comments", Level.COMMENTS),
        ("GET", "/api/v1/comments/cmt_1/answers", Level.COMMENTS),
        ("GET", "/", Level.BROWSE),
        ("GET", "/search", Level.BROWSE),
        ("HEAD", "/product/prd_1", Level.BROWSE),
        ("GET", "/api/v1/products/prd_1", Level.BROWSE),
        ("GET", "/api/v1/feed", Level.BROWSE),
        ("GET", "/desk/health", Level.BUY),
        ("GET", "/live/liv_1", Level.BUY),
        ("GET", "/buy", Level.BUY),
        ("GET", "/pay/grp_1", Level.BUY),
        ("GET", "/nowhere", Level.BUY),
        ("POST", "/search", Level.BUY),
        ("POST", "/comments/cmt_1/remove", Level.BUY),
        ("POST", "/api/v1/orders", Level.BUY),
        ("POST", "/hooks/payments/lab", Level.BUY),
        ("GET", "/healthz", Level.BUY),
    ],
)
def test_pages_and_api_are_of_the_same_classes(method: str, path: str, level: Level) -> None:
    assert admission.class_of(RequestFactory().generic(method, path)) == level


def routes_of(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for each in patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes_of(each.url_patterns, here)
        else:
            yield here


def test_whatever_is_shed_is_there() -> None:
    named = {route for _, route in admission.CLASSES}

    assert named <= set(routes_of(get_resolver().url_patterns))


def test_shed_requests_are_not_done_and_say_when_to_come_back(clock: Clock) -> None:
    done: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        done.append(request.path)
        return HttpResponse("fine")

    crowd = Crowd(2, clock)
    outermost = middleware.Outermost(answer, crowd)
    full(crowd, 1)
    ask = RequestFactory()
    wishes = [
        ask.post("/feed/seen"),
        ask.post("/api/v1/posts/pst_1/like"),
        ask.post("/post/pst_1/talk"),
        ask.get("/search"),
        ask.post("/api/v1/orders"),
    ]
    # With one thread held by somebody else, each request takes the last one.
    answers = []
    for wait_s in (0.0, 0.55, 0.15, 0.15, 0.15):
        clock.now += wait_s
        answers.append([outermost(wish) for wish in wishes])

    assert [[each.status_code for each in row] for row in answers] == [
        [503] * shed + [200] * (5 - shed) for shed in range(5)
    ]
    assert [done.count(wish.path) for wish in wishes] == [1, 2, 3, 4, 5]
    shed = [each for row in answers for each in row if each.status_code == 503]
    assert all(int(each.headers["Retry-After"]) > 0 for each in shed)
