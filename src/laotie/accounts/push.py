"""Browsers that take notices while no page is open: web push (RFC 8030, 8291, 8292).

A browser's endpoint is an address that somebody typed in, so calls to it pass `kernel.outbound`.
What is sent is sealed for that browser; the service between cannot read it.
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from py_vapid import Vapid02

from laotie.accounts import models
from laotie.kernel import clock, crypto, ids, outbound
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.use_case import needs_transaction, use_case

MOST_BROWSERS = 10
_KEPT_BY_SERVICE_S = 24 * 3600
_PROOF_LASTS = timedelta(hours=12)
_CONTEXT = "push.subscription"
_IN_SESSION = "laotie_push"
# The order of P-256: a private key is a number below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Gone(Exception):
    """The browser has unsubscribed; nothing reaches it any more."""


class NotTaken(Exception):
    """The push service did not take it. `is_final`: asking again would not help."""

    def __init__(self, cause: str, *, is_final: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Browser:
    """Where one browser is reached."""

    endpoint: str
    p256dh: str
    auth: str


@use_case
def subscribe(*, actor: Actor, endpoint: str, p256dh: str, auth: str, now: datetime) -> UUID:
    """This browser takes the person's notices, and nobody else's; twice is once.

    p256dh, auth: the browser's keys, base64url. At most ten browsers; the oldest gives way.
    raises: SignInFirst, Invalid, AddressRefused.
    """
    person_id = actor.require_person()
    browser = Browser(outbound.clean_url(endpoint), _key(p256dh), _secret(auth))
    index = crypto.blind_index(browser.endpoint, context=_CONTEXT)
    standing = models.PushSubscription.objects.select_for_update().filter(ended_at__isnull=True)
    known = standing.filter(endpoint_index=index).first()
    if known is not None and known.person_id == person_id:
        known.sealed = _seal(browser)
        known.save(update_fields=["sealed"])
        return known.id
    if known is not None:
        _end([known.id], now)
    mine = list(standing.filter(person=person_id).order_by("-added_at").values_list("pk"))
    _end([pk for (pk,) in mine[MOST_BROWSERS - 1 :]], now)
    row = models.PushSubscription.objects.create(
        id=ids.new(),
        person_id=person_id,
        endpoint_index=index,
        sealed=_seal(browser),
        added_at=now,
    )
    return row.id


@use_case
def unsubscribe(*, actor: Actor, endpoint: str | None, now: datetime) -> int:
    """That browser of one's own, or with None all of them, take no notices any more; how many."""
    rows = models.PushSubscription.objects.filter(
        person=actor.require_person(), ended_at__isnull=True
    )
    if endpoint is not None:
        rows = rows.filter(endpoint_index=crypto.blind_index(endpoint, context=_CONTEXT))
    return _end(list(rows.values_list("pk", flat=True)), now)


def belong_to(session: SessionBase, subscription_id: UUID) -> None:
    """This browser takes pushes for as long as somebody is signed in there by this session."""
    session[_IN_SESSION] = str(subscription_id)
    session.save()


def of_session(session: SessionBase) -> UUID | None:
    """Which browser takes pushes by this session, if it does."""
    kept = session.get(_IN_SESSION)
    return None if kept is None else UUID(kept)


@needs_transaction
def end_with(session_keys: Iterable[str], *, now: datetime) -> int:
    """Browsers of sessions that are about to end take pushes no more; how many."""
    rows = Session.objects.filter(session_key__in=list(session_keys))
    kept = [row.get_decoded().get(_IN_SESSION) for row in rows]
    return _end([UUID(each) for each in kept if each is not None], now)


@use_case
def end(*, subscription_id: UUID, now: datetime) -> None:
    """That browser takes pushes no more: it is gone, or nobody is signed in there."""
    _end([subscription_id], now)


def count(person_id: UUID) -> int:
    """How many browsers of a person take notices. One query."""
    return models.PushSubscription.objects.filter(person=person_id, ended_at__isnull=True).count()


