"""What was decided about posts, in words: the same for who judged and for whom it is about."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from laotie.content.conversation.talk import CommentState
from laotie.content.judgement.findings import Rule, Severity
from laotie.content.judgement.verdicts import CaseState

RULES: Mapping[str, Any] = {
    Rule.WORD: _("A word that is not allowed"),
    Rule.CONTACT_PHONE: _("A phone number"),
    Rule.CONTACT_NAME: _("A contact in another app"),
    Rule.CONTACT_LINK: _("A link to elsewhere"),
    Rule.CONTACT_CODE: _("A code to scan"),
    Rule.AD_LABEL: _("Advertising that does not say so"),
    Rule.AI_LABEL: _("Made with AI, and does not say so"),
    Rule.MODEL: _("What a program saw or heard"),
    Rule.FALSE_CLAIM: _("A claim that is not true"),
    Rule.FORBIDDEN_GOODS: _("May not be sold or shown"),
    Rule.ABUSE: _("Insults or threats"),
    Rule.STOLEN: _("Somebody else's picture, brand or words"),
    Rule.MINORS: _("Harms young people"),
    Rule.OTHER: _("Something else"),
}
# What a person names; what a program saw is no reason by itself.
REASONS = [(rule.value, RULES[rule]) for rule in Rule if rule is not Rule.MODEL]
SEVERITIES: Mapping[str, Any] = {
    Severity.NOTE.name: _("Only noted"),
    Severity.LIMIT.name: _("Less reach"),
    Severity.REVIEW.name: _("A person looks first"),
    Severity.REFUSE.name: _("Refused"),
}
# What each state of a case is called, and its colour.
STATES: Mapping[str, tuple[Any, str]] = {
    CaseState.OPEN: (_("Waiting"), "info"),
    CaseState.APPROVED: (_("Let through"), "ok"),
    CaseState.LIMITED: (_("Less reach"), "warn"),
    CaseState.REFUSED: (_("Sent back"), "hot"),
    CaseState.TAKEN_DOWN: (_("Taken down"), "hot"),
    CaseState.APPEALED: (_("Appealed"), "info"),
    CaseState.RESTORED: (_("Restored"), "ok"),
    CaseState.UPHELD: (_("Stays so"), "hot"),
    CaseState.CLOSED: (_("Deleted by its creator"), "info"),
}
COMMENT_STATES: Mapping[str, Any] = {
    CommentState.SHOWN: _("Everybody reads it"),
    CommentState.HELD: _("Its writer reads it alone"),
    CommentState.REMOVED: _("Taken back by its writer"),
    CommentState.HIDDEN: _("Hidden by whose post it is"),
    CommentState.TAKEN_DOWN: _("Taken down"),
    CommentState.ORPHANED: _("What it answered is gone"),
}
