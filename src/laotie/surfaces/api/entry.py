"""Signing in and out. The answer's token goes into `X-Session-Token`."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from laotie.accounts import people, second_step, sessions, sign_in
from laotie.accounts.sign_in import SignedIn
from laotie.kernel import clock
from laotie.surfaces.api import door
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
    return _session(request, SignedIn(person_id, is_new=False, second_step=None))


@router.post("/out", response=Done, summary="End this session")
def sign_out(request: HttpRequest) -> object:
    sessions.close_session(request)
    return Done()


def _session(request: HttpRequest, found: SignedIn) -> dict[str, object]:
    if found.second_step:
        return {"token": None, "person": None, "is_new": False, "second_step": found.second_step}
    token = sessions.open_token(request, found.person_id)
    return {
        "token": token,
        "person": people.card(found.person_id),
        "is_new": found.is_new,
        "second_step": None,
    }
