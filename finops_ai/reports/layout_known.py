"""Report -> Page: how well each cost per success is known."""

from __future__ import annotations

from collections.abc import Iterator

from finops_ai.reports.model import OutcomeSpend, Report
from finops_ai.reports.page import Cell, Table, columns, row
from finops_ai.reports.text import NOT_AVAILABLE, clean, count, unit_money, words
from finops_ai.unit_cost import Interval, UnitCost

_NAMES = columns("Outcome", "#Sessions", "#Estimate", "#This month, 95%", "#In the long run, 95%")
_MEANING = (
    "Of the attributed cost per success. This month: from what is logged to what billed calls without a log "
    "may add. In the long run: what a success costs at this month's prices and habits, by bootstrap-t over "
    "the sessions. Statistics, part of no total."
)


def known_tables(report: Report) -> Iterator[Table]:
    """The estimate, its intervals, their method and sample size; nothing where no outcome has a cost."""
    found = [(outcome, outcome.known) for outcome in report.outcomes if outcome.known is not None]
    if found:
        rows = tuple(_line(outcome, known) for outcome, known in found)
        yield Table("How well cost per success is known", "estimated", _NAMES, rows, (), (_MEANING,))


def known_text(outcome: OutcomeSpend) -> str:
    """The long-run interval in words for the top of the report, or why there is none."""
    known = outcome.known
    if known is None or not outcome.successes:
        return ""
    if known.expected is None:
        return f"; 95% interval n/a, {known.reason}"
    return f"; 95% interval in the long run {_text(known.expected)}, {count(known.units, 'session')}"


def _line(outcome: OutcomeSpend, known: UnitCost) -> tuple[Cell, ...]:
    return row(
        Cell(words(outcome.kind), clean(outcome.workflow)),
        count(known.units),
        unit_money(known.estimate, known.currency),
        Cell(_of_month(known), known.month_method or known.reason or ""),
        Cell(_text(known.expected), known.method or known.reason or ""),
    )


def _of_month(known: UnitCost) -> str:
    return "exact" if known.of_month is not None and not known.lost else _text(known.of_month)


def _text(interval: Interval | None) -> str:
    if interval is None:
        return NOT_AVAILABLE
    return f"{unit_money(interval.low)} to {unit_money(interval.high)}"
