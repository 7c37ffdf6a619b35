"""The lab's commands, its clock and its people; and that nothing of it works outside of a lab."""

import random
from argparse import Namespace
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from tests.lab.harness import LabProcess
from tests.usecases.payments.money import card, open_payment

from laotie.kernel import clock as business
from laotie.kernel import ids, money
from laotie.lab import audience, check, clock, commands, demo, hands, host
from laotie.payments.rules import PaymentState


def test_a_demo_outside_of_a_lab_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code = demo.run(replace(settings.LAOTIE, lab=False))

    assert code == 2
    assert "LAOTIE_LAB=1" in capsys.readouterr().out


@pytest.mark.usefixtures("db")
def test_time_does_not_move_outside_of_a_lab() -> None:
    with pytest.raises(clock.LabOff):
        clock.advance(replace(settings.LAOTIE, lab=False), timedelta(days=8))

    assert business.offset() == timedelta(0)


def test_there_are_no_hands_outside_of_a_lab() -> None:
    with pytest.raises(AssertionError, match="only a lab"):
        hands.Hands(replace(settings.LAOTIE, lab=False))


@pytest.mark.usefixtures("db")
def test_both_clocks_move_ahead_together(lab: LabProcess) -> None:
    before = business.now()

    moment = clock.advance(settings.LAOTIE, timedelta(days=8))
    clock.advance(settings.LAOTIE, timedelta(hours=1))

    assert moment - before >= timedelta(days=8)
    opened = open_payment()
    assert commands.pay(settings.LAOTIE, Namespace(ref=opened.out_no)).startswith("paid: 16899 fen")
    paid_at = lab.ask("GET", f"/v1/payments/{opened.out_no}").json()["paid_at"]
    assert paid_at > (before + timedelta(days=8, hours=1)).isoformat()


@pytest.mark.usefixtures("db")
def test_a_silent_provider_does_not_stop_time(lab: LabProcess) -> None:
    deaf = replace(settings.LAOTIE, lab_url="http://127.0.0.1:9")

    clock.advance(deaf, timedelta(minutes=5))

    assert business.offset() == timedelta(minutes=5)


@pytest.mark.usefixtures("db")
def test_paying_by_command_is_paying_once(lab: LabProcess) -> None:
    opened = open_payment()

    first = commands.pay(settings.LAOTIE, Namespace(ref=opened.out_no))
    with pytest.raises(Exception, match="PAYMENT_OVER"):
        commands.pay(settings.LAOTIE, Namespace(ref=opened.out_no))

    assert first == "paid: 16899 fen, SUCCEEDED"
    assert card(opened).state == PaymentState.SUCCEEDED
    assert lab.effects(opened.out_no)["payment_captured"] == 1


@pytest.mark.usefixtures("db")
def test_an_order_without_parcels_cannot_be_carried(lab: LabProcess) -> None:
    with pytest.raises(commands.NothingToCarry):
        commands.ship(settings.LAOTIE, Namespace(ref=ids.public("ord", ids.new()), to="DELIVERED"))


def roles(viewers: int) -> Counter[str]:
    play = audience.Audience(settings.LAOTIE, room_id="rom_x", viewers=viewers)
    return Counter(play._role(number) for number in range(viewers))


def test_most_only_watch_some_talk_and_a_few_buy() -> None:
    assert roles(200) == {
        "watcher": 200 - audience.TALKERS - audience.BUYERS + _both(200),
        "talker": audience.TALKERS - _both(200),
        "buyer": audience.BUYERS,
    }


def _both(viewers: int) -> int:
    """Numbers that are a talker's and a buyer's; the buyer's wins."""
    return sum(
        1 for n in range(viewers) if n % 25 == 7 and n % 8 == 3 and n // 8 < audience.TALKERS
    )


def item(
    *, left: int, flash: bool, available: int = 5, sku: str | None = "sku_x"
) -> dict[str, Any]:
    return {
        "flash_offer_id": "ofr_x" if flash else None,
        "flash_left": left,
        "product": {"sku_id": sku, "available": available},
    }


def test_buyers_choose_only_what_is_there() -> None:
    chance = random.Random(1)
    gone = [item(left=0, flash=True, available=0), item(left=0, flash=False, sku=None)]
    flash = item(left=3, flash=True)

    assert audience.choose(gone, chance) is None
    assert audience.choose([], chance) is None
    chosen = [audience.choose([*gone, flash, item(left=0, flash=False)], chance) for _ in range(50)]
    assert all(one is not None and one["product"]["available"] for one in chosen)
    assert sum(one is flash for one in chosen) > 25


@given(st.integers(0, 10**7), st.integers(0, 10**5), st.integers(0, 3000))
def test_the_rule_of_the_check_loses_no_fen(goods: int, freight: int, creator_bps: int) -> None:
    split = check.expected_split(
        goods_fen=goods, freight_fen=freight, creator_bps=creator_bps, tech_bps=200, channel_bps=60
    )

    assert sum(split.values()) == goods + freight
    assert split["creator"] == money.share(goods, creator_bps)


@given(st.integers(100, 10**7))
def test_a_flash_price_is_below_the_list_price(list_price_fen: int) -> None:
    assert 0 < host.flash_price(list_price_fen) <= list_price_fen
