"""Tables of what a person keeps for themselves: sessions, proofs, consents, the wish to leave."""

from django.db import models
from django.db.models import Q

from laotie.accounts.rules import CaseState, Document, LeavingState
from laotie.kernel import ids
from laotie.kernel.states import state_check


class PersonSession(models.Model):
    """Where a person is signed in. No place and no address is kept, only which kind of browser."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    is_app = models.BooleanField()
    browser = models.CharField(max_length=24, blank=True)
    system = models.CharField(max_length=24, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-seen_at"], name="session_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=models.F("opened_at")), name="session_seen_after_opened"
            )
        ]


class UsedChallenge(models.Model):
    """A passkey answered this challenge; nothing else ever may. Dropped after a day."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    used_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["used_at"], name="used_challenge_age")]


class Consent(models.Model):
    """Somebody accepted a version of a text: which one, to the letter, and when. Never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=10)
    version = models.CharField(max_length=40)
    text_digest = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10)
    via = models.CharField(max_length=40)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "document", "version"], name="consent_once_per_version"
            ),
            state_check(Document, name="consent_document_known", column="document"),
            models.CheckConstraint(condition=~Q(version=""), name="consent_has_version"),
        ]


class PhoneCase(models.Model):
    """Somebody lost phone and second step and asks an operator for their account on a new number.

    The new number is proven; that the account is theirs is for the operator to judge, and for the
    owner to contradict while the case waits.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    phone_index = models.BinaryField(max_length=32)
    phone_sealed = models.BinaryField(max_length=120)
    phone_masked = models.CharField(max_length=24)
    story_sealed = models.BinaryField(max_length=2200)
    state = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(CaseState, name="phone_case_state_known"),
            models.UniqueConstraint(
                fields=["person"],
                name="phone_case_one_open",
                condition=Q(state__in=[CaseState.ASKED.value, CaseState.WAITING.value]),
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.WAITING.value) | Q(due_at__isnull=False),
                name="phone_case_waits_for_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[CaseState.ASKED.value, CaseState.WAITING.value],
                    ended_at__isnull=True,
                )
                | (
                    ~Q(state__in=[CaseState.ASKED.value, CaseState.WAITING.value])
                    & Q(ended_at__isnull=False)
                ),
                name="phone_case_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "asked_at"], name="phone_case_by_state"),
        ]


class Leaving(models.Model):
    """A person asked to be deleted: until `due_at` they may think again, then it is done."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(LeavingState, name="leaving_state_known"),
            models.UniqueConstraint(
                fields=["person"],
                name="leaving_one_open",
                condition=Q(state=LeavingState.WAITING.value),
            ),
            models.CheckConstraint(
                condition=Q(state=LeavingState.WAITING.value, ended_at__isnull=True)
                | (~Q(state=LeavingState.WAITING.value) & Q(ended_at__isnull=False)),
                name="leaving_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="leaving_due",
                condition=Q(state=LeavingState.WAITING.value),
            )
        ]


class DataExport(models.Model):
    """A copy of what we know of a person, asked for, made by a job, kept for seven days."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    bytes = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="data_export_one_in_work",
                condition=Q(ready_at__isnull=True, ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(done__lte=models.F("total")), name="data_export_done_of_total"
            ),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, bytes__isnull=True)
                | Q(ready_at__isnull=False, bytes__isnull=False),
                name="data_export_ready_has_size",
            ),
        ]
        indexes = [models.Index(fields=["person", "-asked_at"], name="data_export_of_person")]


class MinorDay(models.Model):
    """How long a person in minors' mode was here on one day (Asia/Shanghai)."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    used_s = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="minor_day_once")]
