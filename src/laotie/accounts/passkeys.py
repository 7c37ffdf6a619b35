"""Passkeys (WebAuthn): a key in a phone or computer that signs what we ask, and knows our name.

A challenge travels in a signed ticket and is answered once. Each key has to verify its holder (by
finger, face or PIN), so that it stands for both steps at the door. The name that keys know is that
of the public address; on one's own machine it is `localhost`, since an address of numbers has none.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

import structlog
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import models, phones, recovery, rules, second_step
from laotie.kernel import crypto, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case

if TYPE_CHECKING:  # Loaded by the first ceremony: most processes never see one.
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

log = structlog.get_logger(__name__)

_ADD, _USE = "passkey-add", "passkey-use"
_LASTS = timedelta(minutes=5)
_LONGEST_ANSWER = 20_000
_NAME_LETTERS = 40


class WrongPasskey(Refusal):
    """From another site, answered before, unknown, copied or too late: the answer is the same."""

    code = "WRONG_PASSKEY"
    status = 422
    message = _("This passkey could not be used. Try again, or take another way in.")


class NoPasskeysHere(Refusal):
    """The installation is reached by an address of numbers."""

    code = "NO_PASSKEYS_HERE"
    message = _("Passkeys need an address with a name. Open this site by its name.")


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What the browser is asked; `ticket` comes back with its answer.

    options: as `PublicKeyCredential.parse…OptionsFromJSON` reads them.
    """

    options: Mapping[str, Any]
    ticket: str


@dataclass(frozen=True, slots=True)
class PasskeyCard:
    id: int
    name: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Added:
    """A passkey is there. `recovery_codes`: with the first second step, shown this once."""

    passkey: PasskeyCard
    recovery_codes: tuple[str, ...]


def site_name() -> str | None:
    """The name that keys know us by; None where the public address has none."""
    host = _public().hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host or None
    return "localhost" if address.is_loopback or address.is_unspecified else None


def mine(actor: Actor) -> tuple[PasskeyCard, ...]:
    """One's own passkeys, oldest first. One query."""
    return tuple(_card(row) for row in _rows(actor.require_person()).order_by("created_at", "pk"))


def start_adding(*, actor: Actor) -> Ceremony:
    """Ask the browser for a new key.

    raises: SignInFirst, SecondStepNeeded (who has a second step shows it first), Invalid (ten are
        enough), NoPasskeysHere.
    """
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    person = models.Person.objects.get(pk=_may_add(actor))
    known = [_credential(row) for row in _rows(person.id)]
    if len(known) >= rules.PASSKEYS_PER_PERSON:
        raise Invalid(field="passkey", reason="too_many")
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(
            id=person.id.bytes, name=person.phone_masked, display_name=person.name
        ),
        credentials=known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Ceremony(dict(options)["publicKey"], _sign(_ADD, state, person.id))


@use_case
def finish_adding(*, actor: Actor, ticket: str, answer: str, name: str, now: datetime) -> Added:
    """The key that the browser made opens this account from now on.

    answer: the credential as JSON. raises: WrongPasskey, SecondStepNeeded, Invalid.
    """
    person_id = _may_add(actor)
    called = clean_line(name, field="name", longest=_NAME_LETTERS)
    payload = _read(_ADD, ticket)
    if payload["person"] != str(person_id):
        raise WrongPasskey
    try:
        made = _server().register_complete(payload["state"], _parsed(answer))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongPasskey from error
    _use_up(payload["state"], now=now)
    assert made.credential_data
    models.Person.objects.select_for_update().get(pk=person_id)
    known = list(_rows(person_id))
    if any(_credential(row).credential_id == made.credential_data.credential_id for row in known):
        raise WrongPasskey
    if len(known) >= rules.PASSKEYS_PER_PERSON:
        raise Invalid(field="passkey", reason="too_many")
    row = Authenticator.objects.create(
        user_id=person_id,
        type=Authenticator.Type.WEBAUTHN,
        data={
            "name": called,
            "credential": base64.b64encode(bytes(made.credential_data)).decode(),
            "counter": made.counter,
        },
        created_at=now,
    )
    second_step.tell(person_id, now=now)
    codes = recovery.issue(person_id, now=now) if recovery.left(person_id) == 0 else ()
    return Added(_card(row), codes)


@use_case
def rename(*, actor: Actor, passkey_id: int, name: str, now: datetime) -> PasskeyCard:
    """Call one of one's own keys something else. raises: NotFound, Invalid."""
    row = _rows(actor.require_person()).select_for_update().filter(pk=passkey_id).first()
    if row is None:
        raise NotFound
    row.data = {**row.data, "name": clean_line(name, field="name", longest=_NAME_LETTERS)}
    row.save(update_fields=["data"])
    return _card(row)


@use_case
def remove(
    *, actor: Actor, passkey_id: int, keep_session: str | None = None, now: datetime
) -> None:
    """A key opens this account no more; other sessions end, but for `keep_session`.

    raises: NotFound, SecondStepNeeded, StepRequired.
    """
    person_id = actor.require_person()
    row = _rows(person_id).filter(pk=passkey_id).first()
    if row is None:
        raise NotFound
    actor.require_recent_step()
    second_step.require_another(person_id)
    row.delete()
    second_step.tell(person_id, now=now)
    second_step.end_sessions(person_id, but_for=keep_session)


