"""Me: name, addresses, coupons, inbox, password."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import addresses, inbox, people, regions, sessions, sign_in
from laotie.accounts.regions import Region
from laotie.kernel import clock, ids
from laotie.kernel.errors import Refusal
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.trade import coupons

# Of these the shop's staff are told, never the buyer.
_OF_LINKS = frozenset({"links_stop", "links_stay"})
_OF_STAFF = frozenset({"order_to_ship", "address_changed"})


class AddressForm(forms.Form):
    name = forms.CharField(
        label=_("Recipient"), max_length=40, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel-national"}),
    )
    region_code = forms.ChoiceField(label=_("Province and city"))
    line = forms.CharField(
        label=_("Street, house, flat"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    is_default = forms.BooleanField(label=_("Use this address first"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        region = self.fields["region_code"]
        assert isinstance(region, forms.ChoiceField)
        region.choices = [("", gettext("Choose")), *_places()]


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name that others see"), max_length=40)


class PasswordForm(forms.Form):
    current = forms.CharField(
        label=_("Password until now"),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        help_text=_("At least 8 characters, not only digits."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What belongs to me, and where to change it."""
    myself = people.me(answers.actor(request))
    return web.show(request, "shop/me.html", {"myself": myself, "place": "me"})


@require_http_methods(["GET", "POST"])
@web.screen
def name(request: HttpRequest) -> HttpResponse:
    """Change the name that others see."""
    myself = people.me(answers.actor(request))
    if request.method == "GET":
        return _show_name(request, NameForm(initial={"name": myself.card.name}))
    form = NameForm(request.POST)
    if not form.is_valid():
        return _show_name(request, form, status=422)
    try:
        people.change(actor=answers.actor(request), **form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        return _show_name(request, answers.blame(form, refusal), status=refusal.status)
    return web.go(request, reverse("shop:me"))


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("current", "password")
@web.screen
def password(request: HttpRequest) -> HttpResponse:
    """Set or change the password; other sessions end by it."""
    who = answers.actor(request)
    myself = people.me(who)
    form = PasswordForm(request.POST or None)
    if not myself.has_password:
        del form.fields["current"]
    facts = {"form": form, "place": "me"}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return web.show(request, "shop/password.html", facts, status=status)
    try:
        sign_in.set_password(
            actor=who,
            password=form.cleaned_data["password"],
            current=form.cleaned_data.get("current"),
            now=clock.now(),
        )
    except Refusal as refusal:
        answers.blame(form, refusal)
        return web.show(request, "shop/password.html", facts, status=refusal.status)
    sessions.keep_after_password_change(request, who.require_person())
    return web.go(request, reverse("shop:me"))


@require_GET
@web.screen
def address_book(request: HttpRequest) -> HttpResponse:
    """My addresses, masked."""
    facts = {"addresses": addresses.mine(actor=answers.actor(request)), "place": "me"}
    return web.show(request, "shop/addresses.html", facts)


@require_http_methods(["GET", "POST"])
@web.screen
def add_address(request: HttpRequest) -> HttpResponse:
    """One more address. `next` is where to go afterwards, such as back to buying."""
    answers.actor(request).require_person()
    if request.method == "GET":
        return _show_address(request, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_address(request, form, status=422)
    try:
        addresses.add(actor=answers.actor(request), **form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        return _show_address(request, answers.blame(form, refusal), status=refusal.status)
    # In a sheet the redirect is followed there: the sheet shows what the address was needed for.
    return HttpResponseRedirect(_after_address(request))


@require_http_methods(["GET", "POST"])
@web.screen
def change_address(request: HttpRequest, address: str) -> HttpResponse:
    """See one of my addresses in full and change it."""
    who = answers.actor(request)
    address_id = ids.parse("adr", address)
    if request.method == "GET":
        plain = addresses.open_own(actor=who, address_id=address_id)
        first = {card.id: card.is_default for card in addresses.mine(actor=who)}
        initial = {
            "name": plain.name,
            "phone": plain.phone,
            "region_code": plain.region_code,
            "line": plain.line,
            "is_default": first.get(address_id, False),
        }
        return _show_address(request, AddressForm(initial=initial), address_id=address_id)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_address(request, form, address_id=address_id, status=422)
    try:
        addresses.change(actor=who, address_id=address_id, **form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        blamed = answers.blame(form, refusal)
        return _show_address(request, blamed, address_id=address_id, status=refusal.status)
    return web.go(request, _after_address(request))


@require_POST
@web.screen
def remove_address(request: HttpRequest, address: str) -> HttpResponse:
    """Take an address out of my book."""
    addresses.remove(
        actor=answers.actor(request), address_id=ids.parse("adr", address), now=clock.now()
    )
    return web.go(request, reverse("shop:addresses"))


@require_GET
@web.screen
def coupon_wallet(request: HttpRequest) -> HttpResponse:
    """Coupons that I hold, and those of the platform that can be had."""
    person_id = answers.actor(request).require_person()
    now = clock.now()
    held = coupons.wallet(person_id, now=now)
    mine = {one.coupon.coupon_id for one in held}
    open_to_all = coupons.claimable(None, now=now)
    facts = {
        "held": held,
        "claimable": [card for card in open_to_all if card.coupon_id not in mine],
        "now": now,
        "place": "me",
    }
    return web.show(request, "shop/coupons.html", facts)


@require_POST
@web.screen
def claim_coupon(request: HttpRequest, coupon: str) -> HttpResponse:
    """Put a coupon into my wallet."""
    held = coupons.claim(
        actor=answers.actor(request), coupon_id=ids.parse("cpn", coupon), now=clock.now()
    )
    if not answers.is_part(request):
        return web.go(request, reverse("shop:coupons"))
    answer = web.show(request, "shop/coupon.html", {"coupon": held.coupon, "is_held": True})
    return answers.with_toast(answer, gettext("The coupon is yours."))


@require_GET
@web.screen
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What was told to me, newest first."""
    lines = inbox.lines(actor=answers.actor(request))
    facts = {
        "lines": [(line, page_of(line.kind, line.ref)) for line in lines],
        "now": clock.now(),
        "place": "inbox",
    }
    return web.show(request, "shop/inbox.html", facts)


@require_POST
@web.screen
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing is new any more."""
    inbox.mark_read(actor=answers.actor(request), now=clock.now())
    return web.go(request, reverse("shop:inbox"))


def page_of(kind: str, ref: str) -> str:
    """The page of what a notice is about (`ref`: a public id, perhaps with `:` and a day after it);
    empty if there is none for it. What staff are told of orders leads to the shop's side."""
    ref = ref.partition(":")[0]
    what = ref.partition("_")[0]
    if what == "pst":
        return reverse("studio:post", args=[ref])
    if what == "cse":
        return f"{reverse('studio:decisions')}#case-{ids.parse('cse', ref)}"
    if what == "tcs":
        return f"{reverse('shop:comment-decisions')}#case-{ids.parse('tcs', ref)}"
    if kind == "rights_ended":
        return reverse("studio:room", args=[ref])
    if what == "ivt":
        return reverse("studio:invitations")
    if what == "pac":
        return reverse("studio:home")
    if what == "bms":
        return reverse("studio:belt")
    if kind in _OF_LINKS:
        is_shops = what == "shp"
        return reverse("studio:shop-links", args=[ref]) if is_shops else reverse("studio:links")
    if what == "ord" and kind in _OF_STAFF:
        return reverse("studio:order-anywhere", args=[ref])
    pages = {"ord": "shop:order", "rom": "shop:room", "prd": "shop:product", "shp": "shop:shop"}
    page_name = pages.get(what)
    return reverse(page_name, args=[ref]) if page_name else ""


def _show_name(request: HttpRequest, form: NameForm, *, status: int = 200) -> HttpResponse:
    return web.show(request, "shop/name.html", {"form": form, "place": "me"}, status=status)


def _show_address(
    request: HttpRequest, form: AddressForm, *, address_id: UUID | None = None, status: int = 200
) -> HttpResponse:
    facts = {
        "form": form,
        "ref": ids.public("adr", address_id) if address_id else "",
        "next": _after_address(request),
        "place": "me",
    }
    return web.show(request, "shop/address.html", facts, status=status)


def _after_address(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    return answers.own_address(request, asked, otherwise=reverse("shop:addresses"))


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Cities under their provinces, in the reader's language."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return [
        (
            province.name[language],
            [(place.code, place.name[language]) for place in _cities_of(province)],
        )
        for province in regions.provinces()
    ]


def _cities_of(province: Region) -> tuple[Region, ...]:
    return regions.cities(province.code) or (province,)
