"""Who may do what for a shop."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from laotie.accounts import invitations, shops, staffing
from laotie.accounts.roles import Right
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import web
from laotie.surfaces.studio.templatetags.studio import right_name


class HireForm(forms.Form):
    phone = forms.CharField(
        label=gettext_lazy("Mobile number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Whoever is new signs in with a code to this number."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        required=False,
        choices=[
            ("", gettext_lazy("By the boxes below")),
            *((name, gettext_lazy(label)) for name, label in staffing.NAMES.items()),
        ],
    )
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("May do"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        choices = [(str(right), right_name(str(right))) for right in Right]
        self.fields["rights"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("role") and not given.get("rights") and "rights" not in self.errors:
            self.add_error("rights", _("Choose a role, or at least one right."))
        return given

    def wanted(self) -> frozenset[str]:
        """The rights of the role, or those that are ticked."""
        role = self.cleaned_data["role"]
        return staffing.ROLES[role] if role else frozenset(self.cleaned_data["rights"])


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """The staff, and somebody new or with other rights."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    if request.method == "GET":
        return _show(request, shop, HireForm())
    form = HireForm(request.POST)
    if not form.is_valid():
        return _show(request, shop, form, status=422)
    try:
        asked = invitations.invite(
            actor=who,
            shop_id=file.card.id,
            phone=form.cleaned_data["phone"],
            rights=form.wanted(),
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show(request, shop, web.blame(form, refusal), status=refusal.status)
    said = _("Invited. The rights hold when they accept.")
    if asked.state == "ACCEPTED":
        said = _("The rights hold from now on.")
    return go(request, reverse("studio:staff", args=[shop]), said=said)


@require_POST
@web.screen
def withdraw(request: HttpRequest, shop: str, invitation: str) -> HttpResponse:
    """An invitation that nobody has answered is taken back."""
    who, file = web.shop_of(request, shop)
    invitations.withdraw(
        actor=who,
        shop_id=file.card.id,
        invitation_id=ids.parse("ivt", invitation),
        now=clock.now(),
    )
    return go(
        request, reverse("studio:staff", args=[shop]), said=_("The invitation is taken back.")
    )


@require_POST
@web.screen
def dismiss(request: HttpRequest, shop: str, person: str) -> HttpResponse:
    """Somebody has no rights here any more."""
    who, file = web.shop_of(request, shop)
    try:
        shops.dismiss(
            actor=who,
            shop_id=file.card.id,
            person_id=ids.parse("per", person),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, shop, HireForm(), status=refusal.status, refusal=refusal.text())
    if who.person_id == ids.parse("per", person):
        return go(request, reverse("studio:home"), said=_("You have left the shop."))
    return go(
        request, reverse("studio:staff", args=[shop]), said=_("They have no rights here now.")
    )


def _show(
    request: HttpRequest,
    shop: str,
    form: forms.Form,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    who, file = web.shop_of(request, shop)
    facts = {
        "shop": shop,
        "form": form,
        "refusal": refusal,
        "staff": [
            (line, sorted(line.rights), role_name(line.rights))
            for line in shops.staff(actor=who, shop_id=file.card.id)
        ],
        "invited": [
            (line, sorted(line.rights), role_name(line.rights))
            for line in invitations.of_shop(actor=who, shop_id=file.card.id, now=clock.now())
        ],
        "history": [
            (change, sorted(change.after), role_name(change.after))
            for change in staffing.history(actor=who, shop_id=file.card.id)
        ],
    }
    return web.show(request, "studio/staff.html", facts, status=status)


def role_name(rights: frozenset[str]) -> str:
    """The role's name in the reader's language; empty for rights without a name."""
    role = staffing.role_of(rights)
    return _(staffing.NAMES[role]) if role else ""