def start_using(*, phone: str = "", actor: Actor | None = None) -> Ceremony:
    """Ask the browser for a key of this number, of this person, or with neither of anybody.

    A number without keys is asked for one that nobody has, so that the question tells nothing.
    raises: Invalid (phone), NoPasskeysHere.
    """
    from fido2.webauthn import (
        AttestedCredentialData,
        PublicKeyCredentialDescriptor,
        PublicKeyCredentialType,
        UserVerificationRequirement,
    )

    asked: list[AttestedCredentialData | PublicKeyCredentialDescriptor] = []
    person_id = actor.person_id if actor else None
    if person_id is not None:
        asked += [_credential(row) for row in _rows(person_id)]
    elif phone:
        number = phones.read(phone)
        person = models.Person.objects.filter(phone_index=number.index, is_active=True).first()
        asked += [_credential(row) for row in _rows(person.id)] if person else []
        if not asked:
            nobodys = crypto.blind_index(number.e164, context="passkey.nobody")
            asked.append(
                PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=nobodys)
            )
    options, state = _server().authenticate_begin(
        credentials=asked, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Ceremony(dict(options)["publicKey"], _sign(_USE, state, person_id))


@use_case
def finish_using(*, ticket: str, answer: str, now: datetime) -> UUID:
    """Whose key answered. It stands for both steps. raises: WrongPasskey."""
    from fido2.webauthn import AuthenticationResponse

    payload = _read(_USE, ticket)
    parsed = _parsed(answer)
    try:
        response = AuthenticationResponse.from_dict(parsed)
        handle = response.response.user_handle
        person_id = (
            UUID(payload["person"]) if payload["person"] else UUID(bytes=bytes(handle or b""))
        )
        if handle and bytes(handle) != person_id.bytes:
            raise WrongPasskey
        rows = {
            _credential(row).credential_id: row
            for row in _rows(person_id).select_for_update().filter(user__is_active=True)
        }
        known = [_credential(row) for row in rows.values()]
        used = _server().authenticate_complete(payload["state"], known, parsed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongPasskey from error
    _use_up(payload["state"], now=now)
    row = rows[used.credential_id]
    counter, before = response.response.authenticator_data.counter, row.data["counter"]
    # Keys that count at all only count up: one that does not is a copy of another.
    if (counter or before) and counter <= before:
        log.warning("passkey_counter_went_back", person_id=str(person_id), passkey=row.pk)
        raise WrongPasskey
    row.data = {**row.data, "counter": counter}
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return person_id


def confirm(*, actor: Actor, ticket: str, answer: str, now: datetime) -> None:
    """Somebody who is signed in proves again that it is them. raises: SignInFirst, WrongPasskey."""
    person_id = actor.require_person()
    if finish_using(ticket=ticket, answer=answer, now=now) != person_id:
        raise WrongPasskey


def finish_second_step(*, second: str, ticket: str, answer: str, now: datetime) -> UUID:
    """Who has passed the first step (its ticket is `second`) and shows their key.

    raises: WrongSecondStep, WrongPasskey.
    """
    person_id = second_step.person_of(second)
    if finish_using(ticket=ticket, answer=answer, now=now) != person_id:
        raise WrongPasskey
    return person_id


def _may_add(actor: Actor) -> UUID:
    person_id = actor.require_person()
    if actor.step == "confirm":
        actor.require_recent_step()
    return person_id


def _use_up(state: Mapping[str, Any], *, now: datetime) -> None:
    """The challenge is answered, and not again. raises: WrongPasskey."""
    digest = hashlib.sha256(str(state["challenge"]).encode()).digest()
    taken = sql.change(
        "INSERT INTO accounts_usedchallenge (digest, used_at) VALUES (%s, %s)"
        " ON CONFLICT DO NOTHING",
        [digest, now],
    )
    if not taken:
        raise WrongPasskey


def _server() -> "Fido2Server":
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    name = site_name()
    if name is None:
        raise NoPasskeysHere
    return Fido2Server(PublicKeyCredentialRpEntity(id=name, name="Laotie"), verify_origin=_is_ours)


def _is_ours(origin: str) -> bool:
    """Whether a page of this installation asked. On one's own machine any port will do."""
    public, told = _public(), urlsplit(origin)
    if site_name() == "localhost":
        return told.hostname == "localhost" and told.scheme in {"http", "https"}
    return (told.scheme, told.netloc) == (public.scheme, public.netloc)


def _public() -> SplitResult:
    return urlsplit(settings.LAOTIE.public_url)


def _sign(purpose: str, state: Mapping[str, Any], person_id: UUID | None) -> str:
    payload = {
        "state": {name: None if value is None else str(value) for name, value in state.items()},
        "person": str(person_id) if person_id else "",
    }
    return crypto.sign(purpose, payload, lasts=_LASTS)


def _read(purpose: str, ticket: str) -> dict[str, Any]:
    try:
        return crypto.verify(purpose, ticket)
    except crypto.BadToken as error:
        raise WrongPasskey from error


def _parsed(answer: object) -> dict[str, Any]:
    if not isinstance(answer, str) or len(answer) > _LONGEST_ANSWER:
        raise WrongPasskey
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise WrongPasskey from error
    if not isinstance(parsed, dict):
        raise WrongPasskey
    return parsed


def _rows(person_id: UUID) -> "QuerySet[Any]":
    rows: QuerySet[Any] = Authenticator.objects.filter(
        user_id=person_id, type=Authenticator.Type.WEBAUTHN
    )
    return rows


def _credential(row: Any) -> "AttestedCredentialData":
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(base64.b64decode(row.data["credential"]))


def _card(row: Any) -> PasskeyCard:
    return PasskeyCard(row.pk, row.data["name"], row.created_at, row.last_used_at)
