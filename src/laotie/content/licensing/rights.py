"""Rights to what is shown of an event: given by operators, handed on as sub-licences, revoked.

No two grants contradict each other, a sub-licence is never wider than what it was made from and
ends with it, and whoever lacks a right is told which one, and whom to ask.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, shops
from laotie.content import models
from laotie.content.licensing import lacks, licences, occasions
from laotie.content.licensing.grants import GrantCard, as_grant, below, cards_of, lineage, names_of
from laotie.content.licensing.licences import (
    PLATFORM,
    WORLD,
    Allowed,
    Grant,
    Party,
    PartyKind,
    Refused,
    Scope,
    Showing,
    Use,
)
from laotie.events.content import RightsRevoked
from laotie.kernel import event_log, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from laotie.kernel.use_case import needs_transaction, use_case

_CONTRACT_LETTERS, _REASON_LETTERS = 80, 200
_MOST_YEARS = 50


class ExclusiveTaken(Refusal):
    """until: how long the other one holds."""

    code = "EXCLUSIVE_TAKEN"
    message = _("This contradicts an exclusive right that holds until %(until)s.")


class GrantTooWide(Refusal):
    """fields: by what it is wider than what it would be made from."""

    code = "GRANT_TOO_WIDE"
    message = _("A sub-licence cannot be wider than your own right. Narrow its terms.")


class NoSublicences(Refusal):
    code = "NO_SUBLICENCES"
    message = _("This right may not be handed on. Ask whoever gave it to you.")


@use_case
def give(
    *,
    actor: Actor,
    occasion_id: UUID,
    holder: Party,
    uses: Collection[Use],
    scope: Scope,
    contract: str = "",
    now: datetime,
) -> tuple[GrantCard, ...]:
    """The holder has a grant for each of these uses, on the same terms.

    scope:    its `use` is not looked at.
    contract: where it is written down, at most 80 letters.
    raises:   NotAllowed, NotFound, Invalid, ExclusiveTaken.
    """
    actor.require_role("operator")
    if not uses:
        raise Invalid(field="uses", reason="required")
    contract = text.clean_line(
        contract, field="contract", longest=_CONTRACT_LETTERS, required=False
    )
    _require_holder(holder)
    occasions.locked(occasion_id)
    rows = []
    for use in sorted(set(uses), key=list(Use).index):
        terms = _cleaned(replace(scope, use=use))
        _refuse_contradiction(occasion_id, terms, holder, ancestors=frozenset())
        rows.append(_write(occasion_id, holder, terms, parent_id=None, contract=contract, now=now))
    return cards_of(rows)


@use_case
def hand_on(
    *, actor: Actor, grant_id: UUID, creator_id: UUID, scope: Scope, now: datetime
) -> GrantCard:
    """A creator has a sub-licence; asked again on the same terms, it is the same one.

    For whoever holds the grant: its creator, staff who manage its shop, operators for the platform.
    scope:  its `use` is that of the grant.
    raises: SignInFirst, NotFound, NotAllowed, Invalid, WrongState (the grant has ended),
            NoSublicences, GrantTooWide, ExclusiveTaken.
    """
    parent = _locked(grant_id)
    _require_holds(actor, parent.holder)
    if not parent.scope.may_sublicense:
        raise NoSublicences
    if parent.ends_at <= now:
        raise WrongState(step="rights.hand_on")
    holder = Party(PartyKind.CREATOR, creator_id)
    if holder == parent.holder:
        raise Invalid(field="creator", reason="choice")
    _require_holder(holder)
    terms = _cleaned(replace(scope, use=parent.scope.use))
    wider = licences.widened(parent, terms)
    if wider:
        raise GrantTooWide(fields=list(wider))
    row = models.RightsGrant.objects.get(pk=grant_id)
    same = models.RightsGrant.objects.filter(
        parent=grant_id, creator=creator_id, revoked_at__isnull=True, **_columns(terms)
    ).first()
    if same is not None:
        return cards_of([same])[0]
    ancestors = frozenset(lineage(grant_id))
    _refuse_contradiction(row.occasion_id, terms, holder, ancestors=ancestors)
    made = _write(
        row.occasion_id, holder, terms, parent_id=grant_id, contract=row.contract, now=now
    )
    return cards_of([made])[0]


@use_case
def revoke(*, actor: Actor, grant_id: UUID, reason: str, now: datetime) -> GrantCard:
    """The grant and every sub-licence of it have ended; what was shown by them is asked again.

    For operators, and for whoever holds the grant from which it was made. Again: nothing changes.
    raises: SignInFirst, NotFound, NotAllowed, Invalid (no reason).
    """
    reason = text.clean_line(reason, field="reason", longest=_REASON_LETTERS)
    grant = _locked(grant_id)
    if not actor.is_operator:
        if grant.parent_id is None:
            _require_holds(actor, grant.holder)
            raise NotAllowed(right="operator")
        _require_holds(actor, as_grant(models.RightsGrant.objects.get(pk=grant.parent_id)).holder)
    if grant.revoked_at is None:
        ended = below(grant_id)
        models.RightsGrant.objects.filter(pk__in=ended, revoked_at__isnull=True).update(
            revoked_at=now, reason=reason
        )
        models.PostOccasion.objects.filter(grant__in=ended).update(look_again_at=now)
        event_log.publish(RightsRevoked(grant_id=grant_id, at=now))
    return cards_of([models.RightsGrant.objects.get(pk=grant_id)])[0]


def require(
    *,
    use: Use,
    occasion_id: UUID,
    creator_id: UUID,
    shop_id: UUID | None,
    event_time: datetime,
    clip_s: int = 0,
    now: datetime,
) -> Allowed:
    """By which right the creator may show this here and now. One query; at most four when refused.

    raises: RightsMissing, RightsElsewhere, RightsExpired, RightsNotYet, RightsTooLong,
            RightsTooEarly.
    """
    holders = Q(creator=creator_id)
    if shop_id is not None:
        holders |= Q(shop=shop_id)
    rows = models.RightsGrant.objects.filter(holders, occasion=occasion_id, use=use.value)
    showing = Showing(use, creator_id, shop_id, home(), now, clip_s, event_time)
    found = licences.decide([as_grant(row) for row in rows], showing)
    if isinstance(found, Refused):
        occasion = occasions.card(occasion_id)
        asker = Party(PartyKind.CREATOR, creator_id)
        kind, name = _whom_to_ask(use, occasion_id, asker, now)
        name = occasion.holder if kind == "HOLDER" else name
        raise lacks.refusal(found, occasion, ask_kind=kind, ask_name=name)
    return found


def in_force(use: Use, *, at: datetime) -> "QuerySet[models.RightsGrant]":
    """Grants of a use that hold at that moment, for other queries to build on."""
    return models.RightsGrant.objects.filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=at),
        use=use.value,
        starts_at__lte=at,
        ends_at__gt=at,
    )


def in_force_here(use: Use, *, at: datetime) -> "QuerySet[models.RightsGrant]":
    """Of them those that cover where this installation shows what it shows."""
    return in_force(use, at=at).filter(territory__in={home(), WORLD})


def home() -> str:
    """Where this installation shows what it shows: one country, or the world.

    Viewers are not located: the installation as a whole shows to wherever its setting says.
    """
    given: str = settings.LAOTIE.territory
    return given or ("CN" if settings.LAOTIE.profile == "cn" else WORLD)


def _whom_to_ask(use: Use, occasion_id: UUID, asker: Party, now: datetime) -> tuple[str, str]:
    """Whoever may hand such a right on, the platform first; HOLDER for the event's owner."""
    rows = in_force(use, at=now).filter(occasion=occasion_id, may_sublicense=True)
    givers = [as_grant(row).holder for row in rows.order_by("id")[:20]]
    if PLATFORM in givers:
        return PartyKind.PLATFORM.value, ""
    for giver in givers:
        if giver != asker:
            return giver.kind.value, names_of([giver])[giver]
    return "HOLDER", ""


