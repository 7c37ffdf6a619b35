"""Stand-ins for the alliances whose orders we fetch: they check what is asked as the real ones say.

Made after the published references named in `links.order_sources`, and sharing no code with the
adapters there: signature, time stamp, length of the window, pages, limits. Faults are scripted.
`laotie lab alliances` serves both with an order an hour, in a lab only.
"""

import contextlib
import hashlib
import hmac
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from laotie.kernel import clock

SHANGHAI = timezone(timedelta(hours=8))
_FORM = "%Y-%m-%d %H:%M:%S"
_STAMP_MAY_DIFFER = timedelta(minutes=10)
_LONGEST_BODY = 64 * 1024


@dataclass
class Placed:
    """An order over there. state: WAITING, PAID, RECEIVED, SETTLED or INVALID; yuan as text.

    actual: what the commission is reckoned on once it is done; empty for the same as `amount`.
    pieces, returned, frozen: how many were bought, came back, are disputed.
    odd: fields that stand in its row instead of those that should.
    """

    order_no: str
    line_no: str
    made_at: datetime
    changed_at: datetime
    state: str = "PAID"
    amount: str = "89.90"
    fee: str = "4.50"
    click: str = ""
    position: str = "3"
    actual: str = ""
    pieces: int = 1
    returned: int = 0
    frozen: int = 0
    odd: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered: `by` is made or changed."""

    begins: datetime
    ends: datetime
    by: str
    page: int


class No(Exception):
    """The alliance's no, in its own form."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer


@dataclass
class Alliance(ABC):
    """One alliance with one account.

    most:      rows of a page. calls: how many are answered until the limit; None for any number.
    trouble:   what the next answers are instead: limited, error, garbage. Used up one by one.
    repeats:   each page begins with the last row of the page before.
    """

    key: str = "10001"
    secret: str = "a-secret-of-the-lab"  # noqa: S105 - it opens nothing.
    most: int = 100
    calls: int | None = None
    repeats: bool = False
    trouble: list[str] = field(default_factory=list)
    orders: list[Placed] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    path: ClassVar[str]

    def answer(self, form: dict[str, str]) -> tuple[int, bytes]:
        """What comes back for a posted form."""
        try:
            self._check(form)
            match self.trouble.pop(0) if self.trouble else "":
                case "limited":
                    raise No(self._limited(60))
                case "error":
                    return 502, b"<html>Bad Gateway</html>"
                case "garbage":
                    return 200, b'{"data": [1, 2'
            if self.calls is not None:
                if not self.calls:
                    raise No(self._limited(2))
                self.calls -= 1
            return 200, _json(self._page(form))
        except No as no:
            return 200, _json(no.answer)

    def within(self, begins: datetime, ends: datetime, by: str) -> list[Placed]:
        return sorted(
            (
                each
                for each in self.orders
                if begins <= (each.made_at if by == "made" else each.changed_at) <= ends
            ),
            key=lambda each: (each.made_at, each.line_no),
        )

    def _turned(self, found: list[Placed], page: int, most: int) -> tuple[list[Placed], bool]:
        """One page, the first is 1, and whether there is another."""
        begin = (page - 1) * most
        rows = found[begin : begin + most]
        if self.repeats and page > 1:
            rows = [found[begin - 1], *rows]
        return rows, len(found) > begin + most

    def _check(self, form: dict[str, str]) -> None:
        """raises: No for a strange key, a wrong signature or a time stamp that is out."""
        given = dict(form)
        sign = given.pop("sign", "")
        text = "".join(name + given[name] for name in sorted(given))
        if given.get("app_key") != self.key:
            raise No(self._refusal("key"))
        if sign != self._signature(given.get("sign_method", ""), text):
            raise No(self._refusal("sign"))
        stamp = _read(given.get("timestamp", ""))
        if stamp is None or abs(clock.wall() - stamp) > _STAMP_MAY_DIFFER:
            raise No(self._refusal("timestamp"))

    def _signature(self, method: str, text: str) -> str:
        secret = self.secret.encode()
        match method:
            case "md5":
                made = hashlib.md5(secret + text.encode() + secret)  # noqa: S324 - theirs.
                return made.hexdigest().upper()
            case "hmac":
                return hmac.new(secret, text.encode(), hashlib.md5).hexdigest().upper()
            case "hmac-sha256":
                return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest().upper()
        return ""

    def _window(self, begins: str, ends: str, longest: timedelta) -> tuple[datetime, datetime]:
        """raises: No for what is no window, or one that is too long."""
        first, last = _read(begins), _read(ends)
        if first is None or last is None or last <= first:
            raise No(self._refusal("time"))
        if last - first > longest:
            raise No(self._refusal("window"))
        return first, last

    @abstractmethod
    def _page(self, form: dict[str, str]) -> Any: ...
    @abstractmethod
    def _refusal(self, what: str) -> Any: ...
    @abstractmethod
    def _limited(self, seconds: int) -> Any: ...