def of_people(person_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The browsers of people, by person. One query."""
    found: dict[UUID, list[UUID]] = {}
    rows = models.PushSubscription.objects.filter(person__in=person_ids, ended_at__isnull=True)
    for person_id, pk in rows.values_list("person_id", "pk"):
        found.setdefault(person_id, []).append(pk)
    return found


def public_key() -> str:
    """What a page hands to `pushManager.subscribe`: the uncompressed point, base64url."""
    return _text(_point(_private_key(settings.LAOTIE.push_key)))


def send(subscription_id: UUID, message: dict[str, str]) -> None:
    """Hand one message to the browser's service. Outside of transactions.

    message: at most 3 KB as JSON. raises: Gone, NotTaken.
    """
    row = models.PushSubscription.objects.filter(pk=subscription_id).first()
    if row is None or row.ended_at is not None:
        raise Gone
    from pywebpush import WebPusher  # Two HTTP clients come with it, and few send.

    browser = Browser(**json.loads(crypto.unseal(bytes(row.sealed), context=_CONTEXT)))
    pusher = WebPusher(
        {
            "endpoint": browser.endpoint,
            "keys": {"p256dh": browser.p256dh, "auth": browser.auth},
        }
    )
    body = pusher.encode(json.dumps(message, ensure_ascii=False).encode())["body"]
    headers = {
        "TTL": str(_KEPT_BY_SERVICE_S),
        "Urgency": "normal",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        **_proof(browser.endpoint),
    }
    try:
        answer = outbound.post(browser.endpoint, headers=headers, body=body)
    except outbound.AddressRefused as no:
        raise NotTaken(f"address {no.facts['reason']}", is_final=True) from no
    except outbound.CallFailed as failed:
        raise NotTaken(failed.reason) from failed
    if answer.status in {404, 410}:
        raise Gone
    if not 200 <= answer.status < 300:
        is_final = 400 <= answer.status < 500 and answer.status != 429
        raise NotTaken(f"status {answer.status}", is_final=is_final)


def _end(subscription_ids: list[UUID], now: datetime) -> int:
    return models.PushSubscription.objects.filter(
        pk__in=subscription_ids, ended_at__isnull=True
    ).update(ended_at=now, sealed=b"")


def _seal(browser: Browser) -> bytes:
    keys = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth}
    return crypto.seal(json.dumps(keys), context=_CONTEXT)


def _proof(endpoint: str) -> dict[str, str]:
    """Who we are, for this service alone and for some hours (VAPID)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((clock.wall() + _PROOF_LASTS).timestamp()),
        "sub": _contact(),
    }
    signed: dict[str, str] = Vapid02(_private_key(settings.LAOTIE.push_key)).sign(claims)
    return signed


def _contact() -> str:
    """Whom a push service may ask about us: it must be a mail address or an https one."""
    if settings.LAOTIE.mail_from:
        return f"mailto:{settings.LAOTIE.mail_from}"
    url: str = settings.LAOTIE.public_url
    return url if url.startswith("https:") else f"mailto:operator@{urlsplit(url).hostname}"


@lru_cache(maxsize=2)
def _private_key(hex_key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(hex_key, 16) % (_ORDER - 1) + 1, ec.SECP256R1())


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _key(p256dh: object) -> str:
    """raises: Invalid for what is no point on the curve."""
    point = _bytes(p256dh, field="p256dh")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise Invalid(field="p256dh", reason="form") from error
    return _text(point)


def _secret(auth: object) -> str:
    secret = _bytes(auth, field="auth")
    if len(secret) != 16:
        raise Invalid(field="auth", reason="form")
    return _text(secret)


def _bytes(value: object, *, field: str) -> bytes:
    if not isinstance(value, str) or len(value) > 200 or not value.isascii():
        raise Invalid(field=field, reason="form")
    try:
        return base64.b64decode(
            value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except ValueError as error:
        raise Invalid(field=field, reason="form") from error


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
