"""Shops: applying, the operator's word, staff, and the card that everybody sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import inbox, models, people, roles, rules
from laotie.accounts.people import PersonCard
from laotie.accounts.rules import ALL_RIGHTS, NoticeKind, Right, Role, ShopState
from laotie.events.accounts import ShopApplied, ShopApproved, ShopNamed, ShopSuspended
from laotie.kernel import event_log, ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, Refusal
from laotie.kernel.states import Step
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

REASON_LETTERS = 200


class TooManyShops(Refusal):
    code = "TOO_MANY_SHOPS"
    message = _("One person can ask for %(most)s shops at most. Ask an operator for more.")


class ApplicationWaits(Refusal):
    code = "APPLICATION_WAITS"
    message = _("You have asked for a shop already. Wait for the answer before you ask again.")


class LastManager(Refusal):
    code = "LAST_MANAGER"
    message = _("A shop needs somebody who manages it. Name another manager first.")


@dataclass(frozen=True, slots=True)
class ShopCard:
    """What everybody sees of a shop. `name` has the keys zh and en."""

    id: UUID
    public_id: str
    name: dict[str, str]
    logo_url: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ShopFile:
    """What its staff and operators see of a shop."""

    card: ShopCard
    state: str
    reason: str
    applied_by: PersonCard
    applied_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffLine:
    person: PersonCard
    phone_masked: str
    rights: frozenset[str]
    hired_at: datetime


@use_case
def apply(*, actor: Actor, name: Mapping[str, str], now: datetime) -> ShopCard:
    """A shop waits for an operator's word; whoever asked for it may do everything in it.

    name:   zh and en, 1 to 40 characters each.
    raises: SignInFirst, Invalid, TextNotAllowed, ApplicationWaits, TooManyShops.
    """
    person_id = actor.require_person()
    name_zh, name_en = _clean_names(name, now=now)
    require_none_waits(person_id)
    held = models.Shop.objects.filter(applied_by=person_id).count()
    if held >= rules.SHOPS_PER_PERSON:
        raise TooManyShops(most=rules.SHOPS_PER_PERSON)
    shop = models.Shop.objects.create(
        name_zh=name_zh,
        name_en=name_en,
        state=ShopState.APPLIED,
        applied_by_id=person_id,
        applied_at=now,
    )
    roles.set_shop_rights(
        person_id, shop.id, ALL_RIGHTS, by=actor, reason="asked for the shop", now=now
    )
    event_log.publish(ShopApplied(shop_id=shop.id, person_id=person_id, applied_at=now))
    return as_card(shop)


@needs_transaction
def require_none_waits(person_id: UUID) -> None:
    """Of one person at most one application waits for an operator or for its papers.

    Holds the person, so that two that are sent at once are one after the other.
    raises: ApplicationWaits.
    """
    models.Person.objects.select_for_update().get(pk=person_id)
    waiting = [state.value for state in rules.WAITING_SHOPS]
    if models.Shop.objects.filter(applied_by=person_id, state__in=waiting).exists():
        raise ApplicationWaits


@use_case
def change(
    *,
    actor: Actor,
    shop_id: UUID,
    name: Mapping[str, str] | None = None,
    logo_url: str | None = None,
    now: datetime,
) -> ShopCard:
    """Set what is given of the shop's names and picture. Needs the right to manage."""
    actor.require_shop(shop_id, Right.MANAGE)
    shop = lock(shop_id)
    if name is not None:
        shop.name_zh, shop.name_en = _clean_names(name, now=now)
    if logo_url is not None:
        shop.logo_url = people.clean_picture_url(logo_url, field="logo_url")
    shop.save(update_fields=["name_zh", "name_en", "logo_url"])
    event_log.publish(ShopNamed(shop_id=shop_id))
    return as_card(shop)


@use_case
def approve(*, actor: Actor, shop_id: UUID, now: datetime) -> ShopCard:
    """The shop is open. Only operators may. raises: NotAllowed, NotFound, WrongState."""
    shop = _decide(rules.APPROVE, actor, shop_id, reason="", now=now)
    event_log.publish(ShopApproved(shop_id=shop_id))
    inbox.post(shop.applied_by_id, NoticeKind.SHOP_APPROVED, _facts(shop), ref=_ref(shop), now=now)
    return as_card(shop)


