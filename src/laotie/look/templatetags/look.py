"""Template tags of the shared look: `{% load look %}`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laotie.kernel import clock, ids
from laotie.look import numbers

register = template.Library()
register.filter("millis", clock.millis)

THEME_COOKIE = "theme"
TYPE_COOKIE = "type"
THEMES = ("light", "dark")
_A_WEEK_S = 7 * 24 * 3600
# Chinese, English. The month by name, since 3/12 is read in two ways.
_MOMENT = ("Y年n月j日 H:i", "j M Y, H:i")
_DAY = ("Y年n月j日", "j M Y")
_SECOND = ("Y年n月j日 H:i:s", "j M Y, H:i:s")


# --- Page ----------------------------------------------------------------------------------------


@register.simple_tag
def page_language() -> str:
    """What `<html lang>` says."""
    return "zh-Hans" if _in_chinese() else "en"


@register.simple_tag(takes_context=True)
def page_attributes(context: Context) -> SafeString:
    """Attributes of `<html>`: theme and type by cookie (for a right first paint), how money is
    written, and whether a minor is looking."""
    request = context.get("request")
    cookies = request.COOKIES if request is not None else {}
    theme = cookies.get(THEME_COOKIE, "")
    mark, exponent = numbers.CURRENCIES.get(_currency(), (f"{_currency()} ", 2))
    return format_html(
        '{}{}{}data-mark="{}" data-exponent="{}"',
        mark_safe("data-minor ") if context.get("is_minor") else "",
        mark_safe('data-type="large" ') if cookies.get(TYPE_COOKIE) == "large" else "",
        format_html('data-theme="{}" ', theme) if theme in THEMES else "",
        mark,
        exponent,
    )


@register.simple_tag(takes_context=True)
def page_now(context: Context) -> str:
    """Business time of the page in milliseconds, for its clocks; empty if the view read none."""
    now = context.get("now")
    return str(clock.millis(now)) if isinstance(now, datetime) else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite, hidden from readers of the screen: the text beside it speaks."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("look/icons.svg"),
        name,
    )


@register.simple_tag
def picture(url: str, size: int, alt: str = "", is_first: bool = False) -> SafeString:
    """A square picture inside a `.thumb`; a quiet icon where there is none.

    size: edge in CSS pixels, so that the page keeps its place while the picture comes.
    """
    if not url:
        return icon("package")
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" loading="{}" decoding="async">',
        url,
        alt,
        size,
        size,
        "eager" if is_first else "lazy",
    )


@register.simple_tag
def on_air_bars() -> SafeString:
    """The three moving bars that mean "on air"."""
    return mark_safe('<span class="eq" aria-hidden="true"><i></i><i></i><i></i></span>')


@register.inclusion_tag("look/field.html")
def field(bound: object, help: str = "") -> dict[str, object]:
    """A form field with label, help and its errors, tied together for screen readers."""
    return {"field": bound, "help": help}


# --- Numbers -------------------------------------------------------------------------------------


@register.simple_tag
def price(amount_fen: int, was_fen: int | None = None) -> SafeString:
    """A price tag: small mark, small cents, zero cents left out, the old price struck beside it."""
    tag = _money(amount_fen, "price num", drop_zero_cents=True)
    if was_fen is None or was_fen <= amount_fen:
        return tag
    was = numbers.money(was_fen, currency=_currency(), drop_zero_cents=True)
    return format_html('{}<del class="num"><span class="sr">{} </span>{}</del>', tag, _("was"), was)


@register.simple_tag
def amount(amount_fen: int, tone: str = "neutral") -> SafeString:
    """An amount on a bill, always with cents. tone: `neutral`, `gain`, `loss` or empty (price)."""
    return _money(amount_fen, f"price num {tone}".strip(), drop_zero_cents=False)


@register.filter
def takes_off(coupon: Any) -> str:
    """What a coupon takes off: `¥20`, or `20%, at most ¥50`."""
    most = yuan(coupon.off_fen)
    if coupon.rate_bps is None:
        return most
    facts = {"rate": percent(coupon.rate_bps), "most": most}
    return _("%(rate)s, at most %(most)s") % facts


@register.filter
def yuan(amount_fen: int) -> str:
    """The amount as plain text for sentences and attributes: ¥39.90, and ¥20 without cents."""
    return str(numbers.money(amount_fen, currency=_currency(), drop_zero_cents=True))


@register.filter
def compact(number: int) -> str:
    """12,846,000 is 1,284.6万 or 12.85M, by the reader's language."""
    return numbers.compact(number, language=_language())


