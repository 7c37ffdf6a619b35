"""Roles as names for rights, given on the page and kept in a history."""

from tests import builders
from tests.outside import World
from tests.surfaces.studio.conftest import SignIn, shop_address

from laotie.accounts import shops, staffing


def test_a_role_gives_its_rights_and_the_history_tells(signed_in: SignIn, world: World) -> None:
    shop, phone = builders.a_shop(), builders.a_phone()
    client, base = signed_in(shop.owner), f"{shop_address(shop)}staff"

    assert client.post(base, {"phone": phone}).status_code == 422
    assert client.post(base, {"phone": phone, "role": "king"}).status_code == 422
    assert client.post(base, {"phone": phone, "role": "support"}).status_code == 302
    assert len(shops.staff(actor=shop.owner, shop_id=shop.id)) == 1
    builders.say_yes(shop)
    (_owner, hired) = shops.staff(actor=shop.owner, shop_id=shop.id)
    assert hired.rights == {"ship", "refund"}
    assert client.post(base, {"phone": phone, "rights": ["ship", "money"]}).status_code == 302

    page = client.get(base).text
    assert "Support" in page
    changes = staffing.history(actor=shop.owner, shop_id=shop.id)
    assert [change.after for change in changes[:2]] == [{"ship", "money"}, {"ship", "refund"}]
    assert staffing.role_of(changes[0].after) == ""
    assert signed_in(builders.a_clerk(shop, "ship")).get(base).status_code == 403
