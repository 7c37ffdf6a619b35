"""Complaints and proposals."""

from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.oversight.rules import Cause, ComplaintState, ProposalKind, ProposalState


class Complaint(models.Model):
    """One person says that one thing is wrong. `ref` is its public id."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=60)
    cause = models.CharField(max_length=12)
    text = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "made_at"], name="complaint_queue"),
            models.Index(fields=["person", "made_at"], name="complaint_of_person"),
        ]
        constraints = [
            state_check(ComplaintState, name="complaint_state"),
            models.UniqueConstraint(
                fields=["person", "ref"],
                condition=Q(state=ComplaintState.OPEN.value),
                name="complaint_open_once",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=[each.value for each in Cause]), name="complaint_cause"
            ),
            models.CheckConstraint(
                condition=Q(state=ComplaintState.OPEN.value, decided_at__isnull=True)
                | Q(state=ComplaintState.WITHDRAWN.value, decided_at__isnull=False)
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(answer=""),
                name="complaint_ends_with_a_reason",
            ),
        ]


class Proposal(models.Model):
    """What one person wants to do with money, for another to confirm exactly as it stands."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=20)
    facts = models.JSONField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=12)
    proposed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-proposed_at"], name="proposal_queue")]
        constraints = [
            state_check(ProposalState, name="proposal_state"),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in ProposalKind]), name="proposal_kind"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED.value, decided_at__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="proposal_ends_once",
            ),
            # Two pairs of eyes: a no of one's own is taking it back.
            models.CheckConstraint(
                condition=~Q(state=ProposalState.CONFIRMED.value, decided_by=F("proposed_by")),
                name="proposal_confirmed_by_another",
            ),
        ]
