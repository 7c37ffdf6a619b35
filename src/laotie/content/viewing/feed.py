"""The feed: which posts a viewer is shown next, and why each of them.

The recommended posts move all the time: views are counted, people are followed, time goes by. So
a cursor holds what a scroll has shown (32 bits of each id) and the moment at which it began, and a
page is the best of what has not been shown yet: nothing comes twice, whatever has moved. Posts of
a belt, of a field, of a place and of those whom one follows come by the moment at which they went
public, which never moves, and their cursor is the last row.
"""

import base64
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from laotie.accounts import regions
from laotie.content.industry import belts
from laotie.content.industry.belts import BeltCard
from laotie.content.kinds import Field
from laotie.content.viewing import marks, ranking
from laotie.content.viewing.ranking import WEIGHTS, Place, Points, Why
from laotie.kernel import crypto, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound

PAGE, MOST_AT_ONCE = 12, 50
# A scroll ends here; beginning anew shows what is new, and what was shown counts as met.
MOST_SHOWN = 420
_CURSOR = "content.feed"
_CURSOR_LASTS = timedelta(days=1)
_LAST_ID = UUID(int=(1 << 128) - 1)
# Where a viewer chose what is shown, and what that says of each post.
_CHOSEN = {Place.BELT: Why.BELT, Place.FIELD: Why.FIELD, Place.REGION: Why.REGION}


@dataclass(frozen=True, slots=True)
class Tab:
    """Which feed. value: a belt's public id, a `Field`, a code of `accounts.regions`, or empty.

    belt: the one that `value` names. `tab_of` makes one of what was asked for.
    """

    place: Place
    value: str = ""
    belt: BeltCard | None = None

    def __post_init__(self) -> None:
        assert (self.place is Place.BELT) is (self.belt is not None)


@dataclass(frozen=True, slots=True)
class Shown:
    """One post of a page. by_creator: of KIN, whom the viewer watches. points: None by time."""

    post_id: UUID
    creator_id: UUID
    why: Why
    points: Points | None = None
    by_creator: UUID | None = None

    @property
    def mark(self) -> str:
        """For whoever tells of a visit to it; empty where time alone put it there."""
        return "" if self.points is None else marks.mark(self.post_id)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """rows: in the order to show them. after: asks for the next page; None at the end."""

    rows: tuple[Shown, ...]
    after: str | None


def tab_of(place: str, value: str = "") -> Tab:
    """One query for a belt, else none.

    raises: Invalid for another place than a feed's, an unknown belt, field or region; BeltClosed.
    """
    try:
        found = Place(place)
    except ValueError as error:
        raise Invalid(field="tab", reason="choice") from error
    if found is Place.PAGE:
        raise Invalid(field="tab", reason="choice")
    if found is Place.BELT:
        try:
            return Tab(found, value, belts.open_card(ids.parse("blt", value)))
        except NotFound as error:
            raise Invalid(field="belt", reason="choice") from error
    if found is Place.FIELD and value not in set(Field):
        raise Invalid(field="field", reason="choice")
    if found is Place.REGION:
        regions.clean_code(value, field="region")
    return Tab(found, value if found in _CHOSEN else "")


def page(
    tab: Tab, *, actor: Actor, after: str | None = None, most: int = PAGE, now: datetime
) -> FeedPage:
    """The next posts of a feed. One query.

    Never there: posts that are not public, or of somebody whom the viewer has blocked, or who
    has blocked the viewer; posts whose reach is limited, but for whoever follows their creator
    and asks for the posts of those.
    after:  the last page's; None to begin.
    most:   1 to 50.
    raises: SignInFirst for the posts of those whom one follows, Invalid (`after`).
    """
    assert 1 <= most <= MOST_AT_ONCE
    if tab.place is Place.FOLLOWING:
        actor.require_person()
    if tab.place is Place.RECOMMENDED:
        return _recommended(actor.person_id, after, most=most, now=now)
    return _newest(tab, actor.person_id, after, most=most, now=now)


