"""What happens to commission plans."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class PlanPublished(Event):
    """Creators may earn this rate on the product from now on; also for a new version."""

    name: ClassVar[str] = "alliance.plan_published"
    about: ClassVar[str] = "plan_id"
    plan_id: UUID
    product_id: UUID
    rate_bps: int


@dataclass(frozen=True)
class PlanClosed(Event):
    """Nobody earns by this plan any more; what was frozen into orders stays."""

    name: ClassVar[str] = "alliance.plan_closed"
    about: ClassVar[str] = "plan_id"
    plan_id: UUID
    product_id: UUID


@dataclass(frozen=True)
class PlanAccepted(Event):
    """A creator put the product into a bag."""

    name: ClassVar[str] = "alliance.plan_accepted"
    about: ClassVar[str] = "plan_id"
    plan_id: UUID
    creator_id: UUID
