"""The form for a link to another network."""

from django import forms
from django.utils.translation import gettext_lazy

from laotie.surfaces.studio import fields


class LinkForm(forms.Form):
    # Text, and not Django's own field: which addresses are good is for the links to say.
    url = forms.CharField(
        label=gettext_lazy("Address of the goods over there"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    link_price = fields.FenField(label=gettext_lazy("Price over there"), required=False)
