import threading

import pytest
from django.db import connections, transaction
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.kernel import sql
from laotie.live import frames
from laotie.live.frames import NewFrame, Position

pytestmark = pytest.mark.usefixtures("db")


def test_writers_in_a_race_leave_no_gap_and_a_reader_behind_seq_misses_nothing() -> None:
    rooms = [scenes.a_live_room().room_id for _ in range(3)]
    start = threading.Barrier(7)
    writing = threading.Event()
    writing.set()
    seen: dict[object, list[int]] = {room_id: [] for room_id in rooms}

    def write(order: int) -> None:
        start.wait()
        try:
            for n in range(20):
                chosen = rooms if order % 2 else rooms[::-1]
                with transaction.atomic():
                    frames.append_many(
                        [NewFrame(room_id, "bag", {"count": n}) for room_id in chosen], now=NOW
                    )
        finally:
            connections["default"].close()

    def read() -> None:
        start.wait()
        reached = {room_id: Position(2, 0) for room_id in rooms}
        try:
            last_round = False
            while True:
                for frame in frames.tail(reached):
                    seen[frame.room_id].append(frame.seq)
                    reached[frame.room_id] = Position(frame.epoch, frame.seq)
                if last_round:
                    return
                last_round = not writing.is_set()
        finally:
            connections["default"].close()

    writers = [threading.Thread(target=write, args=(order,)) for order in range(6)]
    reader = threading.Thread(target=read)
    for thread in [*writers, reader]:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    reader.join()

    # One frame from going live, then 6 x 20.
    assert all(numbers == list(range(1, 122)) for numbers in seen.values())


def test_a_frame_of_a_transaction_that_fails_was_never_there() -> None:
    room_id = scenes.a_live_room().room_id
    before = frames.position(room_id)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        frames.append(room_id, "bag", {"count": 1}, now=NOW)
        raise ZeroDivisionError

    assert frames.position(room_id) == before
    with transaction.atomic():
        seq = frames.append(room_id, "bag", {"count": 1}, now=NOW)
    assert before is not None
    assert seq == before.seq + 1


def test_the_tail_reads_by_the_key_of_the_room() -> None:
    room_id = scenes.a_live_room().room_id
    with transaction.atomic():
        sql.change("SET LOCAL enable_seqscan = off")  # So few rows are read whole for less.
        plan = sql.rows(
            "EXPLAIN (COSTS OFF) " + sql.text("live", "tail_frames"),
            {"rooms": [room_id], "epochs": [2], "seqs": [0], "limit": 10},
        )

    assert any("live_frame_pkey" in line for (line,) in plan)
