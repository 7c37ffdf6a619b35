"""Tables of commission plans."""

from django.db import models
from django.db.models import Q

from laotie.alliance.rules import MAX_RATE_BPS, PlanState
from laotie.kernel import ids
from laotie.kernel.states import state_check


class Plan(models.Model):
    """An open plan: any creator may earn `creator_bps`, which is that of the newest version."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8)
    creator_bps = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product"],
                name="plan_one_open_per_product",
                condition=~Q(state=PlanState.CLOSED.value),
            ),
            state_check(PlanState, name="plan_state_known"),
            models.CheckConstraint(
                condition=Q(creator_bps__gte=1, creator_bps__lte=MAX_RATE_BPS),
                name="plan_rate_bounded",
            ),
        ]
        indexes = [models.Index(fields=["shop", "-published_at"], name="plan_of_shop")]


class PlanVersion(models.Model):
    """One rate that a plan has had. Never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    plan = models.ForeignKey("alliance.Plan", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    creator_bps = models.PositiveIntegerField()
    made_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="plan_version_once"),
            models.CheckConstraint(
                condition=Q(creator_bps__gte=1, creator_bps__lte=MAX_RATE_BPS),
                name="plan_version_rate_bounded",
            ),
        ]


class Acceptance(models.Model):
    """A creator works under a plan, whatever its version; putting it in a bag is what accepts."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    plan = models.ForeignKey("alliance.Plan", on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "creator"], name="acceptance_once")]
        indexes = [models.Index(fields=["creator", "-accepted_at"], name="acceptance_of_creator")]
