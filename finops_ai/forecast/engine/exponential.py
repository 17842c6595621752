"""Exponential smoothing state space models (statsmodels), the best of six by corrected AIC.

Intervals come from 500 paths simulated here: those of statsmodels draw from a generator that
cannot be given a seed in every version, and the same ledger must give the same bytes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands
from finops_ai.forecast.engine.decomposed import periods_needed

_PATHS = 500
_SEED = 20261122
_RUNAWAY_FLOAT = 10.0
"""A path beyond so many times the largest value seen has run away, not found anything."""


@dataclass(frozen=True)
class _Form:
    """Additive or multiplicative errors, damped trend or none, and the season: add, mul or none."""

    error: str
    trending: bool
    season: str | None


_PLAIN = (_Form("add", False, None), _Form("add", True, None))
_SEASONAL_ADD = (_Form("add", False, "add"), _Form("add", True, "add"))
_SEASONAL_MUL = (_Form("mul", False, "mul"), _Form("mul", True, "mul"))
_PLAIN_MUL = (_Form("mul", False, None), _Form("mul", True, None))


def ets(values: Floats, period: int, horizon: int) -> Bands | None:
    """Path and simulated intervals of the model with the least AICc; None when none can be fitted."""
    # The optimiser stops by absolute tolerances, so it is given a series of size one.
    size = float(np.mean(np.abs(values)))
    if size == 0.0 or not np.isfinite(size):
        return None
    values = values / size
    best: tuple[float, _Form, Any] | None = None
    for form in _forms(values, period):
        fit = _fit(values, form, period)
        if fit is None:
            continue
        score = _aicc(fit, len(values))
        if best is None or score < best[0]:
            best = (score, form, fit)
    if best is None:
        return None
    bands = _simulated(best[2], best[1], values, period, horizon)
    if not bands.finite or float(np.max(np.abs(bands.point))) > _RUNAWAY_FLOAT * float(
        np.max(np.abs(values))
    ):
        return None
    bands = bands.times(np.full(horizon, size))
    return bands.at_least_zero() if bool(np.all(values >= 0)) else bands


def _forms(values: Floats, period: int) -> tuple[_Form, ...]:
    positive = bool(np.all(values > 0))
    if period > 1 and len(values) >= periods_needed(period):
        return (*_PLAIN, *_SEASONAL_ADD, *(_SEASONAL_MUL if positive else ()))
    return (*_PLAIN, *(_PLAIN_MUL if positive else ()))


def _fit(values: Floats, form: _Form, period: int) -> Any:
    """A fitted model, or None when it does not suit the series."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    # Four parameters and the starting states must be fewer than the values.
    states = 1 + form.trending + (period if form.season else 0)
    if len(values) <= states + 6 or float(np.ptp(values)) == 0.0:
        return None
    with warnings.catch_warnings():
        # A fit that stops at its iteration limit still competes by its likelihood.
        warnings.simplefilter("ignore")
        try:
            fit = ETSModel(
                values,
                error=form.error,
                trend="add" if form.trending else None,
                damped_trend=form.trending,
                seasonal=form.season,
                seasonal_periods=period if form.season else None,
                initialization_method="heuristic",
            ).fit(disp=0)
        except (np.linalg.LinAlgError, ValueError):
            return None
    return fit if np.isfinite(fit.llf) else None


def _aicc(fit: Any, count: int) -> float:
    """AIC with the correction for short series; infinite where it is undefined (count <= k + 2)."""
    free = len(fit.params) + 1
    if count <= free + 2:
        return float("inf")
    return float(-2 * fit.llf + 2 * free + 2 * free * (free + 1) / (count - free - 1))


@lru_cache(maxsize=4)
def _draws(horizon: int) -> Floats:
    """Standard normal draws, each with its mirror image, the same in every run."""
    half = np.random.default_rng(_SEED).standard_normal((horizon, _PATHS // 2))
    return np.concatenate((half, -half), axis=1)


def _simulated(fit: Any, form: _Form, values: Floats, period: int, horizon: int) -> Bands:
    """Quantiles of simulated paths around the path without errors."""
    errors = np.asarray(fit.resid, dtype=np.float64)
    free = max(len(values) - 3 - 2 * form.trending, 1)
    deviation = float(np.sqrt(np.sum(errors**2) / free))
    paths = _paths(fit, form, period, deviation * _draws(horizon))
    point = _paths(fit, form, period, np.zeros((horizon, 1)))[:, 0]
    low95, low80, high80, high95 = np.quantile(paths, (0.025, 0.1, 0.9, 0.975), axis=1)
    return Bands(point, low80, high80, low95, high95)


def _paths(fit: Any, form: _Form, period: int, errors: Floats) -> Floats:
    """Paths (period ahead, draw) of the fitted model from its last states, driven by `errors`."""
    alpha = float(fit.alpha)
    beta = float(fit.beta) if form.trending else 0.0
    gamma = float(fit.gamma) if form.season else 0.0
    phi = float(fit.phi) if form.trending else 0.0
    draws = errors.shape[1]
    level = np.full(draws, float(np.asarray(fit.level)[-1]))
    trend = np.full(draws, float(np.asarray(fit.slope)[-1]) if form.trending else 0.0)
    last = np.asarray(fit.season)[-period:] if form.season else np.zeros(1)
    season = [np.full(draws, float(value)) for value in last]
    rows = []
    for k in range(len(errors)):
        base = level + phi * trend
        place = k % len(season)
        now = season[place]
        mean = base * now if form.season == "mul" else base + now
        value = mean * (1 + errors[k]) if form.error == "mul" else mean + errors[k]
        rows.append(value)
        error = value - mean
        ratio = np.where(now != 0, now, 1.0) if form.season == "mul" else 1.0
        level = base + alpha * error / ratio
        trend = phi * trend + beta * error / ratio
        if form.season == "mul":
            season[place] = now + gamma * error / np.where(base != 0, base, 1.0)
        elif form.season:
            season[place] = now + gamma * error
    return np.stack(rows)
