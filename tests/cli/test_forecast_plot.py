"""`finops-ai forecast --plot`: lengths worked by hand on a line of round numbers."""

from __future__ import annotations

from decimal import Decimal

from finops_ai.cli.forecast_plot import plots
from finops_ai.forecast import Forecast, Line
from finops_ai.forecast.result import (
    TOTAL,
    Baseline,
    BaselineMonth,
    LevelBudget,
    MonthBudget,
    MonthCost,
    RunRate,
    ScenarioBudget,
)
from finops_ai.months import Month

D = Decimal
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def forecast(past: str, baseline: Baseline | None, mid: str) -> Forecast:
    level = LevelBudget("mid", D(2), None, None, D(mid), D(mid), (MonthBudget(NOVEMBER, D(mid)),))
    rate = RunRate(D(1), None, None, differs=False)
    scenarios = (ScenarioBudget("Expected", "test", (level,)),)
    line = Line(TOTAL, None, rate, scenarios, baseline, past=(MonthCost(OCTOBER, D(past)),))
    return Forecast("USD", NOVEMBER, 1, False, "basis", line, (), None, None, "", (), (), "hash")


def expected(low: str | None, mid: str, high: str | None) -> Baseline:
    bounds = [None if each is None else D(each) for each in (low, high)]
    month = BaselineMonth(NOVEMBER, bounds[0], D(mid), bounds[1])
    return Baseline("theta", "", (month,), 0, None, None, None)


def test_bars_band_and_letters_stand_at_their_amounts() -> None:
    """The largest amount, 560, is 56 columns: 10 a column."""
    _, title, october, november, *_ = plots(forecast("280", expected("100", "200", "300"), "560"))
    assert title == "total, USD"
    assert october == "2026-10  " + "█" * 28 + " " * 28 + "  " + "      280.00"
    band = " " * 9 + "░" * 10 + "┃" + "░" * 10
    assert november == "2026-11  " + band + " " * 25 + "E" + "  " + "      200.00"


def test_without_an_interval_or_a_baseline() -> None:
    _, _, _, november, *_ = plots(forecast("560", expected(None, "560", None), "280"))
    assert november == "2026-11  " + " " * 27 + "E" + " " * 27 + "┃" + "        560.00"
    _, _, _, november, *_ = plots(forecast("560", None, "280"))
    assert november == "2026-11  " + " " * 27 + "E"


def test_nothing_but_zeros_draws_nothing() -> None:
    assert list(plots(forecast("0", None, "0"))) == ["", "█ billed; E Expected (mid)."]


def test_the_last_line_explains_the_signs_that_are_drawn() -> None:
    *_, last = plots(forecast("280", expected("100", "200", "300"), "560"))
    assert last == "█ billed, ░ 80% interval, ┃ what history lets expect; E Expected (mid)."
    *_, last = plots(forecast("280", expected(None, "200", None), "560"))
    assert last == "█ billed, ┃ what history lets expect; E Expected (mid)."
    *_, last = plots(forecast("280", None, "560"))
    assert last == "█ billed; E Expected (mid)."
