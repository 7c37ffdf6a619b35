"""Words for the movements of money: `{% load postings %}`."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_MOVES = {
    "capture": _("The buyer paid"),
    "split": _("Shared out on receipt"),
    "release": _("Free to take out"),
    "refund": _("Back to the buyer"),
    "refund_settled": _("Went back to the buyer"),
    "return": _("Returned to the buyer"),
    "payout": _("Taken out"),
    "payout_settled": _("Taken out"),
    "payout_failed": _("Payout failed"),
    "payout_bounced": _("Payout came back"),
    "channel_fee": _("Payment fee"),
    "programme_reserve": _("Set aside for a programme"),
    "programme_reward": _("Reward of a programme"),
    "programme_return": _("Left over from a programme"),
}
_ACCOUNTS = {
    "pending": _("Pending"),
    "available": _("Available"),
    "receivable": _("Owed"),
    "escrow": _("Held money"),
    "refund_payable": _("To the buyer"),
    "subsidy": _("The platform's coupon"),
    "support": _("Creator programmes"),
    "psp_clearing": _("At the payment provider"),
    "tech_fee": _("Platform fee"),
    "channel_fee": _("Payment fee"),
    "advance": _("Paid in place of others"),
    "claims": _("Claims against parties"),
    "rounding": _("Rounding of payment fees"),
}
_ROLES = {
    "": _("The order's money"),
    "merchant": _("The shop's part"),
    "creator": _("Creator's commission"),
    "leader": _("Leader's commission"),
    "provider": _("Service provider"),
    "agency": _("Agency"),
    "tech": _("Platform fee"),
    "channel": _("Payment fee"),
    "buyer": _("The buyer"),
    "subsidy": _("The platform's coupon"),
}


@register.filter
def move_name(kind: str) -> str:
    """What happened to money."""
    return str(_MOVES.get(kind, kind))


@register.filter
def account_name(account: str) -> str:
    return str(_ACCOUNTS.get(account, _ROLES.get(account, account)))


@register.filter
def role_name(role: str) -> str:
    """Whose part it is; a child in the tree is named by its own role."""
    own = role.rpartition("/")[2]
    return str(_ROLES.get(own, own))
