"""How wide intervals must be: measured on what forecasts of the same series said before.

Models are too sure of themselves on some data and too timid on other; errors at past origins, over
all series together, tell by how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands

_PRIOR_ORIGINS = 10
"""Weight, in origins of a series, of the widths as they are against the measured ones."""


@dataclass(frozen=True)
class Widths:
    """What half-widths are multiplied with: the combination's, and the pooled ones of short series.

    The latter only ever widen: the errors are those of the method that did best at these very
    origins, so they are never taken as proof of narrower intervals.
    """

    long80: float
    long95: float
    short: float


def calibrated(
    series: Sequence[Floats], past: Sequence[Mapping[int, Bands]], short: Sequence[Floats]
) -> Widths:
    """How much wider or narrower intervals must be to have covered past errors of these series.

    `past` is what the combination said at each origin of a long series, by steps back; `short`
    errors of short series in units of their half-width, one array an origin. Few origins count
    less than the widths as they are.
    """
    ratios80: list[Floats] = []
    ratios95: list[Floats] = []
    for values, paths in zip(series, past, strict=True):
        for back, bands in paths.items():
            future = values[len(values) - back :]
            ratios80.append(ratios(future, bands.point, bands.low80, bands.high80))
            ratios95.append(ratios(future, bands.point, bands.low95, bands.high95))
    return Widths(_factor(ratios80, 0.8), _factor(ratios95, 0.95), short_factor(short))


def short_factor(errors: Sequence[Floats]) -> float:
    """What half-widths of pooled intervals are multiplied with, by errors in half-widths: 1 or more."""
    return max(1.0, _factor(errors, 0.8))


def _factor(scores: Sequence[Floats], share: float) -> float:
    """The quantile of errors in half-widths, drawn to 1 when few origins speak."""
    if not scores:
        return 1.0
    weight = len(scores) / (len(scores) + _PRIOR_ORIGINS)
    return float(np.quantile(np.concatenate(list(scores)), share) ** weight)


def ratios(actual: Floats, point: Floats, low: Floats, high: Floats) -> Floats:
    """Errors in units of the half-width on their side; in logs while everything is positive."""
    if bool(np.all(np.minimum.reduce((actual, point, low, high)) > 0)):
        actual, point, low, high = np.log(actual), np.log(point), np.log(low), np.log(high)
    half = np.where(actual > point, high - point, point - low)
    least = 1e-9 * np.maximum(np.abs(point), 1e-9)
    return np.asarray(np.abs(actual - point) / np.maximum(half, least), dtype=np.float64)
