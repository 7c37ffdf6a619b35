"""Who is asked to come back when a web process has more to do than threads: buying comes last.

A process works on a fixed number of requests at a time, and the others wait before it, where it
does not see them. What it sees is that for a while no thread was free: one that ends is taken again
at once. Then requests are answered in a millisecond, without the database, class by class, so that
threads come free for those who buy, pay, ship and look after it all. These are the last class, and
a full house alone sends none of them away: they wait in the socket, as many as the server lets.
"""

import threading
from collections.abc import Callable, Mapping
from enum import IntEnum

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from prometheus_client import Counter

SHED = Counter("laotie_requests_shed", "Requests that were asked to come back.", ["class"])


class Level(IntEnum):
    """What is left undone, each with all before it; of a request, with which it is."""

    EASY = 0
    ANALYTICS = 1
    LIKES = 2
    COMMENTS = 3
    BROWSE = 4
    BUY = 5


# Seconds without a free thread from which on a level holds.
_FROM_S = ((1.0, Level.BROWSE), (0.8, Level.COMMENTS), (0.65, Level.LIKES), (0.5, Level.ANALYTICS))

_LOOK = ("GET", "HEAD")
_TELL = ("POST", "PUT", "DELETE")
# By the routes under which requests are logged and counted; all others are BUY. A room on air is
# among these: it is where is bought, and its gateway keeps newcomers out by itself.
_TABLE: tuple[tuple[Level, tuple[str, ...], tuple[str, ...]], ...] = (
    (Level.ANALYTICS, _TELL, (
        "feed/seen", "csp-report", "studio/rooms/<str:room>/report/again",
        "api/v1/feed/seen", "api/v1/rooms/<room_id>/report",
    )),
    (Level.ANALYTICS, _LOOK, (
        "desk/figures", "studio/compare", "studio/fans", "studio/earnings",
        "studio/rooms/<str:room>/report", "studio/rooms/<str:room>/report.csv",
        "studio/rooms/<str:room>/lookback",
        "studio/income/statements", "studio/income/statements/<str:period>.<str:form>",
        "studio/shops/<str:shop>/money/statements",
        "studio/shops/<str:shop>/money/statements/<str:period>.<str:form>",
        "api/v1/comparisons", "api/v1/me/fans",
        "api/v1/rooms/<room_id>/report", "api/v1/rooms/<room_id>/arrivals",
        "api/v1/shops/<shop_id>/money/statement", "api/v1/shops/<shop_id>/money/statements",
        "api/v1/shops/<shop_id>/money/statements/<period>",
        "api/v1/shops/<shop_id>/money/statements/<period>/file",
        "api/v1/creator/money/statement", "api/v1/creator/money/statements",
        "api/v1/creator/money/statements/<period>",
        "api/v1/creator/money/statements/<period>/file",
    )),
    (Level.LIKES, _TELL, (
        "post/<str:post>/like", "post/<str:post>/follow", "live/<str:room>/follow",
        "creator/<str:creator>/follow", "shop/<str:shop>/follow",
        "api/v1/posts/<post_id>/like", "api/v1/creators/<creator_id>/follow",
        "api/v1/shops/<shop_id>/follow",
    )),
    (Level.COMMENTS, (*_LOOK, *_TELL), (
        "post/<str:post>/talk", "comments/<str:comment>", "comments/<str:comment>/answers",
        "replay/<str:room>/says",
        "api/v1/posts/<post_id>/comments", "api/v1/comments/<comment_id>/answers",
        "api/v1/rooms/<room_id>/replay/says",
    )),
    (Level.BROWSE, _LOOK, (
        "", "search", "search/suggest",
        "product/<str:product>", "product/<str:product>/reviews", "product/<str:product>/clips",
        "shop/<str:shop>", "post/<str:post>", "replays", "replay/<str:room>",
        "creator/<str:creator>", "creator/<str:creator>/works",
        "creator/<str:creator>/rooms.ics", "live/<str:room>/room.ics", "share/<str:ref>/card.png",
        "api/v1/search", "api/v1/search/posts", "api/v1/search/creators", "api/v1/suggestions",
        "api/v1/categories", "api/v1/feed", "api/v1/feed/posts", "api/v1/rooms/announced",
        "api/v1/products/<product_id>", "api/v1/products/<product_id>/reviews",
        "api/v1/products/<product_id>/clips", "api/v1/products/<product_id>/posts",
        "api/v1/shops/<shop_id>", "api/v1/shops/<shop_id>/products",
        "api/v1/shops/<shop_id>/facts", "api/v1/posts/<post_id>", "api/v1/clips/<clip_id>",
        "api/v1/creators/<creator_id>", "api/v1/creators/<creator_id>/profile",
        "api/v1/creators/<creator_id>/posts", "api/v1/creators/<creator_id>/replays",
        "api/v1/creators/<creator_id>/calendar", "api/v1/rooms/<room_id>/calendar",
        "api/v1/replays", "api/v1/rooms/<room_id>/replay",
    )),
)  # fmt: skip
CLASSES: Mapping[tuple[str, str], Level] = {
    (method, route): level
    for level, methods, routes in _TABLE
    for method in methods
    for route in routes
}


def class_of(request: HttpRequest) -> Level:
    """With which class this request is asked to come back."""
    try:
        route = resolve(request.path_info).route
    except Resolver404:
        return Level.BUY
    return CLASSES.get((request.method or "", route), Level.BUY)


class Crowd:
    """The threads of one process, and since when none of them was free.

    With fewer than two there is always none: nothing is told from that, and nothing shed.
    clock: seconds that only grow.
    """

    def __init__(self, threads: int, clock: Callable[[], float]) -> None:
        self._threads = threads
        self._clock = clock
        self._lock = threading.Lock()
        self._taken = 0
        self._full_since: float | None = None

    def enter(self) -> Level:
        """One more thread is taken; what is to be left undone now. `leave` must follow."""
        with self._lock:
            self._taken += 1
            now = self._clock()
            if self._taken >= self._threads > 1 and self._full_since is None:
                self._full_since = now
            stood = 0.0 if self._full_since is None else now - self._full_since
        return next((level for least, level in _FROM_S if stood >= least), Level.EASY)

    def leave(self) -> None:
        """A thread is free. While others wait it is taken at once, so one alone means nothing."""
        with self._lock:
            self._taken -= 1
            if self._taken <= max(0, self._threads - 2):
                self._full_since = None
