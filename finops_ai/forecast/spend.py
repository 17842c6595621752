"""What was spent on each day, in whole quanta: money and tokens by workflow, ready for budgets.

A charge of one day counts on that day. What is charged for longer (seats, shares of pools, tax) counts
evenly over the days of its bill's month. A quantum is small enough that a day's part of any month, and
the mean of up to four weeks, are whole numbers of it: sums and comparisons are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from math import lcm

from finops_ai.errors import InputError
from finops_ai.ledger import Ledger, statement
from finops_ai.money import MONEY_SCALE
from finops_ai.months import Month

WEEKS_MAX = 4
_MONTH_PARTS = lcm(28, 29, 30, 31)
QUANTA = 10**MONEY_SCALE * _MONTH_PARTS * lcm(*range(1, WEEKS_MAX + 1))
"""Quanta in one unit of money, or in one token."""

Days = dict[date, int]
"""Quanta by day; a day without any is absent."""


@dataclass(frozen=True)
class Spend:
    """Costs in `currency` and tokens by workflow (None: given to none) and day.

    `first_cost_day` and `first_token_day` are where the ledger begins, `last_day` the newest day that a
    bill has charges of its own for, `last_token_day` the newest of the logs. `missing_bills` are months
    between the first and the last without any charge. None where there is nothing of the kind.
    """

    currency: str
    costs: dict[str | None, Days]
    tokens: dict[str | None, Days]
    first_cost_day: date
    last_day: date
    first_token_day: date | None
    last_token_day: date | None
    missing_bills: tuple[Month, ...]
    unconverted_months: tuple[Month, ...]

    def days(self, measure: str, workflows: Iterable[str] | None) -> Days:
        """Quanta by day of the measure (cost or tokens), of these workflows or of everything (None)."""
        lines = self.costs if measure == "cost" else self.tokens
        chosen = lines.values() if workflows is None else [lines[name] for name in workflows if name in lines]
        summed: Days = defaultdict(int)
        for line in chosen:
            for day, quanta in line.items():
                summed[day] += quanta
        return dict(summed)


def quanta(amount: Decimal | int) -> int:
    """`amount` of money or tokens in whole quanta; it has at most 15 decimals."""
    with localcontext() as context:
        context.prec = 80
        return int(amount * QUANTA)


def amount(number: int) -> Decimal:
    """Quanta as money or tokens, half-even to 15 decimals."""
    with localcontext() as context:
        context.prec = 80
        exact: Decimal = Decimal(number) / QUANTA
        return exact.quantize(Decimal(1).scaleb(-MONEY_SCALE))


def read_spend(ledger: Ledger, currency: str, last_month: Month | None = None) -> Spend:
    """Every day of the attributed months up to `last_month`; InputError when nothing is attributed."""
    bound = {"last_month": date(9999, 12, 1) if last_month is None else last_month.first_day}
    rows = ledger.rows(statement("forecast", "spend_costs.sql"), bound)
    if not rows:
        until = "" if last_month is None else f" up to {last_month}"
        raise InputError(
            f"No charge{until} is attributed, so there is nothing to hold against a budget.",
            hint="Run `finops-ai ingest PATH` with your bills first.",
        )
    costs: dict[str | None, Days] = defaultdict(lambda: defaultdict(int))
    for month_day, workflow, day, cost, _ in rows:
        _add(costs[workflow], Month.of(month_day), day, cost)
    months = sorted({Month.of(row[0]) for row in rows})
    tokens: dict[str | None, Days] = defaultdict(dict)
    for workflow, day, count in ledger.rows(statement("forecast", "spend_tokens.sql"), bound):
        tokens[workflow][day] = quanta(count)
    token_days = [day for line in tokens.values() for day in line]
    span = (months[-1].year - months[0].year) * 12 + months[-1].number - months[0].number
    return Spend(
        currency=currency,
        costs={name: dict(line) for name, line in costs.items()},
        tokens=dict(tokens),
        first_cost_day=months[0].first_day,
        last_day=_last_day(rows, months[-1]),
        first_token_day=min(token_days, default=None),
        last_token_day=max(token_days, default=None),
        missing_bills=tuple(sorted({months[0].plus(n) for n in range(span + 1)} - set(months))),
        unconverted_months=tuple(sorted({Month.of(row[0]) for row in rows if row[4]})),
    )


def _add(line: Days, month: Month, day: date | None, cost: Decimal) -> None:
    if day is not None:
        line[day] += quanta(cost)
        return
    part = quanta(cost) // month.days
    for number in range(month.days):
        line[month.first_day + timedelta(days=number)] += part


def _last_day(rows: list[tuple[date, str | None, date | None, Decimal, int]], newest: Month) -> date:
    """The newest day of the newest month with a charge of its own; its last when no charge has a day."""
    days = [day for month_day, _, day, _, _ in rows if day is not None and Month.of(month_day) == newest]
    return max(days, default=newest.plus(1).first_day - timedelta(days=1))
