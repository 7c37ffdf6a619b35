"""The town's links to other networks: two operators' rules as in March 2022, links, a few orders.

Both networks may stand anywhere; in five days one is barred wherever it sells, the other in live
rooms alone. So matrix, warnings, leaks and the closed-loop rate have something to show.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from laotie.accounts import operators
from laotie.catalog import external_links, products
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.lab import town, town_goods
from laotie.lab.town import Login, Say
from laotie.lab.town_goods import Goods
from laotie.links import clicks, external_orders, policy
from laotie.links.external_orders import Line, OrderState
from laotie.links.listings import ListingCard
from laotie.links.policy import Surface

DEPUTY = Login(
    "operator", {"zh": "值班运营", "en": "Operator on duty"}, "13800000090", "laotie-operator-2"
)
_AHEAD = timedelta(days=5)
_REASON = "与其签订的合同到期"
_BARRED = (
    ("taobao", Surface.LIVE_CART), ("taobao", Surface.VIDEO_CART),
    ("taobao", Surface.PRODUCT_DETAIL), ("jd", Surface.LIVE_CART),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Planned:
    """A link on a product's page. bought: how many orders over there came of it."""

    keeper: Login
    goods: Goods
    network: str
    url: str
    bought: int


_PLANNED = (
    _Planned(town.KILN, town_goods.KILN[0], "jd", "https://item.jd.com/100012043978.html", 2),
    _Planned(
        town.KILN, town_goods.KILN[1], "taobao",
        "https://item.taobao.com/item.htm?id=613548961234", 1,
    ),
    _Planned(town.FARM, town_goods.FARM[0], "jd", "https://item.jd.com/100035246702.html", 1),
)  # fmt: skip


def put_up(*, say: Say) -> None:
    """Rules, links and orders are there, once; a later run finds the rules and changes nothing."""
    now = clock.now()
    if policy.published():
        return
    _make_rules(now)
    # The rules count from the next full second on.
    now += timedelta(seconds=1)
    for planned in _PLANNED:
        listing = _attach(planned, now)
        for number in range(planned.bought):
            _buy(planned, listing, number, now=now)
    say("links to two other networks stand on product pages, and rules say until when")


def _make_rules(now: datetime) -> None:
    operators.create(
        actor=Actor.system(town.VIA), phone=DEPUTY.phone, password=DEPUTY.password,
        name=DEPUTY.name["zh"], now=now,
    )  # fmt: skip
    for network in ("jd", "taobao"):
        _make_rule("allow", network, None, None, now=now)
    midnight = (now + _AHEAD).replace(hour=16, minute=0, second=0, microsecond=0)
    for network, surface in _BARRED:
        _make_rule("deny", network, surface, midnight, now=now)


def _make_rule(
    effect: str, network: str, surface: Surface | None, begins: datetime | None, *, now: datetime
) -> None:
    proposal_id = policy.propose(
        actor=town.actor_of(town.OPERATOR, now=now), network=network,
        surface=surface, effect=effect, effective_from=begins,
        reason=_REASON if begins else "合作中", now=now,
    )  # fmt: skip
    policy.confirm(actor=town.actor_of(DEPUTY, now=now), proposal_id=proposal_id, now=now)


def _attach(planned: _Planned, now: datetime) -> ListingCard:
    keeper = town.actor_of(planned.keeper, now=now)
    (shop_id,) = keeper.shop_rights
    known = {file.title["en"]: file.id for file in products.files_of(actor=keeper, shop_id=shop_id)}
    return external_links.attach(
        actor=keeper, product_id=known[planned.goods.title["en"]], url=planned.url,
        price_fen=planned.goods.variants[0].price_fen, now=now,
    )  # fmt: skip


def _buy(planned: _Planned, listing: ListingCard, number: int, *, now: datetime) -> None:
    """Somebody left by the link and paid over there; a twentieth of it is commission."""
    visitor = f"town {number}".encode().ljust(32, b".")
    hop = clicks.ask(actor=Actor.anonymous(), listing_id=listing.id, visitor=visitor, now=now)
    clicks.go(token=hop.token, visitor=visitor, now=now)
    fen = planned.goods.variants[0].price_fen
    line = Line(
        order_no=f"lab{listing.id.hex[:16]}{number}", line_no="1",
        click=ids.public("clk", hop.click_id), state=OrderState.PAID, amount_fen=fen,
        estimated_fen=fen // 20, actual_fen=None, paid_at=now, told_at=now,
    )  # fmt: skip
    external_orders.take_in(
        actor=Actor.system(town.VIA), network=planned.network, lines=[line], now=now
    )
