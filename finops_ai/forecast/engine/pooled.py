"""Short histories: a smoothed level and a growth that is shrunk to what all series do together.

Below a year or two a series' own trend is mostly noise: extended unshrunk, it makes the worst
forecasts of all. Its log growth counts by how certain it is against the spread of true growth
between the series (empirical Bayes), and fades month by month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.seasonality import deseasonalised
from finops_ai.forecast.engine.theta import smooth

DAMPING_FLOAT = 0.9
"""Share of last period's growth that goes on the period after."""
_OWN_GROWTH_SD_FLOAT = 0.02
"""Least spread of true growth rates between series: 2% a period, so no pool is ever certain."""
_MOST_STEP_FLOAT = float(np.log(2))
"""A change of more than double or half counts as that: intervals hold eight months of ten, not the next
one-off."""
_PRIOR_STEPS = 4
"""Weight, in observations, of the pool's step against a series' own."""


@dataclass(frozen=True)
class Pool:
    """What all series do together: mean log growth, its variance between series, usual step deviation."""

    growth_float: float
    variance_float: float
    step_float: float


def pool_of(lines: Sequence[Floats], public_step: float) -> Pool:
    """The pool of the series with three or more values, all positive.

    `public_step` is the usual step of public series: what counts where there is no company.

    One series of zero growth is always part of the pool: a single workflow has no company to
    confirm its own growth.
    """
    means, noises, sizes = [0.0], [0.0], []
    for values in lines:
        if len(values) >= 3 and bool(np.all(values > 0)):
            steps = np.diff(np.log(values))
            means.append(float(np.mean(steps)))
            variance = float(np.var(steps, ddof=1))
            noises.append(variance / len(steps))
            sizes.append(np.sqrt(np.mean(_held(steps) ** 2)))
    spread = float(np.var(means, ddof=1)) - float(np.mean(noises)) if len(means) > 2 else 0.0
    usual = float(np.median([*sizes, public_step]))
    return Pool(float(np.mean(means)), max(spread, _OWN_GROWTH_SD_FLOAT**2), usual)


def usual_step(values: Floats, pool: Pool) -> float:
    """Root mean square of the log steps, growth included, shrunk to the pool's by four pseudo-observations.

    Growth counts, because a growing series is the harder to foretell the faster it grows.
    """
    own, count = 0.0, 0
    if len(values) >= 3 and bool(np.all(values > 0)):
        steps = np.diff(np.log(values))
        own, count = float(np.sum(_held(steps) ** 2)), len(steps)
    return float(np.sqrt((own + _PRIOR_STEPS * pool.step_float**2) / (count + _PRIOR_STEPS)))


def _held(steps: Floats) -> Floats:
    return np.minimum(np.abs(steps), _MOST_STEP_FLOAT)


def level(values: Floats, period: int, horizon: int) -> Floats:
    """A smoothed level with the season of each period ahead, and no trend."""
    flat, ahead = deseasonalised(values, period, horizon)
    return _level(flat) * ahead


def pooled_growth(values: Floats, pool: Pool, horizon: int) -> Floats:
    """A smoothed level that grows by the shrunk growth, damped; the level alone unless all are positive."""
    if len(values) < 3 or not bool(np.all(values > 0)):
        return np.full(horizon, _level(values))
    steps = np.diff(np.log(values))
    noise = float(np.var(steps, ddof=1)) / len(steps) + 1e-12
    weight = pool.variance_float / (pool.variance_float + noise)
    growth = weight * float(np.mean(steps)) + (1 - weight) * pool.growth_float
    path = growth * np.cumsum(DAMPING_FLOAT ** np.arange(1, horizon + 1))
    return np.asarray(_level(values) * np.exp(path), dtype=np.float64)


def _level(values: Floats) -> float:
    """The last smoothed level: in logs while all values are positive."""
    positive = bool(np.all(values > 0))
    worked = np.log(values) if positive else values
    found = smooth(worked, float(np.mean(worked[: min(3, len(worked))]))).level_float
    return float(np.exp(found)) if positive else found
