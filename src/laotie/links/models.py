"""Tables of networks, rules, links, clicks and orders elsewhere."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.links.rules import (
    Effect,
    Lane,
    ListingState,
    OrderState,
    PreviewState,
    Surface,
    WarningState,
)

_SURFACES = [surface.value for surface in Surface]


class Network(models.Model):
    """Another marketplace or alliance. `click_parameter` carries our click id, if it takes one."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    click_parameter = models.CharField(max_length=30, blank=True)
    made_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]{1,19}$"), name="network_code_plain"
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""), name="network_has_names"
            ),
        ]


class NetworkDomain(models.Model):
    """Hosts of this name and below it are the network's."""

    domain = models.CharField(primary_key=True, max_length=253)
    network = models.ForeignKey("links.Network", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(domain__regex=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"),
                name="network_domain_plain",
            )
        ]


class Rule(models.Model):
    """Where links to a network may stand. Written once; network and surface are empty for all.

    A rule that has not begun can be withdrawn; one that has is ended by a later one.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    network = models.ForeignKey(
        "links.Network", on_delete=models.PROTECT, related_name="+", null=True
    )
    surface = models.CharField(max_length=16, null=True)
    effect = models.CharField(max_length=5)
    effective_from = models.DateTimeField()
    effective_to = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    contract_id = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField()
    drafted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "surface", "version"],
                nulls_distinct=False,
                name="link_rule_version_once",
            ),
            models.UniqueConstraint(
                fields=["network", "surface", "effective_from"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="link_rule_begins_alone",
            ),
            models.CheckConstraint(
                condition=Q(surface__isnull=True) | Q(surface__in=_SURFACES),
                name="link_rule_surface_known",
            ),
            models.CheckConstraint(
                condition=Q(effect__in=[each.value for each in Effect]),
                name="link_rule_effect_known",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
                name="link_rule_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="link_rule_has_reason"),
            models.CheckConstraint(
                condition=~Q(drafted_by=F("published_by")), name="link_rule_takes_two"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__lt=F("effective_from"), withdrawn_by__isnull=False),
                name="link_rule_withdrawn_before_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(effective_from__gte=F("published_at")),
                name="link_rule_reaches_no_past",
            ),
        ]


class Listing(models.Model):
    """A link that a shop or a creator put up. product_id, place_id: what and where it stands by.

    place_id: the room or post of a cart; nothing for pages that are the owner's own.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    network = models.ForeignKey("links.Network", on_delete=models.PROTECT, related_name="+")
    surface = models.CharField(max_length=16)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    creator = models.ForeignKey(
        "accounts.Creator", on_delete=models.PROTECT, related_name="+", null=True
    )
    product_id = models.UUIDField(null=True)
    place_id = models.UUIDField(null=True)
    url = models.CharField(max_length=2000)
    price_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    rule = models.ForeignKey("links.Rule", on_delete=models.PROTECT, related_name="+", null=True)
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(ListingState, name="listing_state_known"),
            models.CheckConstraint(condition=Q(surface__in=_SURFACES), name="listing_surface"),
            models.CheckConstraint(
                condition=Q(shop__isnull=True) ^ Q(creator__isnull=True),
                name="listing_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(state=ListingState.PUBLISHED.value, ended_at__isnull=True)
                | Q(state=ListingState.ENDED.value, ended_at__isnull=False),
                name="listing_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(price_fen__isnull=True) | Q(price_fen__gt=0), name="listing_price"
            ),
            models.UniqueConstraint(
                fields=["surface", "shop", "creator", "product_id", "place_id", "url"],
                condition=Q(state=ListingState.PUBLISHED.value),
                nulls_distinct=False,
                name="listing_once_in_its_place",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product_id", "surface"],
                condition=Q(state=ListingState.PUBLISHED.value, product_id__isnull=False),
                name="listing_of_product",
            ),
            models.Index(
                fields=["place_id"],
                condition=Q(state=ListingState.PUBLISHED.value, place_id__isnull=False),
                name="listing_of_place",
            ),
            models.Index(fields=["shop", "-made_at"], name="listing_of_shop"),
            models.Index(fields=["creator", "-made_at"], name="listing_of_creator"),
        ]


class Preview(models.Model):
    """What was found behind a link: a title, and a picture drawn again by us.

    judged_at: when the title passed the gate for words; None for one that was read before titles
    had to, until `previews` asks for it.
    """

    listing = models.OneToOneField(
        "links.Listing", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    state = models.CharField(max_length=8)
    title = models.CharField(max_length=120, blank=True)
    picture = models.CharField(max_length=32, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(PreviewState, name="preview_state_known"),
            models.CheckConstraint(
                condition=~Q(state=PreviewState.FAILED.value) | ~Q(cause=""),
                name="preview_failed_has_cause",
            ),
            models.CheckConstraint(
                condition=~Q(state=PreviewState.READY.value) | ~Q(title=""),
                name="preview_ready_has_title",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state=PreviewState.WAITING.value),
                name="preview_due",
            ),
            models.Index(
                fields=["listing"],
                condition=Q(state=PreviewState.READY.value, judged_at__isnull=True),
                name="preview_unjudged",
            ),
        ]


