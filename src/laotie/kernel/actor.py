"""Who is acting: always passed, never ambient. Rights come from `accounts.roles` alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from laotie.kernel.errors import NotAllowed, NotFound, SignInFirst


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) at one door.

    roles:       such as `operator`, `creator`; everyone signed in may buy.
    shop_rights: shop id to rights there (`manage`, `ship`, `refund`, `money`, `stage`).
    via:         `web`, `api`, `gateway`, `media`, `cli` or a worker's name.
    """

    person_id: UUID | None
    via: str
    roles: frozenset[str] = frozenset()
    shop_rights: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    creator_id: UUID | None = None
    is_system: bool = False

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
        """raises: SignInFirst, NotAllowed."""
        if self.is_system:
            return
        self.require_person()
        if role not in self.roles:
            raise NotAllowed(right=role)

    def require_creator(self) -> UUID:
        """The creator's id. raises: SignInFirst, NotAllowed."""
        self.require_person()
        if self.creator_id is None:
            raise NotAllowed(right="creator")
        return self.creator_id

    def require_shop(self, shop_id: UUID, right: str) -> None:
        """Operators and the system pass; strangers are told that the shop's thing is not there.

        raises: SignInFirst, NotFound (no tie to the shop), NotAllowed (the right is missing).
        """
        if self.is_operator:
            return
        self.require_person()
        rights = self.shop_rights.get(shop_id)
        if rights is None:
            raise NotFound
        if right not in rights:
            raise NotAllowed(right=right)
