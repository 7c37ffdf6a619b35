"""The worked orders come out to the fen: spreading, split tree, cap, refunds down to zero."""

from typing import Any

import pytest
from tests.acceptance.orders import example, order_of

from laotie.kernel import money
from laotie.ledger import rules
from laotie.ledger.terms import OrderMoney

WORKED = example("worked_order")
WEIGHTS = example("weights_order")
ROLES = ("tech", "creator", "leader", "provider")


def by_line(order: OrderMoney, role: str) -> list[int]:
    whole = rules.figures(order, {})
    return [part.gross_fen for part in whole.parts if part.role == role]


def as_roles(after: rules.Figures, names: tuple[str, ...] = ROLES) -> dict[str, int]:
    return {
        **{role: after.of_role(role) for role in names},
        "channel_fee": after.of_role("channel"),
        "merchant": after.of_role("merchant"),
    }


@pytest.mark.parametrize("given", [WORKED, WEIGHTS], ids=["worked", "weights"])
def test_spreading_and_bases(given: dict[str, Any]) -> None:
    order, expected = order_of(given), given["expected"]

    assert [line.merchant_coupon_fen for line in order.lines] == expected["merchant_coupon_by_line"]
    assert [line.platform_coupon_fen for line in order.lines] == expected["platform_coupon_by_line"]
    assert [line.freight_fen for line in order.lines] == expected["freight_by_line"]
    assert [line.buyer_pays_fen for line in order.lines] == expected["buyer_pays_goods_by_line"]
    assert [line.base_fen for line in order.lines] == expected["commission_base_by_line"]
    assert order.buyer_pays_fen == expected["buyer_pays"]
    assert order.inflow_fen == expected["inflow"]


@pytest.mark.parametrize("given", [WORKED, WEIGHTS], ids=["worked", "weights"])
def test_split(given: dict[str, Any]) -> None:
    order, expected = order_of(given), given["expected"]
    whole = rules.figures(order, {})

    for role in given["rates_bps"]:
        if role != "channel":
            assert by_line(order, role) == expected[role]
    assert whole.of_role("channel") == expected["channel_fee"]
    assert whole.of_role("merchant") == expected["merchant"]
    assert sum(part.fen for part in whole.parts) == expected["inflow"]


def test_other_spreading_weights_give_other_figures() -> None:
    order = order_of(WEIGHTS)
    goods = [line.goods_fen for line in order.lines]
    after_coupon = [line.base_fen for line in order.lines]
    wrong = WEIGHTS["wrong_weights"]

    for weights, figures in (
        (after_coupon, wrong["after_merchant_coupon"]),
        ([1] * len(goods), wrong["equal"]),
    ):
        for total, name in ((999, "platform_coupon_by_line"), (700, "freight_by_line")):
            assert money.spread(total, weights) == figures[name]
            assert figures[name] != WEIGHTS["expected"][name]


def test_refund_of_one_b_and_of_all_the_rest() -> None:
    order = order_of(WORKED)
    one, two = WORKED["refund_one_of_two_B"], WORKED["then_second_B"]
    rest = WORKED["then_all_of_A_and_all_freight"]

    taken: dict[int, rules.Taken] = {}
    seen = [rules.figures(order, taken)]
    for units, freight in (({2: 1}, set()), ({2: 1}, set()), ({1: 1}, {1, 2})):
        taken = rules.take(order, taken, units=units, freight_lines=frozenset(freight))
        seen.append(rules.figures(order, taken))
    whole, after_one, after_two, after_all = seen

    assert whole.left_fen - after_one.left_fen == one["to_buyer"]
    assert whole.subsidy_fen - after_one.subsidy_fen == one["subsidy_back_to_platform"]
    assert after_one.by_key()[2, "tech"].base_fen == one["line_2_base_after"]
    assert as_roles(after_one) == one["after"]
    claw = {role: as_roles(whole)[role] - fen for role, fen in as_roles(after_one).items()}
    assert claw == one["claw_back_when_settled"]

    assert after_one.left_fen - after_two.left_fen == two["to_buyer"] == one["second_unit_later"]
    assert after_one.subsidy_fen - after_two.subsidy_fen == two["subsidy_back"]
    assert as_roles(after_two) == two["after"]
    claw = {role: as_roles(after_one)[role] - fen for role, fen in as_roles(after_two).items()}
    assert claw == two["claw_back"]

    assert after_two.left_fen - after_all.left_fen == rest["to_buyer"]
    assert after_two.subsidy_fen - after_all.subsidy_fen == rest["subsidy_back"]
    assert set(as_roles(after_all).values()) == {0}
    assert (after_all.left_fen, after_all.subsidy_fen) == (0, 0)


