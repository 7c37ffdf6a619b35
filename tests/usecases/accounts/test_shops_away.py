"""A shop that is away: what is asked of it, and papers that are handed in and asked for again."""

from datetime import timedelta
from typing import Any

import pytest
from tests import builders
from tests.builders import NOW

from laotie.accounts import closing, inbox, onboarding, shops
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)
PAPERS: dict[str, Any] = {
    "legal_name": "杭州青瓷有限公司",
    "licence_no": "91330100MA27XL0W5C",
    "licence_file": "0" * 32,
    "responsible_name": "陈青",
    "contact_phone": "13800138000",
    "categories": ["teaware", "tea"],
}


def checked(code: str) -> str:
    """The code with its right last place."""
    for place in onboarding._PLACES:
        try:
            return onboarding.clean_licence(code[:17] + place)
        except Invalid:
            continue
    raise AssertionError


PAPERS["licence_no"] = checked(PAPERS["licence_no"])


def hand_in(shop: builders.ShopOfOne, **changed: Any) -> onboarding.Papers:
    return onboarding.hand_in(actor=shop.owner, shop_id=shop.id, now=NOW, **{**PAPERS, **changed})


def test_papers_are_handed_in_asked_for_again_and_approved() -> None:
    shop, operator = builders.a_shop(is_open=False), builders.an_operator()
    assert onboarding.papers_of(actor=shop.owner, shop_id=shop.id) is None

    papers = hand_in(shop)
    assert (papers.state, papers.contact_masked, papers.version) == ("APPLIED", "138****8000", 1)
    asked = onboarding.ask_again(actor=operator, shop_id=shop.id, what="执照看不清", now=NOW)
    assert (asked.state, asked.asked_for) == ("ASKED", "执照看不清")
    assert "执照看不清" in inbox.lines(actor=shop.owner)[0].text
    assert onboarding.licence_of(shop.id) is None
    with pytest.raises(WrongState):
        shops.approve(actor=operator, shop_id=shop.id, now=NOW)

    again = hand_in(shop, licence_file="1" * 32, contact_phone=None)
    assert (again.state, again.asked_for, again.version) == ("APPLIED", "", 2)
    shops.approve(actor=operator, shop_id=shop.id, now=NOW)
    licence = onboarding.licence_of(shop.id)
    assert licence == onboarding.Licence("杭州青瓷有限公司", PAPERS["licence_no"], "1" * 32)
    with pytest.raises(WrongState):
        hand_in(shop)
    assert onboarding.contact(actor=operator, shop_id=shop.id, reason="call", now=NOW) == (
        "+8613800138000"
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"legal_name": " "}, "legal_name"),
        ({"licence_no": PAPERS["licence_no"][:17] + "I"}, "licence_no"),
        ({"licence_no": "1" + PAPERS["licence_no"][1:]}, "licence_no"),
        ({"licence_file": "../x"}, "licence_file"),
        ({"responsible_name": ""}, "responsible_name"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"contact_phone": None}, "contact_phone"),
        ({"categories": []}, "categories"),
        ({"categories": ["../x"]}, "categories"),
        ({"categories": [f"c{n}" for n in range(11)]}, "categories"),
    ],
)
def test_bent_papers_are_not_taken(changed: dict[str, Any], field: str) -> None:
    shop = builders.a_shop(is_open=False)

    with pytest.raises(Invalid) as refusal:
        hand_in(shop, **changed)

    assert refusal.value.facts["field"] == field
    assert onboarding.papers_of(actor=shop.owner, shop_id=shop.id) is None


def test_papers_are_for_managers_and_operators() -> None:
    shop = builders.a_shop(is_open=False)
    hand_in(shop)
    clerk, stranger = builders.a_clerk(shop, "ship"), builders.a_person()

    for actor, no in ((clerk, NotAllowed), (stranger, NotFound)):
        with pytest.raises(no):
            onboarding.papers_of(actor=actor, shop_id=shop.id)
    for act in (
        lambda: onboarding.ask_again(actor=shop.owner, shop_id=shop.id, what="x", now=NOW),
        lambda: onboarding.contact(actor=shop.owner, shop_id=shop.id, reason="x", now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def announce(shop: builders.ShopOfOne, **how: Any) -> closing.Away:
    facts = {
        "takes_orders": False, "starts_at": NOW + DAY, "until": NOW + 5 * DAY,
        "notice": {"zh": "回家过年", "en": "Home for the new year"},
    }  # fmt: skip
    return closing.announce(actor=shop.owner, shop_id=shop.id, now=NOW, **{**facts, **how})


def test_a_shop_says_when_it_is_away_and_comes_back() -> None:
    shop = builders.a_shop()

    said = announce(shop)

    assert closing.away([shop.id], at=NOW) == {shop.id: said}
    assert (said.is_at(NOW), said.is_at(NOW + DAY), said.is_at(NOW + 5 * DAY)) == (
        False, True, False,
    )  # fmt: skip
    assert closing.away([shop.id], at=NOW + 5 * DAY) == {}
    assert announce(shop, takes_orders=True).takes_orders
    closing.come_back(actor=shop.owner, shop_id=shop.id, now=NOW)
    assert closing.away([shop.id], at=NOW) == {}


@pytest.mark.parametrize(
    "bent",
    [
        {"until": NOW},
        {"until": NOW + DAY},
        {"until": NOW + 62 * DAY},
        {"starts_at": NOW + 181 * DAY, "until": NOW + 182 * DAY},
        {"notice": {"zh": "字" * 121, "en": ""}},
        {"notice": {}},
    ],
)
def test_a_bent_closing_is_not_announced(bent: dict[str, Any]) -> None:
    shop = builders.a_shop()

    with pytest.raises(Invalid):
        announce(shop, **bent)

    assert closing.away([shop.id], at=NOW) == {}
