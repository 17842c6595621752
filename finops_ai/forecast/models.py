"""Candidate models for short monthly series: numpy, and statsmodels for ETS only.

A series is a list of floats, oldest first: cost of an average month, so that February does not
look like a fall. Every model returns `horizon` floats, or None when it does not suit the series.
Nothing here is random: the same series gives the same floats.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAMPING_FLOAT = 0.9
"""Share of last month's growth that goes on the month after (reference: short AI series)."""

_OWN_GROWTH_SD_FLOAT = 0.03
"""Least spread of true growth rates between workflows: 3% a month, so no pool is ever certain."""

_ALPHAS = np.linspace(0.05, 1.0, 20)


@dataclass(frozen=True)
class Pool:
    """Monthly log growth of all lines together: its mean and the variance between lines."""

    growth_float: float
    variance_float: float


Model = Callable[[Sequence[float], Pool, int], "list[float] | None"]


@dataclass(frozen=True)
class Candidate:
    """A model, its name for people, and the months of history below which it is not tried."""

    name: str
    text: str
    months_needed: int
    model: Model


def flat(series: Sequence[float], _pool: Pool, horizon: int) -> list[float]:
    """The last month goes on: the flat run rate, which every other model has to beat."""
    return [series[-1]] * horizon


def level(series: Sequence[float], _pool: Pool, horizon: int) -> list[float] | None:
    """Simple exponential smoothing in logs, smoothing chosen by one-step errors."""
    logs = _logs(series)
    return None if logs is None else [float(np.exp(_ses(logs)))] * horizon


def damped_growth(series: Sequence[float], pool: Pool, horizon: int) -> list[float] | None:
    """A smoothed level that grows by its own growth, shrunk to the pool's and damped each month."""
    logs = _logs(series)
    if logs is None or len(logs) < 3:
        return None
    steps = np.diff(logs)
    noise = float(np.var(steps, ddof=1)) / len(steps) + 1e-12
    weight = pool.variance_float / (pool.variance_float + noise)
    growth = weight * float(np.mean(steps)) + (1 - weight) * pool.growth_float
    path = growth * np.cumsum(DAMPING_FLOAT ** np.arange(1, horizon + 1))
    return [float(value) for value in np.exp(_ses(logs) + path)]


def seasonal_naive(series: Sequence[float], _pool: Pool, horizon: int) -> list[float] | None:
    """The same month of last year."""
    return None if len(series) < 12 else [series[len(series) - 12 + h % 12] for h in range(horizon)]


def ets(series: Sequence[float], _pool: Pool, horizon: int) -> list[float] | None:
    """ETS with additive damped trend in logs (statsmodels); None below ten positive months."""
    logs = _logs(series)
    if logs is None or len(logs) < 10 or float(np.ptp(logs)) == 0.0:
        return None
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    with warnings.catch_warnings():
        # A fit that stops at its iteration limit is still judged by the backtest.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        fit = ExponentialSmoothing(
            logs, trend="add", damped_trend=True, initialization_method="heuristic"
        ).fit()
    # Beyond three times the largest month seen a fit has run away, not found anything.
    path = np.asarray(fit.forecast(horizon), dtype=np.float64)
    if not np.all(np.isfinite(path)):
        return None
    return [float(value) for value in np.exp(np.minimum(path, float(np.max(logs)) + np.log(3.0)))]


FLAT = Candidate("flat_run_rate", "flat run rate", 1, flat)
CANDIDATES = (
    Candidate("level", "smoothed level, no growth", 3, level),
    Candidate("damped_growth", "smoothed level with damped growth shrunk to all workflows", 3, damped_growth),
    Candidate("ets", "exponential smoothing with damped trend", 12, ets),
    Candidate("seasonal_naive", "same month of last year", 24, seasonal_naive),
)


def pool_growth(lines: Sequence[Sequence[float]]) -> Pool:
    """Mean and spread of log growth over the lines with three or more positive months.

    One line of zero growth is always part of the pool: a single workflow has no company to
    confirm its own growth.
    """
    means, noises = [0.0], [0.0]
    for series in lines:
        logs = _logs(series)
        if logs is not None and len(logs) >= 3:
            steps = np.diff(logs)
            means.append(float(np.mean(steps)))
            noises.append(float(np.var(steps, ddof=1)) / len(steps))
    spread = float(np.var(means, ddof=1)) - float(np.mean(noises)) if len(means) > 2 else 0.0
    return Pool(float(np.mean(means)), max(spread, _OWN_GROWTH_SD_FLOAT**2))


def _logs(series: Sequence[float]) -> NDArray[np.float64] | None:
    values = np.asarray(series, dtype=np.float64)
    return np.log(values) if len(values) and bool(np.all(values > 0)) else None


def _ses(logs: NDArray[np.float64]) -> float:
    """The final level of the smoothing (of 20) with the least squared one-step error."""
    levels = np.full(len(_ALPHAS), float(np.mean(logs[: min(3, len(logs))])))
    squares = np.zeros(len(_ALPHAS))
    for value in logs:
        errors = value - levels
        squares += errors**2
        levels = levels + _ALPHAS * errors
    return float(levels[int(np.argmin(squares))])
