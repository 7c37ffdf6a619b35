"""Orders of the JD alliance (`jd.union.open.order.row.query`). Not tested live.

Shapes after the published reference of the method (union.jd.com/openplatform/api) and of its
call and signing, read 2026-11-23. A window has at most one hour, a page at most 500 rows; the
result is JSON in a text of the answer, whose name the network spells `responce`.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from laotie.kernel import clock
from laotie.links.external_orders import Line, OrderState
from laotie.links.order_sources import By, Limited, Page, Refused, Unanswered, Window, calling, told
from laotie.links.order_sources.calling import Account
from laotie.links.order_sources.told import Flawed

_METHOD = "jd.union.open.order.row.query"
_ANSWERS = ("jd_union_open_order_row_query_responce", "jd_union_open_order_row_query_response")
_PAGE = 500
_BY = {By.MADE: 1, By.CHANGED: 3}
_NUMBERS = ("orderId", "id")
_OPTIONS = frozenset({"token", "positions"})
# Not paid yet, wholly or but for a deposit.
_UNPAID = frozenset({15, 24})
_PAID, _DONE = 16, 17
# Broken up, cancelled, of kinds that earn nothing, or against the alliance's rules.
_INVALID = frozenset({*range(2, 15), *range(19, 24), *range(25, 32), *range(34, 37)})
_DAY = re.compile(r"[0-9]{8}")
_DAY_FORM = "%Y%m%d"
_LIMIT_WORDS = ("limit", "频", "限流", "too many")


class Jd:
    """`jd://APP_KEY:SECRET@api.jd.com/routerjson?token=…&positions=…`.

    token:     the access token, when the account's application wants one.
    positions: only orders of these places are ours; without it, all of the account.
    """

    network = "jd"
    longest = timedelta(hours=1)

    def __init__(self, address: str) -> None:
        self._account = Account.read(address, path="/routerjson", options=_OPTIONS)
        self._positions = self._account.numbers("positions")

    def read(self, window: Window, by: By, mark: str, *, now: datetime) -> Page:
        """One page; the mark is its number."""
        number = int(mark or "1")
        result = self._ask(
            {
                "pageIndex": number,
                "pageSize": _PAGE,
                "type": _BY[by],
                "startTime": told.local(window.begins),
                "endTime": told.local(window.ends),
            }
        )
        rows = result.get("data") or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Refused("the answer has another form")
        lines, flaws = told.lines(rows, partial(self._line, now=now), names=_NUMBERS)
        return Page(lines, flaws, str(number + 1) if result.get("hasMore") is True else "")

    def _ask(self, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        fields = {
            "method": _METHOD,
            "app_key": self._account.key,
            "timestamp": told.local(clock.wall()),
            "format": "json",
            "v": "1.0",
            "sign_method": "md5",
            "360buy_param_json": json.dumps({"orderReq": wanted}, separators=(",", ":")),
        }
        if token := self._account.options.get("token"):
            fields["access_token"] = token
        form = calling.signed(fields, secret=self._account.secret, method="md5")
        answer = calling.ask(self._account.url, form)
        if isinstance(error := answer.get("error_response"), dict):
            raise _refusal(error.get("code"), error.get("zh_desc") or error.get("en_desc"))
        found = next((answer[name] for name in _ANSWERS if name in answer), None)
        if not isinstance(found, dict):
            raise Refused("the answer has another form")
        inner = found.get("queryResult", found.get("result"))
        if not isinstance(inner, str):
            raise _refusal(found.get("code"), found.get("msg"))
        result = calling.read(inner)
        if result.get("code") != 200:
            raise _refusal(result.get("code"), result.get("message"))
        return result

    def _line(self, row: Mapping[str, Any], *, now: datetime) -> Line | None:
        """None for another's order, and for one that is not paid. raises: Flawed."""
        position = told.number(row, "positionId")
        if self._positions and position not in self._positions:
            return None
        code = _code(row)
        if code in _UNPAID:
            return None
        made_at, changed_at = told.moment(row, "orderTime"), told.moment(row, "modifyTime")
        if made_at is None:
            raise Flawed("time", "orderTime is missing")
        state = _state(code, _settles_on(row) if code == _DONE else "", now=now)
        if state is OrderState.SETTLED and told.count(row, "skuFrozenNum"):
            # What is disputed can still change, and settled is for good.
            state = OrderState.RECEIVED
        is_done = state in {OrderState.RECEIVED, OrderState.SETTLED}
        return Line(
            order_no=told.number(row, "orderId"),
            line_no=told.number(row, "id") or told.number(row, "skuId"),
            click=told.number(row, "subUnionId"),
            state=state,
            amount_fen=_amount_fen(row, state),
            estimated_fen=told.fen(row, "estimateFee"),
            actual_fen=told.fen(row, "actualFee") if is_done else None,
            # They tell when it was ordered, and not when it was paid.
            paid_at=made_at,
            told_at=max(made_at, changed_at or made_at),
            position=position[:64],
        )


def _amount_fen(row: Mapping[str, Any], state: OrderState) -> int:
    """What counts as turnover. raises: Flawed.

    The network takes what was returned out of its amounts: of the estimated one before the order
    is done, of the actual one after. Only once done is the actual one told, at first as nothing.
    """
    pieces = told.count(row, "skuNum")
    if pieces and told.count(row, "skuReturnNum") >= pieces:
        return 0
    is_told = row.get("actualCosPrice") not in (None, "", "--")
    if state in {OrderState.RECEIVED, OrderState.SETTLED} and is_told:
        actual = told.fen(row, "actualCosPrice")
        if actual or state is OrderState.SETTLED:
            return actual
    return told.fen(row, "estimateCosPrice")


def _code(row: Mapping[str, Any]) -> int:
    """raises: Flawed for what is no whole number."""
    code = row.get("validCode")
    if isinstance(code, bool) or not isinstance(code, int):
        raise Flawed("state", f"validCode={code!r}"[:60])
    return code


def _settles_on(row: Mapping[str, Any]) -> str:
    """The day, yyyyMMdd, or nothing while there is none. raises: Flawed for any other form.

    A month alone would be before each of its days, and settled too early is settled for good.
    """
    value = row.get("payMonth")
    text = "" if value is None else str(value).strip()
    if text in {"", "0", "--"}:
        return ""
    try:
        if isinstance(value, bool) or not _DAY.fullmatch(text):
            raise ValueError(text)
        date.fromisoformat(text)
    except ValueError as error:
        raise Flawed("time", f"payMonth={value!r}"[:60]) from error
    return text


def _state(code: int, settles_on: str, *, now: datetime) -> OrderState:
    """settles_on: `payMonth`, the day (yyyyMMdd) of settlement; past, it has been settled."""
    if code == _PAID:
        return OrderState.PAID
    if code == _DONE:
        is_past = bool(settles_on) and settles_on < now.astimezone(told.ZONE).strftime(_DAY_FORM)
        return OrderState.SETTLED if is_past else OrderState.RECEIVED
    if code in _INVALID:
        return OrderState.INVALID
    raise Flawed("state", f"validCode={code!r}"[:60])


def _refusal(code: object, message: object) -> Limited | Unanswered | Refused:
    words = calling.said(code, message)
    if any(word in words.lower() for word in _LIMIT_WORDS):
        return Limited(calling.ban_s(message))
    # Of the answers of the method itself, those of 500 and more are the platform's own trouble.
    if isinstance(code, int) and 500 <= code < 600:
        return Unanswered(words)
    return Refused(words)
