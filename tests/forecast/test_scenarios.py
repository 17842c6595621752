"""Goldens of the scenario method, and what must hold for any run rates."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_ai.config import Scenario
from finops_ai.errors import ConfigError
from finops_ai.forecast.result import LevelBudget
from finops_ai.forecast.scenarios import PRESETS, apportion, monthly_growth, planned, scenario_budgets
from finops_ai.months import Month

D = Decimal
NOVEMBER = Month(2026, 11)


@pytest.mark.parametrize(
    ("multiplier", "growth"),
    [
        ("1.3", "0.03974334142112"),
        ("1.8", "0.08764305404126"),
        ("2.0", "0.102901182765"),
        ("2.2", "0.1166208566184"),
        ("2.5", "0.1349169475195"),
        ("2.75", "0.1484921569455"),
        ("3.0", "0.160844525310855"),
    ],
)
def test_growth_is_that_of_the_published_table(multiplier: str, growth: str) -> None:
    digits = -D(growth).as_tuple().exponent  # type: ignore[operator]
    assert round(monthly_growth(D(multiplier)), digits) == D(growth)


def test_growth_of_one_is_none_and_of_zero_is_minus_one() -> None:
    assert monthly_growth(D(1)) == 0
    assert monthly_growth(D(0)) == -1


@given(st.decimals("0.000001", "1000", places=6))
def test_growth_solves_its_equation(multiplier: Decimal) -> None:
    with localcontext() as context:
        context.prec = 60
        factor = 1 + monthly_growth(multiplier)
        total = sum(factor**t for t in range(1, 13))
        # 15 decimals of g move the sum by its slope times half of the last decimal.
        slope = sum(t * factor ** (t - 1) for t in range(1, 13))
        assert abs(total - 12 * multiplier) <= slope * D("0.6E-15")


def budgets(run_rate: str, months: int = 12, multiplier: str | None = None) -> dict[str, list[LevelBudget]]:
    scenarios = (
        PRESETS
        if multiplier is None
        else (Scenario("Plan", D(multiplier), D(multiplier), D(multiplier), "a test"),)
    )
    _, totals = scenario_budgets(scenarios, {"support": D(run_rate)}, NOVEMBER, months)
    return {scenario.name: list(scenario.levels) for scenario in totals}


def test_a_hundred_thousand_a_month_gives_the_published_budgets() -> None:
    found = {name: [level.budget for level in levels] for name, levels in budgets("100000").items()}
    assert found == {
        "Conservative": [D("1560000.00")],
        "Expected": [D("2160000.00"), D("2400000.00"), D("2640000.00")],
        "Aggressive": [D("3000000.00"), D("3300000.00"), D("3600000.00")],
    }


def test_presets_are_named_as_assumptions() -> None:
    assert all("preset" in preset.source and "no measured fact" in preset.source for preset in PRESETS)


def test_exit_run_rate_is_that_of_the_published_table() -> None:
    level = budgets("1", multiplier="2.0")["Plan"][0]
    assert level.exit_cost is not None
    assert round(level.exit_cost, 3) == D("3.239")


def test_months_grow_and_sum_to_the_budget_exactly() -> None:
    level = budgets("91250")["Expected"][1]
    months = [month.budget for month in level.months]
    assert sum(months) == level.budget == level.yearly_budget == D("2190000.00")
    assert months == sorted(months)
    assert months[0] == D("100639.73")  # 91,250 x 1.102901182765
    assert level.months[0].month == NOVEMBER
    assert level.months[-1].month == Month(2027, 10)


@pytest.mark.parametrize("months", [1, 3, 18, 36])
def test_another_horizon_follows_the_same_path(months: int) -> None:
    year, level = budgets("91250")["Expected"][1], budgets("91250", months)["Expected"][1]
    assert level.monthly_growth == year.monthly_growth
    assert level.yearly_budget == year.yearly_budget
    assert sum(month.budget for month in level.months) == level.budget
    for ours, theirs in zip(level.months, year.months, strict=False):
        assert abs(ours.budget - theirs.budget) <= D("0.01")


def test_a_cut_shrinks_month_by_month() -> None:
    level = budgets("1000", multiplier="0.5")["Plan"][0]
    assert level.budget == D("6000.00")
    assert level.monthly_growth is not None
    assert level.monthly_growth < 0
    assert [m.budget for m in level.months] == sorted((m.budget for m in level.months), reverse=True)


def test_a_tiny_multiplier_still_adds_up() -> None:
    level = budgets("1000", multiplier="0.000001")["Plan"][0]
    assert level.budget == sum(m.budget for m in level.months) == D("0.01")


def test_nothing_spent_is_nothing_budgeted_and_no_growth() -> None:
    for levels in budgets("0").values():
        for level in levels:
            assert level.budget == 0
            assert {month.budget for month in level.months} == {D("0.00")}
            assert level.monthly_growth is None
            assert level.exit_cost is None


@pytest.mark.parametrize(
    "multipliers",
    [("2", "1", "3"), ("1", "3", "2"), ("-1", "1", "1"), ("1", "1", "NaN"), ("1", "1", "Infinity")],
)
def test_levels_out_of_order_are_refused(multipliers: tuple[str, str, str]) -> None:
    low, mid, high = map(D, multipliers)
    with pytest.raises(ConfigError, match="not multipliers in order") as refused:
        planned([Scenario("Plan", low, mid, high, "a test")])
    assert "low <= mid <= high" in refused.value.hint


def test_two_scenarios_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigError, match="same name"):
        planned([PRESETS[0], PRESETS[0]])


def test_residue_goes_to_the_largest_remainder_then_to_the_first() -> None:
    assert apportion(100, [D("33.3"), D("33.3"), D("33.4")]) == [33, 33, 34]
    assert apportion(100, [D("33.4"), D("33.3"), D("33.3")]) == [34, 33, 33]
    assert apportion(3, [D("1.5"), D("1.5")]) == [2, 1]
    assert apportion(-3, [D("-1.5"), D("-1.5")]) == [-1, -2]
    assert apportion(0, []) == []


rates = st.decimals("-1000", "1000000", places=15)


@settings(max_examples=60)
@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), rates, min_size=1, max_size=8),
    rates,
    st.integers(1, 36),
    st.decimals("0", "5", places=3),
)
def test_lines_sum_to_the_total_in_every_scenario_and_month(
    lines: dict[str, Decimal], rest: Decimal, months: int, mid: Decimal
) -> None:
    scenarios = (*PRESETS, Scenario("Own", D(0), mid, mid + 1, "a test"))
    run_rates: dict[str | None, Decimal] = dict(lines.items())
    run_rates[None] = rest
    by_line, totals = scenario_budgets(scenarios, run_rates, NOVEMBER, months)
    for s, total in enumerate(totals):
        for at, level in enumerate(total.levels):
            parts = [by_line[name][s].levels[at] for name in run_rates]
            assert sum(part.budget for part in parts) == level.budget
            assert sum(part.yearly_budget for part in parts) == level.yearly_budget
            for t in range(months):
                assert sum(part.months[t].budget for part in parts) == level.months[t].budget
            for part in (*parts, level):
                assert sum(month.budget for month in part.months) == part.budget
            exact = sum(run_rates.values(), D(0)) * 12 * level.multiplier
            assert abs(level.yearly_budget - exact) <= D("0.005")


@given(st.lists(st.decimals("0", "100000", places=4), min_size=1, max_size=20))
def test_apportioned_cents_are_within_one_of_their_amount(amounts: list[Decimal]) -> None:
    whole = round(sum(amounts))
    parts = apportion(whole, amounts)
    assert sum(parts) == whole
    assert all(abs(part - amount) < 1 for part, amount in zip(parts, amounts, strict=True))
