"""How well the cost per success of a month is known: an estimate for lost logs, and two intervals.

Statistics about money are floats: they are labelled estimated and never added to a ledger total.
docs/outcomes.md says the method with its formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "unit_cost"
SUCCESSES_MIN = 20
"""Below this many successes no interval of what a success costs in the long run is stated."""
REPLICATES = (199, 1999)
"""Draws of the bootstrap, at least and at most: 1,999 where they fit into DRAWS_MAX. Its 2.5% and 97.5%
points are the 5th and the 195th of 199, the 50th and the 1,950th of 1,999."""
DRAWS_MAX = 40_000_000
"""Numbers drawn for one month: what two cores mix in about two seconds, since the reports wait for it."""
_NORMAL = (-1.96, 1.96)
"""Where there is nothing to draw from: the points of the normal distribution."""
_DIGITS = Decimal("0.000000001")
_STEPS = (
    *("pair.sql", "usage_group.sql", "group_money.sql", "scope.sql", "pair_scope.sql", "unit.sql"),
    *("estimate.sql", "scope_call.sql", "lost_unit.sql", "influence_lost.sql", "influence_drawn.sql"),
    "spread.sql",
)


@dataclass(frozen=True)
class Interval:
    """A 95% interval in the currency of its figure; both ends are equal where nothing is uncertain."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class UnitCost:
    """What a success of one kind and workflow cost in a month, in `currency`, and how well it is known.

    `attributed` is the cost of the logged calls alone (exact, None without any); `estimate` adds the
    part of the billed usage without logs that is expected to be its own, and equals `attributed` where
    every log is there. `of_month` holds the month's true figure, `expected` what a success costs in the
    long run at this month's prices and habits. `reason` says why an interval is None.
    """

    kind: str
    workflow: str
    currency: str
    attempts: int
    successes: int
    linked: Decimal
    unlinked: Decimal
    lost: Decimal
    """Billed money without logs that is expected to belong to the kind; estimated."""
    attributed: Decimal | None
    estimate: Decimal | None
    of_month: Interval | None
    expected: Interval | None
    reason: str | None
    units: int
    """Sessions of its outcomes (outcomes where they name none): the sample size."""
    lost_error: float
    """Relative standard error of the month's figure, from lost logs."""
    expected_error: float
    """Relative standard error of the long-run figure."""
    points: tuple[float, float]
    """The 2.5% and 97.5% points of error / standard error of the long-run figure."""
    silent_share: float
    """The part of its outcomes without any linked call."""
    is_lost_by_session: bool

    @property
    def method(self) -> str | None:
        """How `expected` was found; None where there is no such interval."""
        if self.expected is None:
            return None
        return f"bootstrap-t over sessions{' and lost logs' if self.lost else ''}"

    @property
    def month_method(self) -> str | None:
        """How `of_month` was found; None where there is no such interval."""
        if self.of_month is None:
            return None
        return "bootstrap-t over lost logs" if self.lost else "every log of its projects and models is there"


def unit_costs(ledger: Ledger, month: Month, *, replicates_max: int = REPLICATES[1]) -> tuple[UnitCost, ...]:
    """The cost per success of every kind and workflow of `month` with its intervals.

    Reads what attribution stored; leaves temporary tables that `verify` reads on. The same ledger has
    the same intervals: the draws are numbers mixed from month, kind, workflow and currency.
    """
    params: dict[str, object] = {
        "month": month.first_day,
        "start_utc": month.start_utc,
        "end_utc": month.end_utc,
    }
    for name in _STEPS:
        ledger.run(ROOM, name, _used(name, params))
    drawn = 1 + ledger.value(
        "SELECT (SELECT count(*) FROM influence_drawn) + 2 * (SELECT count(*) FROM influence_lost)"
    )
    replicates = min(replicates_max, max(REPLICATES[0], DRAWS_MAX // drawn))
    points = {
        (pair_id, is_expected): (float(found[0]), float(found[1]))
        for pair_id, is_expected, found in ledger.run(
            ROOM, "drawn_error.sql", {"replicates": replicates}
        ).fetchall()
    }
    return tuple(_unit_cost(row, points) for row in ledger.run_records(ROOM, "pairs.sql"))


def _unit_cost(row: dict[str, Any], points: dict[tuple[int, bool], tuple[float, float]]) -> UnitCost:
    successes, total, linked = row["successes"], row["total"], row["linked"]
    reason = _reason(successes, linked)
    lost_error = float(row["lost_variance"]) ** 0.5
    expected_error = float(row["lost_variance"] + row["drawn_variance"]) ** 0.5
    estimate = of_month = expected = None
    of_pair = (points.get((row["pair_id"], False), _NORMAL), points.get((row["pair_id"], True), _NORMAL))
    if successes and linked > 0:
        estimate = row["attributed"]
        of_month = Interval(estimate, estimate)
        if row["extra"]:
            estimate = (total / successes).quantize(_DIGITS)
            of_month = _of_month(estimate, lost_error, of_pair[0], row)
        if reason is None:
            expected = _interval(estimate, expected_error, of_pair[1])
    return UnitCost(
        **{name: row[name] for name in ("kind", "workflow", "currency", "attempts", "successes")},
        **{name: row[name] for name in ("linked", "unlinked", "attributed", "units")},
        lost=row["extra"],
        estimate=estimate,
        of_month=of_month,
        expected=expected,
        reason=reason,
        lost_error=lost_error,
        expected_error=expected_error,
        points=of_pair[1],
        silent_share=float(row["silent_share"]),
        is_lost_by_session=row["by_session"],
    )


def _of_month(estimate: Decimal, error: float, points: tuple[float, float], row: dict[str, Any]) -> Interval:
    """What is logged is its own for certain; all that is lost in its scopes is the most it can be."""
    found = _interval(estimate, error, points)
    most = (row["most"] / row["successes"]).quantize(_DIGITS)
    return Interval(max(found.low, row["attributed"]), min(found.high, most))


def _reason(successes: int, linked: Decimal) -> str | None:
    if not successes:
        return "no success"
    if linked <= 0:
        return "no billed call is linked"
    if successes < SUCCESSES_MIN:
        return f"too few: {successes} of {SUCCESSES_MIN} successes"
    return None


def _interval(estimate: Decimal, error: float, points: tuple[float, float]) -> Interval:
    """The estimate less each point times the standard error, the points the other way round (bootstrap-t)."""
    if not error:
        return Interval(estimate, estimate)
    low, high = (
        (estimate * Decimal(repr(max(1 - point * error, 0.0)))).quantize(_DIGITS) for point in points[::-1]
    )
    return Interval(low, high)


def _used(name: str, params: dict[str, object]) -> dict[str, object]:
    """The parameters that a statement names: DuckDB refuses one that it does not."""
    taken = {
        "pair.sql": ("month",),
        "usage_group.sql": ("month", "start_utc", "end_utc"),
        "group_money.sql": ("month",),
        "unit.sql": ("month", "start_utc", "end_utc"),
        "scope_call.sql": ("month",),
    }
    return {key: params[key] for key in taken.get(name, ())}
