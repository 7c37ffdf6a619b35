"""The daily match: every line of the bill ends in one status, and only matched ones post."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from tests.acceptance.orders import example, order_of
from tests.lab.harness import LabProcess, until
from tests.usecases.payments.money import HOUSE, Opened, card, count, request_refund, started, state

from laotie.kernel import clock, sql
from laotie.ledger import refunds as ledger_refunds
from laotie.ledger import settlement
from laotie.payments import channels, queries, reconciliation, refunds, rules
from laotie.payments.channels import BadBill
from laotie.payments.channels.lab import LabChannel
from laotie.payments.rules import LineStatus, PaymentState

pytestmark = pytest.mark.usefixtures("db")


def today() -> date:
    return reconciliation.day_of(clock.now())


def on(kind: str) -> int:
    ((fen,),) = sql.rows(
        "SELECT coalesce(sum(posted_fen), 0)::bigint FROM led_account WHERE kind = %s", [kind]
    )
    return int(fen)


def paid_order(lab: LabProcess, *, booked: bool = True) -> Opened:
    """The worked order, paid at the provider and (usually) captured in the ledger."""
    opened, url = started(16_899)
    lab.choose(url, "silent")
    card(opened)
    if booked:
        book(opened)
    return opened


def book(opened: Opened) -> None:
    order = replace(order_of(example("worked_order")), group_id=opened.group_id)
    with transaction.atomic():
        settlement.capture([order], payment_id=opened.id, now=clock.now())


def only_of(*numbers: str) -> dict[str, str]:
    """Statuses by number; other tests' lines of the same day are left out."""
    rows = sql.rows(
        "SELECT out_no, string_agg(status, ' ' ORDER BY id) FROM pay_recon_item"
        " WHERE out_no = ANY (%s) GROUP BY out_no",
        [list(numbers)],
    )
    return {str(out_no): str(statuses) for out_no, statuses in rows}


def fetch_and_match() -> reconciliation.DayMatch:
    reconciliation.fetch_bill(today(), now=clock.now())
    return reconciliation.match(today(), now=clock.now())


@pytest.fixture(autouse=True)
def own_day(lab: LabProcess) -> None:
    """Each test has a day of the provider to itself: the process and its bill are shared.

    It begins at that day's noon, so that no day ends under a test.
    """
    ((ahead_s,),) = sql.rows("SELECT extract(epoch FROM ahead)::float FROM clock_offset")
    assert ahead_s == 0
    global _days, _ahead_s
    _days += 1
    now = clock.now()
    noon = datetime.combine(today() + timedelta(days=_days), time(12), LabChannel.bill_zone)
    _ahead_s = int((noon - now).total_seconds())
    with transaction.atomic():
        clock.advance(timedelta(seconds=_ahead_s))
    lab.control("POST", "/clock", {"ahead_s": _ahead_s})


_days = _ahead_s = 0


def test_a_captured_payment_matches_and_its_fee_leaves_clearing(lab: LabProcess) -> None:
    opened = paid_order(lab)

    matched = fetch_and_match()

    assert only_of(opened.out_no) == {opened.out_no: "MATCHED"}
    assert matched.is_clean
    assert on("psp_clearing") == -16_899 + 101  # What lies at the provider is less by its fee.
    assert on("channel_fee") == -101  # Until the merchant bears it, when the order is split.
    assert on("rounding") == 0


def test_a_refund_matches_and_brings_its_fee_back(lab: LabProcess) -> None:
    opened, url = started(16_899)
    lab.choose(url, "silent")
    card(opened)
    order = replace(order_of(example("worked_order")), group_id=opened.group_id)
    with transaction.atomic():
        settlement.capture([order], payment_id=opened.id, now=clock.now())
    refund_id = request_refund(opened, 4098)
    with transaction.atomic():
        figures = ledger_refunds.refund(
            order.order_id, refund_id=refund_id, units={2: 1}, now=clock.now()
        )
    until(lambda: _settled(refund_id))
    with transaction.atomic():
        ledger_refunds.settled(refund_id, amount_fen=4098, now=clock.now())

    matched = fetch_and_match()

    assert figures.to_buyer_fen == 4098
    assert matched.by_status == {LineStatus.MATCHED: 2}
    assert on("psp_clearing") == -16_899 + 101 + 4098 - 25
    assert on("rounding") == 0


