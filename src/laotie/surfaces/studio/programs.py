"""Other programs of a shop: tokens for them, and webhooks that tell them what happened."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from laotie.integrations import deliveries, endpoints, news, tokens
from laotie.integrations.tokens import Scope
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import web

# What makes sense for a program of a shop; a person's own scopes are made over the API.
_SCOPES = {
    Scope.SHOP_READ: gettext_lazy("Read goods, orders and refunds"),
    Scope.SHOP_WRITE: gettext_lazy("Change goods, ship orders, decide refunds"),
    Scope.MONEY_READ: gettext_lazy("Read balances and statements"),
    Scope.STAGE_READ: gettext_lazy("Read rooms"),
    Scope.STAGE_WRITE: gettext_lazy("Act on a room's stage"),
}
_KINDS = {
    "order.placed": gettext_lazy("Order placed"),
    "order.paid": gettext_lazy("Order paid"),
    "order.closed": gettext_lazy("Order closed"),
    "order.shipped": gettext_lazy("Order shipped"),
    "order.received": gettext_lazy("Order received"),
    "order.completed": gettext_lazy("Order completed"),
    "refund.requested": gettext_lazy("Refund asked for"),
    "refund.granted": gettext_lazy("Refund agreed to"),
    "refund.refused": gettext_lazy("Refund refused"),
    "refund.withdrawn": gettext_lazy("Refund wish taken back"),
    "refund.done": gettext_lazy("Refund paid"),
    "shop.approved": gettext_lazy("Shop opened"),
    "shop.suspended": gettext_lazy("Shop stopped"),
    "shop.named": gettext_lazy("Shop renamed"),
    "product.published": gettext_lazy("Product on sale"),
    "product.withdrawn": gettext_lazy("Product off sale"),
    "payout.requested": gettext_lazy("Payout asked for"),
    "payout.settled": gettext_lazy("Payout paid"),
    "payout.failed": gettext_lazy("Payout failed"),
}
assert _KINDS.keys() == news.KINDS.keys()


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the program"), max_length=40)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May do"),
        choices=[(str(scope), label) for scope, label in _SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Works for how many days"),
        min_value=1,
        max_value=3650,
        initial=365,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Web address"),
        max_length=500,
        widget=forms.URLInput({"placeholder": "https://", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Tell it"),
        choices=list(_KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )


@require_GET
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """Tokens of mine for this shop, and where its events go."""
    return _show(request, shop)


@require_POST
@web.screen
@sensitive_variables("made")
def make_token(request: HttpRequest, shop: str) -> HttpResponse:
    """A token for this shop; its secret is on the answer's page and nowhere else."""
    who, file = web.shop_of(request, shop)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _show(request, shop, token_form=form, status=422)
    try:
        made = tokens.issue(actor=who, shop_id=file.card.id, **form.cleaned_data, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return _show(request, shop, token_form=blamed, status=refusal.status)
    return _show(request, shop, secret=made.secret, secret_of=made.card.name)


@require_POST
@web.screen
def revoke_token(request: HttpRequest, shop: str, token: str) -> HttpResponse:
    """The token works no more."""
    who, _file = web.shop_of(request, shop)
    tokens.revoke(actor=who, token_id=ids.parse("tok", token), now=clock.now())
    return go(request, _address(shop), said=_("The token works no more."))


@require_POST
@web.screen
@sensitive_variables("made")
def add_endpoint(request: HttpRequest, shop: str) -> HttpResponse:
    """The shop's events go there; the secret is on the answer's page and nowhere else."""
    who, file = web.shop_of(request, shop)
    form = EndpointForm(request.POST)
    if not form.is_valid():
        who.require_shop(file.card.id, "manage")
        return _show(request, shop, endpoint_form=form, status=422)
    try:
        made = endpoints.add(actor=who, shop_id=file.card.id, **form.cleaned_data, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        form.add_error("url" if refusal.code == "ADDRESS_REFUSED" else None, refusal.text())
        return _show(request, shop, endpoint_form=form, status=refusal.status)
    return _show(request, shop, secret=made.secret, secret_of=made.endpoint.url)


@require_GET
@web.screen
def endpoint_page(request: HttpRequest, shop: str, endpoint: str) -> HttpResponse:
    """What was sent to one endpoint, and what came of it."""
    return _show_endpoint(request, shop, endpoint)


@require_POST
@web.screen
@sensitive_variables("made")
def act(request: HttpRequest, shop: str, endpoint: str, verb: str) -> HttpResponse:
    """Send a trial event, make a new secret, or remove the endpoint."""
    who, endpoint_id = _endpoint(request, shop, endpoint)
    now = clock.now()
    if verb == "ping":
        deliveries.ping(actor=who, endpoint_id=endpoint_id, now=now)
        return go(request, _address(shop, endpoint), said=_("A trial event is on its way."))
    if verb == "rotate":
        made = endpoints.rotate(actor=who, endpoint_id=endpoint_id, now=now)
        return _show_endpoint(request, shop, endpoint, secret=made.secret)
    if verb == "remove":
        endpoints.remove(actor=who, endpoint_id=endpoint_id, now=now)
        return go(request, _address(shop), said=_("Nothing goes there any more."))
    raise NotFound


@require_POST
@web.screen
def replay(request: HttpRequest, shop: str, endpoint: str, delivery: str) -> HttpResponse:
    """Send an event once more."""
    who, _id = _endpoint(request, shop, endpoint)
    deliveries.replay(actor=who, delivery_id=ids.parse("whd", delivery), now=clock.now())
    return go(request, _address(shop, endpoint), said=_("It is sent again."))


def _endpoint(request: HttpRequest, shop: str, endpoint: str) -> tuple[Actor, UUID]:
    """Who asks, and the endpoint's id. raises: NotFound, also for another shop's endpoint."""
    who, file = web.shop_of(request, shop)
    card = endpoints.card(ids.parse("whe", endpoint), actor=who)
    if card.shop_id != file.card.id:
        raise NotFound
    return who, card.id


def _address(shop: str, endpoint: str = "") -> str:
    if endpoint:
        return reverse("studio:webhook", args=[shop, endpoint])
    return reverse("studio:developers", args=[shop])


def _show(
    request: HttpRequest,
    shop: str,
    *,
    token_form: TokenForm | None = None,
    endpoint_form: EndpointForm | None = None,
    secret: str = "",
    secret_of: str = "",
    status: int = 200,
) -> HttpResponse:
    who, file = web.shop_of(request, shop)
    facts = {
        "shop": shop,
        "tokens": [
            (card, ids.public("tok", card.id), [_SCOPES.get(Scope(s), s) for s in card.scopes])
            for card in tokens.mine(actor=who)
            if card.shop_id == file.card.id
        ],
        "endpoints": [
            (card, ids.public("whe", card.id), [_KINDS[kind] for kind in card.kinds])
            for card in endpoints.of_shop(file.card.id, actor=who)
        ],
        "token_form": token_form or TokenForm(),
        "endpoint_form": endpoint_form or EndpointForm(),
        "secret": secret,
        "secret_of": secret_of,
    }
    return web.show(request, "studio/developers.html", facts, status=status)


def _show_endpoint(
    request: HttpRequest, shop: str, endpoint: str, *, secret: str = ""
) -> HttpResponse:
    who, endpoint_id = _endpoint(request, shop, endpoint)
    facts = {
        "shop": shop,
        "ref": endpoint,
        "endpoint": endpoints.card(endpoint_id, actor=who),
        "lines": [
            (line, ids.public("whd", line.id), _KINDS.get(line.kind, line.kind))
            for line in deliveries.log_of(endpoint_id, actor=who)
        ],
        "secret": secret,
    }
    return web.show(request, "studio/webhook.html", facts)
