"""Who is behind a shop: what is handed in, looked at by an operator, and shown to buyers.

Buyers see the legal name and the licence, as the law has it shown. The responsible person and the
number to call are for operators alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.accounts import inbox, models, phones, rules, shops
from laotie.accounts.rules import NoticeKind, Right, Role, ShopState
from laotie.kernel import crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, WrongState
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case

NAME_LETTERS = 80
PERSON_LETTERS = 40
ASKED_LETTERS = 200
MOST_CATEGORIES = 10
_CONTACT = "shop.contact"
# The unified social credit code of GB 32100: 18 places without I, O, S, V and Z.
_LICENCE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
_PLACES = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FILE = re.compile(r"[0-9a-f]{32}")
_SLUG = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Papers:
    """What a shop handed in last, for its managers and operators. asked_for: what is missing."""

    shop_id: UUID
    state: str
    legal_name: str
    licence_no: str
    licence_file: str
    responsible_name: str
    contact_masked: str
    categories: tuple[str, ...]
    asked_for: str
    handed_in_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Licence:
    """What every buyer may see of who is behind a shop."""

    legal_name: str
    licence_no: str
    licence_file: str


@use_case
def hand_in(
    *,
    actor: Actor,
    shop_id: UUID,
    legal_name: str,
    licence_no: str,
    licence_file: str,
    responsible_name: str,
    contact_phone: str | None,
    categories: Sequence[str],
    now: datetime,
) -> Papers:
    """The papers lie before an operator, instead of those before; the shop waits for its word.

    licence_no:    18 places with a right check place. licence_file: of a stored picture of the
        shop, which the caller has looked up.
    contact_phone: None keeps the number that was handed in before.
    categories:    1 to 10 slugs of what it will sell.
    raises:        SignInFirst, NotFound, NotAllowed, Invalid, WrongState (approved or suspended:
        what was approved is not changed by the shop alone).
    """
    actor.require_shop(shop_id, Right.MANAGE)
    shop = models.Shop.objects.select_for_update().filter(pk=shop_id).first()
    if shop is None:
        raise NotFound
    if shop.state not in {ShopState.APPLIED, ShopState.ASKED, ShopState.REFUSED}:
        raise WrongState(step="shop.hand_in")
    row = models.ShopPapers.objects.filter(pk=shop_id).first() or models.ShopPapers(
        shop=shop, version=0
    )
    row.legal_name = clean_line(legal_name, field="legal_name", longest=NAME_LETTERS)
    row.licence_no = clean_licence(licence_no)
    if not _FILE.fullmatch(licence_file):
        raise Invalid(field="licence_file", reason="required")
    row.licence_file = licence_file
    row.responsible_name = clean_line(
        responsible_name, field="responsible_name", longest=PERSON_LETTERS
    )
    if contact_phone is not None:
        number = phones.read(contact_phone, field="contact_phone")
        row.contact_sealed = crypto.seal(number.e164, context=_CONTACT)
        row.contact_masked = number.masked
    elif not row.contact_masked:
        raise Invalid(field="contact_phone", reason="required")
    row.categories = _clean_categories(categories)
    row.asked_for, row.handed_in_at, row.version = "", now, row.version + 1
    row.handed_in_by_id = actor.require_person()
    row.save()
    if shop.state == ShopState.REFUSED:
        shops.require_none_waits(shop.applied_by_id)
    rules.HAND_IN.try_take(models.Shop.objects, shop_id, reason="")
    shop.refresh_from_db()
    return _as_papers(row, shop)


@use_case
def ask_again(*, actor: Actor, shop_id: UUID, what: str, now: datetime) -> Papers:
    """The shop's people read what is missing; the shop waits for them. Only operators may.

    raises: NotAllowed, NotFound (nothing was handed in), Invalid, WrongState.
    """
    actor.require_role(Role.OPERATOR)
    cleaned = clean_line(what, field="what", longest=ASKED_LETTERS)
    shop = models.Shop.objects.select_for_update().filter(pk=shop_id).first()
    row = models.ShopPapers.objects.filter(pk=shop_id).first()
    if shop is None or row is None:
        raise NotFound
    rules.ASK.take(models.Shop.objects, shop_id)
    row.asked_for = cleaned
    row.save(update_fields=["asked_for"])
    facts = {"shop_zh": shop.name_zh, "shop_en": shop.name_en, "reason": cleaned}
    ref = f"{ids.public('shp', shop_id)}@{row.version}"
    inbox.post(shop.applied_by_id, NoticeKind.SHOP_ASKED, facts, ref=ref, now=now)
    shop.refresh_from_db()
    return _as_papers(row, shop)


@use_case
def contact(*, actor: Actor, shop_id: UUID, reason: str, now: datetime) -> str:
    """The number to call, for an operator with a reason; who looked is written down."""
    actor.require_role(Role.OPERATOR)
    row = models.ShopPapers.objects.filter(pk=shop_id).first()
    if row is None:
        raise NotFound
    models.Reveal.objects.create(
        revealed_by_id=actor.person_id,
        via=actor.via,
        shop_id=shop_id,
        ref=ids.public("shp", shop_id),
        reason=clean_line(reason, field="reason", longest=ASKED_LETTERS),
        revealed_at=now,
    )
    return crypto.unseal(bytes(row.contact_sealed), context=_CONTACT)


def papers_of(*, actor: Actor, shop_id: UUID) -> Papers | None:
    """What was handed in, for managers of the shop and operators; None if nothing was yet."""
    actor.require_shop(shop_id, Right.MANAGE)
    row = models.ShopPapers.objects.select_related("shop").filter(pk=shop_id).first()
    return _as_papers(row, row.shop) if row else None


def licence_of(shop_id: UUID) -> Licence | None:
    """What buyers see, once the shop was approved. One query."""
    row = models.ShopPapers.objects.filter(
        pk=shop_id, shop__state__in=[ShopState.APPROVED, ShopState.SUSPENDED]
    ).first()
    return Licence(row.legal_name, row.licence_no, row.licence_file) if row else None


def clean_licence(text: object) -> str:
    """A unified social credit code whose last place is right. raises: Invalid.

    source: GB 32100-2015, weights 3^n mod 31.
    """
    code = clean_line(text, field="licence_no", longest=30).replace(" ", "").upper()
    if not _LICENCE.fullmatch(code):
        raise Invalid(field="licence_no", reason="form")
    total = sum(_PLACES.index(code[at]) * pow(3, at, 31) for at in range(17))
    if _PLACES[(31 - total % 31) % 31] != code[17]:
        raise Invalid(field="licence_no", reason="form")
    return code


def _clean_categories(categories: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(categories))
    if not 1 <= len(chosen) <= MOST_CATEGORIES:
        raise Invalid(field="categories", reason="too_many" if chosen else "required")
    if not all(isinstance(slug, str) and _SLUG.fullmatch(slug) for slug in chosen):
        raise Invalid(field="categories", reason="choice")
    return chosen


def _as_papers(row: models.ShopPapers, shop: models.Shop) -> Papers:
    return Papers(
        shop_id=shop.id,
        state=shop.state,
        legal_name=row.legal_name,
        licence_no=row.licence_no,
        licence_file=row.licence_file,
        responsible_name=row.responsible_name,
        contact_masked=row.contact_masked,
        categories=tuple(row.categories),
        asked_for=row.asked_for,
        handed_in_at=row.handed_in_at,
        version=row.version,
    )
