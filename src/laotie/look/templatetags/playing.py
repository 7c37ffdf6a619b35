"""How long something plays, as players write it: `{% load playing %}`."""

from django import template

register = template.Library()


@register.filter
def clock_time(seconds: float) -> str:
    """`4:07`, `1:02:09`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@register.filter
def duration(seconds: float) -> str:
    """`PT247S`, for machines that read `<time>`."""
    return f"PT{int(seconds)}S"
