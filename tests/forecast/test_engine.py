"""The engine: golden numbers worked by hand, and what must hold for any series."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finops_ai.forecast.engine import conformal, events, methods, metrics, pooled
from finops_ai.forecast.engine.bands import Bands, normal
from finops_ai.forecast.engine.combination import members
from finops_ai.forecast.engine.damped import damped, damped_grid
from finops_ai.forecast.engine.engine import around_sum, forecast_many
from finops_ai.forecast.engine.exponential import ets
from finops_ai.forecast.engine.methods import COMBINATION, FLAT, LEVEL, SEASONAL, Errors, Task
from finops_ai.forecast.engine.seasonality import (
    adjusted,
    autocorrelations,
    is_seasonal,
    moving_average,
    naive2,
    seasonal_indices,
)
from finops_ai.forecast.engine.theta import smooth, theta

MONTHS = Task("M", 12, 12)


def wave(count: int, size: float = 0.4) -> Any:
    return np.array([100 * (1 + size * math.sin(2 * math.pi * t / 12)) for t in range(count)])


# --- Golden numbers -------------------------------------------------------------------------------


def test_smoothing_by_hand() -> None:
    """Starts at 10; a weight of 1 repeats the last value, and no other weight errs less on a staircase."""
    found = smooth(np.array([10.0, 20.0, 30.0, 40.0]))
    assert found.alpha_float == 1.0
    assert found.level_float == 40.0
    assert found.fitted.tolist() == [10.0, 10.0, 20.0, 30.0]


def test_theta_of_a_straight_line_goes_on_at_half_its_slope() -> None:
    """2 x line - line is the line; its smoothing (weight 1) stays at 16, the other half climbs on."""
    bands = theta(np.array([10.0, 12.0, 14.0, 16.0]), 1, 3)
    assert bands.point == pytest.approx([(18 + 16) / 2, (20 + 16) / 2, (22 + 16) / 2])


def test_a_constant_series_stays_what_it_is() -> None:
    for found in (theta(np.full(20, 7.0), 12, 3), damped(np.full(20, 7.0), 12, 3)):
        assert found.point == pytest.approx([7.0] * 3)
        assert found.high95 == pytest.approx([7.0] * 3)


def test_autocorrelation_by_hand() -> None:
    # Around the mean 2.5: -1.5, -.5, .5, 1.5; lag 1: .75 - .25 + .75 = 1.25 of 5, lag 2: -.75 - .75.
    assert autocorrelations(np.array([1.0, 2.0, 3.0, 4.0]), 2) == pytest.approx([0.25, -0.3])


def test_moving_averages_of_odd_and_even_seasons_by_hand() -> None:
    values = np.array([1.0, 2.0, 6.0, 3.0, 5.0])
    assert moving_average(values, 3)[1:4] == pytest.approx([3.0, 11 / 3, 14 / 3])
    assert moving_average(values, 2)[1:4] == pytest.approx(
        [(0.5 + 2 + 3) / 2, (1 + 6 + 1.5) / 2, (3 + 3 + 2.5) / 2]
    )
    assert np.isnan(moving_average(values, 3)[[0, 4]]).all()


def test_indices_of_a_pure_season_by_hand() -> None:
    """Twice as much in every second period: indices 2/3 and 4/3, and nothing left but the level."""
    values = np.array([10.0, 20.0] * 6)
    indices = seasonal_indices(values, 2)
    assert indices == pytest.approx([2 / 3, 4 / 3])
    assert adjusted(values, indices) == pytest.approx([15.0] * 12)
    assert naive2(values, 2, 3) == pytest.approx([10.0, 20.0, 10.0])


def test_a_rest_day_of_nothing_is_forecast_as_nothing() -> None:
    week = np.array([0.0, 10.0, 10.0, 10.0, 10.0, 10.0, 20.0] * 6)
    assert is_seasonal(week, 7)
    assert naive2(week, 7, 7) == pytest.approx([0.0, 10.0, 10.0, 10.0, 10.0, 10.0, 20.0])
    assert pooled.level(week, 7, 2) == pytest.approx([0.0, 10.0], rel=1e-6)


def test_no_season_below_three_seasons_or_in_a_trend_alone() -> None:
    assert not is_seasonal(wave(35), 12)
    assert is_seasonal(wave(48), 12)
    assert not is_seasonal(np.full(60, 5.0), 12)


def test_growth_is_shrunk_to_the_pool_and_damped_by_hand() -> None:
    """log 1.1 a period without noise counts wholly: .9 + .81 of it two periods on."""
    values: Any = 100 * 1.1 ** np.arange(8)
    pool = pooled.Pool(growth_float=0.0, variance_float=0.0004, step_float=0.1)
    path = pooled.pooled_growth(values, pool, 2)
    last = float(values[-1])
    assert path == pytest.approx([last * 1.1**0.9, last * 1.1**1.71], rel=1e-6)


def test_a_noisy_growth_is_that_of_the_pool() -> None:
    values = np.array([100.0, 300.0, 80.0, 250.0, 90.0, 260.0, 100.0])
    pool = pooled.Pool(growth_float=0.05, variance_float=0.0004, step_float=0.1)
    first, second = pooled.pooled_growth(values, pool, 2)
    assert math.log(second / first) == pytest.approx(0.05 * 0.81, abs=0.001)


def test_usual_step_by_hand() -> None:
    """Three steps of .2 and four of the pool's .1: sqrt((3 x .04 + 4 x .01) / 7)."""
    values = np.exp(np.array([0.0, 0.2, 0.0, 0.2]))
    pool = pooled.Pool(0.0, 0.0004, 0.1)
    assert pooled.usual_step(values, pool) == pytest.approx(math.sqrt(0.16 / 7))


