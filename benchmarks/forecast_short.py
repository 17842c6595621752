"""Short histories: series cut to 6, 9 and 12 periods, as they are and with a growth added.

The growth (6% a period, give or take 4%, fading by 5% a period; fixed seed) is that of AI bills;
it is put on history and future alike. The error is that of the 12-period total: the budget.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from forecast_sets import SeriesSet

from finops_ai.forecast.engine.arrays import Floats
from finops_ai.forecast.engine.engine import forecast_many
from finops_ai.forecast.engine.methods import Task
from finops_ai.forecast.engine.pooled import level

CUTS = (6, 9, 12)
AHEAD = 12
SEED = 7


def short_history(found: SeriesSet) -> list[dict[str, Any]]:
    """One row a cut and world: the total's error of the engine, of the flat level and of the last period."""
    rows: list[dict[str, Any]] = []
    for known in CUTS:
        for growth in (False, True):
            past, future = _cut(found, known, growth=growth)
            answers = forecast_many(past, Task(found.frequency, found.period, AHEAD), with_ets=())
            bands = [answer.bands for answer in answers]
            rows.append(
                {
                    "known": known,
                    "world": "growing" if growth else "plain",
                    "error": _error([band.point for band in bands], future),
                    "flat_level": _error([level(values, 1, AHEAD) for values in past], future),
                    "last_period": _error([np.full(AHEAD, values[-1]) for values in past], future),
                    "coverage80": _covered([(b.low80, b.high80) for b in bands], future),
                    "coverage95": _covered([(b.low95, b.high95) for b in bands], future),
                }
            )
    for row in rows:
        row["ratio"] = round(row["error"] / row["flat_level"], 3)
    return rows


def _cut(found: SeriesSet, known: int, *, growth: bool) -> tuple[list[Floats], list[Floats]]:
    """The last `known` periods of every long enough history, and the 12 after."""
    rates = np.random.default_rng(SEED).normal(0.06, 0.04, len(found.names))
    past, future = [], []
    for rate, train, test in zip(rates, found.train, found.test, strict=True):
        if len(train) < known or len(test) < AHEAD:
            continue
        values = np.concatenate((train[-known:], test[:AHEAD]))
        if growth:
            values = values * np.exp(np.cumsum(rate * 0.95 ** np.arange(len(values))))
        past.append(values[:known])
        future.append(values[known:])
    return past, future


def _error(points: list[Floats], future: list[Floats]) -> float:
    """Mean over the series of |sum of forecasts / sum of actuals - 1|."""
    pairs = zip(points, future, strict=True)
    return round(float(np.mean([abs(np.sum(p) / np.sum(y) - 1) for p, y in pairs if np.sum(y)])), 4)


def _covered(bounds: list[tuple[Floats, Floats]], future: list[Floats]) -> float:
    inside = [(y >= low) & (y <= high) for (low, high), y in zip(bounds, future, strict=True)]
    return round(float(np.mean(inside)), 4)
