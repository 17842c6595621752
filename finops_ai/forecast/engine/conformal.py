"""Intervals for short histories: how far forecasts of other short series were off.

A series of a year has too few errors of its own to know its 80% interval, so errors are pooled
over series: |ln(actual / forecast)| divided by the series' own step deviation, one quantile for
each horizon. `conformal_scores.json` holds these quantiles of the public benchmark series
(made by scripts/forecast_scores.py), so that a company with one workflow has a pool too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands, normal

_FLOOR_FLOAT = 0.05
"""Least half-width in logs: no bill is known to better than 5%."""
_WIDENING_FLOAT = 0.4
"""Half-widths grow with this power of the horizon beyond the last one in the table."""


@dataclass(frozen=True)
class Scores:
    """Quantiles of scores a horizon (first is one period ahead), by the length of the history."""

    step_float: float
    rows: dict[int, tuple[Floats, Floats]]
    """80% and 95% quantiles by number of periods known."""

    def quantiles(self, known: int, horizon: int) -> tuple[Floats, Floats]:
        """Those of the longest tabulated history that is not longer than `known`."""
        lengths = sorted(self.rows)
        row = self.rows[max([n for n in lengths if n <= known], default=lengths[0])]
        q80, q95 = (_extended(quantile, horizon) for quantile in row)
        return q80, q95


@lru_cache(maxsize=1)
def shipped_scores() -> dict[str, Scores]:
    """The shipped table by frequency: M for months (and weeks), D for days."""
    text = (files("finops_ai.forecast.engine") / "conformal_scores.json").read_text(encoding="utf-8")
    return {
        frequency: Scores(
            float(part["step"]),
            {int(n): (np.array(row["q80"]), np.array(row["q95"])) for n, row in part["rows"].items()},
        )
        for frequency, part in json.loads(text)["frequencies"].items()
    }


def scores_for(frequency: str) -> Scores:
    """The table of days for days, that of months for everything longer."""
    return shipped_scores()["D" if frequency == "D" else "M"]


def conformal(point: Floats, deviation: float, known: int, scores: Scores) -> Bands:
    """Bands around a positive path: each half-width in logs is a pooled quantile times `deviation`."""
    q80, q95 = scores.quantiles(known, len(point))
    half80 = np.maximum(q80 * deviation, _FLOOR_FLOAT)
    half95 = np.maximum(q95 * deviation, half80)
    return Bands(
        point,
        point * np.exp(-half80),
        point * np.exp(half80),
        point * np.exp(-half95),
        point * np.exp(half95),
    )


def around(point: Floats, values: Floats) -> Bands:
    """Bands of a series with months of zero or less, which has no logs: its spread around its mean."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    deviation = np.maximum(spread, _FLOOR_FLOAT * np.abs(point))
    bands = normal(point, deviation)
    return bands.at_least_zero() if bool(np.all(values >= 0)) else bands


def mostly_nothing(values: Floats) -> bool:
    """Whether at least half of the periods after the first cost nothing, and none less than nothing.

    A series begins with its first cost, so its first period says nothing of how often there is one.
    """
    return len(values) > 1 and float(np.median(values[1:])) == 0 and bool(np.all(values >= 0))


def rarely(point: Floats, values: Floats) -> Bands:
    """Bands of a series that mostly costs nothing: the narrowest range that held 80% (95%) of its periods.

    One cost in a year is no spread around a mean: most months are nothing, and so is their interval.
    """
    (low80, high80), (low95, high95) = (_narrowest(values[1:], share) for share in (0.8, 0.95))
    low, high = np.minimum(point, low80), np.maximum(point, high80)
    return Bands(point, low, high, np.minimum(low, low95), np.maximum(high, high95))


def _narrowest(values: Floats, share: float) -> tuple[float, float]:
    """The narrowest range with `share` of the values, the lowest of several."""
    ordered = np.sort(values)
    count = int(np.ceil(share * len(ordered) - 1e-9))
    widths = ordered[count - 1 :] - ordered[: len(ordered) - count + 1]
    place = int(np.argmin(widths))
    return float(ordered[place]), float(ordered[place + count - 1])


def _extended(quantile: Floats, horizon: int) -> Floats:
    last = len(quantile)
    if horizon <= last:
        return quantile[:horizon]
    beyond = np.arange(last + 1, horizon + 1) / last
    return np.concatenate((quantile, quantile[-1] * beyond**_WIDENING_FLOAT))
