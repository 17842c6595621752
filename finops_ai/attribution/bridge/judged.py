"""Each workflow's verdict between two months, with the numbers that it rests on as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext

from finops_ai.attribution.bridge.change import Change, Group
from finops_ai.attribution.bridge.facts import ROOM
from finops_ai.attribution.bridge.lmdi import WIDE, total
from finops_ai.attribution.bridge.verdict import (
    HOLDS_WITHIN,
    NOT_ENOUGH_DATA,
    Move,
    Point,
    Verdict,
    judge,
)
from finops_ai.ledger import Ledger
from finops_ai.money import shown
from finops_ai.months import Month

_OWN = ("shared", "new_workflows", "retired_workflows")
"""Effects that say nothing of a workflow's unit cost, with the volume itself."""


@dataclass(frozen=True)
class Judged:
    """One workflow in one currency: its verdict, its points in time and the evidence lines."""

    workflow: str
    currency: str
    verdict: Verdict
    points: tuple[Point, ...]
    evidence: tuple[str, ...]


def judge_change(ledger: Ledger, change: Change) -> tuple[Judged, ...]:
    """The verdict of every workflow with direct cost or calls in the months of `change`."""
    groups = {(group.currency, group.name): group for group in change.groups("workflow")}
    return tuple(
        _judged(change, workflow, currency, points, groups.get((currency, workflow)))
        for (workflow, currency), points in _series(ledger, change.first, change.second).items()
    )


def _series(ledger: Ledger, first: Month, last: Month) -> dict[tuple[str, str], list[Point]]:
    span = {"first": first.first_day, "last": last.first_day}
    found: dict[tuple[str, str], list[Point]] = {}
    for row in ledger.run_records(ROOM, "series.sql", span):
        point = Point(
            *(Month.of(row["month"]), row["direct_cost"], row["shared_cost"]),
            *(row["calls"], row["attempts"], row["successes"]),
        )
        found.setdefault((row["workflow"], row["currency"]), []).append(point)
    return found


def _judged(change: Change, workflow: str, currency: str, points: list[Point], group: Group | None) -> Judged:
    there = {point.month for point in points}
    missing = [month for month in (change.first, change.second) if month not in there]
    if missing:
        verdict = Verdict(NOT_ENOUGH_DATA, f"nothing of it in {missing[0]}", "outcomes")
    else:
        verdict = judge(points, change.billed_shares.get(workflow, (None, None)))
    return Judged(
        workflow, currency, verdict, tuple(points), tuple(_evidence(verdict, currency, points, group))
    )


def _evidence(verdict: Verdict, currency: str, points: list[Point], group: Group | None) -> Iterator[str]:
    """What a reader needs to agree or to object."""
    if verdict.volume is None or verdict.unit_cost is None or verdict.cost is None:
        yield verdict.reason
        return
    volume, unit, cost = verdict.volume, verdict.unit_cost, verdict.cost
    one = verdict.volume_name.removesuffix("s")
    trend = verdict.trend_months
    yield (
        f"{verdict.volume_name} {volume.start:,f} to {volume.end:,f} {_moved(volume, trend)}: "
        f"{_said(volume, 'grow', 'fall', 'hold')}"
    )
    yield (
        f"direct cost per {one} {shown(unit.start, '', places=4)} to {shown(unit.end, currency, places=4)} "
        f"{_moved(unit, trend)}: {_said(unit, 'rises', 'falls', 'holds')}"
    )
    yield f"direct cost {shown(cost.start, '')} to {shown(cost.end, currency)} {_moved(cost, 0)}"
    if trend:
        yield f"trend: the median slope of {trend} months; it decides, not the two ends"
    yield from _quality(points)
    yield from _movers(group, verdict.volume_name)


def _quality(points: list[Point]) -> Iterator[str]:
    first, last = points[0], points[-1]
    if not (first.attempts and last.attempts and first.successes and last.successes):
        return
    with localcontext(WIDE):
        rates = [100 * Decimal(point.successes) / point.attempts for point in (first, last)]
        loaded = [(point.direct_cost + point.shared_cost) / point.successes for point in (first, last)]
    yield f"successes of all attempts {rates[0]:.1f}% to {rates[1]:.1f}%"
    if first.shared_cost or last.shared_cost:
        yield f"cost per outcome with its shared cost {loaded[0]:,.4f} to {loaded[1]:,.4f}"


def _movers(group: Group | None, volume_name: str) -> Iterator[str]:
    """What moved the unit cost most, from the bridge: everything but volume and other people's money."""
    effects = [] if group is None else group.effects
    own = [effect for effect in effects if effect.name not in {*_OWN, volume_name}]
    if own:
        top = sorted(own, key=lambda effect: -abs(effect.amount))[:2]
        said = ", ".join(f"{effect.name.replace('_', ' ')} {effect.amount:+,.2f}" for effect in top)
        rest = total(effect.amount for effect in own)
        yield f"apart from volume {rest:+,.2f}: {said}"


def _moved(move: Move, trend_months: int) -> str:
    ends = _percent(move.end / move.start - 1)
    return f"({ends}, trend {_percent(move.change)})" if trend_months else f"({ends})"


def _said(move: Move, grows: str, falls: str, holds: str) -> str:
    return grows if move.grows else falls if move.falls else f"{holds} within {HOLDS_WITHIN * 100:.0f}%"


def _percent(ratio: Decimal) -> str:
    return f"{ratio * 100:+,.1f}%"
