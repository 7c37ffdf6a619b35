"""Products and their SKUs: what a shop has to sell, and whether it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max
from django.utils.translation import gettext_noop as _

from laotie.accounts import shops
from laotie.accounts.roles import Right, Role
from laotie.catalog import models, pictures, prices, rules, search_entries, wordings
from laotie.catalog.lexemes import with_dictionaries
from laotie.catalog.rules import ProductState
from laotie.events.catalog import ProductPublished, ProductWithdrawn
from laotie.kernel import event_log, ids, pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.pages import Page
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case


class ShopNotOpen(Refusal):
    code = "SHOP_NOT_OPEN"
    message = _("The shop is not open. Goods can be put on sale once an operator has approved it.")


class NothingToSell(Refusal):
    code = "NOTHING_TO_SELL"
    message = _("No variant of this is for sale. Put at least one of them on sale first.")


class CodeTwice(Refusal):
    """`code`: which one."""

    code = "CODE_TWICE"
    status = 422
    message = _("Another variant of the shop has the code %(code)s. Give each its own.")


@dataclass(frozen=True, slots=True)
class NewSku:
    """A variant as a merchant describes it.

    spec: zh and en, such as 红色 / Red; both empty if there is one variant only.
    code: the shop's own name for it, at most once in the shop. picture: one of the shop's.
    flash_floor_fen: how low a host with an accepted plan may go in a room; None for not at all.
    """

    spec: Mapping[str, str]
    list_price_fen: int
    code: str = ""
    flash_floor_fen: int | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class SkuFile:
    """A variant as its shop sees it."""

    id: UUID
    public_id: str
    spec: dict[str, str]
    code: str
    list_price_fen: int
    flash_floor_fen: int | None
    is_on_sale: bool
    version: int
    picture: str
    choice: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProductFile:
    """A product as its shop sees it. axes: as in `matrix`; each SKU's `choice` is one of each."""

    id: UUID
    public_id: str
    shop_id: UUID
    title: dict[str, str]
    description: dict[str, str]
    pictures: tuple[str, ...]
    state: str
    reason: str
    skus: tuple[SkuFile, ...]
    axes: tuple[dict[str, Any], ...]
    category_id: UUID | None


