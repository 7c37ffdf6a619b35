"""Who is asked to work for a shop: nobody has rights there before they say yes themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_noop as _

from laotie.accounts import inbox, models, people, phones, roles, rules, shops
from laotie.accounts.people import PersonCard
from laotie.accounts.rules import InvitationState, NoticeKind, Right
from laotie.accounts.shops import ShopCard
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case

__all__ = ["Invitation", "accept", "decline", "invite", "mine", "of_shop", "withdraw"]


class InvitationOver(Refusal):
    code = "INVITATION_OVER"
    message = _("This invitation is over. Ask the shop for another.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """state: OPEN, ACCEPTED, DECLINED or WITHDRAWN; an open one counts until `expires_at`."""

    id: UUID
    public_id: str
    shop: ShopCard
    person: PersonCard
    phone_masked: str
    rights: frozenset[str]
    state: str
    invited_at: datetime
    expires_at: datetime


@use_case
def invite(
    *, actor: Actor, shop_id: UUID, phone: str, rights: Iterable[str], now: datetime
) -> Invitation:
    """The holder of this number is asked to work for the shop with exactly these rights.

    It stands for seven days and takes the place of one that is open. Whoever works there already
    has the rights at once. Whoever is unknown joins by the number and signs in with a code, so
    that the answer tells nobody which numbers have accounts. Nobody can give or take a right that
    they do not have.
    raises: NotAllowed, NotFound, Invalid, LastManager.
    """
    actor.require_shop(shop_id, Right.MANAGE)
    wanted = shops.clean_rights(rights)
    number = phones.read(phone)
    shop = shops.lock(shop_id)
    name = _g("Guest %(digits)s") % {"digits": number.e164[-4:]}
    person, _is_new = people.enrol(number, name=name, password=None, now=now)
    _withdraw(shop_id, person.id, now=now)
    is_staff = models.Staff.objects.filter(shop=shop_id, person=person.id).exists()
    if is_staff:
        shops.set_rights(actor, shop_id, person.id, wanted, reason="hired", now=now)
    else:
        shops.require_may_set(actor, shop_id, person.id, wanted)
    row = models.StaffInvitation.objects.create(
        shop_id=shop_id,
        person_id=person.id,
        rights=sorted(wanted),
        state=InvitationState.ACCEPTED if is_staff else InvitationState.OPEN,
        invited_by_id=actor.person_id,
        invited_at=now,
        expires_at=now + rules.INVITATION_LASTS,
        answered_at=now if is_staff else None,
    )
    if not is_staff:
        facts = {"shop_zh": shop.name_zh, "shop_en": shop.name_en}
        ref = ids.public("ivt", row.id)
        inbox.post(person.id, NoticeKind.STAFF_INVITED, facts, ref=ref, now=now)
    return _card(_joined().get(pk=row.id))


@use_case
def accept(*, actor: Actor, invitation_id: UUID, now: datetime) -> Invitation:
    """The person has the rights from now on, as given by whoever invited them.

    raises: SignInFirst, NotFound (also for anybody else), WrongState, InvitationOver (too late, or
        whoever invited may not give these rights any more).
    """
    row = _own(actor, invitation_id)
    shops.lock(row.shop_id)
    if row.expires_at <= now:
        raise InvitationOver
    host = roles.actor_of(row.invited_by_id, actor.via)
    may_hire = host.is_operator or Right.MANAGE in host.shop_rights.get(row.shop_id, frozenset())
    rules.ACCEPT_INVITATION.take(models.StaffInvitation.objects, row.id, answered_at=now)
    if not may_hire:
        raise InvitationOver
    try:
        shops.set_rights(
            host, row.shop_id, row.person_id, frozenset(row.rights), reason="hired", now=now
        )
    except NotAllowed as error:
        raise InvitationOver from error
    return _card(_joined().get(pk=row.id))


@use_case
def decline(*, actor: Actor, invitation_id: UUID, now: datetime) -> Invitation:
    """The person does not want to. raises: SignInFirst, NotFound, WrongState."""
    row = _own(actor, invitation_id)
    rules.DECLINE_INVITATION.take(models.StaffInvitation.objects, row.id, answered_at=now)
    return _card(_joined().get(pk=row.id))


@use_case
def withdraw(*, actor: Actor, shop_id: UUID, invitation_id: UUID, now: datetime) -> None:
    """The shop takes its invitation back. raises: NotAllowed, NotFound, WrongState."""
    actor.require_shop(shop_id, Right.MANAGE)
    rows = models.StaffInvitation.objects.filter(shop=shop_id)
    if not rows.filter(pk=invitation_id).exists():
        raise NotFound
    rules.WITHDRAW_INVITATION.take(rows, invitation_id, answered_at=now)


def of_shop(*, actor: Actor, shop_id: UUID, now: datetime) -> tuple[Invitation, ...]:
    """What still waits for an answer, newest first, for those who manage the shop. One query."""
    actor.require_shop(shop_id, Right.MANAGE)
    rows = _joined().filter(shop=shop_id, state=InvitationState.OPEN, expires_at__gt=now)
    return tuple(_card(row) for row in rows.order_by("-invited_at", "-id"))


def mine(*, actor: Actor, now: datetime) -> tuple[Invitation, ...]:
    """What waits for one's own answer, newest first. One query. raises: SignInFirst."""
    rows = _joined().filter(
        person=actor.require_person(), state=InvitationState.OPEN, expires_at__gt=now
    )
    return tuple(_card(row) for row in rows.order_by("-invited_at", "-id"))


def _own(actor: Actor, invitation_id: UUID) -> models.StaffInvitation:
    rows = models.StaffInvitation.objects.filter(person=actor.require_person())
    row = rows.filter(pk=invitation_id).first()
    if row is None:
        raise NotFound
    return row


@needs_transaction
def _withdraw(shop_id: UUID, person_id: UUID, *, now: datetime) -> None:
    rows = models.StaffInvitation.objects.filter(
        shop=shop_id, person=person_id, state=InvitationState.OPEN
    )
    for invitation_id in rows.values_list("pk", flat=True):
        rules.WITHDRAW_INVITATION.try_take(rows, invitation_id, answered_at=now)


def _joined() -> QuerySet[models.StaffInvitation]:
    return models.StaffInvitation.objects.select_related("shop", "person")


def _card(row: models.StaffInvitation) -> Invitation:
    return Invitation(
        id=row.id,
        public_id=ids.public("ivt", row.id),
        shop=shops.as_card(row.shop),
        person=people.as_card(row.person),
        phone_masked=row.person.phone_masked,
        rights=frozenset(row.rights),
        state=row.state,
        invited_at=row.invited_at,
        expires_at=row.expires_at,
    )
