"""Industrial belts, and the creators who belong to one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from laotie.content.industry.belt_kinds import MOST_FIELDS, STANDING, BeltState, MembershipState
from laotie.content.kinds import Field
from laotie.kernel import ids
from laotie.kernel.states import state_check

_OPEN = Q(state=BeltState.OPEN.value)
_STANDING = Q(state__in=[state.value for state in STANDING])


class Belt(models.Model):
    """A region that is known for making something, as an operator lists it.

    about: a line in each language, or nothing. region: a code of `accounts.regions`.
    reason: why it was closed.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    about_zh = models.CharField(max_length=120, blank=True)
    about_en = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=6)
    fields = ArrayField(models.CharField(max_length=16))
    state = models.CharField(max_length=8, default=BeltState.OPEN.value)
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(BeltState, name="belt_state_known"),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""), name="belt_has_names"
            ),
            models.CheckConstraint(condition=Q(region__regex=r"^\d{6}$"), name="belt_has_a_place"),
            models.CheckConstraint(
                condition=Q(fields__len__gte=1, fields__len__lte=MOST_FIELDS)
                & Q(fields__contained_by=[field.value for field in Field]),
                name="belt_fields_known",
            ),
            models.CheckConstraint(
                condition=(_OPEN & Q(closed_at__isnull=True, reason=""))
                | (Q(state=BeltState.CLOSED.value, closed_at__isnull=False) & ~Q(reason="")),
                name="belt_closed_says_why",
            ),
            models.UniqueConstraint("name_zh", condition=_OPEN, name="belt_name_zh_once"),
            models.UniqueConstraint(Lower("name_en"), condition=_OPEN, name="belt_name_en_once"),
        ]


class BeltMembership(models.Model):
    """A creator asked to belong to a belt, and what became of it.

    words: what the creator said. reason: what was answered, or why it ended.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    belt = models.ForeignKey("content.Belt", on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=MembershipState.ASKED.value)
    words = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(MembershipState, name="membership_state_known"),
            models.UniqueConstraint(
                fields=["creator"], condition=_STANDING, name="membership_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=(_STANDING & Q(ended_at__isnull=True))
                | (~_STANDING & Q(ended_at__isnull=False)),
                name="membership_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=MembershipState.MEMBER.value, joined_at__isnull=False)
                | Q(state__in=["ASKED", "REFUSED"], joined_at__isnull=True)
                | Q(state__in=["LEFT", "ENDED"]),
                name="membership_joined_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ASKED", "LEFT"]) | ~Q(reason=""),
                name="membership_answered_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["belt", "creator"],
                condition=Q(state=MembershipState.MEMBER.value),
                name="membership_of_belt",
            ),
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(state=MembershipState.ASKED.value),
                name="membership_waiting",
            ),
            models.Index(fields=["creator", "-id"], name="membership_of_creator"),
        ]
