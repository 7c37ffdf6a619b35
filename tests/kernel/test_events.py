"""Every kind of event that there is comes out of the log as it went in."""

import dataclasses
import importlib
import json
import pkgutil
import typing
from datetime import UTC, datetime
from uuid import UUID

import pytest

import laotie.events
from laotie.kernel.event import Event

_SAMPLES = {
    UUID: UUID("0192f0c1-2345-7abc-8def-0123456789ab"),
    datetime: datetime(2026, 11, 23, 14, 0, 0, 1, tzinfo=UTC),
    int: 2**62,
    bool: True,
    str: '直播间 "\\ \U0001f600',
}


def _kinds() -> list[type[Event]]:
    for module in pkgutil.walk_packages(laotie.events.__path__, "laotie.events."):
        importlib.import_module(module.name)
    return [kind for kind in Event.__subclasses__() if kind.__module__.startswith("laotie.")]


@pytest.mark.parametrize("has_all", [True, False])
def test_each_kind_is_read_as_it_was_written(has_all: bool) -> None:
    kinds = _kinds()

    for kind in kinds:
        hints = typing.get_type_hints(kind)
        values = {}
        for field in dataclasses.fields(kind):
            options = typing.get_args(hints[field.name]) or (hints[field.name],)
            leave_out = type(None) in options and not has_all
            values[field.name] = None if leave_out else _SAMPLES[options[0]]
        event = kind(**values)

        assert kind.decode(json.dumps(event.body())) == kind.read(event.body()) == event

    assert len(kinds) > 50
