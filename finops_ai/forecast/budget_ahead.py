"""What the months after this one will cost, for budgets of a quarter or a year: the forecast's baseline.

On each day from the months that were over by then, as `finops-ai forecast --month` would have said it,
so that a replay and a check on the day agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from finops_ai.errors import InputError
from finops_ai.forecast.budgets import history_baselines
from finops_ai.forecast.history import read_history
from finops_ai.forecast.result import Baseline
from finops_ai.forecast.spend import quanta
from finops_ai.ledger import Ledger
from finops_ai.months import Month

MOST_AHEAD = 13
"""A year, and the month that is not over yet when it begins."""


@dataclass(frozen=True)
class Ahead:
    """Baselines by the last month that was over: of the total, and of each workflow that has an interval."""

    total: Mapping[Month, Baseline] = field(default_factory=dict)
    workflows: Mapping[Month, Mapping[str, Baseline]] = field(default_factory=dict)

    def costs(self, members: Sequence[str] | None, day: date, last_day: date) -> dict[Month, int]:
        """Quanta of each month after the day's up to `last_day`; empty where the pace must do.

        `members` are workflows, None is everything. Workflows need a history that a baseline with an
        interval can be made of; those of a budget that have none are left out beside others that have.
        """
        first, last = Month.of(day).plus(1), Month.of(last_day)
        if last < first:
            return {}
        over = last_month_over(day)
        if members is None:
            found = [self.total[over]] if over in self.total else []
        else:
            lines = self.workflows.get(over, {})
            found = [lines[name] for name in members if name in lines]
        costs: dict[Month, int] = {}
        for baseline in found:
            for month in baseline.months:
                if first <= month.month <= last:
                    costs[month.month] = costs.get(month.month, 0) + quanta(max(month.expected, Decimal(0)))
        return costs if len(costs) == _months_between(first, last) else {}


def read_ahead(ledger: Ledger, currency: str, days: Iterable[date]) -> Ahead:
    """The baselines that were known on `days`; months without six complete ones before have none."""
    total: dict[Month, Baseline] = {}
    workflows: dict[Month, dict[str, Baseline]] = {}
    for over in sorted({last_month_over(day) for day in days}):
        try:
            history = read_history(ledger, currency, over)
        except InputError:
            continue  # nothing was attributed by then
        if history.other_currencies or not history.contiguous:
            continue  # budgets are for all currencies, the baseline knows one
        first = history.contiguous[-1].plus(1)
        found, _ = history_baselines(history, {}, first, MOST_AHEAD + _months_between(first, over))
        if found is not None:
            total[over] = found.total
            workflows[over] = {
                name: line
                for name, line in found.lines.items()
                if name is not None and line.months[0].low is not None
            }
    return Ahead(total, workflows)


def last_month_over(day: date) -> Month:
    """The last month that has ended by `day`, its last day included."""
    return Month.of(day + timedelta(days=1)).plus(-1)


def _months_between(first: Month, last: Month) -> int:
    return max(0, (last.year - first.year) * 12 + last.number - first.number + 1)
