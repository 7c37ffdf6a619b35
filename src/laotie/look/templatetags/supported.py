"""Words of programmes, agreements and belts: `{% load supported %}`."""

from django import template

from laotie.look import posts, supported

register = template.Library()


@register.filter
def task_name(kind: str) -> str:
    return str(supported.TASKS[kind])


@register.filter
def programme_state(state: str) -> str:
    return str(supported.PROGRAMMES[state][0])


@register.filter
def programme_tone(state: str) -> str:
    """The colour of a state's chip."""
    return supported.PROGRAMMES[state][1]


@register.filter
def alert_name(cause: str) -> str:
    return str(supported.ALERTS[cause])


@register.filter
def content_field(field: str) -> str:
    """What a field of posts is called."""
    return str(posts.FIELDS[field])


@register.filter
def membership_state(state: str) -> str:
    return str(supported.MEMBERSHIPS[state][0])


@register.filter
def membership_tone(state: str) -> str:
    """The colour of a state's chip."""
    return supported.MEMBERSHIPS[state][1]
