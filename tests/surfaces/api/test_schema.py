"""Schemathesis against the real application: the description holds for whatever is asked.

Each operation is asked with what its description allows and with what it forbids, in turn as a
guest, a buyer, a merchant and an operator, with ids that exist and ids that do not. Nothing that
is written stays. LAOTIE_SOAK asks each of them as often as CI asks all four.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.emptying import Emptier
from tests.outside import stand_in
from tests.surfaces import town
from tests.surfaces.test_matrix import undone
from tests.surfaces.town import Town

from laotie.runtime.wsgi import application

EXAMPLES = int(os.environ.get("LAOTIE_TEST_EXAMPLES", "12"))
ROLES = ("anonymous", "buyer", "staff", "operator")
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture(scope="module")
def small_town(_emptier: Emptier) -> Iterator[Town]:
    """One town for all operations: whatever they do to it is taken back."""
    # As Django's own test client does: a request may not close what is taken back afterwards.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        with stand_in() as world:
            yield town.build(world)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        connections["default"].close()
        _emptier.empty()


def ask(operation: Any, there: Town, *, examples: int, roles: tuple[str, ...]) -> None:
    """Ask one operation; the first lie fails."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize="LAOTIE_SOAK" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        role=st.sampled_from(roles),
        is_known=st.booleans(),
    )
    def run(case: Any, role: str, is_known: bool) -> None:
        if is_known:
            for name in case.path_parameters or {}:
                thing = there.things.get(name.removesuffix("_id"))
                if thing:
                    case.path_parameters[name] = thing
        headers = {"Accept-Encoding": "identity"}  # Bodies are read as they came.
        if role != "anonymous":
            headers["X-Session-Token"] = there.sessions[role]
        with undone():
            answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    run()


def test_no_operation_lies_or_fails_whoever_asks(small_town: Town) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    failed = []
    for found in schema.get_all_operations():
        operation = found.ok()
        groups = [(role,) for role in ROLES] if "LAOTIE_SOAK" in os.environ else [ROLES]
        for roles in groups:
            try:
                ask(operation, small_town, examples=EXAMPLES, roles=roles)
            except BaseException as lie:
                failed.append(f"{operation.label} as {'/'.join(roles)}: {_told(lie)}")
    assert not failed, "\n".join(failed)


def test_a_token_that_does_not_work_is_never_passed_over(small_town: Town) -> None:
    """No operation answers a wrong token as it answers a guest."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    passed_over = []
    for found in schema.get_all_operations():
        operation = found.ok()
        case = operation.Case(
            path_parameters={
                each["name"]: small_town.things.get(each["name"].removesuffix("_id"), "x")
                for each in operation.definition.raw.get("parameters", [])
                if each.get("in") == "path"
            }
        )
        for wrong in ({"X-Session-Token": "wrong"}, {"Authorization": "Bearer lt_wrong"}):
            with undone():
                status = case.call(headers=wrong).status_code
            if status != 401:
                passed_over.append(f"{operation.label} {wrong}: {status}")
    assert not passed_over, "\n".join(passed_over)


def _told(lie: BaseException) -> str:
    inner = getattr(lie, "exceptions", [lie])
    return " | ".join(str(each)[:700] for each in inner)
