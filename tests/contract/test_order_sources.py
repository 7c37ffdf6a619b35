"""The adapters of the two alliances against their stand-ins, and against documented answers."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import adapters, receiver
from tests.contract.order_source_contract import (
    MINUTE,
    NOON,
    OrderSourceContract,
    Rig,
    read,
    window,
)
from tests.ports import free_port

from laotie.lab.alliances import Alliance, JdAlliance, TaobaoAlliance, serving
from laotie.links import order_sources
from laotie.links.external_orders import Line, OrderState
from laotie.links.order_sources import (
    BadAddress,
    By,
    Limited,
    OrderSource,
    Unanswered,
    Window,
    calling,
    told,
)
from laotie.links.order_sources.jd import Jd
from laotie.links.order_sources.taobao import Taobao
from laotie.links.order_sources.told import Flawed

ANSWERS = Path(__file__).parent / "order_answers"


def rigged(
    alliance: Alliance, name: str, make: Callable[[str], OrderSource], only: str
) -> Iterator[Rig]:
    with serving(alliance) as where:
        address = f"{name}+http://{alliance.key}:{alliance.secret}@{where}"
        yield Rig(
            source=make(address),
            choosy=make(f"{address}?{only}=7"),
            stranger=make(f"{name}+http://{alliance.key}:wrong@{where}"),
            unreachable=make(f"{name}+http://a:b@127.0.0.1:{free_port()}"),
            alliance=alliance,
        )


class TestTaobao(OrderSourceContract):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from rigged(TaobaoAlliance(), "taobao", Taobao, "adzones")

    def test_a_limit_says_for_how_long(self, rig: Rig) -> None:
        rig.alliance.calls = 0

        with pytest.raises(Limited) as caught:
            rig.source.read(window(rig), By.MADE, "", now=NOON)

        assert caught.value.after_s == 3

    @pytest.mark.parametrize("sign", ["md5", "hmac", "hmac-sha256"])
    def test_each_kind_of_order_has_a_turn_however_it_is_signed(self, rig: Rig, sign: str) -> None:
        rig.place(1)
        rig.alliance.most = 1
        rig.place(2, minutes=1)
        account = f"{rig.alliance.key}:{rig.alliance.secret}@{_where(rig)}"
        both = Taobao(f"taobao+http://{account}?scenes=2,1&sign={sign}")

        lines, _, pages = read(both, window(rig))

        assert [line.order_no for line in lines] == ["901", "902"]
        assert pages == 3


class TestJd(OrderSourceContract):
    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        yield from rigged(JdAlliance(), "jd", Jd, "positions")

    def test_what_was_returned_is_no_turnover(self, rig: Rig) -> None:
        rig.place(1, minutes=1, state="RECEIVED", actual="44.95", pieces=2, returned=1)
        rig.place(2, minutes=2, state="SETTLED", actual="44.95", pieces=2, returned=2)
        rig.place(3, minutes=3, state="PAID", pieces=1, returned=1)
        rig.place(4, minutes=4, state="PAID", pieces=2, returned=1)
        rig.place(5, minutes=5, state="SETTLED", actual="80", frozen=1)
        rig.place(6, minutes=6, state="SETTLED", actual="0.00")
        # Received, and the actual amount not reckoned yet, or not told.
        rig.place(7, minutes=7, state="RECEIVED", actual="0")
        rig.place(8, minutes=8, state="RECEIVED", odd={"actualCosPrice": None})
        rig.place(9, minutes=9, state="RECEIVED", actual="1.005")

        lines, flaws, _ = read(rig.source, window(rig))

        assert [(line.order_no, line.state.value, line.amount_fen) for line in lines] == [
            ("901", "RECEIVED", 4495), ("902", "SETTLED", 0), ("903", "PAID", 0),
            ("904", "PAID", 8990), ("905", "RECEIVED", 8000), ("906", "SETTLED", 0),
            ("907", "RECEIVED", 8990), ("908", "RECEIVED", 8990),
        ]  # fmt: skip
        assert [(flaw.order_no, flaw.reason) for flaw in flaws] == [("909", "finer_than_fen")]

    def test_an_odd_code_or_day_of_settlement_is_a_finding_of_its_order(self, rig: Rig) -> None:
        codes: list[Any] = [[17], {"code": 17}, "17", True, None]
        days: list[Any] = [
            "202011", 202011, "2020-11-20", "20201399", ["20201120"], "２０２０１１２０",
        ]  # fmt: skip
        for number, odd in enumerate(
            [*({"validCode": each} for each in codes), *({"payMonth": each} for each in days)]
        ):
            rig.place(10 + number, minutes=1, state="RECEIVED", odd=odd)
        rig.place(50, minutes=2, state="SETTLED", odd={"payMonth": 20_201_120})

        lines, flaws, _ = read(rig.source, window(rig))

        assert [(line.order_no, line.state) for line in lines] == [("9050", OrderState.SETTLED)]
        assert [flaw.reason for flaw in flaws] == ["state"] * len(codes) + ["time"] * len(days)


def _where(rig: Rig) -> str:
    source = rig.source
    assert isinstance(source, Taobao)
    return source._account.url.removeprefix("http://")


def documented(
    name: str, make: Callable[[str], OrderSource], *, now: datetime = NOON
) -> tuple[Line, str]:
    told_there = json.loads((ANSWERS / f"{name}.json").read_text("utf-8"))
    with receiver.listening() as there:
        there.body = json.dumps(told_there["answer"], ensure_ascii=False).encode()
        source = make(f"{name}+http://key:secret@{there.url.removeprefix('http://')}")
        page = source.read(Window(NOON, NOON + timedelta(hours=1)), By.CHANGED, "", now=now)
    assert page.flaws == ()
    (line,) = page.lines
    return line, page.next_mark


def test_the_documented_answer_of_taobao_is_read() -> None:
    line, mark = documented("taobao", Taobao)

    assert line == Line(
        "2589789561831719829", "2589789561831719830", "", OrderState.SETTLED, 8990, 431, 422,
        datetime(2026, 11, 20, 2, 15, 19, tzinfo=UTC), datetime(2026, 11, 22, 0, 0, 3, tzinfo=UTC),
        position="110230450/2222",
    )  # fmt: skip
    assert mark == "0/2/1763605801_1Ab|1763605819_2Cd"


def test_the_documented_answer_of_jd_is_read() -> None:
    line, mark = documented("jd", Jd)

    assert line == Line(
        "298765432101", "3017653098765432101", "", OrderState.RECEIVED, 8800, 405, 396,
        datetime(2026, 11, 20, 2, 15, 1, tzinfo=UTC), datetime(2026, 11, 22, 0, 0, 3, tzinfo=UTC),
        position="3001234567",
    )  # fmt: skip
    assert mark == ""


def test_jd_has_settled_when_the_day_it_names_is_past() -> None:
    # It names 2026-12-20, which ends over there at 16:00 UTC.
    on_it, past = (datetime(2026, 12, 20, 16, tzinfo=UTC) + each for each in (-MINUTE, MINUTE))

    assert documented("jd", Jd, now=on_it)[0].state is OrderState.RECEIVED
    settled, _ = documented("jd", Jd, now=past)
    assert (settled.state, settled.actual_fen) == (OrderState.SETTLED, 396)


def test_the_documented_example_of_signing_comes_out() -> None:
    # TOP's page on signing, docId=101617: the example of `taobao.item.seller.get`.
    given_there = {
        "method": "taobao.item.seller.get", "app_key": "12345678", "session": "test",
        "timestamp": "2016-01-01 12:00:00", "format": "json", "v": "2.0", "sign_method": "md5",
        "fields": "num_iid,title,nick,price,num", "num_iid": "11223344",
    }  # fmt: skip

    signed = calling.signed(given_there, secret="helloworld", method="md5")

    assert signed["sign"] == "66987CB115214E59E6EC978214934FB8"


@pytest.mark.parametrize(
    ("told_there", "after_s"),
    [("7", 7), ("", 0), ("Sat, 21 Nov 2026 12:00:00 GMT", 0), ("\xb2", 0), ("1234567", 0)],
)
def test_too_many_questions_are_a_limit_for_as_long_as_is_said(
    told_there: str, after_s: int
) -> None:
    with receiver.listening() as there:
        there.status, there.retry_after = 429, told_there
        with pytest.raises(Limited) as caught:
            calling.ask(there.url, {"a": "1"})

    assert caught.value.after_s == after_s
    (got,) = there.got
    assert (got.body, got.headers["content-type"]) == (
        b"a=1",
        "application/x-www-form-urlencoded",
    )


def test_an_answer_in_drops_comes_to_an_end(dripping: str) -> None:
    with pytest.raises(Unanswered) as caught:
        calling.ask(dripping, {}, within_s=0.2)

    assert caught.value.reason == "timeout"


@given(st.integers(min_value=0, max_value=10**11))
def test_yuan_become_fen_without_loss(fen: int) -> None:
    assert told.fen({"fee": f"{fen // 100}.{fen % 100:02}"}, "fee") == fen
    parsed = calling.read(f'{{"fee": {fen // 100}.{fen % 100:02}}}')
    assert told.fen(parsed, "fee") == fen


@pytest.mark.parametrize(
    "value",
    [
        "",
        "--",
        None,
        True,
        1.5,
        "1e3",
        "１.00",
        "0.001",
        "-0.01",
        "1,000.00",
        "NaN",
        "1.0.0",
        "9" * 21,
        [],
        " ",
    ],
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(Flawed) as caught:
        told.fen({"fee": value}, "fee")

    assert caught.value.text.startswith("fee=")


@pytest.mark.parametrize(
    ("make", "address"),
    [
        (Taobao, "taobao://key@host"), (Taobao, "taobao://k:s@host?adzones=x"),
        (Taobao, "taobao://k:s@host?window=9h"), (Taobao, "taobao://k:s@host?scenes=4"),
        (Taobao, "taobao://k:s@host?scenes=1,9"), (Jd, "jd://k:s@host?sesion=1"),
    ],
)  # fmt: skip
def test_an_address_that_says_too_little_is_refused(
    make: Callable[[str], OrderSource], address: str
) -> None:
    with pytest.raises(BadAddress):
        make(address)


def test_sources_are_found_by_their_names_and_the_others_told_why_not() -> None:
    addresses = (
        "jd://k:s@api.jd.com",
        "jd://k:s@other",
        "moon://k:s@host",
        "taobao://k:s@h?sign=x",
    )
    with receiver.with_settings(order_sources=addresses):
        found, unusable = order_sources.configured()

    assert [source.network for source in found] == ["jd"]
    assert [(each.name, "k:s" in each.cause) for each in unusable] == [
        ("jd", False), ("moon", False), ("taobao", False),
    ]  # fmt: skip
    with receiver.with_settings(order_sources=addresses[:1], currency="EUR"):
        assert order_sources.configured()[0] == []
    assert {"jd", "taobao"} <= set(order_sources.offered())


def test_an_installed_adapter_that_is_none_is_told_and_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    adapters.install(
        monkeypatch, tmp_path, nameless=adapters.Nameless, numbered=adapters.Numbered,
        brief=adapters.Brief, crashing=adapters.Crashing,
    )  # fmt: skip
    names = ("nameless", "numbered", "brief", "crashing", "jd")

    with receiver.with_settings(order_sources=tuple(f"{name}://k:s@host" for name in names)):
        found, unusable = order_sources.configured()

    assert [source.network for source in found] == ["jd"]
    assert [(each.name, each.cause) for each in unusable] == [
        ("nameless", "the adapter fails: AttributeError"),
        ("numbered", "the adapter gives no network's code"),
        ("brief", "the adapter's windows are no longer than their overlap"),
        ("crashing", "the adapter fails: KeyError"),
    ]
