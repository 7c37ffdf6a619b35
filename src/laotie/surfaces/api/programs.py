"""Other programs: apps, tokens that act for a person, and webhooks of a shop."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.integrations import deliveries, endpoints, news, tokens
from laotie.kernel import clock
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import (
    AppId,
    DeliveryId,
    Done,
    EndpointId,
    EventId,
    In,
    Out,
    ShopId,
    TokenId,
)

router = Router(tags=["programs"])


class AppIn(In):
    name: str
    scopes: list[str]


class AppOut(Out):
    id: AppId
    name: str
    scopes: list[str]
    made_at: datetime


class TokenIn(In):
    """With `shop_id` it has rights in that shop alone; with `app_id` the app's scopes bound it."""

    name: str
    scopes: list[str]
    shop_id: ShopId | None = None
    app_id: AppId | None = None
    days: int | None = None


class TokenOut(Out):
    id: TokenId
    name: str
    app_name: str
    shop_id: ShopId | None
    scopes: list[str]
    hint: str
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NewTokenOut(Out):
    """`secret` is shown this once; send it as `Authorization: Bearer …`."""

    card: TokenOut
    secret: str


class EndpointIn(In):
    url: str
    kinds: list[str]


class EndpointOut(Out):
    id: EndpointId
    shop_id: ShopId
    url: str
    kinds: list[str]
    key_id: str
    next_from: datetime | None
    rests_until: datetime | None
    made_at: datetime


class NewSecretOut(Out):
    """`secret` is shown this once; it signs from `valid_from` on, under `key_id`."""

    endpoint: EndpointOut
    key_id: str
    secret: str
    valid_from: datetime


class AttemptOut(Out):
    at: datetime
    status: int | None
    failure: str
    answer: str


class DeliveryOut(Out):
    id: DeliveryId
    event_id: EventId
    kind: str
    state: str
    tries: int
    heard_at: datetime
    next_at: datetime | None
    attempts: list[AttemptOut]


@router.get("/me/apps", response=list[AppOut], summary="My programs")
def list_apps(request: HttpRequest) -> object:
    return tokens.my_apps(actor=door.actor(request))


@router.post("/me/apps", response={201: AppOut}, summary="Register a program")
def make_app(request: HttpRequest, payload: AppIn) -> object:
    who = door.actor(request)
    return Status(201, tokens.make_app(actor=who, **payload.dict(), now=clock.now()))


@router.delete("/me/apps/{app_id}", response=Done, summary="End a program and its tokens")
def end_app(request: HttpRequest, app_id: AppId) -> object:
    tokens.end_app(actor=door.actor(request), app_id=app_id, now=clock.now())
    return Done()


@router.get("/me/tokens", response=list[TokenOut], summary="My tokens, without their secrets")
def list_tokens(request: HttpRequest) -> object:
    return tokens.mine(actor=door.actor(request))


@router.post("/me/tokens", response={201: NewTokenOut}, summary="Make a token")
def make_token(request: HttpRequest, payload: TokenIn) -> object:
    """Its secret is shown this once, and not again for a repeated key."""
    door.never_keep(request)
    who = door.actor(request)
    return Status(201, tokens.issue(actor=who, **payload.dict(), now=clock.now()))


@router.delete("/me/tokens/{token_id}", response=Done, summary="Revoke a token")
def revoke_token(request: HttpRequest, token_id: TokenId) -> object:
    tokens.revoke(actor=door.actor(request), token_id=token_id, now=clock.now())
    return Done()


@router.get("/webhook-kinds", response=list[str], summary="What endpoints can hear")
def list_kinds(request: HttpRequest) -> object:
    return list(news.KINDS)


@router.get("/shops/{shop_id}/webhooks", response=list[EndpointOut], summary="A shop's endpoints")
def list_endpoints(request: HttpRequest, shop_id: ShopId) -> object:
    return endpoints.of_shop(shop_id, actor=door.actor(request))


@router.post("/shops/{shop_id}/webhooks", response={201: NewSecretOut}, summary="Add an endpoint")
def add_endpoint(request: HttpRequest, shop_id: ShopId, payload: EndpointIn) -> object:
    """Its secret is shown this once, and not again for a repeated key."""
    door.never_keep(request)
    who = door.actor(request)
    made = endpoints.add(actor=who, shop_id=shop_id, **payload.dict(), now=clock.now())
    return Status(201, made)


@router.put("/webhooks/{endpoint_id}", response=EndpointOut, summary="Change an endpoint")
def change_endpoint(request: HttpRequest, endpoint_id: EndpointId, payload: EndpointIn) -> object:
    who = door.actor(request)
    return endpoints.change(actor=who, endpoint_id=endpoint_id, **payload.dict(), now=clock.now())


@router.delete("/webhooks/{endpoint_id}", response=Done, summary="Remove an endpoint")
def remove_endpoint(request: HttpRequest, endpoint_id: EndpointId) -> object:
    endpoints.remove(actor=door.actor(request), endpoint_id=endpoint_id, now=clock.now())
    return Done()


@router.post("/webhooks/{endpoint_id}/secret", response=NewSecretOut, summary="A new secret")
def rotate_secret(request: HttpRequest, endpoint_id: EndpointId) -> object:
    """It signs an hour from now."""
    door.never_keep(request)
    return endpoints.rotate(actor=door.actor(request), endpoint_id=endpoint_id, now=clock.now())


@router.post("/webhooks/{endpoint_id}/ping", response=Done, summary="Send a trial event")
def ping_endpoint(request: HttpRequest, endpoint_id: EndpointId) -> object:
    deliveries.ping(actor=door.actor(request), endpoint_id=endpoint_id, now=clock.now())
    return Done()


@router.get(
    "/webhooks/{endpoint_id}/deliveries", response=list[DeliveryOut], summary="What was sent there"
)
def list_deliveries(request: HttpRequest, endpoint_id: EndpointId) -> object:
    who = door.actor(request)
    return deliveries.log_page(endpoint_id, actor=who, **paging.asked(request))


@router.post("/deliveries/{delivery_id}/replay", response=Done, summary="Send it again")
def replay(request: HttpRequest, delivery_id: DeliveryId) -> object:
    deliveries.replay(actor=door.actor(request), delivery_id=delivery_id, now=clock.now())
    return Done()
