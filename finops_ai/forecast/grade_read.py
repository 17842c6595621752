"""What grading compares: stored forecasts whose months have arrived, beside the bills of these months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from finops_ai.forecast.history import History
from finops_ai.forecast.records import BASELINE
from finops_ai.forecast.result import TOTAL
from finops_ai.ledger import Ledger, statement
from finops_ai.months import Month

Place = tuple[str, str | None]
"""Scope and workflow of a line of a forecast."""
_TOTAL: Place = (TOTAL, None)


@dataclass(frozen=True)
class Promise:
    """What one stored forecast said of one line and month, and what came. Money in one currency.

    `mids` are the scenarios' budgets; `low`, `expected`, `high` the baseline with its 80% interval.
    `in_time`: it was made before the month was over.
    """

    made_for: Month
    made_at_utc: datetime | None
    scope: str
    workflow: str | None
    month: Month
    mids: Mapping[str, Decimal]
    low: Decimal | None
    expected: Decimal | None
    high: Decimal | None
    actual: Decimal

    @property
    def ahead(self) -> int:
        """How many months ahead it looked: 1 for the first month of its forecast."""
        months = (self.month.year - self.made_for.year) * 12 + self.month.number - self.made_for.number
        return months + 1

    @property
    def in_time(self) -> bool:
        """Whether it was made before the month was over; not, when nobody noted when."""
        return self.made_at_utc is not None and self.made_at_utc < self.month.end_utc

    def said(self, scenario: str) -> Decimal | None:
        """The mid of a scenario or the expectation of the baseline; None when it was not forecast."""
        return self.expected if scenario == BASELINE else self.mids.get(scenario)


def promises(ledger: Ledger, history: History) -> list[Promise]:
    """Every stored forecast of a complete month of `history`; of several for one first month the last."""
    arrived = [month.first_day for month in history.complete]
    rows = ledger.rows(
        statement("forecast", "grade_points.sql"),
        {"currency": history.currency, "months": arrived, "baseline": BASELINE},
    )
    actuals = actual_costs(history)
    found = []
    for key, points in groupby(rows, key=lambda row: (*row[:4], row[6])):
        made_for, made_at_utc, scope, workflow, month_day = key
        month = Month.of(month_day)
        said = {(row[4], row[5]): row[7] for row in points}
        found.append(
            Promise(
                made_for=Month.of(made_for),
                made_at_utc=made_at_utc,
                scope=scope,
                workflow=workflow,
                month=month,
                mids={name: cost for (name, level), cost in said.items() if name != BASELINE},
                low=said.get((BASELINE, "low")),
                expected=said.get((BASELINE, "mid")),
                high=said.get((BASELINE, "high")),
                actual=actuals.get((scope, workflow), {}).get(month, Decimal(0)),
            )
        )
    return found + list(_surprises(found, actuals))


def actual_costs(history: History) -> dict[Place, dict[Month, Decimal]]:
    """What each line of a forecast really cost by month, on the basis that forecasts are made on."""
    lines = history.lines()
    found: dict[Place, dict[Month, Decimal]] = {
        ("not_attributed" if name is None else "workflow", name): costs for name, costs in lines.items()
    }
    found[_TOTAL] = {
        month: sum((costs.get(month, Decimal(0)) for costs in lines.values()), Decimal(0))
        for month in history.bill
    }
    return found


def _surprises(
    known: Sequence[Promise], actuals: Mapping[Place, Mapping[Month, Decimal]]
) -> Iterator[Promise]:
    """Lines that cost money in a forecast month and that the forecast did not have: it said 0 of them."""
    named = {(each.made_for, each.scope, each.workflow) for each in known}
    for total in (each for each in known if (each.scope, each.workflow) == _TOTAL):
        nothing = dict.fromkeys(total.mids, Decimal(0))
        expected = None if total.expected is None else Decimal(0)
        for (scope, workflow), costs in actuals.items():
            if (total.made_for, scope, workflow) not in named and costs.get(total.month):
                actual = costs[total.month]
                yield Promise(
                    total.made_for, total.made_at_utc, scope, workflow, total.month, nothing, None, expected,
                    None, actual,
                )  # fmt: skip
