"""Names of places in templates: `{% load places %}`."""

from django import template
from django.utils.translation import get_language

from laotie.look import posts

register = template.Library()


@register.filter
def place_name(region_code: str) -> str:
    """`330100` is 浙江省杭州市 or Hangzhou, Zhejiang; a code that is not listed stays as it is."""
    return posts.region_name(region_code, get_language() or "") or region_code
