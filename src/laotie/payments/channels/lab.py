"""The lab's provider over HTTPS or loopback: signed requests, signed notices, a CSV bill."""

import csv
import dataclasses
import functools
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings

from laotie.kernel import clock, signed_http
from laotie.payments.channels import (
    BadBill,
    BadNotice,
    Bill,
    BilledMove,
    ChannelRefused,
    NoBill,
    NoticeFacts,
    NotKnown,
    OutgoingAnswer,
    PaymentAnswer,
    PaymentOrder,
    PayoutOrder,
    RefundOrder,
    Standing,
    Subject,
    Unanswered,
)
from laotie.payments.channels.breaker import Breaker

if TYPE_CHECKING:
    import httpx

_CONNECT_S, _ANSWER_S = 2.0, 5.0
_SUBJECTS = {"payment", "refund", "payout"}
_KINDS = {
    "payment.succeeded",
    "payment.failed",
    "refund.settled",
    "refund.failed",
    "payout.settled",
    "payout.failed",
}
_MAX_FEN = 10**13
_WORD = re.compile(r"[!-~]{1,80}", re.ASCII)
# Answers about the call, not about the money: our clock, our key, their load.
_SAYS_NOTHING = {401, 403, 408, 425, 429}


class LabChannel:
    """Keeps one pool of connections; safe to share between threads."""

    name = "lab"
    merchant_no = "laotie"
    bill_zone = timezone(timedelta(hours=8))

    def __init__(
        self,
        *,
        url: str,
        key: str,
        notify_url: str,
        answer_s: float = _ANSWER_S,
        way: "httpx.BaseTransport | None" = None,
    ) -> None:
        import httpx

        self._send_key = signed_http.derive(key, "to lab")
        self._notice_keys = {"lab": signed_http.derive(key, "from lab")}
        self._notify_url = notify_url
        self._breaker = Breaker()
        self._client = httpx.Client(
            base_url=url,
            timeout=httpx.Timeout(answer_s, connect=_CONNECT_S),
            trust_env=False,
            follow_redirects=False,
            transport=way,
        )

    @classmethod
    def configured(cls) -> "LabChannel":
        """The channel of this installation's settings."""
        ours = settings.LAOTIE
        return _shared(ours.lab_url, ours.lab_payment_key, f"{ours.public_url}/hooks/payments/lab")

    def create(self, order: PaymentOrder) -> PaymentAnswer:
        return _payment(
            self._call(
                "POST",
                "/v1/payments",
                {
                    "out_no": order.out_no,
                    "amount_fen": order.amount_fen,
                    "currency": order.currency,
                    "subject": order.subject,
                    "expires_at": order.pay_by.isoformat(),
                    "return_url": order.return_url,
                    "notify_url": self._notify_url,
                },
            )
        )

    def query(self, out_no: str) -> PaymentAnswer:
        return _payment(self._call("GET", f"/v1/payments/{out_no}"))

    def close(self, out_no: str) -> PaymentAnswer:
        try:
            return _payment(self._call("POST", f"/v1/payments/{out_no}/close", {}))
        except ChannelRefused as no:
            if no.code == "ALREADY_PAID":
                return self.query(out_no)
            raise

    def refund(self, order: RefundOrder) -> OutgoingAnswer:
        return _outgoing(
            self._call(
                "POST",
                "/v1/refunds",
                {
                    "out_no": order.out_no,
                    "payment_out_no": order.payment_out_no,
                    "amount_fen": order.amount_fen,
                    "currency": order.currency,
                    "note": order.note,
                    "notify_url": self._notify_url,
                },
            )
        )

    def query_refund(self, out_no: str) -> OutgoingAnswer:
        return _outgoing(self._call("GET", f"/v1/refunds/{out_no}"))

    def payout(self, order: PayoutOrder) -> OutgoingAnswer:
        return _outgoing(
            self._call(
                "POST",
                "/v1/payouts",
                {
                    "out_no": order.out_no,
                    "party_ref": order.party_ref,
                    "amount_fen": order.amount_fen,
                    "currency": order.currency,
                    "note": order.note,
                    "notify_url": self._notify_url,
                    "to": None if order.to is None else dataclasses.asdict(order.to),
                },
            )
        )

    def query_payout(self, out_no: str) -> OutgoingAnswer:
        return _outgoing(self._call("GET", f"/v1/payouts/{out_no}"))

    def bill(self, day: date) -> bytes:
        try:
            return self._send("GET", f"/v1/bills/{day.isoformat()}", b"").content
        except NotKnown as error:
            raise NoBill from error

    def read_bill(self, body: bytes) -> Bill:
        return _bill(body, self.merchant_no)

    def read_notice(
        self, *, headers: Mapping[str, str], path: str, body: bytes, at: datetime
    ) -> NoticeFacts:
        key_id = headers.get("x-key-id", "")[:80]
        try:
            signed_http.check(
                headers, keys=self._notice_keys, method="POST", path=path, body=body, at=at
            )
        except signed_http.BadSignature as bad:
            raise BadNotice(bad.reason, key_id=key_id) from bad
        return _notice(body, key_id)

    def _call(self, method: str, path: str, message: dict[str, Any] | None = None) -> Any:
        body = b"" if message is None else json.dumps(message).encode()
        response = self._send(method, path, body)
        try:
            return response.json()
        except ValueError as error:
            raise Unanswered("not JSON") from error

    def _send(self, method: str, path: str, body: bytes) -> "httpx.Response":
        with self._breaker.passing():
            return self._answer(method, path, body)

    def _answer(self, method: str, path: str, body: bytes) -> "httpx.Response":
        import httpx

        headers = signed_http.sign(
            key_id="laotie",
            secret=self._send_key,
            method=method,
            path=path,
            body=body,
            at=clock.wall(),
        )
        try:
            response = self._client.request(method, path, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unanswered(type(error).__name__) from error
        if response.status_code == 404 and method == "GET":
            raise NotKnown(path)
        if response.status_code in _SAYS_NOTHING:
            raise Unanswered(f"status {response.status_code}")
        if 400 <= response.status_code < 500:
            raise ChannelRefused(_code(response))
        if not response.is_success:
            raise Unanswered(f"status {response.status_code}")
        return response


@contextmanager
def reached_by(way: "httpx.BaseTransport") -> Iterator[None]:
    """Meanwhile the provider is reached this way and not over the network.

    For a world in one process, the provider in it.
    """
    global _way
    _way = way
    _shared.cache_clear()
    try:
        yield
    finally:
        _way = None
        _shared.cache_clear()


_way: "httpx.BaseTransport | None" = None


@functools.cache
def _shared(url: str, key: str, notify_url: str) -> LabChannel:
    return LabChannel(url=url, key=key, notify_url=notify_url, way=_way)


def _code(response: "httpx.Response") -> str:
    try:
        return str(response.json()["code"])[:60]
    except (ValueError, KeyError, TypeError):
        return f"HTTP_{response.status_code}"


def _payment(message: Any) -> PaymentAnswer:
    try:
        return PaymentAnswer(
            out_no=str(message["out_no"]),
            provider_no=str(message["provider_no"]),
            merchant_no=str(message["merchant_no"]),
            standing=Standing(message["state"]),
            amount_fen=_whole(message["amount_fen"]),
            currency=str(message["currency"]),
            fee_fen=_whole(message["fee_fen"]),
            paid_at=_moment(message["paid_at"]),
            pay_url=str(message["pay_url"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unanswered("not in the expected form") from error


def _outgoing(message: Any) -> OutgoingAnswer:
    try:
        return OutgoingAnswer(
            out_no=str(message["out_no"]),
            provider_no=str(message["provider_no"]),
            standing=Standing(message["state"]),
            amount_fen=_whole(message["amount_fen"]),
            currency=str(message["currency"]),
            settled_at=_moment(message["settled_at"]),
            failure=str(message["failure"] or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unanswered("not in the expected form") from error


def _notice(body: bytes, key_id: str) -> NoticeFacts:
    try:
        message = json.loads(body)
        kind = message["type"]
        if kind not in _KINDS:
            raise BadNotice("unknown_type", key_id=key_id)
        return NoticeFacts(
            event_id=_word(message["event_id"]),
            kind=kind,
            subject=cast("Subject", kind.partition(".")[0]),
            out_no=_word(message["out_no"]),
            merchant_no=_word(message["merchant_no"]),
            amount_fen=_whole(message["amount_fen"]),
            currency=_word(message["currency"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadNotice("form", key_id=key_id) from error


def _bill(body: bytes, merchant_no: str) -> Bill:
    """Numbers come behind back-ticks, and the last row counts and sums what went before."""
    try:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        header, *lines, summary = [row for row in rows if row]
        if summary[0] != "#summary":
            raise BadBill("no summary row: the file is cut off")
        moves = tuple(_billed(dict(zip(header, line, strict=True)), merchant_no) for line in lines)
        counted, total_fen, fees_fen = (int(text.lstrip("`")) for text in summary[2:5])
        is_final = summary[1] == "final"
    except (UnicodeError, ValueError, KeyError, IndexError, csv.Error) as error:
        raise BadBill(str(error)) from error
    sums = (sum(move.amount_fen for move in moves), sum(move.fee_fen for move in moves))
    if (len(moves), *sums) != (counted, total_fen, fees_fen):
        raise BadBill("the lines do not come to the summary")
    return Bill(moves=moves, is_final=is_final)


def _billed(line: dict[str, str], merchant_no: str) -> BilledMove:
    if line["merchant_no"] != merchant_no:
        raise BadBill("a line of another merchant")
    if line["kind"] not in _SUBJECTS:
        raise BadBill(f"an unknown kind of line: {line['kind'][:30]}")
    moved_at = datetime.fromisoformat(line["at"])
    if moved_at.tzinfo is None:
        raise BadBill("a moment without its zone")
    return BilledMove(
        line_key=line["provider_no"].lstrip("`"),
        subject=cast("Subject", line["kind"]),
        out_no=line["out_no"].lstrip("`"),
        amount_fen=int(line["amount_fen"].lstrip("`")),
        fee_fen=int(line["fee_fen"].lstrip("`")),
        currency=line["currency"],
        moved_at=moved_at.astimezone(UTC),
    )


def _word(value: Any) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ValueError("not a word")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_FEN:
        raise ValueError("not a whole amount")
    return value


def _moment(value: Any) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
