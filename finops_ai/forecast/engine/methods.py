"""The methods a series can be forecast with, the errors each made at past origins, and the choice.

Points only: intervals are the business of engine.py. All series of one call end with the same
period, so an origin is a number of periods back from that end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.combination import combination
from finops_ai.forecast.engine.pooled import Pool, level, pooled_growth

FLAT = "flat_run_rate"
LEVEL = "level"
GROWTH = "pooled_growth"
SEASONAL = "seasonal_naive"
COMBINATION = "combination"

LEAST_TRAINING = 3
LEAST_HISTORY = 6
MOST_ORIGINS = 6
_LEAST_ORIGINS = 3
_LONG_HISTORY = {"D": 90, "W": 52, "M": 24, "Q": 12}
_MONTH_OF_DAYS = 31
_SEASONAL_SHARE_FLOAT = 0.75
"""The same period of last season must at least quarter off the errors of the others: repeating
one season repeats its noise, and few origins flatter it."""
_LONG_SHARE_FLOAT = 0.9


@dataclass(frozen=True)
class Task:
    """What is asked: the frequency (D, W, M, Q), periods in a season, and periods ahead."""

    frequency: str
    period: int
    horizon: int

    @property
    def long_history(self) -> int:
        """Periods from which on a series is forecast by the combination and its own quantiles."""
        return _LONG_HISTORY.get(self.frequency, max(24, 2 * self.period))

    def is_long(self, known: int) -> bool:
        """Whether `known` periods are a long history."""
        return known >= self.long_history


@dataclass(frozen=True)
class Errors:
    """Forecasts against actuals over all origins: (periods ahead, actual, forecast, scale)."""

    points: tuple[tuple[int, float, float, float], ...]

    @property
    def wape_float(self) -> float | None:
        """Sum of absolute errors over sum of absolute actuals."""
        total = math.fsum(abs(actual) for _, actual, _, _ in self.points)
        return math.fsum(abs(a - f) for _, a, f, _ in self.points) / total if total else None

    @property
    def mase_float(self) -> float | None:
        """Mean absolute error in units of the mean period-to-period change before each origin."""
        scaled = [abs(actual - forecast) / unit for _, actual, forecast, unit in self.points if unit > 0]
        return math.fsum(scaled) / len(scaled) if scaled else None

    @property
    def origins(self) -> int:
        """How many origins were tested."""
        return sum(1 for ahead, *_ in self.points if ahead == 1)


def candidates(task: Task, known: int) -> tuple[str, ...]:
    """The methods that compete for a series of `known` periods, the first is the one expected to win."""
    if known < LEAST_HISTORY:
        return (FLAT,)
    seasonal = (SEASONAL,) if task.period > 1 and known >= 2 * task.period else ()
    if task.is_long(known):
        near = (LEVEL,) if task.frequency == "D" and task.horizon <= _MONTH_OF_DAYS else ()
        return (COMBINATION, *near, *seasonal, FLAT)
    if task.frequency == "D":
        return (LEVEL, *seasonal, FLAT)
    return (GROWTH, LEVEL, *seasonal, FLAT)


def point_of(method: str, values: Floats, task: Task, pool: Pool, horizon: int) -> Floats:
    """The path of a method; the flat run rate where the series does not suit it."""
    path: Floats | None = None
    if method == SEASONAL and len(values) >= task.period:
        path = values[len(values) - task.period + np.arange(horizon) % task.period]
    elif method == LEVEL:
        path = level(values, task.period, horizon)
    elif method == GROWTH:
        path = pooled_growth(values, pool, horizon)
    elif method == COMBINATION:
        found = combination(values, task.period, horizon, with_ets=False)
        path = None if found is None else found[0].point
    if path is None or not bool(np.all(np.isfinite(path))):
        path = np.full(horizon, float(values[-1]))
    return path


def steps_back(task: Task, known: int) -> list[int]:
    """How many periods before the end each origin lies, the oldest first.

    Short histories: the last min(6, n - 6) periods, at least three of them. Long ones: four
    origins spread over the horizon.
    """
    if task.is_long(known):
        reach = min(task.horizon, known // 3)
        return sorted({max(1, reach * part // 4) for part in (1, 2, 3, 4)}, reverse=True)
    count = min(MOST_ORIGINS, max(known - LEAST_HISTORY, _LEAST_ORIGINS))
    return [back for back in range(count, 0, -1) if known - back >= LEAST_TRAINING]


def backtest(
    method: str,
    values: Floats,
    task: Task,
    pools: Mapping[int, Pool],
    paths: Mapping[int, Floats] | None = None,
) -> Errors:
    """Errors of `method` at every origin; `pools` by steps back, as each pool was known then.

    `paths` are forecasts that were already made, by steps back.
    """
    points: list[tuple[int, float, float, float]] = []
    for back in steps_back(task, len(values)):
        past, future = values[: len(values) - back], values[len(values) - back :]
        path = (paths or {}).get(back)
        if path is None:
            path = point_of(method, past, task, pools[back], back)
        points += errors_of(past, future, path)
    return Errors(tuple(points))


def errors_of(past: Floats, future: Floats, path: Floats) -> list[tuple[int, float, float, float]]:
    """(periods ahead, actual, forecast, scale) of one origin."""
    unit = float(np.mean(np.abs(np.diff(past)))) if len(past) > 1 else 0.0
    pairs = zip(future.tolist(), path.tolist(), strict=True)
    return [(ahead, actual, value, unit) for ahead, (actual, value) in enumerate(pairs, start=1)]


def chosen(errors: Mapping[str, Errors], *, long: bool) -> str:
    """The method with the least WAPE; the flat run rate unless one is better.

    `errors` in the order of `candidates`: of equals the first counts, except that nothing
    displaces an equally good run rate. On a `long` history the run rate must be a tenth better:
    the few origins, which overlap, speak less than what combinations do on thousands of series.
    """
    flat = errors[FLAT].wape_float
    if flat is None:
        return FLAT
    best, least = FLAT, flat / (_LONG_SHARE_FLOAT if long else 1.0)
    for method, found in errors.items():
        wape = found.wape_float
        if method in (FLAT, SEASONAL) or wape is None:
            continue
        if wape < least:
            best, least = method, wape
    seasonal = errors[SEASONAL].wape_float if SEASONAL in errors else None
    return SEASONAL if seasonal is not None and seasonal < _SEASONAL_SHARE_FLOAT * least else best
