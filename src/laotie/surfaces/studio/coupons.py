"""A shop's coupons: issued, changed before they start, closed, and what came of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.catalog import products
from laotie.kernel import clock, idempotency, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.idempotency import Answer
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web
from laotie.trade import coupon_files, coupons
from laotie.trade.coupon_files import CouponFile

_FIELDS = {
    "off_fen": "off",
    "min_goods_fen": "min_goods",
    "budget_fen": "budget",
    "rate_bps": "rate",
    "claim_window": "until",
    "use_window": "use_until",
    "product_ids": "products",
}
_LASTS = timedelta(days=30)


class CouponForm(forms.Form):
    key = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=40)
    kind = forms.ChoiceField(
        label=gettext_lazy("Takes off"),
        choices=[("amount", gettext_lazy("An amount")), ("percent", gettext_lazy("A percentage"))],
    )
    rate = fields.RateField(label=gettext_lazy("Percentage, if it is one"), required=False)
    off = fields.FenField(
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("Of a percentage: the most that it takes off."),
    )
    min_goods = fields.FenField(label=gettext_lazy("From goods of"))
    budget = fields.FenField(
        label=gettext_lazy("Budget"), help_text=gettext_lazy("No more than this goes off in all.")
    )
    limit_per_buyer = forms.IntegerField(
        label=gettext_lazy("Per buyer"), min_value=1, max_value=1000, initial=1
    )
    starts = fields.MomentField(
        label=gettext_lazy("Claimed from"),
        required=False,
        help_text=gettext_lazy("Empty: at once. Until then it can be changed."),
    )
    until = fields.MomentField(label=gettext_lazy("Claimed until"))
    use_until = fields.MomentField(
        label=gettext_lazy("Used until"),
        required=False,
        help_text=gettext_lazy("Empty: as long as it can be claimed."),
    )
    after_refund = forms.ChoiceField(
        label=gettext_lazy("After a full refund"),
        choices=[("return", gettext_lazy("The buyer has it again")),
                 ("burn", gettext_lazy("It is used up"))],
    )  # fmt: skip
    products = forms.MultipleChoiceField(
        label=gettext_lazy("For these products only"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=gettext_lazy("Nothing chosen: for all goods of the shop."),
    )

    def __init__(self, choices: list[tuple[str, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["products"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == "percent" and not given.get("rate") and "rate" not in self.errors:
            self.add_error("rate", _("Write a rate such as 15 or 15.5."))
        return given

    def terms(self, *, now: Any) -> dict[str, Any]:
        """As the use cases take them, windows apart."""
        given = self.cleaned_data
        starts = given["starts"] or now
        return {
            "name_zh": given["name_zh"],
            "name_en": given["name_en"],
            "off_fen": given["off"],
            "min_goods_fen": given["min_goods"],
            "budget_fen": given["budget"],
            "limit_per_buyer": given["limit_per_buyer"],
            "claim_from": starts,
            "claim_until": given["until"],
            "use_from": starts,
            "use_until": given["use_until"] or given["until"],
            "after_refund": coupons.AfterRefund(given["after_refund"]),
            "rate_bps": given["rate"] if given["kind"] == "percent" else None,
            "product_ids": [ids.parse("prd", ref) for ref in given["products"]] or None,
        }


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """What was issued with its figures, and a new one. Seven queries."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    now, choices = clock.now(), _choices(who, file.card.id)
    if request.method == "GET":
        given = {"until": now + _LASTS, "limit_per_buyer": 1, "key": str(ids.new())}
        form = CouponForm(choices, initial=given)
        return _show(request, shop, form)
    form = CouponForm(choices, request.POST)
    if not form.is_valid():
        return _show(request, shop, form, status=422)
    terms = form.terms(now=now)
    claim = (terms.pop("claim_from"), terms.pop("claim_until"))
    use = (terms.pop("use_from"), terms.pop("use_until"))
    try:
        with _once(form, who, file.card.id, now=now) as is_first:
            if is_first:
                coupons.issue(
                    actor=who,
                    shop_id=file.card.id,
                    claim_window=claim,
                    use_window=use,
                    now=now,
                    **terms,
                )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, **_FIELDS)
        return _show(request, shop, blamed, status=refusal.status)
    said = _("Buyers can claim it now.") if claim[0] <= now else _("Issued. It starts by itself.")
    return go(request, reverse("studio:coupons", args=[shop]), said=said)


