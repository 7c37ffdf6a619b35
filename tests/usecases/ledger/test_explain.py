"""Why is this fen here? Each asker sees its own level, with arithmetic, and nobody else's."""

import pytest
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, SignInFirst
from laotie.ledger import explain
from laotie.ledger.terms import OrderMoney

pytestmark = pytest.mark.usefixtures("db")
WORKED = example("worked_order")
Line = tuple[str, str, str, int | None, int, str]


def a_settled_order() -> OrderMoney:
    """Paid, received, one B of two refunded and the refund arrived; the creator has an agency."""
    order = order_of(WORKED, agency_bps=3000)
    books.capture(order)
    books.receive(order)
    figures = books.refund(order, {2: 1})
    assert figures.refund_id is not None
    books.refund_settled(figures.refund_id, figures.to_buyer_fen)
    books.complete(order)
    return order


def told(order: OrderMoney, actor: Actor) -> list[Line]:
    return [
        (line.kind, line.account, line.role, line.line_no, line.amount_fen, line.arithmetic)
        for line in explain.order(order.order_id, actor=actor)
    ]


def test_a_buyer_sees_what_was_paid_and_what_came_back() -> None:
    order = a_settled_order()

    seen = told(order, Actor(order.buyer_id, "web"))

    assert seen == [
        (
            "capture", "escrow", "buyer", None, 16899,
            "180.99 - 10.00 - 8.00 + 6.00 = 168.99",
        ),
        ("refund", "refund_payable", "buyer", 2, 4098, "81.95 x 1/2 = 40.975 -> 40.98"),
        ("refund_settled", "psp_clearing", "buyer", None, 4098, ""),
    ]  # fmt: skip


def test_a_creator_sees_its_own_account() -> None:
    order = a_settled_order()
    creator = order.lines[0].roles[0].party

    seen = told(order, Actor(ids.new(), "web", frozenset({"creator"}), creator_id=creator.id))

    assert seen == [
        (
            "split", "pending", "creator", 1, 892,
            "85.02 x 15.00 % = 12.753 -> 12.75, 12.75 - 3.83 = 8.92",
        ),
        (
            "split", "pending", "creator", 2, 903,
            "85.97 x 15.00 % = 12.8955 -> 12.90, 12.90 - 3.87 = 9.03",
        ),
        (
            "refund", "pending", "creator", 2, -452,
            "42.98 x 15.00 % = 6.447 -> 6.45, 6.45 - 1.94 = 4.51, 4.51 - 9.03 = -4.52",
        ),
        ("release", "pending", "", None, -1343, "13.43"),
        ("release", "available", "", None, 1343, "13.43"),
    ]  # fmt: skip


def test_a_merchant_sees_what_each_role_took_but_not_how_it_is_shared_further() -> None:
    order = a_settled_order()
    staff = Actor(ids.new(), "web", shop_rights={order.shop_id: frozenset({"money"})})

    seen = told(order, staff)

    split = [line for line in seen if line[0] == "split"]
    assert split == [
        ("split", "escrow", "", None, 17699, ""),
        ("split", "tech", "tech", 1, -170, "85.02 x 2.00 % = 1.7004 -> 1.70"),
        ("split", "creator", "creator", 1, -1275, "85.02 x 15.00 % = 12.753 -> 12.75"),
        ("split", "leader", "leader", 1, -255, "85.02 x 3.00 % = 2.5506 -> 2.55"),
        ("split", "provider", "provider", 1, -170, "85.02 x 2.00 % = 1.7004 -> 1.70"),
        ("split", "tech", "tech", 2, -172, "85.97 x 2.00 % = 1.7194 -> 1.72"),
        ("split", "creator", "creator", 2, -1290, "85.97 x 15.00 % = 12.8955 -> 12.90"),
        ("split", "leader", "leader", 2, -258, "85.97 x 3.00 % = 2.5791 -> 2.58"),
        ("split", "provider", "provider", 2, -172, "85.97 x 2.00 % = 1.7194 -> 1.72"),
        ("split", "channel", "channel", None, -101, "168.99 x 0.60 % = 1.01394 -> 1.01"),
        ("split", "pending", "merchant", None, 13836, "176.99 - 38.63 = 138.36"),
    ]
    assert sum(line[4] for line in split[:-1]) == 13836

    refund = [line for line in seen if line[0] == "refund"]
    assert refund == [
        ("refund", "refund_payable", "buyer", 2, -4098, "81.95 x 1/2 = 40.975 -> 40.98"),
        ("refund", "subsidy", "subsidy", 2, -201, "4.02 x 1/2 = 2.01"),
        ("refund", "tech", "tech", 2, 86, "42.98 x 2.00 % = 0.8596 -> 0.86, 0.86 - 1.72 = -0.86"),
        (
            "refund", "creator", "creator", 2, 645,
            "42.98 x 15.00 % = 6.447 -> 6.45, 6.45 - 12.90 = -6.45",
        ),
        ("refund", "leader", "leader", 2, 129, "42.98 x 3.00 % = 1.2894 -> 1.29, 1.29 - 2.58 = -1.29"),
        (
            "refund", "provider", "provider", 2, 86,
            "42.98 x 2.00 % = 0.8596 -> 0.86, 0.86 - 1.72 = -0.86",
        ),
        (
            "refund", "channel", "channel", None, 25,
            "168.99 x 0.60 % = 1.01394 -> 1.01, 1.01 - 0.25 = 0.76, 0.76 - 1.01 = -0.25",
        ),
        (
            "refund", "pending", "merchant", None, -3328,
            "134.00 - 28.92 = 105.08, 105.08 - 138.36 = -33.28",
        ),
    ]  # fmt: skip
    assert sum(line[4] for line in refund[:-1]) == -3328
    assert not any("agency" in str(line) for line in seen)
    assert seen[-1] == ("release", "available", "", None, 10508, "105.08")


