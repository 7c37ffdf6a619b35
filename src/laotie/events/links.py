"""What happens to links that lead out of the house."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class NetworkAdded(Event):
    """Links to this network are recognised from now on; rules say where they may stand."""

    name: ClassVar[str] = "links.network_added"
    about: ClassVar[str] = "network_id"
    network_id: UUID
    code: str


@dataclass(frozen=True)
class LinkRulePublished(Event):
    """Two people made a rule. network, surface: None for every one; to: None for no end."""

    name: ClassVar[str] = "links.rule_published"
    about: ClassVar[str] = "rule_id"
    rule_id: UUID
    network: str | None
    surface: str | None
    effect: str
    effective_from: datetime
    effective_to: datetime | None


@dataclass(frozen=True)
class LinkRuleWithdrawn(Event):
    """A rule that had not begun will not."""

    name: ClassVar[str] = "links.rule_withdrawn"
    about: ClassVar[str] = "rule_id"
    rule_id: UUID


@dataclass(frozen=True)
class ExternalLinkListed(Event):
    """A shop or a creator put up a link. Exactly one of `shop_id` and `creator_id` is given."""

    name: ClassVar[str] = "links.link_listed"
    about: ClassVar[str] = "listing_id"
    listing_id: UUID
    network: str
    surface: str
    shop_id: UUID | None
    creator_id: UUID | None
    product_id: UUID | None
    place_id: UUID | None


@dataclass(frozen=True)
class ExternalLinkEnded(Event):
    """The link was taken away."""

    name: ClassVar[str] = "links.link_ended"
    about: ClassVar[str] = "listing_id"
    listing_id: UUID
    network: str
    surface: str


@dataclass(frozen=True)
class ExternalLinkFollowed(Event):
    """Somebody left by a link: paid or organic, a person or a guest (None)."""

    name: ClassVar[str] = "links.link_followed"
    about: ClassVar[str] = "listing_id"
    listing_id: UUID
    click_id: UUID
    network: str
    surface: str
    person_id: UUID | None
    is_paid: bool


@dataclass(frozen=True)
class ExternalOrderMoved(Event):
    """An order over there is new, or in another state. Amounts in fen; actual once settled."""

    name: ClassVar[str] = "links.external_order_moved"
    about: ClassVar[str] = "external_order_id"
    external_order_id: UUID
    network: str
    listing_id: UUID | None
    state: str
    amount_fen: int
    estimated_fen: int
    actual_fen: int | None
