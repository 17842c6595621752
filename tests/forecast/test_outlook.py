"""Goldens of the scenario method beyond the table: blend, drivers, parts, reserve, draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_ai.config import Growth, Launch, ModelChange, Plan, PriceChange, Scenario
from finops_ai.errors import ConfigError
from finops_ai.forecast import Forecast, forecast_budgets
from finops_ai.forecast.drivers import (
    growth_path,
    launch_cost,
    model_factor,
    parts_of,
    path_of,
    price_factor,
    price_ratio,
    ramp,
    steady_cost,
    year_of,
)
from finops_ai.forecast.odds import PRIOR, Draws, LogNormal, Uncertain, blend, rounded, simulate
from finops_ai.months import Month

D = Decimal
NOVEMBER = Month(2026, 11)
JANUARY = date(2027, 1, 1)
LAUNCH = Launch("copilot", JANUARY, "a test", monthly_cost=D(12000))
CUT = PriceChange("cut", JANUARY, D("-0.7"), None, D(1), D("0.4"), "a test")


# --- Blend ----------------------------------------------------------------------------------------


def test_the_published_blend() -> None:
    both = blend(LogNormal(log(1.25), 0.20))
    assert both.ln_median == pytest.approx(0.3551670427, abs=5e-11)
    assert both.ln_sd == pytest.approx(0.1695996608, abs=5e-11)
    assert [rounded(both.quantile(share)) for share in (0.1, 0.5, 0.9)] == [
        D("1.14776"),
        D("1.42642"),
        D("1.77272"),
    ]
    assert round(both.percentile(1.3), 1) == 29.2


def test_a_model_without_spread_stands_alone_and_one_of_endless_spread_counts_nothing() -> None:
    sure = LogNormal(log(1.25), 0.0)
    assert blend(sure) == sure
    nearly = blend(LogNormal(log(1.25), 1e-9))
    assert (nearly.ln_median, nearly.ln_sd) == (pytest.approx(log(1.25)), pytest.approx(0, abs=1e-8))
    lost = blend(LogNormal(log(1.25), 1e9))
    assert (lost.ln_median, lost.ln_sd) == (pytest.approx(PRIOR.ln_median), pytest.approx(PRIOR.ln_sd))


@pytest.mark.parametrize(
    ("multiplier", "percentile"), [(1.3, 8.9), (1.8, 37.1), (2.2, 61.7), (2.5, 75.7), (3.0, 89.7)]
)
def test_the_presets_are_one_distribution(multiplier: float, percentile: float) -> None:
    assert round(PRIOR.percentile(multiplier), 1) == percentile


def test_a_sure_outcome_has_two_percentiles() -> None:
    sure = LogNormal(log(2), 0.0)
    assert (sure.percentile(1.9), sure.percentile(2.1)) == (0.0, 100.0)


# --- Drivers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("growth", "total"), [("0.4", "1.206"), ("0.5", "1.254"), ("0.6", "1.302")])
def test_organic_growth_of_the_published_table(growth: str, total: str) -> None:
    path = growth_path(D(growth), 12)
    assert round(sum(path, D(0)) / 12, 3) == D(total)
    assert round(path[-1], 20) == 1 + D(growth)


def test_a_ramp_passes_through_half_and_ninety_percent() -> None:
    assert ramp(LAUNCH, D(1)) == D("0.5")
    assert round(ramp(LAUNCH, D(3)), 20) == D("0.9")
    slow = replace(LAUNCH, t50_months=D(6), t90_months=D(10))
    assert (ramp(slow, D(6)), round(ramp(slow, D(10)), 20)) == (D("0.5"), D("0.9"))


def test_a_bass_ramp_by_its_formula() -> None:
    bass = replace(LAUNCH, bass_p=D("0.03"), bass_q=D("0.38"))
    assert ramp(bass, D(0)) == 0
    # (1 - e^-4.1) / (1 + 12.6667 e^-4.1)
    assert float(ramp(bass, D(10))) == pytest.approx(0.983427 / 1.209923, abs=1e-5)


def test_a_pilot_grows_by_its_share() -> None:
    """A pilot of 120 a month is 1% of the volume: 12,000 a month in the end, of which 120 run already."""
    pilot = Launch("copilot", JANUARY, "a test", pilot_cost=D(120), pilot_share=D("0.01"))
    assert steady_cost(pilot, None) == 12000
    late = launch_cost(pilot, D(12000), Month(2028, 12), D(0))
    assert round(late, 2) == 12000 - 120
    assert launch_cost(pilot, D(12000), Month(2026, 12), D(0)) == 0


def test_users_times_requests_times_cost() -> None:
    seed = replace(
        LAUNCH, monthly_cost=None, users=D(10000), requests_per_day=D(10), cost_per_request=D("0.13")
    )
    assert round(steady_cost(seed, None), 2) == D("395416.67")  # 100,000 x 0.13 x 365/12
    assert round(steady_cost(seed, D("0.01")), 2) == D("30416.67")  # tokens x price of the catalogue instead


def test_slip_moves_the_ramp() -> None:
    assert launch_cost(LAUNCH, D(12000), Month(2027, 1), D(1)) == 0
    assert launch_cost(LAUNCH, D(12000), Month(2027, 3), D(1)) == launch_cost(
        LAUNCH, D(12000), Month(2027, 2), D(0)
    )


@pytest.mark.parametrize(
    ("tier", "after_a_year"), [("economy", "-0.47"), ("mid", "-0.36"), ("flagship", "0")]
)
def test_tiers_fall_by_their_half_life(tier: str, after_a_year: str) -> None:
    change = PriceChange("tier", JANUARY, None, tier, D(1), D(1), "a test")
    # The middle of July to the middle of July: a whole year apart.
    year = price_ratio(change, Month(2028, 7)) / price_ratio(change, Month(2027, 7)) - 1
    assert round(year, 2) == D(after_a_year)


def test_a_price_cut_touches_what_migrates_and_nothing_else() -> None:
    assert price_factor((CUT,), Month(2026, 12), D(0)) == 1
    assert price_factor((CUT,), Month(2027, 1), D(0)) == D("0.72")  # 60% as before, 40% at 0.3
    assert price_factor((replace(CUT, migrates=D(0)),), Month(2027, 6), D("-1.11")) == 1


@pytest.mark.parametrize(("rho", "spend"), [("0.3", "1.14"), ("0.1", "1.29")])
def test_elasticity_turns_falls_into_more_spend(rho: str, spend: str) -> None:
    change = replace(CUT, change=D(rho) - 1, migrates=D(1))
    assert round(price_factor((change,), Month(2027, 1), D("-1.11")), 2) == D(spend)


def test_a_rise_of_prices_is_paid_by_all() -> None:
    rise = PriceChange("grid", JANUARY, D("0.25"), None, D("0.4"), D(1), "a test")
    assert price_factor((rise,), Month(2027, 1), D(0)) == D("1.1")


def test_model_changes_multiply() -> None:
    changes = (
        ModelChange("longer", JANUARY, D("1.5"), D("0.4"), "a test"),
        ModelChange("newer", date(2027, 3, 1), D("0.5"), D(1), "a test"),
    )
    assert [model_factor(changes, Month(2027, n)) for n in (1, 3)] == [D("1.2"), D("0.6")]
    assert model_factor(changes, Month(2026, 12)) == 1


# --- Parts ----------------------------------------------------------------------------------------

shares = st.decimals("0", "1", places=2)


@settings(max_examples=60, deadline=None)
@given(
    growth=st.decimals("-0.5", "3", places=2),
    factor=st.decimals("0.1", "3", places=2),
    change=st.decimals("-0.9", "2", places=2),
    share=shares,
    launched=st.decimals("0", "90000", places=2),
    multiplier=st.decimals("0.1", "5", places=3),
    run_rate=st.decimals("0.01", "1000000", places=15),
)
def test_parts_multiply_back_exactly(**given: Decimal) -> None:
    plan = Plan(
        launches=(replace(LAUNCH, monthly_cost=given["launched"]),),
        model_changes=(ModelChange("m", JANUARY, given["factor"], given["share"], "a test"),),
        prices=(PriceChange("p", JANUARY, given["change"], None, given["share"], D(1), "a test"),),
    )
    path = path_of(plan, growth_path(given["growth"], 12), NOVEMBER, {"copilot": given["launched"]})
    parts = parts_of(year_of(path, given["run_rate"]), given["run_rate"], given["multiplier"])
    product = Fraction(1)
    for _, part in parts:
        product *= part
    assert not parts or product == Fraction(given["multiplier"])


# --- Draws ----------------------------------------------------------------------------------------


def draws(plan: Plan, growth_sd: float = 0.0, residual_sd: float = 0.0) -> Draws:
    steady = {launch.name: steady_cost(launch, None) for launch in plan.launches}
    return simulate(plan, Uncertain((1.0,) * 12, growth_sd, residual_sd), NOVEMBER, D(1000), steady)


def test_nothing_uncertain_is_one_outcome() -> None:
    assert set(draws(Plan()).multipliers) == {1.0}


def test_growth_alone_is_spread_as_stated() -> None:
    found = draws(Plan(), growth_sd=0.2).fitted()
    assert found.ln_median == pytest.approx(0, abs=0.01)
    # A year at sqrt(t/12) of its twelfth month: the mean of the roots is 0.692.
    assert found.ln_sd == pytest.approx(0.2 * 0.692, abs=0.005)


def test_a_launch_comes_as_often_as_stated() -> None:
    found = draws(Plan(launches=(replace(LAUNCH, probability=D("0.8")),)))
    assert sum(1 for m in found.multipliers if m == 1.0) / 10000 == pytest.approx(0.2, abs=0.01)


def test_half_of_the_slips_are_longer_than_the_median() -> None:
    late = replace(LAUNCH, slip_months=D(2))
    on_time = draws(Plan(launches=(LAUNCH,))).quantile(0.5)
    at_median = (
        1 + float(sum((launch_cost(late, D(12000), NOVEMBER.plus(n), D(2)) for n in range(12)), D(0))) / 12000
    )
    found = draws(Plan(launches=(late,)))
    assert found.quantile(0.5) == pytest.approx(at_median, rel=0.02)
    assert found.quantile(0.99) < on_time


def test_a_cut_without_migration_changes_no_draw() -> None:
    still = Plan(prices=(replace(CUT, migrates=D(0)),), elasticity=D("-1.11"))
    assert set(draws(still).multipliers) == {1.0}


def test_draws_are_the_same_each_time() -> None:
    plan = Plan(launches=(replace(LAUNCH, probability=D("0.5"), slip_months=D(1)),), prices=(CUT,))
    assert draws(plan, 0.1, 0.1) == draws(plan, 0.1, 0.1)


def test_quantiles_lie_between_draws() -> None:
    four = Draws((1.0, 2.0, 3.0, 4.0))
    assert [four.quantile(share) for share in (0.0, 0.5, 1.0)] == [1.0, 2.5, 4.0]
    assert [four.percentile(m) for m in (0.5, 2.0, 9.0)] == [0.0, 50.0, 100.0]


# --- Together, on a ledger ------------------------------------------------------------------------

GROWTH = Growth(D("0.4"), D("0.5"), D("0.6"), "a test")


def planned(book: Any, plan: Plan | None, mode: str = "table", months: int = 12) -> Forecast:
    config = replace(book.config, plan=plan)
    return forecast_budgets(book.ledger, config, months=months, by_workflow=False, mode=mode)


@pytest.fixture
def hundred(book: Any) -> Any:
    """A run rate of 100,000 a month."""
    book.month("2026-04", {"support": "98630.136986301369863"})
    return book


def test_existing_launches_and_reserve_make_the_total(hundred: Any) -> None:
    plan = Plan(growth=GROWTH, launches=(replace(LAUNCH, starts=date(2026, 7, 1)),))
    found = planned(hundred, plan).outlook
    assert found is not None
    assert [year.total for year in found.scenarios] == [D("1560000"), D("2400000"), D("3300000")]
    for year in found.scenarios:
        assert year.existing + year.launches + year.reserve == year.total
        product = Fraction(1)
        for part in year.parts:
            product *= Fraction(part.exact)
        assert product == Fraction(year.multiplier)
    # 100,000 x r (1.5 - 1) / (r - 1) with r the twelfth root of 1.5, 1.0343660831...
    assert found.scenarios[0].existing == D("1504922.86")


def test_plans_that_a_scenario_cannot_hold_leave_less_than_nothing(hundred: Any) -> None:
    huge = Plan(growth=GROWTH, launches=(replace(LAUNCH, monthly_cost=D(90000), starts=date(2026, 5, 1)),))
    found = planned(hundred, huge).outlook
    assert found is not None
    assert found.scenarios[0].reserve < 0 < found.scenarios[2].reserve


def test_the_plan_does_not_change_the_table(hundred: Any) -> None:
    plain, with_plan = planned(hundred, None), planned(hundred, Plan(growth=GROWTH, prices=(CUT,)))
    assert plain.total.scenarios == with_plan.total.scenarios
    assert plain.inputs_hash != with_plan.inputs_hash


def test_a_cut_without_migration_changes_nothing(hundred: Any) -> None:
    still = replace(CUT, starts=date(2026, 6, 1), migrates=D(0))
    for mode in ("table", "model", "blend"):
        before = planned(hundred, Plan(growth=GROWTH), mode)
        after = planned(hundred, Plan(growth=GROWTH, prices=(still,)), mode)
        assert before.total == after.total
        assert before.outlook is not None
        assert after.outlook is not None
        assert before.outlook.scenarios == after.outlook.scenarios
        assert before.outlook.model == after.outlook.model
        assert any("changes nothing" in text for text in after.outlook.assumptions)


def test_the_models_scenarios_are_its_quantiles(hundred: Any) -> None:
    found = planned(hundred, Plan(growth=GROWTH), "model")
    assert found.outlook is not None
    assert [s.mid.multiplier for s in found.total.scenarios] == list(found.outlook.model or ())
    assert [year.percentile for year in found.outlook.scenarios] == [D("10.0"), D("50.0"), D("90.0")]
    low, mid, high = found.outlook.model or ()
    assert low < D("1.254") < high
    assert mid == pytest.approx(D("1.2541"), abs=D("0.01"))
    assert found.total.scenarios[0].source == "P10 of the model (10,000 draws, seed 20261122)"


def test_the_blend_lies_between_model_and_presets(hundred: Any) -> None:
    found = planned(hundred, Plan(growth=GROWTH), "blend").outlook
    assert found is not None
    assert found.model is not None
    assert found.blend is not None
    assert found.model[1] < found.blend[1] < 2


def test_a_short_horizon_still_looks_at_the_year(hundred: Any) -> None:
    year, month = (planned(hundred, Plan(growth=GROWTH), months=n).outlook for n in (12, 3))
    assert year == month


def test_without_history_or_growth_there_is_no_model(hundred: Any) -> None:
    found = planned(hundred, None).outlook
    assert found is not None
    assert found.model is None
    assert found.scenarios[0].percentile is None
    assert found.existing_basis == "the run rate, flat: no baseline and no stated growth"
    with pytest.raises(ConfigError, match="--mode model needs a model of the year") as refused:
        planned(hundred, None, "model")
    assert "--growth" in refused.value.hint


def test_history_alone_makes_a_model(book: Any) -> None:
    book.months("2025-06", {"support": [900, 950, 940, 1000, 1050, 1040, 1100, 1150]})
    found = planned(book, None)
    assert found.outlook is not None
    assert found.outlook.existing_basis == "the baseline from history"
    assert found.outlook.model is not None
    assert found.total.baseline is not None
    assert found.outlook.scenarios[0].existing == found.total.baseline.expected_total


def test_parts_may_be_stated(hundred: Any) -> None:
    own = Scenario(
        "Board",
        D("2.16"),
        D("2.16"),
        D("2.16"),
        "a test",
        (("existing_volume", D("1.8")), ("price", D("1.2"))),
    )
    config = replace(hundred.config, scenarios=(own,))
    found = forecast_budgets(hundred.ledger, config, months=12, by_workflow=False).outlook
    assert found is not None
    assert [(p.name, p.factor) for p in found.scenarios[0].parts] == [
        ("existing_volume", D("1.8")),
        ("price", D("1.2")),
    ]


def test_a_launch_is_priced_by_the_catalogue(hundred: Any) -> None:
    hundred.ledger.execute(
        "INSERT INTO price BY NAME SELECT 'p' || meter AS price_id, 'acme' AS provider, 'm1' AS model_id, "
        "meter, 'standard' AS service_tier, 0 AS min_prompt_tokens, unit_price, 'USD' AS currency, "
        "'list' AS kind, "
        "TIMESTAMP '2026-01-01' AS valid_from_utc, TIMESTAMP '2026-01-01' AS recorded_at_utc, "
        "'x' AS source_url, DATE '2026-01-01' AS checked_on "
        "FROM (VALUES ('input_uncached', 0.000002), ('output', 0.00001)) AS v(meter, unit_price)"
    )
    sized = Launch(
        "chat",
        date(2026, 7, 1),
        "a test",
        users=D(100),
        requests_per_day=D(12),
        provider="acme",
        model="m1",
        tokens=(("input_uncached", D(1000)), ("output", D(100))),
    )
    found = planned(hundred, Plan(launches=(sized,))).outlook
    assert found is not None
    # 1,000 x 0.000002 + 100 x 0.00001 = 0.003 a request; x 1,200 a day x 365/12
    assert found.launches[0].steady_monthly_cost == D("109.50")
    other = replace(sized, model="m2")
    with pytest.raises(ConfigError, match='Launch "chat": acme m2 has no price of input_uncached in USD'):
        planned(hundred, Plan(launches=(other,)))
