"""Tables by which goods are found: the tree of categories, the search index, who follows a shop."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from laotie.catalog.rules import EntryKind
from laotie.kernel import ids
from laotie.kernel.states import state_check


class Category(models.Model):
    """One shelf of the tree. A closed one is offered to nobody; what lies in it stays there."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    parent = models.ForeignKey(
        "catalog.Category", on_delete=models.PROTECT, related_name="+", null=True
    )
    depth = models.PositiveSmallIntegerField()
    slug = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    is_open = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""), name="category_named_in_both_languages"
            ),
            models.CheckConstraint(
                condition=Q(depth=1, parent__isnull=True)
                | Q(depth__in=[2, 3], parent__isnull=False),
                name="category_depth_bounded",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="category_not_its_own_parent"
            ),
        ]


class SearchEntry(models.Model):
    """What a product, a shop or a creator is found by; `id` is theirs.

    words:    lexemes of both languages, pinyin and initials; made by `rules` of the search alone.
    sold:     units paid in the last 30 days; has_stock: something was on the shelf. Both are kept
        by whoever keeps stock and orders, and may be a minute old.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=8)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    words = SearchVectorField()
    price_fen = models.BigIntegerField(null=True)
    sold = models.PositiveIntegerField(default=0, db_default=0)
    has_stock = models.BooleanField(default=False, db_default=False)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            state_check(EntryKind, name="search_entry_kind_known", column="kind"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.PRODUCT.value, shop__isnull=False)
                & Q(price_fen__isnull=False)
                | Q(kind=EntryKind.SHOP.value, shop=F("id"), price_fen__isnull=True)
                | Q(kind=EntryKind.CREATOR.value, shop__isnull=True, price_fen__isnull=True),
                name="search_entry_has_its_parts",
            ),
        ]
        indexes = [
            GinIndex(fields=["words"], name="search_words"),
            models.Index(fields=["kind", "sold", "id"], name="search_by_sales"),
            models.Index(fields=["kind", "price_fen", "id"], name="search_by_price"),
        ]


class ShopFollow(models.Model):
    """Somebody wants to find this shop again."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    followed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "shop"], name="shop_follow_once")]
