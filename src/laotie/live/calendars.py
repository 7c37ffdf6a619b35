"""Rooms as an iCalendar file (RFC 5545), for the calendar of a phone. Pure.

A room keeps its UID, so that a calendar that fetches the file again moves the event, and takes it
away when the room was called off.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from laotie.kernel import ids
from laotie.live.planning import Planned

LASTS = timedelta(hours=2)  # Nobody announces an end; two hours are what a calendar blocks.
_LONGEST_LINE = 75


def text(planned: Iterable[Planned], *, name: str, origin: str, now: datetime) -> str:
    """The file. origin: where the rooms' pages are, `https://shop.example`, without a slash."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Laotie//Live rooms//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for one in planned:
        lines += _event(one, name=name, origin=origin, now=now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(one: Planned, *, name: str, origin: str, now: datetime) -> list[str]:
    room = ids.public("rom", one.room.id)
    host = origin.partition("://")[2].partition("/")[0] or "laotie"
    ends_at = one.room.ended_at if one.room.live_at and one.room.ended_at else None
    lines = [
        "BEGIN:VEVENT",
        f"UID:{room}@{host}",
        f"SEQUENCE:{one.revision}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(one.room.starts_at)}",
        f"DTEND:{_moment(max(ends_at or one.room.starts_at + LASTS, one.room.starts_at))}",
        f"SUMMARY:{_escaped(f'{name}: {one.room.title}')}",
        f"URL:{origin}/live/{room}",
        f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}",
    ]
    if one.reason:
        lines.append(f"DESCRIPTION:{_escaped(one.reason)}")
    return [*lines, "END:VEVENT"]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _escaped(words: str) -> str:
    for letter in ("\\", ";", ","):
        words = words.replace(letter, f"\\{letter}")
    return words.replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> Iterable[str]:
    """Lines of at most 75 bytes, never cut inside a letter; what goes on begins with a space."""
    part, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > _LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + weight
    yield part
