"""Programmes and talents in real Chromium."""

import pytest
from tests import builders
from tests.surfaces import screens
from tests.surfaces.desk.test_desk import signed_in
from tests.surfaces.desk.test_support import a_town
from tests.surfaces.screens import Open

from laotie.accounts import roles
from laotie.content import models

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]


def test_every_screen_holds(window: Open) -> None:
    operator = builders.an_operator()
    places = a_town()
    person_id = models.Enrolment.objects.select_related("creator").get().creator.person_id
    creator = signed_in(roles.actor_of(person_id, "test"))

    assert screens.looked_at(window, signed_in(operator), places) == {}
    assert screens.looked_at(window, creator, {"support": "/studio/support"}) == {}
