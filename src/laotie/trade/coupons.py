"""Money off: issued by a shop or by the platform, claimed into a wallet, used once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max
from django.utils.translation import gettext_noop as _

from laotie.catalog import queries as catalog
from laotie.kernel import money, pages, screening, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, Refusal
from laotie.kernel.money import MAX_FEN
from laotie.kernel.pages import Page
from laotie.kernel.screening import Where
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.trade import models, rules
from laotie.trade.rules import AfterRefund, ClaimState, CouponKind

__all__ = ["AfterRefund", "CouponKind"]

MOST_PRODUCTS = 100


class CouponOver(Refusal):
    code = "COUPON_OVER"
    message = _("This coupon can no longer be claimed.")


class CouponLimit(Refusal):
    code = "COUPON_LIMIT"
    message = _("You have claimed this coupon as often as one person may.")


class CouponNotUsable(Refusal):
    """`reason`: gone, window, shop, below_minimum, two_of_a_kind or split_cap."""

    code = "COUPON_NOT_USABLE"
    message = _("This coupon cannot be used for these goods. Choose another, or none.")


@dataclass(frozen=True, slots=True)
class CouponCard:
    """A coupon as people see it. `shop_id` is None for the platform's own.

    off_fen:     what it takes off; of a percentage of `rate_bps`, the most that it takes off.
    product_ids: for these goods only; None is for all of the shop.
    """

    coupon_id: UUID
    shop_id: UUID | None
    name: dict[str, str]
    off_fen: int
    min_goods_fen: int
    left: int
    limit_per_buyer: int
    claim_until: datetime
    use_from: datetime
    use_until: datetime
    kind: CouponKind = CouponKind.AMOUNT
    rate_bps: int | None = None
    product_ids: frozenset[UUID] | None = None

    def is_for(self, product_id: UUID) -> bool:
        """Whether these goods count for it."""
        return self.product_ids is None or product_id in self.product_ids

    def takes_fen(self, goods_fen: int) -> int:
        """What it takes off goods that it is for, if they reach its minimum."""
        return rules.off_fen(goods_fen=goods_fen, most_fen=self.off_fen, rate_bps=self.rate_bps)


@dataclass(frozen=True, slots=True)
class Held:
    """A coupon in somebody's wallet."""

    claim_id: UUID
    coupon: CouponCard
    state: ClaimState


@use_case
def issue(
    *,
    actor: Actor,
    shop_id: UUID | None,
    name_zh: str,
    name_en: str,
    off_fen: int,
    min_goods_fen: int,
    budget_fen: int,
    limit_per_buyer: int,
    claim_window: tuple[datetime, datetime],
    use_window: tuple[datetime, datetime],
    after_refund: AfterRefund = AfterRefund.RETURN,
    rate_bps: int | None = None,
    product_ids: Sequence[UUID] | None = None,
    now: datetime,
) -> CouponCard:
    """People may claim this coupon while its window is open and its budget lasts.

    shop_id:       None is the platform's own, which bears what it takes off. Only the system may;
        people propose it to each other in `platform_coupons`.
    off_fen:       what it takes off; with `rate_bps`, the most that the percentage takes off.
    min_goods_fen: more than `off_fen`, so that something is left to pay; of a percentage, any.
    budget_fen:    no more than this goes off over all claims.
    product_ids:   of the shop, 1 to 100: only these count and only these get cheaper.
    raises:        NotAllowed, NotFound, Invalid, TextNotAllowed.
    """
    if shop_id is not None:
        actor.require_shop(shop_id, "manage")
    elif not actor.is_system:
        actor.require_role("operator")
        raise NotAllowed(right="system")
    terms = clean_terms(
        shop_id,
        {
            "name_zh": name_zh,
            "name_en": name_en,
            "off_fen": off_fen,
            "min_goods_fen": min_goods_fen,
            "budget_fen": budget_fen,
            "limit_per_buyer": limit_per_buyer,
            "claim_from": claim_window[0],
            "claim_until": claim_window[1],
            "use_from": use_window[0],
            "use_until": use_window[1],
            "after_refund": after_refund,
            "rate_bps": rate_bps,
            "product_ids": product_ids,
        },
        now=now,
    )
    return put_out(shop_id, terms, by=actor, now=now)


