"""A creator's rights to events, what they handed on, and which event a post shows."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content.licensing import grants, occasions, rights
from laotie.content.licensing.grants import GrantCard
from laotie.content.licensing.licences import Use
from laotie.content.posting import lapses, showings
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import rights as words_of
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.look.rights import HandOnForm
from laotie.surfaces.studio import posts, web
from laotie.surfaces.studio.showing_form import ShowingForm


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What one may show, until when, and to whom it was handed on. Seven queries."""
    return _show(request)


@require_POST
@web.screen
def hand_on(request: HttpRequest, grant: str) -> HttpResponse:
    """A creator gets a sub-licence of one's own right."""
    who = actor(request)
    held = grants.card(ids.parse("grt", grant), actor=who)
    try:
        HandOnForm(request.POST).hand_on(who, held, now=clock.now())
    except Refusal as refusal:
        return _show(request, refusal=refusal.text(), status=refusal.status)
    return go(request, reverse("studio:rights"), said=_("Handed on."))


@require_POST
@web.screen
def revoke(request: HttpRequest, grant: str) -> HttpResponse:
    """What one handed on ends now; what was shown by it comes down."""
    try:
        rights.revoke(
            actor=actor(request),
            grant_id=ids.parse("grt", grant),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, refusal=refusal.text(), status=refusal.status)
    return go(
        request, reverse("studio:rights"), said=_("Revoked. What was shown by it comes down.")
    )


@require_POST
@web.screen
def showing(request: HttpRequest, post: str) -> HttpResponse:
    """The post shows this event, or none."""
    (who, view), now = posts.post_of(request, post), clock.now()
    form = ShowingForm(request.POST)
    if not form.is_valid():
        return posts.show(request, post, status=422, showing_form=form)
    given = form.cleaned_data
    try:
        if given["event"]:
            showings.set_occasion(
                actor=who,
                post_id=view.id,
                occasion_id=ids.parse("occ", given["event"]),
                use=Use(given["use"]),
                event_time=given["event_time"] or now,
                now=now,
            )
        else:
            showings.clear_occasion(actor=who, post_id=view.id, now=now)
    except Refusal as refusal:
        form = web.blame(form, refusal)
        return posts.show(request, post, status=refusal.status, showing_form=form)
    return posts.changed(request, post, said=_("Saved."))


@require_POST
@web.screen
def take_back(request: HttpRequest, post: str) -> HttpResponse:
    """What came down for want of a right can be changed and published again."""
    who, view = posts.post_of(request, post)
    try:
        lapses.take_back(actor=who, post_id=view.id, now=clock.now())
    except Refusal as refusal:
        return posts.show(request, post, status=refusal.status, refusal=refusal.text())
    return posts.changed(request, post, said=_("It is yours again. Publish it once you may."))


def _show(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    who, now = actor(request), clock.now()
    held = grants.held(actor=who)
    given = grants.handed_on([card.grant.id for card in held])
    events = occasions.cards([card.occasion_id for card in (*held, *given)])
    facts = {
        "refusal": refusal,
        "rows": [
            (*_row(card, now), events[card.occasion_id], [
                (*_row(below, now), below.holder_name)
                for below in given
                if below.grant.parent_id == card.grant.id
            ])
            for card in held
        ],
        "form": HandOnForm(),
    }  # fmt: skip
    return web.show(request, "studio/rights.html", facts, status=status)


def _row(card: GrantCard, now: datetime) -> tuple[GrantCard, object, words_of.State]:
    return card, words_of.USES[card.grant.scope.use], words_of.state_of(card, now)
