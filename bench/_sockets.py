"""Crowds and raw servers: small C programs of their own, compiled when they are first wanted.

A generator must be lighter than what it loads: one of these takes about 2 us a frame that it
reads, where a Python client would take as much as the server. They are driven by lines: arguments
`name=value`, one client per line of standard input, `go` for each step; every answer is a line of
JSON, with the processor time that the generator took itself.
"""

import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench._report import Latency
from bench._server import require

ORIGIN = "http://bench.test"
_SOURCES = Path(__file__).parent / "raw"
_FLAGS = ("-D_GNU_SOURCE", "-O2", "-std=c11", "-Wall", "-Wextra", "-Wno-unused-function",
          "-Wno-unused-variable")  # fmt: skip


class Program:
    """One running program that answers in lines."""

    def __init__(self, name: str, clients: Iterable[str] = (), **arguments: object) -> None:
        lines = [f"{line}\n" for line in clients]
        if lines:
            arguments = {"clients": len(lines), **arguments}
        command = [str(_compiled(name)), *(f"{key}={value}" for key, value in arguments.items())]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._name = name
        assert self._process.stdin
        self._process.stdin.writelines(lines)
        self._process.stdin.flush()

    @property
    def pid(self) -> int:
        return self._process.pid

    def go(self, step: str = "go") -> None:
        """Let it take its next step."""
        assert self._process.stdin
        self._process.stdin.write(f"{step}\n")
        self._process.stdin.flush()

    def line(self) -> str:
        """The next line that it says. raises: RuntimeError when it has ended."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} ended with {self._process.wait()}")
        return line.rstrip("\n")

    def told(self) -> dict[str, Any]:
        """The next line, which is JSON."""
        answer = json.loads(self.line())
        assert isinstance(answer, dict)
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def running(name: str, clients: Iterable[str] = (), **arguments: object) -> Iterator[Program]:
    """The program for as long as the block lasts."""
    program = Program(name, clients, **arguments)
    try:
        yield program
    finally:
        program.end()


def latency(told: Mapping[str, Any] | None) -> Latency | None:
    """From a generator's `{"p50": ...}` in milliseconds."""
    return None if told is None else Latency(**told)


def has_compiler() -> bool:
    return shutil.which("cc") is not None


@functools.cache
def _compiled(name: str) -> Path:
    require("cc")
    program = _folder() / name
    source = _SOURCES / f"{name}.c"
    subprocess.run(["cc", *_FLAGS, "-o", str(program), str(source), "-lm"], check=True)
    return program


@functools.cache
def _folder() -> Path:
    """Gone when the benches end."""
    folder = tempfile.mkdtemp(prefix=f"laotie-bench-{os.getpid()}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
