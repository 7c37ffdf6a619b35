"""A creator's posts: the list with states and causes, a new one, its words, and its way out."""

from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.catalog import queries as catalog
from laotie.content import kinds
from laotie.content.kinds import Label, PostKind, PostState, SourceKind
from laotie.content.posting import post_pages, publishing
from laotie.content.posting import posts as drafts
from laotie.content.posting.post_pages import PostView
from laotie.content.posting.posts import Source, Words
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look import posts as words_of
from laotie.look.answers import actor, is_part
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, link_form, showing_form, web

TILES = 25  # Of a video's sprite, row by row.
_SHELVES: dict[str, tuple[PostState, ...]] = {
    "all": (),
    "drafts": (PostState.DRAFT,),
    "coming": (
        PostState.TRANSCODING,
        PostState.SCHEDULED,
        PostState.MACHINE_REVIEW,
        PostState.HUMAN_REVIEW,
    ),
    "public": (PostState.PUBLISHED,),
    "down": (PostState.WITHDRAWN, PostState.TAKEN_DOWN, PostState.APPEALED, PostState.UPHELD),
}
_SHELF_NAMES = {
    "all": gettext_lazy("All"),
    "drafts": gettext_lazy("Drafts"),
    "coming": gettext_lazy("On their way"),
    "public": gettext_lazy("Public now"),
    "down": gettext_lazy("Down"),
}


class WordsForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title of the post"), max_length=kinds.TITLE_LETTERS, required=False
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=kinds.BODY_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=list(words_of.LANGUAGES.items())
    )
    field = forms.ChoiceField(label=gettext_lazy("Field"), choices=list(words_of.FIELDS.items()))
    region = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    label = forms.ChoiceField(
        label=gettext_lazy("Advertising"),
        choices=list(words_of.LABELS.items()),
        help_text=gettext_lazy("A post with goods is always an ad, and says so."),
    )
    is_ai = forms.BooleanField(
        label=gettext_lazy("Picture, sound or text were made with AI"), required=False
    )
    may_be_derived = forms.BooleanField(
        label=gettext_lazy("Others may build on it and name it as their source"), required=False
    )

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.fields["region"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("Nowhere in particular")),
            *words_of.region_choices(get_language() or ""),
        ]

    def words(self) -> Words:
        """What was typed, as `posts.change` takes it. The form must be valid."""
        return Words(**self.cleaned_data)


class MomentForm(forms.Form):
    at = fields.MomentField(label=gettext_lazy("Public from"))


@require_GET
@web.screen
def listing(request: HttpRequest) -> HttpResponse:
    """The creator's posts, newest first, by where they stand. Six queries and the frame's."""
    who = actor(request)
    asked = request.GET.get("shelf", "all")
    shelf = asked if asked in _SHELVES else "all"
    found = post_pages.mine(actor=who, states=_SHELVES[shelf], after=request.GET.get("after"))
    facts = {
        "shelf": shelf,
        "shelves": list(_SHELF_NAMES.items()),
        "rows": [
            (view, *words_of.STATES[view.state], words_of.cause_text(view.cause))
            for view in found.rows
        ],
        "next_after": found.next_after,
        "is_first": "after" not in request.GET,
    }
    return web.show(request, "studio/posts.html", facts)


