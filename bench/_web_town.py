"""Rooms on air with goods in their bags, a product with much to show, and somebody who looks."""

from dataclasses import dataclass
from uuid import UUID

# Any secret will do: it lets pages carry tokens without a cookie being set on each answer.
GUEST = "laotie_csrf=abcdefghijklmnopqrstuvwxyz012345"


@dataclass(frozen=True, slots=True)
class WebTown:
    """cookie: of the person's session in a browser."""

    product_ref: str
    sku_id: UUID
    cookie: str

    @property
    def product_path(self) -> str:
        return f"/product/{self.product_ref}"


def build(*, rooms: int) -> WebTown:
    """So many rooms, each presenting its product, and twelve more products of the first's shop."""
    from django.conf import settings
    from django.test import Client
    from tests import builders
    from tests.usecases.live import scenes

    from laotie.accounts.models import Person
    from laotie.kernel import clock, ids
    from laotie.live import stage
    from laotie.trade import stock

    now = clock.now()
    scenery = [scenes.a_live_room(now) for _ in range(rooms)]
    for scene in scenery:
        stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now)
    shop = scenery[0].shop
    for n in range(12):
        more = builders.a_product(shop, 2990, 3990, title=f"杯{n}")
        for sku_id in builders.sku_ids(more):
            stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=50, now=now)
    for _ in range(3):
        builders.a_coupon(shop=shop, now=now)
    buyer = builders.a_person()
    browser = Client()
    browser.force_login(
        Person.objects.get(pk=buyer.person_id), backend=settings.AUTHENTICATION_BACKENDS[0]
    )
    name = settings.SESSION_COOKIE_NAME
    return WebTown(
        ids.public("prd", scenery[0].product.id),
        scenery[0].sku_id,
        f"{name}={browser.cookies[name].value}; {GUEST}",
    )
