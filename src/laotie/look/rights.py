"""Rights in words, and the form that hands them on, alike at the desk and in the studio."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from laotie.accounts import creators
from laotie.content.licensing import licences, rights
from laotie.content.licensing.grants import GrantCard
from laotie.content.licensing.licences import Use
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.look.fields import MomentField

USES: Mapping[str, Any] = {
    Use.LIVE: _("Live"),
    Use.VOD: _("On demand"),
    Use.SHORT_VIDEO: _("As short videos"),
    Use.DERIVATIVE: _("In derived works"),
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a grant stands: its name and its colour."""

    name: Any
    tone: str


def state_of(card: GrantCard, now: datetime) -> State:
    """In force, to come, ended or revoked."""
    grant = card.grant
    if grant.revoked_at is not None:
        return State(_("Revoked"), "hot")
    if grant.ends_at <= now:
        return State(_("Ended"), "")
    if grant.scope.starts_at > now:
        return State(_("Begins later"), "info")
    return State(_("Valid"), "ok")


class HandOnForm(forms.Form):
    """A sub-licence as wide as its parent, or until earlier and for shorter clips."""

    creator = forms.CharField(label=_("Creator's name"), max_length=60)
    ends_at = MomentField(label=_("Until"), required=False, help_text=_("Empty: as long as this."))
    longest_clip_s = forms.IntegerField(
        label=_("Longest clip in seconds"),
        min_value=1,
        max_value=licences.LONGEST_CLIP_S,
        required=False,
        help_text=_("Empty: as long as this allows."),
    )

    def hand_on(self, who: Actor, held: GrantCard, *, now: datetime) -> GrantCard:
        """Make it so. raises: Invalid, and what `rights.hand_on` does."""
        if not self.is_valid():
            raise Invalid(field=next(iter(self.errors)), reason="form")
        given, whole = self.cleaned_data, held.grant.scope
        try:
            creator = creators.named(given["creator"])
        except NotFound as error:
            raise Invalid(field="creator", reason="choice") from error
        scope = replace(
            whole,
            starts_at=max(whole.starts_at, min(now, whole.ends_at)),
            ends_at=given["ends_at"] or whole.ends_at,
            longest_clip_s=given["longest_clip_s"] or whole.longest_clip_s,
            is_exclusive=False,
            may_sublicense=False,
        )
        return rights.hand_on(
            actor=who, grant_id=held.grant.id, creator_id=creator.id, scope=scope, now=now
        )