@use_case
def refuse(*, actor: Actor, shop_id: UUID, reason: str, now: datetime) -> ShopCard:
    """The shop is not taken; the applicant reads why. Only operators may."""
    shop = _decide(rules.REFUSE, actor, shop_id, reason=_clean_reason(reason), now=now)
    inbox.post(shop.applied_by_id, NoticeKind.SHOP_REFUSED, _facts(shop), ref=_ref(shop), now=now)
    return as_card(shop)


@use_case
def suspend(*, actor: Actor, shop_id: UUID, reason: str, now: datetime) -> ShopCard:
    """The shop sells nothing from now on; its open orders go on. Only operators may."""
    shop = _decide(rules.SUSPEND, actor, shop_id, reason=_clean_reason(reason), now=now)
    event_log.publish(ShopSuspended(shop_id=shop_id, reason=shop.reason))
    ref = f"{_ref(shop)}@{now:%Y%m%d%H%M%S}"  # Each suspension is news.
    inbox.post(shop.applied_by_id, NoticeKind.SHOP_SUSPENDED, _facts(shop), ref=ref, now=now)
    return as_card(shop)


@use_case
def reopen(*, actor: Actor, shop_id: UUID, now: datetime) -> ShopCard:
    """A suspended shop sells again. Only operators may."""
    shop = _decide(rules.REOPEN, actor, shop_id, reason="", now=now)
    event_log.publish(ShopApproved(shop_id=shop_id))
    return as_card(shop)


@use_case
def dismiss(*, actor: Actor, shop_id: UUID, person_id: UUID, reason: str, now: datetime) -> None:
    """The person has no rights in the shop any more; the next request knows it.

    raises: NotAllowed, NotFound, LastManager.
    """
    actor.require_shop(shop_id, Right.MANAGE)
    lock(shop_id)
    if not models.Staff.objects.filter(shop=shop_id, person=person_id).exists():
        raise NotFound
    set_rights(actor, shop_id, person_id, frozenset(), reason=_clean_reason(reason), now=now)


def staff(*, actor: Actor, shop_id: UUID) -> tuple[StaffLine, ...]:
    """Who may do what for the shop, longest serving first. Needs the right to manage."""
    actor.require_shop(shop_id, Right.MANAGE)
    rows = models.Staff.objects.filter(shop=shop_id).select_related("person").order_by("hired_at")
    return tuple(
        StaffLine(
            people.as_card(row.person), row.person.phone_masked, frozenset(row.rights), row.hired_at
        )
        for row in rows
    )


def staff_with(shop_id: UUID, right: str) -> tuple[UUID, ...]:
    """Whom to tell about something that needs this right. One query."""
    return staff_of([shop_id], right)[shop_id]


def staff_of(shop_ids: Iterable[UUID], right: str) -> dict[UUID, tuple[UUID, ...]]:
    """The same for many shops, those without anybody too. One query."""
    found: dict[UUID, list[UUID]] = {shop_id: [] for shop_id in shop_ids}
    rows = models.Staff.objects.filter(shop__in=found, rights__contains=[right])
    for shop_id, person_id in rows.order_by("hired_at").values_list("shop", "person_id"):
        found[shop_id].append(person_id)
    return {shop_id: tuple(people) for shop_id, people in found.items()}


def card(shop_id: UUID) -> ShopCard:
    """raises: NotFound. One query."""
    found = cards([shop_id]).get(shop_id)
    if found is None:
        raise NotFound
    return found


def cards(shop_ids: Iterable[UUID]) -> dict[UUID, ShopCard]:
    """The cards of those that exist. One query."""
    return {row.id: as_card(row) for row in models.Shop.objects.filter(pk__in=set(shop_ids))}


def ids_of_all() -> list[UUID]:
    """Every shop, oldest first; for what has to look at each. One query."""
    return list(models.Shop.objects.order_by("pk").values_list("pk", flat=True))


def file_of(*, actor: Actor, shop_id: UUID) -> ShopFile:
    """The shop as its staff and operators see it. raises: SignInFirst, NotFound."""
    if not actor.is_operator:
        actor.require_person()
        if shop_id not in actor.shop_rights:
            raise NotFound
    row = models.Shop.objects.select_related("applied_by").filter(pk=shop_id).first()
    if row is None:
        raise NotFound
    return _as_file(row)


