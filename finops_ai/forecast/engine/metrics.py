"""Scores of forecasts, as the M4 competition and SOURCES.md of the benchmark sets define them."""

from __future__ import annotations

from finops_ai.forecast.engine.arrays import Floats, np


def smape(actual: Floats, forecast: Floats) -> float:
    """Mean of 200 |y - f| / (|y| + |f|), in percent; a step where both are zero is no error."""
    size = np.abs(actual) + np.abs(forecast)
    return float(
        np.mean(np.where(size > 0, 200 * np.abs(actual - forecast) / np.where(size > 0, size, 1), 0))
    )


def scale(past: Floats, lag: int) -> float:
    """Mean |y_t - y_(t-lag)| of the history: the unit of MASE and of interval scores."""
    return float(np.mean(np.abs(past[lag:] - past[:-lag]))) if len(past) > lag else float("nan")


def mase(actual: Floats, forecast: Floats, unit: float) -> float:
    """Mean absolute error in `unit`s of the history."""
    return float(np.mean(np.abs(actual - forecast))) / unit


def msis(actual: Floats, low: Floats, high: Floats, unit: float, alpha: float) -> float:
    """Mean interval score: width, plus 2 / alpha of what lies outside, in `unit`s of the history."""
    outside = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    return float(np.mean(high - low + 2 / alpha * outside)) / unit
