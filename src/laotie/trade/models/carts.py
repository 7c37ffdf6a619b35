"""What people put aside to buy, and what they wait for."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids


class CartLine(models.Model):
    """One SKU in somebody's cart; `seen_fen` is what it cost when it was put there.

    `quote_id` is the last quote made of it: a checkout of that id means that it was ordered.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person_id = models.UUIDField()
    sku_id = models.UUIDField()
    quantity = models.IntegerField()
    room_id = models.UUIDField(null=True)
    post_id = models.UUIDField(null=True)
    creator_id = models.UUIDField(null=True)
    seen_fen = models.BigIntegerField()
    is_chosen = models.BooleanField(default=True)
    quote_id = models.UUIDField(null=True)
    put_at = models.DateTimeField()

    class Meta:
        db_table = "trade_cart_line"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "sku_id"], name="cart_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=99), name="cart_line_quantity"
            ),
            models.CheckConstraint(condition=Q(seen_fen__gte=0), name="cart_line_price"),
            models.CheckConstraint(
                condition=Q(room_id__isnull=True) | Q(creator_id__isnull=False),
                name="cart_line_room_has_its_host",
            ),
            models.CheckConstraint(
                condition=Q(post_id__isnull=True) | Q(creator_id__isnull=False),
                name="cart_line_post_has_its_creator",
            ),
        ]


class RestockWish(models.Model):
    """Somebody wants to hear when a SKU can be bought again; gone once they were told."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person_id = models.UUIDField()
    sku_id = models.UUIDField()
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "trade_restock_wish"
        constraints = [
            models.UniqueConstraint(fields=["sku_id", "person_id"], name="restock_wish_once")
        ]
        indexes = [models.Index(fields=["person_id"], name="restock_wish_of_person")]
