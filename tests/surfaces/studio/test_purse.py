"""Money of creators and shops: what is shown, taken out, and explained to whom."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from tests import builders
from tests.outside import World
from tests.surfaces.studio.conftest import OnAir, SignIn, queries_of, shop_address
from tests.surfaces.studio.test_rooms import PART

from laotie.kernel import clock, ids
from laotie.ledger import payouts, queries
from laotie.ledger.terms import Party
from laotie.trade import fulfilment, orders


@dataclass(frozen=True, slots=True)
class Earned:
    """An order of 39.90 from a room, received and, a week later, complete."""

    on_air: OnAir
    order_id: UUID

    @property
    def order(self) -> str:
        return ids.public("ord", self.order_id)

    @property
    def creator(self) -> Party:
        return Party("creator", self.on_air.host.creator_id)

    def available_fen(self) -> int:
        return queries.balances(self.creator, actor=self.on_air.host).withdrawable_fen


@pytest.fixture
def earned(on_air: OnAir, world: World) -> Earned:
    now, buyer = clock.now(), builders.a_person()
    quote = builders.a_quote(
        buyer, {on_air.scene.sku_id: 1}, room_id=on_air.id, creator=on_air.host, now=now
    )
    placed = builders.place(buyer, quote, now=now)
    builders.pay_for(world, buyer, placed, now=now)
    order_id = placed.orders[0].order_id
    builders.ship(on_air.scene.shop, order_id, now=now)
    orders.confirm(actor=buyer, order_id=order_id, now=now)
    fulfilment.complete_due(now=now + timedelta(days=8))
    builders.a_payout_account(on_air.host, Party("creator", on_air.host.creator_id), now=now)
    shop = on_air.scene.shop
    builders.a_payout_account(shop.owner, Party("shop", shop.id), now=now)
    return Earned(on_air, order_id)


def key_in(page: str) -> str:
    return re.findall(r'name="key" value="([^"]+)"', page)[0]


def test_income_is_shown_and_taken_out_once_per_key(signed_in: SignIn, earned: Earned) -> None:
    client = signed_in(earned.on_air.host)
    page = client.get("/studio/income").text
    form = {"amount": "5.00", "key": key_in(page)}

    answers = [client.post("/studio/income/payout", form) for _ in range(2)]

    assert "¥5.99" in page  # 15 % of 39.90, half up.
    assert [answer["Location"] for answer in answers] == ["/studio/income"] * 2
    (asked,) = queries.payouts_of(earned.creator, actor=earned.on_air.host)
    assert (asked.amount_fen, asked.state) == (500, "REQUESTED")
    assert earned.available_fen() == 99


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"amount": "6.00"}, 409),
        ({"amount": "0"}, 422),
        ({"amount": "-1"}, 422),
        ({"amount": "1,000"}, 422),
        ({"amount": "5", "key": "x"}, 422),
        ({"amount": "5", "key": ""}, 422),
    ],
)
def test_a_bent_payout_moves_nothing(
    signed_in: SignIn, earned: Earned, form: dict[str, str], status: int
) -> None:
    client = signed_in(earned.on_air.host)

    answer = client.post("/studio/income/payout", {"key": builders.a_key(), **form}, headers=PART)

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert queries.payouts_of(earned.creator, actor=earned.on_air.host) == ()
    assert earned.available_fen() == 599


def test_one_key_is_one_amount(signed_in: SignIn, earned: Earned) -> None:
    client, key = signed_in(earned.on_air.host), builders.a_key()
    client.post("/studio/income/payout", {"amount": "1", "key": key})

    other = client.post("/studio/income/payout", {"amount": "2", "key": key})

    assert other.status_code == 409
    assert earned.available_fen() == 499


def test_each_party_is_explained_its_own_level(signed_in: SignIn, earned: Earned) -> None:
    host, shop = earned.on_air.host, earned.on_air.scene.shop
    creators_page = signed_in(host).get(f"/studio/income/orders/{earned.order}").text
    shops_page = signed_in(shop.owner).get(f"{shop_address(shop)}money/orders/{earned.order}").text

    assert "39.90 x 15.00 % = 5.985 -&gt; 5.99" in creators_page
    assert "Platform fee" not in creators_page
    assert "Platform fee" in shops_page
    assert "Creator&#x27;s commission" in shops_page
    stranger = signed_in(builders.a_creator())
    assert stranger.get(f"/studio/income/orders/{earned.order}").status_code == 404
    buyer_of_it = signed_in(builders.a_person())
    assert buyer_of_it.get(f"{shop_address(shop)}money/orders/{earned.order}").status_code == 404


def test_a_shops_money_is_for_those_with_the_right(signed_in: SignIn, earned: Earned) -> None:
    shop = earned.on_air.scene.shop
    address = f"{shop_address(shop)}money"
    clerk = signed_in(builders.a_clerk(shop, "ship", "manage"))
    form = {"amount": "1", "key": builders.a_key()}

    assert clerk.post(f"{address}/payout", form).status_code == 403
    assert signed_in(earned.on_air.host).post(f"{address}/payout", form).status_code == 404
    party = Party("shop", shop.id)
    assert queries.payouts_of(party, actor=shop.owner) == ()
    assert signed_in(shop.owner).post(f"{address}/payout", form).status_code == 302
    assert len(queries.payouts_of(party, actor=shop.owner)) == 1


def test_a_statement_comes_in_pages(signed_in: SignIn, earned: Earned) -> None:
    host, client = earned.on_air.host, signed_in(earned.on_air.host)
    few = queries_of(client, "/studio/income")
    for _ in range(20):
        payouts.request(
            actor=host, party=earned.creator, amount_fen=1, key=builders.a_key(), now=clock.now()
        )
    for payout in queries.payouts_of(earned.creator, actor=host):
        _settle(payout.payout_id)

    first = client.get("/studio/income").text
    (after,) = re.findall(r'href="\?after=([^"]+)"', first)
    second = client.get(f"/studio/income?after={after}").text

    assert queries_of(client, "/studio/income") == few <= 14
    assert first.count('data-label="When"') == 20
    assert 1 <= second.count('data-label="When"') < 20
    assert "Newest" in second


def test_payouts_come_in_pages(signed_in: SignIn, earned: Earned) -> None:
    host, client = earned.on_air.host, signed_in(earned.on_air.host)
    for _ in range(21):
        payouts.request(
            actor=host, party=earned.creator, amount_fen=1, key=builders.a_key(), now=clock.now()
        )

    first = client.get("/studio/income/payouts").text
    (after,) = re.findall(r'href="\?after=([^"]+)"', first)
    second = client.get(f"/studio/income/payouts?after={after}").text

    assert [page.count('data-label="Amount"') for page in (first, second)] == [20, 1]
    assert ("Newest" in first, "Newest" in second) == (False, True)
    assert client.get("/studio/income/payouts?after=x").status_code == 422


def _settle(payout_id: UUID) -> None:
    with transaction.atomic(durable=True):
        payouts.settled(payout_id, now=clock.now())


def test_statements_are_read_and_taken_away(signed_in: SignIn, world: World) -> None:
    shop, buyer, now = builders.a_shop(), builders.a_person(), clock.now()
    sku_id = builders.a_stocked_sku(shop, 10_000)
    builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    client, base = signed_in(shop.owner), f"{shop_address(shop)}money/statements"
    label = f"{timezone.localtime(now):%Y-%m}"

    page = client.get(base).text

    assert label in page
    assert "Closing" in page
    assert client.get(f"{base}?of={label}-99").status_code == 422
    for form, start in (("pdf", b"%PDF-"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = client.get(f"{base}/{label}.{form}")
        assert answer["Content-Disposition"] == f'attachment; filename="statement-{label}.{form}"'
        assert answer.content.startswith(start)
    assert client.get(f"{base}/{label}.exe").status_code == 404
    clerk = signed_in(builders.a_clerk(shop, "ship"))
    assert clerk.get(base).status_code == 403
    assert clerk.get(f"{base}/{label}.csv").status_code == 403
