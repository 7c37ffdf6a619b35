"""What players may rely on, for any course of a broadcast."""

import itertools
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from laotie.surfaces.media import playlist
from laotie.surfaces.media.playlist import Segment, Window

START = datetime(2026, 3, 1, 12, tzinfo=UTC)

# How many segments each take of a broadcast has.
BROADCASTS = st.lists(st.integers(1, 6), min_size=1, max_size=8)


def segments_of(takes: list[int], seconds: float = 1.0) -> list[Segment]:
    made = []
    for take, count in enumerate(takes):
        for number in range(count):
            at = START + timedelta(seconds=len(made) * seconds)
            made.append(Segment(f"{take + 1:04d}-00000000", f"s{number:05d}.m4s", seconds, at))
    return made


@given(takes=BROADCASTS, size=st.integers(2, 9))
def test_a_segment_keeps_its_numbers_for_ever(takes: list[int], size: int) -> None:
    window, seen = Window(size), defaultdict(set)
    last_first, last_discontinuity = 0, 0
    for segment in segments_of(takes):
        window.add(segment)
        text = playlist.live(window, is_over=False)

        first, discontinuity, numbered = read(text)
        assert first >= last_first
        assert discontinuity >= last_discontinuity
        last_first, last_discontinuity = first, discontinuity
        for place in numbered:
            seen[place[0]].add(place[1:])

    assert all(len(places) == 1 for places in seen.values())
    in_order = sorted((number, uri) for uri, ((number, _),) in
                      ((uri, tuple(places)) for uri, places in seen.items()))  # fmt: skip
    assert [uri for _, uri in in_order] == [f"{s.take}/{s.name}" for s in segments_of(takes)]


@given(takes=BROADCASTS, size=st.integers(2, 9))
def test_each_take_brings_its_own_map(takes: list[int], size: int) -> None:
    window = Window(size)
    for segment in segments_of(takes):
        window.add(segment)

    lines = playlist.live(window, is_over=False).splitlines()

    current = None
    for before, line in itertools.pairwise(lines):
        if line.startswith("#EXT-X-MAP:"):
            take = line.partition('"')[2].partition("/")[0]
            assert (before == "#EXT-X-DISCONTINUITY") == (current is not None)
            current = take
        elif line.endswith(".m4s"):
            assert line.partition("/")[0] == current


@given(takes=BROADCASTS)
def test_a_replay_has_everything_once(takes: list[int]) -> None:
    segments = segments_of(takes)

    text = playlist.replay(segments)

    assert [line for line in text.splitlines() if line.endswith(".m4s")] == [
        f"{segment.take}/{segment.name}" for segment in segments
    ]
    assert text.count("#EXT-X-DISCONTINUITY\n") == len(takes) - 1
    assert text.endswith("#EXT-X-ENDLIST\n")


def test_a_live_playlist_ends_only_when_the_room_is_over() -> None:
    window = Window()
    for segment in segments_of([2]):
        window.add(segment)

    assert playlist.live(window, is_over=False) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:1\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
        '#EXT-X-MAP:URI="0001-00000000/init.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:00.000Z\n"
        "#EXTINF:1.000000,\n"
        "0001-00000000/s00000.m4s\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-03-01T12:00:01.000Z\n"
        "#EXTINF:1.000000,\n"
        "0001-00000000/s00001.m4s\n"
    )
    assert playlist.live(window, is_over=True).endswith("s00001.m4s\n#EXT-X-ENDLIST\n")


@given(seconds=st.floats(0.1, 15))
def test_no_segment_is_longer_than_the_target(seconds: float) -> None:
    window = Window()
    window.add(segments_of([1], seconds)[0])

    text = playlist.live(window, is_over=False)

    target = int(text.partition("#EXT-X-TARGETDURATION:")[2].partition("\n")[0])
    assert int(seconds + 0.5) <= target


def test_a_list_by_ffmpeg_is_read() -> None:
    text = (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
        '#EXT-X-MAP:URI="init.mp4"\n#EXTINF:1.000000,\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-03-01T20:00:00.250+0800\ns00000.m4s\n"
        "#EXTINF:0.480000,\n#EXT-X-PROGRAM-DATE-TIME:2026-03-01T20:00:01.250+0800\ns00001.m4s\n"
        "#EXT-X-ENDLIST\n"
    )

    assert playlist.read_take("0001-aaaaaaaa", text) == [
        Segment("0001-aaaaaaaa", "s00000.m4s", 1.0, START + timedelta(milliseconds=250)),
        Segment("0001-aaaaaaaa", "s00001.m4s", 0.48, START + timedelta(milliseconds=1250)),
    ]


def read(text: str) -> tuple[int, int, list[tuple[str, int, int]]]:
    """First media number, first discontinuity number, and (address, both numbers) of each."""
    number = first = discontinuity = first_discontinuity = 0
    found = []
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "#EXT-X-MEDIA-SEQUENCE":
            number = first = int(value)
        elif name == "#EXT-X-DISCONTINUITY-SEQUENCE":
            discontinuity = first_discontinuity = int(value)
        elif name == "#EXT-X-DISCONTINUITY":
            discontinuity += 1
        elif line.endswith(".m4s"):
            found.append((line, number, discontinuity))
            number += 1
    return first, first_discontinuity, found
