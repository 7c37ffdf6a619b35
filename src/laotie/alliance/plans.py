"""Commission plans: one open plan per product, with a rate that changes by versions only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts.roles import Right
from laotie.alliance import models, rules
from laotie.alliance.rules import PlanState
from laotie.catalog import queries as goods
from laotie.events.alliance import PlanAccepted, PlanClosed, PlanPublished
from laotie.kernel import event_log, ids, pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.states import Step
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import policy
from laotie.ledger.policy import SplitCapExceeded

__all__ = ["NoPlan", "SplitCapExceeded"]


class NoPlan(Refusal):
    code = "NO_PLAN"
    message = _("The shop offers no commission on this, so hosts cannot take it into a room.")


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan as everybody who may earn by it sees it; `creator_bps` in basis points."""

    id: UUID
    public_id: str
    product_id: UUID
    shop_id: UUID
    state: str
    creator_bps: int
    version: int


@use_case
def publish(*, actor: Actor, product_id: UUID, creator_bps: int, now: datetime) -> PlanCard:
    """Creators may earn this rate on the product; a plan that is open gets a new version.

    Orders that were placed keep the version they were placed under.
    raises: SignInFirst, NotFound, NotAllowed, Invalid, SplitCapExceeded.
    """
    product = goods.product_cards([product_id]).get(product_id)
    if product is None:
        raise NotFound
    actor.require_shop(product.shop_id, Right.MANAGE)
    rate_bps = rules.clean_rate(creator_bps)
    policy.check_rates([rate_bps], at=now)
    # Without a row to lock, the product's id is the lock: two first versions would collide.
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(product_id)])
    plan = _open_plan(product_id)
    if plan is None:
        plan = models.Plan.objects.create(
            product_id=product_id,
            shop_id=product.shop_id,
            state=PlanState.ACTIVE,
            creator_bps=rate_bps,
            published_at=now,
        )
    elif plan.creator_bps == rate_bps:
        return _as_card(plan)
    else:
        plan.creator_bps, plan.version = rate_bps, plan.version + 1
        plan.save(update_fields=["creator_bps", "version"])
    models.PlanVersion.objects.create(
        plan=plan,
        version=plan.version,
        creator_bps=rate_bps,
        made_by_id=actor.person_id,
        made_at=now,
    )
    event_log.publish(PlanPublished(plan_id=plan.id, product_id=product_id, rate_bps=rate_bps))
    return _as_card(plan)


@use_case
def pause(*, actor: Actor, plan_id: UUID, now: datetime) -> PlanCard:
    """Orders placed from now on earn nothing by it, until `resume`. raises: WrongState."""
    return _take(rules.PAUSE, actor, plan_id)


@use_case
def resume(*, actor: Actor, plan_id: UUID, now: datetime) -> PlanCard:
    """Creators earn by it again. The cap is looked at anew.

    raises: WrongState, SplitCapExceeded.
    """
    policy.check_rates([_locked(actor, plan_id).creator_bps], at=now)
    return _take(rules.RESUME, actor, plan_id)


@use_case
def close(*, actor: Actor, plan_id: UUID, now: datetime) -> PlanCard:
    """The plan is over for good; the product may get a new one. raises: WrongState."""
    card = _take(rules.CLOSE, actor, plan_id, closed_at=now)
    event_log.publish(PlanClosed(plan_id=plan_id, product_id=card.product_id))
    return card


@needs_transaction
def accept(creator_id: UUID, product_id: UUID, *, now: datetime) -> PlanCard:
    """The creator works under the product's plan; asked again, nothing changes.

    The caller has seen to it that the creator is who asks.
    raises: NoPlan.
    """
    plan = models.Plan.objects.filter(product=product_id, state=PlanState.ACTIVE).first()
    if plan is None:
        raise NoPlan
    row = models.Acceptance(plan=plan, creator_id=creator_id, version=plan.version, accepted_at=now)
    models.Acceptance.objects.bulk_create([row], ignore_conflicts=True)
    if models.Acceptance.objects.filter(pk=row.pk).exists():
        event_log.publish(PlanAccepted(plan_id=plan.id, creator_id=creator_id))
    return _as_card(plan)


def offers_for(product_ids: Iterable[UUID]) -> dict[UUID, PlanCard]:
    """The plans by which creators earn on these products now. One query."""
    rows = models.Plan.objects.filter(product__in=set(product_ids), state=PlanState.ACTIVE)
    return {row.product_id: _as_card(row) for row in rows}


def open_to(*, actor: Actor, most: int = 100) -> tuple[PlanCard, ...]:
    """What a creator can choose from: the best rates first. One query."""
    return open_page(actor=actor, after=None, most=most).rows


def open_page(*, actor: Actor, after: str | None, most: int) -> pages.Page[PlanCard]:
    """The same, page by page. raises: Invalid (`after`)."""
    actor.require_creator()
    rows = models.Plan.objects.filter(
        state=PlanState.ACTIVE, product__state="ON_SALE", shop__state="APPROVED"
    )
    found = pages.highest_first(rows, "creator_bps", after=after, most=most)
    return found.of(map(_as_card, found.rows))


def of_shop(*, actor: Actor, shop_id: UUID) -> tuple[PlanCard, ...]:
    """A shop's plans, newest first; for those who manage it. One query."""
    return of_shop_page(actor=actor, shop_id=shop_id, after=None, most=200).rows


def of_shop_page(
    *, actor: Actor, shop_id: UUID, after: str | None, most: int
) -> pages.Page[PlanCard]:
    """The same, page by page. raises: Invalid (`after`)."""
    actor.require_shop(shop_id, Right.MANAGE)
    rows = models.Plan.objects.filter(shop=shop_id)
    found = pages.newest_first(rows, "published_at", after=after, most=most)
    return found.of(map(_as_card, found.rows))


def _take(step: Step, actor: Actor, plan_id: UUID, **fields: datetime) -> PlanCard:
    plan = _locked(actor, plan_id)
    step.take(models.Plan.objects, plan_id, **fields)
    plan.refresh_from_db()
    return _as_card(plan)


@needs_transaction
def _locked(actor: Actor, plan_id: UUID) -> models.Plan:
    plan = models.Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise NotFound
    actor.require_shop(plan.shop_id, Right.MANAGE)
    return plan


def _open_plan(product_id: UUID) -> models.Plan | None:
    rows = models.Plan.objects.select_for_update().filter(product=product_id)
    return rows.exclude(state=PlanState.CLOSED).first()


def _as_card(row: models.Plan) -> PlanCard:
    return PlanCard(
        id=row.id,
        public_id=ids.public("pln", row.id),
        product_id=row.product_id,
        shop_id=row.shop_id,
        state=row.state,
        creator_bps=row.creator_bps,
        version=row.version,
    )