def test_each_line_names_rule_rate_and_base() -> None:
    order = a_settled_order()
    staff = Actor(ids.new(), "web", shop_rights={order.shop_id: frozenset({"money"})})

    lines = explain.order(order.order_id, actor=staff)

    (creator,) = [
        line for line in lines if (line.kind, line.role, line.line_no) == ("split", "creator", 1)
    ]
    assert (creator.rule, creator.rate_bps, creator.base_fen) == ("plan", 1500, 8502)
    (tech,) = [
        line for line in lines if (line.kind, line.role, line.line_no) == ("split", "tech", 1)
    ]
    assert (tech.rule, tech.rate_bps, tech.base_fen) == ("fees/1", 200, 8502)


def test_an_operator_sees_every_posting() -> None:
    order = a_settled_order()

    lines = explain.order(order.order_id, actor=Actor(ids.new(), "web", frozenset({"operator"})))

    assert sum(line.amount_fen for line in lines) == 0
    assert {line.party for line in lines} == {
        "platform", "shop", "creator", "leader", "provider", "agency",
    }  # fmt: skip
    agency = [line for line in lines if line.party == "agency" and line.kind == "split"]
    assert [line.arithmetic for line in agency] == [
        "12.75 x 30.00 % = 3.825 -> 3.83",
        "12.90 x 30.00 % = 3.87",
    ]


def test_a_buyer_who_also_works_for_the_shop_sees_both_sides() -> None:
    order = a_settled_order()
    both = Actor(order.buyer_id, "web", shop_rights={order.shop_id: frozenset({"money"})})

    levels = {line.level for line in explain.order(order.order_id, actor=both)}

    assert levels == {"buyer", "merchant"}


def test_strangers_learn_nothing() -> None:
    order = a_settled_order()
    stranger = Actor(
        ids.new(), "web", frozenset({"creator"}), {ids.new(): frozenset({"money"})}, ids.new()
    )

    with pytest.raises(NotFound):
        explain.order(order.order_id, actor=stranger)
    with pytest.raises(SignInFirst):
        explain.order(order.order_id, actor=Actor.anonymous())
    with pytest.raises(NotAllowed):
        packer = Actor(ids.new(), "web", shop_rights={order.shop_id: frozenset({"ship"})})
        explain.order(order.order_id, actor=packer)
    for nobody in (stranger, books.HOUSE):
        with pytest.raises(NotFound):
            explain.order(ids.new(), actor=nobody)


def test_a_debt_is_explained_to_whom_it_belongs() -> None:
    order = order_of(WORKED)
    creator = order.lines[0].roles[0].party
    books.capture(order)
    books.receive(order)
    books.complete(order)
    books.take_out(creator, 2065)
    books.refund(order, {2: 1})
    herself = Actor(ids.new(), "web", frozenset({"creator"}), creator_id=creator.id)
    staff = Actor(ids.new(), "web", shop_rights={order.shop_id: frozenset({"money"})})

    mine = [line[:5] for line in told(order, herself) if line[0] == "refund"]
    shops = [
        line[:5] for line in told(order, staff) if line[2] == "creator" and line[0] == "refund"
    ]

    assert mine == [
        ("refund", "available", "creator", 2, -500),
        ("refund", "receivable", "creator", 2, -145),
    ]
    assert shops == [("refund", "creator", "creator", 2, 645)]
