"""What rooms do when others' events arrive. Each may come twice, and in any order."""

from collections.abc import Sequence
from datetime import datetime

from laotie.events.catalog import OfferClosed
from laotie.events.live import RoomCancelled, RoomEnded, RoomMoved, RoomWentLive
from laotie.events.trade import OrderClosed, OrderPaid, OrderPlaced
from laotie.kernel import jobs as kernel_jobs
from laotie.kernel.event_log import Consumer
from laotie.live import clips, flashes, jobs, planning, sales, summaries
from laotie.live.sales import Paid


def stock_promised(events: Sequence[OrderPlaced], now: datetime) -> None:
    flashes.tell_stock({event.room_id for event in events if event.room_id is not None}, now=now)


def stock_given_back(events: Sequence[OrderClosed], now: datetime) -> None:
    flashes.tell_stock(sales.rooms_of(event.order_id for event in events), now=now)


def sold(events: Sequence[OrderPaid], now: datetime) -> None:
    sales.record(
        [
            Paid(event.order_id, event.room_id, event.buyer_id, event.paid_fen, event.paid_at)
            for event in events
            if event.room_id is not None
        ],
        now=now,
    )


def offer_closed(event: OfferClosed, now: datetime) -> None:
    flashes.offer_closed(event.offer_id, now=now)


def went_live(event: RoomWentLive, now: datetime) -> None:
    del now  # The job posts at its own time.
    kernel_jobs.run_later(jobs.tell_followers, room_id=str(event.room_id))


def ended(event: RoomEnded, now: datetime) -> None:
    clips.wish_for_all(event.room_id, now=now)


def summed_up(event: RoomEnded, now: datetime) -> None:
    summaries.room_ended(event.room_id, now=now)


def moved(event: RoomMoved, now: datetime) -> None:
    planning.tell_moved(event.room_id, event.starts_at, now=now)


def called_off(event: RoomCancelled, now: datetime) -> None:
    planning.tell_cancelled(event.room_id, now=now)


SCREENS = Consumer(
    "live.screens",
    {OfferClosed: offer_closed},
    sets={OrderPlaced: stock_promised, OrderClosed: stock_given_back, OrderPaid: sold},
)
FOLLOWERS = Consumer("live.followers", {RoomWentLive: went_live})
RECORDINGS = Consumer("live.recordings", {RoomEnded: ended})
SUMMARIES = Consumer("live.summaries", {RoomEnded: summed_up})
PLANS = Consumer("live.plans", {RoomMoved: moved, RoomCancelled: called_off})