@contextmanager
def _once(form: CouponForm, who: Actor, shop_id: UUID, *, now: datetime) -> Iterator[bool]:
    """Whether this form was not sent before; what is refused inside may be sent again.

    A form that came without its key is taken as new. raises: Invalid, KeyReused, Busy.
    """
    if not form.cleaned_data["key"]:
        yield True
        return
    scope, key = (
        f"coupon:{shop_id}:{who.person_id}",
        idempotency.clean_key(form.cleaned_data["key"]),
    )
    asked = idempotency.digest({name: str(value) for name, value in form.cleaned_data.items()})
    is_first = idempotency.claim(scope, key, asked, now=now) is None
    try:
        yield is_first
    except BaseException:
        idempotency.release(scope, key)
        raise
    if is_first:
        idempotency.record(scope, key, asked, Answer(302, None), now=now)


@require_http_methods(["GET", "POST"])
@web.screen
def change(request: HttpRequest, shop: str, coupon: str) -> HttpResponse:
    """Other terms for a coupon that has not started."""
    who, found = _of_shop(request, shop, coupon)
    choices, now = _choices(who, found.card.shop_id), clock.now()
    if request.method == "GET":
        return _show_one(request, shop, found, CouponForm(choices, initial=_initial(found)))
    form = CouponForm(choices, request.POST)
    if not form.is_valid():
        return _show_one(request, shop, found, form, status=422)
    try:
        coupon_files.change(
            actor=who, coupon_id=found.card.coupon_id, now=now, **form.terms(now=now)
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, **_FIELDS)
        return _show_one(request, shop, found, blamed, status=refusal.status)
    return go(request, reverse("studio:coupons", args=[shop]), said=_("Changed."))


@require_POST
@web.screen
def close(request: HttpRequest, shop: str, coupon: str) -> HttpResponse:
    """Nobody can claim it any more."""
    who, found = _of_shop(request, shop, coupon)
    coupons.close(actor=who, coupon_id=found.card.coupon_id, now=clock.now())
    return go(request, reverse("studio:coupons", args=[shop]), said=_("Closed for claiming."))


def _show(request: HttpRequest, shop: str, form: CouponForm, *, status: int = 200) -> HttpResponse:
    who, file = web.shop_of(request, shop)
    issued = coupon_files.of_shop(actor=who, shop_id=file.card.id)
    facts = {"shop": shop, "form": form, "issued": issued, "now": clock.now()}
    return web.show(request, "studio/coupons.html", facts, status=status)


def _show_one(
    request: HttpRequest, shop: str, found: CouponFile, form: CouponForm, *, status: int = 200
) -> HttpResponse:
    facts = {"shop": shop, "form": form, "coupon": found}
    return web.show(request, "studio/coupon.html", facts, status=status)


def _of_shop(request: HttpRequest, shop: str, coupon: str) -> tuple[Actor, CouponFile]:
    """raises: NotFound, NotAllowed."""
    who, file = web.shop_of(request, shop)
    coupon_id = ids.parse("cpn", coupon)
    for found in coupon_files.of_shop(actor=who, shop_id=file.card.id):
        if found.card.coupon_id == coupon_id:
            return who, found
    raise NotFound


def _choices(who: Actor, shop_id: Any) -> list[tuple[str, str]]:
    tongue = "zh" if (get_language() or "").startswith("zh") else "en"
    return [
        (file.public_id, file.title[tongue])
        for file in products.files_of(actor=who, shop_id=shop_id)
    ]


def _initial(found: CouponFile) -> Mapping[str, Any]:
    card = found.card
    return {
        "name_zh": card.name["zh"],
        "name_en": card.name["en"],
        "kind": card.kind.value,
        "rate": card.rate_bps,
        "off": card.off_fen,
        "min_goods": card.min_goods_fen,
        "budget": found.budget_fen,
        "limit_per_buyer": card.limit_per_buyer,
        "starts": found.claim_from,
        "until": card.claim_until,
        "use_until": card.use_until,
        "after_refund": found.after_refund.value,
        "products": [ids.public("prd", id) for id in card.product_ids or ()],
    }
