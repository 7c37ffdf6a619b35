"""Frames in their order, counts that are appended, and sales."""

from django.db import models
from django.db.models import Q


class FrameCounter(models.Model):
    """The last number given to a frame of a room; its row lock puts frames in order."""

    room = models.OneToOneField(
        "live.Room", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    epoch = models.PositiveIntegerField(default=1)
    seq = models.BigIntegerField(default=0)


class Frame(models.Model):
    """One thing that all viewers of a room see, in order. Deleted when too old to be asked for."""

    pk = models.CompositePrimaryKey("room_id", "epoch", "seq")
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="frame_counts_from_one")
        ]
        indexes = [models.Index(fields=["at"], name="frame_age")]


class Tally(models.Model):
    """What one gateway process counted in one room since its last row. Appended, then rolled up."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    source = models.UUIDField()
    likes = models.PositiveIntegerField()
    joins = models.PositiveIntegerField()
    viewers = models.PositiveIntegerField()
    at = models.DateTimeField()
    wall_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["room", "source", "-id"], name="tally_newest"),
            models.Index(fields=["wall_at"], name="tally_age"),
        ]


class Minute(models.Model):
    """A room's audience in one minute of business time: rolled up from tallies."""

    pk = models.CompositePrimaryKey("room_id", "minute")
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    minute = models.DateTimeField()
    likes = models.BigIntegerField()
    joins = models.PositiveIntegerField()
    viewers_peak = models.PositiveIntegerField()


class Sale(models.Model):
    """A paid order of a room, for its notice and its count; the order itself is the trade's."""

    order_id = models.UUIDField(primary_key=True, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    paid_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["room", "paid_at"], name="sale_of_room")]
