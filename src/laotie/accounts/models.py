"""Tables of people, shops and rights. Personal fields are sealed; histories are append-only."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.accounts.change_of_hands import ChangeOfHands
from laotie.accounts.own_models import (
    Consent,
    DataExport,
    Leaving,
    MinorDay,
    PersonSession,
    PhoneCase,
    UsedChallenge,
)
from laotie.accounts.rules import (
    WAITING_SHOPS,
    Closing,
    DeliveryState,
    NoticeChannel,
    NoticeKind,
    Right,
    Role,
    ShopState,
)
from laotie.accounts.shop_papers import ShopPapers
from laotie.accounts.staff_invitation import StaffInvitation
from laotie.kernel import ids
from laotie.kernel.states import state_check

# Django finds tables in `models` alone; these stand in a file of their own.
__all__ = [
    "ChangeOfHands", "Consent", "DataExport", "Leaving", "MinorDay", "PersonSession", "PhoneCase",
    "ShopPapers", "StaffInvitation", "UsedChallenge",
]  # fmt: skip

_WAITING = sorted(state.value for state in WAITING_SHOPS)


class Person(AbstractBaseUser):
    """Whoever signs in. The phone number is the name at the door, and only its seal is kept."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(max_length=40)
    avatar_url = models.CharField(max_length=120, blank=True)
    phone_index = models.BinaryField(max_length=32, unique=True)
    phone_sealed = models.BinaryField(max_length=120)
    phone_masked = models.CharField(max_length=24)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    minors_pin = models.CharField(max_length=128, blank=True, default="", db_default="")
    left_at = models.DateTimeField(null=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="person_has_name")]


class SignInCode(models.Model):
    """A code sent to a phone. Only its digest is kept; each guess costs one of `guesses_left`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    phone_index = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=10, default="sign_in", db_default="sign_in")
    code_digest = models.BinaryField(max_length=32)
    guesses_left = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone_index", "-sent_at"], name="sign_in_code_of_phone")]


class SignInTry(models.Model):
    """One try at the door, by phone and by address; counted for limits, dropped after a day."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=10)
    phone_index = models.BinaryField(max_length=32)
    address_index = models.BinaryField(max_length=32)
    tried_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "kind", "tried_at"], name="sign_in_try_of_phone"),
            models.Index(fields=["address_index", "kind", "tried_at"], name="sign_in_try_of_place"),
            models.Index(fields=["tried_at"], name="sign_in_try_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["code", "password", "second", "recovery", "pin"]),
                name="sign_in_try_kind",
            )
        ]


class PersonRole(models.Model):
    """A right over the whole platform, as it stands. Its history is in `Grant`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], name="person_role_once"),
            state_check(Role, name="person_role_known", column="role"),
        ]


class Shop(models.Model):
    """A merchant's shop. It sells only while it is open."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    logo_url = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=16)
    applied_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    # Away from and until, what becomes of orders meanwhile, and what buyers read.
    closing = models.CharField(max_length=8, blank=True, default="", db_default="")
    closed_from = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True)
    closing_notice_zh = models.CharField(max_length=120, blank=True, default="", db_default="")
    closing_notice_en = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            state_check(ShopState, name="shop_state_known"),
            models.CheckConstraint(
                condition=Q(closing="", closed_from__isnull=True, closed_until__isnull=True)
                | Q(
                    closing__in=[each.value for each in Closing],
                    closed_from__isnull=False,
                    closed_until__gt=F("closed_from"),
                ),
                name="shop_closing_whole",
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""), name="shop_named_in_both_languages"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_WAITING) | Q(decided_at__isnull=False),
                name="shop_decided_has_moment",
            ),
            models.UniqueConstraint(
                fields=["applied_by"],
                condition=Q(state__in=_WAITING),
                name="shop_one_application_waits",
            ),
        ]
        indexes = [models.Index(fields=["state", "applied_at"], name="shop_by_state")]


class Staff(models.Model):
    """What a person may do for a shop, as it stands. Its history is in `Grant`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    rights = ArrayField(models.CharField(max_length=10))
    hired_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "person"], name="staff_once"),
            models.CheckConstraint(
                condition=Q(rights__contained_by=[right.value for right in Right])
                & Q(rights__len__gt=0),
                name="staff_rights_known",
            ),
        ]


class Creator(models.Model):
    """A person who may host rooms and earn commission.

    counts_since: fans and likes from before are somebody else's (`accounts.hands`).
    awaits_proof: whose hands it is in is to be shown before it goes on.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.OneToOneField("accounts.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40, unique=True)
    avatar_url = models.CharField(max_length=120, blank=True)
    became_at = models.DateTimeField()
    counts_since = models.DateTimeField(null=True)
    awaits_proof = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="creator_has_name")]


