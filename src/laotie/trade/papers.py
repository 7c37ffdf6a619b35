"""Papers that go with parcels: packing slips and labels, many orders in one file.

They hold whole addresses, so each order on them is looked at by name and written down.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from laotie.accounts import shops
from laotie.accounts.addresses import PlainAddress
from laotie.delivery import shipments
from laotie.delivery.shipments import ShipmentCard
from laotie.kernel import papers
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, WrongState
from laotie.trade import orders, queries, rules
from laotie.trade.queries import OrderCard

MOST_ORDERS = 100
_MOMENT = {"zh": "Y年n月j日 H:i", "en": "j M Y, H:i"}


class Paper(StrEnum):
    """What is printed."""

    SLIPS = "slips"  # A4, one order from the top of a page: what to pack, for whom.
    LABELS = "labels"  # 100 x 150 mm, one parcel a page.


_REASONS = {Paper.SLIPS: "packing slip", Paper.LABELS: "label"}


def print_for(
    *,
    actor: Actor,
    shop_id: UUID,
    order_ids: Sequence[UUID],
    paper: Paper,
    language: str,
    now: datetime,
) -> bytes:
    """The PDF for these orders of a shop, in the order given; each address looked at is logged.

    Labels are one per parcel that is not delivered, or one for the order that has none yet.
    order_ids: 1 to 100, all paid and not received.
    raises:    SignInFirst, NotFound, NotAllowed, Invalid, WrongState, TooMany.
    """
    actor.require_shop(shop_id, "ship")
    wanted = list(dict.fromkeys(order_ids))
    if not 1 <= len(wanted) <= MOST_ORDERS:
        raise Invalid(field="orders", reason="range")
    cards = queries.order_cards(wanted, actor=actor)
    if any(id not in cards or cards[id].shop_id != shop_id for id in wanted):
        raise NotFound
    if any(card.state not in rules.IN_WORK for card in cards.values()):
        raise WrongState(step="order.print")
    plain = {
        id: orders.reveal_address(actor=actor, order_id=id, reason=_REASONS[paper], now=now)
        for id in wanted
    }
    language = "zh" if language.startswith("zh") else "en"
    with override("zh-hans" if language == "zh" else "en"):
        shop = _said(shops.card(shop_id).name, language)
        picked = [(cards[id], plain[id]) for id in wanted]
        facts: dict[str, Any] = {"language": language, "shop": shop}
        if paper is Paper.SLIPS:
            facts |= {"words": _slip_words(), "orders": [_slip(*each, language) for each in picked]}
        else:
            parcels = shipments.of_orders(wanted)
            facts |= {
                "words": _label_words(),
                "parcels": [
                    label
                    for card, address in picked
                    for label in _labels(card, address, parcels.get(card.order_id, ()), language)
                ],
            }
    return papers.render("trade", paper.value, facts)


def _slip(card: OrderCard, address: PlainAddress, language: str) -> dict[str, Any]:
    waits = any(line.to_ship for line in card.lines)
    units = {line.line_no: line.to_ship if waits else line.shipped for line in card.lines}
    placed = date_format(timezone.localtime(card.placed_at), _MOMENT[language])
    return {
        "number": card.number,
        "code": papers.square_code(card.number),
        "placed": placed,
        **_to(address, language),
        **_contents(card, units, language),
    }


def _labels(
    card: OrderCard, address: PlainAddress, parcels: Sequence[ShipmentCard], language: str
) -> list[dict[str, Any]]:
    if not parcels:
        to_ship = {line.line_no: line.to_ship for line in card.lines}
        return [_label(card, address, to_ship, language, carrier="", waybill="")]
    return [
        _label(
            card,
            address,
            parcel.lines,
            language,
            carrier=parcel.carrier.upper(),
            waybill=parcel.waybill_no or "",
        )
        for parcel in [each for each in parcels if each.delivered_at is None] or parcels
    ]


def _label(
    card: OrderCard,
    address: PlainAddress,
    units: Mapping[int, int],
    language: str,
    *,
    carrier: str,
    waybill: str,
) -> dict[str, Any]:
    return {
        "number": card.number,
        "carrier": carrier or _("Carrier"),
        "waybill": waybill or "—",
        "code": papers.square_code(waybill or card.number),
        **_to(address, language),
        **_contents(card, units, language),
    }


def _to(address: PlainAddress, language: str) -> dict[str, str]:
    return {
        "name": address.name,
        "phone": address.phone.removeprefix("+86"),
        "region": _said(address.region, language),
        "line": address.line,
    }


def _contents(card: OrderCard, units: Mapping[int, int], language: str) -> dict[str, Any]:
    lines = [
        {
            "no": line.line_no,
            "title": _said(line.title, language),
            "spec": _said(line.spec, language),
            "units": units[line.line_no],
        }
        for line in card.lines
        if units.get(line.line_no)
    ]
    total = sum(units.values())
    said = ngettext("%(n)s unit", "%(n)s units", total) % {"n": total}
    return {"lines": lines, "total": said}


def _slip_words() -> dict[str, str]:
    return {
        "title": _("Packing slip"),
        "order": _("Order"),
        "ordered": _("Ordered"),
        "to": _("Ship to"),
        "item": _("Item"),
        "kind": _("Kind"),
        "units": _("Units"),
        "footer": _("Something missing or broken? Ask for your money back on the order's page."),
    }


def _label_words() -> dict[str, str]:
    return {
        "title": _("Labels"),
        "waybill": _("Waybill"),
        "order": _("Order"),
        "to": _("Ship to"),
        "from": _("From"),
        "more": _("and more, as on the packing slip"),
    }


def _said(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text.get("zh") or text.get("en") or ""