@require_POST
@web.screen
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft, of a video or of stills, in the reader's language; with `source` it builds on
    that post.
    """
    try:
        kind = PostKind(request.POST.get("kind", ""))
    except ValueError as error:
        raise Invalid(field="kind", reason="choice") from error
    language, named = "en" if get_language() == "en" else "zh-hans", request.POST.get("source", "")
    post = drafts.begin(
        actor=actor(request),
        kind=kind,
        words=Words(language=language),
        source=Source(SourceKind.POST, ids.parse("pst", named)) if named else None,
        now=clock.now(),
    )
    return go(request, reverse("studio:post", args=[post.public_id]))


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, post: str) -> HttpResponse:
    """One post with everything about it; a POST changes its words."""
    if request.method == "GET":
        return show(request, post)
    who, view = post_of(request, post)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return show(request, post, status=422, form=form)
    try:
        words = form.words()
        if view.product_ids:  # The field may have been drawn before the goods were put in.
            words = replace(words, label=Label.AD.value)
        drafts.change(actor=who, post_id=view.id, words=words, now=clock.now())
    except Refusal as refusal:
        return show(request, post, status=refusal.status, form=web.blame(form, refusal))
    return changed(request, post, said=_("Saved."))


@require_POST
@web.screen
def publish(request: HttpRequest, post: str) -> HttpResponse:
    """Public as soon as can be, or from a moment on."""
    who, view = post_of(request, post)
    form, at = MomentForm(request.POST), None
    if request.POST.get("when") == "later":
        if not form.is_valid():
            return show(request, post, status=422, moment_form=form)
        at = form.cleaned_data["at"]
    try:
        card = publishing.publish(actor=who, post_id=view.id, at=at, now=clock.now())
    except Refusal as refusal:
        if at is not None and isinstance(refusal, Invalid):
            form.add_error("at", refusal.text())
            return show(request, post, status=refusal.status, moment_form=form)
        return show(request, post, status=refusal.status, refusal=refusal.text())
    said = _("It is public.") if card.state is PostState.PUBLISHED else _("It is on its way.")
    return changed(request, post, said=said)


@require_POST
@web.screen
def step(request: HttpRequest, post: str, verb: str) -> HttpResponse:
    """Keep it back on its way, take it down, or delete what was never public."""
    (who, view), now = post_of(request, post), clock.now()
    try:
        if verb == "keep-back":
            publishing.keep_back(actor=who, post_id=view.id, now=now)
        elif verb == "take-down":
            publishing.withdraw(actor=who, post_id=view.id, now=now)
        elif verb == "delete":
            drafts.delete(actor=who, post_id=view.id, now=now)
            return go(request, reverse("studio:posts"), said=_("Deleted."))
        else:
            raise NotFound
    except NotFound:
        raise
    except Refusal as refusal:
        return show(request, post, status=refusal.status, refusal=refusal.text())
    return changed(request, post, said=_("Done."))


def post_of(request: HttpRequest, ref: str) -> tuple[Actor, PostView]:
    """Who asks, and a post that is theirs to work on. raises: NotFound, also for strangers."""
    who = actor(request)
    return who, post_pages.own(ids.parse("pst", ref), actor=who)


def changed(request: HttpRequest, ref: str, *, said: str, part: str = "") -> HttpResponse:
    """The page as it is now: drawn again for a part of it, else by its address."""
    if is_part(request):
        return show(request, ref, part=part)
    return go(request, reverse("studio:post", args=[ref]), said=said)


def show(
    request: HttpRequest, ref: str, *, status: int = 200, part: str = "", **extra: object
) -> HttpResponse:
    """The editor of a post. Twenty-five queries and the frame's with files, goods, links and an
    event that it may not show yet.

    part: `files` or `goods`: whoever asks for a part gets that card alone, so that words that are
        being typed beside it stay.
    """
    who, view = post_of(request, ref)
    cards = catalog.product_cards(view.product_ids) if view.product_ids else {}
    state, tone = words_of.STATES[view.state]
    facts: dict[str, object] = {
        "post": view,
        "ref": ref,
        "state_name": state,
        "tone": tone,
        "cause": words_of.cause_text(view.cause),
        "form": WordsForm(initial=_typed(view.words)),
        "moment_form": MomentForm(initial={"at": view.scheduled_at}),
        "goods": [cards[one] for one in view.product_ids],
        "most_goods": kinds.MOST_PRODUCTS,
        "may_be_shown": not view.is_closed,
        "is_busy": is_busy(view),
        "tiles": tiles(view),
        "can_add": view.is_editable and len(view.works) < most_files(view),
        "refusal": "",
    }
    is_card = part and is_part(request)
    if not is_card:
        facts |= showing_form.facts_of(who, view)
        facts |= {"links": link_form.of_post(view, at=clock.now()), "link_form": None}
    template = f"studio/post_{part}_alone.html" if is_card else "studio/post.html"
    facts |= extra
    form = facts["form"]
    assert isinstance(form, WordsForm)
    facts["boxes"] = (form["is_ai"], form["may_be_derived"])
    return web.show(request, template, facts, status=status)


def is_busy(view: PostView) -> bool:
    """Whether something of it changes by itself within seconds."""
    return view.is_waiting or any(
        work.state.value in {"QUEUED", "PROBING", "TRANSCODING"} or work.is_cover_coming
        for work in view.works
    )


def most_files(view: PostView) -> int:
    """How many files such a post can show."""
    return 1 if view.kind is PostKind.VIDEO else kinds.MOST_STILLS


def tiles(view: PostView) -> list[tuple[int, float]]:
    """Milliseconds and seconds of each picture of the sprite; none of stills."""
    video = view.video
    if video is None or not video.is_ready:
        return []
    return [
        (moment, moment / 1000)
        for moment in (video.duration_ms * (2 * at + 1) // (2 * TILES) for at in range(TILES))
    ]


def _typed(words: Words) -> dict[str, object]:
    return {name: getattr(words, name) for name in WordsForm.base_fields}
