"""Who keeps order in a creator's rooms beside the creator, and what each did."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.live.rules import Deed, Duty

_DUTIES = [duty.value for duty in Duty]


class Seat(models.Model):
    """Somebody may do some things in all rooms of a creator; none of them moves money."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    duties = ArrayField(models.CharField(max_length=12))
    given_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creator", "person"],
                condition=Q(taken_at__isnull=True),
                name="seat_one_per_person",
            ),
            models.CheckConstraint(
                condition=Q(duties__contained_by=_DUTIES) & Q(duties__len__gte=1),
                name="seat_duties_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(taken_at__isnull=True), name="seat_of_person"
            )
        ]


class Act(models.Model):
    """One thing that somebody did to keep order. Appended, never changed.

    about: the public id of a person, or the id of a comment; words for words and numbers.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    deed = models.CharField(max_length=12)
    about = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    detail = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [state_check(Deed, name="act_deed_known", column="deed")]
        indexes = [models.Index(fields=["creator", "-done_at", "-id"], name="act_newest")]
