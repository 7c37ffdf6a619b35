"""What operators decide: shops, goods, rooms, the platform's coupons, stuck money."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import operators, roles, shops
from laotie.catalog import products
from laotie.kernel import clock
from laotie.live import rooms
from laotie.payments import queries as payments
from laotie.surfaces.api import door
from laotie.surfaces.api.me import ShopFileOut
from laotie.surfaces.api.merchandise import ProductFileOut
from laotie.surfaces.api.shapes import (
    Done,
    In,
    Out,
    PersonId,
    PersonOut,
    ProductId,
    RoomId,
    ShopId,
    ShopOut,
)
from laotie.surfaces.api.shop_keeping import ReasonIn
from laotie.surfaces.api.wallet import CouponIn, CouponOut, coupon_terms
from laotie.surfaces.api.watching import RoomOut
from laotie.trade import platform_coupons

router = Router(tags=["desk"])


class OperatorIn(In):
    phone: str
    name: str


class PlatformCouponIn(CouponIn):
    """The terms, and why; another person reads both."""

    reason: str


class ProposedOut(Out):
    """A proposal that waits for another person."""

    id: UUID


class StuckOut(Out):
    """Money that waits for a person, and what to do about it."""

    kind: str
    ref: str
    amount_fen: int | None
    state: str
    since: datetime
    cause: str
    action: str


@router.get("/shops", response=list[ShopFileOut], summary="Shops in a state, waiting first")
def list_shops(request: HttpRequest, state: str = "APPLIED") -> object:
    return shops.in_state(actor=door.actor(request), state=state)


@router.post("/shops/{shop_id}/approve", response=ShopOut, summary="Open a shop")
def approve(request: HttpRequest, shop_id: ShopId) -> object:
    return shops.approve(actor=door.actor(request), shop_id=shop_id, now=clock.now())


@router.post("/shops/{shop_id}/refuse", response=ShopOut, summary="Do not take a shop")
def refuse(request: HttpRequest, shop_id: ShopId, payload: ReasonIn) -> object:
    return shops.refuse(
        actor=door.actor(request), shop_id=shop_id, reason=payload.reason, now=clock.now()
    )


@router.post("/shops/{shop_id}/suspend", response=ShopOut, summary="Stop a shop")
def suspend(request: HttpRequest, shop_id: ShopId, payload: ReasonIn) -> object:
    return shops.suspend(
        actor=door.actor(request), shop_id=shop_id, reason=payload.reason, now=clock.now()
    )


@router.post("/shops/{shop_id}/reopen", response=ShopOut, summary="Let a shop sell again")
def reopen(request: HttpRequest, shop_id: ShopId) -> object:
    return shops.reopen(actor=door.actor(request), shop_id=shop_id, now=clock.now())


@router.post("/goods/{product_id}/take-down", response=ProductFileOut, summary="Off sale")
def take_down(request: HttpRequest, product_id: ProductId, payload: ReasonIn) -> object:
    return products.take_down(
        actor=door.actor(request), product_id=product_id, reason=payload.reason, now=clock.now()
    )


@router.post("/goods/{product_id}/let-back", response=ProductFileOut, summary="Let it be sold")
def let_back(request: HttpRequest, product_id: ProductId) -> object:
    return products.let_back(actor=door.actor(request), product_id=product_id, now=clock.now())


@router.post("/rooms/{room_id}/suspend", response=RoomOut, summary="Take a room off air")
def suspend_room(request: HttpRequest, room_id: RoomId, payload: ReasonIn) -> object:
    return rooms.suspend(
        actor=door.actor(request), room_id=room_id, reason=payload.reason, now=clock.now()
    )


@router.post("/rooms/{room_id}/lift", response=RoomOut, summary="Take a suspension back")
def lift_room(request: HttpRequest, room_id: RoomId) -> object:
    return rooms.lift(actor=door.actor(request), room_id=room_id, now=clock.now())


@router.post("/rooms/{room_id}/ban", response=RoomOut, summary="Close a room for good")
def ban_room(request: HttpRequest, room_id: RoomId, payload: ReasonIn) -> object:
    return rooms.ban(
        actor=door.actor(request), room_id=room_id, reason=payload.reason, now=clock.now()
    )


@router.post("/coupons", response={201: ProposedOut}, summary="Propose a coupon of the platform")
def propose_coupon(request: HttpRequest, payload: PlatformCouponIn) -> object:
    proposal_id = platform_coupons.propose(
        actor=door.actor(request),
        **coupon_terms(payload),
        reason=payload.reason,
        now=clock.now(),
    )
    return Status(201, {"id": proposal_id})


@router.post(
    "/coupons/{proposal_id}/confirm",
    response={201: CouponOut},
    summary="Issue a coupon that another person proposed",
)
def confirm_coupon(request: HttpRequest, proposal_id: UUID) -> object:
    return Status(
        201,
        platform_coupons.confirm(
            actor=door.actor(request), proposal_id=proposal_id, now=clock.now()
        ),
    )


@router.get("/stuck-money", response=list[StuckOut], summary="Money that waits for a person")
def stuck_money(request: HttpRequest) -> object:
    return payments.stuck_money(actor=door.actor(request), now=clock.now())


@router.post("/operators", response={201: PersonOut}, summary="Name an operator")
def name_operator(request: HttpRequest, payload: OperatorIn) -> object:
    return Status(
        201,
        operators.create(
            actor=door.actor(request),
            phone=payload.phone,
            password=None,
            name=payload.name,
            now=clock.now(),
        ),
    )


@router.delete("/operators/{person_id}", response=Done, summary="An operator no more")
def dismiss_operator(request: HttpRequest, person_id: PersonId, payload: ReasonIn) -> object:
    roles.revoke(
        actor=door.actor(request),
        person_id=person_id,
        role="operator",
        reason=payload.reason,
        now=clock.now(),
    )
    return Done()
