"""Industrial belts: what there is, who belongs to each, and who asks to."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.content.industry import belt_kinds, memberships
from laotie.content.industry import belts as listed_belts
from laotie.content.industry.belts import BeltCard, BeltClosed
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import posts
from laotie.look.answers import actor, blame
from laotie.look.consoles import go
from laotie.surfaces.desk import web

_ANSWERS = {"accept": memberships.accept, "refuse": memberships.refuse}


class BeltForm(forms.Form):
    """Fields are called as the use case calls its terms."""

    name_zh = forms.CharField(
        label=gettext_lazy("Name in Chinese"), max_length=belt_kinds.NAME_LETTERS
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=belt_kinds.NAME_LETTERS
    )
    about_zh = forms.CharField(
        label=gettext_lazy("Line about it in Chinese"),
        max_length=belt_kinds.ABOUT_LETTERS,
        required=False,
    )
    about_en = forms.CharField(
        label=gettext_lazy("Line about it in English"),
        max_length=belt_kinds.ABOUT_LETTERS,
        required=False,
    )
    region = forms.ChoiceField(label=gettext_lazy("Place"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["region"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("Choose a place")),
            *posts.region_choices(get_language() or ""),
        ]
        # Not declared above, where a form's `fields` are something else.
        self.fields["fields"] = forms.MultipleChoiceField(
            label=gettext_lazy("Fields, at most six"),
            choices=list(posts.FIELDS.items()),
            widget=forms.CheckboxSelectMultiple,
        )


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Belts, who waits, and a new belt. At most four queries and the frame's."""
    if request.method == "GET":
        return _show(request, BeltForm())
    form = BeltForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        made = listed_belts.add(actor=actor(request), **form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        return _show(request, blame(form, refusal), status=refusal.status)
    return go(request, reverse("desk:belt", args=[made.public_id]), said=_("Listed."))


@require_http_methods(["GET", "POST"])
@web.screen
def file(request: HttpRequest, belt: str) -> HttpResponse:
    """One belt with its members, to be changed or closed. At most four queries and the frame's."""
    belt_id = ids.parse("blt", belt)
    if request.method == "GET":
        return _show_one(request, listed_belts.card(belt_id))
    form = BeltForm(request.POST)
    if not form.is_valid():
        return _show_one(request, listed_belts.card(belt_id), form, status=422)
    try:
        listed_belts.change(
            actor=actor(request), belt_id=belt_id, **form.cleaned_data, now=clock.now()
        )
    except (NotFound, BeltClosed):
        raise
    except Refusal as refusal:
        card = listed_belts.card(belt_id)
        return _show_one(request, card, blame(form, refusal), status=refusal.status)
    return go(request, reverse("desk:belt", args=[belt]), said=_("Saved."))


@require_POST
@web.screen
def close(request: HttpRequest, belt: str) -> HttpResponse:
    """The belt has neither members nor a feed any more."""
    listed_belts.close(
        actor=actor(request),
        belt_id=ids.parse("blt", belt),
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:belts"), said=_("Closed."))


@require_POST
@web.screen
def answer(request: HttpRequest, membership: UUID, decision: str) -> HttpResponse:
    """Whether a creator belongs to the belt that they asked for."""
    if decision not in _ANSWERS:
        raise NotFound
    _ANSWERS[decision](
        actor=actor(request),
        membership_id=membership,
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:belts"), said=_("Answered."))


@require_POST
@web.screen
def end(request: HttpRequest, belt: str, membership: UUID) -> HttpResponse:
    """The creator belongs to the belt no more."""
    memberships.end(
        actor=actor(request),
        membership_id=membership,
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:belt", args=[belt]), said=_("Ended."))


def _show(request: HttpRequest, form: BeltForm, *, status: int = 200) -> HttpResponse:
    who, state = actor(request), request.GET.get("state", belt_kinds.BeltState.OPEN.value)
    page = listed_belts.listed(actor=who, state=state, after=request.GET.get("after"))
    counts = memberships.counts([one.id for one in page.rows])
    facts = {
        "form": form,
        "state": state,
        "next_after": page.next_after,
        "belts": [(one, counts[one.id]) for one in page.rows],
        "waiting": memberships.waiting(actor=who, after=request.GET.get("asked_after")),
    }
    return web.show(request, "desk/belts.html", facts, status=status)


def _show_one(
    request: HttpRequest, card: BeltCard, form: BeltForm | None = None, *, status: int = 200
) -> HttpResponse:
    facts = {
        "card": card,
        "form": form or BeltForm(initial=_terms(card)),
        "counts": memberships.counts([card.id])[card.id],
        "members": memberships.of_belt(
            card.id, actor=actor(request), after=request.GET.get("after")
        ),
    }
    return web.show(request, "desk/belt.html", facts, status=status)


def _terms(card: BeltCard) -> dict[str, Any]:
    """A belt as its form shows it."""
    return {
        "name_zh": card.name["zh"],
        "name_en": card.name["en"],
        "about_zh": card.about["zh"],
        "about_en": card.about["en"],
        "region": card.region,
        "fields": [field.value for field in card.fields],
    }