def _settled(refund_id: object) -> bool:
    refunds.carry_on_due(now=clock.now() + timedelta(minutes=6))
    ((found,),) = sql.rows("SELECT state FROM pay_refund WHERE id = %s", [refund_id])
    return bool(found == "SETTLED")


def test_the_same_bill_again_changes_nothing(lab: LabProcess) -> None:
    paid_order(lab)
    first = reconciliation.fetch_bill(today(), now=clock.now())
    reconciliation.match(today(), now=clock.now())

    again = reconciliation.fetch_bill(today(), now=clock.now())
    reconciliation.match(today(), now=clock.now())

    assert (first.is_new, again.is_new, again.sha256) == (True, False, first.sha256)
    assert (count("pay_bill_file"), count("pay_bill_line"), count("pay_recon_item")) == (1, 1, 1)
    assert on("psp_clearing") == -16_899 + 101


def test_a_day_that_goes_on_has_its_new_lines_added(lab: LabProcess) -> None:
    paid_order(lab)
    fetch_and_match()
    paid_order(lab)

    matched = fetch_and_match()

    assert matched.by_status == {LineStatus.MATCHED: 2}
    assert count("pay_bill_file") == 2


def test_an_unknown_line_waits_for_a_person_and_posts_nothing(lab: LabProcess) -> None:
    opened = paid_order(lab)
    lab.fault("bills.line", "unknown", ref=opened.out_no)

    matched = fetch_and_match()

    assert matched.by_status == {LineStatus.MATCHED: 1, LineStatus.MISSING_HERE: 1}
    assert on("psp_clearing") == -16_899 + 101
    (stuck,) = queries.stuck_money(actor=HOUSE, now=clock.now())
    assert (stuck.kind, stuck.ref, stuck.action) == ("line", "nobody-knows-this", "missing_here")


def test_another_amount_on_the_bill_posts_nothing(lab: LabProcess) -> None:
    opened = paid_order(lab)
    lab.fault("bills.line", "amount", ref=opened.out_no)

    matched = fetch_and_match()

    assert matched.by_status == {LineStatus.AMOUNT_DIFF: 1}
    assert on("psp_clearing") == -16_899


def test_a_line_billed_twice_counts_once(lab: LabProcess) -> None:
    opened = paid_order(lab)
    lab.fault("bills.line", "twice", ref=opened.out_no)

    matched = fetch_and_match()

    assert matched.by_status == {LineStatus.MATCHED: 1, LineStatus.DUPLICATE: 1}
    assert on("psp_clearing") == -16_899 + 101


def test_a_movement_of_ours_that_a_final_bill_does_not_show(lab: LabProcess) -> None:
    opened = paid_order(lab)
    day = today()
    lab.fault("bills.line", "drop", ref=opened.out_no)
    partial = fetch_and_match()
    lab.control("POST", "/clock", {"ahead_s": _ahead_s + 86_400})
    lab.fault("bills.line", "drop", ref=opened.out_no)
    reconciliation.fetch_bill(day, now=clock.now())

    final = reconciliation.match(day, now=clock.now())

    assert partial.by_status == {}  # The day was not over: the line might still come.
    assert final.by_status == {LineStatus.MISSING_THERE: 1}

    reconciliation.fetch_bill(day, now=clock.now())
    assert reconciliation.match(day, now=clock.now()).by_status == {LineStatus.MATCHED: 1}


def test_money_not_booked_yet_is_timing_and_matches_later(lab: LabProcess) -> None:
    opened = paid_order(lab, booked=False)

    before = fetch_and_match()
    book(opened)
    after = reconciliation.match(today(), now=clock.now())

    assert before.by_status == {LineStatus.TIMING: 1}
    assert after.by_status == {LineStatus.MATCHED: 1}


