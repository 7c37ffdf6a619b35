"""The lab's carrier: a program of its own behind the same port as a real one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.conf import settings

from laotie.accounts.addresses import PlainAddress
from laotie.delivery.carriers import (
    CarrierRefused,
    CarrierUnreachable,
    NoticeForged,
    NoticeHead,
    Scan,
    Waybill,
)
from laotie.delivery.rules import ParcelState
from laotie.kernel import clock, signed_http

if TYPE_CHECKING:
    import httpx

NOTIFY_PATH = "/hooks/carrier/lab"
_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class LabCarrier:
    """url: where the lab answers; notify_url: where it tells us; key: shared with it."""

    url: str
    notify_url: str
    key: str

    @classmethod
    def from_settings(cls) -> Self:
        config = settings.LAOTIE
        return cls(
            config.lab_url.rstrip("/"),
            config.public_url.rstrip("/") + NOTIFY_PATH,
            config.lab_carrier_key,
        )

    def find(self, out_no: UUID) -> Waybill | None:
        answer = self._ask("GET", f"/carrier/waybills/{out_no}", None)
        if answer.status_code == 404:
            return None
        return _waybill(_accepted(answer))

    def create(self, out_no: UUID, recipient: PlainAddress, parcel: str) -> Waybill:
        message = {
            "out_no": str(out_no),
            "recipient": {
                "name": recipient.name,
                "phone": recipient.phone,
                "region": recipient.region["zh"],
                "line": recipient.line,
            },
            "parcel": parcel,
            "notify_url": self.notify_url,
        }
        return _waybill(_accepted(self._ask("POST", "/carrier/waybills", message)))

    def read_notice(
        self, *, headers: Mapping[str, str], path: str, body: bytes, wall: datetime
    ) -> NoticeHead:
        keys = {"lab": signed_http.derive(self.key, "from lab")}
        try:
            signed_http.check(headers, keys=keys, method="POST", path=path, body=body, at=wall)
        except signed_http.BadSignature as error:
            raise NoticeForged(error.reason) from error
        try:
            message = json.loads(body)
            event_id, out_no = message["event_id"], UUID(message["out_no"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NoticeForged("form") from error
        if not isinstance(event_id, str) or not 1 <= len(event_id) <= 80:
            raise NoticeForged("form")
        return NoticeHead(event_id, out_no)

    def _ask(self, method: str, path: str, message: dict[str, Any] | None) -> "httpx.Response":
        import httpx

        body = b"" if message is None else json.dumps(message, ensure_ascii=False).encode()
        headers = signed_http.sign(
            key_id="laotie",
            secret=signed_http.derive(self.key, "to lab"),
            method=method,
            path=path,
            body=body,
            at=clock.wall(),
        )
        try:
            answer = httpx.request(
                method,
                self.url + path,
                content=body,
                headers={**headers, "content-type": "application/json"},
                timeout=_TIMEOUT_S,
            )
        except httpx.HTTPError as error:
            raise CarrierUnreachable(repr(error)) from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise CarrierUnreachable(f"status {answer.status_code}")
        return answer


def _accepted(answer: "httpx.Response") -> dict[str, Any]:
    if answer.status_code >= 400:
        raise CarrierRefused(f"status {answer.status_code}: {answer.text[:150]}")
    try:
        message = answer.json()
    except ValueError as error:
        raise CarrierUnreachable("an answer that is no JSON") from error
    if not isinstance(message, dict):
        raise CarrierUnreachable("an answer in another form")
    return message


def _waybill(message: dict[str, Any]) -> Waybill:
    try:
        return Waybill(
            waybill_no=str(message["waybill_no"])[:40],
            track=tuple(
                Scan(
                    event_no=int(event["event_no"]),
                    state=ParcelState(event["state"]),
                    text=str(event["text"])[:200],
                    place=str(event["place"])[:80],
                    at=datetime.fromisoformat(event["at"]).astimezone(UTC),
                )
                for event in message["track"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CarrierUnreachable("an answer in another form") from error
