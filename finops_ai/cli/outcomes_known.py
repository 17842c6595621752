"""The part of `finops-ai outcomes` that says how well each cost per success is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from finops_ai.cli.document import Table, columns
from finops_ai.money import shown
from finops_ai.unit_cost import Interval, UnitCost

FACTS = (
    *("sessions", "estimate", "month_low", "month_high", "month_method"),
    *("expected_low", "expected_high", "expected_method", "interval_reason"),
)
"""What machines read of it, in columns of the first table; named as in `finops-ai verify`."""
_KNOWN = columns(
    *("name:outcome", "currency:currency", "sessions:sessions:count", "estimate:estimate:money4"),
    *("of_month:this month", "expected:in the long run"),
)
_MEANING = (
    "This month: from what is logged, to what billed calls without a log may add; exact where none is. "
    "In the long run: bootstrap-t over the sessions, at this month's prices and habits. Both are of the "
    "attributed cost; docs/outcomes.md states the method."
)


def known_facts(cost: UnitCost | None) -> tuple[object, ...]:
    """The values of FACTS; all None where the outcome has no cost."""
    if cost is None:
        return (None,) * len(FACTS)
    return (
        *(cost.units, cost.estimate, *_ends(cost.of_month), cost.month_method),
        *(*_ends(cost.expected), cost.method, cost.reason),
    )


def known_table(named: Iterable[tuple[str, UnitCost]]) -> Table:
    """For people: an estimate and its two intervals, one row per outcome kind and workflow."""
    rows = tuple(
        (name, cost.currency, cost.units, cost.estimate, _of_month(cost), _text(cost.expected))
        for name, cost in named
    )
    return Table("", "How well cost per success is known (estimated), 95% intervals", _KNOWN, rows)


def known_notes(costs: Iterable[UnitCost]) -> Iterator[str]:
    """Why an interval is n/a, and what the intervals are."""
    found = tuple(costs)
    for cost in found:
        # What has no success has a line of its own, with the money spent.
        if cost.expected is None and cost.successes:
            yield f"{cost.kind} ({cost.workflow}): interval n/a, {cost.reason}."
    if any(cost.of_month is not None for cost in found):
        yield _MEANING


def _ends(interval: Interval | None) -> tuple[object, object]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _of_month(cost: UnitCost) -> str | None:
    return "exact" if cost.of_month is not None and not cost.lost else _text(cost.of_month)


def _text(interval: Interval | None) -> str | None:
    if interval is None:
        return None
    return f"{shown(interval.low, '', places=4)} to {shown(interval.high, '', places=4)}"
