"""Programmes for creators with their budgets, agreements with talents, and what both count."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.content.kinds import Field
from laotie.content.support.support_kinds import (
    MOST_BUDGET_FEN,
    MOST_LIVES_A_MONTH,
    MOST_POSTS_A_WEEK,
    MOST_QUIET_DAYS,
    MOST_TASKS,
    AgreementState,
    AlertCause,
    ProgrammeState,
    RewardState,
    TaskKind,
)
from laotie.kernel import ids
from laotie.kernel.states import state_check


class HeldShow(models.Model):
    """A room that was on air, as the events of live rooms tell. ended_at: none while it is."""

    room_id = models.UUIDField(primary_key=True)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="show_ends_after_it_begins",
            )
        ]
        indexes = [models.Index(fields=["creator", "began_at"], name="show_of_creator")]


class Programme(models.Model):
    """The platform pays creators of a field for reaching targets within a window.

    aliases: other names that it is known by. due_fen: what all rewards came to, before the budget
    cut them; known once it is closed. paid_fen, returned_fen: of the budget.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    aliases = ArrayField(models.CharField(max_length=40), default=list)
    goal = models.CharField(max_length=200)
    field = models.CharField(max_length=16)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    budget_fen = models.BigIntegerField()
    due_fen = models.BigIntegerField(null=True)
    paid_fen = models.BigIntegerField(default=0)
    returned_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default=ProgrammeState.DRAFT.value)
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(ProgrammeState, name="programme_state_known"),
            state_check(Field, name="programme_field_known", column="field"),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en="") & ~Q(goal=""), name="programme_has_names"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="programme_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(budget_fen__gt=0, budget_fen__lte=MOST_BUDGET_FEN),
                name="programme_budget_bounded",
            ),
            # The last guard of the platform's money, beside the floor of its account.
            models.CheckConstraint(
                condition=Q(
                    paid_fen__gte=0,
                    returned_fen__gte=0,
                    budget_fen__gte=F("paid_fen") + F("returned_fen"),
                ),
                name="programme_keeps_to_its_budget",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProgrammeState.PAID.value)
                | Q(budget_fen=F("paid_fen") + F("returned_fen")),
                name="programme_ends_with_nothing_left",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "CANCELLED"]) | Q(opened_at__isnull=False),
                name="programme_open_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["CLOSED", "PAID"], due_fen__isnull=False)
                | Q(state__in=["DRAFT", "OPEN", "CANCELLED"], due_fen__isnull=True, paid_fen=0),
                name="programme_pays_once_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="programme_in_state"),
            models.Index(fields=["ends_at"], condition=Q(state="OPEN"), name="programme_to_close"),
        ]


class ProgrammeTask(models.Model):
    """One target and its reward. target: counted in the kind's own unit."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    programme = models.ForeignKey("content.Programme", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16)
    target = models.PositiveIntegerField()
    reward_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            state_check(TaskKind, name="task_kind_known", column="kind"),
            models.UniqueConstraint(fields=["programme", "position"], name="task_in_order"),
            models.UniqueConstraint(
                fields=["programme", "kind", "target"], name="task_target_once"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_TASKS), name="task_bounded"
            ),
            models.CheckConstraint(
                condition=Q(target__gte=1, reward_fen__gt=0, reward_fen__lte=MOST_BUDGET_FEN),
                name="task_is_worth_something",
            ),
        ]


class Enrolment(models.Model):
    """A creator takes part in a programme."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    programme = models.ForeignKey("content.Programme", on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "creator"], name="enrolment_once")
        ]
        indexes = [models.Index(fields=["creator", "-id"], name="enrolment_of_creator")]


