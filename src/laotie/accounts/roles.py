"""The one place that grants rights. Every change also goes into a history that never changes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from laotie.accounts import models
from laotie.accounts.rules import ALL_RIGHTS, GUARDED_ROLES, STEP_LASTS, Right, Role
from laotie.kernel.actor import SENSITIVE, Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

REASON_LETTERS = 200

__all__ = ["ALL_RIGHTS", "Right", "Role"]


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One change of rights: over the platform (`shop_id` None) or for a shop."""

    person_id: UUID
    shop_id: UUID | None
    before: frozenset[str]
    after: frozenset[str]
    granted_by: UUID | None
    via: str
    reason: str
    granted_at: datetime


def actor_of(person_id: UUID | None, via: str) -> Actor:
    """Who this person is allowed to be right now; nobody, if unknown or closed. One query."""
    if person_id is None:
        return Actor.anonymous(via)
    roles = models.PersonRole.objects.filter(person=OuterRef("pk")).values("role")
    staff = models.Staff.objects.filter(person=OuterRef("pk")).values(
        pair=JSONObject(shop=F("shop_id"), rights=F("rights"))
    )
    proofs = Authenticator.objects.filter(
        user=OuterRef("pk"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    found = (
        models.Person.objects.filter(pk=person_id, is_active=True)
        .annotate(
            roles=ArraySubquery(roles),
            staff=ArraySubquery(staff),
            creator=Subquery(models.Creator.objects.filter(person=OuterRef("pk")).values("pk")),
            has_proof=Exists(proofs),
        )
        .values_list("roles", "staff", "creator", "has_proof", "minors_pin")
        .first()
    )
    if found is None:
        return Actor.anonymous(via)
    role_names, pairs, creator_id, has_proof, minors_pin = found
    return Actor(
        person_id=person_id,
        via=via,
        roles=frozenset(role_names) | ({"creator"} if creator_id else frozenset()),
        shop_rights={UUID(pair["shop"]): frozenset(pair["rights"]) for pair in pairs},
        creator_id=creator_id,
        step="confirm" if has_proof else "enrol",
        is_minor=bool(minors_pin),
    )


def held_back(actor: Actor, *, proven_s_ago: float | None) -> Actor:
    """The same person without what needs a second step, as far as it was not given.

    proven_s_ago: how long ago the session or token gave one; None for never.
    """
    withheld = set[str]()
    if proven_s_ago is None:
        withheld |= actor.roles & GUARDED_ROLES
    if proven_s_ago is None or not 0 <= proven_s_ago <= STEP_LASTS.total_seconds():
        withheld.add(SENSITIVE)
    return replace(actor, roles=actor.roles - withheld, withheld=frozenset(withheld))


@use_case
def grant(*, actor: Actor, person_id: UUID, role: str, reason: str, now: datetime) -> None:
    """Give a right over the platform. Only operators may. raises: NotAllowed, NotFound, Invalid."""
    actor.require_role(Role.OPERATOR)
    _set_roles(person_id, add=_known(role), by=actor, reason=reason, now=now)


@use_case
def revoke(*, actor: Actor, person_id: UUID, role: str, reason: str, now: datetime) -> None:
    """Take a right over the platform back; the next request knows it. Only operators may."""
    actor.require_role(Role.OPERATOR)
    _set_roles(person_id, remove=_known(role), by=actor, reason=reason, now=now)


def history(*, actor: Actor, person_id: UUID) -> tuple[GrantLine, ...]:
    """All changes of a person's rights, newest first; for operators. One query."""
    actor.require_role(Role.OPERATOR)
    rows = models.Grant.objects.filter(person=person_id).order_by("-granted_at", "-id")[:200]
    return tuple(
        GrantLine(
            row.person_id, row.shop_id, frozenset(row.before), frozenset(row.after),
            row.granted_by_id, row.via, row.reason, row.granted_at,
        )
        for row in rows
    )  # fmt: skip


@needs_transaction
def set_shop_rights(
    person_id: UUID, shop_id: UUID, rights: Iterable[str], *, by: Actor, reason: str, now: datetime
) -> None:
    """What the person may do for the shop is exactly `rights`; none means staff no more.

    The caller has locked the shop and decided that this may be.
    """
    after = frozenset(rights)
    assert after <= ALL_RIGHTS, after
    row = models.Staff.objects.filter(shop=shop_id, person=person_id).first()
    before = frozenset(row.rights) if row else frozenset[str]()
    if before == after:
        return
    if not after:
        models.Staff.objects.filter(shop=shop_id, person=person_id).delete()
    else:
        models.Staff.objects.update_or_create(
            shop_id=shop_id,
            person_id=person_id,
            defaults={"rights": sorted(after)},
            create_defaults={"rights": sorted(after), "hired_at": now},
        )
    _write_history(person_id, shop_id, before, after, by=by, reason=reason, now=now)


@needs_transaction
def make_operator(person_id: UUID, *, by: Actor, reason: str, now: datetime) -> None:
    """The person is an operator; the caller has decided that this may be."""
    _set_roles(person_id, add=Role.OPERATOR, by=by, reason=reason, now=now)


@needs_transaction
def _set_roles(
    person_id: UUID,
    *,
    add: Role | None = None,
    remove: Role | None = None,
    by: Actor,
    reason: str,
    now: datetime,
) -> None:
    if not models.Person.objects.select_for_update().filter(pk=person_id).exists():
        raise NotFound
    held = models.PersonRole.objects.filter(person=person_id)
    before = frozenset(held.values_list("role", flat=True))
    after = (before | {add.value} if add else before) - ({remove.value} if remove else set())
    said = clean_line(reason, field="reason", longest=REASON_LETTERS)
    if before == after:
        return
    if add:
        models.PersonRole.objects.create(person_id=person_id, role=add.value, granted_at=now)
    if remove:
        held.filter(role=remove.value).delete()
    _write_history(person_id, None, before, after, by=by, reason=said, now=now)


def _write_history(
    person_id: UUID,
    shop_id: UUID | None,
    before: frozenset[str],
    after: frozenset[str],
    *,
    by: Actor,
    reason: str,
    now: datetime,
) -> None:
    models.Grant.objects.create(
        person_id=person_id,
        shop_id=shop_id,
        before=sorted(before),
        after=sorted(after),
        granted_by_id=by.person_id,
        via=by.via,
        reason=clean_line(reason, field="reason", longest=REASON_LETTERS),
        granted_at=now,
    )


def _known(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as error:
        raise Invalid(field="role", reason="choice") from error