def _recommended(
    person_id: UUID | None, after: str | None, *, most: int, now: datetime
) -> FeedPage:
    as_of, seen = _read_scroll(after) if after else (_began(person_id, now), ())
    tried = most // WEIGHTS.explore_every
    rows = sql.rows(
        sql.text("content", "feed_page"),
        {
            **{name: value for name, value in asdict(WEIGHTS).items() if name != "seen"},
            "seen_points": WEIGHTS.seen,
            "person": person_id,
            "as_of": as_of,
            "seen": list(seen),
            "most": most,
            "tried": tried,
            # Others are tried out with each viewer and page, and the same if it is asked again.
            "seed": f"{person_id}{as_of:%d%H}{len(seen)}",
        },
    )
    found = [_shown(row) for row in rows]
    # What is tried out takes the places of the last of the best.
    best = [one for one in found if one.why is not Why.NEW_HERE]
    new = [one for one in found if one.why is Why.NEW_HERE]
    kept = [*best[: most - len(new)], *new]
    order = ranking.arranged(
        [one.creator_id for one in kept],
        {index for index, one in enumerate(kept) if one.why is Why.NEW_HERE},
    )
    shown = tuple(kept[index] for index in order)
    all_seen = (*seen, *(_short(one.post_id) for one in shown))
    is_last = len(shown) < most or len(all_seen) + most > MOST_SHOWN
    return FeedPage(shown, None if is_last else _written_scroll(as_of, all_seen))


def _newest(
    tab: Tab, person_id: UUID | None, after: str | None, *, most: int, now: datetime
) -> FeedPage:
    before, before_id = _read_row(after, tab) if after else (now, _LAST_ID)
    rows = sql.rows(
        sql.text("content", "feed_newest"),
        {
            "viewer": person_id,
            "person": person_id if tab.place is Place.FOLLOWING else None,
            "belt": tab.belt.id if tab.belt else None,
            "field": tab.value if tab.place is Place.FIELD else None,
            "region": tab.value if tab.place is Place.REGION else None,
            "before": before,
            "before_id": before_id,
            "most": most,
        },
    )
    why = _CHOSEN.get(tab.place, Why.FOLLOW)
    shown = tuple(Shown(post_id, creator_id, why) for post_id, creator_id, _at in rows)
    if len(rows) < most:
        return FeedPage(shown, None)
    last_id, _creator, last_at = rows[-1]
    return FeedPage(shown, _written_row(tab, last_at, last_id))


def _shown(row: Sequence[Any]) -> Shown:
    post_id, creator_id, by_creator, buys, *numbers, is_tried = row
    names = ("fresh", "watched", "follow", "taste", "kin", "trust", "seen", "variety")
    points = Points(**dict(zip(names, map(float, numbers), strict=True)))
    why = ranking.why(points, buys=buys, is_new_here=is_tried)
    return Shown(post_id, creator_id, why, points, by_creator if why is Why.KIN else None)


def _began(person_id: UUID | None, now: datetime) -> datetime:
    """A scroll's moment. Guests of one minute see the same, so that it is drawn once for all."""
    return now if person_id else now.replace(second=0, microsecond=0)


def _short(post_id: UUID) -> int:
    """The last 32 bits, as PostgreSQL's signed integer; random in our ids."""
    (number,) = struct.unpack(">i", post_id.bytes[-4:])
    return int(number)


def _written_scroll(as_of: datetime, seen: Sequence[int]) -> str:
    packed = struct.pack(f">{len(seen)}i", *seen)
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return crypto.sign(_CURSOR, {"t": _microseconds(as_of), "s": text}, lasts=_CURSOR_LASTS)


def _read_scroll(after: str) -> tuple[datetime, tuple[int, ...]]:
    payload = _verified(after)
    text = payload.get("s")
    if not isinstance(text, str):
        raise Invalid(field="after", reason="form")
    packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return _moment(payload["t"]), struct.unpack(f">{len(packed) // 4}i", packed)


def _written_row(tab: Tab, at: datetime, id: UUID) -> str:
    payload = {"t": _microseconds(at), "i": id.hex, "p": tab.place.value, "v": tab.value}
    return crypto.sign(_CURSOR, payload, lasts=_CURSOR_LASTS)


def _read_row(after: str, tab: Tab) -> tuple[datetime, UUID]:
    payload = _verified(after)
    if (payload.get("p"), payload.get("v")) != (tab.place.value, tab.value):
        raise Invalid(field="after", reason="form")
    return _moment(payload["t"]), UUID(hex=payload["i"])


def _verified(after: str) -> dict[str, Any]:
    """raises: Invalid for what we did not sign, or longer than a day ago."""
    try:
        return crypto.verify(_CURSOR, after)
    except crypto.BadToken as error:
        raise Invalid(field="after", reason="form") from error


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
