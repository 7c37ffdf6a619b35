"""Notices: rows in a person's inbox. `deliveries` carries them over whatever channels there are."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from laotie.accounts import models
from laotie.accounts.rules import NoticeKind
from laotie.kernel import ids, pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page
from laotie.kernel.use_case import needs_transaction, use_case

__all__ = ["NoticeKind"]

# The facts named here are what `post` must be given; `shop` and `title` follow the language.
_TEXTS: dict[NoticeKind, str] = {
    NoticeKind.SHOP_APPROVED: _("Your shop %(shop)s is open."),
    NoticeKind.SHOP_ASKED: _("Before your shop %(shop)s can open we need: %(reason)s"),
    NoticeKind.SHOP_REFUSED: _("Your shop %(shop)s was not taken: %(reason)s"),
    NoticeKind.SHOP_SUSPENDED: _("Your shop %(shop)s was stopped: %(reason)s"),
    NoticeKind.ORDER_PAID: _("We hold your payment for order %(order)s until you have the goods."),
    NoticeKind.ORDER_TO_SHIP: _("Order %(order)s is paid. Please ship it."),
    NoticeKind.ORDER_SHIPPED: _("Order %(order)s is on its way."),
    NoticeKind.ORDER_DELIVERED: _("Order %(order)s was delivered. Please say that you have it."),
    NoticeKind.ORDER_CLOSED: _("Order %(order)s is closed."),
    NoticeKind.PAYMENT_ENDING: _("Order %(order)s is held for you a few minutes more. Please pay."),
    NoticeKind.REFUND_REQUESTED: _("A refund was asked for on order %(order)s."),
    NoticeKind.REFUND_GRANTED: _("Your refund for order %(order)s was agreed to."),
    NoticeKind.REFUND_REFUSED: _("The shop said no to a refund for order %(order)s."),
    NoticeKind.REFUND_WITHDRAWN: _("The buyer takes the refund wish for order %(order)s back."),
    NoticeKind.REFUND_DONE: _("The refund for order %(order)s is on its way to you."),
    NoticeKind.ROOM_SOON: _("%(creator)s goes live in a few minutes."),
    NoticeKind.ROOM_STARTED: _("%(creator)s is live now."),
    NoticeKind.ROOM_MOVED: _("%(creator)s moved a room: %(title)s, now %(starts)s."),
    NoticeKind.ROOM_CANCELLED: _("%(creator)s called a room off: %(title)s. %(reason)s"),
    NoticeKind.GIVEAWAY_WON: _("You won in the room of %(creator)s: %(prize)s."),
    NoticeKind.SEAT_GIVEN: _("%(creator)s asks you to keep order in their rooms."),
    NoticeKind.STOCK_LOW: _("Only %(left)s left of %(title)s."),
    NoticeKind.STOCK_BACK: _("%(title)s can be bought again."),
    NoticeKind.ADDRESS_CHANGED: _("Order %(order)s goes to another address now. Ship it there."),
    NoticeKind.INVOICE_REQUESTED: _("An invoice was asked for on order %(order)s."),
    NoticeKind.INVOICE_ISSUED: _("The invoice of order %(order)s is here."),
    NoticeKind.INVOICE_REFUSED: _("No invoice for order %(order)s: %(reason)s"),
    NoticeKind.INVOICE_RED_DUE: _("Order %(order)s was refunded. Its invoice needs a red one."),
    NoticeKind.INVOICE_RED: _("The invoice of order %(order)s was cancelled by a red one."),
    NoticeKind.STAFF_INVITED: _("%(shop)s invites you to work for the shop."),
    NoticeKind.PAYOUT_SETTLED: _("Your payout has been paid."),
    NoticeKind.PAYOUT_FAILED: _("Your payout did not go through. The money is yours as before."),
    NoticeKind.PAYOUT_ACCOUNT: _(
        "Payouts go to %(account)s now. If that was none of you, write to the operator at once."
    ),
    NoticeKind.POST_PUBLIC: _("Your post is public now: %(title)s."),
    NoticeKind.POST_SENT_BACK: _("Your post came back and is not public: %(title)s. %(reason)s"),
    NoticeKind.POST_LIMITED: _("Your post is recommended to nobody now: %(title)s. %(reason)s"),
    NoticeKind.POST_TAKEN_DOWN: _("Your post was taken down: %(title)s. %(reason)s"),
    NoticeKind.POST_RESTORED: _("You were right, your post is public again: %(title)s. %(answer)s"),
    NoticeKind.APPEAL_GRANTED: _(
        "You were right, the decision about %(title)s holds no longer. %(answer)s"
    ),
    NoticeKind.APPEAL_REFUSED: _("The decision about %(title)s stays. %(answer)s"),
    NoticeKind.COMMENT_DOWN: _("Your comment was taken down: “%(text)s”. %(reason)s"),
    NoticeKind.COMMENT_RESTORED: _(
        "You were right, your comment is read again: “%(text)s”. %(answer)s"
    ),
    NoticeKind.COMMENT_STAYS_DOWN: _("Your comment stays down: “%(text)s”. %(answer)s"),
    NoticeKind.RIGHTS_ENDED: _(
        "Your right to show %(event)s has ended, so this is not shown any more: %(title)s."
    ),
    NoticeKind.REWARD_PAID: _("You have been paid for a target of %(programme)s."),
    NoticeKind.TALENT_QUIET: _(
        "Nothing of yours has come for %(days)s days. Your agreement hopes for more."
    ),
    NoticeKind.POSTS_MISSED: _("%(done)s of %(due)s posts came in the week of %(day)s."),
    NoticeKind.LIVES_MISSED: _("%(done)s of %(due)s shows came in the month of %(day)s."),
    NoticeKind.LINKED_OUT: _(
        "You put up a link to another network on %(day)s. Your agreement says that you sell only"
        " here."
    ),
    NoticeKind.BELT_JOINED: _("You belong to the belt %(belt)s now. %(reason)s"),
    NoticeKind.BELT_REFUSED: _("The belt %(belt)s did not take you in: %(reason)s"),
    NoticeKind.BELT_ENDED: _("You belong to the belt %(belt)s no more: %(reason)s"),
    NoticeKind.LINKS_STOP: _(
        "Links of yours to %(network)s stop on %(at)s: %(count)s of them. See which ones, and sell"
        " the goods here."
    ),
    NoticeKind.LINKS_STAY: _(
        "None of your links to %(network)s stops on %(at)s any more, as you were told before."
    ),
    NoticeKind.JOB_PARKED: _("Something waits for a person: %(job)s."),
    NoticeKind.LOCKS_CHANGED: _(
        "How you sign in has changed. If that was not you, change your password at once."
    ),
    NoticeKind.PHONE_CHANGED: _("Your account now answers to the number %(phone)s."),
    NoticeKind.PHONE_CASE: _(
        "Somebody asks for your account on the number %(phone)s. If that is not you, say no."
    ),
    NoticeKind.LEAVING: _("Your account will be deleted on %(day)s. Until then you can keep it."),
    NoticeKind.DATA_READY: _("The copy of your data is ready to be downloaded."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One inbox row in the reader's language; `ref` is the public id of what it is about."""

    id: UUID
    kind: str
    ref: str
    text: str
    posted_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Posting:
    """A notice to be; fields as `post` takes them."""

    person_id: UUID
    kind: str
    facts: Mapping[str, Any]
    ref: str