@register.filter
def percent(rate_bps: int) -> str:
    """Basis points as a percentage: 1500 is 15%, 60 is 0.6%."""
    whole, rest = divmod(rate_bps, 100)
    tail = f"{rest:02d}".rstrip("0")
    return f"{whole}.{tail}%" if tail else f"{whole}%"


@register.filter
def masked_phone(phone: str) -> str:
    """138****8000."""
    return numbers.masked_phone(phone)


# --- Texts, ids, moments -------------------------------------------------------------------------


@register.filter
def said(text: Mapping[str, str] | str | None) -> str:
    """A text in two languages, in the reader's; in the other one if that is all there is."""
    if text is None or isinstance(text, str):
        return text or ""
    first, second = ("zh", "en") if _in_chinese() else ("en", "zh")
    return text.get(first) or text.get(second) or ""


@register.filter
def public_id(id: UUID, kind: str) -> str:
    """`{{ order.id|public_id:"ord" }}`."""
    return ids.public(kind, id)


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime) -> SafeString:
    """How long ago, against the page's `now` (business time) if it has one; whole date on hover.

    A page that is kept is told until when these words are true.
    """
    now = context.get("now") or timezone.now()
    ageing = context.get("ageing")
    if ageing is not None:
        ageing.note(_ago_until(moment, now))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        _written(moment),
        _ago_text(moment, now),
    )


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """A date and time in the reader's way."""
    return format_html(
        '<time datetime="{}">{}</time>',
        at.isoformat(),
        _written(at),
    )


@register.simple_tag
def second(at: datetime) -> SafeString:
    """A moment at which something begins or ends to the second, in the reader's way."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), _written(at, _SECOND))


def _written(moment: datetime, formats: tuple[str, str] = _MOMENT) -> str:
    return date_format(timezone.localtime(moment), formats[0 if _in_chinese() else 1])


def _ago_text(moment: datetime, now: datetime) -> str:
    seconds = int((now - moment).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        minutes = seconds // 60
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if seconds < 24 * 3600:
        hours = seconds // 3600
        return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    if seconds < _A_WEEK_S:
        days = seconds // (24 * 3600)
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    return _written(moment, _DAY)


def _ago_until(moment: datetime, now: datetime) -> datetime:
    """When `_ago_text` says something else."""
    seconds = int((now - moment).total_seconds())
    if seconds < 60:
        return moment + timedelta(minutes=1)
    if seconds >= _A_WEEK_S:
        return datetime.max.replace(tzinfo=UTC)
    unit = 60 if seconds < 3600 else 3600 if seconds < 24 * 3600 else 24 * 3600
    return moment + timedelta(seconds=(seconds // unit + 1) * unit)


def _money(amount_fen: int, classes: str, *, drop_zero_cents: bool) -> SafeString:
    text = numbers.money(amount_fen, currency=_currency(), drop_zero_cents=drop_zero_cents)
    return format_html(
        '<span class="{}">{}<small>{}</small>{}<span class="cents">{}</span></span>',
        classes,
        text.sign,
        text.mark,
        text.whole,
        text.cents,
    )


def _currency() -> str:
    return str(settings.LAOTIE.currency)


def _language() -> str:
    return translation.get_language() or "en"


def _in_chinese() -> bool:
    return _language().startswith("zh")
