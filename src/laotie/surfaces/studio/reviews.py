"""What buyers say of a shop's goods, and what the shop replies."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import words
from laotie.look.consoles import go
from laotie.surfaces.studio import web
from laotie.trade import review_pages, reviews, shop_facts
from laotie.trade.review_pages import Filter

FILTERS = (
    ("all", gettext_lazy("All")),
    ("to_answer", gettext_lazy("To answer")),
    ("low", gettext_lazy("Low")),
    ("pictures", gettext_lazy("With pictures")),
)


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Reply"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_GET
@web.screen
def listing(request: HttpRequest, shop: str) -> HttpResponse:
    """Newest first, filtered."""
    return _show(request, shop)


@require_POST
@web.screen
def reply(request: HttpRequest, shop: str, review: str) -> HttpResponse:
    """The shop's answer stands under the review."""
    who, _file = web.shop_of(request, shop)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _show(request, shop, refused=(review, form), status=422)
    try:
        reviews.reply(
            actor=who,
            review_id=ids.parse("rvw", review),
            text=form.cleaned_data["text"],
            forbidden=words.everywhere(),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return _show(request, shop, refused=(review, blamed), status=refusal.status)
    return go(request, reverse("studio:reviews", args=[shop]), said=_("Replied."))


def _show(
    request: HttpRequest,
    shop: str,
    *,
    refused: tuple[str, ReplyForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    who, file = web.shop_of(request, shop)
    asked = request.GET.get("only", "all")
    only = Filter(asked) if asked in set(Filter) else Filter.ALL
    found, next_after = review_pages.of_shop(
        actor=who, shop_id=file.card.id, only=only, after=request.GET.get("after")
    )
    forms_of = dict([refused]) if refused else {}
    facts = {
        "shop": shop,
        "only": only.value,
        "filters": FILTERS,
        "rows": [
            (
                one,
                forms_of.get(one.card.public_id)
                or ReplyForm(initial={"text": one.card.reply}, auto_id=f"{one.card.public_id}-%s"),
            )
            for one in found
        ],
        "next_after": next_after,
        "is_first": "after" not in request.GET,
        "facts": shop_facts.of_shop(file.card.id, now=clock.now()),
        "now": clock.now(),
    }
    return web.show(request, "studio/reviews.html", facts, status=status)
