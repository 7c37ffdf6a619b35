"""What lies behind a link: its title and its picture, looked at by us, never by a visitor.

The address was typed in by somebody, so `kernel.outbound` guards each look: the name is resolved
once and judged, the judged address is called, no redirect is followed, 1 MB and three seconds at
most. The intent is a row, the look happens outside of transactions, and then the row is written.
A title is read by others, so that it passes the gate for what is written here; one that was read
before there was that gate is judged with the next look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin
from uuid import UUID

from laotie.kernel import drawing, outbound, screening, sql
from laotie.kernel.errors import Invalid
from laotie.kernel.screening import Where
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case
from laotie.links import models, rules
from laotie.links.rules import PreviewState

_AT_ONCE = 4
_JUDGED_AT_ONCE = 100
_LONGEST = 1 << 20
_TITLE_LETTERS = 120
_WORDS = "words"
# A look takes six seconds at most; who died in one is overtaken after this.
_LEASE = timedelta(minutes=1)
_WIDTHS = (320,)
_CLAIM = """
    UPDATE links_preview SET tries = tries + 1, next_at = %(lease)s
    WHERE listing_id = ANY(ARRAY(
        SELECT listing_id FROM links_preview WHERE state = 'WAITING' AND next_at <= %(now)s
        ORDER BY next_at LIMIT %(most)s FOR UPDATE SKIP LOCKED))
    RETURNING listing_id, tries, (SELECT url FROM links_listing l WHERE l.id = listing_id)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look brought: a title with perhaps a picture's file, or the cause of nothing.

    is_final: looking again would bring the same.
    """

    title: str = ""
    picture: str = ""
    cause: str = ""
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class _Claimed:
    listing_id: UUID
    tries: int
    url: str


def look_due(*, now: datetime) -> int:
    """Look behind a few links whose turn it is, and write down what was found; how many."""
    _judge_kept(now=now)
    claimed = _claim(now=now)
    for each in claimed:
        _note(claimed=each, found=_fit(look(each.url), now=now), now=now)
    return len(claimed)


def look(url: str) -> Found:
    """Fetch a page and what it says of itself. Outside of transactions; two calls at most.

    A picture that is missing or none that we can draw takes nothing away from the title.
    """
    try:
        answer = outbound.get(
            url, accept="text/html", longest_answer=_LONGEST, longest_url=rules.LONGEST_URL
        )
    except outbound.AddressRefused as no:
        return Found(cause=str(no.facts["reason"]))
    except outbound.CallFailed as failed:
        return Found(cause=failed.reason, is_final=False)
    if 300 <= answer.status < 400:
        return Found(cause="redirect")
    if answer.status != 200:
        return Found(cause="status", is_final=answer.status < 500)
    if not answer.content_type.lower().startswith(("text/html", "application/xhtml+xml")):
        return Found(cause="no_page")
    page = _read(answer)
    title = _title(page.titles)
    if not title:
        return Found(cause="no_title")
    return Found(title=title, picture=_picture(url, page.picture))


def _fit(found: Found, *, now: datetime) -> Found:
    """What was found, or nothing of it where the title is against the rules. One query."""
    if not found.title:
        return found
    (refusal,) = screening.refusals([("title", found.title)], Where.PRODUCT, now=now)
    return found if refusal is None else Found(cause=_WORDS)


@use_case
def _judge_kept(*, now: datetime) -> None:
    """Of titles that were never judged, some more are; those against the rules go, with all that
    was found there.
    """
    unjudged = models.Preview.objects.filter(state=PreviewState.READY.value, judged_at__isnull=True)
    rows = list(unjudged.order_by("pk").select_for_update(skip_locked=True)[:_JUDGED_AT_ONCE])
    if not rows:
        return
    titles = [("title", row.title) for row in rows]
    verdicts = screening.refusals(titles, Where.PRODUCT, now=now)
    refused = [row.pk for row, no in zip(rows, verdicts, strict=True) if no is not None]
    models.Preview.objects.filter(pk__in=[row.pk for row in rows]).update(judged_at=now)
    models.Preview.objects.filter(pk__in=refused).update(
        state=PreviewState.FAILED.value, title="", picture="", cause=_WORDS
    )


@use_case
def _claim(*, now: datetime) -> list[_Claimed]:
    given = {"now": now, "lease": now + _LEASE, "most": _AT_ONCE}
    return [_Claimed(*row) for row in sql.rows(_CLAIM, given)]


@use_case
def _note(*, claimed: _Claimed, found: Found, now: datetime) -> None:
    """What the claimed look brought; who was overtaken by another look writes nothing."""
    mine = models.Preview.objects.filter(
        listing=claimed.listing_id, state=PreviewState.WAITING.value, tries=claimed.tries
    )
    if found.title:
        mine.update(
            state=PreviewState.READY.value,
            title=found.title,
            picture=found.picture,
            cause="",
            looked_at=now,
            judged_at=now,
        )
        return
    wait = None if found.is_final else rules.next_try(claimed.tries)
    if wait is None:
        mine.update(state=PreviewState.FAILED.value, cause=found.cause, looked_at=now)
    else:
        mine.update(cause=found.cause, looked_at=now, next_at=now + wait)


class _Page(HTMLParser):
    """Titles in the order of trust, and the address of the picture that the page names."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.titles: list[str] = []
        self.picture = ""
        self._inside: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and self._inside is None:
            self._inside = []
        if tag != "meta":
            return
        given = {name: value or "" for name, value in attrs}
        kind = given.get("property") or given.get("name")
        if kind == "og:title":
            self.titles.insert(0, given.get("content", ""))
        elif kind == "og:image" and not self.picture:
            self.picture = given.get("content", "")

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self._inside.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._inside:
            self.titles.append("".join(self._inside))
            self._inside = []


def _read(answer: outbound.Answer) -> _Page:
    page = _Page()
    page.feed(answer.body.decode(_charset(answer), errors="replace"))
    return page


def _charset(answer: outbound.Answer) -> str:
    """As the header or the page's head says; of the names that matter only one is not UTF-8."""
    said = answer.content_type.lower() + answer.body[:1024].decode("ascii", "ignore").lower()
    return "gb18030" if "charset=gb" in said.replace('"', "").replace("'", "") else "utf-8"


def _title(titles: list[str]) -> str:
    """The first that can be shown, on one line, cut to 120 letters."""
    for title in titles:
        short = " ".join(title.split())[:_TITLE_LETTERS]
        try:
            cleaned = clean_line(short, field="title", longest=_TITLE_LETTERS)
        except Invalid:
            continue
        return cleaned
    return ""


def _picture(page_url: str, named: str) -> str:
    """The picture's file here, or nothing."""
    if not named:
        return ""
    try:
        answer = outbound.get(
            urljoin(page_url, named.strip()),
            accept="image/jpeg,image/png,image/webp",
            longest_answer=_LONGEST,
            longest_url=rules.LONGEST_URL,
        )
        if answer.status != 200 or not answer.is_whole:
            return ""
        return drawing.keep(drawing.draw_again(answer.body), _WIDTHS)
    except (outbound.AddressRefused, outbound.CallFailed, Invalid, ValueError):
        return ""