def of_actor(actor: Actor) -> tuple[ShopFile, ...]:
    """The shops in which the actor has rights, oldest first. One query."""
    rows = models.Shop.objects.select_related("applied_by").filter(pk__in=list(actor.shop_rights))
    return tuple(_as_file(row) for row in rows.order_by("applied_at"))


def in_state(*, actor: Actor, state: str, most: int = 100) -> tuple[ShopFile, ...]:
    """Shops in a state, longest waiting first; for operators. One query."""
    actor.require_role(Role.OPERATOR)
    if state not in set(ShopState):
        raise Invalid(field="state", reason="choice")
    rows = models.Shop.objects.select_related("applied_by").filter(state=state)
    return tuple(_as_file(row) for row in rows.order_by("applied_at")[:most])


@needs_transaction
def _decide(step: Step, actor: Actor, shop_id: UUID, *, reason: str, now: datetime) -> models.Shop:
    actor.require_role(Role.OPERATOR)
    shop = lock(shop_id)
    step.take(
        models.Shop.objects, shop_id, decided_by=actor.person_id, decided_at=now, reason=reason
    )
    shop.refresh_from_db()
    return shop


@needs_transaction
def set_rights(
    actor: Actor,
    shop_id: UUID,
    person_id: UUID,
    wanted: frozenset[str],
    *,
    reason: str,
    now: datetime,
) -> None:
    """The person has exactly these rights. The caller holds the shop's lock.

    raises: NotAllowed, LastManager.
    """
    require_may_set(actor, shop_id, person_id, wanted)
    roles.set_shop_rights(person_id, shop_id, wanted, by=actor, reason=reason, now=now)


def require_may_set(actor: Actor, shop_id: UUID, person_id: UUID, wanted: frozenset[str]) -> None:
    """raises: NotAllowed (a right that the actor does not have), LastManager. One query."""
    rights_of = {
        row.person_id: frozenset(row.rights) for row in models.Staff.objects.filter(shop=shop_id)
    }
    held = rights_of.get(person_id, frozenset())
    own = ALL_RIGHTS if actor.is_operator else actor.shop_rights[shop_id]
    if not (held ^ wanted) <= own:
        raise NotAllowed(right=", ".join(sorted((held ^ wanted) - own)))
    after = {**rights_of, person_id: wanted}
    if not any(Right.MANAGE in rights for rights in after.values()):
        raise LastManager


@needs_transaction
def lock(shop_id: UUID) -> models.Shop:
    """The shop, which nobody else changes for now. raises: NotFound."""
    shop = models.Shop.objects.select_for_update().filter(pk=shop_id).first()
    if shop is None:
        raise NotFound
    return shop


def _clean_names(name: Mapping[str, str], *, now: datetime) -> tuple[str, str]:
    if not isinstance(name, Mapping) or set(name) != {"zh", "en"}:
        raise Invalid(field="name", reason="required")
    zh = people.clean_name(name["zh"], field="name.zh", now=now)
    en = people.clean_name(name["en"], field="name.en", now=now)
    return zh, en


def _clean_reason(reason: object) -> str:
    return clean_line(reason, field="reason", longest=REASON_LETTERS)


def clean_rights(rights: Iterable[str]) -> frozenset[str]:
    """At least one right, and none but those there are. raises: Invalid."""
    wanted = frozenset(rights)
    if not wanted or not wanted <= ALL_RIGHTS:
        raise Invalid(field="rights", reason="choice")
    return frozenset(str(right) for right in wanted)


def _facts(shop: models.Shop) -> dict[str, str]:
    return {"shop_zh": shop.name_zh, "shop_en": shop.name_en, "reason": shop.reason}


def _ref(shop: models.Shop) -> str:
    return ids.public("shp", shop.id)


def as_card(row: models.Shop) -> ShopCard:
    """What everybody sees of the shop."""
    return ShopCard(
        id=row.id,
        public_id=_ref(row),
        name={"zh": row.name_zh, "en": row.name_en},
        logo_url=media.address(row.logo_url),
        is_open=row.state == ShopState.APPROVED,
    )


def _as_file(row: models.Shop) -> ShopFile:
    return ShopFile(
        card=as_card(row),
        state=row.state,
        reason=row.reason,
        applied_by=people.as_card(row.applied_by),
        applied_at=row.applied_at,
        decided_at=row.decided_at,
    )
