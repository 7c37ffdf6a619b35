"""What every driver keeps, and what NATS adds: one reader for all, and none is needed."""

import asyncio
import dataclasses
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import nats
import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from tests import builders
from tests.gateway import brokers
from tests.gateway.brokers import Broker
from tests.usecases.live import scenes

from laotie.kernel import clock, ids, sql
from laotie.live import frames
from laotie.live.chat import Line
from laotie.live.frames import Frame, NewFrame, Position
from laotie.live.presence import Audience, Tally
from laotie.live.queries import Opening
from laotie.surfaces.gateway.drivers import Driver, Unreachable, postgres
from laotie.surfaces.gateway.drivers import nats as nats_driver
from laotie.surfaces.gateway.drivers.memory import Memory
from laotie.surfaces.gateway.drivers.nats import Nats, subject_of_this_installation
from laotie.surfaces.gateway.drivers.postgres import Postgres

KINDS = ("memory", "postgres", "nats")
OURS, THEIRS = "laotie.ours.live", "laotie.theirs.live"
PATIENCE_S = 60.0  # Of a wait for what surely comes, on the busiest machine.


class Counted(Postgres):
    """The database as one process asks it, and how often it did for frames."""

    reads = 0

    def tail(self, positions: Mapping[UUID, Position]) -> list[Frame]:
        self.reads += 1
        return super().tail(positions)


@dataclass(slots=True)
class Process:
    """A driver as its process holds it, and the place to which it has come."""

    driver: Driver
    position: Position
    got: list[Frame] = field(default_factory=list)
    news: int = 0

    def hear(self) -> None:
        self.news += 1

    def ask(self, room_id: UUID) -> None:
        for frame in self.driver.tail({room_id: self.position}):
            self.got.append(frame)
            self.position = Position(frame.epoch, frame.seq)

    @property
    def seqs(self) -> list[int]:
        return [frame.seq for frame in self.got]


@dataclass(slots=True)
class Stage:
    """Processes that show one room, and how something is told in it."""

    room_id: UUID
    processes: list[Process]
    tell: Callable[[int], None]
    first: int
    broker: Broker | None = None

    def until(self, is_so: Callable[[], bool]) -> None:
        """Everybody asks once per tick, until it is so."""
        until = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < until, [process.seqs for process in self.processes]
            for process in self.processes:
                process.ask(self.room_id)
            time.sleep(0.02)

    def until_all_have(self, number: int) -> None:
        self.until(lambda: all(len(process.got) >= number for process in self.processes))


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that turns beside the test, as a gateway's does beside its threads."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@contextmanager
def staged(kind: str, loop: asyncio.AbstractEventLoop) -> Iterator[Stage]:
    if kind == "memory":
        room_id = ids.new()
        memory = Memory({room_id: Opening(room_id, 1, 0, "LIVE", "", room_id, "", "", 0, 0)})
        alone: list[Driver] = [memory]
        with attached(alone, loop, Position(1, 0)) as processes:
            yield Stage(room_id, processes, lambda n: _add(memory, room_id, n), 1)
        return
    scene = scenes.a_live_room(clock.now())
    place = frames.position(scene.room_id)
    assert place is not None

    def tell(number: int) -> None:
        with transaction.atomic():
            batch = [NewFrame(scene.room_id, "bag", {"count": n}) for n in range(number)]
            frames.append_many(batch, now=clock.now())

    if kind == "postgres":
        two: list[Driver] = [Postgres(), Postgres()]
        with attached(two, loop, place) as processes:
            yield Stage(scene.room_id, processes, tell, place.seq + 1)
        return
    with brokers.running() as broker:
        linked = [Nats(Counted(), broker.url, OURS) for _ in range(2)]
        with attached([*linked], loop, place) as processes:
            stage = Stage(scene.room_id, processes, tell, place.seq + 1, broker)
            stage.until(lambda: all(driver.is_linked for driver in linked))
            yield stage


def _add(memory: Memory, room_id: UUID, number: int) -> None:
    for n in range(number):
        memory.add(room_id, "bag", json.dumps({"count": n}))


