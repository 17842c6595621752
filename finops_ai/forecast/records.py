"""A forecast as flat rows and as one JSON text, for export and storage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from finops_ai.forecast.result import Forecast, Line
from finops_ai.money import plain
from finops_ai.months import Month

BASELINE = "Baseline"


def forecast_records(forecast: Forecast) -> list[dict[str, Any]]:
    """One row per line, scenario, level and month; lines other than the total only by workflow.

    The baseline is scenario ``Baseline``: mid is the expected cost, low and high bound its 80%
    interval and are absent when there is none. `budget` is a Decimal in `currency`, to the cent.
    """
    shown = (forecast.total, *(forecast.lines if forecast.by_workflow else ()))
    return [record for line in shown for record in _line_records(line, forecast)]


def all_records(forecast: Forecast) -> list[dict[str, Any]]:
    """The rows of every line, however the forecast is meant to be shown."""
    return [record for line in (forecast.total, *forecast.lines) for record in _line_records(line, forecast)]


def forecast_payload(forecast: Forecast) -> str:
    """The whole forecast as JSON text: money as strings with all digits, months as YYYY-MM.

    `by_workflow` is left out: it says how a forecast is shown, not what it is.
    """
    content = _plain(forecast)
    del content["by_workflow"]
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _line_records(line: Line, forecast: Forecast) -> Iterator[dict[str, Any]]:
    for scenario, level, month, budget in _points(line):
        yield {
            "scope": line.scope,
            "workflow": line.workflow,
            "scenario": scenario,
            "level": level,
            "month": str(month),
            "budget": budget,
            "currency": forecast.currency,
            "label": forecast.label,
        }


def _points(line: Line) -> Iterator[tuple[str, str, Month, Decimal]]:
    for scenario in line.scenarios:
        for level in scenario.levels:
            for point in level.months:
                yield scenario.name, level.level, point.month, point.budget
    if line.baseline is not None:
        for month in line.baseline.months:
            for name, value in (("low", month.low), ("mid", month.expected), ("high", month.high)):
                if value is not None:
                    yield BASELINE, name, month.month, value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Month):
        return str(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
