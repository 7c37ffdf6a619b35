"""Signing in and out. The answer's token goes into `X-Session-Token`."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from laotie.accounts import lost_phone, passkeys, people, second_step, sessions, sign_in
from laotie.accounts.sign_in import SignedIn
from laotie.kernel import clock
from laotie.surfaces.api import door
from laotie.surfaces.api.locks import CeremonyOut, KeyAnswerIn
from laotie.surfaces.api.shapes import Done, In, Out, PersonOut

router = Router(tags=["sign-in"])


class PhoneIn(In):
    phone: str


class CodeIn(In):
    phone: str
    code: str


class PasswordIn(In):
    phone: str
    password: str


class SecondStepIn(In):
    ticket: str
    digits: str


class SecondPasskeyIn(KeyAnswerIn):
    """second_step: the ticket of the first step."""

    second_step: str


class MaybePhoneIn(In):
    phone: str = ""


class NewPhoneIn(In):
    new_phone: str


class LostPhoneIn(NewPhoneIn):
    """text: by which an operator may know the person."""

    phone: str
    code: str
    text: str


class CodeSentOut(Out):
    phone_masked: str
    expires_at: datetime
    again_in_s: int


class SessionOut(Out):
    """With `second_step` set there is no token yet: that ticket and digits bring it."""

    token: str | None
    person: PersonOut | None
    is_new: bool
    second_step: str | None


@router.post("/codes", response=CodeSentOut, summary="Send a code to a phone")
def send_code(request: HttpRequest, payload: PhoneIn) -> object:
    """The same answer for every number, known or not."""
    return sign_in.request_code(
        phone=payload.phone, address=sessions.visitor_address(request), now=clock.now()
    )


@router.post("/code", response=SessionOut, summary="Sign in with the code")
def with_code(request: HttpRequest, payload: CodeIn) -> object:
    """A number that comes for the first time joins by this."""
    door.never_keep(request)
    found = sign_in.with_code(phone=payload.phone, code=payload.code, now=clock.now())
    return _session(request, found)


@router.post("/password", response=SessionOut, summary="Sign in with a password")
def with_password(request: HttpRequest, payload: PasswordIn) -> object:
    door.never_keep(request)
    found = sign_in.with_password(
        phone=payload.phone,
        password=payload.password,
        address=sessions.visitor_address(request),
        now=clock.now(),
    )
    return _session(request, found)


@router.post("/second-step", response=SessionOut, summary="Sign in with digits of an app")
def with_second_step(request: HttpRequest, payload: SecondStepIn) -> object:
    door.never_keep(request)
    person_id = second_step.finish(ticket=payload.ticket, digits=payload.digits, now=clock.now())
    return _opened(request, person_id)


@router.post("/second-step/passkey", response=SessionOut, summary="Or with a passkey")
def with_second_passkey(request: HttpRequest, payload: SecondPasskeyIn) -> object:
    door.never_keep(request)
    person_id = passkeys.finish_second_step(
        second=payload.second_step, ticket=payload.ticket, answer=payload.answer, now=clock.now()
    )
    return _opened(request, person_id)


@router.post("/passkey/question", response=CeremonyOut, summary="Be asked for a passkey")
def ask_passkey(request: HttpRequest, payload: MaybePhoneIn) -> object:
    """With a number, for one of its keys; without, for any that knows this site."""
    door.never_keep(request)
    return passkeys.start_using(phone=payload.phone)


@router.post("/passkey", response=SessionOut, summary="Sign in with a passkey")
def with_passkey(request: HttpRequest, payload: KeyAnswerIn) -> object:
    door.never_keep(request)
    person_id = passkeys.finish_using(ticket=payload.ticket, answer=payload.answer, now=clock.now())
    return _opened(request, person_id)


@router.post("/recovery-code", response=SessionOut, summary="Sign in without the phone")
def with_recovery_code(request: HttpRequest, payload: CodeIn) -> object:
    """The code is used by this; a new number is set with `PUT /me/phone`."""
    door.never_keep(request)
    person_id = sign_in.with_recovery_code(
        phone=payload.phone,
        code=payload.code,
        address=sessions.visitor_address(request),
        now=clock.now(),
    )
    return _opened(request, person_id)


@router.post("/lost-phone/codes", response=CodeSentOut, summary="Prove a new number")
def send_lost_phone_code(request: HttpRequest, payload: NewPhoneIn) -> object:
    return lost_phone.send_code(
        new_phone=payload.new_phone, address=sessions.visitor_address(request), now=clock.now()
    )


@router.post("/lost-phone", response=Done, summary="Ask an operator for my account")
def ask_for_account(request: HttpRequest, payload: LostPhoneIn) -> object:
    """The answer is the same whether or not the old number is known."""
    lost_phone.ask(
        phone=payload.phone,
        new_phone=payload.new_phone,
        code=payload.code,
        story=payload.text,
        now=clock.now(),
    )
    return Done()


@router.post("/out", response=Done, summary="End this session")
def sign_out(request: HttpRequest) -> object:
    sessions.close_session(request)
    return Done()


def _opened(request: HttpRequest, person_id: UUID) -> dict[str, object]:
    """Who has passed both steps, or one that stands for both."""
    signed_in = SignedIn(person_id, is_new=False, second_step=None)
    return _session(request, signed_in, is_proven=True)


def _session(
    request: HttpRequest, found: SignedIn, *, is_proven: bool = False
) -> dict[str, object]:
    if found.second_step:
        return {"token": None, "person": None, "is_new": False, "second_step": found.second_step}
    token = sessions.open_token(request, found.person_id, is_proven=is_proven)
    return {
        "token": token,
        "person": people.card(found.person_id),
        "is_new": found.is_new,
        "second_step": None,
    }
