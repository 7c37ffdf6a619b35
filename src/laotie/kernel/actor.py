"""Who is acting: always passed, never ambient. Rights come from `accounts.roles` alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from laotie.kernel.errors import (
    MinorsMode,
    NotAllowed,
    NotFound,
    SecondStepNeeded,
    SignInFirst,
)

# What may be held back beside roles: payouts, payout details, revealed data, the door's locks.
SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) at one door.

    roles:       such as `operator`, `creator`; everyone signed in may buy.
    shop_rights: shop id to rights there (`manage`, `ship`, `refund`, `money`, `stage`).
    via:         `web`, `api`, `gateway`, `media`, `cli` or a worker's name.
    withheld:    roles (and `sensitive`) that this session gets only after a second step.
    step:        how that step can be given: `enrol` or `confirm`.
    is_minor:    the person is in minors' mode.
    """

    person_id: UUID | None
    via: str
    roles: frozenset[str] = frozenset()
    shop_rights: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    creator_id: UUID | None = None
    is_system: bool = False
    withheld: frozenset[str] = frozenset()
    step: str = "confirm"
    is_minor: bool = False

    @classmethod
    def anonymous(cls, via: str = "web") -> Self:
        return cls(person_id=None, via=via)

    @classmethod
    def system(cls, name: str) -> Self:
        """The platform itself: jobs, handlers and the command line."""
        return cls(person_id=None, via=name, is_system=True)

    @property
    def is_operator(self) -> bool:
        return self.is_system or "operator" in self.roles

    def require_person(self) -> UUID:
        """The person's id. raises: SignInFirst."""
        if self.person_id is None:
            raise SignInFirst
        return self.person_id

    def require_role(self, role: str) -> None:
        """raises: SignInFirst, SecondStepNeeded, NotAllowed."""
        if self.is_system:
            return
        self.require_person()
        if role in self.withheld:
            raise SecondStepNeeded(how=self.step)
        if role not in self.roles:
            raise NotAllowed(right=role)

    def require_recent_step(self) -> None:
        """For what hurts most when a session is stolen. raises: SignInFirst, SecondStepNeeded."""
        if self.is_system:
            return
        self.require_person()
        if SENSITIVE in self.withheld:
            raise SecondStepNeeded(how=self.step)

    def require_grown_up(self) -> None:
        """raises: MinorsMode."""
        if self.is_minor:
            raise MinorsMode

    def require_creator(self) -> UUID:
        """The creator's id. raises: SignInFirst, NotAllowed."""
        self.require_person()
        if self.creator_id is None:
            raise NotAllowed(right="creator")
        return self.creator_id

    def require_shop(self, shop_id: UUID, right: str) -> None:
        """Operators and the system pass; strangers are told that the shop's thing is not there.

        raises: SignInFirst, SecondStepNeeded (an operator), NotFound (no tie to the shop),
            NotAllowed (the right is missing).
        """
        if self.is_operator:
            return
        self.require_person()
        rights = self.shop_rights.get(shop_id)
        if rights is None:
            if "operator" in self.withheld:
                raise SecondStepNeeded(how=self.step)
            raise NotFound
        if right not in rights:
            raise NotAllowed(right=right)
