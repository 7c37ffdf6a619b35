"""What I am told, and what programs are told, looked at closely."""

from datetime import timedelta

import pytest
from tests import builders, receiver
from tests.surfaces import screens
from tests.surfaces.screens import Open
from tests.surfaces.shop.conftest import SignIn
from tests.usecases.live import scenes

from laotie.integrations import deliveries, endpoints, tokens
from laotie.kernel import clock, ids

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]


@pytest.fixture
def places(signed_in: SignIn) -> dict[str, str]:
    now = clock.now()
    shop = builders.a_shop("山前茶")
    room_id = scenes.a_scheduled_room(builders.a_creator("小陶"), now)
    made = endpoints.add(
        actor=shop.owner,
        shop_id=shop.id,
        url="https://erp.example/laotie/in",
        kinds=["order.paid", "refund.done"],
        now=now,
    )
    with receiver.listening() as there, receiver.reaching_here():
        there.answers, there.body = [500], b'{"error": "maintenance"}'
        endpoints.change(
            actor=shop.owner,
            endpoint_id=made.endpoint.id,
            url=f"{there.url}/laotie/in",
            kinds=["order.paid"],
            now=now,
        )
        for minutes in (0, 6):
            deliveries.ping(actor=shop.owner, endpoint_id=made.endpoint.id, now=now)
            deliveries.send_due(now=now + timedelta(minutes=minutes))
    tokens.issue(
        actor=shop.owner, name="ERP", scopes=["shop:read"], shop_id=shop.id, days=30, now=now
    )
    at = f"/studio/shops/{ids.public('shp', shop.id)}/developers"
    return {
        "owner": str(shop.owner_id),
        "notifications": "/me/notifications",
        "feed-to-come": "/",
        "room-to-come": f"/live/{ids.public('rom', room_id)}",
        "mail-link": "/me/notifications/mail/some-token",
        "developers": at,
        "webhook": f"{at}/webhooks/{ids.public('whe', made.endpoint.id)}",
    }


def test_every_screen_is_clean(
    window: Open,
    signed_in: SignIn,
    places: dict[str, str],
) -> None:
    owner = builders.roles.actor_of(builders.UUID(places.pop("owner")), "test")
    assert screens.looked_at(window, signed_in(owner), places) == {}