class Grant(models.Model):
    """One change of somebody's rights: what was, what is, who did it and why. Never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    before = ArrayField(models.CharField(max_length=16))
    after = ArrayField(models.CharField(max_length=16))
    granted_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    via = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    granted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "shop", "-granted_at"], name="grant_history")]


class Address(models.Model):
    """Where a person wants goods. Name, phone and line are sealed together."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(max_length=2000)
    masked_name = models.CharField(max_length=40)
    masked_phone = models.CharField(max_length=24)
    masked_line = models.CharField(max_length=40)
    region_code = models.CharField(max_length=6)
    # The same as an order keeps it; null on rows from before, until first wanted.
    order_sealed = models.BinaryField(max_length=2000, null=True)
    order_masked = models.JSONField(null=True)
    is_default = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "added_at"],
                name="address_of_person",
                condition=Q(removed_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="address_one_default",
                condition=Q(is_default=True, removed_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(region_code__regex=r"^[0-9]{6}$"), name="address_region_form"
            ),
        ]


class Reveal(models.Model):
    """Somebody looked at a full address: who, for what, why and when. Never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    revealed_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    via = models.CharField(max_length=40)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    ref = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    revealed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["revealed_by", "revealed_at"], name="reveal_by_person"),
            models.Index(fields=["ref"], name="reveal_of_ref"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(ref=""), name="reveal_has_reason")
        ]


class Notice(models.Model):
    """A row in a person's inbox. One per person, kind and thing, however often it is said."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    ref = models.CharField(max_length=60)
    facts = models.JSONField()
    posted_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "ref"], name="notice_once"),
            state_check(NoticeKind, name="notice_kind_known", column="kind"),
        ]
        indexes = [
            models.Index(fields=["person", "-posted_at", "-id"], name="notice_inbox"),
            models.Index(
                fields=["person"], name="notice_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["posted_at"], name="notice_unsent", condition=Q(sent_at__isnull=True)
            ),
        ]


class NoticeSetting(models.Model):
    """A person's own wish for one kind on one channel; without a row the kind's default holds."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=8)
    is_on = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel"], name="notice_setting_once"
            ),
            # Which kinds there are is the inbox's to say; a wish for one that ended does no harm.
            models.CheckConstraint(condition=~Q(kind=""), name="notice_setting_has_kind"),
            state_check(NoticeChannel, name="notice_setting_channel_known", column="channel"),
        ]


class QuietHours(models.Model):
    """When nothing may ring: minutes of the day in the installation's time zone."""

    person = models.OneToOneField(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    from_minute = models.PositiveSmallIntegerField()
    until_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_minute__lt=1440, until_minute__lt=1440)
                & ~Q(from_minute=F("until_minute")),
                name="quiet_hours_within_a_day",
            )
        ]


class MailAddress(models.Model):
    """Where a person wants mail. Nothing but the question goes there until it is confirmed."""

    person = models.OneToOneField(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    sealed = models.BinaryField(max_length=400)
    address_index = models.BinaryField(max_length=32)
    masked = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)


class PushSubscription(models.Model):
    """A browser that takes notices. Its address is a key to it, so it is sealed, and blanked when
    it ends."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    endpoint_index = models.BinaryField(max_length=32)
    sealed = models.BinaryField(max_length=2000)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint_index"],
                condition=Q(ended_at__isnull=True),
                name="push_subscription_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["person"],
                name="push_subscription_of_person",
                condition=Q(ended_at__isnull=True),
            )
        ]


class NoticeDelivery(models.Model):
    """One notice on its way over one channel; for pushes, to one browser."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    notice = models.ForeignKey("accounts.Notice", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8)
    subscription = models.ForeignKey(
        "accounts.PushSubscription", on_delete=models.PROTECT, related_name="+", null=True
    )
    state = models.CharField(max_length=8)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "subscription"],
                nulls_distinct=False,
                name="notice_delivery_once",
            ),
            state_check(DeliveryState, name="notice_delivery_state_known"),
            state_check(NoticeChannel, name="notice_delivery_channel_known", column="channel"),
            models.CheckConstraint(
                condition=Q(channel="push", subscription__isnull=False)
                | (~Q(channel="push") & Q(subscription__isnull=True)),
                name="notice_delivery_push_has_browser",
            ),
            models.CheckConstraint(
                condition=Q(state="WAITING", ended_at__isnull=True)
                | (~Q(state="WAITING") & Q(ended_at__isnull=False)),
                name="notice_delivery_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="notice_delivery_due", condition=Q(state="WAITING")
            )
        ]
