"""Artificial totals: monthly series in groups of six, forecast as the lines of one company.

Members weigh as workflows do (the second half as much as the first, the third a third, ...). Worlds:
`plain` as they are; `growing` with the growth of forecast_short.py; `launching`, where the three
smaller members begin at a month drawn from history and future alike, at half their cost in the first
month, three quarters in the second and so on; `growing, launching` both. What is scored is whether
the interval of the total held, launches of the future included. Seeds are fixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
from forecast_sets import SeriesSet

from finops_ai.forecast.baseline import baselines
from finops_ai.forecast.engine.arrays import Floats
from finops_ai.months import Month

CUTS = (6, 9, 14, 24, 60)
WORLDS = ("plain", "growing", "launching", "growing, launching")
AHEAD = 12
SHOWN = (1, 3, 6, 12)
MEMBERS = 6
SEED = 7
FIRST = Month(2020, 1)


def sums(found: SeriesSet, cuts: tuple[int, ...] = CUTS, seeds: int = 2) -> list[dict[str, Any]]:
    """One row a cut and world: coverage of totals by months ahead, and of members; the year's error."""
    return [_row(found, known, world, seeds) for known in cuts for world in WORLDS]


def _row(found: SeriesSet, known: int, world: str, seeds: int) -> dict[str, Any]:
    totals: list[list[bool]] = []
    members: list[list[bool]] = []
    errors: list[float] = []
    for seed in range(SEED, SEED + seeds):
        for group in _groups(found, known, world, np.random.default_rng(seed)):
            _score(group, known, totals=totals, members=members, errors=errors)
    row: dict[str, Any] = {"known": known, "world": world, "totals": len(totals)}
    row |= {f"ahead_{ahead}": _share([hits[ahead - 1] for hits in totals]) for ahead in SHOWN}
    row["coverage80"] = _share([hit for hits in totals for hit in hits])
    row["members80"] = _share([hit for hits in members for hit in hits])
    row["error"] = _share(errors)
    return row


def _groups(found: SeriesSet, known: int, world: str, random: np.random.Generator) -> Iterator[list[Floats]]:
    """Groups of members, each its `known` months and the 12 after."""
    places = [
        place
        for place in random.permutation(len(found.names))
        if len(found.train[place]) >= known and len(found.test[place]) >= AHEAD
    ]
    for first in range(0, len(places) - MEMBERS + 1, MEMBERS):
        group = []
        for rank, place in enumerate(places[first : first + MEMBERS]):
            values = np.concatenate((found.train[place][-known:], found.test[place][:AHEAD]))
            values = np.maximum(values / np.mean(values[:known]) * 1000 / (1 + rank), 0)
            months = np.arange(len(values))
            if "growing" in world:
                values = values * np.exp(np.cumsum(random.normal(0.06, 0.04) * 0.95**months))
            if "launching" in world and rank >= MEMBERS // 2:
                age = months - random.integers(0, len(values)) + 1
                values = np.where(age > 0, values * (1 - 0.5 ** np.maximum(age, 0)), 0)
            group.append(values)
        yield group


def _score(
    group: list[Floats],
    known: int,
    *,
    totals: list[list[bool]],
    members: list[list[bool]],
    errors: list[float],
) -> None:
    past = [FIRST.plus(t) for t in range(known)]
    future = [FIRST.plus(known + t) for t in range(AHEAD)]
    bills = [_bills(values, [*past, *future]) for values in group]
    lines: dict[str | None, dict[Month, Decimal]] = {
        f"member {n}": {m: bill[m] for m in past if bill[m]} for n, bill in enumerate(bills)
    }
    found = baselines(lines, past, future)
    actual = [sum((bill[month] for bill in bills), Decimal(0)) for month in future]
    pairs = [(found.total, actual)]
    pairs += [(found.lines[f"member {n}"], [bill[m] for m in future]) for n, bill in enumerate(bills)]
    for place, (baseline, truth) in enumerate(pairs):
        months = zip(baseline.months, truth, strict=True)
        hits = [m.low <= cost <= m.high for m, cost in months if m.low is not None and m.high is not None]
        if hits:
            (members if place else totals).append(hits)
    errors.append(float(abs(found.total.expected_total - sum(actual)) / sum(actual)))


def _bills(values: Floats, months: list[Month]) -> dict[Month, Decimal]:
    """Costs of average months as bills of 28 to 31 days."""
    return {
        month: Decimal(repr(round(float(value) * month.days * 12 / 365, 2)))
        for value, month in zip(values, months, strict=True)
    }


def _share(found: list[Any]) -> float | None:
    return round(float(np.mean(found)), 3) if found else None
