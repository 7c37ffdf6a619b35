"""Programmes, agreements and belts in words and lines: tasks, states and causes; curves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from laotie.content.industry.belt_kinds import MembershipState
from laotie.content.support.support_kinds import AlertCause, ProgrammeState, TaskKind

TASKS: Mapping[str, Any] = {
    TaskKind.POSTS: _("Posts of the field"),
    TaskKind.LIVES: _("Shows of ten minutes"),
    TaskKind.WATCH_MINUTES: _("Minutes watched"),
    TaskKind.FANS: _("New followers"),
}
# What each state is called, and its colour.
PROGRAMMES: Mapping[str, tuple[Any, str]] = {
    ProgrammeState.DRAFT: (_("Waits for a second person"), "info"),
    ProgrammeState.OPEN: (_("Open to join"), "ok"),
    ProgrammeState.CLOSED: (_("Being paid"), "info"),
    ProgrammeState.PAID: (pgettext_lazy("reward", "Paid"), ""),
    ProgrammeState.CANCELLED: (_("Called off"), ""),
}
ALERTS: Mapping[str, Any] = {
    AlertCause.QUIET: _("Nothing came for days"),
    AlertCause.POSTS_MISSED: _("Posts of a week missing"),
    AlertCause.LIVES_MISSED: _("Shows of a month missing"),
    AlertCause.LINKED_OUT: _("Links to other networks"),
}
# Of a creator in a belt.
MEMBERSHIPS: Mapping[str, tuple[Any, str]] = {
    MembershipState.ASKED: (_("Waits for an answer"), "info"),
    MembershipState.MEMBER: (pgettext_lazy("belt", "Member"), "ok"),
    MembershipState.REFUSED: (_("Refused"), "hot"),
    MembershipState.LEFT: (pgettext_lazy("belt", "Left"), ""),
    MembershipState.ENDED: (pgettext_lazy("belt", "Ended"), ""),
}
_WIDE, _HIGH = 600, 120


def line(values: Sequence[int | None], *, top: int) -> str:
    """Points of a curve in a box of 600 by 120, evenly spaced; gaps are left out."""
    step = _WIDE / max(1, len(values) - 1)
    return " ".join(
        f"{n * step:.1f},{_HIGH - 0.5 - (_HIGH - 6) * value / max(1, top):.1f}"
        for n, value in enumerate(values)
        if value is not None
    )
