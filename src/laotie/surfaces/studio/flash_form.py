"""The form of a flash offer: which variant of the bag, at which price, how many, how long."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from laotie.catalog import queries as catalog
from laotie.kernel import ids
from laotie.live import queries
from laotie.look.templatetags.look import said, yuan
from laotie.surfaces.studio import fields


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
        cards = sorted(
            catalog.sku_cards(skus).values(),
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