def test_refunds_of_the_second_order() -> None:
    order = order_of(WEIGHTS, agency_bps=WEIGHTS["agency_bps"])
    taken: dict[int, rules.Taken] = {}
    before = rules.figures(order, taken)

    for step in WEIGHTS["refunds"]:
        taken = rules.take(
            order,
            taken,
            units={int(line_no): count for line_no, count in step["units"].items()},
            freight_lines=frozenset(step["freight_lines"]),
        )
        after = rules.figures(order, taken)
        assert before.left_fen - after.left_fen == step["to_buyer"]
        assert before.subsidy_fen - after.subsidy_fen == step["subsidy_back"]
        found = as_roles(after, ("tech", "creator", "provider"))
        found["agency"] = after.of_role("creator/agency")
        assert found == step["after"]
        before = after
    assert rules.is_empty(order, taken)


def test_agency_takes_its_share_and_the_creator_keeps_the_remainder() -> None:
    expected = WORKED["agency"]
    whole = rules.figures(order_of(WORKED, agency_bps=expected["agency_bps"]), {})

    agency_fen = sum(part.fen for part in whole.parts if part.role == "creator/agency")
    creator_fen = sum(part.fen for part in whole.parts if part.role == "creator")

    assert agency_fen == expected["agency_gets"]
    assert creator_fen == expected["creator_keeps"]
    assert whole.of_role("creator") == expected["creator"]


def test_agency_is_reckoned_per_line() -> None:
    order = order_of(WEIGHTS, agency_bps=WEIGHTS["agency_bps"])

    assert by_line(order, "creator/agency") == WEIGHTS["expected"]["agency"]


def test_cap_on_the_payment() -> None:
    cap = WORKED["cap"]
    cap_bps = cap["split_cap_bps_of_payment"]

    assert rules.check_split(order_of(WORKED), split_cap_bps=cap_bps) == 3762
    assert cap["share_bps"] == 3762 * 10_000 // 16_899
    greedy = cap["with_creator_bps_2500"]
    with pytest.raises(rules.SplitCapExceeded) as refused:
        rules.check_split(order_of(WORKED, creator=2500), split_cap_bps=cap_bps)
    assert refused.value.facts == {"split_fen": greedy["split"], "cap_fen": greedy["cap"]}
    assert refused.value.code == greedy["refused_with"]


def test_cap_on_a_plan() -> None:
    cap_bps = WORKED["cap"]["split_cap_bps_of_payment"]

    assert rules.check_rates([200, 1500, 300, 200], split_cap_bps=cap_bps) == 2200
    assert rules.check_rates([200, 2800], split_cap_bps=cap_bps) == 3000
    with pytest.raises(rules.SplitCapExceeded) as refused:
        rules.check_rates([200, 2500, 300, 200], split_cap_bps=cap_bps)
    assert refused.value.facts == {"share_bps": 3200, "cap_bps": 3000}


def test_negative_balance() -> None:
    debt = WORKED["negative_balance"]
    purse = rules.Purse(available_fen=debt["creator_has_available"])

    drawn, left = rules.draw(-debt["creator_owes"], purse, rules.MoneyState.RELEASED)

    assert left.available_fen == debt["creator_available_after"]
    assert -left.debt_fen == debt["creator_receivable_after"] == debt["shown_to_creator"]
    assert drawn.debt_fen == debt["platform_advances"]


def test_debt_comes_first_when_pending_is_released() -> None:
    drawn = rules.release(rules.Purse(pending_fen=1000, available_fen=20, debt_fen=145))

    assert drawn == rules.Drawn(pending_fen=-1000, available_fen=855, debt_fen=-145)
