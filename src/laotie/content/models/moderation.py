"""By which rules posts are judged, what programs thought of them, and what people decided."""

from django.db import models
from django.db.models import F, Q

from laotie.content.conversation.talk import LONGEST_COMMENT, TalkCaseState
from laotie.content.judgement.findings import Rule
from laotie.content.judgement.verdicts import CaseState, OpinionState, Origin
from laotie.kernel import ids
from laotie.kernel.screening import Where
from laotie.kernel.states import state_check


class RuleSet(models.Model):
    """One version of the rules; never changed. words: word to severity; severities: by rule."""

    version = models.PositiveIntegerField(primary_key=True)
    words = models.JSONField()
    severities = models.JSONField()
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=1), name="rule_set_from_one"),
        ]


class RefusedText(models.Model):
    """Somebody wrote what nobody was let read. digest: tells equal texts, and nothing of them."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    place = models.CharField(max_length=8)
    rule = models.CharField(max_length=16)
    rule_version = models.PositiveIntegerField()
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    digest = models.BinaryField(max_length=32)
    refused_at = models.DateTimeField()

    class Meta:
        constraints = [state_check(Where, name="refused_text_place_known", column="place")]
        indexes = [models.Index(fields=["refused_at"], name="refused_text_age")]


class _Appealed(models.Model):
    """A decision that its subject appeals against once, and that another person answers."""

    appeal = models.CharField(max_length=500, blank=True)
    appealed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


# Nothing was found against the post, or not yet.
_NOTHING_SAID = [CaseState.OPEN.value, CaseState.APPROVED.value, CaseState.CLOSED.value]


class Case(_Appealed):
    """What was decided about a post, why and by whom; the record outlives the post.

    digest: of the post as it was. exhibit: its words then. findings: what the machine had found.
    decided_by: nobody where the machine limited its reach.
    was_public: everybody saw the post until somebody decided; None where that was not asked.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    post_id = models.UUIDField()
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=CaseState.OPEN.value)
    origin = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    rule_version = models.PositiveIntegerField()
    rule = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    exhibit = models.JSONField()
    findings = models.JSONField()
    opened_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    consequence = models.CharField(max_length=10, blank=True)
    was_public = models.BooleanField(null=True)

    class Meta:
        constraints = [
            state_check(CaseState, name="case_state_known"),
            state_check(Origin, name="case_origin_known", column="origin"),
            models.CheckConstraint(
                condition=Q(rule="") | Q(rule__in=[rule.value for rule in Rule]),
                name="case_rule_known",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN.value, decided_at__isnull=True)
                | (~Q(state=CaseState.OPEN.value) & Q(decided_at__isnull=False)),
                name="case_decided_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_NOTHING_SAID) | (~Q(rule="") & ~Q(reason="")),
                name="case_no_has_rule_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=False)
                | Q(state__in=[CaseState.OPEN.value, CaseState.CLOSED.value])
                | Q(origin=Origin.MACHINE.value, consequence=CaseState.LIMITED.value),
                name="case_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    consequence="",
                    state__in=_NOTHING_SAID,
                )
                | Q(
                    consequence__in=["LIMITED", "REFUSED", "TAKEN_DOWN"],
                    state__in=[
                        CaseState.LIMITED.value,
                        CaseState.REFUSED.value,
                        CaseState.TAKEN_DOWN.value,
                        CaseState.APPEALED.value,
                        CaseState.RESTORED.value,
                        CaseState.UPHELD.value,
                    ],
                ),
                name="case_consequence_fits",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(answered_by=F("decided_by")),
                name="case_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[CaseState.RESTORED.value, CaseState.UPHELD.value],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    appealed_at__isnull=False,
                )
                & ~Q(answer="")
                | ~Q(state__in=[CaseState.RESTORED.value, CaseState.UPHELD.value])
                & Q(answered_at__isnull=True),
                name="case_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.APPEALED.value) | Q(appealed_at__isnull=False),
                name="case_appealed_has_moment",
            ),
            models.UniqueConstraint(
                fields=["post_id"],
                condition=Q(state=CaseState.OPEN.value),
                name="case_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["post_id", "-id"], name="case_of_post"),
            models.Index(fields=["creator", "-id"], name="case_of_creator"),
            models.Index(
                fields=["opened_at"],
                condition=Q(state=CaseState.OPEN.value),
                name="case_waits",
            ),
            models.Index(
                fields=["appealed_at"],
                condition=Q(state=CaseState.APPEALED.value),
                name="case_appealed",
            ),
            models.Index(
                fields=["decided_at"],
                condition=Q(consequence=CaseState.TAKEN_DOWN.value),
                name="case_took_down",
            ),
        ]


class Opinion(models.Model):
    """What one program thinks of a post as it was. asked_at: on the wall clock of the last try.

    cause: why there is no answer. findings: what it found; empty for nothing.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    post_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    model = models.CharField(max_length=60)
    state = models.CharField(max_length=6, default=OpinionState.ASKED.value)
    tries = models.PositiveSmallIntegerField(default=1)
    cause = models.CharField(max_length=200, blank=True)
    findings = models.JSONField(default=list)
    asked_wall_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(OpinionState, name="opinion_state_known"),
            models.UniqueConstraint(fields=["post_id", "digest", "model"], name="opinion_once"),
            models.CheckConstraint(
                condition=Q(state=OpinionState.ASKED.value, ended_at__isnull=True)
                | (~Q(state=OpinionState.ASKED.value) & Q(ended_at__isnull=False)),
                name="opinion_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=(Q(state=OpinionState.FAILED.value) & ~Q(cause=""))
                | (~Q(state=OpinionState.FAILED.value) & Q(cause="")),
                name="opinion_failed_has_cause",
            ),
        ]


class TalkCase(_Appealed):
    """A comment that an operator took down, with its words; the record outlives the comment."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    comment_id = models.UUIDField()
    post_id = models.UUIDField()
    writer = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=LONGEST_COMMENT)
    state = models.CharField(max_length=10)
    rule = models.CharField(max_length=16)
    rule_version = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    decided_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            state_check(TalkCaseState, name="talk_case_state_known"),
            models.CheckConstraint(
                condition=Q(rule__in=[rule.value for rule in Rule]), name="talk_case_rule_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="talk_case_has_reason"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("writer")), name="talk_case_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(appeal="", appealed_at__isnull=True)
                | ~Q(appeal="") & Q(appealed_at__isnull=False),
                name="talk_case_appeal_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[TalkCaseState.RESTORED.value, TalkCaseState.UPHELD.value],
                    appealed_at__isnull=False,
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                )
                & ~Q(answer="")
                & ~Q(answered_by=F("decided_by"))
                | ~Q(state__in=[TalkCaseState.RESTORED.value, TalkCaseState.UPHELD.value])
                & Q(answered_at__isnull=True, answered_by__isnull=True),
                name="talk_case_answered_by_another",
            ),
            models.UniqueConstraint(
                fields=["comment_id"],
                condition=Q(
                    state__in=[TalkCaseState.TAKEN_DOWN.value, TalkCaseState.APPEALED.value]
                ),
                name="talk_case_once_open",
            ),
        ]
        indexes = [
            models.Index(fields=["comment_id", "-id"], name="talk_case_of_comment"),
            models.Index(fields=["writer", "-id"], name="talk_case_of_writer"),
            models.Index(
                fields=["appealed_at", "id"],
                condition=Q(state=TalkCaseState.APPEALED.value),
                name="talk_case_appealed",
            ),
        ]
