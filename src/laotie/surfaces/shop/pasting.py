"""An address pasted as one block, read into the form for its owner to check."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from laotie.accounts import address_text
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.surfaces.shop.me import AddressForm


@require_POST
@sensitive_post_parameters()
@web.screen
def read(request: HttpRequest) -> HttpResponse:
    """The address form with what was found in `pasted`; what was typed already stays elsewhere."""
    answers.actor(request).require_person()
    found = address_text.read(request.POST.get("pasted", ""))
    typed = {name: request.POST.get(name, "") for name in ("name", "phone", "region_code", "line")}
    form = AddressForm(
        initial={
            "name": found.name or typed["name"],
            "phone": found.phone or typed["phone"],
            "region_code": found.region_code or typed["region_code"],
            "line": found.line or typed["line"],
            "is_default": "is_default" in request.POST,
        }
    )
    asked = request.POST.get("next", "")
    facts = {
        "form": form,
        "ref": "",
        "next": answers.own_address(request, asked, otherwise=reverse("shop:addresses")),
        "was_read": True,
        "lacks_region": not (found.region_code or typed["region_code"]),
        "place": "me",
    }
    return web.show(request, "shop/address.html", facts)
