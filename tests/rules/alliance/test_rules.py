import pytest

from laotie.alliance import rules
from laotie.kernel.errors import Invalid


def test_a_rule_names_plan_version_and_rate() -> None:
    assert rules.rule_text("pln_1", 2, 1500) == "plan pln_1 v2, creator 15.00%"
    assert rules.rule_text("pln_1", 1, 5) == "plan pln_1 v1, creator 0.05%"


@pytest.mark.parametrize("rate_bps", [1, 1500, 9000])
def test_rates_are_basis_points(rate_bps: int) -> None:
    assert rules.clean_rate(rate_bps) == rate_bps


@pytest.mark.parametrize(
    "rate_bps", [0, -1, 9001, 2**63, 0.15, 15.0, True, "1500", None, float("nan"), [1500]]
)
def test_what_is_no_rate_is_refused(rate_bps: object) -> None:
    with pytest.raises(Invalid):
        rules.clean_rate(rate_bps)
