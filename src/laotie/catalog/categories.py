"""The tree of shelves on which goods lie: two or three levels, kept by operators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from laotie.accounts.roles import Right, Role
from laotie.catalog import models, search_entries
from laotie.catalog.lexemes import with_dictionaries
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case

DEEPEST = 3
NAME_LETTERS = 40
MOST = 500


class SlugTaken(Refusal):
    code = "SLUG_TAKEN"
    message = _("Another category has this short name. Take a different one.")


class TooManyCategories(Refusal):
    code = "TOO_MANY_CATEGORIES"
    message = _("There are %(most)s categories at most. Change one that is there.")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with those below it. `name` has the keys zh and en."""

    id: UUID
    public_id: str
    slug: str
    parent_id: UUID | None
    depth: int
    name: dict[str, str]
    is_open: bool
    below: tuple["Shelf", ...]

    def with_all_below(self) -> tuple[UUID, ...]:
        """Its id and those of everything under it."""
        return (self.id, *(id for shelf in self.below for id in shelf.with_all_below()))


def tree(*, with_closed: bool = False) -> tuple[Shelf, ...]:
    """The shelves of the first level with what is below, in the order shown. One query."""
    rows = models.Category.objects.order_by("position", "slug")
    below: dict[UUID | None, list[models.Category]] = {}
    for row in rows if with_closed else rows.filter(is_open=True):
        below.setdefault(row.parent_id, []).append(row)
    return _grown(below, None)


def path_of(category_id: UUID, shelves: tuple[Shelf, ...]) -> tuple[Shelf, ...]:
    """From the first level down to this shelf; empty if it is not in the tree."""
    for shelf in shelves:
        if shelf.id == category_id:
            return (shelf,)
        found = path_of(category_id, shelf.below)
        if found:
            return (shelf, *found)
    return ()


def known(category_id: UUID) -> tuple[Shelf, ...]:
    """As `path_of`, in the open tree. One query. raises: NotFound."""
    found = path_of(category_id, tree())
    if not found:
        raise NotFound
    return found


@use_case
def add(
    *,
    actor: Actor,
    slug: str,
    name: Mapping[str, str],
    parent_id: UUID | None = None,
    position: int = 0,
    now: datetime,
) -> UUID:
    """There is one more shelf. Only operators may.

    slug:   1 to 40 small letters, digits and dashes, once in the tree.
    raises: NotAllowed, NotFound, Invalid (too deep), SlugTaken, TooManyCategories.
    """
    actor.require_role(Role.OPERATOR)
    zh, en = _clean_name(name)
    cleaned = clean_line(slug, field="slug", longest=40)
    if (
        not cleaned.isascii()
        or not cleaned.replace("-", "").isalnum()
        or cleaned != cleaned.lower()
    ):
        raise Invalid(field="slug", reason="form")
    depth = 1
    if parent_id is not None:
        parent = models.Category.objects.select_for_update().filter(pk=parent_id).first()
        if parent is None:
            raise NotFound
        depth = parent.depth + 1
    if depth > DEEPEST:
        raise Invalid(field="parent", reason="range")
    if models.Category.objects.count() >= MOST:
        raise TooManyCategories(most=MOST)
    row = models.Category(
        parent_id=parent_id,
        depth=depth,
        slug=cleaned,
        name_zh=zh,
        name_en=en,
        position=_clean_position(position),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise SlugTaken from error
    return row.id


@use_case
def change(
    *,
    actor: Actor,
    category_id: UUID,
    name: Mapping[str, str] | None = None,
    position: int | None = None,
    is_open: bool | None = None,
    now: datetime,
) -> None:
    """Set what is given. A closed shelf keeps its goods; they are found by words alone.

    Only operators may. raises: NotAllowed, NotFound, Invalid.
    """
    actor.require_role(Role.OPERATOR)
    row = models.Category.objects.select_for_update().filter(pk=category_id).first()
    if row is None:
        raise NotFound
    if name is not None:
        row.name_zh, row.name_en = _clean_name(name)
    if position is not None:
        row.position = _clean_position(position)
    if is_open is not None:
        row.is_open = is_open
    row.save(update_fields=["name_zh", "name_en", "position", "is_open"])


@with_dictionaries
@use_case
def put(*, actor: Actor, product_id: UUID, category_id: UUID | None, now: datetime) -> None:
    """The product lies on this shelf, or on none.

    raises: SignInFirst, NotFound, NotAllowed, Invalid (no such shelf, or a closed one).
    """
    product = models.Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound
    actor.require_shop(product.shop_id, Right.MANAGE)
    open_ones = models.Category.objects.filter(is_open=True)
    if category_id is not None and not open_ones.filter(pk=category_id).exists():
        raise Invalid(field="category", reason="choice")
    product.category_id, product.changed_at = category_id, now
    product.save(update_fields=["category_id", "changed_at"])
    search_entries.keep_products([product_id], now=now)


def _grown(
    below: Mapping[UUID | None, list[models.Category]], parent_id: UUID | None
) -> tuple[Shelf, ...]:
    return tuple(
        Shelf(
            id=row.id,
            public_id=ids.public("cat", row.id),
            slug=row.slug,
            parent_id=row.parent_id,
            depth=row.depth,
            name={"zh": row.name_zh, "en": row.name_en},
            is_open=row.is_open,
            below=_grown(below, row.id),
        )
        for row in below.get(parent_id, [])
    )


def _clean_name(name: Mapping[str, str]) -> tuple[str, str]:
    if not isinstance(name, Mapping) or set(name) != {"zh", "en"}:
        raise Invalid(field="name", reason="required")
    zh = clean_line(name["zh"], field="name.zh", longest=NAME_LETTERS)
    return zh, clean_line(name["en"], field="name.en", longest=NAME_LETTERS)


def _clean_position(position: int) -> int:
    if type(position) is not int or not 0 <= position <= 10_000:
        raise Invalid(field="position", reason="range")
    return position