def test_a_bill_tells_of_money_that_nothing_else_told_of(lab: LabProcess) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    assert state(opened) == PaymentState.PENDING

    fetch_and_match()

    assert state(opened) == PaymentState.SUCCEEDED


def test_there_is_no_bill_of_tomorrow(lab: LabProcess) -> None:
    with pytest.raises(channels.NoBill):
        reconciliation.fetch_bill(today() + timedelta(days=1), now=clock.now())
    assert count("pay_bill_file") == 0


def test_every_open_day_is_caught_up_with(lab: LabProcess) -> None:
    paid_order(lab)
    lab.control("POST", "/clock", {"ahead_s": _ahead_s + 86_400})

    (matched,) = reconciliation.catch_up(now=clock.now() + timedelta(days=1))

    assert matched.by_status == {LineStatus.MATCHED: 1}
    assert reconciliation.catch_up(now=clock.now() + timedelta(days=1)) == []


GOOD = (
    "kind,merchant_no,provider_no,out_no,amount_fen,fee_fen,currency,at\r\n"
    "payment,laotie,`LP1,`pay_1,`100,`1,CNY,2026-11-22T12:00:00+00:00\r\n"
    "#summary,final,1,`100,`1\r\n"
)

BAD_BILLS = {
    "cut off": GOOD[: GOOD.index("#summary")],
    "wrongly counted": GOOD.replace("final,1", "final,2"),
    "wrongly summed": GOOD.replace("`100,`1\r\n#", "`101,`1\r\n#").replace(
        "`100,`1,C", "`101,`1,C"
    ),
    "of another merchant": GOOD.replace("payment,laotie", "payment,other"),
    "of an unknown kind": GOOD.replace("payment,", "gift,"),
    "with a fraction": GOOD.replace("`100,`1,CNY", "`100.0,`1,CNY"),
    "without a zone": GOOD.replace("+00:00", ""),
    "with a column more": GOOD.replace("CNY,2026", "CNY,x,2026"),
    "empty": "",
}


@pytest.mark.parametrize("name", BAD_BILLS)
def test_a_bill_that_cannot_be_believed_is_refused_whole(name: str) -> None:
    channel = LabChannel(url="http://127.0.0.1:1", key="00" * 32, notify_url="http://127.0.0.1:1")

    with pytest.raises(BadBill):
        channel.read_bill(BAD_BILLS[name].encode())


def test_a_bill_in_another_encoding_is_refused_and_a_byte_order_mark_is_not() -> None:
    channel = LabChannel(url="http://127.0.0.1:1", key="00" * 32, notify_url="http://127.0.0.1:1")

    with pytest.raises(BadBill):
        channel.read_bill(GOOD.replace("pay_1", "订单").encode("gb18030"))
    assert channel.read_bill(GOOD.encode("utf-8-sig")) == channel.read_bill(GOOD.encode())


@pytest.mark.parametrize(
    ("ours", "is_first", "status"),
    [
        (None, True, LineStatus.MISSING_HERE),
        (rules.OurSide(100, True, 100), True, LineStatus.MATCHED),
        (rules.OurSide(100, True, 100), False, LineStatus.DUPLICATE),
        (None, False, LineStatus.DUPLICATE),
        (rules.OurSide(99, True, 99), True, LineStatus.AMOUNT_DIFF),
        (rules.OurSide(100, False, None), True, LineStatus.TIMING),
        (rules.OurSide(100, True, None), True, LineStatus.TIMING),
        (rules.OurSide(100, True, 99), True, LineStatus.AMOUNT_DIFF),
        (rules.OurSide(100, False, 100), True, LineStatus.TIMING),
    ],
)
def test_a_line_has_exactly_one_status(
    ours: rules.OurSide | None, is_first: bool, status: LineStatus
) -> None:
    assert rules.judge(100, ours, is_first=is_first) is status
