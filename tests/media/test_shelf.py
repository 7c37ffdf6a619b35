"""A room's journal: after any end of the process the next one goes on where it stopped."""

from pathlib import Path
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from laotie.surfaces.media import playlist
from laotie.surfaces.media.shelf import Shelf, Shelves

SESSION, ROOM = UUID(int=1), UUID(int=2)


def put(folder: Path, count: int, *, first: int = 0) -> None:
    """What FFmpeg leaves in a take's folder after so many segments; the oldest fall off its list."""
    lines = ["#EXTM3U", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    for number in range(first, count):
        name = f"s{number:05d}.m4s"
        (folder / name).write_bytes(b"video")
        lines += ["#EXTINF:1.000000,"]
        lines += [f"#EXT-X-PROGRAM-DATE-TIME:2026-03-01T20:00:{number % 60:02d}.000+0800", name]
    (folder / "index.m3u8").write_text("\n".join(lines) + "\n")


def on_air(folder: Path, segments: int) -> tuple[Shelf, Path]:
    shelf = Shelf(folder)
    shelf.begin(SESSION, ROOM)
    take = shelf.new_take()
    put(take, segments)
    shelf.collect(take.name)
    return shelf, take


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    before, take = on_air(tmp_path / "room", 30)
    text = playlist.live(before.window, is_over=False)

    after = Shelf(tmp_path / "room")

    assert playlist.live(after.window, is_over=False) == text
    second = after.new_take()
    assert second.name.startswith("0002-")
    put(second, 2)
    assert after.collect(second.name) == 2
    assert after.window.count == 32
    assert after.open_sessions == {SESSION: ROOM}
    assert take.name < second.name


def test_a_segment_is_put_on_air_once(tmp_path: Path) -> None:
    shelf, take = on_air(tmp_path / "room", 3)

    assert shelf.collect(take.name) == 0
    put(take, 5, first=2)
    assert shelf.collect(take.name) == 2
    assert [segment.name for segment in shelf.window.segments] == [
        f"s{number:05d}.m4s" for number in range(5)
    ]


def test_what_ffmpeg_finished_after_the_crash_is_found(tmp_path: Path) -> None:
    _, take = on_air(tmp_path / "room", 3)
    put(take, 4)

    assert Shelf(tmp_path / "room").window.count == 4


@given(cut=st.integers(0, 2000))
def test_a_journal_cut_anywhere_loses_nothing_that_is_on_disk(
    tmp_path_factory: object, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut") / "room"  # type: ignore[attr-defined]
    _, take = on_air(folder, 20)
    journal = folder / "journal.jsonl"
    raw = journal.read_bytes()
    beginning = raw.index(b'{"take"') + len(take.name) + 12
    journal.write_bytes(raw[: beginning + cut])

    shelf = Shelf(folder)
    after = shelf.new_take()
    put(after, 1)
    shelf.collect(after.name)

    again = Shelf(folder)
    assert again.window.count == shelf.window.count == 21
    assert [segment.name for segment in again.everything()] == [
        *(f"s{number:05d}.m4s" for number in range(20)),
        "s00000.m4s",
    ]


def test_a_replay_leaves_out_what_was_removed(tmp_path: Path) -> None:
    shelf, take = on_air(tmp_path / "room", 5)
    (take / "s00001.m4s").unlink()

    assert [segment.name for segment in shelf.everything()] == [
        "s00000.m4s", "s00002.m4s", "s00003.m4s", "s00004.m4s",
    ]  # fmt: skip
    assert shelf.window.count == 5


def test_ends_are_counted_and_told_once(tmp_path: Path) -> None:
    shelf, _ = on_air(tmp_path / "room", 1)

    shelf.end(SESSION, "lost", is_clean=False)
    shelf.end(SESSION, "lost", is_clean=False)

    assert (shelf.open_sessions, shelf.dropped) == ({}, 1)
    again = Shelf(tmp_path / "room")
    assert (again.open_sessions, again.dropped) == ({}, 1)


def test_looking_for_a_room_makes_nothing(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path / "live")

    assert shelves.find("never") is None
    assert shelves.rooms() == []
    assert not (tmp_path / "live").exists()


def test_rooms_on_air_stay_open_however_many_are_looked_at(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path, most_open=2)
    live = shelves.open("aaaa")
    live.begin(SESSION, ROOM)
    for name in ("bbbb", "cccc", "dddd"):
        shelves.open(name).begin(UUID(int=9), ROOM)
        shelves.open(name).end(UUID(int=9), "goodbye", is_clean=True)

    assert shelves.open("aaaa") is live