def test_a_pool_knows_one_more_series_that_does_not_grow() -> None:
    growing: Any = 1.1 ** np.arange(8)
    alone, company = pooled.pool_of([growing], 0.1), pooled.pool_of([growing] * 20, 0.1)
    assert alone.growth_float == pytest.approx(math.log(1.1) / 2)
    assert company.growth_float == pytest.approx(math.log(1.1) * 20 / 21)


def test_scores_by_hand() -> None:
    actual, forecast = np.array([100.0, 0.0]), np.array([50.0, 0.0])
    assert metrics.smape(actual, forecast) == pytest.approx(200 * 50 / 150 / 2)
    assert metrics.scale(np.array([1.0, 2.0, 4.0, 8.0]), 2) == pytest.approx((3 + 6) / 2)
    assert metrics.mase(actual, forecast, 5.0) == 5.0
    # Width 20; the first actual lies 10 above: 2 / .05 x 10 more.
    low, high = np.array([70.0, -10.0]), np.array([90.0, 10.0])
    assert metrics.msis(actual, low, high, 10.0, 0.05) == pytest.approx((20 + 400 + 20) / 2 / 10)


def test_errors_by_hand() -> None:
    found = Errors(((1, 100.0, 90.0, 5.0), (1, 200.0, 230.0, 10.0)))
    assert found.wape_float == pytest.approx(40 / 300)
    assert found.mase_float == pytest.approx((2 + 3) / 2)
    assert found.origins == 2


def test_conformal_half_widths_are_quantile_times_step() -> None:
    scores = conformal.Scores(0.1, {6: (np.array([1.0, 2.0]), np.array([2.0, 3.0]))})
    bands = conformal.conformal(np.array([100.0, 100.0]), 0.2, 7, scores)
    assert bands.high80 == pytest.approx([100 * math.exp(0.2), 100 * math.exp(0.4)])
    assert bands.low95 == pytest.approx([100 * math.exp(-0.4), 100 * math.exp(-0.6)])


def test_conformal_widths_grow_beyond_the_table_and_have_a_floor() -> None:
    scores = conformal.Scores(0.1, {6: (np.array([1.0, 2.0]), np.array([2.0, 3.0]))})
    q80, _ = scores.quantiles(9, 4)
    assert q80 == pytest.approx([1.0, 2.0, 2 * 1.5**0.4, 2 * 2**0.4])
    bands = conformal.conformal(np.array([100.0]), 0.001, 9, scores)
    assert bands.high80 == pytest.approx([100 * math.exp(0.05)])


def test_the_shipped_scores_are_quantiles_that_never_fall() -> None:
    for scores in conformal.shipped_scores().values():
        assert 0 < scores.step_float < 1
        for q80, q95 in scores.rows.values():
            assert (np.diff(q80) >= 0).all()
            assert (q95 > q80).all()


# --- The choice -----------------------------------------------------------------------------------


def wapes(**errors: float) -> dict[str, Errors]:
    return {name: Errors(((1, 100.0, 100.0 - 100 * error, 1.0),)) for name, error in errors.items()}


