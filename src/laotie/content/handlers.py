"""What content does when events arrive, its own among them. Each may come twice, in any order."""

from collections.abc import Sequence
from datetime import datetime

from laotie.catalog import lexemes
from laotie.content.industry import memberships
from laotie.content.posting import post_search
from laotie.content.relations import fan_counts, likes
from laotie.content.support import progress, shows_held
from laotie.content.viewing import signals
from laotie.events.accounts import HandsChanged
from laotie.events.content import LikesChanged, PostPublished, PostTakenDown, PostVisited
from laotie.events.live import RoomEnded, RoomWentLive
from laotie.events.trade import PostSold, RefundDone
from laotie.kernel.event_log import Consumer


def published(events: Sequence[PostPublished], now: datetime) -> None:
    signals.opened([event.post_id for event in events])


def visited(events: Sequence[PostVisited], now: datetime) -> None:
    signals.count(events)


def sold(events: Sequence[PostSold], now: datetime) -> None:
    signals.credit(events)


def refunded(event: RefundDone, now: datetime) -> None:
    if event.is_whole:
        signals.take_back(event.order_id, now=now)


def liked(events: Sequence[LikesChanged], now: datetime) -> None:
    likes.count({event.post_id for event in events})


def hands_changed(event: HandsChanged, now: datetime) -> None:
    signals.recount(event.creator_id, since=event.at)
    likes.count_of_creator(event.creator_id)
    fan_counts.recount(event.creator_id)
    memberships.end_of_former_hands(event.creator_id, since=event.at, now=now)


def found(event: PostPublished, now: datetime) -> None:
    post_search.keep(event.post_id)


def lost(event: PostTakenDown, now: datetime) -> None:
    post_search.keep(event.post_id)


def post_counts(events: Sequence[PostPublished], now: datetime) -> None:
    progress.recount(creator_ids={event.creator_id for event in events}, now=now)


def post_counts_no_more(events: Sequence[PostTakenDown], now: datetime) -> None:
    progress.recount(creator_ids={event.creator_id for event in events}, now=now)


def show_began(event: RoomWentLive, now: datetime) -> None:
    if event.at is not None:
        shows_held.began(event.room_id, event.creator_id, at=event.at)


def show_ended(event: RoomEnded, now: datetime) -> None:
    if event.creator_id is None or event.live_at is None or event.at is None:
        return
    shows_held.ended(event.room_id, event.creator_id, began_at=event.live_at, at=event.at)
    progress.recount(creator_ids={event.creator_id}, now=now)


# One reader for all of these, so that no two of them change the same figures at once.
FIGURES = Consumer(
    "content.figures",
    handlers={HandsChanged: hands_changed, RefundDone: refunded},
    sets={PostPublished: published, PostVisited: visited, PostSold: sold, LikesChanged: liked},
)
SEARCH = Consumer(
    "content.search", {PostPublished: found, PostTakenDown: lost}, prepare=lexemes.load
)
PROGRAMMES = Consumer(
    "content.programmes",
    handlers={RoomWentLive: show_began, RoomEnded: show_ended},
    sets={PostPublished: post_counts, PostTakenDown: post_counts_no_more},
)
