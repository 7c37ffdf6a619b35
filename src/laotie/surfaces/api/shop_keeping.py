"""Keeping a shop: applying, its names, its staff, what sending costs."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import shops
from laotie.delivery import freight
from laotie.kernel import clock
from laotie.surfaces.api import door
from laotie.surfaces.api.me import ShopFileOut
from laotie.surfaces.api.shapes import (
    Done,
    In,
    Names,
    Out,
    Pair,
    PersonId,
    PersonOut,
    ShopId,
    ShopOut,
    pair,
)

router = Router(tags=["shop"])


class ApplyIn(In):
    name: Pair


class ShopIn(In):
    name: Pair | None = None
    logo_url: str | None = None


class HireIn(In):
    phone: str
    rights: list[str]


class ReasonIn(In):
    reason: str


class StaffOut(Out):
    person: PersonOut
    phone_masked: str
    rights: Names
    hired_at: datetime


class FreightIn(In):
    """`by_region`: what it costs to provinces or cities, by code."""

    flat_fen: int
    free_over_fen: int | None = None
    by_region: dict[str, int] = {}


class FreightOut(Out):
    flat_fen: int
    free_over_fen: int | None
    by_region: dict[str, int]


@router.post("/shops", response={201: ShopOut}, summary="Ask for a shop")
def apply(request: HttpRequest, payload: ApplyIn) -> object:
    """An operator decides."""
    name = {"zh": payload.name.zh, "en": payload.name.en}
    return Status(201, shops.apply(actor=door.actor(request), name=name, now=clock.now()))


@router.get("/shops/{shop_id}/file", response=ShopFileOut, summary="Where the shop stands")
def show_file(request: HttpRequest, shop_id: ShopId) -> object:
    return shops.file_of(actor=door.actor(request), shop_id=shop_id)


@router.patch("/shops/{shop_id}/file", response=ShopOut, summary="Change names or picture")
def change(request: HttpRequest, shop_id: ShopId, payload: ShopIn) -> object:
    return shops.change(
        actor=door.actor(request),
        shop_id=shop_id,
        name=pair(payload.name),
        logo_url=payload.logo_url,
        now=clock.now(),
    )


@router.get("/shops/{shop_id}/staff", response=list[StaffOut], summary="Who may do what")
def list_staff(request: HttpRequest, shop_id: ShopId) -> object:
    return shops.staff(actor=door.actor(request), shop_id=shop_id)


@router.put("/shops/{shop_id}/staff", response=StaffOut, summary="Give somebody these rights")
def hire(request: HttpRequest, shop_id: ShopId, payload: HireIn) -> object:
    return shops.hire(
        actor=door.actor(request),
        shop_id=shop_id,
        phone=payload.phone,
        rights=payload.rights,
        now=clock.now(),
    )


@router.delete("/shops/{shop_id}/staff/{person_id}", response=Done, summary="Take all rights")
def dismiss(
    request: HttpRequest, shop_id: ShopId, person_id: PersonId, payload: ReasonIn
) -> object:
    shops.dismiss(
        actor=door.actor(request),
        shop_id=shop_id,
        person_id=person_id,
        reason=payload.reason,
        now=clock.now(),
    )
    return Done()


@router.get("/shops/{shop_id}/freight", response=FreightOut, summary="What sending costs")
def show_freight(request: HttpRequest, shop_id: ShopId) -> object:
    return freight.rule_of(shops.card(shop_id).id)


@router.put("/shops/{shop_id}/freight", response=FreightOut, summary="Set what sending costs")
def set_freight(request: HttpRequest, shop_id: ShopId, payload: FreightIn) -> object:
    return freight.set_rule(
        actor=door.actor(request),
        shop_id=shop_id,
        flat_fen=payload.flat_fen,
        free_over_fen=payload.free_over_fen,
        by_region=payload.by_region,
        now=clock.now(),
    )
