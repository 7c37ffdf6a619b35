"""Space: the oldest video goes first, what anybody watches never does, and no room disappears live."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs
from tests.media.harness import PATIENCE_S
from tests.media.process import RoomsInAFile, SentToAFolder
from tests.media.test_shelf import ROOM, SESSION, put

from laotie.surfaces.media import janitor as rounds
from laotie.surfaces.media import playlist
from laotie.surfaces.media.asking import Asking, News, Standings
from laotie.surfaces.media.incoming import Incoming
from laotie.surfaces.media.janitor import Janitor
from laotie.surfaces.media.leftovers import Leftovers
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.on_air import OnAir
from laotie.surfaces.media.shelf import Shelf, Shelves
from laotie.surfaces.media.workshop import Works

SEGMENT_BYTES = 5


def a_room(root: Path, name: str, segments: int, *, is_over: bool) -> str:
    """A room with a recording; returns its line for `rooms.json`."""
    shelf = Shelf(root / "live" / name)
    shelf.begin(SESSION, ROOM)
    take = shelf.new_take()
    put(take, segments)
    shelf.collect(take.name)
    shelf.end(SESSION, "goodbye", is_clean=True)
    standing = f'{{"is_public":true,"is_over":{str(is_over).lower()},"may_publish":true}}'
    id = UUID(int=len(name))
    return f'"{name}":{{"id":"{id}","key":"k","ticket":"t","standing":{standing}}}'


def sweep(root: Path, rooms: list[str], **limits: int) -> Shelves:
    """One round of the janitor over these rooms, none of them on air."""
    return at_work(root, rooms, Janitor.sweep, **limits)


def at_work(
    root: Path, rooms: list[str], work: Callable[[Janitor], Awaitable[None]], **limits: int
) -> Shelves:
    """What a janitor does for these rooms, none of them on air."""
    (root / "rooms.json").write_text("{" + ",".join(rooms) + "}")
    shelves = Shelves(root / "live")

    async def once() -> None:
        asking = Asking(RoomsInAFile(root))
        standings, news = Standings(asking), News(asking)
        allowed = Limits(**{"free_bytes": 0, **limits})  # type: ignore[arg-type]
        on_air = OnAir(
            shelves=shelves,
            asking=asking,
            standings=standings,
            news=news,
            program="",
            limits=allowed,
        )
        janitor = Janitor(
            shelves=shelves,
            standings=standings,
            news=news,
            asking=asking,
            on_air=on_air,
            clips=root / "clips",
            leftovers=Leftovers(
                incoming=Incoming(root / "uploads"),
                works=Works(root / "works"),
                asking=asking,
                content=SentToAFolder(root),
            ),
            limits=allowed,
        )
        await work(janitor)
        await on_air.close()
        await news.close()
        asking.close()

    asyncio.run(once())
    return shelves


def test_a_room_keeps_its_newest_video(tmp_path: Path) -> None:
    room = a_room(tmp_path, "long", 40, is_over=False)
    whole = sum(file.stat().st_size for file in (tmp_path / "live/long").rglob("*.*"))

    shelves = sweep(tmp_path, [room], room_bytes=whole - 10 * SEGMENT_BYTES)

    shelf = shelves.find("long")
    assert shelf is not None
    assert [segment.name for segment in shelf.everything()] == [
        f"s{number:05d}.m4s" for number in range(10, 40)
    ]
    assert shelf.window.count == 40


async def come_true(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - a log, and a disk.
            await asyncio.sleep(0.01)


def test_a_disk_that_cannot_be_looked_at_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_room(tmp_path, "long", 40, is_over=False)
    live, away = tmp_path / "live", tmp_path / "away"
    whole = sum(file.stat().st_size for file in (live / "long").rglob("*.*"))
    (oldest,) = (live / "long").rglob("s00000.m4s")
    monkeypatch.setattr(rounds, "_LOOK_S", 0.01)
    monkeypatch.setattr(rounds, "_EVERY_S", 0.01)
    ended: list[bool] = []

    async def through_a_failure(janitor: Janitor) -> None:
        live.rename(away)
        live.touch()  # As a disk that answers every question with an error.
        with capture_logs() as logs:
            task = asyncio.create_task(janitor.run())
            await come_true(
                lambda: task.done() or any(log["event"] == "media.disk_not_seen" for log in logs)
            )
        live.unlink()
        away.rename(live)
        await come_true(lambda: task.done() or not oldest.exists())
        ended.append(task.done())
        task.cancel()
        await asyncio.wait([task])

    at_work(tmp_path, [room], through_a_failure, room_bytes=whole - 10 * SEGMENT_BYTES)

    # When it ends, the whole process does, and every stream with it.
    assert ended == [False]
    assert not oldest.exists()


def test_what_is_watched_now_stays_however_small_the_space(tmp_path: Path) -> None:
    room = a_room(tmp_path, "long", 40, is_over=False)

    shelves = sweep(tmp_path, [room], room_bytes=1)

    shelf = shelves.find("long")
    assert shelf is not None
    assert tuple(shelf.everything()) == shelf.window.segments
    assert len(shelf.window.segments) == playlist.LIVE_SEGMENTS


def test_the_oldest_rooms_that_are_over_make_place(tmp_path: Path) -> None:
    rooms = [
        a_room(tmp_path, "first", 20, is_over=True),
        a_room(tmp_path, "second", 20, is_over=True),
        a_room(tmp_path, "running", 20, is_over=False),
    ]
    os.utime(tmp_path / "live/first", (1, 1))
    each = sum(file.stat().st_size for file in (tmp_path / "live/first").rglob("*.*"))

    shelves = sweep(tmp_path, rooms, total_bytes=round(2.5 * each))

    assert shelves.rooms() == ["running", "second"]


def test_running_rooms_are_never_removed(tmp_path: Path) -> None:
    rooms = [a_room(tmp_path, "running", 20, is_over=False)]

    shelves = sweep(tmp_path, rooms, total_bytes=1)

    assert shelves.rooms() == ["running"]


@pytest.mark.parametrize("is_away", [False, True])
def test_unknown_rooms_go_only_when_somebody_said_so(tmp_path: Path, is_away: bool) -> None:
    a_room(tmp_path, "nobody", 20, is_over=False)
    if is_away:
        (tmp_path / "away").touch()

    shelves = sweep(tmp_path, [], total_bytes=1)

    assert shelves.rooms() == (["nobody"] if is_away else [])
