"""Orders of the Taobao alliance (TOP, `taobao.tbk.order.details.get`). Not tested live.

Shapes after the published reference of the method for promoters (api.htm?docId=43328) and of TOP's
call and signing, read 2026-11-23. A window has at most three hours (`window=20m` in the days of
the great sales, when the network takes twenty minutes only); `position_index` goes back as it came.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from laotie.kernel import clock
from laotie.links.external_orders import Line, OrderState
from laotie.links.order_sources import (
    BadAddress,
    By,
    Limited,
    Page,
    Refused,
    Unanswered,
    Window,
    calling,
    told,
)
from laotie.links.order_sources.calling import Account
from laotie.links.order_sources.told import Flawed

_METHOD = "taobao.tbk.order.details.get"
_ANSWER = "tbk_order_details_get_response"
_PAGE = 100
_WINDOWS = {"3h": timedelta(hours=3), "20m": timedelta(minutes=20)}
_BY = {By.MADE: "1", By.CHANGED: "4"}
_STATES = {
    12: OrderState.PAID,
    14: OrderState.RECEIVED,
    3: OrderState.SETTLED,
    13: OrderState.INVALID,
}
_NUMBERS = ("trade_parent_id", "trade_id")
_OPTIONS = frozenset({"session", "sign", "window", "scenes", "adzones"})
_SCENES = frozenset({"1", "2", "3"})
_CALL_LIMITED = 7
# The platform's own trouble, by TOP's table of codes; asking again may do.
_TROUBLE = frozenset({10, 15})


class Taobao:
    """`taobao://APP_KEY:SECRET@eco.taobao.com/router/rest?session=…&adzones=…`.

    session: of the account, when the method wants one. sign: md5, hmac or hmac-sha256.
    scenes:  1 ordinary orders, 2 those of channels (they have a relation id), 3 of members; `1,2`.
    adzones: only orders of these places are ours; without it, all of the account.
    """

    network = "taobao"

    def __init__(self, address: str) -> None:
        self._account = Account.read(address, path="/router/rest", options=_OPTIONS)
        self._sign = self._account.choice("sign", ("hmac", "md5", "hmac-sha256"))
        self.longest = _WINDOWS[self._account.choice("window", ("3h", "20m"))]
        self._adzones = self._account.numbers("adzones")
        self._scenes = sorted(self._account.numbers("scenes")) or ["1"]
        if not _SCENES.issuperset(self._scenes):
            raise BadAddress(_("scenes must be of 1, 2, 3"))

    def read(self, window: Window, by: By, mark: str, *, now: datetime) -> Page:
        """One page; the mark is which scene, which page of it, and the network's own position."""
        del now  # Their clock judges the signature, so it goes by the wall clock.
        scene, number, position = mark.split("/", 2) if mark else ("0", "1", "")
        given = {
            "query_type": _BY[by],
            "start_time": told.local(window.begins),
            "end_time": told.local(window.ends),
            "page_no": number,
            "page_size": str(_PAGE),
            "order_scene": self._scenes[int(scene)],
        }
        if position:
            given |= {"position_index": position, "jump_type": "1"}
        data = self._ask(given)
        lines, flaws = told.lines(_rows(data), self._line, names=_NUMBERS)
        return Page(lines, flaws, self._next(data, int(scene), int(number)))

    def _ask(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        fields = {
            "method": _METHOD,
            "app_key": self._account.key,
            "timestamp": told.local(clock.wall()),
            "format": "json",
            "v": "2.0",
            "sign_method": self._sign,
            **given,
        }
        if session := self._account.options.get("session"):
            fields["session"] = session
        form = calling.signed(fields, secret=self._account.secret, method=self._sign)
        answer = calling.ask(self._account.url, form)
        if "error_response" in answer:
            raise _refusal(answer["error_response"])
        try:
            data = answer[_ANSWER]["data"]
        except (KeyError, TypeError) as error:
            raise Refused("the answer has another form") from error
        if not isinstance(data, dict):
            raise Refused("the answer has another form")
        return data

    def _next(self, data: Mapping[str, Any], scene: int, number: int) -> str:
        if data.get("has_next") in {True, "true"}:
            position = data.get("position_index")
            if not isinstance(position, str) or not position:
                raise Refused("a next page without its position")
            return f"{scene}/{number + 1}/{position}"
        return f"{scene + 1}/1/" if scene + 1 < len(self._scenes) else ""

    def _line(self, row: Mapping[str, Any]) -> Line | None:
        """None for another's order, and for one that was never paid. raises: Flawed."""
        adzone = told.number(row, "adzone_id")
        if self._adzones and adzone not in self._adzones:
            return None
        state = _STATES.get(_whole(row, "tk_status"))
        if state is None:
            raise Flawed("state", f"tk_status={row.get('tk_status')!r}"[:60])
        paid_at = told.moment(row, "tk_paid_time") or told.moment(row, "tb_paid_time")
        if paid_at is None:
            if state is OrderState.INVALID:
                return None
            raise Flawed("time", "tk_paid_time is missing")
        is_settled = state is OrderState.SETTLED
        times = [told.moment(row, "modified_time")]
        times += [told.moment(row, "tk_earning_time")] if is_settled else []
        relation = told.number(row, "relation_id")
        return Line(
            order_no=told.number(row, "trade_parent_id"),
            line_no=told.number(row, "trade_id"),
            click=told.number(row, "unid"),
            state=state,
            amount_fen=told.fen(row, "alipay_total_price"),
            estimated_fen=told.fen(row, "pub_share_pre_fee"),
            actual_fen=told.fen(row, "pub_share_fee") if is_settled else None,
            paid_at=paid_at,
            told_at=max([paid_at, *(at for at in times if at)]),
            position="/".join(part for part in (adzone, relation) if part)[:64],
        )


def _rows(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Nothing at all stands there when there are none. raises: Refused."""
    results = data.get("results") or {}
    rows = results.get("publisher_order_dto") or [] if isinstance(results, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("the answer has another form")
    return rows


def _whole(row: Mapping[str, Any], name: str) -> int:
    text = told.number(row, name)
    return int(text) if text.isascii() and text.isdigit() else 0


def _refusal(error: object) -> Limited | Unanswered | Refused:
    if not isinstance(error, dict):
        return Refused("the answer has another form")
    code, sub = error.get("code"), str(error.get("sub_code") or "")
    words = calling.said(code, error.get("msg"), sub, error.get("sub_msg"))
    if code == _CALL_LIMITED or "limited-by" in sub or "flow-limit" in sub:
        return Limited(calling.ban_s(f"{error.get('sub_msg')} {error.get('msg')}"))
    # `isp` is the platform's own trouble, `isv` ours.
    if sub.startswith("isp.") or (code in _TROUBLE and not sub.startswith("isv.")):
        return Unanswered(words)
    return Refused(words)
