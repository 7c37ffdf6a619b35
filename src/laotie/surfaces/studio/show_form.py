"""What viewers see of a show before it begins: its title and cover."""

from django import forms
from django.utils.translation import gettext_lazy as _

from laotie.live import rooms


class ShowForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=rooms.LONGEST_TITLE)
    cover = forms.FileField(
        label=_("Cover"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 8 MB, upright. Left out, it stays as it is."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
