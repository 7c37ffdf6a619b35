"""Arrays as PostgreSQL reads them, packed in one go: for statements that take hundreds of values.

The driver asks of each element what it is; here one function knows, so that a value costs a tenth.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg import adapt, pq

_UUID, _INT4, _INT8, _TEXT, _MOMENT = 2950, 23, 20, 25, 1184
_UUIDS, _INT4S, _INT8S, _TEXTS, _MOMENTS = 2951, 1007, 1016, 1009, 1185
_BYTES = 16
# Moments are microseconds since then.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Lengths(dict[int, bytes]):
    """A number as it stands before a value; each is packed once."""

    def __missing__(self, length: int) -> bytes:
        packed = struct.pack(">i", length)
        if length < _SHORT:
            self[length] = packed
        return packed


_SHORT = 256
_LENGTHS = _Lengths()


@dataclass(frozen=True, slots=True)
class _Array:
    """One array of one dimension in the binary form, without nulls."""

    wire: bytes


class Uuids(_Array):
    """uuid[]"""


class Int4s(_Array):
    """int4[]"""


class Int8s(_Array):
    """int8[]"""


class Texts(_Array):
    """text[]"""


class Moments(_Array):
    """timestamptz[]"""


def uuids(values: Sequence[UUID]) -> Uuids:
    prefix = _LENGTHS[_BYTES]
    return Uuids(_array(_UUID, len(values), b"".join([prefix + value.bytes for value in values])))


def int4s(values: Sequence[int]) -> Int4s:
    count = len(values)
    pairs = [4] * (2 * count)
    pairs[1::2] = values
    return Int4s(_array(_INT4, count, struct.pack(f">{2 * count}i", *pairs)))


def int8s(values: Sequence[int]) -> Int8s:
    return Int8s(_array(_INT8, len(values), _int8s(values)))


def moments(values: Sequence[datetime]) -> Moments:
    """values: with a time zone."""
    since = [(value - _EPOCH) // _MICROSECOND for value in values]
    return Moments(_array(_MOMENT, len(values), _int8s(since)))


def _int8s(values: Sequence[int]) -> bytes:
    pairs = [8] * (2 * len(values))
    pairs[1::2] = values
    return struct.pack(">" + "iq" * len(values), *pairs)


def texts(values: Sequence[str]) -> Texts:
    coded = [value.encode() for value in values]
    body = b"".join([_LENGTHS[len(value)] + value for value in coded])
    return Texts(_array(_TEXT, len(values), body))


def _array(element: int, count: int, body: bytes) -> bytes:
    if count == 0:
        return struct.pack(">iiI", 0, 0, element)
    return struct.pack(">iiIii", 1, 0, element, count, 1) + body


class _Dumper(adapt.Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: _Array) -> bytes:
        return obj.wire


class _UuidsDumper(_Dumper):
    oid = _UUIDS


class _Int4sDumper(_Dumper):
    oid = _INT4S


class _Int8sDumper(_Dumper):
    oid = _INT8S


class _TextsDumper(_Dumper):
    oid = _TEXTS


class _MomentsDumper(_Dumper):
    oid = _MOMENTS


def teach(adapters: adapt.AdaptersMap) -> None:
    """Let a cursor take these arrays as parameters."""
    adapters.register_dumper(Uuids, _UuidsDumper)
    adapters.register_dumper(Int4s, _Int4sDumper)
    adapters.register_dumper(Int8s, _Int8sDumper)
    adapters.register_dumper(Texts, _TextsDumper)
    adapters.register_dumper(Moments, _MomentsDumper)