def _require_holder(holder: Party) -> None:
    """raises: NotFound for a creator or shop that is not there."""
    if holder.kind is PartyKind.CREATOR:
        assert holder.id is not None
        creators.card(holder.id)
    elif holder.kind is PartyKind.SHOP:
        assert holder.id is not None
        shops.card(holder.id)


def _require_holds(actor: Actor, holder: Party) -> None:
    """raises: SignInFirst, NotFound for a stranger, NotAllowed."""
    if holder.kind is PartyKind.PLATFORM:
        if actor.is_operator:
            return
        actor.require_person()
        raise NotFound
    if holder.kind is PartyKind.SHOP:
        assert holder.id is not None
        actor.require_shop(holder.id, "manage")
        return
    actor.require_person()
    if actor.creator_id != holder.id:
        raise NotFound


def _cleaned(scope: Scope) -> Scope:
    """raises: Invalid."""
    if not licences.is_territory(scope.territory):
        raise Invalid(field="territory", reason="form")
    if scope.ends_at <= scope.starts_at:
        raise Invalid(field="ends_at", reason="time")
    if (scope.ends_at - scope.starts_at).days > 366 * _MOST_YEARS:
        raise Invalid(field="ends_at", reason="range")
    if not 0 <= scope.delay_s <= licences.LONGEST_DELAY_S:
        raise Invalid(field="delay_s", reason="range")
    longest = scope.longest_clip_s
    if longest is not None and not 1 <= longest <= licences.LONGEST_CLIP_S:
        raise Invalid(field="longest_clip_s", reason="range")
    return scope


