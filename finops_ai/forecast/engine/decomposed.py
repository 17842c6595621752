"""STL decomposition (statsmodels): the season moves slowly, the rest follows the damped grid."""

from __future__ import annotations

from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands
from finops_ai.forecast.engine.damped import damped_grid

_SEASON_WINDOW = 13
"""Seasons over which one position's season is smoothed; odd, as STL wants it."""


def periods_needed(period: int) -> int:
    """History below which STL and seasonal ETS are not tried: two seasons and four periods."""
    return 2 * period + 4


def stl(values: Floats, period: int, horizon: int) -> Bands:
    """The damped grid on the series without its STL season, and the last season again; in logs if it can."""
    from statsmodels.tsa.seasonal import STL

    positive = bool(np.all(values > 0))
    worked = np.log(values) if positive else values
    season = np.asarray(STL(worked, period=period, seasonal=_SEASON_WINDOW).fit().seasonal, dtype=np.float64)
    bands = damped_grid(worked - season, horizon)
    ahead = season[len(season) - period + np.arange(horizon) % period]
    bands = Bands(*(part + ahead for part in bands.parts))
    if positive:
        return bands.exp()
    return bands.at_least_zero() if bool(np.all(values >= 0)) else bands
