"""The lab's outbox: what would have gone to phones, readable by the lab's pages and tests.

A file under the data folder; it is made only in a lab, and opened by nobody else.
"""

import json
import os
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class LabMessage:
    e164: str
    text: str
    sent_at: datetime


class LabOutbox:
    """Appends one JSON line per message. Lines are short, so writers do not tear each other's."""

    def __init__(self, data: Path) -> None:
        assert settings.LAOTIE.lab, "the outbox exists in a lab only"
        self._file = data / "lab" / "text_messages.jsonl"

    def send(self, e164: str, text: str, *, code: str = "", now: datetime) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"to": e164, "text": text, "at": now.isoformat()}) + "\n"
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def latest(self, most: int = 50, *, to: str | None = None) -> list[LabMessage]:
        """The newest messages, newest first; those to one number (+E.164) if given."""
        if not self._file.exists():
            return []
        kept: deque[LabMessage] = deque(maxlen=most)
        with self._file.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if to is None or row["to"] == to:
                    kept.append(
                        LabMessage(row["to"], row["text"], datetime.fromisoformat(row["at"]))
                    )
        return list(reversed(kept))


def outbox() -> LabOutbox:
    """The outbox of this installation's data folder."""
    return LabOutbox(settings.LAOTIE.data)
