"""Words of the desk: `{% load desk %}`."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laotie.links import policy
from laotie.links.order_sources import Flaw
from laotie.links.policy import Surface
from laotie.look import complaints
from laotie.look.templatetags.look import percent, yuan

register = template.Library()

_CAUSES = {
    "fake": _("Not what it is said to be"),
    "forbidden": _("May not be sold or shown"),
    "misleading": _("Misleading price, effect or origin"),
    "abuse": _("Insults or threats"),
    "outside": _("Leads away to outside contacts"),
    "rights": _("Somebody else's picture, brand or words"),
    "minor": _("Harms young people"),
    "other": _("Something else"),
}
_PROPOSAL_STATES = {
    "PROPOSED": _("Waiting"),
    "CONFIRMED": _("Confirmed"),
    "REFUSED": _("Refused"),
}
_PROPOSAL_KINDS = {
    "fees": _("Fees of the platform"),
    "programme": _("A creator programme"),
    "platform_coupon": _("A coupon of the platform"),
    "link_rule": _("A rule for links to other networks"),
}
_EFFECTS = {"allow": _("Allowed"), "deny": _("Barred")}
_FLAWS = {
    "amount": _("no amount"),
    "below_zero": _("below zero"),
    "contradicts": _("goes back, or changes what was final"),
    "finer_than_fen": _("finer than a fen"),
    "form": _("a field of another form"),
    "invalid": _("cannot be kept"),
    "state": _("a state that is not known"),
    "time": _("no time"),
}
# As `external_orders.check` refuses a line.
_INVALID = {
    "number: form": _("a number of another form"),
    "amount_fen: range": _("an amount outside of what is allowed"),
    "amount_fen: required": _("settled, and no amount told"),
    "until: time": _("told before it was paid"),
}
_WAITS = {
    "limited": _("asked too often"),
    "unanswered": _("no answer"),
    "refused": _("refused"),
}
_TO_THE_SECOND = {"effective_from", "effective_until"}
_FACTS = {
    "network": _("Network"),
    "surface": _("Place of the link"),
    "effect": _("Effect"),
    "effective_from": _("Counts from"),
    "effective_until": _("Counts until"),
    "contract_id": _("Contract"),
    "withdrawn_rule": _("Rule that shall not begin"),
    "tech_bps": _("Platform fee"),
    "channel_bps": _("Payment fee"),
    "split_cap_bps": _("Most that may be split off"),
    "effective_at": _("Counts from"),
    "name_zh": _("Name in Chinese"),
    "name_en": _("Name in English"),
    "off_fen": _("Takes off"),
    "min_goods_fen": _("From goods of"),
    "budget_fen": _("Budget"),
    "limit_per_buyer": _("Per buyer"),
    "rate_bps": _("A percentage"),
    "field": _("Field"),
    "starts_at": _("Counts from"),
    "ends_at": _("Counts until"),
    "claim_from": _("Claimed from"),
    "claim_until": _("Claimed until"),
    "use_from": _("Used from"),
    "use_until": _("Used until"),
    "after_refund": _("After a full refund"),
}


@register.filter
def cause_name(cause: str) -> str:
    return str(_CAUSES.get(cause, cause))


@register.filter
def complaint_state(state: str) -> str:
    return str(complaints.STATES[state][0]) if state in complaints.STATES else state


@register.filter
def proposal_state(state: str) -> str:
    return str(_PROPOSAL_STATES.get(state, state))


@register.filter
def proposal_kind(kind: str) -> str:
    return str(_PROPOSAL_KINDS.get(kind, kind))


@register.filter
def fact_name(name: str) -> str:
    """What a fact of a proposal is called."""
    return str(_FACTS.get(name, name))


@register.filter
def effect_name(effect: str) -> str:
    """What a rule of links does."""
    return str(_EFFECTS.get(effect, effect))


@register.filter
def flaw_name(reason: str) -> str:
    """What is wrong with an order that a network told."""
    return str(_FLAWS.get(reason, reason))


@register.filter
def flaw_text(flaw: Flaw) -> str:
    """What a network told of it, or which of our conditions it does not meet."""
    return str(_INVALID.get(flaw.text, flaw.text)) if flaw.reason == "invalid" else flaw.text


@register.filter
def cause_of_no_use(cause: str) -> str:
    """Why a configured source of orders cannot be used; behind a colon, what is no word of ours."""
    words, colon, rest = cause.partition(": ")
    return f"{gettext(words) if words else words}{colon}{rest}"


@register.filter
def cause_of_waiting(cause: str) -> str:
    """Why a network's orders are not read now: what kind of cause, and its own words."""
    kind, colon, words = cause.partition(": ")
    return f"{_WAITS.get(kind, kind)}{colon}{words}"


@register.filter
def surface_name(surface: str) -> str:
    """A place of links, to stand alone."""
    return capfirst(policy.surface_name(Surface(surface)))


@register.filter
def fact_value(value: Any, name: str) -> str:
    """A fact of a proposal as people read it: rates in percent, amounts in yuan, moments local."""
    if name.endswith("_bps") and isinstance(value, int):
        return percent(value)
    if name.endswith("_fen") and isinstance(value, int):
        return yuan(value)
    if name == "surface":
        return surface_name(str(value))
    if name == "effect":
        return effect_name(str(value))
    if name in _TO_THE_SECOND:
        return formats.date_format(_local(value), "Y-m-d H:i:s e")
    if name.endswith(("_at", "_from", "_until")) and isinstance(value, str):
        return formats.date_format(datetime.fromisoformat(value), "Y-m-d H:i e")
    return str(value)


def _local(moment: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(moment))
