"""Who may see which page of the studio."""

from uuid import UUID

import pytest
from tests import builders
from tests.surfaces.studio.conftest import Bought, OnAir, SignIn, shop_address

from laotie.kernel import ids
from laotie.kernel.actor import Actor

ROOM_PAGES = ["", "end", "key", "products", "parts/bag"]
SHOP_PAGES = {
    "": frozenset({"manage", "ship", "refund", "money", "stage"}),
    "products": frozenset({"manage", "ship", "refund", "money", "stage"}),
    "orders": frozenset({"ship"}),
    "refunds": frozenset({"refund"}),
    "money": frozenset({"money"}),
    "sign": frozenset({"manage"}),
    "products/new": frozenset({"manage"}),
    "coupons": frozenset({"manage"}),
    "freight": frozenset({"manage"}),
    "staff": frozenset({"manage"}),
}


def test_guests_sign_in_first(signed_in: SignIn, bought: Bought, on_air: OnAir) -> None:
    guest = signed_in()
    pages = ["/studio/", "/studio/start", "/studio/rooms", "/studio/income", on_air.address]
    pages += [shop_address(bought.shop) + page for page in SHOP_PAGES]

    found = {page: guest.get(page) for page in pages}

    assert {page: answer.status_code for page, answer in found.items()} == dict.fromkeys(pages, 302)
    assert all("/sign-in?next=" in answer["Location"] for answer in found.values())


def test_everybody_is_led_to_where_they_work(signed_in: SignIn, world: object) -> None:
    shop = builders.a_shop()

    assert signed_in(builders.a_person()).get("/studio/")["Location"] == "/studio/start"
    assert signed_in(builders.a_creator()).get("/studio/")["Location"] == "/studio/rooms"
    assert signed_in(shop.owner).get("/studio/")["Location"] == shop_address(shop)


def test_only_creators_have_rooms_and_income(signed_in: SignIn, world: object) -> None:
    buyer, creator = signed_in(builders.a_person()), signed_in(builders.a_creator())

    for page in ("/studio/rooms", "/studio/rooms/new", "/studio/income"):
        assert buyer.get(page).status_code == 403
        assert creator.get(page).status_code == 200


@pytest.mark.parametrize("page", ROOM_PAGES)
def test_a_rooms_desk_is_its_hosts_alone(signed_in: SignIn, on_air: OnAir, page: str) -> None:
    address = on_air.address + page
    strangers = [builders.a_person(), builders.a_creator(), on_air.scene.shop.owner]

    assert [signed_in(who).get(address).status_code for who in strangers] == [404, 404, 404]
    assert signed_in(on_air.host).get(address).status_code in {200, 302}


def test_no_stranger_takes_a_step_in_a_room(signed_in: SignIn, on_air: OnAir) -> None:
    thief = signed_in(builders.a_creator())
    posts = ["preview", "live", "end", "key", "publish", "ticket", "products", "flash"]
    posts += ["flash/close", "say", "slow", "words/forbid", f"bag/{on_air.product}/pin"]
    posts += [f"people/{_person(on_air.host)}/kick", f"says/{UUID(int=1)}/take-down"]

    answers = {post: thief.post(on_air.address + post).status_code for post in posts}

    assert answers == dict.fromkeys(posts, 404)
    page = signed_in(on_air.host).get(on_air.address).text
    assert "There is no stream key yet." in page
    assert "On air" in page


@pytest.mark.parametrize("page", SHOP_PAGES)
def test_a_shops_pages_are_for_staff_with_the_right(
    signed_in: SignIn, bought: Bought, page: str
) -> None:
    address = shop_address(bought.shop) + page
    able = SHOP_PAGES[page]

    assert signed_in(bought.buyer).get(address).status_code == 404
    assert signed_in(builders.a_shop().owner).get(address).status_code == 404
    for right in ("manage", "ship", "refund", "money", "stage"):
        clerk = builders.a_clerk(bought.shop, right)
        expected = 200 if right in able else 403
        assert signed_in(clerk).get(address).status_code == expected, right


def test_things_of_one_shop_are_not_found_under_another(signed_in: SignIn, bought: Bought) -> None:
    """Even for somebody who is of both shops."""
    other = builders.a_shop()
    product = builders.a_product(bought.shop)
    order = ids.public("ord", bought.id)
    clerk = builders.a_clerk(other, "manage", "ship", "refund", "money")
    mine = signed_in(bought.shop.owner)
    theirs = signed_in(clerk)

    assert mine.get(bought.address).status_code == 200
    for page in (f"orders/{order}", f"products/{product.public_id}/", f"money/orders/{order}"):
        assert theirs.get(shop_address(other) + page).status_code == 404
        assert theirs.get(shop_address(bought.shop) + page).status_code == 404


def test_what_does_not_exist_is_not_there(signed_in: SignIn, bought: Bought) -> None:
    owner = signed_in(bought.shop.owner)
    shop = shop_address(bought.shop)

    for page in ("orders/ord_x", "products/prd_x/", f"orders/{ids.public('ord', ids.new())}"):
        assert owner.get(shop + page).status_code == 404
    assert owner.get("/studio/shops/shp_x/").status_code == 404
    assert owner.get("/studio/rooms/rom_x/").status_code == 404
    assert owner.get(f"{shop}orders?after=nonsense").status_code == 422
    assert owner.get(f"{shop}money?after=nonsense").status_code == 422


def _person(actor: Actor) -> str:
    assert actor.person_id
    return ids.public("per", actor.person_id)
