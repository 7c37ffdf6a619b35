"""What rooms do when others' events arrive. Each may come twice, and in any order."""

from datetime import datetime

from laotie.events.catalog import OfferClosed
from laotie.events.live import RoomCancelled, RoomEnded, RoomMoved, RoomWentLive
from laotie.events.trade import OrderClosed, OrderPaid, OrderPlaced
from laotie.kernel import jobs as kernel_jobs
from laotie.kernel.event_log import Consumer
from laotie.live import clips, flashes, jobs, planning, sales, summaries


def stock_promised(event: OrderPlaced, now: datetime) -> None:
    if event.room_id is not None:
        flashes.tell_stock(event.room_id, now=now)


def stock_given_back(event: OrderClosed, now: datetime) -> None:
    room_id = sales.room_of(event.order_id)
    if room_id is not None:
        flashes.tell_stock(room_id, now=now)


def sold(event: OrderPaid, now: datetime) -> None:
    if event.room_id is not None:
        sales.record(
            order_id=event.order_id,
            room_id=event.room_id,
            buyer_id=event.buyer_id,
            paid_fen=event.paid_fen,
            paid_at=event.paid_at,
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
    {
        OrderPlaced: stock_promised,
        OrderClosed: stock_given_back,
        OrderPaid: sold,
        OfferClosed: offer_closed,
    },
)
FOLLOWERS = Consumer("live.followers", {RoomWentLive: went_live})
RECORDINGS = Consumer("live.recordings", {RoomEnded: ended})
SUMMARIES = Consumer("live.summaries", {RoomEnded: summed_up})
PLANS = Consumer("live.plans", {RoomMoved: moved, RoomCancelled: called_off})
