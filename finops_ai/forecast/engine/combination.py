"""The combination: Theta, damped grid, STL and ETS, as far as the history allows, with averaged quantiles.

Most of the best methods of the M4 competition were combinations: members err in different
directions. A member that runs away is left out.
"""

from __future__ import annotations

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands, averaged
from finops_ai.forecast.engine.damped import damped
from finops_ai.forecast.engine.decomposed import periods_needed, stl
from finops_ai.forecast.engine.exponential import ets
from finops_ai.forecast.engine.theta import theta

_RUNAWAY_FLOAT = 10.0
"""A member beyond so many times the largest value seen is left out."""

NAMES = {"theta": "Theta", "damped": "damped trend", "stl": "STL", "ets": "ETS"}


def members(values: Floats, period: int, horizon: int, *, with_ets: bool) -> dict[str, Bands]:
    """The members that suit the series, by name; none for fewer than three values."""
    found: dict[str, Bands | None] = {}
    if len(values) >= 3:
        found["theta"] = theta(values, period, horizon)
        found["damped"] = damped(values, period, horizon)
    if period > 1 and len(values) >= max(periods_needed(period), 3):
        found["stl"] = stl(values, period, horizon)
    if with_ets and len(values) >= 10:
        found["ets"] = ets(values, period, horizon)
    limit = _RUNAWAY_FLOAT * float(np.max(np.abs(values), initial=0.0))
    return {
        name: bands
        for name, bands in found.items()
        if bands is not None and bands.finite and float(np.max(np.abs(bands.point))) <= limit
    }


def combination(
    values: Floats, period: int, horizon: int, *, with_ets: bool
) -> tuple[Bands, tuple[str, ...]] | None:
    """The mean of the members and their names; None when no member suits the series."""
    found = members(values, period, horizon, with_ets=with_ets)
    return (averaged(list(found.values())), tuple(found)) if found else None
