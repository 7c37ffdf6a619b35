"""Words of decisions about posts: `{% load verdicts %}`."""

from django import template
from django.utils.translation import gettext

from laotie.content.judgement import opinions
from laotie.content.judgement.findings import Finding, Rule
from laotie.content.judgement.verdicts import BY_RULES, FOUND_BY_RULES
from laotie.look import posts
from laotie.look.judged import COMMENT_STATES, RULES, SEVERITIES, STATES

register = template.Library()


@register.filter
def rule_name(rule: str) -> str:
    return str(RULES.get(rule, rule))


@register.filter
def severity_name(severity: str) -> str:
    return str(SEVERITIES.get(severity, severity))


@register.filter
def case_state(state: str) -> str:
    return str(STATES[state][0]) if state in STATES else state


@register.filter
def why(reason: str) -> str:
    """A reviewer's words, or that there was none."""
    return gettext(FOUND_BY_RULES) if reason == BY_RULES else reason


@register.filter
def quoted(found: Finding) -> str:
    """What stands there, or what a program said; in the reader's words if it said nothing."""
    is_ours = found.rule is Rule.MODEL and found.quote == opinions.NOT_BACK
    return gettext(opinions.NOT_BACK) if is_ours else found.quote


@register.filter
def comment_state(state: str) -> str:
    return str(COMMENT_STATES.get(state, state))


@register.filter
def post_state(state: str) -> str:
    return str(posts.STATES[state][0])


@register.filter
def case_tone(state: str) -> str:
    return STATES[state][1] if state in STATES else ""