@contextmanager
def attached(
    drivers: list[Driver], loop: asyncio.AbstractEventLoop, place: Position
) -> Iterator[list[Process]]:
    processes = [Process(driver, place) for driver in drivers]

    def run(work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE_S)

    for process in processes:
        run(process.driver.attach(process.hear))
    try:
        yield processes
    finally:
        for process in processes:
            run(process.driver.detach())


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_told_once_and_in_order(
    kind: str, loop: asyncio.AbstractEventLoop, db: None
) -> None:
    with staged(kind, loop) as stage:
        for number in (1, 3, 700):
            stage.tell(number)
            stage.until_all_have(sum(n for n in (1, 3, 700) if n <= number))
        for process in stage.processes:
            assert process.seqs == list(range(stage.first, stage.first + 704))
            process.ask(stage.room_id)
            assert len(process.got) == 704

        def has_heard() -> bool:
            """Until they know of each other, each asks for itself and nothing is passed on."""
            if not stage.processes[-1].news:
                stage.tell(1)
            return stage.processes[-1].news > 0

        if kind != "postgres":
            stage.until(has_heard)


@pytest.mark.parametrize("kind", KINDS)
def test_what_else_a_driver_keeps(kind: str, loop: asyncio.AbstractEventLoop, db: None) -> None:
    with staged(kind, loop) as stage:
        first, last = stage.processes[0].driver, stage.processes[-1].driver
        ticket, speaker = ids.new(), builders.a_person()
        assert speaker.person_id is not None

        assert first.opening(ids.new()) is None
        opening = last.opening(stage.room_id)
        assert opening is not None
        assert (opening.room_id, opening.state) == (stage.room_id, "LIVE")
        assert first.spend([ticket]) == {ticket}
        assert last.spend([ticket]) == frozenset()
        first.pulse([Tally(stage.room_id, 7, 1, 3)], [])
        heard = last.pulse([], [stage.room_id]).audiences[stage.room_id]
        assert heard == Audience(likes=7, viewers=3)
        (verdict,) = first.say([Line(stage.room_id, speaker.person_id, "好", "1")])
        assert verdict.comment_id is not None
        stage.until_all_have(1)
        (said,) = json.loads(stage.processes[-1].got[0].body)["says"]
        assert (said["id"], said["text"]) == (str(verdict.comment_id), "好")


@pytest.fixture
def on_nats(loop: asyncio.AbstractEventLoop, db: None) -> Iterator[Stage]:
    with staged("nats", loop) as stage:
        yield stage


def readers(stage: Stage) -> tuple[Nats, Nats]:
    """The process that reads for both, and the other one."""
    one, two = (process.driver for process in stage.processes)
    assert isinstance(one, Nats)
    assert isinstance(two, Nats)
    return (one, two) if one._source < two._source else (two, one)


def reads_of(driver: Nats) -> int:
    assert isinstance(driver._truth, Counted)
    return driver._truth.reads


def until_one_reads(stage: Stage) -> tuple[Nats, Nats]:
    reader, other = readers(stage)

    def is_so() -> bool:
        before = reads_of(other)
        for process in stage.processes:
            process.ask(stage.room_id)
        return reads_of(other) == before and reader.is_linked and other.is_linked

    stage.until(is_so)
    return reader, other


