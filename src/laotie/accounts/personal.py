"""What accounts know of a person, what has to end before they leave, and how they are forgotten."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_noop as _

from laotie.accounts import addresses, models, phones, second_step
from laotie.kernel import holds, personal, sql
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction

_PROOF = Kept("an append-only history: who decided, who looked, what was accepted")

COLUMNS: Mapping[str, Use | Kept] = {
    "Person.id": Use.SPECIAL,
    "Address.person": Use.SPECIAL,
    "Notice.person": Use.SPECIAL,
    "PersonSession.person": Use.SPECIAL,
    "PushSubscription.person": Use.SPECIAL,
    "NoticeSetting.person": Use.GOES,
    "QuietHours.person": Use.GOES,
    "MailAddress.person": Use.GOES,
    "MinorDay.person": Use.GOES,
    "PhoneCase.person": Use.GOES,
    "Consent.person": Use.THEIRS,
    "DataExport.person": Use.THEIRS,
    "Leaving.person": Use.THEIRS,
    "PersonRole.person": Use.THEIRS,
    "Staff.person": Use.THEIRS,
    "StaffInvitation.person": Use.GOES,
    "StaffInvitation.invited_by": _PROOF,
    "Creator.person": Use.SPECIAL,
    "Grant.person": Use.THEIRS,
    "Grant.granted_by": _PROOF,
    "Reveal.revealed_by": _PROOF,
    "PhoneCase.decided_by": _PROOF,
    "Shop.applied_by": Kept("a shop is a business; who answered for it stays known"),
    "Shop.decided_by": _PROOF,
    "ShopPapers.handed_in_by": Kept("papers are a shop's; who handed them in answers for them"),
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Everything in the open: number and addresses as they were typed. About fifteen queries."""
    person = models.Person.objects.get(pk=person_id)
    proofs = Authenticator.objects.filter(user_id=person_id).order_by("pk")
    held = models.PersonSession.objects.filter(person=person_id).order_by("opened_at")
    creators = models.Creator.objects.filter(person=person_id)
    notices = models.Notice.objects.filter(person=person_id).order_by("posted_at")
    browsers = models.PushSubscription.objects.filter(person=person_id)
    return {
        "person": [
            {
                "id": person.id,
                "phone": phones.unseal(bytes(person.phone_sealed)).e164,
                "name": person.name,
                "avatar_url": person.avatar_url,
                "language": person.language,
                "has_password": person.has_usable_password(),
                "is_in_minors_mode": bool(person.minors_pin),
                "joined_at": person.joined_at,
            }
        ],
        "addresses": addresses.copy_of(person_id),
        "second_steps": [
            {"kind": row.type, "added_at": row.created_at, "last_used_at": row.last_used_at}
            for row in proofs
        ],
        "sessions": list(held.values("is_app", "browser", "system", "opened_at", "seen_at")),
        "creator": list(creators.values("id", "name", "avatar_url", "became_at")),
        "notices": list(notices.values("kind", "ref", "facts", "posted_at", "read_at")),
        "push_browsers": [{"count": browsers.count()}],
        **personal.collect(models, COLUMNS, person_id),
    }


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """A legal hold, shops that would be left without this person, and roles of the platform."""
    if holds.held("person", [person_id]):
        yield Matter(
            "HELD_BY_LAW",
            _("Your data has to stay for now, by law. Ask the operator."),
            1,
        )
    shops = models.Staff.objects.filter(person=person_id, rights__contains=["manage"]).count()
    if shops:
        yield Matter(
            "SHOP_OWNED",
            _("You manage %(count)s shops. Hand them over to somebody first, or ask the operator."),
            shops,
        )
    roles = models.PersonRole.objects.filter(person=person_id).count()
    if roles:
        yield Matter(
            "ROLE_HELD",
            _("You hold %(count)s roles of the platform. An operator takes them back first."),
            roles,
        )


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """The row stays for what refers to it, without number, name, picture, key or way in."""
    second_step.end_sessions(person_id, but_for=None)
    Authenticator.objects.filter(user_id=person_id).delete()
    person = models.Person.objects.get(pk=person_id)
    index = bytes(person.phone_index)
    models.SignInCode.objects.filter(phone_index=index).delete()
    models.SignInTry.objects.filter(phone_index=index).delete()
    models.NoticeDelivery.objects.filter(notice__person=person_id).delete()
    models.PushSubscription.objects.filter(person=person_id).delete()
    models.Notice.objects.filter(person=person_id).delete()
    models.Address.objects.filter(person=person_id).delete()
    personal.drop(models, COLUMNS, person_id)
    # A name of a creator is unique and stands below past rooms.
    for creator in models.Creator.objects.filter(person=person_id):
        creator.name = f"#{creator.id.hex[-12:]}"
        creator.avatar_url = ""
        creator.save(update_fields=["name", "avatar_url"])
    person.name = "-"
    person.avatar_url = person.phone_masked = person.minors_pin = ""
    person.phone_index, person.phone_sealed = secrets.token_bytes(32), b""
    person.is_active, person.left_at = False, now
    person.set_unusable_password()
    person.save()
    # Answers that were remembered for the person's own request keys may hold what they typed.
    sql.change("DELETE FROM remembered_answer WHERE scope LIKE %s", [f"% {person_id} %"])
