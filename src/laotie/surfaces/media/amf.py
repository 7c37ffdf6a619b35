"""AMF0, the value format of RTMP commands, as far as publishers use it.

What arrives is hostile until proven otherwise: depth, entries and sizes are bounded, and any
damage is `BadAmf`, never another exception.
"""

import struct
from collections.abc import Mapping
from typing import Any

MAX_BYTES = 64 << 10
_MAX_DEPTH = 8
_MAX_ENTRIES = 512  # In all objects and arrays of one message together.
_MAX_VALUES = 16

_NUMBER, _BOOLEAN, _STRING, _OBJECT, _NULL, _UNDEFINED = 0, 1, 2, 3, 5, 6
_ECMA_ARRAY, _OBJECT_END, _STRICT_ARRAY, _DATE, _LONG_STRING = 8, 9, 10, 11, 12


class BadAmf(Exception):
    """Not AMF0, or more of it than a command needs."""


def encode(*values: Any) -> bytes:
    """Values one after another; None, bool, numbers, text and mappings with text keys."""
    return b"".join(map(_encoded, values))


def decode(body: bytes) -> list[Any]:
    """The first values of a command, at most 16.

    raises: BadAmf for damage, nesting deeper than 8, or more than 512 entries.
    """
    if len(body) > MAX_BYTES:
        raise BadAmf("too long")
    reader = _Reader(body)
    values: list[Any] = []
    try:
        while reader.at < len(body) and len(values) < _MAX_VALUES:
            values.append(reader.value(depth=0))
    except (IndexError, struct.error) as error:
        raise BadAmf("cut short") from error
    return values


def _encoded(value: Any) -> bytes:
    if value is None:
        return bytes([_NULL])
    if isinstance(value, bool):
        return bytes([_BOOLEAN, value])
    if isinstance(value, int | float):
        return bytes([_NUMBER]) + struct.pack(">d", value)
    if isinstance(value, str):
        return bytes([_STRING]) + _short(value)
    assert isinstance(value, Mapping), type(value)
    entries = b"".join(_short(name) + _encoded(entry) for name, entry in value.items())
    return bytes([_OBJECT]) + entries + bytes([0, 0, _OBJECT_END])


def _short(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


class _Reader:
    """Walks one message; `at` is the next unread byte."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._entries = 0
        self.at = 0

    def value(self, *, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise BadAmf("nested too deep")
        kind = self._byte()
        if kind == _NUMBER:
            return self._unpack(">d", 8)
        if kind == _BOOLEAN:
            return bool(self._byte())
        if kind == _STRING:
            return self._text(self._unpack(">H", 2))
        if kind == _LONG_STRING:
            return self._text(self._unpack(">I", 4))
        if kind in (_NULL, _UNDEFINED):
            return None
        if kind == _DATE:
            moment = self._unpack(">d", 8)
            self.at += 2  # A time zone that nobody fills.
            return moment
        if kind == _ECMA_ARRAY:
            self.at += 4  # A count that encoders get wrong; the end marker is what counts.
            return self._object(depth)
        if kind == _OBJECT:
            return self._object(depth)
        if kind == _STRICT_ARRAY:
            return self._array(depth)
        raise BadAmf(f"type {kind}")

    def _object(self, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while True:
            name = self._text(self._unpack(">H", 2))
            if not name and self._body[self.at] == _OBJECT_END:
                self.at += 1
                return entries
            self._count_entry()
            entries[name] = self.value(depth=depth + 1)

    def _array(self, depth: int) -> list[Any]:
        values = []
        for _ in range(self._unpack(">I", 4)):
            self._count_entry()
            values.append(self.value(depth=depth + 1))
        return values

    def _count_entry(self) -> None:
        self._entries += 1
        if self._entries > _MAX_ENTRIES:
            raise BadAmf("too many entries")

    def _byte(self) -> int:
        byte = self._body[self.at]
        self.at += 1
        return byte

    def _unpack(self, shape: str, size: int) -> Any:
        (value,) = struct.unpack_from(shape, self._body, self.at)
        self.at += size
        return value

    def _text(self, size: int) -> str:
        end = self.at + size
        if end > len(self._body):
            raise BadAmf("cut short")
        text = self._body[self.at : end].decode("utf-8", "replace")
        self.at = end
        return text