def test_one_process_reads_for_all(on_nats: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    # A reader who is slow is not silent or gone, and no message is lost.
    for limit in ("_SILENT_AFTER_S", "_GONE_AFTER_S", "_LOOK_EVERY_S"):
        monkeypatch.setattr(nats_driver, limit, 3_600.0)
    reader, other = until_one_reads(on_nats)
    before = reads_of(reader), reads_of(other)

    for round in range(1, 11):
        on_nats.tell(1)
        on_nats.until_all_have(round)

    assert reads_of(reader) >= before[0] + 10
    assert reads_of(other) == before[1]
    assert [process.seqs for process in on_nats.processes] == [
        list(range(on_nats.first, on_nats.first + 10))
    ] * 2


def test_a_lost_message_leaves_no_gap(on_nats: Stage) -> None:
    _, other = until_one_reads(on_nats)
    heard = other._mine.buffered[on_nats.room_id]
    reader_process = next(p for p in on_nats.processes if p.driver is not other)

    on_nats.tell(2)
    until = time.monotonic() + PATIENCE_S
    while len(heard) < 2 and time.monotonic() < until:
        reader_process.ask(on_nats.room_id)
        time.sleep(0.01)
    heard.popleft()  # As if it had never arrived.
    on_nats.until_all_have(2)

    assert [process.seqs for process in on_nats.processes] == [
        [on_nats.first, on_nats.first + 1]
    ] * 2


def test_without_nats_everybody_reads_and_with_it_one_again(on_nats: Stage) -> None:
    assert on_nats.broker is not None
    reader, other = until_one_reads(on_nats)

    on_nats.broker.kill()
    on_nats.until(lambda: not reader.is_linked and not other.is_linked)
    on_nats.tell(3)
    on_nats.until_all_have(3)
    on_nats.broker.start()
    until_one_reads(on_nats)
    on_nats.tell(2)
    on_nats.until_all_have(5)

    assert [process.seqs for process in on_nats.processes] == [
        list(range(on_nats.first, on_nats.first + 5))
    ] * 2


def test_the_others_read_when_the_reader_is_gone(
    on_nats: Stage, loop: asyncio.AbstractEventLoop
) -> None:
    reader, other = until_one_reads(on_nats)

    asyncio.run_coroutine_threadsafe(reader.detach(), loop).result(PATIENCE_S)
    on_nats.processes = [p for p in on_nats.processes if p.driver is other]
    on_nats.tell(3)
    on_nats.until_all_have(3)

    assert on_nats.processes[0].seqs == list(range(on_nats.first, on_nats.first + 3))


def test_two_installations_on_one_nats_do_not_hear_each_other(
    on_nats: Stage, loop: asyncio.AbstractEventLoop
) -> None:
    assert on_nats.broker is not None
    ours = until_one_reads(on_nats)
    theirs = [Nats(Postgres(), on_nats.broker.url, THEIRS) for _ in range(2)]
    subjects: set[str] = set()

    async def note(message: Any) -> None:
        subjects.add(message.subject)

    async def listen(url: str) -> Any:
        client = await nats.connect(url)
        await client.subscribe(">", cb=note)
        return client

    listening = asyncio.run_coroutine_threadsafe(listen(on_nats.broker.url), loop)
    client = listening.result(PATIENCE_S)
    room = f"room.{on_nats.room_id.hex}"
    told = {f"{subject}.{of}" for subject in (OURS, THEIRS) for of in ("watch", "read", room)}
    with attached([*theirs], loop, on_nats.processes[0].position) as processes:
        on_nats.processes += processes
        number = 0
        while not told <= subjects:
            number += 1
            on_nats.tell(1)
            on_nats.until_all_have(number)
        known = [set(driver._others) for driver in (*ours, *theirs)]
    asyncio.run_coroutine_threadsafe(client.close(), loop).result(PATIENCE_S)

    assert subjects == told
    assert known == [{pair[1 - n]._source} for pair in (ours, theirs) for n in (0, 1)]


def test_what_an_installation_is_called_follows_from_its_key() -> None:
    here = subject_of_this_installation()
    with override_settings(LAOTIE=dataclasses.replace(settings.LAOTIE, field_key="44" * 32)):
        elsewhere = subject_of_this_installation()

    assert here == subject_of_this_installation() != elsewhere
    assert here.startswith("laotie.")
    assert settings.LAOTIE.field_key not in here


def test_a_server_that_ends_what_takes_too_long_counts_as_away(db: None) -> None:
    calls = []

    def take_too_long() -> None:
        calls.append(1)
        sql.change("SET transaction_timeout = '50ms'")
        with transaction.atomic():
            sql.rows("SELECT pg_sleep(5)")

    # Else each of a batch would be asked again by itself, and make it slower still.
    with pytest.raises(Unreachable):
        postgres._reached(take_too_long)

    assert len(calls) == 1
    assert postgres._reached(lambda: sql.rows("SELECT 1")) == [(1,)]
