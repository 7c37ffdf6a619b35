"""Logs hold what happened and nobody's personal data."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from laotie.runtime import logs


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "call 138 0013 8000 now",
        "+86 138-0013-8000",
        "+8613800138000",
        "8613800138000",
        "+44 7700 900123",
        "电话13800138000，谢谢",
        "mail to someone@shop.example.cn please",
        "Key (phone_index)=(\\x00ff) already exists",
        "DETAIL:  Failing row contains (1, Li Lei, 138).",
        "postgresql://app:pa55word@db/laotie",
    ],
)
def test_what_names_a_person_is_masked(text: str) -> None:
    masked = logs.masked(text)

    assert "138" not in masked.replace("[phone]", "")
    for secret in ("7700", "someone", "Li Lei", "00ff", "pa55word"):
        assert secret not in masked


@pytest.mark.parametrize(
    "text",
    [
        "ord_01jb2x9m5t7e8r4q2w6y3z1c0v",
        "2026-11-22T20:15:26.291931Z",
        "paid 1234567890 fen",
        "0193a5b0-7c5d-7e2b-9a3f-138001380001",
        "1700000000000",
        "took 13.800138000 s",
    ],
)
def test_what_names_a_thing_stays(text: str) -> None:
    assert logs.masked(text) == text


def test_known_keys_lose_their_value_at_any_depth() -> None:
    event = {
        "event": "signed_in",
        "phone": "138",
        "facts": {"password": "x", "order": "ord_1", "deep": [{"new_token": "abc"}]},
        "Authorization": "Bearer x",
        "count": 3,
        "stream_key": None,
    }

    hidden = logs.hide(None, "info", event)

    assert hidden == {
        "event": "signed_in",
        "phone": "[hidden]",
        "facts": {"password": "[hidden]", "order": "ord_1", "deep": [{"new_token": "[hidden]"}]},
        "Authorization": "[hidden]",
        "count": 3,
        "stream_key": None,
    }


_SPEAKER = """
import logging, structlog
from laotie.runtime import logs
logs.set_up("web", form="json")
structlog.get_logger().info("ours", phone="13800138000", order="ord_1")
logging.getLogger("library").warning("sent to %s", "13800138000", extra={"ticket": "t"})
try:
    raise ValueError("for 13800138000")
except ValueError:
    structlog.get_logger().exception("failed")
raise RuntimeError("last words about 13800138000")
"""


def test_every_line_of_a_process_is_json_without_the_number() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _SPEAKER], capture_output=True, text=True, check=False
    )

    events = [json.loads(line) for line in said.stdout.splitlines()]
    assert [event["event"] for event in events] == ["ours", "sent to [phone]", "failed", "crashed"]
    assert all(event["part"] == "web" and event["at"] for event in events)
    assert "ValueError" in events[2]["exception"]
    assert "RuntimeError" in events[3]["exception"]
    assert "138001" not in said.stdout + said.stderr


def test_last_words_of_a_crash_become_masked_events(tmp_path: Path) -> None:
    log = logs.File(tmp_path / "web.log", "web", most_bytes=10_000, files=1)

    log.write("Segmentation fault at 13800138000")
    log.write('{"event": "fine", "at": "2026-11-22T20:15:26Z", "part": "web", "level": "info"}')
    log.close()

    lines = [json.loads(line) for line in (tmp_path / "web.log").read_text().splitlines()]
    assert lines[0]["event"] == "Segmentation fault at [phone]"
    assert lines[0]["level"] == "output"
    assert lines[1]["event"] == "fine"
    assert log.last_lines[1] == "20:15:26 web      info    fine"


def test_a_log_file_does_not_grow_without_end(tmp_path: Path) -> None:
    log = logs.File(tmp_path / "web.log", "web", most_bytes=2_000, files=5)

    for number in range(300):
        log.write(f"line {number}")
    log.close()

    files = list(tmp_path.iterdir())
    assert len(files) == 1 + 5
    assert all(each.stat().st_size <= 2_000 for each in files)


def test_rotation_loses_no_line(tmp_path: Path) -> None:
    log = logs.File(tmp_path / "web.log", "web", most_bytes=2_000, files=100)

    for number in range(500):
        log.write(f"line {number}")
    log.close()

    oldest_first = sorted(
        tmp_path.iterdir(), key=lambda each: -int(each.suffix[1:] if each.suffix != ".log" else 0)
    )
    said = [
        json.loads(line)["event"] for file in oldest_first for line in file.read_text().splitlines()
    ]
    assert len(oldest_first) > 10
    assert said == [f"line {number}" for number in range(500)]


def test_a_log_that_others_write_is_cut_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "database.log"
    with path.open("ab", buffering=0) as writer:
        writer.write(b"before\n")
        assert logs.keep_short(path, most_bytes=7) is False
        writer.write(b"more\n")
        assert logs.keep_short(path, most_bytes=7) is True
        writer.write(b"after\n")

    assert path.read_bytes() == b"after\n"
    assert (tmp_path / "database.log.1").read_bytes() == b"before\nmore\n"
    assert logs.keep_short(tmp_path / "none.log", most_bytes=7) is False


def test_a_process_without_supervisor_writes_no_file(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _SPEAKER],
        cwd=tmp_path,
        env={**os.environ, "LAOTIE_DATA": str(tmp_path / "data"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(said.stdout.splitlines()) == 4
    assert list(tmp_path.rglob("*")) == []
