"""One room in one process: who sits in it, what they have seen, and what they see next.

A page gets the snapshot at one position and from then on every event after it, each once. Frames
are built once per tick and written to all; a page that cannot keep up is passed over and gets the
events, though not the comments, when it can. Nothing here waits: the loop calls, sockets write.
"""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar, cast
from uuid import UUID

import msgspec

from laotie.kernel import ids
from laotie.live.frames import Frame, Position
from laotie.live.presence import Audience, Tally
from laotie.live.queries import Opening
from laotie.surfaces.gateway import protocol, wire
from laotie.surfaces.gateway.limits import Bucket
from laotie.surfaces.gateway.options import Options

if TYPE_CHECKING:
    from laotie.surfaces.gateway.connection import Connection

E = TypeVar("E", bound=protocol.Event)
log = logging.getLogger(__name__)

_SNAPSHOT_SAYS = 20
_REPLAYED_SAYS = 200
_CLOSING = frozenset({"ENDED", "ARCHIVED", "SUSPENDED", "BANNED"})
_SAYS = "says"


class Room:
    """Filled by `open`; `position` moves with `take_in`, pages follow with `broadcast`."""

    def __init__(self, id: UUID, options: Options) -> None:
        self.id = id
        self.members: dict[Connection, None] = {}
        self.kicked: set[str] = set()
        self.state = ""
        self._options = options
        self._position = Position(0, 0)
        self._ring: deque[tuple[int, protocol.RoomEvent | list[protocol.Comment]]] = deque(
            maxlen=options.ring_frames
        )
        self._snapshot: protocol.Snapshot | None = None
        self._snapshot_frame = b""
        self._audience = Audience(0, 0)
        self._likes = 0
        self._joins = 0
        self._told = Tally(id, 0, 0, -1)
        self._quiet_pulses = 0
        self._speech: dict[UUID, Bucket] = {}

    @property
    def position(self) -> Position:
        return self._position

    @property
    def is_closed(self) -> bool:
        return self.state in _CLOSING

    def open(self, opening: Opening) -> None:
        """Take a newer look at the room. In a new epoch also begin anew at its position; in the
        running one the position stays, since members have yet to see what lies between."""
        if opening.epoch != self._position.epoch:
            self.state = opening.state
            self.kicked = {ids.public("per", person) for person in opening.kicked}
            self._ring.clear()
            for frame in opening.recent:
                self._remember(frame)
            self._position = Position(opening.epoch, opening.seq)
        self._audience = opening.audience
        self._snapshot = snapshot_of(opening)
        self._snapshot_frame = b""

    def take_in(self, frames: Iterable[Frame]) -> bool:
        """Remember frames that come next; False when they are of a new epoch: open again."""
        for frame in frames:
            if frame.epoch != self._position.epoch:
                return False
            if frame.seq <= self._position.seq:
                continue
            event = self._remember(frame)
            self._position = Position(frame.epoch, frame.seq)
            if isinstance(event, protocol.State):
                self.state = event.state
            elif isinstance(event, protocol.Kicked):
                self.kicked.add(event.person)
            elif isinstance(event, protocol.Muted) and not event.until:
                self.kicked.discard(event.person)
        return True

    def sit(self, member: "Connection", *, reached: Position | None) -> None:
        """Let a page in, from the position that it had reached, or with a snapshot."""
        self.members[member] = None
        self._joins += 1
        if reached is not None and self.covers(reached):
            member.seq = reached.seq
            self._catch_up(member, says=_REPLAYED_SAYS)
        else:
            self.send_snapshot(member)

    def leave(self, member: "Connection") -> None:
        self.members.pop(member, None)

    def covers(self, reached: Position) -> bool:
        """Whether everything after this position is still in memory."""
        if reached.epoch != self._position.epoch or not 0 <= reached.seq <= self._position.seq:
            return False
        if reached.seq == self._position.seq:
            return True
        return bool(self._ring) and self._ring[0][0] <= reached.seq + 1

    def snapshot_is_usable(self) -> bool:
        """Whether a page that draws the cached snapshot can be brought up to now."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.epoch != self._position.epoch:
            return False
        if snapshot.seq >= self._position.seq:
            return True
        if self._position.seq - snapshot.seq > self._options.snapshot_lag_frames:
            return False
        return self.covers(Position(snapshot.epoch, snapshot.seq))

    def send_snapshot(self, member: "Connection") -> None:
        """The room at the cached position, then what came since."""
        assert self._snapshot is not None
        if not self._snapshot_frame:
            self._snapshot_frame = wire.text_frame(protocol.write(self._snapshot))
        member.write(self._snapshot_frame)
        member.seq = self._snapshot.seq
        if member.seq < self._position.seq:
            self._catch_up(member, says=_SNAPSHOT_SAYS)

    def restart(self) -> None:
        """A new epoch: all members get the new snapshot."""
        for member in list(self.members):
            if not member.is_paused:
                self.send_snapshot(member)
            else:
                member.seq = -1

    def broadcast(self, *, since: int, counts_changed: bool) -> tuple[int, list["Connection"]]:
        """Write what came after `since` to all; how many got it, and who must be closed as slow."""
        head = self._position.seq
        if head == since and not counts_changed:
            return 0, []
        frame = wire.text_frame(protocol.write(self._tick(since, counts_changed=counts_changed)))
        written, slow = 0, []
        for member in self.members:
            if member.is_paused:
                member.missed += 1
                if member.missed > self._options.patience_ticks:
                    slow.append(member)
            elif member.seq == since:
                member.write(frame)
                member.seq = head
                written += 1
            elif since < member.seq < head:  # Its snapshot was newer than the last tick.
                self._catch_up(member, says=_SNAPSHOT_SAYS)
            elif member.seq < since:
                self.resume_writing(member)
        return written, slow

    def resume_writing(self, member: "Connection") -> None:
        """Give a page that was passed over the events that it missed."""
        if member.seq >= self._position.seq:
            return
        if self.covers(Position(self._position.epoch, member.seq)):
            self._catch_up(member, says=0)
        elif self.snapshot_is_usable():
            self.send_snapshot(member)
        else:
            member.shut(4008)

    def may_speak(self, person_id: UUID, now: float) -> bool:
        """Whether this person has not said too much lately, on whichever socket."""
        bucket = self._speech.get(person_id)
        if bucket is None:
            size = self._options.says_per_10_s
            bucket = self._speech[person_id] = Bucket(rate=size / 10, size=size)
        return bucket.take(now)

    def like(self, hearts: int) -> None:
        self._likes += hearts

    def tally(self, now: float) -> Tally | None:
        """What to add to the counts; None while nothing changed and ten pulses are not over."""
        viewers = len(self.members)
        tally = Tally(self.id, self._likes, self._joins, viewers)
        for person in [p for p, bucket in self._speech.items() if bucket.is_full(now)]:
            del self._speech[person]
        if not tally.likes and not tally.joins and viewers == self._told.viewers:
            self._quiet_pulses += 1
            if self._quiet_pulses < 10:
                return None
        self._likes = self._joins = self._quiet_pulses = 0
        self._told = tally
        return tally

    def untally(self, tally: Tally) -> None:
        """The counts did not arrive: add them to the next ones."""
        self._likes += tally.likes
        self._joins += tally.joins
        self._told = Tally(self.id, 0, 0, -1)

    def heard(self, audience: Audience) -> bool:
        """Note what all processes count together; whether it changed."""
        if audience == self._audience:
            return False
        self._audience = audience
        if self._snapshot is not None:
            self._snapshot = msgspec.structs.replace(
                self._snapshot, viewers=audience.viewers, likes=audience.likes
            )
            self._snapshot_frame = b""
        return True

    def _tick(self, since: int, *, counts_changed: bool) -> protocol.Tick:
        events, says = self._after(since)
        viewers: int | msgspec.UnsetType = msgspec.UNSET
        likes: int | msgspec.UnsetType = msgspec.UNSET
        if counts_changed:
            viewers, likes = self._audience.viewers, self._audience.likes
        return protocol.Tick(
            epoch=self._position.epoch,
            seq=self._position.seq,
            events=events,
            says=says[-self._options.says_per_tick :],
            viewers=viewers,
            likes=likes,
        )

    def _catch_up(self, member: "Connection", *, says: int) -> None:
        events, said = self._after(member.seq)
        tick = protocol.Tick(
            epoch=self._position.epoch,
            seq=self._position.seq,
            events=events,
            says=said[-says:] if says else [],
            viewers=self._audience.viewers,
            likes=self._audience.likes,
        )
        member.write(wire.text_frame(protocol.write(tick)))
        member.seq = self._position.seq

    def _after(self, seq: int) -> tuple[list[protocol.RoomEvent], list[protocol.Comment]]:
        events: list[protocol.RoomEvent] = []
        says: list[protocol.Comment] = []
        newest: list[protocol.RoomEvent | list[protocol.Comment]] = []
        for number, entry in reversed(self._ring):
            if number <= seq:
                break
            newest.append(entry)
        for entry in reversed(newest):
            if isinstance(entry, list):
                says.extend(entry)
            else:
                events.append(entry)
        return events, says

    def _remember(self, frame: Frame) -> "protocol.RoomEvent | list[protocol.Comment] | None":
        try:
            entry = read_frame(frame)
        except (msgspec.ValidationError, TypeError):
            # Of a newer version of us: pages of this one could not draw it.
            log.warning("unknown_frame", extra={"kind": frame.kind, "room": str(frame.room_id)})
            entry = []
        self._ring.append((frame.seq, entry))
        return entry


def read_frame(frame: Frame) -> protocol.RoomEvent | list[protocol.Comment]:
    """A stored frame as pages get it. raises: msgspec.ValidationError, TypeError."""
    body = msgspec.json.decode(frame.body)
    if frame.kind == _SAYS:
        return [
            msgspec.convert({**said, "seq": frame.seq}, protocol.Comment) for said in body["says"]
        ]
    event = msgspec.convert({**body, "t": frame.kind, "seq": frame.seq}, protocol.RoomEvent)
    return cast("protocol.RoomEvent", event)


def snapshot_of(opening: Opening) -> protocol.Snapshot:
    """The first thing that a page draws."""
    return protocol.Snapshot(
        room=ids.public("rom", opening.room_id),
        epoch=opening.epoch,
        seq=opening.seq,
        state=opening.state,
        title=opening.title,
        host=protocol.Host(
            creator=ids.public("crt", opening.creator_id),
            name=opening.host_name,
            avatar=opening.host_avatar,
        ),
        viewers=opening.audience.viewers,
        likes=opening.audience.likes,
        sold=opening.sold,
        bag=opening.bag,
        pinned=_converted(opening.pinned, "pinned", protocol.Pinned),
        flash=_converted(opening.flash, "flash", protocol.Flash),
        pinned_say=_comments((opening.pinned_say,))[0] if opening.pinned_say else None,
        giveaway=_converted(opening.giveaway, "giveaway", protocol.Giveaway),
        drop=_converted(opening.drop, "drop", protocol.Drop),
        says=_comments(opening.says),
    )


def _converted(body: object, tag: str, kind: type[E]) -> E | None:
    if body is None:
        return None
    assert isinstance(body, dict)
    return msgspec.convert({**body, "t": tag}, kind)


def _comments(says: Sequence[object]) -> list[protocol.Comment]:
    return [msgspec.convert(said, protocol.Comment) for said in says]
