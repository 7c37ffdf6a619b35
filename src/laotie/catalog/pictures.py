"""Pictures: what somebody uploaded, drawn again by us in a few widths, without its metadata."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from laotie.accounts.roles import Right
from laotie.catalog import models
from laotie.kernel import drawing, ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.drawing import MAX_BYTES, MAX_PIXELS, WIDTHS
from laotie.kernel.errors import TooMany
from laotie.kernel.use_case import use_case

__all__ = ["MAX_BYTES", "MAX_PIXELS", "WIDTHS", "PictureCard"]

PER_HOUR = 200
_FILE = re.compile(r"[0-9a-f]{32}")
_ADDRESS = re.compile(r"/media/pictures/([0-9a-f]{32})/(320|640|1080)\.webp$")


@dataclass(frozen=True, slots=True)
class PictureCard:
    id: UUID
    public_id: str
    file: str
    width: int
    height: int
    url: str


def url(file: str, width: int = 640) -> str:
    """Where browsers fetch a picture; `width` is one of WIDTHS. No picture, no address."""
    if not file:
        return ""
    assert width in WIDTHS
    return media.address(f"/media/pictures/{file}/{width}.webp")


def body(address: str) -> bytes | None:
    """The bytes of a picture by its address, as `url` gives it; None if it is none that we keep."""
    found = _ADDRESS.search(address)
    if found is None:
        return None
    path = (
        settings.LAOTIE.data / "media" / "pictures" / found[1][:2] / found[1] / f"{found[2]}.webp"
    )
    return path.read_bytes() if path.is_file() else None


def store(*, actor: Actor, body: bytes, shop_id: UUID | None, now: datetime) -> PictureCard:
    """A picture is kept: for a shop (needs the right to manage), or for oneself.

    The files lie there before the row does, so that no row lacks its files.
    raises: SignInFirst, NotFound, NotAllowed, Invalid (`picture`), TooMany.
    """
    person_id = actor.require_person()
    if shop_id is not None:
        actor.require_shop(shop_id, Right.MANAGE)
    _within_limit(person_id, now=now)
    drawn = drawing.draw_again(body)
    file = drawing.keep(drawn)
    return _keep(actor=actor, file=file, size=drawn.size, shop_id=shop_id, now=now)


def files_of_shop(shop_id: UUID, files: Iterable[str]) -> bool:
    """Whether all these files are pictures of the shop. One query."""
    wanted = set(files)
    if not all(isinstance(file, str) and _FILE.fullmatch(file) for file in wanted):
        return False
    return models.Picture.objects.filter(shop=shop_id, file__in=wanted).count() == len(wanted)


def files_of_person(person_id: UUID, files: Iterable[str]) -> bool:
    """Whether all these files are pictures that this person stored for themselves. One query."""
    wanted = set(files)
    if not all(isinstance(file, str) and _FILE.fullmatch(file) for file in wanted):
        return False
    mine = models.Picture.objects.filter(person=person_id, shop=None, file__in=wanted)
    return mine.count() == len(wanted)


@use_case
def _keep(
    *, actor: Actor, file: str, size: tuple[int, int], shop_id: UUID | None, now: datetime
) -> PictureCard:
    row = models.Picture.objects.create(
        file=file,
        shop_id=shop_id,
        person_id=actor.require_person(),
        width=size[0],
        height=size[1],
        stored_at=now,
    )
    return PictureCard(row.id, ids.public("pic", row.id), file, row.width, row.height, url(file))


def _within_limit(person_id: UUID, *, now: datetime) -> None:
    stored = models.Picture.objects.filter(
        person=person_id, stored_at__gt=now - timedelta(hours=1)
    ).count()
    if stored >= PER_HOUR:
        raise TooMany(retry_after_s=3600)
