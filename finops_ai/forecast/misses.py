"""Why a budget was missed, in money: plan, volume, unit cost or event.

For each line and month, actual - budget = (actual - baseline) + (baseline - budget). The second part is
the *plan*: what the budget put on top of history (or left off). The first is what history could not know. A
baseline grows by volume at the unit cost of the last month before it, so it stands for a number of calls;
against these the logarithmic mean (LMDI-I) splits the rest exactly into *volume* (other calls than that) and
*unit cost* (another cost per call). It is an *event* when the workflow was not there when the forecast was
made, is gone, or the month holds a one-off charge. Without logged calls nothing can be told apart: *no volume
known*.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from finops_ai.forecast.grade_read import Promise
from finops_ai.forecast.result import TOTAL
from finops_ai.months import Month

PLAN, VOLUME, UNIT_COST, EVENT, UNKNOWN = "plan", "volume", "unit cost", "event", "no volume known"
CLASSES = (PLAN, VOLUME, UNIT_COST, EVENT, UNKNOWN)
_CENT_FRACTION = Decimal("0.000001")
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Miss:
    """One line over the graded months of one forecast: actual - budget, by class; the parts sum to `miss`."""

    scope: str
    workflow: str | None
    months: int
    budget: Decimal
    actual: Decimal
    parts: Mapping[str, Decimal]

    @property
    def miss(self) -> Decimal:
        """Above zero: it cost more than budgeted."""
        return self.actual - self.budget


@dataclass(frozen=True)
class Facts:
    """What tells misses apart: calls and cost by workflow and month, and months that hold a one-off."""

    calls: Mapping[str, Mapping[Month, int]]
    costs: Mapping[str, Mapping[Month, Decimal]]
    one_offs: frozenset[tuple[str | None, Month]]


def misses(promises: Sequence[Promise], scenario: str, facts: Facts) -> tuple[Miss, ...]:
    """One Miss per line of the promises of one forecast that hold `scenario`; the total is the lines' sum."""
    lines: dict[tuple[str, str | None], list[Promise]] = {}
    for promise in promises:
        if promise.scope != TOTAL and promise.said(scenario) is not None:
            lines.setdefault((promise.scope, promise.workflow), []).append(promise)
    found = [_miss(scope, name, scenario, each, facts) for (scope, name), each in lines.items()]
    found.sort(key=lambda miss: (-abs(miss.miss), miss.scope, miss.workflow or ""))
    if not found:
        return ()
    total = Miss(
        TOTAL,
        None,
        max(miss.months for miss in found),
        sum((miss.budget for miss in found), _ZERO),
        sum((miss.actual for miss in found), _ZERO),
        {name: sum((miss.parts[name] for miss in found), _ZERO) for name in CLASSES},
    )
    return (total, *found)


def _miss(scope: str, workflow: str | None, scenario: str, of_line: Sequence[Promise], facts: Facts) -> Miss:
    parts = dict.fromkeys(CLASSES, _ZERO)
    for promise in of_line:
        budget = promise.said(scenario)
        assert budget is not None
        baseline = budget if promise.expected is None else promise.expected
        parts[PLAN] += baseline - budget
        for name, amount in split(promise, baseline, facts).items():
            parts[name] += amount
    return Miss(
        scope,
        workflow,
        len(of_line),
        sum((promise.said(scenario) or _ZERO for promise in of_line), _ZERO),
        sum((promise.actual for promise in of_line), _ZERO),
        parts,
    )


def split(promise: Promise, baseline: Decimal, facts: Facts) -> dict[str, Decimal]:
    """By class, actual - baseline of one line and month: one takes all, or volume and unit cost share it."""
    rest = promise.actual - baseline
    name, before = promise.workflow, promise.made_for.plus(-1)
    if name is None:
        return {UNKNOWN: rest}
    cost_before = facts.costs.get(name, {}).get(before, _ZERO)
    if not cost_before or not promise.actual or (name, promise.month) in facts.one_offs:
        return {EVENT: rest}
    calls_before = facts.calls.get(name, {}).get(before, 0)
    calls = facts.calls.get(name, {}).get(promise.month, 0)
    if not calls or not calls_before or baseline <= 0 or promise.actual < 0 or cost_before < 0:
        return {UNKNOWN: rest}
    implied_calls_ratio = float(baseline) / float(cost_before)
    weight = logarithmic_mean(float(promise.actual), float(baseline))
    volume_float = weight * math.log(calls / (calls_before * implied_calls_ratio))
    volume = Decimal(volume_float).quantize(_CENT_FRACTION, rounding=ROUND_HALF_EVEN)
    return {VOLUME: volume, UNIT_COST: rest - volume}


def logarithmic_mean(one: float, other: float) -> float:
    """(a - b) / (ln a - ln b) of two positive numbers; a where they are equal."""
    if math.isclose(one, other, rel_tol=1e-12):
        return one
    return (one - other) / (math.log(one) - math.log(other))
