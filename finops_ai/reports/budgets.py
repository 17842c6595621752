"""The forecast's budgets as the report shows them. Imports nothing of the forecast room at run time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from finops_ai.money import plain
from finops_ai.reports.model import BudgetLine, Budgets, BudgetUse, Fan, FanMonth, Scenario

if TYPE_CHECKING:
    from finops_ai.forecast.budget_watch import BudgetStanding
    from finops_ai.forecast.result import Forecast, Line, ScenarioBudget


LINES_PICTURED_MAX = 9


def from_forecast(forecast: Forecast) -> Budgets:
    """The run rate, scenarios, contingency and phasing of `forecast`, figures unchanged.

    What the run rate is and leaves out is told beside it, so `run_rate_notes` are no notes here.
    """
    baseline = forecast.total.baseline
    statements = [_sentence(baseline.statement)] if baseline is not None and baseline.statement else []
    return Budgets(
        currency=forecast.currency,
        run_rate=forecast.total.run_rate.monthly_cost,
        run_rate_yearly=forecast.total.run_rate.yearly_cost,
        basis=forecast.run_rate_basis,
        months=tuple(forecast.first_month.plus(step) for step in range(forecast.months)),
        scenarios=tuple(_scenario(scenario) for scenario in forecast.total.scenarios),
        contingency=forecast.contingency,
        conservative_shortfall=forecast.conservative_shortfall,
        lines=tuple(
            BudgetLine(
                name=line.label,
                run_rate=line.run_rate.monthly_cost,
                mids=tuple(scenario.mid.budget for scenario in line.scenarios),
                flags=line.flags,
            )
            for line in (forecast.lines if forecast.by_workflow else ())
        ),
        left_out=tuple((part.part, part.currency, part.cost) for part in forecast.left_out),
        notes=tuple(note for note in (*statements, forecast.baseline_note, *forecast.notes) if note),
        fans=tuple(_fan(line) for line in _pictured(forecast)),
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def use_of(standing: BudgetStanding) -> BudgetUse:
    """A budget's standing as the report shows it, figures unchanged."""
    return BudgetUse(
        name=standing.budget.name,
        measure=standing.measure,
        period=str(standing.period),
        limit=standing.limit,
        actual=standing.actual,
        actual_percent=standing.actual_percent,
        forecast=standing.forecast,
        forecast_percent=standing.forecast_percent,
        state=standing.state,
    )


def _pictured(forecast: Forecast) -> list[Line]:
    """The total and the lines with the highest run rates, in the forecast's order."""
    if forecast.total.baseline is None:
        return []
    ranked = sorted(forecast.lines, key=lambda line: (-line.run_rate.monthly_cost, line.label))
    return [forecast.total, *ranked[:LINES_PICTURED_MAX]]


def _fan(line: Line) -> Fan:
    months = () if line.baseline is None else line.baseline.months
    return Fan(
        name=line.label,
        past=tuple((each.month, each.cost) for each in line.past),
        ahead=tuple(FanMonth(each.month, each.low, each.expected, each.high) for each in months),
        plans=tuple(
            (scenario.name, tuple(month.budget for month in scenario.mid.months))
            for scenario in line.scenarios
        ),
    )


def _scenario(scenario: ScenarioBudget) -> Scenario:
    low, high = scenario.level("low"), scenario.level("high")
    return Scenario(
        name=scenario.name,
        multiples=_multiples(low.multiplier, high.multiplier),
        low=low.budget,
        mid=scenario.mid.budget,
        high=high.budget,
        source=scenario.source,
        monthly=tuple(month.budget for month in scenario.mid.months),
    )


def _multiples(low: Decimal, high: Decimal) -> str:
    if low == high:
        return f"{plain(low)}x"
    return f"{plain(low)}x to {plain(high)}x"
