"""What is kept of a room's video: counted and told after sessions and removals."""

import asyncio
import contextlib
import os
from pathlib import Path

from laotie.surfaces.media import playlist
from laotie.surfaces.media.asking import News, NoAnswer, Standings
from laotie.surfaces.media.playlist import Stretch
from laotie.surfaces.media.shelf import Shelf


async def tell(shelf: Shelf, standings: Standings, news: News, room: str) -> None:
    """Have the live context know what is there. Nobody to ask: the next session's end tells it."""
    if shelf.room_id is None:
        return
    try:
        standing = await standings.of(room)
    except NoAnswer:
        return
    if standing is None:
        return
    segments = await asyncio.to_thread(shelf.everything)
    public = playlist.public(segments, standing.public_from) if standing.public_from else []
    size = await asyncio.to_thread(size_of, shelf.folder)
    news.recorded(shelf.room_id, _rounded(playlist.stretches(public)), size)


def size_of(folder: Path) -> int:
    """Bytes in all files below the folder."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # Being renamed, or removed just now.
                size += os.stat(os.path.join(parent, name)).st_size
    return size


def _rounded(stretches: list[Stretch]) -> list[Stretch]:
    """To milliseconds, as they are kept."""
    return [Stretch(each.at, round(each.seconds, 3)) for each in stretches]
