"""The form of a flash offer: which variant of the bag, at which price, how many, how long."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from laotie.catalog import queries as catalog
from laotie.catalog.queries import SkuCard
from laotie.kernel import ids
from laotie.live import queries
from laotie.look.templatetags.look import said, yuan
from laotie.surfaces.studio import fields
from laotie.trade import stock


class FlashForm(forms.Form):
    sku = forms.ChoiceField(label=_("What"))
    price = fields.FenField(label=_("Flash price"))
    quantity = forms.IntegerField(label=_("Units"), min_value=1, max_value=100_000, initial=50)
    seconds = forms.IntegerField(
        label=_("Seconds"), min_value=10, max_value=3600, initial=300, help_text=_("10 to 3,600")
    )
    limit = forms.IntegerField(
        label=_("Per buyer"), min_value=1, max_value=1000, required=False, initial=1
    )

    def __init__(self, *arguments: object, room_id: UUID, now: datetime) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        numbers = {item.product.product_id: item.no for item in queries.bag(room_id, now=now)}
        skus = [sku_id for ids_ in catalog.skus_of(numbers).values() for sku_id in ids_]
        known = catalog.sku_cards(skus)
        self.checks = _checks(known.values())
        cards = sorted(
            known.values(),
            key=lambda card: (numbers[card.product_id], card.list_price_fen),
        )
        self.fields["sku"].choices = [  # type: ignore[attr-defined]
            (
                ids.public("sku", card.sku_id),
                " ".join(
                    (
                        f"{numbers[card.product_id]}.",
                        said(card.title),
                        said(card.spec),
                        yuan(card.list_price_fen),
                    )
                ),
            )
            for card in cards
        ]


def _checks(cards: Iterable[SkuCard]) -> str:
    """What the page knows of each variant before it asks: list price, floor and stock, as JSON."""
    found = {card.sku_id: card for card in cards}
    left = stock.available(list(found))
    return json.dumps(
        {
            card.public_id: {
                "list_price_fen": card.list_price_fen,
                "floor_fen": card.flash_floor_fen,
                "stock": left.get(card.sku_id, 0),
            }
            for card in found.values()
        }
    )
