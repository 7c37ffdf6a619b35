"""Arrays that are packed here arrive as the values that they were."""

import struct
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from laotie.kernel import packed, sql

IDS = [UUID(int=0), UUID(int=2**128 - 1), UUID("0192f0c1-2345-7abc-8def-0123456789ab")]
INT4S = [0, -(2**31), 2**31 - 1]
INT8S = [0, -(2**63), 2**63 - 1]
TEXTS = ["", "直播间", 'a "quoted", \\ {one}', "x" * 300]
MOMENTS = [
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 23, 14, 0, 0, 1, tzinfo=timezone(timedelta(hours=8))),
]


@pytest.mark.usefixtures("db")
def test_every_kind_of_array_arrives_as_it_was() -> None:
    for kind, sent, values in (
        ("uuid", packed.uuids(IDS), IDS),
        ("int4", packed.int4s(INT4S), INT4S),
        ("int8", packed.int8s(INT8S), INT8S),
        ("text", packed.texts(TEXTS), TEXTS),
        ("timestamptz", packed.moments(MOMENTS), MOMENTS),
        ("uuid", packed.uuids([]), []),
        ("int8", packed.int8s([]), []),
        ("timestamptz", packed.moments([]), []),
    ):
        assert sql.hot(f"SELECT %s::{kind}[]", [sent]) == [(values,)], kind


def test_a_number_that_does_not_fit_is_refused_before_it_is_sent() -> None:
    for pack, value in ((packed.int4s, 2**31), (packed.int8s, 2**63)):
        with pytest.raises((struct.error, OverflowError)):
            pack([value])
