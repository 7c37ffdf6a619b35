"""The real web process on a database of the test's choosing, and many clients at once."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.lab.harness import CARRIER_KEY, PAYMENT_KEY, until
from tests.ports import free_port

PATIENCE_S = 120.0
_MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """One request to the API of somebody who is signed in."""

    token: str
    path: str
    body: Any = None
    key: str = ""

    def headers(self) -> dict[str, str]:
        named = {"X-Session-Token": self.token, "Accept-Language": "en"}
        return {**named, "Idempotency-Key": self.key} if self.key else named


@dataclass(slots=True)
class Web:
    """Granian with our application, on a free port; `kill` and `start` may follow each other."""

    origin: str
    log: Path
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Until it answers that it is ready."""
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "laotie", "web"],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        until(self._is_ready, patience_s=PATIENCE_S)

    def kill(self) -> None:
        """kill -9 of it and of whatever it has started."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _is_ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text("utf-8", "replace")[-2000:]
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.origin}/readyz", trust_env=False, timeout=5).is_success
        return False

    def together(self, wishes: Sequence[Wish], *, insists: bool = False) -> list[httpx.Response]:
        """Send all at once, each over a socket of its own; the answers in their order.

        insists: asked to come back, a client does, with the same key.
        """
        return asyncio.run(self._together(wishes, insists=insists))

    def ask(self, wish: Wish) -> httpx.Response:
        return self.together([wish])[0]

    async def _together(self, wishes: Sequence[Wish], *, insists: bool) -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=len(wishes))
        async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=60) as client:
            return await asyncio.gather(
                *[self._send(client, wish, insists=insists) for wish in wishes]
            )

    async def _send(
        self, client: httpx.AsyncClient, wish: Wish, *, insists: bool
    ) -> httpx.Response:
        for _ in range(_MOST_TRIES):
            answer = await client.post(
                f"{self.origin}/api/v1{wish.path}", json=wish.body or {}, headers=wish.headers()
            )
            if not (insists and answer.status_code == 503):
                break
            await asyncio.sleep(float(answer.headers["Retry-After"]) / 4)
        return answer


@contextlib.contextmanager
def serving(database_url: str, folder: Path, *, lab_url: str = "") -> Iterator[Web]:
    """`laotie web` as its own process, with the keys of the test's own process."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "LAOTIE_DATA": str(folder),
        "LAOTIE_DATABASE_URL": database_url,
        "LAOTIE_PORT": str(port),
        "LAOTIE_PUBLIC_URL": origin,
        "LAOTIE_LAB": "1",
        "LAOTIE_LAB_URL": lab_url or "http://127.0.0.1:1",
        "LAOTIE_LAB_PAYMENT_KEY": PAYMENT_KEY,
        "LAOTIE_LAB_CARRIER_KEY": CARRIER_KEY,
    }
    web = Web(origin, folder / "web.log", environment)
    web.start()
    try:
        yield web
    finally:
        assert web.process
        web.process.terminate()
        web.process.wait(PATIENCE_S)
