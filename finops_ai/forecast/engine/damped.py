"""Damped-trend smoothing over a grid of parameters, each weighted by its likelihood.

No optimiser, no start values to tune, no boundary solutions: 80 parameter sets run side by side
and every one counts by how well it foretold the series one step ahead.
"""

from __future__ import annotations

from dataclasses import dataclass

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands, normal
from finops_ai.forecast.engine.seasonality import deseasonalised


@dataclass(frozen=True)
class _Grid:
    """One entry a parameter set: weight of the level, of the trend (of the level's), damping."""

    alpha: Floats
    beta: Floats
    phi: Floats


def _grid() -> _Grid:
    sets = [
        (alpha, beta, phi)
        for alpha in (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95)
        for beta, phi in (
            (0.0, 0.0), (0.02, 0.9), (0.02, 0.98), (0.05, 0.8), (0.05, 0.9), (0.05, 0.98),
            (0.15, 0.8), (0.15, 0.9), (0.15, 0.98), (0.3, 0.8), (0.3, 0.9),
        )
    ]  # fmt: skip
    alpha, beta, phi = (np.array(column) for column in zip(*sets, strict=True))
    return _Grid(alpha, beta, phi)


_GRID = _grid()


def damped(values: Floats, period: int, horizon: int) -> Bands:
    """Damped trend on the logs of the series without its season; on the values when one is not positive."""
    flat, ahead = deseasonalised(values, period, horizon)
    if bool(np.all(flat > 0)):
        return damped_grid(np.log(flat), horizon).exp().times(ahead)
    bands = damped_grid(flat, horizon).times(ahead)
    return bands.at_least_zero() if bool(np.all(values >= 0)) else bands


def damped_grid(values: Floats, horizon: int) -> Bands:
    """The likelihood-weighted mean of the grid's paths and of their quantiles."""
    level, trend, squares = _run(values)
    weights = _weights(squares, len(values))
    damping = np.cumsum(_GRID.phi[:, None] ** np.arange(1, horizon + 1), axis=1)
    paths = level[:, None] + trend[:, None] * damping
    point = weights @ paths
    variance = squares / max(len(values) - 3, 1)
    # Response of the forecast j periods on to one error: alpha (1 + beta x (phi + .. + phi^j)).
    response = _GRID.alpha[:, None] * (1 + _GRID.beta[:, None] * damping)
    spread = np.cumsum(response[:, :-1] ** 2, axis=1)
    growth = np.concatenate((np.ones((len(weights), 1)), 1 + spread), axis=1)
    deviation = weights @ np.sqrt(variance[:, None] * growth)
    between = np.sqrt(weights @ (paths - point) ** 2)
    return normal(point, np.sqrt(deviation**2 + between**2))


def _run(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Last level and trend of each parameter set, and its squared one-step errors."""
    first = values[: min(len(values), 10)]
    slope = float(np.polyfit(np.arange(len(first)), first, 1)[0]) if len(first) > 2 else 0.0
    trending = _GRID.phi > 0
    trend = np.where(trending, slope, 0.0)
    level = np.full(len(_GRID.alpha), float(np.mean(first)) - slope * (len(first) + 1) / 2)
    level = np.where(trending, level, float(first[0]))
    squares = np.zeros(len(_GRID.alpha))
    weight = _GRID.alpha * _GRID.beta
    for value in values:
        trend = _GRID.phi * trend
        errors = value - level - trend
        squares += errors * errors
        level = level + trend + _GRID.alpha * errors
        trend = trend + weight * errors
    return level, trend, squares


def _weights(squares: Floats, count: int) -> Floats:
    """Likelihoods of the parameter sets, summing to 1; a set that fits perfectly takes all."""
    least = max(float(np.min(squares)), 1e-300)
    likelihood = np.exp(-0.5 * count * np.log(np.maximum(squares, 1e-300) / least))
    return np.asarray(likelihood / np.sum(likelihood), dtype=np.float64)
