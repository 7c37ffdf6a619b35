"""The table of who is asked to work for a shop; `models` shows it to Django."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.accounts.rules import InvitationState, Right
from laotie.kernel import ids
from laotie.kernel.states import state_check


class StaffInvitation(models.Model):
    """Somebody is asked to work for a shop with these rights; open until answered or over."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    rights = ArrayField(models.CharField(max_length=10))
    state = models.CharField(max_length=10)
    invited_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-invited_at"], name="invitation_of_person")]
        constraints = [
            state_check(InvitationState, name="invitation_state_known"),
            models.UniqueConstraint(
                fields=["shop", "person"],
                name="invitation_one_open",
                condition=Q(state=InvitationState.OPEN.value),
            ),
            models.CheckConstraint(
                condition=Q(rights__contained_by=[right.value for right in Right])
                & Q(rights__len__gt=0),
                name="invitation_rights_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="invitation_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.OPEN.value, answered_at__isnull=True)
                | (~Q(state=InvitationState.OPEN.value) & Q(answered_at__isnull=False)),
                name="invitation_answered_has_moment",
            ),
        ]
