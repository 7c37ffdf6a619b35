"""Words and forms of the studio: `{% load studio %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

_CARRIERS = {
    "lab": _("Lab carrier"),
    "sf": _("SF Express"),
    "jd": _("JD Logistics"),
    "ems": _("EMS"),
    "yto": _("YTO Express"),
    "zto": _("ZTO Express"),
    "sto": _("STO Express"),
    "yunda": _("Yunda Express"),
    "jt": _("J&T Express"),
    "other": _("Another carrier"),
}
_RIGHTS = {
    "manage": _("Goods, prices, staff"),
    "ship": _("Orders and shipping"),
    "refund": _("Refunds"),
    "money": _("Money"),
    "stage": _("Live stage"),
}

_PAYOUT_REASONS = {
    "ACCOUNT_CLOSED": _("the account is closed"),
    "ACCOUNT_UNKNOWN": _("there is no such account"),
    "NAME_WRONG": _("the holder has another name"),
    "LIMIT": _("more than the account may receive"),
    "HANDS_CHANGED": _("it was asked for before the account changed hands"),
}


@register.filter
def payout_reason(code: str) -> str:
    """Why a payout did not arrive; a code that is not known is shown with what it is."""
    known = _PAYOUT_REASONS.get(code)
    return str(known) if known else gettext("the provider said %(code)s") % {"code": code}


@register.filter
def carrier_name(carrier: str) -> str:
    return str(_CARRIERS.get(carrier, carrier))


@register.filter
def right_name(right: str) -> str:
    return str(_RIGHTS.get(right, right))


@register.filter
def unit_of(units: dict[int, int], line_no: int) -> int:
    """Units of one line of an order."""
    return units.get(line_no, 0)


@register.simple_tag
def form_to(address: str, target: str = "") -> SafeString:
    """Attributes of a form that works with and without scripts.

    target: the part of the page that the answer replaces; by default the whole content.
    """
    swap = "outerMorph" if target else "innerMorph"
    return format_html(
        'method="post" action="{0}" hx-post="{0}" hx-target="{1}" hx-swap="{2}"',
        address,
        target or "#main",
        swap,
    )
