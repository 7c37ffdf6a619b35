"""Reviews: what people who have the goods say of them, and what the shop answers.

Every star counted here comes from an order line that its buyer has received. Nothing is ever
deleted: what an operator takes down is hidden with a reason, and counts no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from laotie.accounts.roles import Right, Role
from laotie.catalog import pictures
from laotie.kernel import screening
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.screening import Where
from laotie.kernel.text import clean_block, clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.kernel.wording import has_any
from laotie.trade import models, returns, review_rules
from laotie.trade.review_rules import ReviewState
from laotie.trade.rules import OrderState


class ReviewTwice(Refusal):
    code = "REVIEW_TWICE"
    message = _("You have reviewed this already. You can add to it once.")


class NotReviewable(Refusal):
    code = "NOT_REVIEWABLE"
    message = _(
        "Goods can be reviewed for 180 days from when you have them, unless they went back."
    )


class NotAppendable(Refusal):
    code = "NOT_APPENDABLE"
    message = _("A review can be added to once, within 180 days.")


class ReplySeen(Refusal):
    code = "REPLY_SEEN"
    message = _("The buyer has read this reply. It stays as it is.")


class WordNotLetThrough(Refusal):
    code = "WORD_NOT_LET_THROUGH"
    status = 422
    message = _("This holds words that are not let through here. Please put it in other words.")


@dataclass(frozen=True, slots=True)
class Written:
    """A review that is kept."""

    review_id: UUID
    stars: int
    written_at: datetime


@use_case
def write(
    *,
    actor: Actor,
    order_id: UUID,
    line_no: int,
    stars: int,
    text: str = "",
    picture_files: Sequence[str] = (),
    is_anonymous: bool = False,
    forbidden: tuple[str, ...],
    now: datetime,
) -> Written:
    """A buyer judges a line of an order that they have. Sent again unchanged, it is the same one.

    stars: 1 to 5. text: up to 1,000 letters. picture_files: up to 6 of the buyer's own pictures.
    forbidden: words that are not let through, in normal form.
    raises: SignInFirst, NotFound, NotReviewable, ReviewTwice, WordNotLetThrough, TextNotAllowed,
        Invalid.
    """
    buyer_id = actor.require_person()
    order = models.Order.objects.filter(pk=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise NotFound
    if type(stars) is not int or not 1 <= stars <= 5:
        raise Invalid(field="stars", reason="range")
    said = _clean_text(text, forbidden=forbidden, required=False, now=now)
    files = _clean_pictures(buyer_id, picture_files)
    # Locked, so that a refund and a review of the same line come one after the other.
    order = returns.lock(order_id)
    line = models.OrderLine.objects.filter(order=order_id, line_no=line_no).first()
    if line is None:
        raise NotFound
    if not review_rules.may_write(
        OrderState(order.state),
        received_at=order.received_at,
        kept=line.quantity - line.refunded_quantity,
        now=now,
    ):
        raise NotReviewable
    row = models.Review(
        order_id=order_id,
        line_no=line_no,
        shop_id=order.shop_id,
        product_id=line.product_id,
        sku_id=line.sku_id,
        buyer_id=buyer_id,
        spec=line.spec,
        stars=stars,
        text=said,
        pictures=files,
        is_anonymous=is_anonymous,
        written_at=now,
        state=ReviewState.SHOWN,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        kept = models.Review.objects.get(order=order_id, line_no=line_no)
        if (kept.stars, kept.text, kept.pictures) != (stars, said, files):
            raise ReviewTwice from error
        row = kept
    return Written(row.id, row.stars, row.written_at)


@use_case
def append(
    *,
    actor: Actor,
    review_id: UUID,
    text: str,
    picture_files: Sequence[str] = (),
    forbidden: tuple[str, ...],
    now: datetime,
) -> Written:
    """The buyer adds later words, once. raises: SignInFirst, NotFound, NotAppendable,
    WordNotLetThrough, TextNotAllowed, Invalid.
    """
    buyer_id = actor.require_person()
    row = _locked(review_id)
    if row.buyer_id != buyer_id:
        raise NotFound
    said = _clean_text(text, forbidden=forbidden, required=True, now=now)
    files = _clean_pictures(buyer_id, picture_files)
    if not review_rules.may_append(written_at=row.written_at, appended_at=row.appended_at, now=now):
        raise NotAppendable
    row.appended_text, row.appended_pictures, row.appended_at = said, files, now
    row.save(update_fields=["appended_text", "appended_pictures", "appended_at"])
    return Written(row.id, row.stars, row.written_at)


@use_case
def reply(
    *, actor: Actor, review_id: UUID, text: str, forbidden: tuple[str, ...], now: datetime
) -> None:
    """The shop's answer stands under the review. It can be changed until the buyer has read it.

    Needs the right to manage or to give refunds, as those people talk to buyers.
    raises: SignInFirst, NotFound, NotAllowed, ReplySeen, WordNotLetThrough, TextNotAllowed,
        Invalid.
    """
    row = _locked(review_id)
    rights = actor.shop_rights.get(row.shop_id, frozenset())
    actor.require_shop(row.shop_id, Right.REFUND if Right.REFUND in rights else Right.MANAGE)
    said = clean_line(text, field="text", longest=review_rules.MOST_REPLY_LETTERS)
    _pass_gate(said, forbidden, now=now)
    if row.reply_seen_at is not None:
        raise ReplySeen
    row.reply, row.replied_by_id, row.replied_at = said, actor.person_id, now
    row.save(update_fields=["reply", "replied_by_id", "replied_at"])


@use_case
def see_replies(*, actor: Actor, order_id: UUID, now: datetime) -> int:
    """The buyer has read the shop's replies on this order; how many were new."""
    return models.Review.objects.filter(
        order=order_id,
        buyer_id=actor.require_person(),
        replied_at__isnull=False,
        reply_seen_at__isnull=True,
    ).update(reply_seen_at=now)