@needs_transaction
def post(person_id: UUID, kind: str, facts: Mapping[str, Any], *, ref: str, now: datetime) -> None:
    """The person's inbox has this notice, once per kind and `ref`, however often it is posted.

    facts: what the text of the kind names; pairs `shop_zh`, `shop_en` serve `shop`.
    ref:   the public id of what it is about; at most 60 characters.
    """
    post_many([Posting(person_id, kind, facts, ref)], now=now)


@needs_transaction
def post_many(postings: Iterable[Posting], *, now: datetime) -> None:
    """As `post`, for many; whoever has left is told nothing. One statement."""
    rows = []
    for posting in postings:
        known = NoticeKind(posting.kind)
        written(known, posting.facts)  # A missing fact is our mistake and must show here.
        facts = json.dumps(dict(posting.facts))
        rows.append((ids.new(), posting.person_id, known.value, posting.ref, facts))
    if rows:
        sql.hot_change(
            "INSERT INTO accounts_notice (id, person_id, kind, ref, facts, posted_at)"
            " SELECT id, person_id, kind, ref, facts::jsonb, %s"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[])"
            " AS n (id, person_id, kind, ref, facts) WHERE NOT EXISTS ("
            " SELECT FROM accounts_person p WHERE p.id = n.person_id AND p.left_at IS NOT NULL)"
            " ON CONFLICT DO NOTHING",
            [now, *(list(column) for column in zip(*rows, strict=True))],
        )


def lines(*, actor: Actor, most: int = 50) -> tuple[NoticeLine, ...]:
    """The newest rows of one's own inbox. One query."""
    return page(actor=actor, most=most).rows


def page(*, actor: Actor, after: str | None = None, most: int = 50) -> Page[NoticeLine]:
    """A page of one's own inbox, newest first. One query. raises: SignInFirst, Invalid."""
    rows = models.Notice.objects.filter(person=actor.require_person())
    found = pages.newest_first(rows, "posted_at", after=after, most=most)
    return found.of(_line(row) for row in found.rows)


def line(*, actor: Actor, notice_id: UUID) -> NoticeLine:
    """One row of one's own inbox. One query. raises: SignInFirst, NotFound."""
    row = models.Notice.objects.filter(person=actor.require_person(), pk=notice_id).first()
    if row is None:
        raise NotFound
    return _line(row)


def unread(*, actor: Actor) -> int:
    """How many rows of one's own inbox are unread. One query."""
    rows = models.Notice.objects.filter(person=actor.require_person(), read_at__isnull=True)
    return rows.count()


@use_case
def mark_read(*, actor: Actor, notice_id: UUID | None = None, now: datetime) -> int:
    """One of one's own rows, or all of them, is read; how many changed."""
    rows = models.Notice.objects.filter(person=actor.require_person(), read_at__isnull=True)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=now)


def _line(row: models.Notice) -> NoticeLine:
    return NoticeLine(
        id=row.id,
        kind=row.kind,
        ref=row.ref,
        text=written(NoticeKind(row.kind), row.facts),
        posted_at=row.posted_at,
        is_read=row.read_at is not None,
    )


def written(kind: NoticeKind, facts: Mapping[str, Any]) -> str:
    """The text in the language that is switched on."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    own = {
        name.removesuffix(f"_{language}"): value
        for name, value in facts.items()
        if name.endswith(f"_{language}")
    }
    return gettext(_TEXTS[kind]) % {**facts, **own}