class Click(models.Model):
    """Somebody asked to be led to a link, and may have gone. visitor: tells sessions apart.

    went_by: as visitor, of who went; only a way that an app asked for is taken by another one.
    came_from: of a guest, a mark that is the same for one address within one hour and tells nothing
    more; it limits who drops the mark of a visitor.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    listing = models.ForeignKey("links.Listing", on_delete=models.PROTECT, related_name="+")
    surface = models.CharField(max_length=16)
    visitor = models.BinaryField(max_length=32)
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    is_paid = models.BooleanField()
    asked_at = models.DateTimeField()
    went_at = models.DateTimeField(null=True)
    went_by = models.BinaryField(max_length=32, null=True)
    came_from = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(surface__in=_SURFACES), name="click_surface"),
            models.CheckConstraint(
                condition=Q(went_at__isnull=True) | Q(went_at__gte=F("asked_at")),
                name="click_goes_after_asking",
            ),
        ]
        indexes = [
            models.Index(fields=["visitor", "-asked_at"], name="click_of_visitor"),
            models.Index(fields=["listing", "-asked_at"], name="click_of_listing"),
            models.Index(
                fields=["came_from"], condition=Q(came_from__isnull=False), name="click_of_guests"
            ),
            models.Index(fields=["asked_at"], name="click_by_age"),
        ]


class ExternalOrder(models.Model):
    """One line of an order on another network, as the network last told it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    network = models.ForeignKey("links.Network", on_delete=models.PROTECT, related_name="+")
    order_no = models.CharField(max_length=64)
    line_no = models.CharField(max_length=64, blank=True)
    click = models.ForeignKey("links.Click", on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=8)
    amount_fen = models.BigIntegerField()
    estimated_fen = models.BigIntegerField()
    actual_fen = models.BigIntegerField(null=True)
    paid_at = models.DateTimeField()
    told_at = models.DateTimeField()
    taken_in_at = models.DateTimeField()
    position = models.CharField(max_length=64, blank=True, db_default="")

    class Meta:
        constraints = [
            state_check(OrderState, name="external_order_state_known"),
            models.UniqueConstraint(
                fields=["network", "order_no", "line_no"], name="external_order_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, estimated_fen__gte=0)
                & (Q(actual_fen__isnull=True) | Q(actual_fen__gte=0)),
                name="external_order_amounts",
            ),
            models.CheckConstraint(
                condition=~Q(state=OrderState.SETTLED.value) | Q(actual_fen__isnull=False),
                name="external_order_settled_has_commission",
            ),
            models.CheckConstraint(
                condition=Q(told_at__gte=F("paid_at")), name="external_order_told_after_payment"
            ),
            models.CheckConstraint(condition=~Q(order_no=""), name="external_order_has_number"),
        ]
        indexes = [
            models.Index(fields=["click"], name="external_order_of_click"),
            models.Index(fields=["network", "-paid_at"], name="external_order_of_network"),
        ]


class OrderReading(models.Model):
    """How far the orders of a network have been read, in one of two lanes.

    read_to: everything before was taken in. until: where the night's reading ends. claims: counts
    who has begun to read; only the last of them may write. cause: of the last failure, until it is
    overcome; tries: failures in a row, halvings: how often they made the window half as long.
    is_on: a source is configured.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    network = models.ForeignKey("links.Network", on_delete=models.PROTECT, related_name="+")
    lane = models.CharField(max_length=7)
    is_on = models.BooleanField(default=True)
    read_to = models.DateTimeField()
    until = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    claims = models.BigIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    halvings = models.PositiveSmallIntegerField(default=0, db_default=0)
    cause = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(Lane, name="order_reading_lane_known", column="lane"),
            models.UniqueConstraint(fields=["network", "lane"], name="order_reading_once"),
            models.CheckConstraint(
                condition=Q(lane=Lane.CHANGES.value, until__isnull=True)
                | Q(lane=Lane.NIGHT.value, until__gte=F("read_to")),
                name="order_reading_of_the_night_ends",
            ),
            models.CheckConstraint(
                condition=Q(tries=0, cause="") | (Q(tries__gt=0) & ~Q(cause="")),
                name="order_reading_failed_has_cause",
            ),
        ]


class OrderFlaw(models.Model):
    """An order over there that could not be taken in as it was told, for a person to look at."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    network = models.ForeignKey("links.Network", on_delete=models.PROTECT, related_name="+")
    order_no = models.CharField(max_length=64, blank=True)
    line_no = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=20)
    text = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "order_no", "line_no", "reason"], name="order_flaw_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="order_flaw_has_reason"),
        ]
        indexes = [
            models.Index(fields=["network", "-noted_at"], name="order_flaw_of_network"),
            models.Index(fields=["noted_at"], name="order_flaw_by_age"),
        ]


class Warning(models.Model):
    """A shop or a creator was told that a rule stops links of theirs at `cuts_at`; how many then.

    cuts_at: when the rule begins, or ends and let them stand until then.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    rule = models.ForeignKey("links.Rule", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    creator = models.ForeignKey(
        "accounts.Creator", on_delete=models.PROTECT, related_name="+", null=True
    )
    cuts_at = models.DateTimeField()
    networks = ArrayField(models.CharField(max_length=20))
    listings = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    told_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(WarningState, name="link_warning_state_known"),
            models.UniqueConstraint(
                fields=["rule", "shop", "creator"],
                nulls_distinct=False,
                name="link_warning_once",
            ),
            models.CheckConstraint(
                condition=Q(shop__isnull=True) ^ Q(creator__isnull=True),
                name="link_warning_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(told_at__lt=F("cuts_at")), name="link_warning_comes_before"
            ),
            models.CheckConstraint(condition=Q(listings__gte=1), name="link_warning_has_links"),
            models.CheckConstraint(
                condition=Q(state=WarningState.WARNED.value, called_off_at__isnull=True)
                | Q(state=WarningState.CALLED_OFF.value, called_off_at__isnull=False),
                name="link_warning_called_off_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["cuts_at"],
                condition=Q(state=WarningState.WARNED.value),
                name="link_warning_open",
            )
        ]
