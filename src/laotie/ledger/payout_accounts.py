"""Where a party's money is paid to: one bank card or account at the provider at a time, sealed.

Whoever steals a session must not lead money away unseen: setting one takes a second step of the
last minutes, everybody who may see the money hears of it, and another account rests for a day.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, hands, inbox, shops
from laotie.accounts.inbox import NoticeKind
from laotie.kernel import crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import journal, models, parties
from laotie.ledger.terms import Party

RESTS = timedelta(hours=24)
NAME_LETTERS = 60
_HOLDER, _NUMBER = "payout_account.holder", "payout_account.number"
# Cards have 12 to 19 digits, accounts of companies up to 30.
_BANK_NUMBER = re.compile(r"[0-9]{8,30}", re.ASCII)
_PROVIDER_NAME = re.compile(r"[A-Za-z0-9@._+-]{4,64}", re.ASCII)


class PayoutAccountNeeded(Refusal):
    code = "PAYOUT_ACCOUNT_NEEDED"
    message = _("Say first which account payouts go to.")


class PayoutAccountRests(Refusal):
    code = "PAYOUT_ACCOUNT_RESTS"
    message = _("The account was changed. Payouts go there 24 hours after the change.")


class AccountKind(StrEnum):
    """Who keeps the account."""

    BANK = "bank"
    PROVIDER = "provider"  # The payment provider that buyers pay through.


@dataclass(frozen=True, slots=True)
class PayoutAccount:
    """The account as its owner sees it. usable_from: no payout goes there before."""

    kind: str
    bank: str
    holder_masked: str
    number_masked: str
    set_at: datetime
    usable_from: datetime


@dataclass(frozen=True, slots=True)
class Destination:
    """The account in the open, for the provider alone; its text form leaves out name and number."""

    kind: str
    bank: str
    holder: str = field(repr=False)
    number: str = field(repr=False)


@use_case
def set_account(
    *,
    actor: Actor,
    party: Party,
    kind: str,
    holder: str,
    number: str,
    bank: str = "",
    now: datetime,
) -> PayoutAccount:
    """Payouts of the party go to this account: the first at once, another after 24 hours.

    The same account again changes nothing, unless the creator's has changed hands since: then it is
    the new holder's. Operators cannot set it for somebody else.
    kind:   `bank` (with its name in `bank`, 8 to 30 digits) or `provider` (4 to 64 letters).
    raises: SignInFirst, NotAllowed, NotFound, SecondStepNeeded, Invalid, ProofNeeded.
    """
    parties.require_money(actor, party)
    _require_own(actor, party)
    if party.id is None:
        raise NotFound
    actor.require_recent_step()
    if party.kind == "creator":
        hands.require_proof(party.id)
    wanted = _read(kind=kind, holder=holder, number=number, bank=bank)

    # The purse is the lock: versions follow each other, and no payout is asked for in between.
    journal.lock([party])
    held = _newest(party)
    if held is not None and _opened(held) == wanted and _is_theirs(held, party):
        return _card(held)
    row = models.LedPayoutAccount.objects.create(
        account_id=ids.new(),
        party_kind=party.kind,
        party_id=party.id,
        version=held.version + 1 if held else 1,
        kind=wanted.kind,
        bank=wanted.bank,
        holder_sealed=crypto.seal(wanted.holder, context=_HOLDER),
        holder_masked=_masked_holder(wanted.holder),
        number_sealed=crypto.seal(wanted.number, context=_NUMBER),
        number_masked=_masked_number(wanted),
        set_by=str(actor.person_id or actor.via),
        set_at=now,
        usable_from=now + RESTS if held else now,
    )
    _tell(party, row, now=now)
    return _card(row)


def account_of(party: Party, *, actor: Actor) -> PayoutAccount | None:
    """Where the party's payouts go. One query. raises: SignInFirst, NotAllowed, NotFound."""
    parties.require_money(actor, party)
    row = _newest(party)
    return _card(row) if row else None


@needs_transaction
def usable(party: Party, *, since: datetime | None, now: datetime) -> UUID:
    """The account that a payout goes to now. raises: PayoutAccountNeeded, PayoutAccountRests.

    since: whoever set it before was not shown to hold the party; None where nobody had to be.
    """
    row = _newest(party)
    if row is None or (since is not None and row.set_at < since):
        raise PayoutAccountNeeded
    if row.usable_from > now:
        raise PayoutAccountRests(usable_from=row.usable_from.isoformat())
    return row.account_id


