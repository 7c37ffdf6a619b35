"""What belongs to the signed-in person: name, password, addresses, inbox, roles."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import (
    addresses,
    creators,
    inbox,
    people,
    second_step,
    sessions,
    shops,
    sign_in,
)
from laotie.kernel import clock, ids
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.locks import RecoveryCodesOut
from laotie.surfaces.api.shapes import (
    AddressId,
    CreatorId,
    CreatorOut,
    Done,
    In,
    NoticeId,
    Out,
    PairOut,
    PersonOut,
    ShopOut,
)

router = Router(tags=["me"])


class MyRights(Out):
    """Who one may be. `shop_rights`: what one may do in which shop."""

    roles: list[str]
    creator_id: CreatorId | None
    shop_rights: dict[str, list[str]]


class MeOut(Out):
    person: PersonOut
    phone_masked: str
    language: str
    has_password: bool
    has_second_step: bool
    unread: int
    rights: MyRights


class MeIn(In):
    name: str | None = None
    avatar_url: str | None = None
    language: str | None = None


class NewPasswordIn(In):
    password: str
    current: str | None = None


class AddressIn(In):
    name: str
    phone: str
    region_code: str
    line: str
    is_default: bool = False


class AddressOut(Out):
    """Masked, as lists show it."""

    id: AddressId
    name: str
    phone: str
    line: str
    region_code: str
    region: PairOut
    is_default: bool


class PlainAddressOut(Out):
    """The whole address, to be edited or printed; not to be kept."""

    name: str
    phone: str
    line: str
    region_code: str
    region: PairOut


class NoticeOut(Out):
    id: NoticeId
    kind: str
    ref: str
    text: str
    posted_at: datetime
    is_read: bool


class ReadIn(In):
    """Without an id all rows are read."""

    notice_id: NoticeId | None = None


class NameIn(In):
    name: str


class ShopFileOut(Out):
    card: ShopOut
    state: str
    reason: str
    applied_at: datetime
    decided_at: datetime | None


class EnrolmentOut(Out):
    """Show `uri` as a QR code; send `ticket` back with the first digits."""

    secret: str
    uri: str
    ticket: str


class DigitsIn(In):
    digits: str
    ticket: str | None = None


@router.get("", response=MeOut, summary="Who I am and what I may")
def show(request: HttpRequest) -> object:
    who = door.actor(request)
    me = people.me(who)
    return {
        "person": me.card,
        "phone_masked": me.phone_masked,
        "language": me.language,
        "has_password": me.has_password,
        "has_second_step": second_step.is_on(me.card.id),
        "unread": inbox.unread(actor=who),
        "rights": {
            "roles": sorted(who.roles),
            "creator_id": who.creator_id,
            "shop_rights": {
                ids.public("shp", shop_id): sorted(who.shop_rights[shop_id])
                for shop_id in who.shop_rights
            },
        },
    }


@router.patch("", response=PersonOut, summary="Change my name, picture or language")
def change(request: HttpRequest, payload: MeIn) -> object:
    return people.change(
        actor=door.actor(request),
        name=payload.name,
        avatar_url=payload.avatar_url,
        language=payload.language,
        now=clock.now(),
    ).card


@router.put("/password", response=Done, summary="Set my password; other sessions end")
def set_password(request: HttpRequest, payload: NewPasswordIn) -> object:
    who = door.actor(request)
    sign_in.set_password(
        actor=who, password=payload.password, current=payload.current, now=clock.now()
    )
    sessions.keep_after_password_change(request, who.require_person())
    return Done()


@router.get("/addresses", response=list[AddressOut], summary="My addresses, masked")
def list_addresses(request: HttpRequest) -> object:
    return addresses.mine(actor=door.actor(request))


@router.post("/addresses", response={201: AddressOut}, summary="Add an address")
def add_address(request: HttpRequest, payload: AddressIn) -> object:
    card = addresses.add(actor=door.actor(request), **payload.dict(), now=clock.now())
    return Status(201, card)


@router.get("/addresses/{address_id}", response=PlainAddressOut, summary="An address in full")
def show_address(request: HttpRequest, address_id: AddressId) -> object:
    return addresses.open_own(actor=door.actor(request), address_id=address_id)


@router.put("/addresses/{address_id}", response=AddressOut, summary="Change an address")
def change_address(request: HttpRequest, address_id: AddressId, payload: AddressIn) -> object:
    return addresses.change(
        actor=door.actor(request), address_id=address_id, **payload.dict(), now=clock.now()
    )


@router.delete("/addresses/{address_id}", response=Done, summary="Remove an address")
def remove_address(request: HttpRequest, address_id: AddressId) -> object:
    addresses.remove(actor=door.actor(request), address_id=address_id, now=clock.now())
    return Done()


@router.get("/inbox", response=list[NoticeOut], summary="My notices, newest first")
def list_notices(request: HttpRequest) -> object:
    return inbox.page(actor=door.actor(request), **paging.asked(request))


@router.post("/inbox/read", response=Done, summary="Mark one notice, or all, as read")
def read_notices(request: HttpRequest, payload: ReadIn) -> object:
    inbox.mark_read(actor=door.actor(request), notice_id=payload.notice_id, now=clock.now())
    return Done()


@router.put("/creator", response=CreatorOut, summary="Become a creator, or change the name")
def become_creator(request: HttpRequest, payload: NameIn) -> object:
    return creators.become(actor=door.actor(request), name=payload.name, now=clock.now())


@router.get("/shops", response=list[ShopFileOut], summary="Shops in which I have rights")
def list_shops(request: HttpRequest) -> object:
    who = door.actor(request)
    who.require_person()
    return shops.of_actor(who)


@router.post("/second-step", response=EnrolmentOut, summary="Get a secret for an app")
def enrol_second_step(request: HttpRequest) -> object:
    door.never_keep(request)
    return second_step.enrol(actor=door.actor(request))


@router.put("/second-step", response=RecoveryCodesOut, summary="Ask me for digits from now on")
def switch_second_step_on(request: HttpRequest, payload: DigitsIn) -> object:
    """The answer holds recovery codes, shown this once."""
    door.never_keep(request)
    codes = second_step.switch_on(
        actor=door.actor(request),
        ticket=payload.ticket or "",
        digits=payload.digits,
        now=clock.now(),
    )
    sessions.mark_step(request)
    return {"recovery_codes": codes}


@router.delete("/second-step", response=Done, summary="Ask me for digits no more")
def switch_second_step_off(request: HttpRequest, payload: DigitsIn) -> object:
    second_step.switch_off(
        actor=door.actor(request),
        digits=payload.digits,
        keep_session=sessions.session_key(request),
        now=clock.now(),
    )
    return Done()
