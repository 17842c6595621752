"""Adoption or consumption: whether a workflow's spend moved with its volume or with its unit cost.

Unit cost is the workflow's direct cost per outcome reached, per call where it has no outcomes. Shares of
pools are left out: they move with other workflows. Pure: thresholds stand here, and in every answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import combinations

from finops_ai.attribution.bridge.lmdi import WIDE
from finops_ai.months import Month

HOLDS_WITHIN = Decimal("0.05")
"""A change of at most 5% either way counts as none."""
OUTCOMES_MIN = 10
CALLS_MIN = 100
"""Below these numbers in a month, its unit cost says nothing."""
TREND_MONTHS_MIN = 4
"""From this many usable months on, the trend over all of them counts, else the first and the last."""
BILLED_MIN = Decimal("0.8")
"""Where the bill covers less of the logged tokens, a unit cost would fall for want of a bill."""

ADOPTION = "adoption"
CONSUMPTION = "consumption"
BOTH = "both"
SHRINKING = "shrinking"
STEADY = "steady"
NOT_ENOUGH_DATA = "not enough data"
MEANINGS = {
    ADOPTION: "volume grows, unit cost falls or holds",
    CONSUMPTION: "unit cost rises, volume does not grow",
    BOTH: "volume grows and unit cost rises",
    SHRINKING: "volume or unit cost falls, and nothing makes up for it",
    STEADY: "neither moves by more than 5%",
    NOT_ENOUGH_DATA: "too little in a month to tell",
}


@dataclass(frozen=True)
class Point:
    """One month of one workflow in one currency."""

    month: Month
    direct_cost: Decimal
    shared_cost: Decimal = Decimal(0)
    calls: int = 0
    attempts: int = 0
    successes: int = 0


@dataclass(frozen=True)
class Move:
    """One quantity at both ends and its relative change: of the ends, or along the trend."""

    start: Decimal
    end: Decimal
    change: Decimal

    @property
    def grows(self) -> bool:
        """By more than HOLDS_WITHIN."""
        return self.change > HOLDS_WITHIN

    @property
    def falls(self) -> bool:
        """By more than HOLDS_WITHIN."""
        return self.change < -HOLDS_WITHIN


@dataclass(frozen=True)
class Verdict:
    """What to call the change of one workflow, and the numbers it rests on; None where there is none."""

    name: str
    reason: str
    volume_name: str
    volume: Move | None = None
    unit_cost: Move | None = None
    cost: Move | None = None
    trend_months: int = 0
    """How many months the trend runs over; 0 where only the first and the last are compared."""


def judge(
    points: Sequence[Point], billed_shares: tuple[Decimal | None, Decimal | None] = (None, None)
) -> Verdict:
    """The verdict over `points`, one workflow's months in order.

    `billed_shares`: how much of the logged tokens of the first and the last month the bill covers, None
    where nothing is logged.
    """
    if len(points) < 2:
        return Verdict(NOT_ENOUGH_DATA, "it is there in one month only", "outcomes")
    ends = (points[0], points[-1])
    name = "outcomes" if all(point.successes > 0 for point in ends) else "calls"
    least = OUTCOMES_MIN if name == "outcomes" else CALLS_MIN
    poor = next(_too_little(ends, billed_shares, name, least), None)
    if poor is not None:
        return Verdict(NOT_ENOUGH_DATA, poor, name)
    usable = [point for point in points if point.direct_cost > 0 and _volume(point, name) >= least]
    with localcontext(WIDE):
        rows = [(_index(point.month), Decimal(_volume(point, name)), point.direct_cost) for point in usable]
        volume = _move([(at, count) for at, count, _ in rows])
        unit = _move([(at, cost / count) for at, count, cost in rows])
        cost = _move([(at, cost) for at, _, cost in rows])
    called = _called(volume, unit, cost)
    trend = len(rows) if len(rows) >= TREND_MONTHS_MIN else 0
    return Verdict(called, MEANINGS[called], name, volume, unit, cost, trend)


def _too_little(
    ends: tuple[Point, Point],
    billed_shares: tuple[Decimal | None, Decimal | None],
    name: str,
    least: int,
) -> Iterator[str]:
    """Why there is no verdict, the plainest reason first."""
    for point, share in zip(ends, billed_shares, strict=True):
        if point.direct_cost <= 0:
            yield f"no direct cost in {point.month}"
        if not _volume(point, name):
            yield f"no outcomes and no calls in {point.month}"
        if _volume(point, name) < least:
            yield f"{_volume(point, name)} {name} in {point.month}, below {least}"
        if share is not None and share < BILLED_MIN:
            yield f"the bill covers {share * 100:.0f}% of its logged tokens in {point.month}, below 80%"


def _called(volume: Move, unit: Move, cost: Move) -> str:
    """The verdict of three moves. Where volume and unit cost hold apart, their product may still move."""
    if volume.grows:
        return BOTH if unit.grows else ADOPTION
    if unit.grows:
        return SHRINKING if volume.falls and cost.falls else CONSUMPTION
    if volume.falls or unit.falls or cost.falls:
        return SHRINKING
    return BOTH if cost.grows else STEADY


def _volume(point: Point, name: str) -> int:
    return point.successes if name == "outcomes" else point.calls


def _index(month: Month) -> int:
    return month.year * 12 + month.number


def _move(series: Sequence[tuple[int, Decimal]]) -> Move:
    """The change of a positive series: along its median slope of logarithms, else between its ends.

    The median of the slopes between all pairs of months (Theil and Sen) does not follow one odd month.
    """
    (first_at, start), (last_at, end) = series[0], series[-1]
    if len(series) < TREND_MONTHS_MIN:
        return Move(start, end, end / start - 1)
    logs = [(at, value.ln()) for at, value in series]
    slopes = sorted((b - a) / (at_b - at_a) for (at_a, a), (at_b, b) in combinations(logs, 2))
    middle = len(slopes) // 2
    slope = slopes[middle] if len(slopes) % 2 else (slopes[middle - 1] + slopes[middle]) / 2
    return Move(start, end, (slope * (last_at - first_at)).exp() - 1)
