"""Structured logs without personal data: one JSON line per event, or one plain line on a terminal.

Whatever is logged, by us or by a library, passes `hide`: known keys lose their value, and what
looks like a phone number, a mail address or a row of the database is blanked in any text.
"""

import contextlib
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_DEEPEST = 6

HIDDEN = "[hidden]"
_HIDDEN_KEYS = frozenset({
    "address", "authorization", "avatar", "body", "code", "cookie", "email", "headers", "id_number",
    "ip", "key", "line", "mobile", "mail", "passcode", "passkey", "password", "phone", "phones",
    "plain", "query", "real_name", "receiver", "recipient", "resume", "secret", "set-cookie",
    "stream_key", "street", "ticket", "token",
})  # fmt: skip
_HIDDEN_ENDINGS = ("_phone", "_password", "_token", "_secret", "_key", "_ticket", "_address")
_PATTERNS = (
    # What PostgreSQL tells about a row that it refused.
    (re.compile(r"(DETAIL|CONTEXT|Failing row contains|Key \()[^\n]*"), r"\1 [hidden]"),
    (re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"), "[mail]"),
    # Mobile numbers of China with and without the country, then any international number.
    (
        re.compile(
            r"(?<![A-Za-z0-9_.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![A-Za-z0-9_])"
        ),
        "[phone]",
    ),
    (re.compile(r"(?<![A-Za-z0-9_.])\+\d[\d -]{7,17}\d(?![A-Za-z0-9_])"), "[phone]"),
    # Passwords inside of addresses.
    (re.compile(r"(\w+://[^:/@\s]+):[^@/\s]+@"), r"\1:[hidden]@"),
)


def hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The structlog processor; the event keeps its shape and loses what names a person."""
    return {key: _hidden(key, value, 0) for key, value in event.items()}


def masked(text: str) -> str:
    """Text without phone numbers, mail addresses, row contents and passwords."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _hidden(key: str, value: Any, depth: int) -> Any:
    name = key.lower()
    if name in _HIDDEN_KEYS or name.endswith(_HIDDEN_ENDINGS):
        return HIDDEN if value not in (None, "", False, True) else value
    if isinstance(value, str):
        return masked(value)
    if depth >= _DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(k): _hidden(str(k), v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", each, depth + 1) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))


def set_up(part: str, *, form: str) -> None:
    """Send every log line of this process to standard output.

    part: the process's name in each line. form: "json", "human", or "auto" for the one that fits.
    """
    is_human = form == "human" or (form == "auto" and sys.stdout.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _named(part),
        structlog.processors.format_exc_info,
        hide,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *(each for each in shared if not isinstance(each, structlog.stdlib.ExtraAdder)),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last = _as_line if is_human else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    noise = ("procrastinate", "httpx", "httpcore", "PIL", "asyncio", "django.server", "picows")
    for noisy in noise:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Each try of each connection; who needed one says once that the database is away.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    sys.excepthook = _last_words
    # Every answer has its line from `Outermost`, and every failure its trace.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


def _last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What ends a process is one event as well, masked like any other."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("laotie").critical("crashed", exc_info=(kind, error, trace))


class _Patient(RotatingFileHandler):
    """On a full disk lines are lost; their part is not, which would wait while nobody reads."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name.
        """Nothing: there is nowhere to say it."""


class File:
    """A part's log file, written by the supervisor alone, so that it can be rotated safely."""

    def __init__(self, path: Path, part: str, *, most_bytes: int, files: int) -> None:
        """most_bytes: a file that would grow beyond is rotated. files: rotated ones kept."""
        self._part = part
        self._handler = _Patient(
            path, maxBytes=most_bytes, backupCount=files, encoding="utf-8", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(message)s"))
        self.last_lines: list[str] = []

    def write(self, line: str) -> dict[str, Any]:
        """Keep one line of a part's output; returns the event it holds.

        A line that is no event (the last words of a crash) becomes one, masked.
        """
        event = _parsed(line)
        if event is None:
            at = datetime.now(UTC).isoformat()
            event = {"event": masked(line), "at": at, "part": self._part, "level": "output"}
        record = logging.LogRecord(
            "", logging.INFO, "", 0, json.dumps(event, ensure_ascii=False), (), None
        )
        self._handler.emit(record)
        self.last_lines = [*self.last_lines[-14:], as_line(event)]
        return event

    def close(self) -> None:
        self._handler.close()


def keep_short(path: Path, *, most_bytes: int) -> bool:
    """Empty a log that others append to, once it is too long; its text goes to `<name>.1`.

    The writer keeps its file open, so it is cut and not moved; a line between the two is lost.
    """
    if not path.exists() or path.stat().st_size <= most_bytes:
        return False
    # On a full disk the text is lost, and what filled it is gone.
    with contextlib.suppress(OSError):
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)
    return True


def as_line(event: Mapping[str, Any]) -> str:
    """An event as a person reads it on a terminal."""
    shown = dict(event)
    at = str(shown.pop("at", ""))[11:19]
    part, level = shown.pop("part", ""), shown.pop("level", "")
    text, trace = shown.pop("event", ""), shown.pop("exception", "")
    shown.pop("logger", None)
    facts = " ".join(f"{key}={value}" for key, value in shown.items())
    line = " ".join(str(each) for each in (at, f"{part:<8}", f"{level:<7}", text, facts) if each)
    return f"{line.rstrip()}\n{trace}" if trace else line.rstrip()


def _as_line(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> str:
    return as_line(event)


def _named(part: str) -> Any:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["part"] = part
        return event

    return add


def _parsed(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None
