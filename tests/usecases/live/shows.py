"""Shows that are over, with a recording and a clip, for tests of what is left of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.kernel import sql
from laotie.live import clips, replays, rooms, stage
from laotie.live.spans import Span


@dataclass(frozen=True, slots=True)
class Show:
    """Public from `began` on the wall clock; the bowl was explained from second 10 to 30."""

    scene: scenes.Scene
    began: datetime

    @property
    def room_id(self) -> UUID:
        return self.scene.room_id


def a_show(now: datetime = NOW) -> Show:
    """Ended after a minute; nothing of its video is counted yet."""
    return end(scenes.a_live_room(now), now=now)


def end(scene: scenes.Scene, *, now: datetime) -> Show:
    """The same from a room that is on air."""
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now)
    stage.unpin(actor=scene.host, room_id=scene.room_id, now=now)
    rooms.end(actor=scene.host, room_id=scene.room_id, now=now + timedelta(minutes=1))
    ((began,),) = sql.rows("SELECT public_wall_at FROM live_room WHERE id = %s", [scene.room_id])
    sql.change(
        "UPDATE live_mark SET started_wall_at = %s, stopped_wall_at = %s WHERE room_id = %s",
        [began + timedelta(seconds=10), began + timedelta(seconds=30), scene.room_id],
    )
    return Show(scene, began)


def record(show: Show) -> None:
    """Twenty seconds, a gap of four, thirty-six seconds."""
    first = Span(show.began, timedelta(seconds=20))
    second = Span(show.began + timedelta(seconds=24), timedelta(seconds=36))
    replays.recorded(room_id=show.room_id, stretches=[first, second], bytes=1000)


def cut(show: Show, *, is_shown: bool = False, now: datetime = NOW) -> UUID:
    """The clip of the bowl, ready; its id."""
    with transaction.atomic():
        clips.wish_for_all(show.room_id, now=now)
    wanted = clips.claim()
    assert wanted is not None
    assert clips.done(clip_id=wanted.clip_id, milliseconds=21_000, bytes=5_000_000)
    if is_shown:
        clips.show(actor=show.scene.host, clip_id=wanted.clip_id, is_shown=True, now=now)
    return wanted.clip_id
