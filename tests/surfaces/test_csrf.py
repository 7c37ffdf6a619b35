"""A page of somebody else's, opened by a person who is signed in here, can change nothing here."""

import pytest
from django.conf import settings
from django.test import Client
from tests.outside import stand_in
from tests.surfaces import test_matrix as matrix
from tests.surfaces import town
from tests.surfaces.test_matrix import Door
from tests.surfaces.town import ROLES

from laotie.kernel import sql

pytestmark = pytest.mark.usefixtures("db")

# What machines send: a hook is proved by its signature, and a report changes nothing but counts.
EXEMPT = {"hooks/payments/<slug:channel>", "hooks/carrier/<slug:carrier>", "csp-report"}
_NOWHERE = {"api/v1/"}  # Where every address of the API that is none ends.
_SAFE = {"GET", "HEAD", "OPTIONS"}


def test_no_unsafe_door_opens_to_a_cookie_alone() -> None:
    doors = {
        door: row
        for door, row in matrix.table().items()
        if door.method not in _SAFE and door.route not in _NOWHERE
    }
    with stand_in() as world:
        small_town = town.build(world)
        before = everything()
        answers = {
            door: ask(small_town, door, row)
            for door, row in doors.items()
            if not door.route.startswith("hooks/")
        }
        assert everything() == before
    # Whoever knocks at a hook is judged by the real ports: the stand-ins believe everybody.
    answers |= {
        door: ask(small_town, door, row)
        for door, row in doors.items()
        if door.route.startswith("hooks/")
    }

    assert {door.route for door, status in answers.items() if status != 403} == EXEMPT
    assert len(answers) > 100
    assert sum(opens_to(row) != "" for row in doors.values()) > 80


def ask(small_town: town.Town, door: Door, row: dict[str, int]) -> int:
    """As whoever would be let in, with the body that would be taken."""
    client = Client(enforce_csrf_checks=True)
    role = opens_to(row) or "buyer"
    client.cookies[settings.SESSION_COOKIE_NAME] = small_town.sessions[role]
    path, things = door.path(small_town.things), small_town.things
    operation = matrix.api_doors().get(door)
    if operation is None:
        answer = client.post(path, {**matrix._TAKEN_BY_NAME, **things})
    elif door.route.endswith("/pictures"):
        answer = client.generic(door.method, path, matrix.a_picture(), content_type="image/png")
    else:
        body = matrix.body_for(operation, things)
        answer = client.generic(door.method, path, body, content_type="application/json")
    return int(answer.status_code)


def opens_to(row: dict[str, int]) -> str:
    """The first role that may; nothing if nobody may in this town."""
    return next((role for role in ROLES[1:] if row[role] < 400), "")


def everything() -> dict[str, tuple[int, str]]:
    """Every table: how many rows, and a digest of all that stands in them."""
    tables = sql.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {
        name: sql.rows(
            "SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
            f' FROM "{name}" t'
        )[0]
        for (name,) in tables
    }