@pytest.mark.parametrize(
    ("errors", "long", "expected"),
    [
        ({"pooled_growth": 0.10, "level": 0.11, FLAT: 0.12}, False, "pooled_growth"),
        ({"pooled_growth": 0.12, "level": 0.12, FLAT: 0.12}, False, FLAT),
        ({COMBINATION: 0.12, FLAT: 0.11}, True, COMBINATION),  # the run rate is not a tenth better
        ({COMBINATION: 0.13, FLAT: 0.11}, True, FLAT),
        ({COMBINATION: 0.10, SEASONAL: 0.09, FLAT: 0.30}, True, COMBINATION),
        ({COMBINATION: 0.10, SEASONAL: 0.07, FLAT: 0.30}, True, SEASONAL),
    ],
)
def test_the_run_rate_is_used_unless_something_beats_it(
    errors: dict[str, float], long: bool, expected: str
) -> None:
    assert methods.chosen(wapes(**errors), long=long) == expected


def test_candidates_follow_the_length_of_history() -> None:
    assert methods.candidates(MONTHS, 5) == (FLAT,)
    assert methods.candidates(MONTHS, 12) == ("pooled_growth", LEVEL, FLAT)
    assert methods.candidates(MONTHS, 24) == (COMBINATION, SEASONAL, FLAT)
    days = Task("D", 7, 28)
    assert methods.candidates(days, 60) == (LEVEL, SEASONAL, FLAT)
    assert methods.candidates(days, 90) == (COMBINATION, LEVEL, SEASONAL, FLAT)
    assert methods.candidates(Task("D", 7, 56), 90) == (COMBINATION, SEASONAL, FLAT)


def test_origins_are_the_last_six_months_at_most_and_three_at_least() -> None:
    assert [methods.steps_back(MONTHS, known) for known in (6, 9, 11, 12)] == [
        [3, 2, 1], [3, 2, 1], [5, 4, 3, 2, 1], [6, 5, 4, 3, 2, 1],
    ]  # fmt: skip
    assert methods.steps_back(MONTHS, 36) == [12, 9, 6, 3]


def test_members_join_as_history_grows() -> None:
    noise = np.random.default_rng(1).normal(0, 3, 40)
    values = wave(40) + noise
    assert set(members(values[:9], 12, 3, with_ets=True)) == {"theta", "damped"}
    assert set(members(values[:27], 12, 3, with_ets=True)) == {"theta", "damped", "ets"}
    assert set(members(values, 12, 3, with_ets=True)) == {"theta", "damped", "stl", "ets"}


def test_a_season_is_followed() -> None:
    noise = np.random.default_rng(2).normal(0, 8, 96)
    values = wave(96)
    [answer] = forecast_many([values[:84] + noise[:84]], MONTHS, with_ets=[0])
    assert answer.method == COMBINATION
    assert answer.text == "mean of Theta, damped trend, STL and ETS"
    assert np.max(np.abs(answer.bands.point / values[84:] - 1)) < 0.12


def test_an_old_pool_knows_nothing_of_later_months() -> None:
    early = [100.0 + t for t in range(9)]
    calm, wild = (forecast_many([np.array([*early, last])], MONTHS)[0] for last in (110.0, 9999.0))
    # The first two periods' forecasts from the oldest origin saw none of the last value.
    at_oldest = [[f for _, _, f, _ in answer.errors.points[:3]] for answer in (calm, wild)]
    if calm.method == wild.method:
        assert at_oldest[0] == at_oldest[1]
    assert calm.flat.points[0][2] == wild.flat.points[0][2]


# --- What must hold -------------------------------------------------------------------------------

amounts = st.floats(0.01, 1e6, allow_nan=False)
series = st.lists(amounts, min_size=3, max_size=40).map(np.array)
with_zeros = st.lists(st.one_of(st.just(0.0), amounts), min_size=3, max_size=40).map(np.array)


@settings(max_examples=40, deadline=None)
@given(with_zeros)
@example(np.array([*[0.0] * 23, 1.0]))
def test_costs_are_never_forecast_below_zero_and_bounds_are_in_order(values: Any) -> None:
    [answer] = forecast_many([values], MONTHS)
    assert answer.bands.finite
    low95, low80, high80, high95 = (
        answer.bands.low95, answer.bands.low80, answer.bands.high80, answer.bands.high95,
    )  # fmt: skip
    assert (low95 >= 0).all()
    slack = 1e-9 * (1 + np.abs(answer.bands.point))
    for lower, upper in ((low95, low80), (low80, high80), (high80, high95)):
        assert (lower <= upper + slack).all()
    assert (low80 <= answer.bands.point + slack).all()
    assert (answer.bands.point <= high80 + slack).all()


