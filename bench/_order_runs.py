"""Orders as fast as they go: handed to `trade.flash.buy_batch` in this process, or over sockets."""

import gc
import itertools
import json
import random
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from bench import _gateway, _machine, _sockets
from bench._gateway import Gateways
from bench._order_proofs import FAILED, ORDERED, REFUSED, SOLD_OUT, Answer, Early, Prover
from bench._pairs import Measure
from bench._report import Latency
from bench._server import Server
from bench._town import PRICE_FEN, Town

SENDERS = 2
AGAIN = 2  # Of a hundred orders, so many are sent again under their old key.
TWICE = 2  # And so many to both senders at once, or twice over one socket.
_LOOK_EVERY = 16  # Batches; the orders of one are looked for at once over another connection.
# A person who taps, waits for the answer and taps again, all day: no limit of the product's own
# lets anybody do that, so those of one person and one socket are lifted for the runs over sockets.
_LIFTED: dict[str, Any] = {
    "messages_per_s": 10_000,
    "buys_per_10_s": 1_000_000,
    "buys_per_s": 1_000_000,
    "accepts_per_s": 100_000,
}
_runs = itertools.count(1)


def in_process(server: Server, town: Town, prover: Prover, *, seconds: float) -> Measure:
    """Two threads hand over 256 wishes at a time, as the gateway's two slots do when it is full."""
    gc.collect()
    gc.freeze()  # What was loaded before is not looked through while it is measured.

    run, over = next(_runs), threading.Event()
    ready = threading.Barrier(SENDERS + 1)
    senders = [_Sender(server, town, run, at, over) for at in range(SENDERS)]
    for one, other in zip(senders, reversed(senders), strict=True):
        one.twin = other
    threads = [threading.Thread(target=sender.send, args=(ready,)) for sender in senders]
    for thread in threads:
        thread.start()
    ready.wait()
    parts = {"database": server.processor_s, "sender": time.process_time}
    with _machine.metered(parts) as spent:
        over.wait(seconds)
        over.set()
        for thread in threads:
            thread.join()
    for sender in senders:
        if sender.failure is not None:
            raise sender.failure
    answers = (answer for sender in senders for answer in sender.answers())
    prover.take(answers, [sender.early for sender in senders])
    return Measure(
        units=sum(sender.accepted() for sender in senders),
        seconds=spent.seconds,
        cpu_s=spent.cpu_s,
        latency=Latency.of(itertools.chain.from_iterable(sender.took_ms for sender in senders)),
        busy=spent.busy,
    )


class _Sender:
    """One thread. twin: the other one, to whom some wishes are handed at the same moment."""

    twin: "_Sender"

    def __init__(
        self, server: Server, town: Town, run: int, at: int, over: threading.Event
    ) -> None:
        self._town, self._run, self._at, self._over = town, run, at, over
        self._shared: deque[Any] = deque()
        self.early = Early(server)
        self._done: list[tuple[list[Any], list[Any]]] = []
        self.took_ms: list[float] = []
        self.failure: Exception | None = None

    def send(self, ready: threading.Barrier) -> None:
        from django.db import connection

        from laotie.kernel import clock
        from laotie.trade import flash

        connection.ensure_connection()
        wishes = self._wishes(flash.Wish)
        ready.wait()
        try:
            for number in itertools.count():
                if self._over.is_set():
                    break
                batch = list(itertools.islice(wishes, flash.BATCH))
                begun = time.perf_counter()
                verdicts = flash.buy_batch(batch, now=clock.now())
                self.took_ms.append((time.perf_counter() - begun) * 1e3)
                self._done.append((batch, verdicts))
                if number % _LOOK_EVERY == 0:
                    self.early.look(list({v.order_id for v in verdicts if v.order_id}))
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for.
            self.failure = error
        finally:
            self.early.close()
            connection.close()

    def answers(self) -> Iterator[Answer]:
        """Of the whole run, when it is over."""
        from laotie.trade.flash import Outcome

        words = {
            Outcome.ACCEPTED: ORDERED,
            Outcome.REPLAY: ORDERED,
            Outcome.SOLD_OUT: SOLD_OUT,
            Outcome.FAILED: FAILED,
        }
        for batch, verdicts in self._done:
            for wish, verdict in zip(batch, verdicts, strict=True):
                word = words.get(verdict.outcome, REFUSED)
                yield Answer(wish.buyer_id, wish.key, word, verdict.order_id)

    def accepted(self) -> int:
        from laotie.trade.flash import Outcome

        return sum(
            verdict.outcome is Outcome.ACCEPTED
            for _, verdicts in self._done
            for verdict in verdicts
        )

    def _wishes(self, make: Any) -> Iterator[Any]:
        """New ones, some old ones, and those that the twin has just handed over as well."""
        town, dice = self._town, random.Random(self._run * SENDERS + self._at)
        mine = town.buyer_ids[self._at :: SENDERS]
        kept: deque[Any] = deque(maxlen=20_000)
        for number in itertools.count():
            if self._shared:
                yield self._shared.popleft()
            if kept and dice.random() < AGAIN / 100:
                yield kept[dice.randrange(len(kept))]
            goods = town.goods[number % len(town.goods)]
            wish = make(
                mine[number % len(mine)], town.room_id, goods.offer_id, goods.sku_id, 1,
                f"run{self._run}-{self._at}-{number:08d}", PRICE_FEN, town.creator_id,
            )  # fmt: skip
            kept.append(wish)
            if dice.random() < TWICE / 100:
                self.twin._shared.append(wish)  # noqa: SLF001 - of its own kind.
            yield wish


