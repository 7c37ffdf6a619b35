"""Keeping a shop: applying, its names, its staff, what sending costs."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import invitations, shops, staffing
from laotie.delivery import freight
from laotie.kernel import clock
from laotie.surfaces.api import door
from laotie.surfaces.api.me import ShopFileOut
from laotie.surfaces.api.shapes import (
    Done,
    In,
    InvitationId,
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
    """Either `role` (owner, manager, shipper, support, finance, host) or `rights`."""

    phone: str
    role: str | None = None
    rights: list[str] = []


class ReasonIn(In):
    reason: str


class StaffOut(Out):
    person: PersonOut
    phone_masked: str
    rights: Names
    hired_at: datetime


class InvitationOut(Out):
    """`state`: OPEN (until `expires_at`), ACCEPTED, DECLINED or WITHDRAWN."""

    id: InvitationId
    shop: ShopOut
    phone_masked: str
    rights: Names
    state: str
    invited_at: datetime
    expires_at: datetime


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


@router.put("/shops/{shop_id}/staff", response=InvitationOut, summary="Invite, or change rights")
def invite(request: HttpRequest, shop_id: ShopId, payload: HireIn) -> object:
    """Somebody new has the rights when they accept, within seven days; staff have them at once."""
    rights = staffing.rights_of(role=payload.role, rights=payload.rights)
    return invitations.invite(
        actor=door.actor(request),
        shop_id=shop_id,
        phone=payload.phone,
        rights=rights,
        now=clock.now(),
    )


@router.get(
    "/shops/{shop_id}/staff/invitations",
    response=list[InvitationOut],
    summary="Who has not answered yet",
)
def list_invitations(request: HttpRequest, shop_id: ShopId) -> object:
    return invitations.of_shop(actor=door.actor(request), shop_id=shop_id, now=clock.now())


@router.delete(
    "/shops/{shop_id}/staff/invitations/{invitation_id}",
    response=Done,
    summary="Take an invitation back",
)
def withdraw_invitation(
    request: HttpRequest, shop_id: ShopId, invitation_id: InvitationId
) -> object:
    invitations.withdraw(
        actor=door.actor(request),
        shop_id=shop_id,
        invitation_id=invitation_id,
        now=clock.now(),
    )
    return Done()


@router.get("/me/invitations", response=list[InvitationOut], summary="Shops that want me")
def my_invitations(request: HttpRequest) -> object:
    return invitations.mine(actor=door.actor(request), now=clock.now())


@router.post(
    "/me/invitations/{invitation_id}/accept", response=InvitationOut, summary="Work for a shop"
)
def accept_invitation(request: HttpRequest, invitation_id: InvitationId) -> object:
    return invitations.accept(
        actor=door.actor(request), invitation_id=invitation_id, now=clock.now()
    )


@router.post(
    "/me/invitations/{invitation_id}/decline", response=InvitationOut, summary="Say no to a shop"
)
def decline_invitation(request: HttpRequest, invitation_id: InvitationId) -> object:
    return invitations.decline(
        actor=door.actor(request), invitation_id=invitation_id, now=clock.now()
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
