"""The shape of an event: a frozen dataclass with a name, a version and a subject."""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, Union
from uuid import UUID

import msgspec


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
        return {name: _written(getattr(self, name)) for name in _readers(type(self))}

    @classmethod
    def decode(cls, text: str) -> Self:
        """As `read`, from its JSON, at a fifth of the price."""
        try:
            event = _decoder(cls).decode(text)
        except msgspec.ValidationError:
            return cls.read(json.loads(text))  # Which takes what is not of its kind as it is.
        assert isinstance(event, cls)
        return event

    @classmethod
    def read(cls, body: dict[str, Any]) -> Self:
        """The event again; fields that this version does not know are left out."""
        return cls(
            **{name: read(body[name]) for name, read in _readers(cls).items() if name in body}
        )


_decoders: dict[type[Event], msgspec.json.Decoder[Event]] = {}


def _decoder(event: type[Event]) -> msgspec.json.Decoder[Event]:
    decoder = _decoders.get(event)
    if decoder is None:
        decoder = _decoders[event] = msgspec.json.Decoder(event)
    return decoder


_known: dict[type[Event], Mapping[str, Callable[[Any], Any]]] = {}


def _readers(event: type[Event]) -> Mapping[str, Callable[[Any], Any]]:
    """How each field comes out of JSON; found out once per kind of event."""
    readers = _known.get(event)
    if readers is None:
        hints = typing.get_type_hints(event)
        fields = dataclasses.fields(event)
        readers = _known[event] = {field.name: _reader(hints[field.name]) for field in fields}
    return readers


def _reader(kind: Any) -> Callable[[Any], Any]:
    if typing.get_origin(kind) in {Union, types.UnionType}:
        (kind,) = (part for part in typing.get_args(kind) if part is not type(None))
    if kind is UUID:
        return lambda value: None if value is None else UUID(value)
    if kind is datetime:
        return lambda value: None if value is None else datetime.fromisoformat(value)
    return lambda value: value


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
