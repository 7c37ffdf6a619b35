"""Who may show what of an event, where, when and how long: pure decisions over grants.

A grant is one use, of one event, for one holder. What the platform holds lets nobody show anything
by itself: each creator has a sub-licence of it. A sub-licence is never wider than what it was made
from, and ends with it.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

WORLD = "WORLD"
SHORT_VIDEO_S = 300  # A longer video of an event is shown on demand, whatever it is called.
LONGEST_DELAY_S = 30 * 86_400
LONGEST_CLIP_S = 86_400
_TERRITORY = re.compile(r"[A-Z]{2}|WORLD")


class Use(StrEnum):
    """What an event is shown as; each is a right of its own."""

    LIVE = "LIVE"
    VOD = "VOD"  # Replays, and videos that are longer than short ones.
    SHORT_VIDEO = "SHORT_VIDEO"
    DERIVATIVE = "DERIVATIVE"  # Something of one's own, made out of what was shown.


class PartyKind(StrEnum):
    """Who holds a grant."""

    PLATFORM = "PLATFORM"
    CREATOR = "CREATOR"
    SHOP = "SHOP"


class Lack(StrEnum):
    """What is missing; of several grants, that of the one which came furthest."""

    MISSING = "MISSING"
    TERRITORY = "TERRITORY"
    EXPIRED = "EXPIRED"
    NOT_YET = "NOT_YET"  # The grant begins later.
    TOO_LONG = "TOO_LONG"
    TOO_EARLY = "TOO_EARLY"  # The moment that is shown is too fresh.


@dataclass(frozen=True, slots=True)
class Party:
    """id: of the creator or the shop; None for the platform."""

    kind: PartyKind
    id: UUID | None = None


PLATFORM = Party(PartyKind.PLATFORM)


@dataclass(frozen=True, slots=True)
class Scope:
    """From `starts_at` until before `ends_at`. longest_clip_s: None for any length.

    delay_s: how old the moment that is shown must be.
    """

    use: Use
    territory: str
    starts_at: datetime
    ends_at: datetime
    is_exclusive: bool = False
    may_sublicense: bool = False
    delay_s: int = 0
    longest_clip_s: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """parent_id: what it is a sub-licence of. revoked_at: it ended then, if that was before."""

    id: UUID
    holder: Party
    scope: Scope
    parent_id: UUID | None = None
    revoked_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it really ends."""
        return min(self.scope.ends_at, self.revoked_at or self.scope.ends_at)

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at that moment."""
        return self.scope.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Showing:
    """What somebody wants to show, and as what.

    shop_id: for which shop, if for one. clip_s: how long it plays; 0 for live and for stills.
    event_time: the moment of the event that is shown.
    """

    use: Use
    creator_id: UUID
    shop_id: UUID | None
    territory: str
    at: datetime
    clip_s: int
    event_time: datetime


@dataclass(frozen=True, slots=True)
class Allowed:
    """until: when this right ends."""

    grant_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """What is missing of which use.

    since: of EXPIRED, when it ended. not_before: of NOT_YET and TOO_EARLY. longest_s: of TOO_LONG.
    """

    lack: Lack
    use: Use
    since: datetime | None = None
    not_before: datetime | None = None
    longest_s: int | None = None


def use_of(wanted: Use, *, seconds: float) -> Use:
    """As what a video of that length counts."""
    return Use.VOD if wanted is Use.SHORT_VIDEO and seconds > SHORT_VIDEO_S else wanted


def is_territory(text: str) -> bool:
    """Whether this is the world or the two letters of a country."""
    return bool(_TERRITORY.fullmatch(text))


def decide(grants: Iterable[Grant], showing: Showing) -> Allowed | Refused:
    """By the grant that lasts longest of those that fit; else what the nearest one lacks."""
    allowed: list[Allowed] = []
    nearest = Refused(Lack.MISSING, showing.use)
    for grant in grants:
        found = _asked_of(grant, showing)
        if isinstance(found, Allowed):
            allowed.append(found)
        elif _nearness(found) > _nearness(nearest):
            nearest = found
    if allowed:
        return max(allowed, key=lambda one: (one.until, one.grant_id))
    return nearest


def widened(parent: Grant, child: Scope) -> tuple[str, ...]:
    """By what the child would be wider than its parent; empty if it is not."""
    whole = parent.scope
    longer = child.longest_clip_s is None or (
        whole.longest_clip_s is not None and child.longest_clip_s > whole.longest_clip_s
    )
    wider = {
        "use": child.use is not whole.use,
        "territory": not _covers(whole.territory, child.territory),
        "starts_at": child.starts_at < whole.starts_at,
        "ends_at": child.ends_at > parent.ends_at,
        "is_exclusive": child.is_exclusive and not whole.is_exclusive,
        "delay_s": child.delay_s < whole.delay_s,
        "longest_clip_s": whole.longest_clip_s is not None and longer,
    }
    return tuple(field for field, is_wider in wider.items() if is_wider)


def contradicts(new: Scope, holder: Party, *, ancestors: Collection[UUID], other: Grant) -> bool:
    """Whether both cannot be true: one of them says that nobody else has the same.

    ancestors: what the new one is a sub-licence of, all the way up; they gave it themselves.
    """
    if not (new.is_exclusive or other.scope.is_exclusive):
        return False
    if other.id in ancestors or other.holder == holder:
        return False
    return (
        other.scope.use is new.use
        and _meet(other.scope.territory, new.territory)
        and other.scope.starts_at < min(other.ends_at, new.ends_at)
        and new.starts_at < other.ends_at
    )


def _asked_of(grant: Grant, showing: Showing) -> Allowed | Refused:
    scope, use = grant.scope, showing.use
    holders = {(PartyKind.CREATOR, showing.creator_id)}
    if showing.shop_id is not None:
        holders.add((PartyKind.SHOP, showing.shop_id))
    if scope.use is not use or (grant.holder.kind, grant.holder.id) not in holders:
        return Refused(Lack.MISSING, use)
    if not _covers(scope.territory, showing.territory):
        return Refused(Lack.TERRITORY, use)
    if showing.at >= grant.ends_at:
        return Refused(Lack.EXPIRED, use, since=grant.ends_at)
    if showing.at < scope.starts_at:
        return Refused(Lack.NOT_YET, use, not_before=scope.starts_at)
    if scope.longest_clip_s is not None and showing.clip_s > scope.longest_clip_s:
        return Refused(Lack.TOO_LONG, use, longest_s=scope.longest_clip_s)
    ripe_at = showing.event_time + timedelta(seconds=scope.delay_s)
    if showing.at < ripe_at:
        return Refused(Lack.TOO_EARLY, use, not_before=ripe_at)
    return Allowed(grant.id, grant.ends_at)


def _covers(whole: str, part: str) -> bool:
    return whole in {WORLD, part}


def _meet(one: str, other: str) -> bool:
    return one == other or WORLD in {one, other}


_ORDER = {lack: at for at, lack in enumerate(Lack)}


def _nearness(refused: Refused) -> tuple[int, float]:
    """The further the nearer; of two alike, the one that ended last or begins first."""
    fine = 0.0
    if refused.since is not None:
        fine = refused.since.timestamp()
    elif refused.not_before is not None:
        fine = -refused.not_before.timestamp()
    elif refused.longest_s is not None:
        fine = float(refused.longest_s)
    return _ORDER[refused.lack], fine