class TaobaoAlliance(Alliance):
    """TOP's `taobao.tbk.order.details.get` for promoters."""

    path = "/router/rest"
    _STATES = {"WAITING": 13, "PAID": 12, "RECEIVED": 14, "SETTLED": 3, "INVALID": 13}
    _CODES = {
        "key": (29, "Invalid app Key", "isv.appkey-not-exists"),
        "sign": (25, "Invalid signature", ""),
        "timestamp": (41, "Invalid arguments:timestamp", ""),
        "method": (22, "Invalid method", ""),
        "time": (15, "Remote service error", "isv.invalid-parameter"),
        "window": (15, "Remote service error", "isv.query-time-range-too-long"),
        "position": (15, "Remote service error", "isv.invalid-position-index"),
    }

    def _page(self, form: dict[str, str]) -> Any:
        if form.get("method") != "taobao.tbk.order.details.get" or form.get("v") != "2.0":
            raise No(self._refusal("method"))
        begins, ends = self._window(form["start_time"], form["end_time"], timedelta(hours=3))
        by = {"1": "made", "4": "changed"}[form["query_type"]]
        page, size = int(form["page_no"]), min(int(form["page_size"]), self.most)
        position = hashlib.sha1(f"{begins}{ends}{by}".encode()).hexdigest()  # noqa: S324 - a mark.
        is_asked_so = form.get("position_index") == position and form.get("jump_type") == "1"
        if page > 1 and not is_asked_so:
            raise No(self._refusal("position"))
        has_scene = form.get("order_scene", "1") == "1"
        rows, has_next = self._turned(
            self.within(begins, ends, by) if has_scene else [], page, size
        )
        self.asked.append(Asked(begins, ends, by, page))
        results = {"publisher_order_dto": [self._row(each) for each in rows]} if rows else {}
        data = {
            "results": results,
            "has_pre": page > 1,
            "has_next": has_next,
            "position_index": position,
            "page_no": page,
            "page_size": size,
        }
        return {"tbk_order_details_get_response": {"data": data, "request_id": "lab"}}

    def _row(self, each: Placed) -> dict[str, Any]:
        is_paid, is_settled = each.state != "WAITING", each.state == "SETTLED"
        return {
            "trade_parent_id": each.order_no,
            "trade_id": each.line_no,
            "tk_status": self._STATES[each.state],
            "tk_create_time": _told(each.made_at),
            "tk_paid_time": _told(each.made_at) if is_paid else "--",
            "tb_paid_time": _told(each.made_at) if is_paid else "--",
            "tk_earning_time": _told(each.changed_at) if is_settled else "",
            "modified_time": _told(each.changed_at),
            "alipay_total_price": each.amount,
            "pub_share_pre_fee": each.fee,
            "pub_share_fee": each.fee if is_settled else "0.00",
            "adzone_id": int(each.position),
            "relation_id": 0,
            "unid": each.click,
            "refund_tag": int(each.returned > 0),
            "item_title": "梅子青茶盏",
            "order_type": "天猫",
        } | each.odd

    def _refusal(self, what: str) -> Any:
        code, words, sub = self._CODES[what]
        error = {"code": code, "msg": words, "request_id": "lab"}
        return {"error_response": error | ({"sub_code": sub, "sub_msg": words} if sub else {})}

    def _limited(self, seconds: int) -> Any:
        words = f"This ban will last for {seconds} more seconds"
        sub = "accesscontrol.limited-by-api-access-count"
        error = {"code": 7, "msg": "App Call Limited", "sub_code": sub, "sub_msg": words}
        return {"error_response": error}


