"""A buyer's own reviews: writing one, adding to it, reading the reply, reporting another's."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from laotie.catalog import pictures
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.live import words
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.trade import review_pages, reviews
from laotie.trade.review_pages import OwnLine

MOST_PICTURES = 6
STARS = tuple((str(star), str(star)) for star in range(1, 6))


class ReviewForm(forms.Form):
    stars = forms.ChoiceField(label=gettext_lazy("Stars"), choices=STARS)
    text = forms.CharField(
        label=gettext_lazy("What is it like?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_anonymous = forms.BooleanField(label=gettext_lazy("Do not show my name"), required=False)


class AppendForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What do you say now?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReportForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("What is wrong with it?"), max_length=200)


@require_http_methods(["GET", "POST"])
@web.screen
def line(request: HttpRequest, order: str, line: int) -> HttpResponse:
    """One line of one's own order: judge it, or add to what was said."""
    who, order_id, now = answers.actor(request), ids.parse("ord", order), clock.now()
    mine = review_pages.of_own_order(actor=who, order_id=order_id, now=now)
    found = next((one for one in mine if one.line_no == line), None)
    if found is None:
        raise NotFound
    if request.method == "GET":
        if found.review and found.review.reply:
            reviews.see_replies(actor=who, order_id=order_id, now=now)
        return _show(request, order, found, _form(found))
    form = AppendForm(request.POST) if found.review else ReviewForm(request.POST)
    if not form.is_valid():
        return _show(request, order, found, form, status=422)
    try:
        _keep(request, who, order, found, form)
    except NotFound:
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.text())
        return _show(request, order, found, form, status=refusal.status)
    here = reverse("shop:review-new", args=[order, line])
    return web.go(request, here, toast=_("Thank you. Others can read it now."))


@require_http_methods(["GET", "POST"])
@web.screen
def report(request: HttpRequest, review: str) -> HttpResponse:
    """Say that a review should not be there."""
    who = answers.actor(request)
    who.require_person()
    review_id = ids.parse("rvw", review)
    form = ReportForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return web.show(
            request, "shop/review_report.html", {"form": form, "ref": review}, status=status
        )
    reviews.report(
        actor=who, review_id=review_id, reason=form.cleaned_data["reason"], now=clock.now()
    )
    return web.show(request, "shop/review_report.html", {"is_done": True, "ref": review})


def _form(found: OwnLine) -> forms.Form:
    return AppendForm() if found.review else ReviewForm(initial={"stars": "5"})


def _keep(request: HttpRequest, who: Actor, order: str, found: OwnLine, form: forms.Form) -> None:
    given, now = form.cleaned_data, clock.now()
    files = _stored(request, who)
    if found.review:
        reviews.append(
            actor=who,
            review_id=found.review.review_id,
            text=given["text"],
            picture_files=files,
            forbidden=words.everywhere(),
            now=now,
        )
        return
    reviews.write(
        actor=who,
        order_id=ids.parse("ord", order),
        line_no=found.line_no,
        stars=int(given["stars"]),
        text=given["text"],
        picture_files=files,
        is_anonymous=given["is_anonymous"],
        forbidden=words.everywhere(),
        now=now,
    )


def _stored(request: HttpRequest, who: Actor) -> list[str]:
    """The pictures that came with the form, stored for the buyer."""
    sent: list[UploadedFile[bytes]] = request.FILES.getlist("pictures")
    if len(sent) > MOST_PICTURES:
        raise Invalid(field="pictures", reason="too_many")
    return [
        pictures.store(
            actor=who, body=one.read(pictures.MAX_BYTES + 1), shop_id=None, now=clock.now()
        ).file
        for one in sent
    ]


def _show(
    request: HttpRequest, order: str, found: OwnLine, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    facts = {"order": order, "line": found, "form": form, "now": clock.now()}
    return web.show(request, "shop/review_new.html", facts, status=status)
