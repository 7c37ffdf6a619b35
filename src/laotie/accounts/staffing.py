"""Named roles over a shop's rights, and who gave whom which rights when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import models, people
from laotie.accounts.people import PersonCard
from laotie.accounts.rules import ALL_RIGHTS, Right
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid

# A role is nothing but a name for these rights: whoever has exactly them is called so.
ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(str(right) for right in ALL_RIGHTS),
    "manager": frozenset({Right.MANAGE, Right.SHIP, Right.REFUND, Right.STAGE}),
    "shipper": frozenset({Right.SHIP}),
    "support": frozenset({Right.SHIP, Right.REFUND}),
    "finance": frozenset({Right.MONEY}),
    "host": frozenset({Right.STAGE}),
}
NAMES: dict[str, str] = {
    "owner": _("Owner"),
    "manager": _("Manager"),
    "shipper": _("Shipper"),
    "support": _("Support"),
    "finance": _("Finance"),
    "host": _("Host"),
}


@dataclass(frozen=True, slots=True)
class StaffChange:
    """Somebody's rights in the shop became other ones. `by` is None for the platform itself."""

    person: PersonCard
    before: frozenset[str]
    after: frozenset[str]
    by: PersonCard | None
    reason: str
    at: datetime


def role_of(rights: frozenset[str]) -> str:
    """The name of exactly these rights; empty if they have none."""
    return next((name for name, held in ROLES.items() if held == rights), "")


def rights_of(*, role: str | None, rights: Iterable[str]) -> frozenset[str]:
    """The rights of the role if one is named, otherwise those given. raises: Invalid."""
    if not role:
        return frozenset(rights)
    if role not in ROLES or any(rights):
        raise Invalid(field="role", reason="choice")
    return ROLES[role]


def history(*, actor: Actor, shop_id: UUID, most: int = 50) -> tuple[StaffChange, ...]:
    """Changes of rights in a shop, newest first, for those who manage it. One query.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, Right.MANAGE)
    rows = models.Grant.objects.select_related("person", "granted_by").filter(shop_id=shop_id)
    return tuple(
        StaffChange(
            person=people.as_card(row.person),
            before=frozenset(row.before),
            after=frozenset(row.after),
            by=people.as_card(row.granted_by) if row.granted_by else None,
            reason=row.reason,
            at=row.granted_at,
        )
        for row in rows.order_by("-granted_at", "-id")[:most]
    )
