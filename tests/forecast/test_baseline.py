"""The statistical baseline: what it says of flat, growing, seasonal, short and broken histories."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from finops_ai.forecast import Baseline
from finops_ai.forecast.baseline import baselines
from finops_ai.forecast.result import Forecast
from finops_ai.months import Month

D = Decimal
JANUARY = Month(2025, 1)


def baseline_of(forecast: Forecast, label: str = "total") -> Baseline:
    found = next(line for line in (forecast.total, *forecast.lines) if line.label == label).baseline
    assert found is not None
    return found


def from_costs(
    costs: dict[str | None, list[float]], months: int = 12
) -> tuple[dict[Any, Baseline], Baseline]:
    length = max(map(len, costs.values()))
    past = [JANUARY.plus(t) for t in range(length)]
    lines = {
        name: {past[length - len(values) + t]: D(repr(value)) for t, value in enumerate(values)}
        for name, values in costs.items()
    }
    found = baselines(lines, past, [JANUARY.plus(length + t) for t in range(months)])
    return found.lines, found.total


def by_days(rate: float, months: int) -> list[float]:
    """A bill of `rate` an average month: what a steady use costs in months of 28 to 31 days."""
    return [rate * JANUARY.plus(t).days * 12 / 365 for t in range(months)]


def test_five_months_have_no_baseline(book: Any) -> None:
    book.months("2026-06", {"support": [100.0] * 5})
    found = book.forecast()
    assert found.baseline_note == "5 complete months of history: a statistical baseline needs 6."
    assert found.total.baseline is None
    assert all(line.baseline is None for line in found.lines)


def test_six_months_have_one_and_say_how_little_it_rests_on(book: Any) -> None:
    book.months("2026-05", {"support": [100.0, 110.0, 95.0, 105.0, 100.0, 102.0]})
    found = book.forecast()
    assert found.baseline_note.startswith(
        "Baseline from 6 complete months, 2026-05 to 2026-10, with 80% intervals"
    )
    assert "few errors (3 backtest origins)" in found.baseline_note
    for month in baseline_of(found).months:
        assert month.low is not None
        assert month.high is not None
        assert month.low < month.expected < month.high


def test_a_gap_in_history_cuts_what_the_baseline_uses(book: Any) -> None:
    book.months("2026-01", {"support": [100.0] * 3})
    book.months("2026-05", {"support": [100.0] * 5})  # April is missing
    found = book.forecast()
    assert found.run_rate_basis == "last complete month 2026-09"
    assert found.baseline_note.startswith("5 complete months")
    assert (
        "The months before 2026-05 are not used for the baseline: 2026-04 is missing or not complete."
        in found.notes
    )


def test_steady_use_is_forecast_flat_and_by_the_days_of_the_month() -> None:
    lines, total = from_costs({"support": by_days(91250.0, 12)}, months=3)
    assert lines["support"].method == "flat_run_rate"
    assert lines["support"].statement == "flat run rate: no model beat it in the backtest"
    # 3,000 a day in January, February and March 2026.
    assert [month.expected for month in total.months] == [D("93000.00"), D("84000.00"), D("93000.00")]
    # Even a bill that never moved is not known to better than 5%.
    low = total.months[0].low
    assert low is not None
    assert low <= D(93000 * math.exp(-0.05)).quantize(D("0.01"))


def test_growth_goes_on_but_slows_down() -> None:
    lines, _ = from_costs({"support": [rate * 1.06**t for t, rate in enumerate(by_days(1000.0, 12))]})
    found = lines["support"]
    assert found.method == "pooled_growth"
    assert found.wape is not None
    assert found.flat_wape is not None
    assert found.wape < found.flat_wape
    last, in_a_year = 1000 * 1.06**11, float(found.months[-1].expected)
    assert last * 1.1 < in_a_year < last * 1.06**12 * 1.05


def test_a_yearly_pattern_is_seen_after_two_years() -> None:
    wave = [1 + 0.4 * math.sin(2 * math.pi * t / 12) for t in range(36)]
    lines, _ = from_costs({"support": [rate * wave[t] for t, rate in enumerate(by_days(1000.0, 30))]})
    found = lines["support"]
    assert found.method == "seasonal_naive"
    for t, month in enumerate(found.months):
        days = month.month.days * 12 / 365
        assert float(month.expected) == pytest.approx(1000 * wave[(30 + t) % 12] * days, abs=0.01)


def test_a_short_line_is_carried_on_flat_beside_an_older_one() -> None:
    lines, total = from_costs({"old": by_days(1000.0, 12), "new": by_days(200.0, 12)[-4:]}, months=1)
    assert lines["new"].statement == "flat run rate: 4 months of history, a model and an interval need 6"
    assert lines["new"].months[0].low is None
    assert total.expected_total == lines["old"].expected_total + lines["new"].expected_total


def test_months_of_nothing_count_as_zero_and_widen_the_interval() -> None:
    lines, _ = from_costs({"batch": [100.0, 0.0, 100.0, 0.0, 100.0, 90.0, 0.0, 120.0]})
    month = lines["batch"].months[0]
    assert month.low == D("0.00")
    assert month.high is not None
    assert D(0) < month.expected < month.high


def test_a_line_without_cost_is_expected_to_cost_nothing() -> None:
    lines, _ = from_costs({"support": by_days(1000.0, 8), None: [0.0] * 8})
    assert {month.expected for month in lines[None].months} == {D("0.00")}


def test_lines_sum_to_the_total_to_the_cent(book: Any) -> None:
    book.months(
        "2025-11",
        {
            "a": [1000 * 1.03**t for t in range(12)],
            "b": [333.33 + 17 * (t % 5) for t in range(12)],
            "c": [10.0 / (t + 1) for t in range(12)],
        },
    )
    found = book.forecast(18)
    for t, month in enumerate(baseline_of(found).months):
        parts = [line.baseline.months[t].expected for line in found.lines if line.baseline is not None]
        assert sum(parts) == month.expected
        assert month.expected == round(month.expected, 2)


def test_the_same_ledger_gives_the_same_forecast_twice(new_book: Callable[[], Any]) -> None:
    found = []
    for _ in range(2):
        with new_book() as book:
            book.months(
                "2025-07", {"a": [100 * 1.05**t for t in range(14)], "b": [50.0 + t % 3 for t in range(14)]}
            )
            found.append(book.forecast())
    assert found[0] == found[1]


def width(month: Any) -> float:
    assert month.low is not None
    assert month.high is not None
    return math.log(month.high / month.low)


def test_a_one_off_is_not_repeated_but_widens_the_interval() -> None:
    """What happened may happen again: the public errors behind the intervals hold such months too."""
    steady = [100.0, 103.0, 99.0, 104.0, 101.0, 105.0, 102.0, 106.0, 103.0, 107.0, 104.0, 108.0]
    calm, _ = from_costs({"support": steady})
    jumpy, _ = from_costs({"support": [*steady[:5], 300.0, *steady[6:]]})
    assert float(jumpy["support"].months[0].expected) < 150
    assert width(jumpy["support"].months[0]) > 2 * width(calm["support"].months[0])


def test_the_interval_of_a_sum_reaches_what_launches_have_always_added() -> None:
    """A new workflow every second month: no forecast of the old ones knows it, the sum's history does."""
    costs: dict[str | None, list[float]] = {"old": by_days(1000.0, 12)}
    for start in range(1, 12, 2):
        costs[f"from {start}"] = by_days(150.0, 12)[start:]
    _, total = from_costs(costs, months=3)
    flat = D("1900") * 12 / 365  # 1000 and six launches of 150
    for ahead, month in enumerate(total.months):
        assert month.expected == pytest.approx(flat * month.month.days, abs=D("0.05"))
        launched = D("150") * ((ahead + 2) // 2) * 12 / 365 * month.month.days
        assert month.high is not None
        assert month.expected + launched < month.high


def test_a_sum_of_one_line_is_as_sure_as_that_line() -> None:
    lines, total = from_costs(
        {"support": [100.0, 90.0, 120.0, 95.0, 110.0, 130.0, 105.0, 99.0], None: [0.0] * 8}
    )
    assert [(m.low, m.high) for m in total.months] == [(m.low, m.high) for m in lines["support"].months]


@pytest.mark.parametrize("months", [8, 14, 26])
@pytest.mark.parametrize("place", [0, 4])
def test_one_cost_among_months_of_nothing_is_no_wide_interval(months: int, place: int) -> None:
    """Eight of ten months cost nothing, so that is the interval: no spread around a mean of 1,200 / 14."""
    costs = [0.0] * months
    costs[0] = 1.0
    costs[place] = 1200.0
    lines, total = from_costs({"audit": costs})
    for month in (*lines["audit"].months, *total.months):
        assert (month.low, month.expected, month.high) == (D("0.00"), D("0.00"), D("0.00"))


def test_a_line_of_nothing_leaves_the_intervals_of_others_as_they_are() -> None:
    steady = [100.0 + 3 * (t % 4) for t in range(26)]
    alone, _ = from_costs({"support": steady})
    rare = [1.0, *[0.0] * 22, 1200.0, 0.0, 0.0]
    beside, total = from_costs({"support": steady, "audit": rare})
    assert beside["support"].months == alone["support"].months
    assert total.months[0].high is not None
    assert total.months[0].high < 3 * total.months[0].expected


def test_one_cost_in_one_line_does_not_explode_the_total() -> None:
    """A month of thirteen times the others is a one-off of the total, too."""
    steady = [100.0 + 3 * (t % 4) for t in range(14)]
    _, total = from_costs({"support": steady, "audit": [1.0, *[0.0] * 11, 1200.0, 0.0]})
    for month in total.months:
        assert month.high is not None
        assert month.high < 3 * month.expected
