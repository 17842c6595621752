"""Budgets for the coming months. numpy and statsmodels load only when a baseline is computed."""

from finops_ai.forecast.budgets import forecast_budgets
from finops_ai.forecast.records import forecast_payload, forecast_records
from finops_ai.forecast.result import (
    Baseline,
    BaselineMonth,
    Forecast,
    GroupBaseline,
    LeftOut,
    LevelBudget,
    Line,
    LineEvent,
    MonthBudget,
    RunRate,
    ScenarioBudget,
)
from finops_ai.forecast.store import store_forecast

__all__ = [
    "Baseline",
    "BaselineMonth",
    "Forecast",
    "GroupBaseline",
    "LeftOut",
    "LevelBudget",
    "Line",
    "LineEvent",
    "MonthBudget",
    "RunRate",
    "ScenarioBudget",
    "forecast_budgets",
    "forecast_payload",
    "forecast_records",
    "store_forecast",
]
