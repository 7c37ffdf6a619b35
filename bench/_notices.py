"""The provider's side of captures: what it tells us, signed, and what it answers when asked.

    with _notices.answering(port) as provider:            # a process: where every payment is paid
        told = _notices.send(web_port, payments, per_second=50)

Form and signature are those of the lab's provider. Its books are not: they write each question to
the disk, twice, and would be the bottleneck. Notices come twice each, and not in the order in which
the payments were made; a socket sends its next one when it has read the answer to the last.
"""

import asyncio
import contextlib
import json
import random
import selectors
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench import _machine
from bench._web import VISITORS, Visitor

if TYPE_CHECKING:
    import httpx

PATH = "/hooks/payments/lab"
TIMES = 2
_APART = 64  # So many places further back a notice may come than it was due.
_PAID_AT = "2026-11-23T12:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Told:
    """What was sent.

    due:     by the payment's number, when its first notice was due, on the monotonic clock.
    last:    when the last answer had come.
    ms:      from the moment each notice was due until it was answered.
    refused: answers other than 200.
    """

    due: Mapping[str, float]
    last: float
    ms: Sequence[float]
    refused: int
    processor_s: float


def send(
    port: int, key: bytes, out_nos: Sequence[str], amount_fen: int, *, per_second: float | None
) -> Told:
    """Tell of these payments, each `TIMES` times, from a process of its own.

    per_second: notices to offer; None: the next as soon as one is answered.
    """
    wish = {
        "port": port,
        "key": key.hex(),
        "out_nos": list(out_nos),
        "amount_fen": amount_fen,
        "per_second": per_second,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench._notices", "send"],
        input=json.dumps(wish), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the provider failed: {done.stderr[-1500:]}")
    return Told(**json.loads(done.stdout))


@dataclass(frozen=True, slots=True)
class Provider:
    process: "subprocess.Popen[bytes]"

    def processor_s(self) -> float:
        return _machine.processor_s([self.process.pid])


@contextmanager
def answering(port: int, amount_fen: int) -> Iterator[Provider]:
    """A provider whose payments are all of this amount, and all paid."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench._notices", "answer", str(port), str(amount_fen)],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout
        assert process.stdout.readline(), "the provider did not start"
        yield Provider(process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def answering_here(amount_fen: int) -> "httpx.BaseTransport":
    """The same without a process and a port."""
    import httpx

    return httpx.MockTransport(
        lambda request: httpx.Response(200, content=_answer(request.url.path, amount_fen))
    )


def _answer(path: str, amount_fen: int) -> bytes:
    """As `GET /v1/payments/NUMBER` of the lab's provider."""
    from laotie.lab.provider import fees

    out_no = path.rpartition("/")[2]
    return json.dumps({
        "out_no": out_no, "provider_no": f"LP{out_no}", "merchant_no": "laotie",
        "amount_fen": amount_fen, "currency": "CNY", "state": "PAID",
        "fee_fen": fees.fee_fen(amount_fen),
        "paid_at": _PAID_AT, "pay_url": f"http://127.0.0.1/pay/{out_no}",
    }).encode()  # fmt: skip


# -- In processes of their own -------------------------------------------------------------------


class _Answers(asyncio.Protocol):
    """One connection that stays open."""

    def __init__(self, amount_fen: int) -> None:
        self._amount_fen = amount_fen
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            method, path, _version = head.partition(b"\r\n")[0].decode().split(" ")
            assert method == "GET", "a payment that is paid is asked about, and nothing else"
            body = _answer(path, self._amount_fen)
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + f"{len(body)}\r\n\r\n".encode()
                + body
            )


async def _serve(port: int, amount_fen: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Answers(amount_fen), "127.0.0.1", port)
    print("listening", flush=True)
    await server.serve_forever()


def _request(wish: Mapping[str, Any], out_no: str) -> bytes:
    """One notice as it goes over the wire, with a signature of its own each time."""
    from laotie.kernel import signed_http

    body = json.dumps({
        "event_id": f"evt_{out_no}", "type": "payment.succeeded", "out_no": out_no,
        "provider_no": f"LP{out_no}", "merchant_no": "laotie", "amount_fen": wish["amount_fen"],
        "currency": "CNY", "state": "PAID", "at": _PAID_AT,
    }).encode()  # fmt: skip
    headers = signed_http.sign(
        key_id="lab", secret=bytes.fromhex(wish["key"]), method="POST", path=PATH, body=body,
        at=datetime.now(UTC),
    )  # fmt: skip
    lines = [f"POST {PATH} HTTP/1.1", f"Host: 127.0.0.1:{wish['port']}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def _shuffled(out_nos: Sequence[str]) -> list[str]:
    """Each several times, some places from where it belongs: first ones come at a steady rate."""
    chance = random.Random(7)
    due = [
        (place + chance.random() * _APART * (1 + turn), out_no)
        for place, out_no in enumerate(out_nos)
        for turn in range(TIMES)
    ]
    return [out_no for _, out_no in sorted(due)]


def _send(wish: Mapping[str, Any]) -> dict[str, Any]:
    notices = _shuffled(wish["out_nos"])
    requests = [_request(wish, out_no) for out_no in notices]
    selector = selectors.DefaultSelector()
    idle = deque(Visitor(wish["port"]) for _ in range(VISITORS))
    for visitor in idle:
        selector.register(visitor.socket, selectors.EVENT_READ, visitor)
    statuses: Counter[int] = Counter()
    due: dict[str, float] = {}
    under_way: dict[Visitor, float] = {}
    ms: list[float] = []
    used, began = time.process_time(), time.monotonic()
    apart = 1 / wish["per_second"] if wish["per_second"] else 0.0
    sent = 0
    while sent < len(notices) or under_way:
        while idle and sent < len(notices):
            moment = began + sent * apart if apart else time.monotonic()
            if moment > time.monotonic():
                break
            visitor = idle.popleft()
            due.setdefault(notices[sent], moment)
            under_way[visitor] = moment
            visitor.ask(requests[sent])
            sent += 1
        waits = bool(apart and idle and sent < len(notices))
        next_in = max(0.0, began + sent * apart - time.monotonic()) if waits else None
        for key, _ in selector.select(next_in):
            heard = key.data.hear()
            if heard is not None:
                statuses[heard[0]] += 1
                ms.append((time.monotonic() - under_way.pop(key.data)) * 1000)
                idle.append(key.data)
    return {
        "due": due,
        "last": time.monotonic(),
        "ms": ms,
        "refused": statuses.total() - statuses[200],
        "processor_s": time.process_time() - used,
    }


if __name__ == "__main__":
    if sys.argv[1] == "send":
        print(json.dumps(_send(json.loads(sys.stdin.read()))))
    else:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(int(sys.argv[2]), int(sys.argv[3])))