@settings(max_examples=40, deadline=None)
@given(series, st.sampled_from([0.25, 8.0, 1024.0]))
def test_another_unit_of_money_gives_the_same_forecast(values: Any, factor: float) -> None:
    """Powers of two keep every float's digits, so that nothing but the scale differs."""
    [one], [other] = forecast_many([values], MONTHS), forecast_many([values * factor], MONTHS)
    assert one.method == other.method
    for mine, theirs in zip(one.bands.parts, other.bands.parts, strict=True):
        assert theirs == pytest.approx(mine * factor, rel=1e-6)


def test_the_unit_of_money_does_not_matter_to_ets_either() -> None:
    values = wave(48) + np.random.default_rng(3).normal(0, 2, 48)
    one, other = ets(values, 12, 6), ets(values * 1024, 12, 6)
    assert one is not None
    assert other is not None
    assert other.point == pytest.approx(one.point * 1024)


@settings(max_examples=20, deadline=None)
@given(st.lists(series, min_size=1, max_size=4))
def test_the_same_series_give_the_same_floats(lines: list[Any]) -> None:
    first, again = (forecast_many(lines, MONTHS) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert all((a == b).all() for a, b in zip(one.bands.parts, other.bands.parts, strict=True))


def test_bands_around_another_path_keep_their_proportions() -> None:
    bands = normal(np.array([100.0]), np.array([10.0])).around(np.array([200.0]))
    assert bands.high80 == pytest.approx([200 * (1 + 0.12815515655446004)])
    moved = Bands(*(np.array([value]) for value in (0.0, -1.0, 1.0, -2.0, 2.0))).around(np.array([5.0]))
    assert (moved.low80, moved.high95) == (4.0, 7.0)


def test_the_damped_grid_follows_a_fading_growth() -> None:
    path = np.cumsum(0.9 ** np.arange(30))
    found = damped_grid(path, 3).point
    assert (np.diff(found) >= 0).all()
    assert found[-1] == pytest.approx(10.0, abs=0.4)


# --- Events ---------------------------------------------------------------------------------------


def kinds(values: Any, unit_costs: Any = None) -> list[tuple[str, int]]:
    costs = None if unit_costs is None else events.UnitCosts(np.array(unit_costs), 1.0)
    return [(event.kind, event.place) for event in events.examine(np.array(values), costs)[0]]


STEADY = [100.0, 103.0, 99.0, 104.0, 101.0, 105.0, 102.0, 106.0, 103.0, 107.0, 104.0, 108.0]


def test_steady_growth_is_no_event() -> None:
    assert kinds(STEADY) == []
    assert kinds([100 * 1.1**t for t in range(14)]) == []


def test_a_one_off_is_seen_and_replaced_by_its_neighbours() -> None:
    values = np.array([*STEADY[:5], 300.0, *STEADY[6:]])
    [event], cleaned = events.examine(values)
    assert (event.kind, event.place) == (events.ONE_OFF, 5)
    assert event.ratio_float == pytest.approx(300 / math.sqrt(101 * 102))
    assert cleaned[5] == pytest.approx(math.sqrt(101 * 102))
    assert cleaned[:5] == pytest.approx(values[:5])


def test_a_month_of_half_is_a_low_month() -> None:
    assert kinds([*STEADY[:5], 40.0, *STEADY[6:]]) == [(events.DIP, 5)]


def test_a_lasting_step_is_a_shift_and_history_moves_to_the_new_level() -> None:
    values = np.array([*STEADY[:6], *(2 * value for value in STEADY[6:])])
    [event], cleaned = events.examine(values)
    assert (event.kind, event.place) == (events.SHIFT, 6)
    assert event.ratio_float == pytest.approx(2.0, rel=0.08)
    assert cleaned[:6] == pytest.approx(2 * values[:6], rel=0.08)
    assert cleaned[6:] == pytest.approx(values[6:])


def test_a_price_cut_is_told_from_a_fall_in_volume_by_the_tokens() -> None:
    values = [*STEADY[:6], *(0.6 * value for value in STEADY[6:])]
    per_token = [3.0] * 6 + [1.8] * 6
    assert kinds(values, per_token) == [(events.PRICE, 6)]
    assert kinds(values, [3.0] * 12) == [(events.SHIFT, 6)]


def test_a_price_cut_that_volume_makes_up_for_is_still_seen() -> None:
    """The bill does not move, but the price halved and the volume doubled."""
    assert kinds(STEADY, [3.0] * 6 + [1.5] * 6) == [(events.SHIFT, 6), (events.PRICE, 6)]


def test_a_jump_in_the_newest_month_is_left_as_it_is_and_told() -> None:
    values = np.array([*STEADY[:-1], 250.0])
    [event], cleaned = events.examine(values)
    assert event.kind == events.NEWEST
    assert cleaned[-1] == pytest.approx(250.0)


def test_a_december_that_is_always_high_is_a_season_and_no_one_off() -> None:
    year = [*STEADY[:11], 200.0]
    assert kinds([*year, *year, *year[:6]]) == []


def test_months_of_nothing_are_named() -> None:
    assert kinds([10.0, 0.0, 10.0, 0.0, 10.0, 10.0]) == [(events.NOTHING, 1), (events.NOTHING, 3)]


# --- Sums -----------------------------------------------------------------------------------------


def test_a_pool_of_two_forecasts_by_hand() -> None:
    """On logs: points 0 and .4, half-widths .3 and .5; the centre is .2, half the distance .2 a deviation."""
    mine = Bands(*(np.exp(np.array([x])) for x in (0.0, -0.3, 0.3, -0.45, 0.45)))
    other = Bands(*(np.exp(np.array([x])) for x in (0.4, -0.1, 0.9, -0.3, 1.1)))
    found = mine.pooled_with(other)
    assert found.point == pytest.approx([1.0])
    half80 = math.sqrt(0.5**2 + (1.2815515655 * 0.2) ** 2)
    half95 = math.sqrt(0.7**2 + (1.9599639845 * 0.2) ** 2)
    assert np.log(found.high80) == pytest.approx([0.2 + half80])
    assert np.log(found.low80) == pytest.approx([0.2 - half80])
    assert np.log(found.high95) == pytest.approx([0.2 + half95])
    assert np.log(found.low95) == pytest.approx([0.2 - half95])


def test_forecasts_that_agree_are_as_sure_together_as_alone() -> None:
    bands = normal(np.array([10.0, 11.0]), np.array([1.0, 2.0]))
    for one, other in zip(bands.pooled_with(bands).parts, bands.parts, strict=True):
        assert one == pytest.approx(other)


def test_a_sum_whose_forecasts_were_always_too_low_is_less_sure() -> None:
    values = np.array([100.0, 104.0, 99.0, 103.0, 101.0, 105.0, 102.0, 106.0, 103.0, 107.0])
    point = np.full(12, 105.0)
    right = {back: values[-back:] for back in (4, 3, 2, 1)}
    low = {back: 0.5 * values[-back:] for back in (4, 3, 2, 1)}
    sure, unsure = (around_sum(values, values, point, paths, MONTHS) for paths in (right, low))
    assert bool(np.all(unsure.high80 > sure.high80))
    assert bool(np.all(unsure.low80 < sure.low80))


def test_the_narrowest_range_that_held_eight_of_ten() -> None:
    """After the first value: 0 0 0 0 0 0 0 0 50 90; eight are nothing, and 95% reach to the end."""
    values = np.array([7.0, 0, 0, 90, 0, 0, 0, 50, 0, 0, 0])
    assert conformal.mostly_nothing(values)
    bands = conformal.rarely(np.array([10.0]), values)
    assert [float(part[0]) for part in bands.parts] == [10.0, 0.0, 10.0, 0.0, 90.0]
    assert not conformal.mostly_nothing(np.array([0.0, 1, 0, 1, 1]))
    assert not conformal.mostly_nothing(np.array([0.0, 0, -1, 0, 0]))


def test_a_jump_counts_as_a_doubling_at_most() -> None:
    pool = pooled.Pool(0.0, 0.0004, 0.1)
    jump, double = (np.array([100.0, 100.0 * by, 100.0]) for by in (50, 2))
    assert pooled.usual_step(jump, pool) == pytest.approx(pooled.usual_step(double, pool))
    assert pooled.usual_step(double, pool) == pytest.approx(math.sqrt((2 * math.log(2) ** 2 + 0.04) / 6))
