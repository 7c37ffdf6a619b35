"""What I accepted, a copy of what is known of me, leaving, and minors' mode; and the texts."""

from datetime import datetime
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from ninja import Router, Status

from laotie.accounts import consent, leaving, lost_phone, minors, my_data
from laotie.kernel import clock
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import Done, In, Out

router = Router(tags=["me"])
texts = Router(tags=["texts"])
cases = Router(tags=["desk"])


class SectionOut(Out):
    heading: str
    paragraphs: list[str]


class TextOut(Out):
    document: str
    language: str
    version: str
    title: str
    sections: list[SectionOut]


class AcceptanceOut(Out):
    document: str
    version: str
    language: str
    via: str
    accepted_at: datetime


class ConsentsOut(Out):
    """missing: documents whose version in force I have not accepted."""

    accepted: list[AcceptanceOut]
    missing: list[str]


class ConsentIn(In):
    """The version that was shown."""

    document: str
    version: str


class CopyOut(Out):
    id: UUID
    done: int
    total: int
    asked_at: datetime
    ready_at: datetime | None
    ends_at: datetime | None
    bytes: int | None


class FarewellOut(Out):
    asked_at: datetime
    due_at: datetime


class MatterOut(Out):
    code: str
    count: int
    text: str


class LeavingOut(Out):
    """wish: while it stands. matters: what has to end first."""

    wish: FarewellOut | None
    matters: list[MatterOut]


class PinIn(In):
    pin: str


class MinorsModeOut(Out):
    """closed: `night`, `used_up` or empty. left_s: of today."""

    is_on: bool
    closed: str
    left_s: int


class CaseOut(Out):
    id: UUID
    old_phone_masked: str
    new_phone_masked: str
    story: str
    state: str
    asked_at: datetime
    due_at: datetime | None
    reason: str


class CaseReasonIn(In):
    reason: str


@texts.get("/texts/{slug:document}", response=TextOut, summary="Terms or privacy, in force")
def show_text(request: HttpRequest, document: str) -> object:
    return consent.text(document, _language())


@router.get("/consents", response=ConsentsOut, summary="What I accepted, and what is missing")
def show_consents(request: HttpRequest) -> object:
    who = door.actor(request)
    return {"accepted": consent.log(who), "missing": consent.missing(who.require_person())}


@router.post("/consents", response=Done, summary="Accept a text")
def accept(request: HttpRequest, payload: ConsentIn) -> object:
    consent.accept(
        actor=door.actor(request),
        accepted={payload.document: payload.version},
        language=_language(),
        now=clock.now(),
    )
    return Done()


@router.post("/copies", response={201: CopyOut}, summary="Ask for a copy of my data")
def ask_copy(request: HttpRequest) -> object:
    return Status(201, my_data.ask(actor=door.actor(request), now=clock.now()))


@router.get("/copies", response=CopyOut | None, summary="How far the copy of my data is")
def show_copy(request: HttpRequest) -> object:
    return my_data.latest(door.actor(request), now=clock.now())


@router.get("/copies/{uuid:export}/file", summary="The copy of my data, as a zip")
def fetch_copy(request: HttpRequest, export: UUID) -> HttpResponseBase:
    path = my_data.open_file(actor=door.actor(request), export_id=export, now=clock.now())
    return FileResponse(path.open("rb"), as_attachment=True, filename="my-data.zip")


@router.get("/leaving", response=LeavingOut, summary="Whether I am leaving, and what is open")
def show_leaving(request: HttpRequest) -> object:
    who = door.actor(request)
    found = leaving.matters(who)
    return {
        "wish": leaving.wish_of(who),
        "matters": [
            {"code": matter.code, "count": matter.count, "text": matter.text()} for matter in found
        ],
    }


@router.post("/leaving", response=FarewellOut, summary="Delete my account in seven days")
def leave(request: HttpRequest) -> object:
    return leaving.ask(actor=door.actor(request), now=clock.now())


@router.delete("/leaving", response=Done, summary="Keep my account after all")
def stay(request: HttpRequest) -> object:
    leaving.keep(actor=door.actor(request), now=clock.now())
    return Done()


@router.get("/minors-mode", response=MinorsModeOut, summary="Minors' mode, and what is left today")
def show_minors_mode(request: HttpRequest) -> object:
    who = door.actor(request)
    who.require_person()
    return minors.standing(who, now=clock.now())


@router.put("/minors-mode", response=Done, summary="Switch minors' mode on")
def switch_minors_mode_on(request: HttpRequest, payload: PinIn) -> object:
    minors.switch_on(actor=door.actor(request), pin=payload.pin, now=clock.now())
    return Done()


@router.delete("/minors-mode", response=Done, summary="Switch minors' mode off")
def switch_minors_mode_off(request: HttpRequest, payload: PinIn) -> object:
    minors.switch_off(actor=door.actor(request), pin=payload.pin, now=clock.now())
    return Done()


@router.post("/minors-mode/ticks", response=MinorsModeOut, summary="Count the minute that passed")
def tick(request: HttpRequest) -> object:
    return minors.tick(actor=door.actor(request), now=clock.now())


@cases.get("/phone-cases", response=list[CaseOut], summary="Lost phones that wait")
def list_cases(request: HttpRequest) -> object:
    return lost_phone.waiting(actor=door.actor(request))


@cases.post("/phone-cases/{uuid:case}/approve", response=Done, summary="Believe the story")
def approve_case(request: HttpRequest, case: UUID, payload: CaseReasonIn) -> object:
    """The waiting period of three days begins."""
    lost_phone.approve(
        actor=door.actor(request), case_id=case, reason=payload.reason, now=clock.now()
    )
    return Done()


@cases.post("/phone-cases/{uuid:case}/refuse", response=Done, summary="Do not believe the story")
def refuse_case(request: HttpRequest, case: UUID, payload: CaseReasonIn) -> object:
    lost_phone.refuse(
        actor=door.actor(request), case_id=case, reason=payload.reason, now=clock.now()
    )
    return Done()


def _language() -> str:
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"
