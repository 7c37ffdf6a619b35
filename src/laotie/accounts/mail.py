"""Mail to people who asked for it: an address is used once its owner has followed a link there."""

import re
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_noop as _

from laotie.accounts import models
from laotie.kernel import crypto
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Busy, Invalid, Refusal, TooMany
from laotie.kernel.use_case import use_case

LINK_LASTS = timedelta(hours=24)
_AGAIN_AFTER = timedelta(seconds=60)
_CONTEXT, _PURPOSE = "person.mail", "accounts.confirm_mail"
_FORM = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_TIMEOUT_S = 10


class NoMail(Refusal):
    code = "NO_MAIL_HERE"
    message = _("This installation sends no mail.")


class LinkTooOld(Refusal):
    code = "LINK_TOO_OLD"
    message = _("This link is too old, or was for another address. Ask for a new one.")


class NotSent(Exception):
    """The server did not take the mail. `is_final`: this address will never do."""

    def __init__(self, cause: str, *, is_final: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.is_final = is_final


class Port(Protocol):
    """A way to send mail. Texts are personal: a port never writes them to the log."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand one mail over. raises: NotSent."""


@dataclass(frozen=True, slots=True)
class MailCard:
    """A person's address as they are shown it."""

    masked: str
    is_confirmed: bool


class Smtp:
    """Any SMTP server: `smtp://` upgrades to TLS unless `?tls=no`, `smtps://` begins with it."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        is_upgraded = not is_tls and parse_qs(parts.query).get("tls") != ["no"]
        self._sender = sender
        self._server: dict[str, Any] = {
            "host": parts.hostname,
            "port": parts.port or (465 if is_tls else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": is_tls,
            "use_tls": is_upgraded,
            "timeout": _TIMEOUT_S,
        }

    def send(self, to: str, subject: str, text: str) -> None:
        message = EmailMessage(subject, text, self._sender, [to])
        try:
            EmailBackend(**self._server).send_messages([message])
        except smtplib.SMTPRecipientsRefused as no:
            status = next(iter(no.recipients.values()))[0]
            raise NotSent(f"status {status}", is_final=status >= 500) from no
        except smtplib.SMTPResponseException as no:
            raise NotSent(f"status {no.smtp_code}") from no
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__) from error


def is_open() -> bool:
    """Whether this installation sends mail."""
    return bool(settings.LAOTIE.mail_url and settings.LAOTIE.mail_from)


def port() -> Port:
    """The configured server. raises: NoMail."""
    if not is_open():
        raise NoMail
    return Smtp(settings.LAOTIE.mail_url, settings.LAOTIE.mail_from)


def card(person_id: UUID) -> MailCard | None:
    """One query."""
    row = models.MailAddress.objects.filter(person=person_id).first()
    return MailCard(row.masked, row.confirmed_at is not None) if row else None


def address_of(person_id: UUID) -> str | None:
    """Where confirmed mail goes. One query."""
    row = models.MailAddress.objects.filter(person=person_id, confirmed_at__isnull=False).first()
    return crypto.unseal(bytes(row.sealed), context=_CONTEXT) if row else None


def ask(*, actor: Actor, address: str, page: str, now: datetime) -> MailCard:
    """Send a link to this address; following it makes it the person's own.

    page:   where the link leads; the token is put behind it.
    raises: SignInFirst, NoMail, Invalid, TooMany (one link a minute), Busy (not sent).
    """
    server = port()
    typed = address.strip() if isinstance(address, str) else ""
    if len(typed) > 200 or not _FORM.fullmatch(typed):
        raise Invalid(field="address", reason="form")
    kept = _keep(actor=actor, address=typed, now=now)
    index = crypto.blind_index(typed, context=_CONTEXT)
    token = crypto.sign(
        _PURPOSE, {"person": str(actor.person_id), "address": index.hex()}, lasts=LINK_LASTS
    )
    text = _g("Follow this link to get notices at this address. If you did not ask, do nothing.")
    try:
        server.send(typed, _g("Your address for notices"), f"{text}\n\n{page}{token}\n")
    except NotSent as error:
        raise Busy(retry_after_s=60) from error
    return kept


@use_case
def confirm(*, token: str, now: datetime) -> MailCard:
    """The address is its owner's. raises: LinkTooOld."""
    try:
        told = crypto.verify(_PURPOSE, token)
    except crypto.BadToken as error:
        raise LinkTooOld from error
    row = (
        models.MailAddress.objects.select_for_update()
        .filter(person=UUID(told["person"]), address_index=bytes.fromhex(told["address"]))
        .first()
    )
    if row is None:
        raise LinkTooOld
    row.confirmed_at = row.confirmed_at or now
    row.save(update_fields=["confirmed_at"])
    return MailCard(row.masked, is_confirmed=True)


@use_case
def forget(*, actor: Actor, now: datetime) -> None:
    """No mail goes to the person any more."""
    del now
    models.MailAddress.objects.filter(person=actor.require_person()).delete()


@use_case
def _keep(*, actor: Actor, address: str, now: datetime) -> MailCard:
    person_id = actor.require_person()
    row = models.MailAddress.objects.select_for_update().filter(person=person_id).first()
    if row is not None and now - row.asked_at < _AGAIN_AFTER:
        raise TooMany(retry_after_s=int((row.asked_at + _AGAIN_AFTER - now).total_seconds()) + 1)
    name, _at, domain = address.partition("@")
    masked = f"{name[:1]}***@{domain}"[:80]
    models.MailAddress.objects.update_or_create(
        person_id=person_id,
        defaults={
            "sealed": crypto.seal(address, context=_CONTEXT),
            "address_index": crypto.blind_index(address, context=_CONTEXT),
            "masked": masked,
            "asked_at": now,
            "confirmed_at": None,
        },
    )
    return MailCard(masked, is_confirmed=False)
