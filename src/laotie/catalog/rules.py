"""Pure decisions about goods: states, and what a price, a quantity and a window may be."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.states import step
from laotie.kernel.text import clean_block, clean_line

MAX_PRICE_FEN = 10**9  # Ten million yuan a piece.
MAX_QUANTITY = 1_000_000
SKUS_PER_PRODUCT = 50
PICTURES_PER_PRODUCT = 9
TITLE_LETTERS = 60
SPEC_LETTERS = 60
DESCRIPTION_LETTERS = 5_000
CODE_LETTERS = 40
LONGEST_OFFER = timedelta(days=366)

LANGUAGES = ("zh", "en")


class ProductState(StrEnum):
    """Who can buy it."""

    DRAFT = "DRAFT"  # Nobody yet.
    ON_SALE = "ON_SALE"  # Everybody, while the shop is open.
    OFF_SALE = "OFF_SALE"  # Nobody; its shop may put it back.
    TAKEN_DOWN = "TAKEN_DOWN"  # Nobody; only an operator may let it back.


class EntryKind(StrEnum):
    """What a search can find."""

    PRODUCT = "PRODUCT"
    SHOP = "SHOP"
    CREATOR = "CREATOR"


PUBLISH = step("product.publish", [ProductState.DRAFT, ProductState.OFF_SALE], ProductState.ON_SALE)
UNPUBLISH = step("product.unpublish", [ProductState.ON_SALE], ProductState.OFF_SALE)
TAKE_DOWN = step(
    "product.take_down",
    [ProductState.DRAFT, ProductState.ON_SALE, ProductState.OFF_SALE],
    ProductState.TAKEN_DOWN,
)
LET_BACK = step("product.let_back", [ProductState.TAKEN_DOWN], ProductState.OFF_SALE)


def as_json(value: object) -> str:
    """For a column of JSON that is written by a statement of ours."""
    return json.dumps(value, ensure_ascii=False)


def clean_price(fen: object, *, field: str) -> int:
    """A price of a piece: 1 fen to ten million yuan. A flag is no number here."""
    if type(fen) is not int:
        raise Invalid(field=field, reason="amount")
    if not 1 <= fen <= MAX_PRICE_FEN:
        raise Invalid(field=field, reason="range")
    return fen


def clean_quantity(quantity: object, *, field: str, most: int = MAX_QUANTITY) -> int:
    """How many pieces: 1 to `most`."""
    if type(quantity) is not int or not 1 <= quantity <= most:
        raise Invalid(field=field, reason="range")
    return quantity


def clean_pair(
    text: object, *, field: str, longest: int, required: bool = True, block: bool = False
) -> dict[str, str]:
    """A text in both languages, as lines or as a block."""
    if not isinstance(text, Mapping) or set(text) != set(LANGUAGES):
        raise Invalid(field=field, reason="form")
    clean = clean_block if block else clean_line
    return {
        language: clean(
            text[language], field=f"{field}.{language}", longest=longest, required=required
        )
        for language in LANGUAGES
    }


def clean_window(
    starts_at: object, ends_at: object, *, now: datetime
) -> tuple[datetime, datetime | None]:
    """When an offer holds: from now or later, for a year at most; without an end if None.

    A start that has passed means now.
    """
    if not isinstance(starts_at, datetime) or starts_at.utcoffset() is None:
        raise Invalid(field="starts_at", reason="time")
    starts = max(starts_at, now)
    if starts > now + LONGEST_OFFER:
        raise Invalid(field="starts_at", reason="time")
    if ends_at is None:
        return starts, None
    if not isinstance(ends_at, datetime) or ends_at.utcoffset() is None or ends_at <= starts:
        raise Invalid(field="ends_at", reason="time")
    if ends_at - starts > LONGEST_OFFER:
        raise Invalid(field="ends_at", reason="time")
    return starts, ends_at


def require_staff(actor: Actor, shop_id: UUID) -> None:
    """What a shop keeps to itself is for its people and operators.

    raises: SignInFirst, NotFound.
    """
    if not actor.is_operator:
        actor.require_person()
        if shop_id not in actor.shop_rights:
            raise NotFound
