"""`forecast backtest` against a computation of its own, and the binomial band by hand."""

from __future__ import annotations

from decimal import Decimal
from math import comb
from typing import Any

import pytest

from finops_ai.errors import InputError
from finops_ai.forecast.trial import Score, Trial, backtest, binomial_band, origins
from finops_ai.months import Month

D = Decimal
# A steady growth of 6% a month, in bills of 28 to 31 days.
GROWING = [100 * 1.06**t * Month(2026, 1).plus(t).days * 12 / 365 for t in range(10)]
WAVY = [50.0, 60.0, 45.0, 70.0, 40.0, 65.0, 55.0, 48.0, 66.0, 52.0]


@pytest.fixture
def filled(book: Any) -> Any:
    book.months("2026-01", {"growing": GROWING, "wavy": WAVY})
    return book


def score(found: Trial, scope: str, ahead: int, workflow: str | None = None) -> Score:
    [one] = [s for s in found.scores if (s.scope, s.ahead, s.workflow) == (scope, ahead, workflow)]
    return one


@pytest.mark.parametrize(
    ("months", "ahead", "expected"),
    [
        (7, 1, [6]),
        (7, 3, []),
        (10, 1, [6, 7, 8, 9]),
        (10, 3, [6, 7]),
        (24, 1, [18, 19, 20, 21, 22, 23]),
        (24, 12, [7, 8, 9, 10, 11, 12]),
    ],
)
def test_origins_are_the_last_six_that_leave_a_month_to_compare_with(
    months: int, ahead: int, expected: list[int]
) -> None:
    assert origins(months, ahead) == expected


def test_scores_equal_those_of_forecasts_made_month_by_month(filled: Any) -> None:
    """The same as running the forecast at the end of each month and waiting: `--month` says what it was."""
    found = backtest(filled.ledger, filled.config)
    last = filled.forecast().first_month.plus(-1)
    errors, flats, actuals, inside = [], [], [], []
    for back in (4, 3, 2, 1):
        forecast = filled.forecast(1, as_of=str(last.plus(-back)))
        month = last.plus(1 - back)
        actual = D(f"{GROWING[10 - back]:.2f}") + D(f"{WAVY[10 - back]:.2f}")
        before = D(f"{GROWING[9 - back]:.2f}") + D(f"{WAVY[9 - back]:.2f}")
        [expected] = forecast.total.baseline.months
        assert expected.month == month
        flat = before * month.days / month.plus(-1).days
        errors.append(expected.expected - actual)
        flats.append(flat - actual)
        actuals.append(actual)
        inside.append(expected.low <= actual <= expected.high)
    total = score(found, "total", 1)
    assert total.origins == 4
    assert total.wape == pytest.approx(sum(map(abs, errors)) / sum(actuals), abs=D("0.000001"))
    assert total.flat_wape == pytest.approx(sum(map(abs, flats)) / sum(actuals), abs=D("0.000001"))
    assert total.bias == pytest.approx(sum(errors) / sum(actuals), abs=D("0.000001"))
    assert total.value_added is not None
    assert total.wape is not None
    assert total.flat_wape is not None
    assert abs(total.value_added - (total.flat_wape - total.wape)) <= D("0.000001")
    assert total.coverage == D(sum(inside)) / 4


def test_growth_is_worth_forecasting_and_noise_is_not(filled: Any) -> None:
    found = backtest(filled.ledger, filled.config)
    growing = score(found, "workflow", 3, "growing")
    assert growing.value_added is not None
    assert growing.value_added > D("0.05")
    assert growing.bias is not None
    statements = dict(found.statements)
    assert "backtest WAPE" in statements["growing"]
    assert set(found.run_rate_lines) <= set(statements)
    for name in found.run_rate_lines:
        assert "flat run rate" in statements[name] or "no cost" in statements[name]


def test_what_history_is_too_short_for_is_named(filled: Any) -> None:
    found = backtest(filled.ledger, filled.config)
    assert found.notes == ("n/a for 12 months ahead: 10 complete months, 18 are needed for 12.",)
    assert {s.ahead for s in found.scores} == {1, 3}


def test_six_months_are_too_few_and_the_refusal_says_what_next(book: Any) -> None:
    book.months("2026-01", {"support": [100.0] * 6})
    with pytest.raises(InputError, match="6 complete months of history: a backtest needs 7") as refused:
        backtest(book.ledger, book.config)
    assert "Ingest older bills" in refused.value.hint


def test_a_month_in_the_past_can_be_the_newest(filled: Any) -> None:
    found = backtest(filled.ledger, filled.config, as_of=Month(2026, 8))
    assert found.last_month == Month(2026, 8)
    assert score(found, "total", 1).origins == 2


@pytest.mark.parametrize("trials", [1, 4, 30, 200])
def test_the_band_is_that_of_the_exact_binomial(trials: int) -> None:
    def below(successes: int) -> float:
        return sum(comb(trials, k) * 0.8**k * 0.2 ** (trials - k) for k in range(successes + 1))

    low, high = binomial_band(trials, 0.8)
    assert below(low) >= 0.025
    assert low == 0 or below(low - 1) < 0.025
    assert below(high) >= 0.975
    assert high == 0 or below(high - 1) < 0.975
