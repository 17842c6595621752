"""What happened to a series: price changes, level shifts, one-offs, months of nothing.

Found events are taken out before a series is forecast: a one-off becomes the mean of its
neighbours, and what lay before a shift is moved to the new level, as if that had always held. A
step must be large, larger than the series' noise, and last; in the newest month nobody can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finops_ai.forecast.engine.arrays import Floats, np

ONE_OFF = "one_off"
DIP = "dip"
PRICE = "price"
SHIFT = "level_shift"
NEWEST = "newest_jump"
NOTHING = "no_cost"

_LEAST_MONTHS = 6
_SIDE = 3
"""Months on each side of a step that are looked at; two must lie after it."""
_ONE_OFF_FLOAT = float(np.log(1.5))
_SHIFT_FLOAT = float(np.log(1.3))
_PRICE_FLOAT = float(np.log(1.15))
_NOISES_FLOAT = 4.0
"""A step must exceed so many times the usual month-to-month change (robustly measured)."""
_LEAST_NOISE_FLOAT = 0.03
_MOST_SHIFTS = 3
_YEAR = 12


@dataclass(frozen=True)
class UnitCosts:
    """Cost per token by month, and the share of the series' cost that is paid by the token."""

    per_token: Floats
    share_float: float


@dataclass(frozen=True)
class Event:
    """One event: `place` counts from the series' first value, `ratio_float` is after over before.

    Of a one-off or dip the ratio is to its neighbours; months of nothing have ratio 0.
    """

    kind: str
    place: int
    ratio_float: float


def examine(values: Floats, unit_costs: UnitCosts | None = None) -> tuple[tuple[Event, ...], Floats]:
    """The events of a series and the series without them, oldest first.

    `unit_costs` tell a change of the price paid from a change of volume.
    """
    nothing = tuple(Event(NOTHING, place, 0.0) for place in np.flatnonzero(values == 0).tolist())
    if len(values) < _LEAST_MONTHS or not bool(np.all(values > 0)):
        return nothing, values
    logs = np.log(values)
    events: list[Event] = []
    logs = _without_one_offs(logs, events)
    if unit_costs is not None:
        logs = _without_price_changes(logs, unit_costs, events)
    logs = _without_shifts(logs, events)
    step = float(logs[-1] - logs[-2])
    least = max(_ONE_OFF_FLOAT, _NOISES_FLOAT * _noise(logs[:-1]))
    if abs(step) >= least and not _yearly(logs, len(logs) - 1, step):
        events.append(Event(NEWEST, len(values) - 1, float(np.exp(step))))
    cleaned = np.exp(logs) if events else values
    return tuple(sorted(events, key=lambda event: (event.place, event.kind))), cleaned


def without_one_offs(values: Floats) -> Floats:
    """A sum's history without single months that stand out, its steps and launches left as they are."""
    if len(values) < _LEAST_MONTHS or not bool(np.all(values > 0)):
        return values
    found: list[Event] = []
    logs = _without_one_offs(np.log(values), found)
    return np.exp(logs) if found else values


def _without_one_offs(logs: Floats, events: list[Event]) -> Floats:
    """Months that stand out from both neighbours, which agree with each other."""
    found = logs.copy()
    for place in range(1, len(logs) - 1):
        rise, fall = float(found[place] - found[place - 1]), float(found[place] - logs[place + 1])
        size = (rise + fall) / 2
        if abs(size) < _ONE_OFF_FLOAT:
            continue
        others = np.delete(np.diff(logs), [place - 1, place])
        least = max(_ONE_OFF_FLOAT, _NOISES_FLOAT * _noise_of(others))
        if abs(size) < least or min(rise * np.sign(size), fall * np.sign(size)) < 0.6 * abs(size):
            continue
        if _yearly(logs, place, size):
            continue
        found[place] = (found[place - 1] + logs[place + 1]) / 2
        events.append(Event(ONE_OFF if size > 0 else DIP, place, float(np.exp(size))))
    return found


def _without_price_changes(logs: Floats, unit_costs: UnitCosts, events: list[Event]) -> Floats:
    """Lasting steps of the cost per token: what lay before costs what it would at the new price."""
    if not bool(np.all(np.isfinite(unit_costs.per_token) & (unit_costs.per_token > 0))):
        return logs
    found, prices = logs.copy(), np.log(unit_costs.per_token)
    for event in events:
        if 0 < event.place < len(prices) - 1:  # a one-off charge has no price a token
            prices[event.place] = (prices[event.place - 1] + prices[event.place + 1]) / 2
    for place, size in _steps(prices, _PRICE_FLOAT, usual=0.0):
        found[:place] += np.log1p(unit_costs.share_float * np.expm1(size))
        events.append(Event(PRICE, place, float(np.exp(size))))
    return found


def _without_shifts(logs: Floats, events: list[Event]) -> Floats:
    found = logs.copy()
    for place, size in _steps(logs, _SHIFT_FLOAT):
        found[:place] += size
        events.append(Event(SHIFT, place, float(np.exp(size))))
    return found


def _steps(logs: Floats, least: float, usual: float | None = None) -> list[tuple[int, float]]:
    """(place, size) of lasting steps, the largest first, at most three.

    `usual` is the change expected from month to month; the series' median change when None.
    """
    worked, found = logs.copy(), []
    for _ in range(_MOST_SHIFTS):
        changes = np.diff(worked)
        growth = float(np.median(changes)) if usual is None else usual
        # A step that lasts is no larger than itself, so the small ones need no closer look.
        places = [place for place in range(2, len(logs) - 1) if abs(changes[place - 1] - growth) >= least]
        steps = [(place, _step(worked, place, growth)) for place in places]
        sizes = [(abs(size), place, size) for place, size in steps if size]
        if not sizes:
            break
        bulk, place, size = max(sizes)
        others = np.delete(np.diff(worked), place - 1)
        if bulk < max(least, _NOISES_FLOAT * _noise_of(others)) or _yearly(logs, place, size):
            break
        worked[:place] += size
        found.append((place, size))
    return found


def _step(logs: Floats, place: int, growth: float) -> float:
    """The lasting part of the step to `place`, without the usual growth; 0 when it does not last."""
    step = float(logs[place] - logs[place - 1]) - growth
    before = logs[max(0, place - _SIDE) : place]
    after = logs[place : place + _SIDE]
    # Each side is carried to the step along the usual growth, so that growth is no shift.
    level_before = float(np.median(before + growth * np.arange(len(before), 0, -1)))
    level_after = float(np.median(after - growth * np.arange(len(after))))
    lasting = level_after - level_before
    if len(before) < 2 or len(after) < 2 or step * lasting <= 0 or abs(step) < 0.6 * abs(lasting):
        return 0.0
    return min(step, lasting, key=abs)


def _yearly(logs: Floats, place: int, size: float) -> bool:
    """Whether the month a year before or after did the same: then it is a season."""
    for other in (place - _YEAR, place + _YEAR):
        if 1 <= other < len(logs) and (logs[other] - logs[other - 1]) * np.sign(size) > 0.5 * abs(size):
            return True
    return False


def _noise(logs: Floats) -> float:
    return _noise_of(np.diff(logs))


def _noise_of(steps: Sequence[float] | Floats) -> float:
    """Robust standard deviation of the steps around their median, at least 3%."""
    if not len(steps):
        return _LEAST_NOISE_FLOAT
    steps = np.asarray(steps, dtype=np.float64)
    deviation = 1.4826 * float(np.median(np.abs(steps - np.median(steps))))
    return max(deviation, _LEAST_NOISE_FLOAT)