@with_dictionaries
@use_case
def create(
    *,
    actor: Actor,
    shop_id: UUID,
    title: Mapping[str, str],
    description: Mapping[str, str],
    skus: Sequence[NewSku],
    picture_files: Sequence[str] = (),
    now: datetime,
) -> ProductFile:
    """The shop has this product as a draft.

    skus:          1 to 50, in the order in which they are shown.
    picture_files: `file` of up to 9 pictures that were stored for this shop, the first on top.
    raises:        SignInFirst, NotFound, NotAllowed, Invalid, TextNotAllowed.
    """
    actor.require_shop(shop_id, Right.MANAGE)
    if not 1 <= len(skus) <= rules.SKUS_PER_PRODUCT:
        raise Invalid(field="skus", reason="required" if not skus else "too_many")
    said = {
        "title": wordings.clean_title(title),
        "description": wordings.clean_description(description),
    }
    specs = [("spec", wordings.clean_spec(sku.spec)) for sku in skus]
    wordings.require_fit([*said.items(), *specs], now=now)
    lock_codes(shop_id)
    product = models.Product.objects.create(
        shop_id=shop_id,
        **said,
        pictures=_clean_pictures(shop_id, picture_files),
        state=ProductState.DRAFT,
        created_at=now,
        changed_at=now,
    )
    for position, sku in enumerate(skus):
        add(actor, product, sku, position=position, now=now)
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def change(
    *,
    actor: Actor,
    product_id: UUID,
    title: Mapping[str, str] | None = None,
    description: Mapping[str, str] | None = None,
    picture_files: Sequence[str] | None = None,
    now: datetime,
) -> ProductFile:
    """Set what is given. Prices and variants have use cases of their own. raises: as `create`."""
    product = locked(actor, product_id)
    said = {}
    if title is not None:
        said["title"] = wordings.clean_title(title)
    if description is not None:
        said["description"] = wordings.clean_description(description)
    wordings.require_fit(said.items(), standing=[product.title, product.description], now=now)
    for name, text in said.items():
        setattr(product, name, text)
    if picture_files is not None:
        product.pictures = _clean_pictures(product.shop_id, picture_files)
    product.changed_at = now
    product.save(update_fields=["title", "description", "pictures", "changed_at"])
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def add_sku(*, actor: Actor, product_id: UUID, sku: NewSku, now: datetime) -> ProductFile:
    """One more variant, shown last. raises: as `create`."""
    product = locked(actor, product_id)
    wordings.require_fit([("spec", wordings.clean_spec(sku.spec))], now=now)
    lock_codes(product.shop_id)
    held = models.Sku.objects.filter(product=product).aggregate(last=Max("position"))["last"]
    if held + 1 >= rules.SKUS_PER_PRODUCT:
        raise Invalid(field="skus", reason="too_many")
    add(actor, product, sku, position=held + 1, now=now)
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def change_sku(*, actor: Actor, sku_id: UUID, sku: NewSku, now: datetime) -> ProductFile:
    """The variant is as described. A new list price goes into the history of prices."""
    row = _sku(sku_id)
    product = locked(actor, row.product_id)
    spec = wordings.clean_spec(sku.spec)
    wordings.require_fit([("spec", spec)], standing=[row.spec], now=now)
    lock_codes(product.shop_id)
    write_sku(actor, product, models.Sku.objects.select_for_update().get(pk=sku_id), sku, now=now)
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def set_on_sale(*, actor: Actor, sku_id: UUID, is_on_sale: bool, now: datetime) -> ProductFile:
    """This variant can be bought, or not, whenever the product can."""
    row = _sku(sku_id)
    product = locked(actor, row.product_id)
    models.Sku.objects.filter(pk=sku_id).exclude(is_on_sale=is_on_sale).update(
        is_on_sale=is_on_sale, version=F("version") + 1
    )
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def publish(*, actor: Actor, product_id: UUID, now: datetime) -> ProductFile:
    """Everybody can buy it. raises: ShopNotOpen, NothingToSell, WrongState and as `change`."""
    product = locked(actor, product_id)
    if not shops.card(product.shop_id).is_open:
        raise ShopNotOpen
    if not models.Sku.objects.filter(product=product, is_on_sale=True).exists():
        raise NothingToSell
    rules.PUBLISH.take(models.Product.objects, product_id, changed_at=now)
    event_log.publish(ProductPublished(product_id=product_id, shop_id=product.shop_id))
    product.refresh_from_db()
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def unpublish(*, actor: Actor, product_id: UUID, now: datetime) -> ProductFile:
    """Nobody can buy it any more; orders that were placed go on. raises: WrongState."""
    product = locked(actor, product_id)
    rules.UNPUBLISH.take(models.Product.objects, product_id, changed_at=now)
    event_log.publish(ProductWithdrawn(product_id=product_id, shop_id=product.shop_id, reason=""))
    product.refresh_from_db()
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def take_down(*, actor: Actor, product_id: UUID, reason: str, now: datetime) -> ProductFile:
    """Off sale by an operator; the shop reads why and cannot put it back by itself."""
    actor.require_role(Role.OPERATOR)
    product = locked(actor, product_id)
    cleaned = clean_line(reason, field="reason", longest=200)
    rules.TAKE_DOWN.take(models.Product.objects, product_id, changed_at=now, reason=cleaned)
    event_log.publish(
        ProductWithdrawn(product_id=product_id, shop_id=product.shop_id, reason=cleaned)
    )
    product.refresh_from_db()
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


@with_dictionaries
@use_case
def let_back(*, actor: Actor, product_id: UUID, now: datetime) -> ProductFile:
    """The shop may put it on sale again. Only operators may."""
    actor.require_role(Role.OPERATOR)
    product = locked(actor, product_id)
    rules.LET_BACK.take(models.Product.objects, product_id, changed_at=now, reason="")
    product.refresh_from_db()
    search_entries.keep_products([product.id], now=now)
    return as_file(product)


def file_of(*, actor: Actor, product_id: UUID) -> ProductFile:
    """The product as its staff sees it. raises: SignInFirst, NotFound."""
    row = models.Product.objects.filter(pk=product_id).first()
    if row is None:
        raise NotFound
    rules.require_staff(actor, row.shop_id)
    return as_file(row)


def files_of(*, actor: Actor, shop_id: UUID, most: int = 200) -> tuple[ProductFile, ...]:
    """The newest products of a shop; for its staff. Two queries."""
    return files_page(actor=actor, shop_id=shop_id, most=most).rows


def files_page(
    *, actor: Actor, shop_id: UUID, after: str | None = None, most: int = 50
) -> Page[ProductFile]:
    """A page of a shop's products, newest first; for its staff. Two queries.

    raises: SignInFirst, NotFound, NotAllowed, Invalid (`after`).
    """
    rules.require_staff(actor, shop_id)
    rows = models.Product.objects.filter(shop=shop_id)
    found = pages.newest_first(rows, "created_at", after=after, most=most)
    skus: dict[UUID, list[models.Sku]] = {row.id: [] for row in found.rows}
    for sku in models.Sku.objects.filter(product__in=list(skus)).order_by("position"):
        skus[sku.product_id].append(sku)
    return found.of(_written(row, skus[row.id]) for row in found.rows)


