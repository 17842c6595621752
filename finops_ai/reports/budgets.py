"""The forecast's budgets as the report shows them. Imports nothing of the forecast room at run time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from finops_ai.money import plain
from finops_ai.reports.model import BudgetLine, Budgets, Scenario

if TYPE_CHECKING:
    from finops_ai.forecast.result import Forecast, ScenarioBudget


def from_forecast(forecast: Forecast) -> Budgets:
    """The run rate, scenarios, contingency and phasing of `forecast`, figures unchanged."""
    baseline = forecast.total.baseline
    statements = [baseline.statement] if baseline is not None and baseline.statement else []
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
