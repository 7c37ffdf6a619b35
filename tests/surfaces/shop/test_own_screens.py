"""Screens of what belongs to a person, and passkeys with a real browser's own authenticator."""

from datetime import datetime, time, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from tests import builders, entering
from tests.surfaces import screens
from tests.surfaces.screens import Open
from tests.surfaces.shop.conftest import SignIn
from tests.surfaces.shop.test_security import PASSWORD, a_member, enter
from tests.usecases.accounts.test_passkeys import holder
from tests.usecases.content import works_made

from laotie.accounts import minors, my_data, passkeys
from laotie.content.conversation import comments
from laotie.content.review import talk_cases
from laotie.kernel import clock

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]


def keyed(page: Page) -> None:
    """The browser has a key built in, which always recognises its holder."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_every_screen_of_ones_own_is_clean(window: Open) -> None:
    person, phone = a_member()
    holder(person, "我的手机")
    client = enter(phone, agent="Mozilla/5.0 (iPhone) Safari/604.1")
    entering.prove(client)
    my_data.ask(actor=person, now=clock.now())
    my_data.make_waiting(now=clock.now())
    post = works_made.a_post(builders.a_creator())
    said = comments.say(actor=person, post_id=post, words="什么破东西，滚", now=clock.now())
    talk_cases.take_down(
        actor=builders.an_operator(), comment_id=said.id, rule="ABUSE", reason="辱骂他人",
        now=clock.now(),
    )  # fmt: skip
    places = {
        "security": "/me/security",
        "second-step": "/me/security/app",
        "phone": "/me/phone",
        "settings": "/me/settings",
        "my-reports": "/me/reports",
        "my-comments": "/me/comments/decisions",
        "my-data": "/me/data",
        "leave": "/me/data/leave",
        "confirm": "/confirm?next=/me",
        "terms": "/texts/terms",
    }

    assert screens.looked_at(window, client, places) == {}


def test_every_screen_at_the_door_is_clean(window: Open) -> None:
    phone = builders.a_phone()
    builders.a_person(phone=phone, password=PASSWORD)
    newcomer = enter(phone)
    guests = {"recovery": "/sign-in/recovery", "lost": "/sign-in/lost"}

    assert screens.looked_at(window, newcomer, {"consent": "/consent"}) == {}
    assert screens.looked_at(window, Client(), guests) == {}


def test_large_type_fits_the_smallest_screen(window: Open, signed_in: SignIn) -> None:
    person, _phone = a_member()
    client = signed_in(person)
    client.cookies["type"] = "large"
    for place in ("/", "/me", "/me/settings", "/me/security", "/me/data", "/orders"):
        watched = window(client, place, "en", "light", screens.SMALL)
        assert (
            watched.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "21px"
        )
        assert watched.has_no_sideways_scroll(), place
        watched.page.context.close()


def test_minors_see_nothing_to_buy_and_at_night_a_guardian_can_switch_it_off(
    window: Open, signed_in: SignIn
) -> None:
    noon = datetime.combine(timezone.localdate(clock.now()) + timedelta(days=1), time(12))
    with transaction.atomic():
        clock.advance(timezone.make_aware(noon) - clock.now())
    person, _phone = a_member()
    minors.switch_on(actor=person, pin="2468", now=clock.now())
    client = signed_in(person)
    page = window(client, "/me/settings", "en", "light", screens.PHONE).page
    page.locator("html[data-minor]").wait_for(state="attached")
    page.locator("form[action$='/minors/off']").wait_for()

    with transaction.atomic():
        clock.advance(timedelta(hours=11))
    with page.expect_response("**/minors/tick") as told:
        page.reload()
    assert told.value.json()["closed"] == "night"
    page.locator("input[name=pin]").fill("2468")
    page.locator("form[action$='/minors/off'] button").click()
    page.locator("form[action$='/minors/on']").wait_for()
    page.context.close()


def test_a_passkey_is_added_and_signs_in_in_a_real_browser(window: Open, origin: str) -> None:
    person, phone = a_member()
    local = origin.replace("127.0.0.1", "localhost")
    client = enter(phone)
    watched = window(client, "/", "en", "light", screens.PHONE)
    page = watched.page
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": local}
            for name, morsel in client.cookies.items()
        ]
    )
    keyed(page)
    page.goto(f"{local}/me/security")
    page.get_by_label("What you call this key").fill("This phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have written them down").wait_for()
    assert page.locator(".codes li").count() == 10
    (card,) = passkeys.mine(person)
    assert card.name == "This phone"

    page.context.clear_cookies()
    page.goto(f"{local}/sign-in?next=/me/security")
    page.get_by_role("button", name="With a passkey").click()
    page.wait_for_url(f"{local}/me/security")
    assert page.locator("b", has_text="This phone").is_visible()
    (card,) = passkeys.mine(person)
    assert card.last_used_at
    with watched.bearing(*screens.NOT_THERE):
        assert watched.real_complaints() == []


def test_what_hurts_is_confirmed_by_passkey_in_place(window: Open, origin: str) -> None:
    local = origin.replace("127.0.0.1", "localhost")
    person, phone = a_member()
    client = enter(phone)
    watched = window(client, "/", "en", "light", screens.PHONE)
    page = watched.page
    cookies = [
        {"name": name, "value": morsel.value, "url": local}
        for name, morsel in client.cookies.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    keyed(page)
    page.goto(f"{local}/me/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have written them down").click()
    anew = page.get_by_role("button", name="Make ten new codes")
    anew.wait_for()
    # The proof of adding it is old by now.
    session = client.session
    session["laotie_step_at"] = 0.0
    session.save()

    anew.click()
    page.get_by_role("button", name="Use a passkey").click()
    page.locator(".codes li").first.wait_for()

    assert page.locator(".codes li").count() == 10
    assert len(passkeys.mine(person)) == 1
