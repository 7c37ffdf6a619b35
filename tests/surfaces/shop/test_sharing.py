"""Sharing: a link that tells of nobody, one that does, a code and a picture."""

import io
import re

import pytest
from django.conf import settings
from PIL import Image
from tests import builders
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.kernel import ids

PART = {"HX-Request-Type": "partial", "HX-Request": "true"}


def link_of(page: str) -> str:
    (link,) = re.findall(r'<copy-text data-text="([^"]+)"', page)
    return str(link).removeprefix(settings.LAOTIE.public_url.rstrip("/"))


@pytest.fixture
def refs(sale: Sale) -> dict[str, str]:
    return {
        sale.scene.product.public_id: f"/product/{sale.scene.product.public_id}",
        sale.room: f"/live/{sale.room}",
        ids.public("shp", sale.scene.shop.id): f"/shop/{ids.public('shp', sale.scene.shop.id)}",
    }


def test_what_is_shared_says_nothing_of_who_shares_it(
    refs: dict[str, str], sale: Sale, signed_in: SignIn
) -> None:
    for client in (signed_in(), signed_in(sale.buyer)):
        for ref, path in refs.items():
            page = client.get(f"/share/{ref}", headers=PART).text
            assert link_of(page) == path
            assert "<svg" in page
    guest = signed_in().get(f"/share/{sale.room}?named=1").text
    assert link_of(guest) == f"/live/{sale.room}"
    assert "Put my name in it" not in guest


def test_a_name_is_in_the_link_only_if_its_owner_says_so(
    refs: dict[str, str], sale: Sale, signed_in: SignIn
) -> None:
    for ref, path in refs.items():
        page = signed_in(sale.buyer).get(f"/share/{ref}?named=1").text
        link = link_of(page)
        assert link.startswith("/s/")
        assert len(link) < 70

        guest = signed_in()
        arrived = guest.get(link)
        assert arrived.headers["Location"] == path
        if not ref.startswith("rom_"):
            assert "林同学 shared this with you." in guest.get(path).text


def test_a_bent_link_leads_nowhere(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    link = link_of(client.get(f"/share/{sale.room}?named=1").text)
    at = len("/s/") + 10
    bent = link[:at] + ("A" if link[at] != "A" else "B") + link[at + 1 :]

    for wrong in (bent, link[:-3], "/s/x", "/s/%00", "/s/" + "A" * 400, "/s/茶"):
        assert client.get(wrong).status_code == 404
    for ref in ("ord_00000000000000000000000000", "nonsense", sale.room[:-1]):
        assert client.get(f"/share/{ref}").status_code == 404


def test_a_picture_can_be_saved(refs: dict[str, str], signed_in: SignIn) -> None:
    for ref in refs:
        answer = signed_in(builders.a_person()).get(f"/share/{ref}/card.png")
        assert answer.headers["Content-Type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as card:
            assert card.size == (640, 960)
            assert len(card.convert("RGB").getcolors(1 << 20) or ()) > 10
