"""What any payment channel must do. A channel's test inherits this and gives a `rig`.

class TestOurs(ChannelContract):
    @pytest.fixture
    def rig(self) -> Rig: ...
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import uuid4

import pytest

from laotie.kernel import clock
from laotie.payments.channels import (
    Channel,
    ChannelRefused,
    NoBill,
    NotKnown,
    PaymentAnswer,
    PaymentOrder,
    PayoutOrder,
    RefundOrder,
    Standing,
    Unanswered,
)


class Rig(Protocol):
    """The channel, and the hands of everybody else: the buyer, the bank, the network."""

    channel: Channel
    unreachable: Channel

    def pay(self, answer: PaymentAnswer) -> None: ...
    def decline(self, answer: PaymentAnswer) -> None: ...
    def wait_for_refund(self, out_no: str) -> None: ...
    def wait_for_payout(self, out_no: str) -> None: ...
    def lose_next_answer(self, call: str, out_no: str) -> None: ...
    def today(self) -> date: ...


def a_number(kind: str) -> str:
    return f"{kind}_{uuid4().hex}"


def an_order(amount_fen: int = 16_899, *, pay_by: datetime | None = None) -> PaymentOrder:
    return PaymentOrder(
        out_no=a_number("pay"),
        amount_fen=amount_fen,
        currency="CNY",
        subject="梅子青茶盏 <180ml> & 'more'",
        pay_by=pay_by or clock.wall() + timedelta(minutes=15),
        return_url="http://127.0.0.1:8000/orders",
    )


class ChannelContract:
    """Every promise that `payments` rests on."""

    def paid(self, rig: Rig, amount_fen: int = 16_899) -> PaymentOrder:
        order = an_order(amount_fen)
        rig.pay(rig.channel.create(order))
        return order

    def test_a_new_payment_waits_for_the_buyer(self, rig: Rig) -> None:
        order = an_order()

        answer = rig.channel.create(order)

        assert answer.standing is Standing.PENDING
        assert (answer.out_no, answer.amount_fen, answer.currency) == (order.out_no, 16_899, "CNY")
        assert (answer.merchant_no, answer.paid_at, answer.fee_fen) == (
            rig.channel.merchant_no,
            None,
            0,
        )
        assert answer.pay_url.startswith(("http://", "https://"))

    def test_the_same_number_is_the_same_payment(self, rig: Rig) -> None:
        order = an_order()

        assert rig.channel.create(order) == rig.channel.create(order)

    def test_the_same_number_with_another_amount_is_refused(self, rig: Rig) -> None:
        order = an_order()
        rig.channel.create(order)

        with pytest.raises(ChannelRefused):
            rig.channel.create(replace(order, amount_fen=1))
        assert rig.channel.query(order.out_no).amount_fen == 16_899

    def test_a_payment_whose_answer_was_lost_is_found_by_its_number(self, rig: Rig) -> None:
        order = an_order()
        rig.lose_next_answer("create", order.out_no)

        with pytest.raises(Unanswered):
            rig.channel.create(order)

        assert rig.channel.query(order.out_no).standing is Standing.PENDING

    def test_a_paid_one_says_so_with_moment_and_fee(self, rig: Rig) -> None:
        order = self.paid(rig)

        answer = rig.channel.query(order.out_no)

        assert answer.standing is Standing.PAID
        assert answer.fee_fen == 101
        assert answer.paid_at is not None
        assert answer.paid_at.tzinfo is not None

    def test_a_declined_one_has_failed(self, rig: Rig) -> None:
        order = an_order()
        rig.decline(rig.channel.create(order))

        assert rig.channel.query(order.out_no).standing is Standing.FAILED

    def test_closing_keeps_the_buyer_from_paying(self, rig: Rig) -> None:
        order = an_order()
        opened = rig.channel.create(order)

        assert rig.channel.close(order.out_no).standing is Standing.CLOSED
        assert rig.channel.close(order.out_no).standing is Standing.CLOSED
        rig.pay(opened)

        assert rig.channel.query(order.out_no).standing is Standing.CLOSED

    def test_closing_what_was_paid_says_paid(self, rig: Rig) -> None:
        order = self.paid(rig)

        assert rig.channel.close(order.out_no).standing is Standing.PAID

    def test_what_nobody_opened_is_not_known(self, rig: Rig) -> None:
        for ask in (rig.channel.query, rig.channel.query_refund, rig.channel.query_payout):
            with pytest.raises(NotKnown):
                ask(a_number("none"))

    def test_a_refund_settles_once_per_number(self, rig: Rig) -> None:
        order = self.paid(rig)
        back = RefundOrder(a_number("rfd"), order.out_no, 4098, "CNY", "returned")

        first = rig.channel.refund(back)
        rig.wait_for_refund(back.out_no)
        again = rig.channel.refund(back)

        assert first.standing in {Standing.PROCESSING, Standing.SETTLED}
        assert again.standing is Standing.SETTLED
        assert again.settled_at is not None
        assert (again.out_no, again.amount_fen) == (back.out_no, 4098)

    def test_a_refund_whose_answer_was_lost_is_found_by_its_number(self, rig: Rig) -> None:
        order = self.paid(rig)
        back = RefundOrder(a_number("rfd"), order.out_no, 4098, "CNY", "returned")
        rig.lose_next_answer("refund", back.out_no)

        with pytest.raises(Unanswered):
            rig.channel.refund(back)

        assert rig.channel.query_refund(back.out_no).amount_fen == 4098

    def test_refunds_never_exceed_what_was_paid(self, rig: Rig) -> None:
        order = self.paid(rig)
        rig.channel.refund(RefundOrder(a_number("rfd"), order.out_no, 16_000, "CNY", "most"))

        with pytest.raises(ChannelRefused):
            rig.channel.refund(RefundOrder(a_number("rfd"), order.out_no, 900, "CNY", "too much"))

    def test_what_was_not_paid_is_not_given_back(self, rig: Rig) -> None:
        order = an_order()
        rig.channel.create(order)

        with pytest.raises(ChannelRefused):
            rig.channel.refund(RefundOrder(a_number("rfd"), order.out_no, 1, "CNY", "early"))

    def test_a_payout_settles_once_per_number(self, rig: Rig) -> None:
        out = PayoutOrder(a_number("pot"), "shop:1", 9000, "CNY", "payout")

        rig.channel.payout(out)
        rig.wait_for_payout(out.out_no)

        assert rig.channel.payout(out).standing is Standing.SETTLED

    def test_the_bill_has_each_movement_with_its_fee(self, rig: Rig) -> None:
        order = self.paid(rig)
        backs = [
            RefundOrder(a_number("rfd"), order.out_no, fen, "CNY", "part")
            for fen in (4098, 4097, 8704)
        ]
        for back in backs:
            rig.channel.refund(back)
            rig.wait_for_refund(back.out_no)
        out = PayoutOrder(a_number("pot"), "shop:1", 9000, "CNY", "payout")
        rig.channel.payout(out)
        rig.wait_for_payout(out.out_no)

        bill = rig.channel.read_bill(rig.channel.bill(rig.today()))

        ours = {order.out_no, *(back.out_no for back in backs), out.out_no}
        lines = {
            move.out_no: (move.subject, move.amount_fen, move.fee_fen)
            for move in bill.moves
            if move.out_no in ours
        }
        # Half-up of all money refunded so far, less what was returned before: it closes to zero.
        assert lines == {
            order.out_no: ("payment", 16_899, 101),
            backs[0].out_no: ("refund", -4098, -25),
            backs[1].out_no: ("refund", -4097, -24),
            backs[2].out_no: ("refund", -8704, -52),
            out.out_no: ("payout", -9000, 0),
        }
        assert len({move.line_key for move in bill.moves}) == len(bill.moves)
        assert not bill.is_final  # The day goes on.

    def test_tomorrow_has_no_bill(self, rig: Rig) -> None:
        with pytest.raises(NoBill):
            rig.channel.bill(rig.today() + timedelta(days=1))

    def test_a_provider_that_is_not_there_answers_nothing(self, rig: Rig) -> None:
        for ask in (rig.unreachable.query, rig.unreachable.query_refund, rig.unreachable.close):
            with pytest.raises(Unanswered):
                ask(a_number("pay"))
        with pytest.raises(Unanswered):
            rig.unreachable.create(an_order())
