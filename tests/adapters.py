"""Adapters for orders elsewhere that a test installs beside ours, each odd in its own way."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from laotie.links.external_orders import Line, OrderState
from laotie.links.order_sources import By, Flaw, Limited, Page, Window

PAID_AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LINE = Line("777", "1", "", OrderState.PAID, 8990, 450, None, PAID_AT, PAID_AT)


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, **kinds: type) -> None:
    """From now on a package offers these adapters of this module under these names."""
    told = folder / "odd_alliances-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-alliances\nVersion: 1\n")
    lines = [f"{name} = {kind.__module__}:{kind.__name__}\n" for name, kind in kinds.items()]
    (told / "entry_points.txt").write_text("[laotie.order_sources]\n" + "".join(lines))
    monkeypatch.syspath_prepend(folder)


class Nameless:
    longest = timedelta(hours=1)

    def __init__(self, address: str) -> None: ...


class Numbered(Nameless):
    network = 7


class Brief(Nameless):
    network = "brief"
    longest = timedelta(minutes=10)


class Crashing(Nameless):
    @property
    def network(self) -> str:
        raise KeyError("network")


def _limited() -> Page:
    raise Limited("soon")  # type: ignore[arg-type]


def _with(**odd: Any) -> Page:
    return Page((LINE, dataclasses.replace(LINE, line_no="2", **odd)), (), "")


_NAIVE = PAID_AT.replace(tzinfo=None)
_ANSWERS: dict[str, Callable[[], Any]] = {
    "raises": lambda: {}["trade_id"],
    "limited": _limited,
    "none": lambda: None,
    "flaws": lambda: Page((LINE,), (Flaw(901, "", "form", ""),), ""),  # type: ignore[arg-type]
    "mark": lambda: Page((LINE,), (), None),  # type: ignore[arg-type]
    "naive": lambda: _with(paid_at=_NAIVE, told_at=_NAIVE),
    "half-naive": lambda: _with(told_at=_NAIVE),
    "yuan": lambda: _with(amount_fen=89.9),
    "state": lambda: _with(state="PAID"),
    "endless": lambda: Page((LINE,) * 1001, (), ""),
}


class Odd:
    """`odd://KEY:SECRET@host/WHAT`: a source of jd that answers each question so."""

    network = "jd"
    longest = timedelta(hours=1)

    def __init__(self, address: str) -> None:
        self._answer = _ANSWERS[urlsplit(address).path.strip("/")]

    def read(self, window: Window, by: By, mark: str, *, now: datetime) -> Any:
        return self._answer()
