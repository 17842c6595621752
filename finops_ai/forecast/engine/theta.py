"""Theta (Assimakopoulos and Nikolopoulos 2000) and simple exponential smoothing, on a grid: no optimiser."""

from __future__ import annotations

from dataclasses import dataclass

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands, normal
from finops_ai.forecast.engine.seasonality import deseasonalised

_ALPHAS = np.linspace(0.02, 1.0, 50)


@dataclass(frozen=True)
class Smoothed:
    """The smoothing with the least squared one-step error: its weight, last level, and forecasts."""

    alpha_float: float
    level_float: float
    fitted: Floats
    """The level before each value: its one-step forecast."""


def smooth(values: Floats, first_level: float | None = None) -> Smoothed:
    """Simple exponential smoothing, the weight chosen among 50; starts at the first value."""
    start = float(values[0]) if first_level is None else first_level
    levels = np.full(len(_ALPHAS), start)
    squares = np.zeros(len(_ALPHAS))
    fitted = np.empty((len(values), len(_ALPHAS)))
    for t, value in enumerate(values):
        fitted[t] = levels
        errors = value - levels
        squares += errors * errors
        levels = levels + _ALPHAS * errors
    best = int(np.argmin(squares))
    return Smoothed(float(_ALPHAS[best]), float(levels[best]), fitted[:, best])


def theta(values: Floats, period: int, horizon: int) -> Bands:
    """Half of the straight line, half of the smoothed series bent away from it; season by indices."""
    flat, ahead = deseasonalised(values, period, horizon)
    count = len(flat)
    times = np.arange(count, dtype=np.float64)
    slope, start = _line(times, flat)
    bent = 2 * flat - (start + slope * times)
    found = smooth(bent)
    steps = np.arange(1, horizon + 1, dtype=np.float64)
    point = 0.5 * (start + slope * (count - 1 + steps)) + 0.5 * found.level_float
    errors = flat - 0.5 * (start + slope * times) - 0.5 * found.fitted
    # The first error is zero by construction or the line's own; three parameters were chosen.
    variance = float(np.sum(errors[1:] ** 2)) / max(count - 3, 1)
    deviation = np.sqrt(variance * (1 + (steps - 1) * found.alpha_float**2))
    bands = normal(point, deviation).times(ahead)
    return bands.at_least_zero() if bool(np.all(values >= 0)) else bands


def _line(times: Floats, values: Floats) -> tuple[float, float]:
    """Slope and value at time zero of the least-squares line."""
    centred = times - np.mean(times)
    spread = float(np.dot(centred, centred))
    slope = float(np.dot(centred, values)) / spread if spread > 0 else 0.0
    return slope, float(np.mean(values)) - slope * float(np.mean(times))
