"""Captions: WebVTT that somebody sent, read and written again as plain cues.

Only times and words get through: no styles, regions, notes, settings or tags. What was sent is
never given out itself.
"""

import html
import re
from dataclasses import dataclass

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?", re.ASCII)
_TAG = re.compile(r"<[^<>]*>?")
_MOST_CUES = 2_000
_MOST_LETTERS = 500
_MOST_LINES = 4
_LAST_MS = 24 * 3_600_000


class NotCaptions(Exception):
    """It is not WebVTT in UTF-8, or has more than any video needs."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that are shown for a while. Milliseconds from the start of the video."""

    starts_ms: int
    stops_ms: int
    lines: tuple[str, ...]


def read(raw: bytes) -> list[Cue]:
    """The cues in order of their start; at least one. raises: NotCaptions."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotCaptions from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head, *blocks = re.split(r"\n{2,}", text.strip("\n"))
    if not re.match(r"WEBVTT(?:[ \t\n]|$)", head):
        raise NotCaptions
    cues = [cue for block in blocks if (cue := _cue(block.split("\n"))) is not None]
    if not 0 < len(cues) <= _MOST_CUES:
        raise NotCaptions
    return sorted(cues, key=lambda cue: (cue.starts_ms, cue.stops_ms))


def write(cues: list[Cue]) -> str:
    """WebVTT of these cues, with nothing else in it."""
    blocks = [
        f"{_written(cue.starts_ms)} --> {_written(cue.stops_ms)}\n"
        + "\n".join(html.escape(line, quote=False) for line in cue.lines)
        for cue in cues
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _cue(lines: list[str]) -> Cue | None:
    """None for what is no cue (notes, styles, regions), or has no words."""
    at = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
    if at is None:
        return None
    found = _TIMES.fullmatch(lines[at].strip())
    if found is None:
        raise NotCaptions
    starts_ms, stops_ms = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
    if not starts_ms < stops_ms <= _LAST_MS:
        raise NotCaptions
    words = [_plain(line) for line in lines[at + 1 :]]
    shown = tuple(line for line in words if line)[:_MOST_LINES]
    if sum(map(len, shown)) > _MOST_LETTERS:
        raise NotCaptions
    return Cue(starts_ms, stops_ms, shown) if shown else None


def _plain(line: str) -> str:
    words = html.unescape(_TAG.sub("", line))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _written(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