@use_case
def report(*, actor: Actor, review_id: UUID, reason: str, now: datetime) -> None:
    """An operator will look at this review. Reporting twice is reporting.

    raises: SignInFirst, NotFound, Invalid.
    """
    person_id = actor.require_person()
    cleaned = clean_line(reason, field="reason", longest=200)
    if not models.Review.objects.filter(pk=review_id, state=ReviewState.SHOWN).exists():
        raise NotFound
    models.ReviewReport.objects.bulk_create(
        [models.ReviewReport(review_id=review_id, person_id=person_id, reason=cleaned, at=now)],
        ignore_conflicts=True,
    )


@use_case
def hide(*, actor: Actor, review_id: UUID, reason: str, now: datetime) -> None:
    """Nobody but its buyer, its shop and operators sees it, and it counts no more.

    Its reports are answered. Only operators may.
    raises: SignInFirst, NotAllowed, NotFound, Invalid.
    """
    actor.require_role(Role.OPERATOR)
    cleaned = clean_line(reason, field="reason", longest=200)
    row = _locked(review_id)
    row.state, row.hidden_reason = ReviewState.HIDDEN, cleaned
    row.save(update_fields=["state", "hidden_reason"])
    _answer(row, actor, now)


@use_case
def let_stand(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """The review is shown, and its reports are answered. Only operators may."""
    actor.require_role(Role.OPERATOR)
    row = _locked(review_id)
    row.state, row.hidden_reason = ReviewState.SHOWN, ""
    row.save(update_fields=["state", "hidden_reason"])
    _answer(row, actor, now)


@needs_transaction
def _answer(row: models.Review, actor: Actor, now: datetime) -> None:
    models.ReviewReport.objects.filter(review=row, answered_at__isnull=True).update(
        answered_at=now, answered_by_id=actor.require_person()
    )


@needs_transaction
def _locked(review_id: UUID) -> models.Review:
    row = models.Review.objects.select_for_update().filter(pk=review_id).first()
    if row is None:
        raise NotFound
    return row


def _clean_text(text: str, *, forbidden: tuple[str, ...], required: bool, now: datetime) -> str:
    said = clean_block(text, field="text", longest=review_rules.MOST_LETTERS, required=required)
    _pass_gate(said, forbidden, now=now)
    return said


def _pass_gate(said: str, forbidden: tuple[str, ...], *, now: datetime) -> None:
    if has_any(said, forbidden):
        raise WordNotLetThrough
    if said:
        screening.require_fit(said, Where.REVIEW, field="text", now=now)


def _clean_pictures(buyer_id: UUID, files: Sequence[str]) -> list[str]:
    if len(files) > review_rules.MOST_PICTURES or len(set(files)) != len(files):
        raise Invalid(field="pictures", reason="too_many")
    if files and not pictures.files_of_person(buyer_id, files):
        raise Invalid(field="pictures", reason="choice")
    return list(files)