@needs_transaction
def put_out(
    shop_id: UUID | None, terms: Mapping[str, Any], *, by: Actor, now: datetime
) -> CouponCard:
    """There is such a coupon; the caller has decided that it may be. terms: from `clean_terms`."""
    return card_of(
        models.Coupon.objects.create(
            shop_id=shop_id, issued_by_id=by.person_id, issued_at=now, **terms
        )
    )


def clean_terms(shop_id: UUID | None, terms: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """A coupon's terms as its row holds them. raises: Invalid, TextNotAllowed."""
    rate_bps, off_fen, least_fen = terms["rate_bps"], terms["off_fen"], terms["min_goods_fen"]
    if rate_bps is not None and not 1 <= rate_bps < money.BPS:
        raise Invalid(field="rate_bps", reason="range")
    if not (1 <= off_fen <= MAX_FEN and 1 <= least_fen <= MAX_FEN) or (
        rate_bps is None and off_fen >= least_fen
    ):
        raise Invalid(field="off_fen", reason="range")
    if not off_fen <= terms["budget_fen"] <= MAX_FEN:
        raise Invalid(field="budget_fen", reason="range")
    if not 1 <= terms["limit_per_buyer"] <= 1000:
        raise Invalid(field="limit_per_buyer", reason="range")
    for window in ("claim", "use"):
        opens, ends = terms[f"{window}_from"], terms[f"{window}_until"]
        if ends <= opens or ends <= now:
            raise Invalid(field=f"{window}_window", reason="time")
    kind = CouponKind.AMOUNT if rate_bps is None else CouponKind.PERCENT
    names = {
        field: text.clean_line(terms[field], field=field, longest=40)
        for field in ("name_zh", "name_en")
    }
    screening.require_all_fit([*names.items()], Where.TITLE, now=now)
    return {
        **terms,
        **names,
        "kind": kind,
        "product_ids": _own_products(shop_id, terms["product_ids"]),
    }


def _own_products(shop_id: UUID | None, wanted: Sequence[UUID] | None) -> list[UUID] | None:
    """raises: Invalid for goods of others, none at all, or too many."""
    if wanted is None:
        return None
    ids = list(dict.fromkeys(wanted))
    if not 1 <= len(ids) <= MOST_PRODUCTS:
        raise Invalid(field="product_ids", reason="range")
    cards = catalog.product_cards(ids)
    if any(id not in cards or cards[id].shop_id != shop_id for id in ids):
        raise Invalid(field="product_ids", reason="choice")
    return ids


@use_case
def close(*, actor: Actor, coupon_id: UUID, now: datetime) -> None:
    """Nobody can claim it any more; who has it may still use it. Closing twice is closing."""
    coupon = models.Coupon.objects.filter(pk=coupon_id).first()
    if coupon is None:
        raise NotFound
    if coupon.shop_id is None:
        actor.require_role("operator")
    else:
        actor.require_shop(coupon.shop_id, "manage")
    models.Coupon.objects.filter(pk=coupon_id, closed_at__isnull=True).update(closed_at=now)


@use_case
def claim(*, actor: Actor, coupon_id: UUID, now: datetime) -> Held:
    """The coupon is in the person's wallet. raises: NotFound, CouponOver, CouponLimit."""
    person_id = actor.require_person()
    coupon = _locked(coupon_id)
    if not _has_pieces(coupon, 1, now=now):
        raise CouponOver
    nth = 1 + models.CouponClaim.objects.filter(coupon=coupon, person_id=person_id).count()
    if nth > coupon.limit_per_buyer:
        raise CouponLimit
    coupon.claimed += 1
    coupon.save(update_fields=["claimed"])
    row = models.CouponClaim.objects.create(
        coupon=coupon, person_id=person_id, nth=nth, claimed_at=now
    )
    return _held(row)


@needs_transaction
def reserve(coupon_id: UUID, pieces: int, *, now: datetime) -> CouponCard:
    """Keep so many pieces of the budget for people who are not known yet, as a room promises them.

    What is kept cannot be claimed otherwise; `give_reserved` or `release` ends it.
    raises: NotFound, CouponOver (closed, outside of its window, or fewer pieces are left).
    """
    assert pieces >= 1
    coupon = _locked(coupon_id)
    if not _has_pieces(coupon, pieces, now=now):
        raise CouponOver
    coupon.reserved += pieces
    coupon.save(update_fields=["reserved"])
    return card_of(coupon)


@needs_transaction
def give_reserved(
    coupon_id: UUID, person_ids: Sequence[UUID], *, now: datetime
) -> dict[UUID, UUID]:
    """Put kept pieces into these people's wallets; the claim of each, by person.

    What was promised is given: a coupon that was closed meanwhile does not stop it, nor does the
    limit per buyer.
    person_ids: no more than are kept, each once.
    """
    coupon = _locked(coupon_id)
    assert len(set(person_ids)) == len(person_ids) <= coupon.reserved
    last = dict(
        models.CouponClaim.objects.filter(coupon=coupon, person_id__in=person_ids)
        .values("person_id")
        .annotate(last=Max("nth"))
        .values_list("person_id", "last")
    )
    claims = models.CouponClaim.objects.bulk_create(
        models.CouponClaim(
            coupon=coupon, person_id=person_id, nth=last.get(person_id, 0) + 1, claimed_at=now
        )
        for person_id in person_ids
    )
    coupon.claimed += len(claims)
    coupon.reserved -= len(claims)
    coupon.save(update_fields=["claimed", "reserved"])
    return {claim.person_id: claim.id for claim in claims}


@needs_transaction
def release(coupon_id: UUID, pieces: int) -> None:
    """Kept pieces can be claimed by anybody again."""
    coupon = _locked(coupon_id)
    assert 0 <= pieces <= coupon.reserved
    coupon.reserved -= pieces
    coupon.save(update_fields=["reserved"])


def cards(coupon_ids: Iterable[UUID]) -> dict[UUID, CouponCard]:
    """The coupons that exist among these. One query."""
    rows = models.Coupon.objects.filter(pk__in=set(coupon_ids))
    return {row.id: card_of(row) for row in rows}


def wallet(person_id: UUID, *, now: datetime) -> tuple[Held, ...]:
    """Coupons that the person can still use, soonest to end first. One query, at most 100 rows."""
    return wallet_page(person_id, now=now, most=100).rows


def wallet_page(
    person_id: UUID, *, now: datetime, after: str | None = None, most: int = 50
) -> Page[Held]:
    """A page of them, soonest to end first. One query. raises: Invalid (`after`)."""
    rows = models.CouponClaim.objects.filter(
        person_id=person_id, state=ClaimState.CLAIMED, coupon__use_until__gt=now
    ).select_related("coupon")
    found = pages.oldest_first(rows, "coupon__use_until", after=after, most=most)
    return found.of(_held(row) for row in found.rows)


def claimable(shop_id: UUID | None, *, now: datetime) -> tuple[CouponCard, ...]:
    """Coupons of a shop (None: the platform's) that can be claimed now. One query, <= 50 rows."""
    return claimable_page(shop_id, now=now).rows


def claimable_page(
    shop_id: UUID | None, *, now: datetime, after: str | None = None, most: int = 50
) -> Page[CouponCard]:
    """A page of them, soonest to end first. One query. raises: Invalid (`after`)."""
    rows = models.Coupon.objects.filter(
        shop_id=shop_id,
        closed_at__isnull=True,
        claim_from__lte=now,
        claim_until__gt=now,
        budget_fen__gte=(F("claimed") + F("reserved") + 1) * F("off_fen"),
    )
    found = pages.oldest_first(rows, "claim_until", after=after, most=most)
    return found.of(card_of(row) for row in found.rows)


def usable(
    person_id: UUID, claim_ids: Sequence[UUID], *, now: datetime
) -> tuple[Held | None, dict[UUID, Held]]:
    """The platform's coupon and the shops' coupons among these claims. One query.

    raises: CouponNotUsable for a claim that is not there, used, outside of its window, or a
        second one of the same shop or of the platform.
    """
    rows = models.CouponClaim.objects.filter(pk__in=claim_ids, person_id=person_id)
    claims = {row.id: row for row in rows.select_related("coupon")}
    platform: Held | None = None
    by_shop: dict[UUID, Held] = {}
    for claim_id in dict.fromkeys(claim_ids):
        row = claims.get(claim_id)
        if row is None or row.state != ClaimState.CLAIMED:
            raise CouponNotUsable(reason="gone")
        if not row.coupon.use_from <= now < row.coupon.use_until:
            raise CouponNotUsable(reason="window")
        shop_id = row.coupon.shop_id
        if (platform if shop_id is None else by_shop.get(shop_id)) is not None:
            raise CouponNotUsable(reason="two_of_a_kind")
        if shop_id is None:
            platform = _held(row)
        else:
            by_shop[shop_id] = _held(row)
    return platform, by_shop


@needs_transaction
def give_back(group_ids: Sequence[UUID]) -> None:
    """Coupons of checkouts that were never paid are in their wallets again."""
    models.CouponClaim.objects.filter(group_id__in=group_ids, state=ClaimState.USED).update(
        state=ClaimState.CLAIMED, group_id=None
    )


@needs_transaction
def after_refund(group_id: UUID, shop_ids: Sequence[UUID | None], *, never_shipped: bool) -> None:
    """Coupons of what was refunded whole go back to the wallet if their rule says so, else burn.

    shop_ids: whose coupons; None stands for the platform's.
    """
    claims = models.CouponClaim.objects.select_for_update(of=("self",)).select_related("coupon")
    for claim in claims.filter(group_id=group_id, state=ClaimState.USED).order_by("id"):
        if claim.coupon.shop_id not in shop_ids:
            continue
        if never_shipped and claim.coupon.after_refund == AfterRefund.RETURN:
            claim.state, claim.group_id = ClaimState.CLAIMED, None
        else:
            claim.state = ClaimState.BURNT
        claim.save(update_fields=["state", "group_id"])


@needs_transaction
def can_take(claim_ids: Sequence[UUID], *, now: datetime) -> bool:
    """Whether all of these are in their wallets and can be used now; they are locked."""
    claims = models.CouponClaim.objects.select_for_update(of=("self",)).select_related("coupon")
    rows = list(claims.filter(pk__in=claim_ids).order_by("id"))
    return len(rows) == len(set(claim_ids)) and all(
        row.state == ClaimState.CLAIMED and row.coupon.use_from <= now < row.coupon.use_until
        for row in rows
    )


@needs_transaction
def use(claim_ids: Sequence[UUID], group_id: UUID) -> None:
    """These are used by a checkout; the caller has asked `can_take`."""
    models.CouponClaim.objects.filter(pk__in=claim_ids).update(
        state=ClaimState.USED, group_id=group_id
    )


@needs_transaction
def _locked(coupon_id: UUID) -> models.Coupon:
    """raises: NotFound."""
    coupon = models.Coupon.objects.select_for_update(no_key=True).filter(pk=coupon_id).first()
    if coupon is None:
        raise NotFound
    return coupon


def _has_pieces(coupon: models.Coupon, pieces: int, *, now: datetime) -> bool:
    """Whether so many more can be claimed or kept now."""
    if coupon.closed_at is not None or not coupon.claim_from <= now < coupon.claim_until:
        return False
    taken = coupon.claimed + coupon.reserved + pieces
    return taken * coupon.off_fen <= coupon.budget_fen


def card_of(row: models.Coupon) -> CouponCard:
    """The coupon as people see it."""
    return CouponCard(
        coupon_id=row.id,
        shop_id=row.shop_id,
        name={"zh": row.name_zh, "en": row.name_en},
        off_fen=row.off_fen,
        min_goods_fen=row.min_goods_fen,
        left=row.budget_fen // row.off_fen - row.claimed - row.reserved,
        limit_per_buyer=row.limit_per_buyer,
        claim_until=row.claim_until,
        use_from=row.use_from,
        use_until=row.use_until,
        kind=CouponKind(row.kind),
        rate_bps=row.rate_bps,
        product_ids=None if row.product_ids is None else frozenset(row.product_ids),
    )


def _held(row: models.CouponClaim) -> Held:
    return Held(row.id, card_of(row.coupon), ClaimState(row.state))
