"""Who keeps up with whom, likes what, says what, and wants to see nothing of whom."""

from django.db import models
from django.db.models import F, Q

from laotie.content.conversation.talk import LONGEST_COMMENT, CommentState, WhoTalks
from laotie.kernel import ids
from laotie.kernel.states import state_check

FORGED = ("", "RATE", "BURST", "DEVICE")


class Follow(models.Model):
    """Somebody wants to see what a creator publishes, and to know when they go live.

    device, forged, judged_at: see `genuine`. The table keeps the name that it was born
    with, so that a move of code moves no rows.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    followed_at = models.DateTimeField()
    device = models.CharField(max_length=16, blank=True, default="", db_default="")
    forged = models.CharField(max_length=8, blank=True, default="", db_default="")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "live_follow"
        constraints = [
            models.UniqueConstraint(fields=["person", "creator"], name="follow_once"),
            models.CheckConstraint(condition=Q(forged__in=FORGED), name="follow_forged_known"),
        ]
        indexes = [
            models.Index(fields=["creator", "person"], name="follower_of_creator"),
            models.Index(fields=["creator", "followed_at"], name="follow_by_moment"),
            models.Index(
                fields=["creator", "device"], condition=~Q(device=""), name="follow_by_device"
            ),
            models.Index(
                fields=["followed_at"], condition=Q(judged_at__isnull=True), name="follow_to_judge"
            ),
        ]


class FanChange(models.Model):
    """Somebody began to follow, or does not any more, or was found to be forged: not added yet.

    Rows come from a trigger of `Follow` and go when `fan_counts` adds them to `FanCount`;
    so that many who follow one creator at once change no row together. at: when they had followed.
    fans, followers: what is to be added; fans are those that count (`genuine`).
    """

    id = models.BigAutoField(primary_key=True)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    fans = models.SmallIntegerField()
    followers = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["creator"], name="fan_change_of_creator")]


class FanCount(models.Model):
    """How many follow a creator, but for what stands in `FanChange`.

    since: only those count that came from then on, in an account that has changed hands.
    """

    creator = models.OneToOneField(
        "accounts.Creator", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    since = models.DateTimeField(null=True)
    fans = models.BigIntegerField()
    followers = models.BigIntegerField()


class Like(models.Model):
    """Somebody likes a post. device, forged, judged_at: see `genuine`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("content.Post", on_delete=models.PROTECT, related_name="+")
    liked_at = models.DateTimeField()
    device = models.CharField(max_length=16, blank=True)
    forged = models.CharField(max_length=8, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "post"], name="like_once"),
            models.CheckConstraint(condition=Q(forged__in=FORGED), name="like_forged_known"),
        ]
        indexes = [
            models.Index(fields=["post", "liked_at", "forged"], name="like_by_moment"),
            models.Index(fields=["person", "-liked_at"], name="like_of_person"),
            models.Index(fields=["post", "device"], condition=~Q(device=""), name="like_by_device"),
            models.Index(
                fields=["liked_at"], condition=Q(judged_at__isnull=True), name="like_to_judge"
            ),
        ]


class Block(models.Model):
    """Somebody and another see nothing of each other, whoever of them asked for it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    blocked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="block_once"),
            models.CheckConstraint(condition=~Q(person=F("other")), name="block_of_another"),
        ]
        indexes = [
            models.Index(fields=["other", "person"], name="block_by_other"),
            models.Index(fields=["person", "-blocked_at"], name="block_of_person"),
        ]


class Comment(models.Model):
    """What somebody says under a post, or in answer to such a comment; one level deep.

    answers: the comment that it stands under. ended_by: who made it go, where somebody did.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    post = models.ForeignKey("content.Post", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    answers = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    text = models.CharField(max_length=LONGEST_COMMENT)
    state = models.CharField(max_length=10)
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            state_check(CommentState, name="comment_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="post_comment_says_something"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[CommentState.SHOWN.value, CommentState.HELD.value],
                    ended_at__isnull=True,
                )
                | ~Q(state__in=[CommentState.SHOWN.value, CommentState.HELD.value])
                & Q(ended_at__isnull=False),
                name="comment_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["post", "-id"],
                condition=Q(answers__isnull=True, state=CommentState.SHOWN.value),
                name="comment_under_post",
            ),
            models.Index(
                fields=["answers", "id"],
                condition=Q(answers__isnull=False, state=CommentState.SHOWN.value),
                name="comment_in_answer",
            ),
            models.Index(fields=["person", "-said_at"], name="post_comment_of_person"),
        ]


class TalkRule(models.Model):
    """Who may comment under a creator's posts. Without a row everybody may."""

    creator = models.OneToOneField(
        "accounts.Creator", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    who = models.CharField(max_length=10)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [state_check(WhoTalks, name="talk_rule_known", column="who")]