class JdAlliance(Alliance):
    """`jd.union.open.order.row.query` behind JD's gateway."""

    path = "/routerjson"
    _STATES = {"WAITING": 15, "PAID": 16, "RECEIVED": 17, "SETTLED": 17, "INVALID": 3}
    _GATEWAY = {"key": 19, "sign": 12, "timestamp": 7, "method": 10}

    def _page(self, form: dict[str, str]) -> Any:
        if form.get("method") != "jd.union.open.order.row.query" or form.get("v") != "1.0":
            raise No(self._refusal("method"))
        wanted = json.loads(form["360buy_param_json"])["orderReq"]
        begins, ends = self._window(wanted["startTime"], wanted["endTime"], timedelta(hours=1))
        by = {1: "made", 3: "changed"}[wanted["type"]]
        page, size = wanted["pageIndex"], min(wanted["pageSize"], self.most)
        rows, has_more = self._turned(self.within(begins, ends, by), page, size)
        self.asked.append(Asked(begins, ends, by, page))
        data = [self._row(each) for each in rows]
        told = {"code": 200, "message": "success", "requestId": "lab"}
        return self._wrapped(told | ({"data": data, "hasMore": has_more} if data else {}))

    def _row(self, each: Placed) -> dict[str, Any]:
        is_done = each.state in {"RECEIVED", "SETTLED"}
        return {
            "id": each.line_no,
            "orderId": int(each.order_no),
            "parentId": 0,
            "skuId": 100012043978,
            "skuName": "梅子青茶盏",
            "skuNum": each.pieces,
            "skuReturnNum": each.returned,
            "skuFrozenNum": each.frozen,
            "orderTime": _told(each.made_at),
            "finishTime": _told(each.changed_at) if is_done else "",
            "modifyTime": _told(each.changed_at),
            "validCode": self._STATES[each.state],
            # The day on which it is settled: past for what has been.
            "payMonth": {"SETTLED": "20200120", "RECEIVED": "20990120"}.get(each.state, "0"),
            "estimateCosPrice": float(each.amount),
            "estimateFee": float(each.fee),
            "actualCosPrice": float((each.actual or each.amount) if is_done else "0"),
            "actualFee": float(each.fee if is_done else "0"),
            "positionId": int(each.position),
            "subUnionId": each.click,
            "unionRole": 1,
        } | each.odd

    def _refusal(self, what: str) -> Any:
        if what in self._GATEWAY:
            words = {"code": str(self._GATEWAY[what]), "zh_desc": f"无效 {what}", "en_desc": what}
            return {"error_response": words}
        return self._wrapped({"code": 400, "message": f"参数错误 {what}", "requestId": "lab"})

    def _limited(self, seconds: int) -> Any:
        return self._wrapped({"code": 403, "message": "接口调用超出频次限制", "requestId": "lab"})

    def _wrapped(self, result: dict[str, Any]) -> Any:
        inner = _json(result).decode()
        return {"jd_union_open_order_row_query_responce": {"code": "0", "queryResult": inner}}


def _json(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


def _told(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime(_FORM)


def _read(text: str) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime.strptime(text, _FORM).replace(tzinfo=SHANGHAI)
    return None


@contextlib.contextmanager
def serving(*alliances: Alliance, port: int = 0) -> Iterator[str]:
    """They answer on this machine, each at its path; gives the address without a scheme."""
    doors = {each.path: each for each in alliances}

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _LONGEST_BODY))
            status, answer = 404, b"{}"
            if alliance := doors.get(self.path):
                form = dict(parse_qsl(body.decode(), keep_blank_values=True))
                status, answer = alliance.answer(form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            """Nothing: what was asked is kept."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serve(port: int, *, said: Callable[[str], None]) -> None:
    """Serve both until stopped, with an order an hour of the last two days."""
    now = clock.wall().replace(microsecond=0)
    alliances = (TaobaoAlliance(), JdAlliance())
    for alliance in alliances:
        for hours in range(48):
            at = now - timedelta(hours=hours)
            placed = Placed(f"{at:%Y%m%d%H%M}", f"1{at:%d%H%M}", at, at)
            if hours % 12 == 11:
                # One of two came back after it was received.
                placed.state, placed.pieces, placed.returned = "RECEIVED", 2, 1
                placed.actual, placed.fee = "44.95", "2.25"
            alliance.orders.append(placed)
    with serving(*alliances, port=port) as where:
        addresses = " ".join(
            f"{name}+http://{each.key}:{each.secret}@{where}"
            for name, each in zip(("taobao", "jd"), alliances, strict=True)
        )
        said(f"LAOTIE_ORDER_SOURCES='{addresses}'")
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