def destination(payout_id: UUID) -> Destination | None:
    """Where this payout goes, in the open; None for one from before accounts were kept."""
    row = models.LedPayoutAccount.objects.filter(
        pk__in=models.LedPayout.objects.filter(pk=payout_id).values("account")
    ).first()
    return _opened(row) if row and bytes(row.number_sealed) else None


def copy_of(party: Party) -> list[dict[str, object]]:
    """Every account that the party has set, in the open: for the copy of a creator's data."""
    rows = _rows(party)
    found = [(row, _opened(row)) for row in rows.order_by("version")]
    return [
        {
            "kind": row.kind,
            "bank": row.bank,
            "holder": opened.holder if opened else "",
            "number": opened.number if opened else row.number_masked,
            "set_at": row.set_at,
        }
        for row, opened in found
    ]


@needs_transaction
def forget(party: Party) -> None:
    """Names and numbers are gone; what stays is the mask that the books refer to."""
    _rows(party).update(holder_sealed=b"", holder_masked="", number_sealed=b"")


def _require_own(actor: Actor, party: Party) -> None:
    if actor.is_system:
        return
    own = actor.shop_rights.get(party.id, frozenset()) if party.id else frozenset()
    if actor.is_operator and party.id != actor.creator_id and "money" not in own:
        raise NotAllowed(right="money")


def _read(*, kind: str, holder: str, number: str, bank: str) -> Destination:
    if kind not in set(AccountKind):
        raise Invalid(field="kind", reason="choice")
    holder = clean_line(holder, field="holder", longest=NAME_LETTERS)
    number = clean_line(number, field="number", longest=64)
    if kind == AccountKind.PROVIDER:
        if not _PROVIDER_NAME.fullmatch(number):
            raise Invalid(field="number", reason="form")
        return Destination(kind, "", holder, number)
    number = number.replace(" ", "").replace("-", "")
    if not _BANK_NUMBER.fullmatch(number):
        raise Invalid(field="number", reason="form")
    return Destination(kind, clean_line(bank, field="bank", longest=NAME_LETTERS), holder, number)


def _rows(party: Party) -> QuerySet[models.LedPayoutAccount]:
    """Every account that the party has set. raises: NotFound for the platform, which has none."""
    if party.id is None:
        raise NotFound
    return models.LedPayoutAccount.objects.filter(party_kind=party.kind, party_id=party.id)


def _is_theirs(held: models.LedPayoutAccount, party: Party) -> bool:
    """Whether those who hold the party now have set this account."""
    known_since = hands.known_since(party.id) if party.kind == "creator" and party.id else None
    return known_since is None or held.set_at >= known_since


def _newest(party: Party) -> models.LedPayoutAccount | None:
    rows = _rows(party)
    return rows.order_by("-version").first()


def _opened(row: models.LedPayoutAccount) -> Destination | None:
    if not bytes(row.number_sealed):
        return None
    return Destination(
        row.kind,
        row.bank,
        crypto.unseal(bytes(row.holder_sealed), context=_HOLDER),
        crypto.unseal(bytes(row.number_sealed), context=_NUMBER),
    )


@needs_transaction
def _tell(party: Party, row: models.LedPayoutAccount, *, now: datetime) -> None:
    """Everybody with the right `money`, or the creator. A party that is nobody's tells nobody."""
    assert party.id is not None
    if party.kind == "shop":
        people = shops.staff_with(party.id, "money")
    else:
        known = creators.cards([party.id]).get(party.id)
        people = (known.person_id,) if known else ()
    facts = {"account": f"{row.bank} {row.number_masked}".strip()}
    ref = ids.public("pac", row.account_id)
    for person_id in people:
        inbox.post(person_id, NoticeKind.PAYOUT_ACCOUNT, facts, ref=ref, now=now)


def _card(row: models.LedPayoutAccount) -> PayoutAccount:
    return PayoutAccount(
        kind=row.kind,
        bank=row.bank,
        holder_masked=row.holder_masked,
        number_masked=row.number_masked,
        set_at=row.set_at,
        usable_from=row.usable_from,
    )


def _masked_holder(holder: str) -> str:
    return holder[:1] + "**"


def _masked_number(account: Destination) -> str:
    if account.kind == AccountKind.PROVIDER:
        return f"{account.number[:2]}****{account.number[-2:]}"
    return f"**** {account.number[-4:]}"
