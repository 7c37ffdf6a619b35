"""Programmes, talents and belts in real Chromium."""

import pytest
from tests import builders
from tests.surfaces import screens
from tests.surfaces.desk.test_desk import signed_in
from tests.surfaces.desk.test_support import a_town
from tests.surfaces.screens import Open
from tests.usecases.content.belts_made import a_belt, join

from laotie.accounts import roles
from laotie.content import models
from laotie.content.industry import memberships
from laotie.kernel import clock

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]


def test_every_screen_holds(window: Open) -> None:
    operator = builders.an_operator()
    places = a_town()
    person_id = models.Enrolment.objects.select_related("creator").get().creator.person_id
    creator = signed_in(roles.actor_of(person_id, "test"))

    belt, potter = a_belt(), builders.a_creator("龙泉阿瓷")
    join(belt, potter)
    asking = builders.a_creator("Lao Zhou Orchard")
    memberships.ask(actor=asking, belt_id=belt.id, words="三代烧窑，自家龙窑", now=clock.now())
    places |= {"belts": "/desk/belts", "belt": f"/desk/belts/{belt.public_id}"}

    assert screens.looked_at(window, signed_in(operator), places) == {}
    own = {"support": "/studio/support", "my-belt": "/studio/belt"}
    assert screens.looked_at(window, creator, own) == {}
    assert screens.looked_at(window, signed_in(potter), {"member": "/studio/belt"}) == {}
    # An operator answers by keyboard alone.
    page = window(signed_in(operator), "/desk/belts", "en", "light", screens.WIDE).page
    page.locator("input[name=reason]").focus()
    page.keyboard.type("works there")
    page.keyboard.press("Enter")
    page.get_by_text("Nobody is waiting", exact=True).wait_for()
    assert models.BeltMembership.objects.filter(state="MEMBER").count() == 2