class TaskProgress(models.Model):
    """How far a creator is, counted from what is there, so that nothing counts twice.

    counted: in the kind's unit; of minutes watched those that are believed. told: of these, all
    that viewers' pages told; none for other kinds.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    enrolment = models.ForeignKey("content.Enrolment", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    counted = models.PositiveBigIntegerField()
    told = models.PositiveBigIntegerField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            state_check(TaskKind, name="progress_kind_known", column="kind"),
            models.UniqueConstraint(fields=["enrolment", "kind"], name="progress_once"),
        ]


class Reward(models.Model):
    """What a creator earned by one task. amount_fen: full_fen, cut if the budget was too small."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    programme = models.ForeignKey("content.Programme", on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey("content.Enrolment", on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey("content.ProgrammeTask", on_delete=models.PROTECT, related_name="+")
    counted = models.PositiveBigIntegerField()
    full_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, default=RewardState.DUE.value)
    made_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(RewardState, name="reward_state_known"),
            models.UniqueConstraint(fields=["enrolment", "task"], name="reward_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, amount_fen__lte=F("full_fen")),
                name="reward_is_at_most_promised",
            ),
            models.CheckConstraint(
                condition=Q(state="DUE", paid_at__isnull=True)
                | Q(state="PAID", paid_at__isnull=False),
                name="reward_paid_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "id"], name="reward_of_programme"),
            models.Index(
                fields=["programme", "id"], condition=Q(state="DUE"), name="reward_to_pay"
            ),
        ]


class FieldDay(models.Model):
    """A field on one day, looking back thirty days; see `content.support.field_figures`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    field = models.CharField(max_length=16)
    on = models.DateField()
    creators = models.PositiveIntegerField()
    active = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    viewers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            state_check(Field, name="field_day_field_known", column="field"),
            models.UniqueConstraint(fields=["field", "on"], name="field_day_once"),
            models.CheckConstraint(
                condition=Q(active__lte=F("creators"), viewers__lte=F("people")),
                name="field_day_parts_of_wholes",
            ),
        ]


class TalentAgreement(models.Model):
    """A creator promises so many posts a week and shows a month, over whole days of the calendar.

    starts_on, ends_on: both included, in the installation's time zone.
    quiet_days: after so many without a sign somebody is told.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=16)
    is_exclusive = models.BooleanField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    posts_a_week = models.PositiveSmallIntegerField()
    lives_a_month = models.PositiveSmallIntegerField()
    quiet_days = models.PositiveSmallIntegerField()
    contract = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, default=AgreementState.ACTIVE.value)
    reason = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            state_check(AgreementState, name="agreement_state_known"),
            state_check(Field, name="agreement_field_known", column="field"),
            models.UniqueConstraint(
                fields=["creator"], condition=Q(state="ACTIVE"), name="agreement_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="agreement_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(posts_a_week__gte=1, posts_a_week__lte=MOST_POSTS_A_WEEK)
                | Q(posts_a_week=0, lives_a_month__gte=1),
                name="agreement_promises_something",
            ),
            models.CheckConstraint(
                condition=Q(
                    lives_a_month__lte=MOST_LIVES_A_MONTH,
                    quiet_days__gte=1,
                    quiet_days__lte=MOST_QUIET_DAYS,
                ),
                name="agreement_bounded",
            ),
            models.CheckConstraint(
                condition=Q(state="ACTIVE", ended_on__isnull=True)
                | Q(state="ENDED", ended_on__isnull=False),
                name="agreement_ended_has_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="agreement_in_state")]


class TalentAlert(models.Model):
    """A talent went quiet, missed what was promised, or led elsewhere. One per cause and its first
    day.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    agreement = models.ForeignKey(
        "content.TalentAgreement", on_delete=models.PROTECT, related_name="+"
    )
    cause = models.CharField(max_length=14)
    since_on = models.DateField()
    done = models.PositiveIntegerField()
    due = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(AlertCause, name="talent_alert_cause_known", column="cause"),
            models.UniqueConstraint(
                fields=["agreement", "cause", "since_on"], name="talent_alert_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-raised_at", "-id"],
                condition=Q(seen_at__isnull=True),
                name="talent_alert_unseen",
            )
        ]