# --- Over sockets --------------------------------------------------------------------------------


@contextmanager
def gateways(server: Server, town: Town, *, count: int = 1) -> Iterator[Gateways]:
    """The product's gateway before this database; how often one person may ask is lifted."""
    with _gateway.running(
        "postgres", town.room_id, count=count, environment=server.environment(), **_LIFTED
    ) as running:
        yield running


def over_sockets(
    server: Server,
    town: Town,
    running: Gateways,
    prover: Prover,
    *,
    seconds: float,
    buyers: int,
    rate: int = 0,
    is_paired: bool = False,
) -> Measure:
    """Buyers on a socket each, who order again as soon as they have an answer.

    rate:      orders a second that fall due instead, whatever the answers.
    is_paired: each buyer has two sockets and sends every key over both.
    """
    tag, people = f"bench{next(_runs)}", town.buyer_ids[:buyers]
    holders = [person for person in people for _ in range(1 + is_paired)]
    with tempfile.NamedTemporaryFile(prefix="laotie-answers-") as file:
        wishes = {"twice": TWICE, "again": AGAIN, "paired": int(is_paired), "rate": rate}
        lines = _lines(town, holders, copies=1 + is_paired)
        with _sockets.running(
            "buy", lines, port=running.port, origin=_sockets.ORIGIN, tag=tag,
            seconds=seconds, look=200, answers=file.name, **wishes,
        ) as crowd:  # fmt: skip
            assert crowd.told()["open"] == len(holders)
            early = Early(server)
            parts = {"database": server.processor_s, "gateway": running.processor_s}
            with _machine.metered(parts) as spent:
                crowd.go()
                answer = _wait_and_look(crowd, early)
            early.close()
        prover.take(_answers(Path(file.name), tag, people), [early])
    assert answer["unexpected"] == 0, answer
    assert answer["closed"] == 0, answer
    share = answer["accepted"] / max(1, answer["all_accepted"])
    return Measure(
        units=answer["accepted"],
        seconds=answer["seconds"],
        cpu_s={name: used * share for name, used in spent.cpu_s.items()},
        latency=_sockets.latency(answer["latency"]),
        generator_s=answer["generator_s"] * answer["seconds"] / answer["whole_s"],
        busy=spent.busy,
    )


def _lines(town: Town, holders: list[UUID], *, copies: int) -> list[str]:
    """One for each socket; both sockets of a buyer ask for the same goods."""
    from laotie.kernel import ids

    paths = _gateway.paths_from_now(town.room_id, holders)
    goods = [
        f"{ids.public('ofr', each.offer_id)} {ids.public('sku', each.sku_id)} {PRICE_FEN}"
        for each in town.goods
    ]
    return [f"{path} {goods[at // copies % len(goods)]}" for at, path in enumerate(paths)]


def _wait_and_look(crowd: _sockets.Program, early: Early) -> dict[str, Any]:
    """Look for each order that the crowd names, as soon as it does; its last word."""
    from laotie.kernel import ids

    while True:
        line = crowd.line()
        if not line.startswith("look "):
            answer: dict[str, Any] = json.loads(line)
            return answer
        early.look([ids.parse("ord", line.removeprefix("look "))])


def _answers(file: Path, tag: str, people: tuple[UUID, ...]) -> Iterator[Answer]:
    from laotie.kernel import ids

    words = {"A": ORDERED, "D": ORDERED, "SOLD_OUT": SOLD_OUT, "UNANSWERED": FAILED}
    for line in file.read_text("ascii").splitlines():
        buyer, number, code, *order = line.split()
        order_id = ids.parse("ord", order[0]) if order else None
        key = f"{tag}-{buyer}-{number}"
        yield Answer(people[int(buyer)], key, words.get(code, REFUSED), order_id)
