"""Where orders on other networks are asked for: the contract for adapters, ours and installed ones.

A package offers one under the entry point group `laotie.order_sources`: something that takes the
address configured for it (`name://KEY:SECRET@host/path?option=value`) and gives an `OrderSource`.
Which are in use is configuration (`LAOTIE_ORDER_SOURCES`); without any, nothing is asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.links import rules
from laotie.links.external_orders import Line

GROUP = "laotie.order_sources"
_FAILS = _("the adapter fails")
# How far a window begins before the mark, as networks tell of some orders late.
OVERLAP = timedelta(minutes=10)
_OURS = {
    "taobao": "laotie.links.order_sources.taobao:Taobao",
    "jd": "laotie.links.order_sources.jd:Jd",
}


class By(StrEnum):
    """Which moment of an order lies in the window that is asked for."""

    CHANGED = "CHANGED"
    MADE = "MADE"


@dataclass(frozen=True, slots=True)
class Window:
    """From `begins` to `ends`, both whole seconds; what lies on either belongs to it."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Flaw:
    """An order that cannot be taken in as it was told. reason: a word; text: what was told."""

    order_no: str
    line_no: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 1,000 lines. next_mark: how the next page is asked for; empty after the last."""

    lines: tuple[Line, ...]
    flaws: tuple[Flaw, ...]
    next_mark: str


class OrderSource(Protocol):
    """One account with one network. It keeps nothing: windows and marks are handed to it.

    network: the network's code here. longest: of a window, overlap included; more than that.
    """

    network: str
    longest: timedelta

    def read(self, window: Window, by: By, mark: str, *, now: datetime) -> Page:
        """One page of what lies in the window; called outside of transactions.

        mark:   empty for the first page, then what the page before said.
        raises: Limited, Unanswered, Refused.
        """


class Limited(Exception):
    """Too many questions: ask again after so many seconds. Nothing is wrong."""

    def __init__(self, after_s: int = 0) -> None:
        super().__init__(after_s)
        self.after_s = int(after_s)


class Unanswered(Exception):
    """No answer, or none that says anything. `reason`: one word or two."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """The network says no, or answers what cannot be read: a person should look."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadAddress(Exception):
    """The configured address does not say what the adapter needs.

    `what`: in words, a msgid where it is ours; behind a colon, what is no word of ours.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Unusable:
    """A configured source that cannot be used, and why. Its address is not told: it has secrets."""

    name: str
    cause: str


def offered() -> dict[str, EntryPoint]:
    """Adapters by name: those installed beside us, and ours, whose names nobody takes."""
    installed = {each.name: each for each in entry_points(group=GROUP)}
    ours = {name: EntryPoint(name, place, GROUP) for name, place in _OURS.items()}
    return installed | ours


def configured() -> tuple[list[OrderSource], list[Unusable]]:
    """The sources in use, one per network, and those that are configured in vain."""
    found: dict[str, OrderSource] = {}
    unusable = []
    known = offered() if settings.LAOTIE.order_sources else {}
    for address in settings.LAOTIE.order_sources:
        name = urlsplit(address).scheme.partition("+")[0]
        try:
            source = _made(name, address, known)
            if source.network in found:
                raise BadAddress(f"{source.network} has a source already")
        except BadAddress as error:
            unusable.append(Unusable(name, error.what))
        else:
            found[source.network] = source
    return list(found.values()), unusable


def _made(name: str, address: str, known: dict[str, EntryPoint]) -> OrderSource:
    if settings.LAOTIE.currency != "CNY":
        raise BadAddress(_("these networks count in CNY and this installation does not"))
    if name not in known:
        raise BadAddress(_("no adapter of this name is installed"))
    try:
        source: OrderSource = known[name].load()(address)
        is_named, is_long = rules.is_code(source.network), source.longest > OVERLAP
    except BadAddress:
        raise
    except Exception as error:
        # An installed adapter may fail in any way.
        raise BadAddress(f"{_FAILS}: {type(error).__name__}") from error
    if not is_named:
        raise BadAddress(_("the adapter gives no network's code"))
    if not is_long:
        raise BadAddress(_("the adapter's windows are no longer than their overlap"))
    return source
