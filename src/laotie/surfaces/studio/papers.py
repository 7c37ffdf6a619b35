"""What a shop hands in to be let in: who is behind it, its licence, what it will sell."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from laotie.accounts import onboarding
from laotie.accounts.onboarding import Papers
from laotie.catalog import categories, pictures
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web


class PapersForm(forms.Form):
    legal_name = forms.CharField(
        label=gettext_lazy("Name on the licence"),
        max_length=80,
        help_text=gettext_lazy("Buyers see it."),
    )
    licence_no = forms.CharField(
        label=gettext_lazy("Unified social credit code"),
        max_length=30,
        help_text=gettext_lazy("18 places. Buyers see it."),
    )
    licence = forms.FileField(
        label=gettext_lazy("Picture of the licence"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 8 MB. Buyers see it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    responsible_name = forms.CharField(
        label=gettext_lazy("Responsible person"),
        max_length=40,
        help_text=gettext_lazy("For operators only."),
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Number to call"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("For operators only, and each look is written down."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("What the shop sells"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        language = "zh" if (get_language() or "").startswith("zh") else "en"
        field = self.fields["categories"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.slug, one.name[language]) for one in categories.tree()]


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """Hand in, see how it stands, and mend what was asked for again."""
    who, file = web.shop_of(request, shop)
    held = onboarding.papers_of(actor=who, shop_id=file.card.id)
    if request.method == "GET":
        return _show(request, shop, held, PapersForm(initial=_initial(held)))
    form = PapersForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, shop, held, form, status=422)
    given, now = form.cleaned_data, clock.now()
    try:
        picture = held.licence_file if held else ""
        if given["licence"]:
            body = fields.picture_body(given["licence"], field="licence")
            kept = pictures.store(actor=who, body=body, shop_id=file.card.id, now=now)
            picture = kept.file
        onboarding.hand_in(
            actor=who,
            shop_id=file.card.id,
            legal_name=given["legal_name"],
            licence_no=given["licence_no"],
            licence_file=picture,
            responsible_name=given["responsible_name"],
            contact_phone=given["contact_phone"] or None,
            categories=given["categories"],
            now=now,
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, licence_file="licence", picture="licence")
        return _show(request, shop, held, blamed, status=refusal.status)
    said = _("Handed in. An operator looks at it next.")
    return go(request, reverse("studio:papers", args=[shop]), said=said)


def _initial(held: Papers | None) -> dict[str, object]:
    if held is None:
        return {}
    return {
        "legal_name": held.legal_name,
        "licence_no": held.licence_no,
        "responsible_name": held.responsible_name,
        "categories": list(held.categories),
    }


def _show(
    request: HttpRequest, shop: str, held: Papers | None, form: PapersForm, *, status: int = 200
) -> HttpResponse:
    _who, file = web.shop_of(request, shop)
    facts = {
        "shop": shop,
        "file": file,
        "form": form,
        "held": held,
        "picture": pictures.url(held.licence_file, 640) if held else "",
        "can_hand_in": file.state in {"APPLIED", "ASKED", "REFUSED"},
    }
    return web.show(request, "studio/papers.html", facts, status=status)
