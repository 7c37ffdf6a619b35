"""The forms in which a post or a room says which event it shows."""

import functools
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from laotie.content.licensing import occasions
from laotie.content.posting import showings
from laotie.content.posting.post_pages import PostView
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.look import rights as words_of
from laotie.surfaces.studio import fields

_MOST = 200


def _to_choose() -> list[tuple[str, object]]:
    none = ("", gettext_lazy("None, it shows no event"))
    return [
        none,
        *(
            (event.public_id, f"{event.name['zh']} / {event.name['en']}")
            for event in occasions.listed(most=_MOST).rows
        ),
    ]


class EventField(forms.ChoiceField):
    """An event, or none. Each form reads the events when they are first needed. One query."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Event"),
            required=False,
            help_text=gettext_lazy("A match, a concert, games: what needs the owner's leave."),
            choices=_to_choose,
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> "EventField":
        """A form's own field. To draw and to check it, Django goes over the choices anew."""
        field: EventField = super().__deepcopy__(memo)
        field.choices = functools.cache(_to_choose)
        return field


class ShowingForm(forms.Form):
    """What a post shows."""

    event = EventField()
    use = forms.ChoiceField(
        label=gettext_lazy("Shown"),
        choices=[(use.value, words_of.USES[use]) for use in showings.USES],
    )
    event_time = fields.MomentField(
        label=gettext_lazy("Moment of the event that is seen"), required=False
    )


def facts_of(who: Actor, view: PostView) -> dict[str, object]:
    """What the card of a post's event draws. Queries as of `showings.of_post`, and one more when
    the form is drawn.
    """
    shown = showings.of_post(actor=who, post_id=view.id, now=clock.now())
    initial: dict[str, object] = {}
    if shown is not None:
        initial = {
            "event": shown.occasion.public_id,
            "use": shown.use.value,
            "event_time": shown.event_time,
        }
    return {
        "shown": shown,
        "showing_form": ShowingForm(initial=initial),
        "shown_use": words_of.USES[shown.use] if shown else "",
        "can_be_taken_back": view.can_be_taken_back,
    }
