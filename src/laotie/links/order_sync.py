"""Orders elsewhere are fetched where a source is configured: what changed by day, all by night.

The call happens outside of transactions. What a page brings is taken in in one transaction, and
with a window's last page the mark moves in the same one; whoever dies or fails before reads the
window again, and taking in twice is taking in once. At night the orders of the last weeks are asked
for by when they were made: an order that changes while the pages of a window are turned can slip
past them, and a network does not tell of all that it settles as a change.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.kernel.errors import Invalid
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import external_orders, models, order_sources, order_windows
from laotie.links.external_orders import Line, OrderState
from laotie.links.order_sources import (
    By,
    Flaw,
    Limited,
    OrderSource,
    Page,
    Refused,
    Unanswered,
    Unusable,
    Window,
)
from laotie.links.rules import Lane

_log = logging.getLogger(__name__)
_WINDOWS_AT_ONCE = 10
_MOST_PAGES = 200
# After this no further window of a source is begun.
_LONGEST_RUN = timedelta(minutes=2)
# Who turns pages for longer asks for less.
_LONGEST_WINDOW = timedelta(minutes=5)
_CAUSE_LETTERS = 200
TellTime = Callable[[], datetime]
_BY = {Lane.CHANGES: By.CHANGED, Lane.NIGHT: By.MADE}


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A window to be read.

    number: tells this reading from a later one of the same lane. is_last: all is read after it.
    """

    reading_id: UUID
    number: int
    lane: Lane
    window: Window
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a window was not read to its end.

    after_s: for how long the network wants to be left alone. asks_less: a shorter window may help.
    A limit that was reached with the first question says nothing of the window, and more of them
    would need more questions; one that came between its pages cuts every window as long as this.
    """

    kind: str
    words: str = ""
    after_s: int = 0
    asks_less: bool = True


def fetch_due(*, tell_time: TellTime) -> int:
    """Read what is due from every configured source, up to 10 windows of each; how many were.

    tell_time: the business clock. It is asked before and after each page, because a network may
    take its time: a lease reckoned from the beginning would be over before it was given.
    """
    sources, found = order_sources.configured()
    for each in _unusable(sources, found):
        _log.warning("the source of orders %s cannot be used: %s", each.name, each.cause)
    _begin(
        codes=[source.network for source in sources],
        back=timedelta(days=settings.LAOTIE.order_recheck_days),
        now=tell_time(),
    )
    return sum(_read_due(source, tell_time) for source in sources)


def unusable() -> tuple[Unusable, ...]:
    """Sources that are configured in vain, and why. One query, if any is configured."""
    return _unusable(*order_sources.configured())


def _unusable(sources: Sequence[OrderSource], found: Sequence[Unusable]) -> tuple[Unusable, ...]:
    codes = [source.network for source in sources]
    known = set(
        models.Network.objects.filter(code__in=codes).values_list("code", flat=True)
        if codes
        else ()
    )
    return (
        *found,
        *(Unusable(code, _("no network has this code")) for code in codes if code not in known),
    )


def _read_due(source: OrderSource, tell_time: TellTime) -> int:
    began = now = tell_time()
    for done in range(_WINDOWS_AT_ONCE):
        if now - began >= _LONGEST_RUN:
            return done
        claimed = _claim(network=source.network, longest=source.longest, now=now)
        if claimed is None or not _read(source, claimed, tell_time):
            return done
        now = tell_time()
    return _WINDOWS_AT_ONCE


def _read(source: OrderSource, claimed: _Claimed, tell_time: TellTime) -> bool:
    """Read a window to its last page; whether that was reached."""
    mark, began = "", tell_time()
    now = began
    try:
        for _ in range(_MOST_PAGES):
            if now - began >= _LONGEST_WINDOW:
                raise Unanswered("too slow for one window")
            page = _ask(source, claimed, mark, now=now)
            now = tell_time()
            if not _note_page(claimed=claimed, page=page, now=now):
                return False
            if not page.next_mark:
                return True
            mark = page.next_mark
        # Less time has fewer pages.
        raise Unanswered("too many pages for one window")
    except Limited as limited:
        failure = _Failure("limited", after_s=limited.after_s, asks_less=bool(mark))
    except Unanswered as none:
        failure = _Failure("unanswered", words=none.reason)
    except Refused as no:
        failure = _Failure("refused", words=no.reason)
    _note_failure(claimed=claimed, failure=failure, now=tell_time())
    return False


def _ask(source: OrderSource, claimed: _Claimed, mark: str, *, now: datetime) -> Page:
    """A page of lines that can be taken in, and of flaws that can be kept.

    raises: Limited, Unanswered, Refused, which says too that the adapter itself broke.
    """
    try:
        page = source.read(claimed.window, _BY[claimed.lane], mark, now=now)
        if len(page.lines) > external_orders.MOST_LINES or (mark and page.next_mark == mark):
            raise Refused("the pages have no end")
        return _sorted_out(page)
    except (Limited, Unanswered, Refused):
        raise
    except Exception as error:
        # An installed adapter may break in any way; the others are asked all the same.
        _log.exception("the source of orders %s broke", source.network)
        raise Refused(f"the adapter broke: {type(error).__name__}") from error


def _sorted_out(page: Page) -> Page:
    """The lines that can be taken in, and what is wrong with the others.

    raises: Refused for what is no page of lines at all.
    """
    if not isinstance(page.next_mark, str) or not all(_is_line(line) for line in page.lines):
        raise Refused("the adapter's page has another form")
    fit, flaws = [], list(page.flaws)
    for line in page.lines:
        try:
            external_orders.check(line)
        except Invalid as no:
            what = f"{no.facts['field']}: {no.facts['reason']}"
            flaws.append(Flaw(line.order_no, line.line_no, "invalid", what))
        else:
            fit.append(line)
    return Page(tuple(fit), tuple(_kept(flaw) for flaw in flaws), page.next_mark)


def _is_line(line: Line) -> bool:
    """Whether its fields are of the kinds that `Line` says, which no adapter is trusted with."""
    texts = (line.order_no, line.line_no, line.click, line.position)
    amounts = [line.amount_fen, line.estimated_fen]
    amounts += [] if line.actual_fen is None else [line.actual_fen]
    times = (line.paid_at, line.told_at)
    return (
        isinstance(line.state, OrderState)
        and all(isinstance(text, str) for text in texts)
        and all(type(amount) is int for amount in amounts)
        and all(isinstance(at, datetime) and at.utcoffset() is not None for at in times)
    )


def _kept(flaw: Flaw) -> Flaw:
    return Flaw(
        order_no=_cut(flaw.order_no, 64),
        line_no=_cut(flaw.line_no, 64),
        reason=_cut(flaw.reason, 20) or "form",
        text=_cut(flaw.text, 200),
    )


def _cut(text: str, longest: int) -> str:
    """What a network told, as it may be kept and shown."""
    return "".join(letter for letter in text if letter.isprintable())[:longest]


@use_case
def _begin(*, codes: Sequence[str], back: timedelta, now: datetime) -> None:
    """Networks with a source have both lanes, from last night on; those without are off."""
    readings = models.OrderReading.objects
    readings.filter(is_on=True).exclude(network__code__in=codes).update(is_on=False)
    readings.filter(is_on=False, network__code__in=codes).update(is_on=True)
    night = order_windows.night_before(now)
    begun = set(readings.filter(network__code__in=codes).values_list("network_id", "lane"))
    for network in models.Network.objects.filter(code__in=codes).order_by("code"):
        for lane, read_to, until in (
            (Lane.CHANGES, night, None),
            (Lane.NIGHT, night - back, night),
        ):
            if (network.id, lane.value) not in begun:
                readings.create(
                    network=network, lane=lane.value, read_to=read_to, until=until, next_at=now
                )


@use_case
def _claim(*, network: str, longest: timedelta, now: datetime) -> _Claimed | None:
    """The next window of a lane whose turn it is; what changed goes before what is looked over."""
    due = models.OrderReading.objects.select_for_update().filter(
        network__code=network, is_on=True, next_at__lte=now
    )
    for row in due.order_by("lane"):
        if row.until is not None and row.read_to >= row.until:
            _begin_night(row, now=now)
        window = order_windows.next_window(
            row.read_to, row.until or now, longest=longest, halvings=row.halvings
        )
        if window is None:
            row.next_at = now + order_windows.PACE
            row.save(update_fields=["read_to", "until", "next_at"])
            continue
        row.claims += 1
        # Who dies while reading is overtaken after this.
        row.next_at = now + order_windows.LEASE
        row.save(update_fields=["read_to", "until", "next_at", "claims"])
        is_last = window.ends >= order_windows.whole_second(row.until or now)
        return _Claimed(row.id, row.claims, Lane(row.lane), window, is_last)
    return None


@needs_transaction
def _begin_night(row: models.OrderReading, *, now: datetime) -> None:
    night = order_windows.night_before(now)
    if row.until is not None and night > row.until:
        row.read_to = night - timedelta(days=settings.LAOTIE.order_recheck_days)
        row.until = night


@use_case
def _note_page(*, claimed: _Claimed, page: Page, now: datetime) -> bool:
    """A page is taken in, and with the last one the mark moves; False for who was overtaken."""
    row = _mine(claimed)
    if row is None:
        return False
    flaws = list(page.flaws)
    outcome = external_orders.note(row.network, page.lines, now=now)
    for place in outcome.contradictions:
        line = page.lines[place]
        told = f"{line.state.value}, {line.amount_fen}, {line.actual_fen} fen"
        flaws.append(Flaw(line.order_no, line.line_no, "contradicts", told))
    _note_flaws(row.network, flaws, now=now)
    if page.next_mark:
        row.next_at = now + order_windows.LEASE
    else:
        row.read_to = claimed.window.ends
        row.tries, row.halvings, row.cause, row.succeeded_at = 0, 0, "", now
        row.next_at = now + order_windows.PACE if claimed.is_last else now
    row.save()
    return True


@use_case
def _note_failure(*, claimed: _Claimed, failure: _Failure, now: datetime) -> None:
    """Why nothing was read, and when it is tried again; the mark stays where it is."""
    row = _mine(claimed)
    if row is None:
        return
    kind, words = failure.kind, failure.words
    row.tries += 1
    row.halvings = min(row.halvings + failure.asks_less, order_windows.MOST_HALVINGS)
    row.cause = _cut(f"{kind}: {words}", _CAUSE_LETTERS) if words else kind
    row.failed_at = now
    row.next_at = now + order_windows.wait(kind, tries=row.tries, told_s=failure.after_s)
    row.save()
    if kind == "limited":
        # The limit is the account's: the other lane waits too.
        models.OrderReading.objects.filter(
            network_id=row.network_id, next_at__lt=row.next_at
        ).update(next_at=row.next_at)


@needs_transaction
def _mine(claimed: _Claimed) -> models.OrderReading | None:
    return (
        models.OrderReading.objects.select_for_update(of=("self",))
        .select_related("network")
        .filter(pk=claimed.reading_id, claims=claimed.number)
        .first()
    )


@needs_transaction
def _note_flaws(network: models.Network, flaws: Sequence[Flaw], *, now: datetime) -> None:
    """Each once, with what was told last."""
    found = {(each.order_no, each.line_no, each.reason): each for each in flaws}
    models.OrderFlaw.objects.bulk_create(
        [
            models.OrderFlaw(
                network=network,
                order_no=order_no,
                line_no=line_no,
                reason=reason,
                text=each.text,
                noted_at=now,
            )
            for (order_no, line_no, reason), each in sorted(found.items())
        ],
        update_conflicts=True,
        unique_fields=["network", "order_no", "line_no", "reason"],
        update_fields=["text", "noted_at"],
    )
