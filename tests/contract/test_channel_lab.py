"""The lab's channel against the lab's provider: the contract, and what is the lab's own."""

from dataclasses import dataclass
from datetime import date

import pytest
from tests.contract.channel_contract import ChannelContract, Rig, an_order
from tests.lab.harness import PAYMENT_KEY, LabProcess, until
from tests.ports import free_port

from laotie.kernel import clock
from laotie.payments import channels
from laotie.payments.channels import PaymentAnswer, Standing, Unanswered
from laotie.payments.channels.lab import LabChannel

_NOWHERE = "http://127.0.0.1:9/hooks/payments/lab"
_TARGETS = {"create": "payments.create", "refund": "refunds.create"}


@dataclass
class LabRig:
    channel: LabChannel
    unreachable: LabChannel
    lab: LabProcess

    def pay(self, answer: PaymentAnswer) -> None:
        self.lab.choose(answer.pay_url, "pay")

    def decline(self, answer: PaymentAnswer) -> None:
        self.lab.choose(answer.pay_url, "decline")

    def wait_for_refund(self, out_no: str) -> None:
        until(lambda: self.channel.query_refund(out_no).standing is Standing.SETTLED)

    def wait_for_payout(self, out_no: str) -> None:
        until(lambda: self.channel.query_payout(out_no).standing is Standing.SETTLED)

    def lose_next_answer(self, call: str, out_no: str) -> None:
        self.lab.fault(_TARGETS[call], "error_after", ref=out_no)

    def today(self) -> date:
        return clock.wall().astimezone(self.channel.bill_zone).date()


def channel_to(url: str, *, key: str = PAYMENT_KEY, answer_s: float = 5.0) -> LabChannel:
    return LabChannel(url=url, key=key, notify_url=_NOWHERE, answer_s=answer_s)


class TestLabChannel(ChannelContract):
    @pytest.fixture
    def rig(self, lab_process: LabProcess) -> Rig:
        lab_process.calm()
        nobody = channel_to(f"http://127.0.0.1:{free_port()}")
        return LabRig(channel_to(lab_process.url), nobody, lab_process)


def test_an_answer_that_takes_too_long_is_none(lab_process: LabProcess) -> None:
    impatient = channel_to(lab_process.url, answer_s=0.2)
    order = an_order()
    lab_process.fault("payments.create", "hang_after", ref=order.out_no, s=2)

    with pytest.raises(Unanswered):
        impatient.create(order)

    # It was asked all the same.
    until(lambda: lab_process.effects(order.out_no))
    assert channel_to(lab_process.url).query(order.out_no).standing is Standing.PENDING


def test_a_wrong_key_says_nothing_about_the_money(lab_process: LabProcess) -> None:
    stranger = channel_to(lab_process.url, key="55" * 32)
    order = an_order()

    with pytest.raises(Unanswered):
        stranger.create(order)

    assert lab_process.effects(order.out_no) == {}


def test_outside_of_a_lab_there_is_no_lab_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from django.conf import settings

    monkeypatch.setattr(settings, "LAOTIE", replace(settings.LAOTIE, lab=False))

    with pytest.raises(channels.NoChannel):
        channels.by_name("lab")
    with pytest.raises(channels.NoChannel):
        channels.default_name()
