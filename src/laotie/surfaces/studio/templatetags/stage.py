"""Words of the stage: `{% load stage %}`."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_DEEDS = {
    "muted": _("muted"),
    "sent_out": _("sent out"),
    "forgiven": _("let speak again"),
    "taken_down": _("took down a comment of"),
    "pinned": _("pinned a comment of"),
    "unpinned": _("took the pinned comment away"),
    "slowed": _("set slow mode"),
    "forbade": _("blocked a word"),
    "allowed": _("allowed a word again"),
    "stopped": _("pulled the emergency brake"),
    "seated": _("gave a seat to"),
    "unseated": _("took the seat back from"),
}
_DUTIES = {
    "silence": _("Mute and send out"),
    "take_down": _("Take comments down"),
    "pin": _("Pin a comment"),
    "slow": _("Slow mode"),
    "words": _("Blocked words"),
    "stop": _("Emergency stop"),
    "script": _("Script and teleprompter"),
}
_FIGURES = {
    "seconds": _("On air"),
    "viewers_peak": _("Most viewers"),
    "joins": _("Entries"),
    "likes": _("Hearts"),
    "comments": _("Comments"),
    "speakers": _("Speakers"),
    "new_followers": _("New followers"),
    "orders": _("Paid orders"),
    "buyers": _("Buyers"),
    "units": _("Units"),
    "paid_fen": _("Paid"),
    "refunded_fen": _("Refunded"),
    "commission_fen": _("Commission"),
    "commission_expected_fen": _("Commission to come"),
}


@register.filter
def deed_name(deed: str) -> str:
    """What somebody did to keep order."""
    return str(_DEEDS.get(deed, deed))


@register.filter
def deed_detail(detail: str, deed: str) -> str:
    """A number with its unit, the duties of a seat by name, or the words themselves."""
    if deed == "muted":
        return str(_("%(n)s minutes")) % {"n": detail}
    if deed == "slowed":
        return str(_("%(n)s seconds")) % {"n": detail}
    if deed == "seated":
        return ", ".join(duty_name(duty) for duty in detail.split())
    return detail


@register.filter
def duty_name(duty: str) -> str:
    """What a seat may do."""
    return str(_DUTIES.get(duty, duty))


@register.filter
def figure_name(name: str) -> str:
    """A figure of a report."""
    return str(_FIGURES.get(name, name))


@register.filter
def hours(seconds: int) -> str:
    """`1:02:05`."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
