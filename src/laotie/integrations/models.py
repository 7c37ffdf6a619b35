"""Tables of apps, tokens and webhooks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from laotie.integrations.rules import DeliveryState, Scope
from laotie.kernel import ids
from laotie.kernel.states import state_check

_SCOPES = [scope.value for scope in Scope]


class App(models.Model):
    """A program that several people may let act for them, within its scopes."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    owner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    scopes = ArrayField(models.CharField(max_length=16))
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=_SCOPES) & Q(scopes__len__gt=0),
                name="app_scopes_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="app_has_name"),
        ]
        indexes = [models.Index(fields=["owner", "-made_at"], name="app_of_owner")]


class Token(models.Model):
    """A secret that acts for a person. Its hash is kept, and the last letters to know it by."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    app = models.ForeignKey(
        "integrations.App", on_delete=models.PROTECT, related_name="+", null=True
    )
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=40)
    scopes = ArrayField(models.CharField(max_length=16))
    hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=_SCOPES) & Q(scopes__len__gt=0),
                name="token_scopes_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="token_has_name"),
        ]
        indexes = [models.Index(fields=["person", "-made_at"], name="token_of_person")]


class Endpoint(models.Model):
    """Where a shop's events go. The secret signs, so it is sealed, not hashed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=40))
    key_id = models.CharField(max_length=16)
    sealed = models.BinaryField(max_length=200)
    next_key_id = models.CharField(max_length=16, blank=True)
    next_sealed = models.BinaryField(max_length=200, default=b"")
    next_from = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kinds__len__gt=0), name="endpoint_hears_something"),
            models.CheckConstraint(
                condition=Q(next_key_id="", next_from__isnull=True)
                | (~Q(next_key_id="") & Q(next_from__isnull=False)),
                name="endpoint_next_secret_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["shop", "made_at"], name="endpoint_of_shop")]


class Delivery(models.Model):
    """One event for one endpoint, with exactly the bytes that are sent."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    endpoint = models.ForeignKey(
        "integrations.Endpoint", on_delete=models.PROTECT, related_name="+"
    )
    event_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=0)
    heard_at = models.DateTimeField()
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="delivery_once"),
            state_check(DeliveryState, name="webhook_delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state="WAITING", ended_at__isnull=True)
                | (~Q(state="WAITING") & Q(ended_at__isnull=False)),
                name="webhook_delivery_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="webhook_delivery_due", condition=Q(state="WAITING")
            ),
            models.Index(fields=["endpoint", "-heard_at", "-id"], name="webhook_delivery_log"),
        ]


class Attempt(models.Model):
    """One call and what came of it. Appended."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    delivery = models.ForeignKey(
        "integrations.Delivery", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=True) ^ Q(failure=""), name="attempt_has_one_outcome"
            )
        ]
        indexes = [models.Index(fields=["delivery", "at"], name="attempt_of_delivery")]


class OrderOfShop(models.Model):
    """Which shop an order is of: most news of an order names the order alone."""

    order_id = models.UUIDField(primary_key=True, editable=False)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
