"""The shape of an event: a frozen dataclass with a name, a version and a subject."""

import dataclasses
import types
import typing
from datetime import datetime
from typing import Any, ClassVar, Self, Union
from uuid import UUID


@dataclasses.dataclass(frozen=True)
class Event:
    """Base of what happened. Fields are ids, whole numbers, text, moments, flags or None.

    name:    `<context>.<what_happened>`.
    about:   the field that names the subject, by which a person finds the story.
    version: raised when a field is added (with a default); none is ever removed.
    """

    name: ClassVar[str]
    about: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        return str(getattr(self, self.about))

    def body(self) -> dict[str, Any]:
        """Fields as JSON holds them."""
        return {
            field.name: _written(getattr(self, field.name)) for field in dataclasses.fields(self)
        }

    @classmethod
    def read(cls, body: dict[str, Any]) -> Self:
        """The event again; fields that this version does not know are left out."""
        hints = typing.get_type_hints(cls)
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: _read(hints[name], body[name]) for name in known if name in body})


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if typing.get_origin(kind) in {Union, types.UnionType}:
        (kind,) = (part for part in typing.get_args(kind) if part is not type(None))
    if kind is UUID:
        return UUID(value)
    return datetime.fromisoformat(value) if kind is datetime else value
