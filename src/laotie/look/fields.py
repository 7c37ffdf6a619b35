"""Form fields as people type them: amounts in yuan, rates in per cent, moments of this place."""

import re
from datetime import UTC
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from laotie.kernel import money
from laotie.kernel.errors import Invalid
from laotie.look import numbers

_RATE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?", re.ASCII)


class FenField(forms.CharField):
    """`39.90` is 3990 fen; empty is None where it may be empty."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 14}
        super().__init__(widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return money.parse_fen(text, exponent=_exponent())
        except Invalid as refusal:
            raise forms.ValidationError(_("Write an amount such as 39.90.")) from refusal

    def prepare_value(self, value: Any) -> Any:
        return money.as_text(value, exponent=_exponent()) if isinstance(value, int) else value


class RateField(forms.CharField):
    """`15` or `15.5` per cent, as basis points."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 6}
        super().__init__(widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if not _RATE.fullmatch(text):
            raise forms.ValidationError(_("Write a rate such as 15 or 15.5."))
        whole, _dot, decimals = text.partition(".")
        return int(whole) * 100 + int(decimals.ljust(2, "0"))

    def prepare_value(self, value: Any) -> Any:
        return money.as_text(value).rstrip("0").rstrip(".") if isinstance(value, int) else value


class MomentField(forms.DateTimeField):
    """A day and a minute, by the clock of the installation's time zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        if moment is not None:
            try:
                moment.astimezone(UTC)
            except OverflowError as error:
                raise forms.ValidationError(self.error_messages["invalid"]) from error
        return moment


def _exponent() -> int:
    _mark, exponent = numbers.CURRENCIES.get(str(settings.LAOTIE.currency), ("", 2))
    return exponent
