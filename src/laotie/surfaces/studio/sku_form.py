"""The form of one variant of a product."""

from django import forms
from django.utils.translation import gettext_lazy as _

from laotie.catalog.products import NewSku
from laotie.surfaces.studio import fields


class SkuForm(forms.Form):
    spec_zh = forms.CharField(label=_("Variant in Chinese"), max_length=60, required=False)
    spec_en = forms.CharField(label=_("Variant in English"), max_length=60, required=False)
    price = fields.FenField(label=_("List price"))
    floor = fields.FenField(
        label=_("Lowest flash price"),
        required=False,
        help_text=_("How low a host may go in a room. Empty: not below the list price."),
    )
    code = forms.CharField(label=_("Your own code"), max_length=40, required=False)
    is_on_sale = forms.BooleanField(label=_("Can be bought"), required=False, initial=True)

    def described(self) -> NewSku:
        """The variant as the catalog takes it."""
        given = self.cleaned_data
        return NewSku(
            spec={"zh": given["spec_zh"], "en": given["spec_en"]},
            list_price_fen=given["price"],
            code=given["code"],
            flash_floor_fen=given["floor"],
        )
