"""Names of places in templates: `{% load places %}`."""

from django import template
from django.utils.translation import get_language

from laotie.accounts import regions

register = template.Library()


@register.filter
def place_name(region_code: str) -> str:
    """`330100` is 浙江省杭州市 or Hangzhou, Zhejiang; a code that is not listed stays as it is."""
    if region_code not in regions.every():
        return region_code
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return regions.full_name(region_code, language)
