"""Tables of goods. Titles and specs are JSON with the keys zh and en."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.fields.json import KT

from laotie.catalog.finding import Category, SearchEntry, ShopFollow
from laotie.catalog.rules import MAX_PRICE_FEN, MAX_QUANTITY, ProductState
from laotie.kernel import ids
from laotie.kernel.states import state_check

__all__ = ["Category", "Offer", "Picture", "PriceChange", "Product"]
__all__ += ["SearchEntry", "ShopFollow", "Sku"]


class Picture(models.Model):
    """One uploaded picture, re-encoded. `file` names its folder and cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    file = models.CharField(max_length=32, unique=True)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "stored_at"], name="picture_by_person")]


class Product(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    title = models.JSONField()
    description = models.JSONField()
    pictures = ArrayField(models.CharField(max_length=32), default=list)
    category = models.ForeignKey(
        "catalog.Category", on_delete=models.PROTECT, related_name="+", null=True
    )
    # Up to three: [{"zh": …, "en": …, "values": [{"zh": …, "en": …}, …]}, …].
    axes = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            state_check(ProductState, name="product_state_known"),
            models.CheckConstraint(
                condition=Q(title__has_keys=["zh", "en"]) & Q(description__has_keys=["zh", "en"]),
                name="product_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(pictures__len__lte=9), name="product_pictures_bounded"
            ),
            models.CheckConstraint(condition=Q(axes__3__isnull=True), name="product_axes_bounded"),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "-created_at"], name="product_of_shop"),
            models.Index(F("shop"), KT("title__zh"), name="product_by_title"),
        ]


class Sku(models.Model):
    """What is put into a parcel. `version` rises with each change that a buyer could see."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    spec = models.JSONField()
    code = models.CharField(max_length=40, blank=True)
    # The product's shop again, so that the database can hold codes apart; none before 0004.
    shop_id = models.UUIDField(null=True)
    # Which value of each of the product's axes; empty where it has none.
    choice = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        db_default=Value([], ArrayField(models.PositiveSmallIntegerField())),
    )
    picture = models.CharField(max_length=32, blank=True, default="", db_default="")
    list_price_fen = models.BigIntegerField()
    # How low a host with an accepted plan may go in a room; None: the shop's own people only.
    flash_floor_fen = models.BigIntegerField(null=True)
    is_on_sale = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="sku_position"),
            models.UniqueConstraint(
                fields=["shop_id", "code"],
                name="sku_code_once_in_shop",
                condition=~Q(code="") & Q(shop_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["product", "choice"],
                name="sku_choice_once",
                condition=Q(choice__len__gt=0),
            ),
            models.CheckConstraint(condition=Q(choice__len__lte=3), name="sku_choice_bounded"),
            models.CheckConstraint(
                condition=Q(list_price_fen__gte=1, list_price_fen__lte=MAX_PRICE_FEN),
                name="sku_price_bounded",
            ),
            models.CheckConstraint(
                condition=Q(flash_floor_fen__isnull=True)
                | Q(flash_floor_fen__gte=1, flash_floor_fen__lte=F("list_price_fen")),
                name="sku_floor_below_list",
            ),
            models.CheckConstraint(
                condition=Q(spec__has_keys=["zh", "en"]), name="sku_spec_in_both_languages"
            ),
        ]
        indexes = [
            models.Index(
                fields=["code"], name="sku_code_unnamed", condition=Q(shop_id__isnull=True)
            )
        ]


class PriceChange(models.Model):
    """One change of a list price. Never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="+")
    before_fen = models.BigIntegerField(null=True)
    after_fen = models.BigIntegerField()
    version = models.PositiveIntegerField()
    changed_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    via = models.CharField(max_length=40)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "version"], name="price_change_version")
        ]


class Offer(models.Model):
    """A price for a time, in one place or everywhere. Ended, never changed.

    That two offers of one SKU do not overlap in one place is an exclusion constraint, made by
    `sql/guard_prices.sql`.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place_id = models.UUIDField(null=True)
    price_fen = models.BigIntegerField()
    list_price_fen = models.BigIntegerField()
    quantity = models.PositiveIntegerField(null=True)
    limit_per_buyer = models.PositiveIntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_fen__gte=1, price_fen__lte=F("list_price_fen")),
                name="offer_price_bounded",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="offer_quantity_bounded",
            ),
            models.CheckConstraint(
                condition=Q(limit_per_buyer__isnull=True) | Q(limit_per_buyer__gte=1),
                name="offer_limit_bounded",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at"))
                | Q(ends_at=F("starts_at"), closed_at__isnull=False),
                name="offer_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["sku", "ends_at"], name="offer_of_sku")]
