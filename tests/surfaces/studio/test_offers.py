"""A shop's own offers: made, refused with a reason, shown to buyers, ended."""

import re
from datetime import timedelta

from django.utils import timezone
from tests import builders
from tests.outside import World
from tests.surfaces.studio.conftest import SignIn

from laotie.kernel import clock, ids


def test_an_offer_is_made_shown_to_buyers_and_ended(world: World, signed_in: SignIn) -> None:
    shop = builders.a_shop()
    sku = builders.a_stocked_sku(shop, 5000)
    owner, buyer = signed_in(shop.owner), signed_in(builders.a_person())
    address = f"/studio/shops/{ids.public('shp', shop.id)}/offers"
    until = timezone.localtime(clock.now() + timedelta(hours=2))
    form = {
        "sku": ids.public("sku", sku),
        "price": "39.90",
        "starts_at": f"{timezone.localtime(clock.now()):%Y-%m-%dT%H:%M}",
        "ends_at": f"{until:%Y-%m-%dT%H:%M}",
        "quantity": "7",
        "limit": "2",
    }
    assert "No offer yet" in owner.get(address).text
    dear = owner.post(address, {**form, "price": "60"})
    assert dear.status_code == 422
    assert "An offer cannot cost more than the list price." in dear.text

    assert owner.post(address, form).status_code == 302

    page = owner.get(address).text
    assert "7 of 7 left" in page
    assert owner.post(address, form).status_code == 409
    buyer.post("/cart/put", {"sku": ids.public("sku", sku)})
    cart = re.sub(r"<[^>]+>", "", buyer.get("/cart").text)
    assert "¥39.90" in cart
    assert "This price ends in" in cart
    (stop,) = re.findall(r"(/studio/shops/[^\"]+/stop)", page)[:1]
    other = builders.a_shop("别家")
    assert signed_in(other.owner).post(stop).status_code == 404
    assert owner.post(stop.replace(ids.public("shp", shop.id), ids.public("shp", other.id)))
    assert "7 of 7 left" in owner.get(address).text
    assert owner.post(stop).status_code == 302
    assert "No offer yet" in owner.get(address).text
