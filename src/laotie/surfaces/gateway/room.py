"""One room in one process: who sits in it, what they have seen, and what they see next.

A page gets the snapshot at one position and from then on every event after it, each once. Frames
are built once per tick and written to all; a page that cannot keep up is passed over and gets the
events, though not the comments, when it can. Nothing here waits for anything but its turn.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar, cast
from uuid import UUID

import msgspec

from laotie.kernel import ids
from laotie.live.frames import Frame, Position
from laotie.live.presence import Audience, Tally
from laotie.live.queries import Opening
from laotie.surfaces.gateway import protocol, wire
from laotie.surfaces.gateway.limits import Bucket, Buckets
from laotie.surfaces.gateway.options import Options

E = TypeVar("E", bound=protocol.Event)
log = logging.getLogger(__name__)

SENDS_PER_TURN = 256  # About 2 ms of the loop.
SIGNED_PER_TURN = 64  # As long for pages that get a token of their own, as who is seated does.
_SNAPSHOT_SAYS = 20
_REPLAYED_SAYS = 200
_CLOSING = frozenset({"ENDED", "ARCHIVED", "SUSPENDED", "BANNED"})
_SAYS = "says"
# Of a count that stays the same; twice as often as viewers are forgotten, and pulses may be shed.
_REPEATED_S = 10.0


class Member(Protocol):
    """Who sits in a room. seq: the newest event that it was sent, while it is behind the others.

    missed: ticks in a row that it did not take.
    """

    write: Callable[[bytes], None]
    is_paused: bool
    missed: int
    seq: int

    def shut(self, code: int) -> None: ...


M = TypeVar("M", bound=Member)


class Room(Generic[M]):
    """Filled by `open`; `position` moves with `take_in`, pages follow with `broadcast`."""

    def __init__(self, id: UUID, options: Options) -> None:
        self.id = id
        self.members: dict[M, None] = {}
        self.kicked: set[str] = set()
        self.state = ""
        self.creator_id: UUID | None = None
        self._share = 1.0
        self._elsewhere = 0  # Viewers in other processes, when all were last counted.
        self.buys = Bucket(rate=options.buys_per_s, size=options.buys_per_s)
        self._options = options
        self._position = Position(0, 0)
        # What members in step have been told; the others are behind, each with a `seq` of its own.
        self._head = 0
        self._behind: dict[M, None] = {}
        self._ring: deque[tuple[int, protocol.RoomEvent | list[protocol.Comment]]] = deque(
            maxlen=options.ring_frames
        )
        self._snapshot: protocol.Snapshot | None = None
        self._snapshot_frame = b""
        # What the last page that came back was given, and from where and to where it leads.
        self._bridge: tuple[object, bytes] = ((), b"")
        self._audience = Audience(0, 0)
        self._has_new_counts = False
        self._likes = 0
        self._joins = 0
        self._told_viewers = -1
        self._told_at = 0.0
        self._says = Bucket(rate=options.says_per_s, size=options.says_per_s)
        self._speech = Buckets(per_10_s=options.says_per_10_s)
        self._hearts = Buckets(per_10_s=options.likes_per_10_s)

    @property
    def position(self) -> Position:
        return self._position

    @property
    def is_closed(self) -> bool:
        return self.state in _CLOSING

    def open(self, opening: Opening) -> bool:
        """Take a newer look at the room; True in a new epoch, when it begins anew at its position
        and `begin_anew` is due. In the running one it stays, since members have yet to see what
        lies between."""
        is_new = opening.epoch != self._position.epoch
        if is_new:
            self.state = opening.state
            self.kicked = {ids.public("per", person) for person in opening.kicked}
            self._ring.clear()
            for frame in opening.recent:
                self._remember(frame)
            self._position = Position(opening.epoch, opening.seq)
        self.creator_id = opening.creator_id
        self._audience = opening.audience
        self._snapshot = snapshot_of(opening)
        self._snapshot_frame = b""
        if is_new:
            self._head = opening.seq
            for member in self.members:
                member.seq = -1
                self._behind[member] = None
        return is_new

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

    def sit(self, member: M, *, reached: Position | None) -> None:
        """Let a page in, from the position that it had reached, or with a snapshot."""
        self.members[member] = None
        self._joins += 1
        self._take_share()
        if reached is not None and self.covers(reached):
            self._catch_up(member, reached.seq, says=_REPLAYED_SAYS)
        else:
            self.send_snapshot(member)

    def leave(self, member: M) -> None:
        self.members.pop(member, None)
        self._behind.pop(member, None)

    def seq_of(self, member: M) -> int:
        """Up to where a member has been told."""
        return member.seq if member in self._behind else self._head

    def pass_over(self, member: M) -> None:
        """This member takes no more for now."""
        if member in self.members and member not in self._behind:
            member.seq = self._head
            self._behind[member] = None

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

    def send_snapshot(self, member: M) -> None:
        """The room at the cached position, then what came since."""
        assert self._snapshot is not None
        if not self._snapshot_frame:
            self._snapshot_frame = wire.text_frame(protocol.write(self._snapshot))
        member.write(self._snapshot_frame)
        if self._snapshot.seq < self._position.seq:
            self._catch_up(member, self._snapshot.seq, says=_SNAPSHOT_SAYS)
        else:
            self._put_in_step(member)

    async def begin_anew(self) -> None:
        """All members get the new snapshot: each once, by turns as with `broadcast`."""
        for number, member in enumerate(list(self.members)):
            if number and number % SENDS_PER_TURN == 0:
                await asyncio.sleep(0)
            if not member.is_paused:
                self._is_brought_up(member)  # Else the next tick finds it behind.

    def wants_telling(self) -> bool:
        """Whether there is something that members have not been told."""
        return self._position.seq != self._head or self._has_new_counts

    async def broadcast(self) -> tuple[int, list[M]]:
        """Write what is new to all; how many got it, and who must be closed as slow or lost.

        The loop is given a turn every few hundred sends, so that orders and their answers do not
        wait behind a large room. One broadcast of a room at a time.
        """
        frame = wire.text_frame(protocol.write(self._tick(self._head)))
        epoch, behind = self._position.epoch, list(self._behind)
        in_step = [m for m in self.members if m not in self._behind] if behind else [*self.members]
        # From here on they count as told: each has its frame before anything that comes later.
        self._head = self._position.seq
        slow: list[M] = []
        for start in range(0, len(in_step), SENDS_PER_TURN):
            if start:
                await asyncio.sleep(0)
                if self._position.epoch != epoch:
                    break  # Begun anew meanwhile: everybody gets the new snapshot.
            slow += self._write_to(in_step[start : start + SENDS_PER_TURN], frame)
        for start in range(0, len(behind), SENDS_PER_TURN):
            await asyncio.sleep(0)
            slow += [m for m in behind[start : start + SENDS_PER_TURN] if self._is_too_slow(m)]
        return len(in_step), slow

    def _write_to(self, turn: Sequence[M], frame: bytes) -> list[M]:
        """Who of them cannot be written to, which costs those after it nothing."""
        lost: list[M] = []
        rest = iter(turn)
        for _ in turn:  # Anew after each who is lost; nearly always once.
            try:
                for member in rest:
                    member.write(frame)
            except Exception:
                log.exception("write_failed", extra={"room": str(self.id)})
                lost.append(member)
            else:
                break
        return lost

    def _is_brought_up(self, member: M) -> bool:
        try:
            self.resume_writing(member)
        except Exception:
            log.exception("write_failed", extra={"room": str(self.id)})
            return False
        return True

    def _is_too_slow(self, member: M) -> bool:
        """One more tick that a member did not take; whoever can again is brought up to now."""
        if not member.is_paused:
            return not self._is_brought_up(member)
        member.missed += 1
        return member.missed > self._options.patience_ticks

    def resume_writing(self, member: M) -> None:
        """Give a page that was passed over the events that it missed."""
        if member not in self._behind:
            return
        if self.covers(Position(self._position.epoch, member.seq)):
            self._catch_up(member, member.seq, says=0)
        elif self.snapshot_is_usable():
            self.send_snapshot(member)
        else:
            member.shut(4008)

    def may_speak(self, person_id: UUID, now: float) -> bool:
        """Whether neither this person, on whichever socket, nor the room has said too much."""
        return self._speech.take(person_id, now) and self._says.take(now)

    def like(self, who: UUID, hearts: int, now: float) -> bool:
        """Count hearts; False, and none is, when somebody sent too many lately."""
        if not self._hearts.take(who, now, hearts):
            return False
        self._likes += hearts
        return True

    def tally(self, now: float) -> Tally | None:
        """What to add to the counts; None while nothing changed and it was told lately."""
        self._speech.sweep(now)
        self._hearts.sweep(now)
        tally = Tally(self.id, self._likes, self._joins, len(self.members))
        is_news = tally.likes or tally.joins or tally.viewers != self._told_viewers
        if not is_news and now - self._told_at < _REPEATED_S:
            return None
        self._likes = self._joins = 0
        self._told_viewers, self._told_at = tally.viewers, now
        return tally

    def untally(self, tally: Tally) -> None:
        """The counts did not arrive: add them to the next ones, which go out at once."""
        self._likes += tally.likes
        self._joins += tally.joins
        self._told_viewers = -1

    def heard(self, audience: Audience) -> None:
        """Note what all processes count together; told with the next tick if it changed."""
        self._elsewhere = max(0, audience.viewers - max(0, self._told_viewers))
        self._take_share()
        if audience == self._audience:
            return
        self._audience = audience
        self._has_new_counts = True
        if self._snapshot is not None:
            self._snapshot = msgspec.structs.replace(
                self._snapshot, viewers=audience.viewers, likes=audience.likes
            )
            self._snapshot_frame = b""

    def _take_share(self) -> None:
        """Of what the room may, this process takes the part that its viewers are of all.

        By the count that it told the others itself, or by who has come in since, who need not wait
        for the next count; never less than one person may.
        """
        here = max(self._told_viewers, len(self.members))
        share = here / (here + self._elsewhere) if self._elsewhere else 1.0
        if share == self._share:
            return
        self._share = share
        options = self._options
        for bucket, per_s, per_10_s in (
            (self.buys, options.buys_per_s, options.buys_per_10_s),
            (self._says, options.says_per_s, options.says_per_10_s),
        ):
            bucket.rate = max(per_s * share, min(per_s, per_10_s / 10))
            bucket.size = max(per_s * share, min(per_s, per_10_s))

    def _tick(self, since: int) -> protocol.Tick:
        events, says = self._after(since)
        viewers: int | msgspec.UnsetType = msgspec.UNSET
        likes: int | msgspec.UnsetType = msgspec.UNSET
        if self._has_new_counts:
            viewers, likes = self._audience.viewers, self._audience.likes
            self._has_new_counts = False
        return protocol.Tick(
            epoch=self._position.epoch,
            seq=self._position.seq,
            events=events,
            says=says[-self._options.says_per_tick :],
            viewers=viewers,
            likes=likes,
        )

    def _catch_up(self, member: M, since: int, *, says: int) -> None:
        way = (since, says, self._position, self._audience)
        if self._bridge[0] != way:
            self._bridge = (way, self._frame_since(since, says))
        member.write(self._bridge[1])
        self._put_in_step(member)

    def _frame_since(self, since: int, says: int) -> bytes:
        """Built once for all who come back from one place: an outage sends them back together."""
        events, said = self._after(since)
        tick = protocol.Tick(
            epoch=self._position.epoch,
            seq=self._position.seq,
            events=events,
            says=said[-says:] if says else [],
            viewers=self._audience.viewers,
            likes=self._audience.likes,
        )
        return wire.text_frame(protocol.write(tick))

    def _put_in_step(self, member: M) -> None:
        """It knows all that is known here; the next tick's frame fits it if the others do too."""
        if self._position.seq == self._head and not member.is_paused:
            self._behind.pop(member, None)
        else:
            member.seq = self._position.seq
            self._behind[member] = None

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
