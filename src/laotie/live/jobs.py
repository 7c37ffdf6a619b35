"""Time-driven work of rooms; each function is one call."""

from datetime import datetime
from uuid import UUID

from laotie.kernel import clock
from laotie.kernel.jobs import every, task
from laotie.live import (
    drops,
    external_links,
    flashes,
    giveaways,
    ingest,
    licensed,
    presence,
    reminders,
    rooms,
    summaries,
)


@every(seconds=1, queue="upkeep")
def close_flashes(now: datetime) -> None:
    flashes.close_due(now=now)


@every(seconds=1, queue="upkeep")
def draw_giveaways(now: datetime) -> None:
    giveaways.draw_due(now=now)
    giveaways.tell_entries(now=now)


@every(seconds=1, queue="upkeep")
def look_after_drops(now: datetime) -> None:
    drops.look_after(now=now)


@every(seconds=5, queue="media")
def drop_silent_sessions(now: datetime) -> None:
    ingest.drop_silent(now=now)


@every(seconds=10, queue="media")
def end_abandoned_rooms(now: datetime) -> None:
    rooms.end_abandoned(now=now)


@every(seconds=10, queue="upkeep")
def end_lapsed_rooms(now: datetime) -> None:
    rooms.end_lapsed(now=now)


@every(seconds=60, queue="upkeep")
def hide_lapsed_replays(now: datetime) -> None:
    licensed.hide_lapsed_replays(now=now)
    licensed.hide_lapsed_clips(now=now)


@every(seconds=60, queue="insight")
def roll_up_audiences(now: datetime) -> None:
    del now  # Tallies age on the wall clock.
    presence.roll_up()


@every(seconds=3600, queue="upkeep")
def archive_rooms(now: datetime) -> None:
    external_links.end_left_over(now=now)
    rooms.archive_old(now=now)


@every(seconds=3600, queue="insight")
def refresh_summaries(now: datetime) -> None:
    summaries.refresh(now=now)


@task(queue="notify")
def tell_followers(room_id: str) -> None:
    after = None
    while True:
        after = reminders.tell_followers(room_id=UUID(room_id), after=after, now=clock.now())
        if after is None:
            break
    reminders.tell_started(room_id=UUID(room_id), now=clock.now())


@every(seconds=30, queue="notify")
def remind_of_rooms(now: datetime) -> None:
    reminders.tell_soon(now=now)
