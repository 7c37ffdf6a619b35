"""How I sign in: passkeys, recovery codes, sessions, my number, and proving again that it is me."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import lost_phone, passkeys, phone_change, recovery, second_step, sessions
from laotie.kernel import clock
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import Done, In, Out

router = Router(tags=["me"])


class LocksOut(Out):
    has_app: bool
    passkeys: int
    recovery_left: int


class ProofIn(In):
    """Six digits of the app, or a recovery code."""

    digits: str


class CeremonyOut(Out):
    """What `navigator.credentials` is asked; `ticket` comes back with its answer."""

    options: dict[str, Any]
    ticket: str


class KeyAnswerIn(In):
    """answer: the credential as JSON text, as `toJSON()` of the browser gives it."""

    ticket: str
    answer: str


class NewKeyIn(KeyAnswerIn):
    name: str


class KeyNameIn(In):
    name: str


class PasskeyOut(Out):
    id: int
    name: str
    added_at: datetime
    last_used_at: datetime | None


class AddedOut(Out):
    """recovery_codes: with the first second step, shown this once."""

    passkey: PasskeyOut
    recovery_codes: list[str]


class RecoveryCodesOut(Out):
    recovery_codes: list[str]


class MySessionOut(Out):
    id: UUID
    is_app: bool
    browser: str
    system: str
    opened_at: datetime
    seen_at: datetime
    is_this: bool


class NewNumberIn(In):
    phone: str


class NewNumberCodesIn(NewNumberIn):
    """old_code: not needed with a recent second step."""

    code: str
    old_code: str = ""


class CodesSentOut(Out):
    phone_masked: str
    expires_at: datetime
    needs_old: bool


@router.get("/locks", response=LocksOut, summary="How I can prove myself")
def show_locks(request: HttpRequest) -> object:
    return second_step.locks(door.actor(request).require_person())


@router.post("/second-step/confirm", response=Done, summary="Prove again that it is me")
def confirm(request: HttpRequest, payload: ProofIn) -> object:
    """For ten minutes this token may do what asks for a second step."""
    door.never_keep(request)
    second_step.confirm(actor=door.actor(request), digits=payload.digits, now=clock.now())
    sessions.mark_step(request)
    return Done()


@router.post("/passkeys/question", response=CeremonyOut, summary="Be asked for one of my passkeys")
def ask_passkey(request: HttpRequest) -> object:
    door.never_keep(request)
    who = door.actor(request)
    who.require_person()
    return passkeys.start_using(actor=who)


@router.post("/passkeys/confirm", response=Done, summary="Prove again that it is me, by passkey")
def confirm_by_passkey(request: HttpRequest, payload: KeyAnswerIn) -> object:
    door.never_keep(request)
    passkeys.confirm(
        actor=door.actor(request), ticket=payload.ticket, answer=payload.answer, now=clock.now()
    )
    sessions.mark_step(request)
    return Done()


@router.get("/passkeys", response=list[PasskeyOut], summary="My passkeys")
def list_passkeys(request: HttpRequest) -> object:
    return passkeys.mine(door.actor(request))


@router.post("/passkeys/new", response=CeremonyOut, summary="Begin to add a passkey")
def start_passkey(request: HttpRequest) -> object:
    door.never_keep(request)
    return passkeys.start_adding(actor=door.actor(request))


@router.post("/passkeys", response={201: AddedOut}, summary="Add the passkey that was made")
def add_passkey(request: HttpRequest, payload: NewKeyIn) -> object:
    door.never_keep(request)
    added = passkeys.finish_adding(
        actor=door.actor(request),
        ticket=payload.ticket,
        answer=payload.answer,
        name=payload.name,
        now=clock.now(),
    )
    sessions.mark_step(request)
    return Status(201, added)


@router.patch("/passkeys/{int:passkey}", response=PasskeyOut, summary="Rename a passkey")
def rename_passkey(request: HttpRequest, passkey: int, payload: KeyNameIn) -> object:
    return passkeys.rename(
        actor=door.actor(request), passkey_id=passkey, name=payload.name, now=clock.now()
    )


@router.delete("/passkeys/{int:passkey}", response=Done, summary="Remove a passkey")
def remove_passkey(request: HttpRequest, passkey: int) -> object:
    passkeys.remove(
        actor=door.actor(request),
        passkey_id=passkey,
        keep_session=sessions.session_key(request),
        now=clock.now(),
    )
    return Done()


@router.post("/recovery-codes", response=RecoveryCodesOut, summary="Ten new recovery codes")
def renew_codes(request: HttpRequest) -> object:
    door.never_keep(request)
    return {"recovery_codes": recovery.renew(actor=door.actor(request), now=clock.now())}


@router.get("/sessions", response=list[MySessionOut], summary="Where I am signed in")
def list_sessions(request: HttpRequest) -> object:
    return sessions.mine(door.actor(request), this_key=sessions.session_key(request))


@router.delete("/sessions", response=Done, summary="End all my other sessions")
def end_other_sessions(request: HttpRequest) -> object:
    sessions.end_others(actor=door.actor(request), this_key=sessions.session_key(request))
    return Done()


@router.delete("/sessions/{uuid:session}", response=Done, summary="End one of my sessions")
def end_session(request: HttpRequest, session: UUID) -> object:
    sessions.end(actor=door.actor(request), session_id=session)
    return Done()


@router.post("/phone/codes", response=CodesSentOut, summary="Send codes to change my number")
def send_number_codes(request: HttpRequest, payload: NewNumberIn) -> object:
    """To the new number, and to the old one unless a second step was given just now."""
    started = phone_change.start(
        actor=door.actor(request),
        phone=payload.phone,
        address=sessions.visitor_address(request),
        now=clock.now(),
    )
    return {
        "phone_masked": started.sent.phone_masked,
        "expires_at": started.sent.expires_at,
        "needs_old": started.needs_old,
    }


@router.put("/phone", response=Done, summary="Change my number; other sessions end")
def change_number(request: HttpRequest, payload: NewNumberCodesIn) -> object:
    phone_change.finish(
        actor=door.actor(request),
        phone=payload.phone,
        code=payload.code,
        old_code=payload.old_code,
        keep_session=sessions.session_key(request),
        now=clock.now(),
    )
    return Done()


@router.delete("/phone/case", response=Done, summary="Whoever asks for my account is not me")
def contradict_case(request: HttpRequest) -> object:
    lost_phone.contradict(actor=door.actor(request), now=clock.now())
    return Done()
