"""What has happened in the demo town: orders in every state, refunds, reviews, invoices.

Needs the running parts: orders are paid at the lab's provider, carried by its carrier, and what
follows is the worker's. Each tale is told once per installation; its checkout's key is the proof.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from laotie.accounts import addresses
from laotie.catalog import pictures, products
from laotie.catalog.products import ProductFile
from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.lab import town, town_street, town_wares
from laotie.lab.hands import Hands
from laotie.lab.town import Login, Say, Town
from laotie.lab.town_street import Street
from laotie.oversight import complaints
from laotie.payments import intents
from laotie.trade import (
    cart,
    coupons,
    fulfilment,
    invoices,
    orders,
    queries,
    quotes,
    refunds,
    reviews,
)
from laotie.trade.invoices import InvoiceKind
from laotie.trade.orders import Placed
from laotie.trade.queries import OrderPage
from laotie.trade.quotes import Wish

_PATIENCE_S = 90.0
_LATER = timedelta(days=8)  # One more than the after-sale window.


@dataclass(frozen=True, slots=True)
class Tale:
    """An order and the road it takes. ware: its place on the keeper's shelf.

    said: what the buyer writes of it once they have it; answered: what the shop replies.
    """

    name: str
    buyer: Login
    keeper: Login
    ware: int
    road: str
    quantity: int = 1
    stars: int = 0
    said: str = ""
    answered: str = ""


_B, _F = town.BUYER, town.FRIEND
_C, _I = town_street.CLOTH, town_street.INK
TALES = (
    Tale("completed", _B, _C, 2, "complete", stars=5, said="洗过一次更软了，颜色很正。",
         answered="谢谢喜欢，下次洗可以反面晒。"),
    Tale("completed-2", _F, _I, 1, "complete", stars=5, said="笔锋聚得拢，孩子写着顺手。"),
    Tale("refund-failed", _F, _I, 5, "fail"),
    Tale("unpaid", _B, _I, 6, "leave"),
    Tale("cancelled", _B, _C, 3, "cancel"),
    Tale("paid", _B, _I, 3, "pay", quantity=2),
    Tale("paid-2", _F, _C, 4, "pay"),
    Tale("partly-shipped", _B, _C, 5, "ship a part", quantity=3),
    Tale("shipped", _B, _I, 2, "ship"),
    Tale("delivered", _F, _C, 5, "deliver"),
    Tale("received", _B, _I, 0, "receive", stars=4, said="纸很好，就是封面比图上深一点。",
         answered="靛青会随光线变化，已把实拍图补上。"),
    Tale("received-2", _F, _C, 0, "receive", stars=5, said="三条一套送礼刚好。"),
    Tale("closed-refunded", _F, _C, 6, "refund whole"),
    Tale("refund-asked", _B, _C, 1, "ask"),
    Tale("refund-refused", _F, _I, 4, "ask and refuse"),
    Tale("refund-withdrawn", _B, _I, 5, "ask and withdraw"),
    Tale("refunded-part", _B, _C, 4, "refund one", quantity=2),
)  # fmt: skip


@dataclass
class Telling:
    """One pass over the tales that this installation does not know yet."""

    hands: Hands
    street: Street
    heart: Town
    say: Say
    placed: dict[str, Placed] = field(default_factory=dict)

    def tell(self) -> None:
        """Every tale has been told. raises: TimeoutError when the parts do not do their work."""
        new = [tale for tale in TALES if not _is_known(tale)]
        for tale in new:
            self._place(tale)
        for tale in new:
            if tale.road not in {"leave", "cancel"}:
                self._until(tale, lambda page: page.state != "PENDING_PAYMENT")
        for tale in new:
            self._on(tale)
        for tale in new:
            self._end(tale)
        if new:
            self._besides()
            self.say(f"{len(new)} orders have taken their roads, with refunds, reviews, invoices")

    def _place(self, tale: Tale) -> None:
        now = clock.now()
        buyer = town.actor_of(tale.buyer, now=now)
        wish = Wish(_first_on_sale(self._ware(tale)), tale.quantity)
        quote = quotes.make(
            actor=buyer,
            lines=[wish],
            address_id=addresses.mine(actor=buyer)[0].id,
            now=now,
        )
        placed = orders.place(
            actor=buyer, quote_id=quote.quote_id, version=quote.version, key=_key(tale), now=now
        )
        self.placed[tale.name] = placed
        if tale.road == "cancel":
            orders.cancel(actor=buyer, order_id=placed.orders[0].order_id, now=now)
        elif tale.road != "leave":
            ticket = orders.pay(actor=buyer, group_id=placed.group_id, now=now)
            intents.start(ticket.payment_id, now=now)
            self.hands.pay(ids.public("pay", ticket.payment_id))

    def _on(self, tale: Tale) -> None:
        """The first thing that happens to a paid order."""
        keeper, order_id, now = self._keeper(tale), self._order(tale), clock.now()
        match tale.road:
            case "fail":
                self.hands.script("refunds.create", "refuse")
                self._ask(tale)
                self._until(tale, lambda page: page.refunds[0].state == "REFUND_FAILED")
            case "ship a part":
                orders.ship(
                    actor=keeper, order_id=order_id, units={1: 1}, carrier="sf",
                    waybill_no=_waybill(order_id), now=now,
                )  # fmt: skip
            case "ship" | "ask" | "ask and refuse" | "ask and withdraw":
                orders.ship(
                    actor=keeper, order_id=order_id, carrier="sf", waybill_no=_waybill(order_id),
                    now=now,
                )  # fmt: skip
            case "deliver" | "receive" | "complete":
                orders.ship(actor=keeper, order_id=order_id, carrier="lab", now=now)
            case "refund whole" | "refund one":
                self._ask(tale)

    def _end(self, tale: Tale) -> None:
        """What happens to it last, once its parcel or its refund is there."""
        order_id = self._order(tale)
        buyer = town.actor_of(tale.buyer, now=clock.now())
        match tale.road:
            case "deliver" | "receive" | "complete":
                self._carry(tale)
            case "ask":
                self._ask(tale)
            case "ask and refuse":
                refund_id = self._ask(tale)
                refunds.refuse(
                    actor=self._keeper(tale),
                    refund_id=refund_id,
                    reason="已拆封使用，不影响再用",
                    now=clock.now(),
                )
            case "ask and withdraw":
                refunds.withdraw(actor=buyer, refund_id=self._ask(tale), now=clock.now())
        if tale.road not in {"receive", "complete"}:
            return
        orders.confirm(actor=buyer, order_id=order_id, now=clock.now())
        self._review(tale, buyer)
        self._invoice(tale, buyer)
        if tale.road == "complete":
            # Told before anything else is received, so nothing but this is let pass.
            fulfilment.complete_due(now=clock.now() + _LATER)

    def _carry(self, tale: Tale) -> None:
        page = self._until(tale, lambda page: all(one.waybill_no for one in page.parcels))
        self.hands.carry(str(page.parcels[0].shipment_id), "DELIVERED")
        self._until(tale, lambda page: page.state == "DELIVERED")

    def _ask(self, tale: Tale) -> UUID:
        """The buyer asks for one unit's money, or for all of it; the refund's id."""
        units = 1 if tale.road == "refund one" else tale.quantity
        refund = refunds.request(
            actor=town.actor_of(tale.buyer, now=clock.now()),
            order_id=self._order(tale),
            units={1: units},
            reason="拍多了，和家里的重样",
            key=f"{_key(tale)}-refund",
            now=clock.now(),
        )
        return refund.refund_id

    def _review(self, tale: Tale, buyer: Actor) -> None:
        ware = _wares(tale)[tale.ware]
        picture = pictures.store(
            actor=buyer, body=ware.looks[-1].draw(), shop_id=None, now=clock.now()
        )
        written = reviews.write(
            actor=buyer, order_id=self._order(tale), line_no=1, stars=tale.stars, text=tale.said,
            picture_files=[picture.file], forbidden=(), now=clock.now(),
        )  # fmt: skip
        if tale.answered:
            reviews.reply(
                actor=self._keeper(tale), review_id=written.review_id, text=tale.answered,
                forbidden=(), now=clock.now(),
            )  # fmt: skip

    def _invoice(self, tale: Tale, buyer: Actor) -> None:
        """Whoever has goods wants an invoice; that of a completed order is written."""
        asked = invoices.request(
            actor=buyer, order_id=self._order(tale), kind=InvoiceKind.PERSONAL,
            title=tale.buyer.name["zh"], now=clock.now(),
        )  # fmt: skip
        if tale.road == "complete":
            invoices.issue(
                actor=self._keeper(tale),
                invoice_id=asked.invoice_id,
                number=str(asked.invoice_id.int % 10**20).zfill(20),
                now=clock.now(),
            )

    def _besides(self) -> None:
        """One complaint waits for an operator, one is answered; coupons and carts are filled."""
        now = clock.now()
        shop_id = self.street.shop_ids[town_street.SCENT.phone]
        for login, ref, text in (
            (_B, ids.public("shp", shop_id), "客服半天不回话。"),
            (_F, ids.public("rom", self.heart.room.id), "画面里的价格和袋里的不一样。"),
        ):
            person = town.actor_of(login, now=now)
            made = complaints.make(actor=person, ref=ref, cause="misleading", text=text, now=now)
            if login is _F:
                complaints.decide(
                    actor=town.actor_of(town.OPERATOR, now=now), complaint_id=made, upheld=False,
                    answer="已核对：画面是上一场的预告，袋里价格为准。", now=now,
                )  # fmt: skip
            for card in coupons.claimable(self.street.shop_ids[_C.phone], now=now):
                coupons.claim(actor=person, coupon_id=card.coupon_id, now=now)
            for tale in TALES[:2]:  # One of each shop.
                sku_id = _first_on_sale(self._ware(tale))
                cart.put(actor=person, sku_id=sku_id, quantity=1, now=now)

    def _until(self, tale: Tale, holds: Callable[[OrderPage], bool]) -> OrderPage:
        """The order's page once this holds of it. raises: TimeoutError."""
        deadline = time.monotonic() + _PATIENCE_S
        buyer = town.actor_of(tale.buyer, now=clock.now())
        while not holds(page := queries.order_page(self._order(tale), actor=buyer)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the order of {tale.name!r} stays {page.state}")
            time.sleep(0.5)
        return page

    def _order(self, tale: Tale) -> UUID:
        return self.placed[tale.name].orders[0].order_id

    def _keeper(self, tale: Tale) -> Actor:
        return town.actor_of(tale.keeper, now=clock.now())

    def _ware(self, tale: Tale) -> ProductFile:
        title = _wares(tale)[tale.ware].title["en"]
        shop_id = self.street.shop_ids[tale.keeper.phone]
        files = products.files_of(actor=self._keeper(tale), shop_id=shop_id)
        return next(file for file in files if file.title["en"] == title)


def _wares(tale: Tale) -> tuple[town_wares.Ware, ...]:
    return town_wares.CLOTH if tale.keeper is _C else town_wares.INK


def _first_on_sale(product: ProductFile) -> UUID:
    return next(sku.id for sku in product.skus if sku.is_on_sale)


def _key(tale: Tale) -> str:
    return f"town-{tale.name}"


def _is_known(tale: Tale) -> bool:
    return bool(sql.rows("SELECT 1 FROM trade_checkout WHERE key = %s", [_key(tale)]))


def _waybill(order_id: UUID) -> str:
    return f"SF{order_id.int % 10**12:012d}"
