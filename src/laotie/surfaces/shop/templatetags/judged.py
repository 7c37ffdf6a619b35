"""Facts and stars in templates: `{% load judged %}`."""

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

_UNSAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def fact_name(name: str) -> str:
    return fact_words()[name][0]


@register.filter
def fact_meaning(name: str) -> str:
    return fact_words()[name][1]


@register.filter
def tenths(count: int | None) -> str:
    """47 is 4.7."""
    return "" if count is None else f"{count // 10}.{count % 10}"


@register.simple_tag
def stars(count: int) -> SafeString:
    """Five stars, so many of them full; said in words for who cannot see them."""
    text = _("%(n)s of 5 stars") % {"n": count}
    full, empty = "★" * count, "☆" * (5 - count)
    return format_html(
        '<span class="stars" role="img" aria-label="{}">{}{}</span>', text, full, empty
    )


@register.simple_tag
def linked_data(linked: dict[str, object]) -> SafeString:
    """A block of JSON-LD: data that nothing on the page runs, and that cannot end its element."""
    text = json.dumps(linked, ensure_ascii=False).translate(_UNSAFE)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped.


def fact_words() -> dict[str, tuple[str, str]]:
    """Each fact's name and its definition, in the reader's language."""
    return {
        "on_time": (
            _("Shipped on time"),
            _("Orders handed over whole within 48 hours of payment, of all whose 48 hours are up."),
        ),
        "refunded": (
            _("Refund rate"),
            _("Orders of which any money went back, of all paid orders."),
        ),
        "quality": (
            _("Refunds for quality"),
            _("Orders of which money went back for a cause on the shop's side, of all paid."),
        ),
        "answered": (
            _("Refunds answered"),
            _("Refund wishes that the shop itself decided in time, of all it had to decide."),
        ),
        "good": (_("Good reviews"), _("Reviews of four or five stars, of all reviews.")),
        "replied": (
            _("Low reviews answered"),
            _("Reviews of one or two stars that the shop replied to, of all such reviews."),
        ),
    }
