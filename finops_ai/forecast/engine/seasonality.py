"""Seasonality as the M4 competition tested it, with indices that tolerate zeros.

The M4 organisers' rule: a series of at least three seasons is seasonal when its autocorrelation at
the seasonal lag is beyond the 90% limit; it is then divided by the indices of a classical
multiplicative decomposition.
"""

from __future__ import annotations

from finops_ai.forecast.engine.arrays import Floats, np

_Z90_FLOAT = 1.645
_TINY_INDEX_FLOAT = 0.05
"""Below this index a period says nothing of the level: a rest day of 2% would be blown up fiftyfold."""


def is_seasonal(values: Floats, period: int) -> bool:
    """The M4 test at lag `period`; False below three seasons and for a constant series."""
    count = len(values)
    if period < 2 or count < 3 * period:
        return False
    correlations = autocorrelations(values, period)
    limit = _Z90_FLOAT / np.sqrt(count) * np.sqrt(1 + 2 * np.sum(correlations[:-1] ** 2))
    return bool(abs(correlations[-1]) > limit)


def autocorrelations(values: Floats, lags: int) -> Floats:
    """Autocorrelations at lags 1..`lags`; zeros for a constant series."""
    centred = values - np.mean(values)
    variance = float(np.dot(centred, centred))
    if variance <= 0:
        return np.zeros(lags)
    return np.array([float(np.dot(centred[lag:], centred[:-lag])) / variance for lag in range(1, lags + 1)])


def seasonal_indices(values: Floats, period: int) -> Floats:
    """Index of each position in the season (t mod `period`), mean 1; all 1 where there are none."""
    trend = moving_average(values, period)
    known = np.isfinite(trend) & (trend > 0)
    ratios = np.full(len(values), np.nan)
    ratios[known] = values[known] / trend[known]
    indices = np.ones(period)
    for position in range(period):
        found = ratios[position::period]
        found = found[np.isfinite(found)]
        if not len(found):
            return np.ones(period)
        indices[position] = max(float(np.mean(found)), 0.0)
    mean = float(np.mean(indices))
    return indices / mean if mean > 0 else np.ones(period)


def moving_average(values: Floats, period: int) -> Floats:
    """Centred moving average over one season, NaN at both ends; even seasons halve the outer two."""
    weights = np.ones(period) / period
    if period % 2 == 0:
        weights = np.concatenate(([0.5], np.ones(period - 1), [0.5])) / period
    half = len(weights) // 2
    trend = np.full(len(values), np.nan)
    if len(values) >= len(weights):
        trend[half : len(values) - half] = np.convolve(values, weights, mode="valid")
    return trend


def adjusted(values: Floats, indices: Floats) -> Floats:
    """`values` without their season; where the index is next to nothing, the neighbours' level."""
    every = indices[np.arange(len(values)) % len(indices)]
    telling = every >= _TINY_INDEX_FLOAT
    found = np.where(telling, values / np.where(telling, every, 1.0), 0.0)
    if not bool(np.all(telling)):
        places = np.arange(len(values), dtype=np.float64)
        found = np.interp(places, places[telling], found[telling])
    return found


def indices_ahead(indices: Floats, known: int, horizon: int) -> Floats:
    """The indices of the `horizon` periods after `known` ones."""
    ahead: Floats = indices[(known + np.arange(horizon)) % len(indices)]
    return ahead


def deseasonalised(values: Floats, period: int, horizon: int) -> tuple[Floats, Floats]:
    """The series without its season and the indices ahead: unchanged and ones when not seasonal."""
    if not is_seasonal(values, period):
        return values, np.ones(horizon)
    indices = seasonal_indices(values, period)
    return adjusted(values, indices), indices_ahead(indices, len(values), horizon)


def naive2(values: Floats, period: int, horizon: int) -> Floats:
    """The last value without its season, with the season of each period ahead (M4's benchmark)."""
    flat, ahead = deseasonalised(values, period, horizon)
    return float(flat[-1]) * ahead
