"""Why a message had no effect: each sentence is looked up once per language, and then at hand."""

import functools
from dataclasses import replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from msgspec import UNSET

from laotie.kernel import errors
from laotie.live import chat
from laotie.surfaces.gateway import protocol
from laotie.trade import orders, pricing
from laotie.trade.flash import Outcome, Verdict

_SENTENCES = {
    "BAD_FRAME": _("This message was not understood."),
    "TOO_MANY": _("Too many messages. Wait a moment."),
    "SIGN_IN_FIRST": errors.SignInFirst.message,
    "NOT_READY": _("Still entering the room. Try again in a moment."),
    "SAY_BUSY": _("Very busy right now. Your comment was not sent; try again."),
    "LIKE_BUSY": _("Very busy right now. Hearts are not counted for a moment."),
    # An earlier try of the same key may be under way elsewhere: only this much is certain.
    "BUY_BUSY": _("Very busy right now. Try again; nothing is ordered twice."),
    "BUY_UNKNOWN": _("No answer yet. Try again; nothing is ordered twice."),
    "KEY_REUSED": errors.KeyReused.message,
    "OFFER_OVER": _("This offer is over."),
    "NOT_FOR_SALE": pricing.NotForSale.message,
    "SOLD_OUT": pricing.SoldOut.message,
    "LIMIT_REACHED": orders.LimitReached.message,
    "PRICE_CHANGED": orders.PriceChanged.message,
    "ADDRESS_NEEDED": orders.AddressNeeded.message,
    "NOT_ALLOWED": _("This account cannot order here."),
    # By itself alone and for no outage: the same again would end the same.
    "ORDER_FAILED": _(
        "Something is wrong with this order. Nothing was ordered; asking again is no use."
    ),
}
_CODES = {
    Outcome.SOLD_OUT: "SOLD_OUT",
    Outcome.LIMIT: "LIMIT_REACHED",
    Outcome.OFFER_OVER: "OFFER_OVER",
    Outcome.PRICE_CHANGED: "PRICE_CHANGED",
    Outcome.ADDRESS_NEEDED: "ADDRESS_NEEDED",
    Outcome.KEY_REUSED: "KEY_REUSED",
    Outcome.NOT_FOR_SALE: "NOT_FOR_SALE",
    Outcome.NOT_ALLOWED: "NOT_ALLOWED",
    Outcome.FAILED: "ORDER_FAILED",
}


@functools.lru_cache(maxsize=256)
def sentence(name: str, language: str) -> str:
    """The sentence of that name in a viewer's language, with its places still open."""
    with translation.override(language):
        return gettext(_SENTENCES[name])


def named(
    name: str, language: str, *, code: str = "", re: str = "", retry_after_ms: int = 0
) -> protocol.Refused:
    """The refusal with this sentence. code: where it is another than the sentence's name."""
    text = sentence(name, language)
    return protocol.Refused(code=code or name, text=text, re=re, retry_after_ms=retry_after_ms)


def of_a_say(verdict: chat.Verdict, language: str, *, re: str) -> protocol.Refused:
    """Why a comment was not taken."""
    assert verdict.refused is not None
    return protocol.Refused(
        code=verdict.refused.value,
        text=_why_unsaid(replace(verdict, retry_after_ms=0), language),
        re=re,
        retry_after_ms=verdict.retry_after_ms,
    )


@functools.lru_cache(maxsize=64)
def _why_unsaid(verdict: chat.Verdict, language: str) -> str:
    assert verdict.refused is not None
    with translation.override(language):
        return chat.sentence(verdict.refused)


def of_a_buy(verdict: Verdict, language: str, *, re: str) -> protocol.Refused:
    """Why nothing was ordered, by a verdict that is neither a yes nor NOT_NOW."""
    name = _CODES[verdict.outcome]
    facts: dict[str, Any] = {"remaining": verdict.remaining or 0}
    return protocol.Refused(
        code=name,
        text=sentence(name, language) % facts,
        re=re,
        remaining=UNSET if verdict.remaining is None else verdict.remaining,
        fen=UNSET if verdict.price_fen is None else verdict.price_fen,
    )