@needs_transaction
def locked(actor: Actor, product_id: UUID) -> models.Product:
    product = models.Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound
    actor.require_shop(product.shop_id, Right.MANAGE)
    return product


def _sku(sku_id: UUID) -> models.Sku:
    row = models.Sku.objects.select_related("product").filter(pk=sku_id).first()
    if row is None:
        raise NotFound
    return row


@needs_transaction
def lock_codes(shop_id: UUID) -> None:
    """Until the transaction ends, nobody else gives codes in this shop."""
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('sku codes ' || %s, 0))", [shop_id])


@needs_transaction
def add(
    actor: Actor,
    product: models.Product,
    sku: NewSku,
    *,
    position: int,
    choice: Sequence[int] = (),
    now: datetime,
) -> models.Sku:
    """One more variant in this place; the caller holds the shop's codes and has asked the gate.

    raises: Invalid, CodeTwice.
    """
    fields = _clean_sku(sku, product.shop_id, own_id=None)
    row = models.Sku.objects.create(
        product=product, shop_id=product.shop_id, position=position, choice=list(choice), **fields
    )
    prices.note(actor, row, before_fen=None, now=now)
    return row


@needs_transaction
def write_sku(
    actor: Actor, product: models.Product, row: models.Sku, sku: NewSku, *, now: datetime
) -> None:
    """The locked row is as described. The caller and raises: as of `add`."""
    fields = _clean_sku(sku, product.shop_id, own_id=row.id)
    before_fen, is_news = row.list_price_fen, False
    for name, value in fields.items():
        is_news = is_news or (name in {"spec", "list_price_fen"} and getattr(row, name) != value)
        setattr(row, name, value)
    row.shop_id = product.shop_id
    row.version += int(is_news)
    row.save()
    if row.list_price_fen != before_fen:
        prices.note(actor, row, before_fen=before_fen, now=now)


def _clean_sku(sku: NewSku, shop_id: UUID, *, own_id: UUID | None) -> dict[str, object]:
    code = clean_line(sku.code, field="code", longest=rules.CODE_LETTERS, required=False)
    same = models.Sku.objects.filter(product__shop=shop_id, code=code)
    if own_id is not None:
        same = same.exclude(pk=own_id)
    if code and same.exists():
        raise CodeTwice(code=code)
    if sku.picture and not pictures.files_of_shop(shop_id, [sku.picture]):
        raise Invalid(field="picture", reason="choice")
    price_fen = rules.clean_price(sku.list_price_fen, field="list_price_fen")
    floor_fen = sku.flash_floor_fen
    if floor_fen is not None and (
        rules.clean_price(floor_fen, field="flash_floor_fen") > price_fen
    ):
        raise Invalid(field="flash_floor_fen", reason="range")
    return {
        "spec": wordings.clean_spec(sku.spec),
        "code": code,
        "picture": sku.picture,
        "list_price_fen": price_fen,
        "flash_floor_fen": floor_fen,
    }


def _clean_pictures(shop_id: UUID, files: Sequence[str]) -> list[str]:
    if len(files) > rules.PICTURES_PER_PRODUCT or len(set(files)) != len(files):
        raise Invalid(field="pictures", reason="too_many")
    if files and not pictures.files_of_shop(shop_id, files):
        raise Invalid(field="pictures", reason="choice")
    return list(files)


def as_file(row: models.Product) -> ProductFile:
    return _written(row, list(models.Sku.objects.filter(product=row).order_by("position")))


def _written(row: models.Product, skus: Sequence[models.Sku]) -> ProductFile:
    return ProductFile(
        id=row.id,
        public_id=ids.public("prd", row.id),
        shop_id=row.shop_id,
        title=row.title,
        description=row.description,
        pictures=tuple(row.pictures),
        state=row.state,
        reason=row.reason,
        skus=tuple(
            SkuFile(
                id=sku.id,
                public_id=ids.public("sku", sku.id),
                spec=sku.spec,
                code=sku.code,
                list_price_fen=sku.list_price_fen,
                flash_floor_fen=sku.flash_floor_fen,
                is_on_sale=sku.is_on_sale,
                version=sku.version,
                picture=sku.picture,
                choice=tuple(sku.choice),
            )
            for sku in skus
        ),
        axes=tuple(row.axes),
        category_id=row.category_id,
    )