@needs_transaction
def _locked(grant_id: UUID) -> Grant:
    """The grant, while its event is locked for other grants. raises: NotFound."""
    found = models.RightsGrant.objects.filter(pk=grant_id).values_list("occasion_id", flat=True)
    occasion_id = found.first()
    if occasion_id is None:
        raise NotFound
    occasions.locked(occasion_id)
    return as_grant(models.RightsGrant.objects.get(pk=grant_id))


@needs_transaction
def _refuse_contradiction(
    occasion_id: UUID, scope: Scope, holder: Party, *, ancestors: Collection[UUID]
) -> None:
    """raises: ExclusiveTaken. The event must be locked."""
    rows = models.RightsGrant.objects.filter(
        occasion=occasion_id,
        use=scope.use.value,
        starts_at__lt=scope.ends_at,
        ends_at__gt=scope.starts_at,
    )
    if not scope.is_exclusive:
        rows = rows.filter(is_exclusive=True)
    for row in rows.order_by("id").iterator(chunk_size=200):
        other = as_grant(row)
        if licences.contradicts(scope, holder, ancestors=ancestors, other=other):
            raise ExclusiveTaken(until=f"{other.ends_at:%Y-%m-%d %H:%M} UTC")


@needs_transaction
def _write(
    occasion_id: UUID,
    holder: Party,
    scope: Scope,
    *,
    parent_id: UUID | None,
    contract: str,
    now: datetime,
) -> models.RightsGrant:
    return models.RightsGrant.objects.create(
        occasion_id=occasion_id,
        parent_id=parent_id,
        holder_kind=holder.kind.value,
        creator_id=holder.id if holder.kind is PartyKind.CREATOR else None,
        shop_id=holder.id if holder.kind is PartyKind.SHOP else None,
        contract=contract,
        given_at=now,
        **_columns(scope),
    )


def _columns(scope: Scope) -> dict[str, Any]:
    return {
        "use": scope.use.value,
        "territory": scope.territory,
        "starts_at": scope.starts_at,
        "ends_at": scope.ends_at,
        "is_exclusive": scope.is_exclusive,
        "may_sublicense": scope.may_sublicense,
        "delay_s": scope.delay_s,
        "longest_clip_s": scope.longest_clip_s,
    }
