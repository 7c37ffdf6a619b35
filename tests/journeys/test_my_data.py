"""A person fetches a copy of their data and leaves; once by mouse, once by keyboard alone."""

import io
import json
import re
import secrets
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys import keys
from tests.journeys.conftest import Visitors
from tests.stack import Stack

from laotie.accounts.text_messages.lab import LabOutbox

Press = Callable[[Page, Locator], None]


def click(_page: Page, target: Locator) -> None:
    target.click()


def by_keyboard(page: Page, target: Locator) -> None:
    is_link = target.evaluate("each => each.matches('a')")
    keys.press(page, target, "Enter" if is_link else "Space")


def type_in(page: Page, target: Locator, text: str, press: Press) -> None:
    if press is click:
        target.fill(text)
    else:
        keys.write(page, target, text)


def code_for(stack: Stack, phone: str) -> str:
    """What the newest message to this phone says."""
    (message,) = LabOutbox(stack.data).latest(1, to=f"+86{phone}")
    (code,) = re.findall(r"\b[0-9]{6}\b", message.text)
    return str(code)


@pytest.mark.parametrize("press", [click, by_keyboard], ids=["mouse", "keyboard"])
def test_a_person_takes_their_data_and_leaves(
    visitors: Visitors, stack: Stack, press: Press
) -> None:
    phone = f"139{secrets.randbelow(10**8):08d}"
    watched = visitors.window(language="en")
    page = watched.page

    # In: a newcomer, who reads and accepts the texts.
    page.goto("/sign-in?next=/me/data")
    type_in(page, page.locator("input[name=phone]"), phone, press)
    press(page, page.get_by_role("button", name="Send me a code"))
    page.locator("input[name=code]").wait_for()
    type_in(page, page.locator("input[name=code]"), code_for(stack, phone), press)
    press(page, page.locator("form[action$='with-code'] button[type=submit]"))
    page.wait_for_url(re.compile("/consent"))
    press(page, page.get_by_role("button", name="I have read them and accept"))
    page.wait_for_url(re.compile("/me/data$"))

    # A copy: asked for, made while the page looks on, fetched.
    press(page, page.get_by_role("button", name="Make a copy"))
    link = page.get_by_role("link", name="Download the copy")
    expect(link).to_be_visible()
    with page.expect_download() as coming:
        press(page, link)
    with zipfile.ZipFile(io.BytesIO(coming.value.path().read_bytes())) as archive:
        mine = json.loads(archive.read("accounts.json"))
    assert mine["person"][0]["phone"] == f"+86{phone}"
    assert {row["document"] for row in mine["consent_person"]} == {"terms", "privacy"}

    # Out: asked again, with days to think; taken back, then meant.
    press(page, page.get_by_role("link", name="Delete my account"))
    page.wait_for_url(re.compile("/me/data/leave"))
    sure = page.get_by_label("Yes, I want my account to be deleted")
    press(page, sure)
    press(page, page.get_by_role("button", name="Delete my account"))
    page.wait_for_url(re.compile("/me/data$"))
    press(page, page.get_by_role("button", name="Keep my account"))
    expect(page.get_by_role("link", name="Delete my account")).to_be_visible()
    press(page, page.get_by_role("link", name="Delete my account"))
    page.wait_for_url(re.compile("/me/data/leave"))
    press(page, page.get_by_label("Yes, I want my account to be deleted"))
    press(page, page.get_by_role("button", name="Delete my account"))
    expect(page.get_by_role("button", name="Keep my account")).to_be_visible()
    assert watched.violations() == []
    assert watched.real_complaints() == []
