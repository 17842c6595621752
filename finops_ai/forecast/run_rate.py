"""Run rates: the cost of a month of average length at the present rate, exact in Decimal.

Effective cost of the last complete calendar month, without credits, tax, refunds and one-time charges,
read two days or more after its end, over its days x 365 / 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from finops_ai.forecast.history import TRAILING_DAYS, History
from finops_ai.forecast.result import RunRate
from finops_ai.money import MONEY_SCALE
from finops_ai.months import Month

DIFFERS_FROM = Decimal("0.1")
_DIGITS = 60
_LAST_DIGIT = Decimal(1).scaleb(-MONEY_SCALE)


@dataclass(frozen=True)
class RunRates:
    """The run rate of each line (None: not attributed) and of the whole bill, and their basis.

    `basis_month` is the month whose charges the rate rests on: the last complete one, or the
    newest when none is complete (`trailing`).
    """

    basis: str
    basis_month: Month
    trailing: bool
    lines: dict[str | None, RunRate]
    total: RunRate


def monthly_cost(cost: Decimal, days: int) -> Decimal:
    """`cost` of `days` days as an average month of 365/12 days, half-even to 15 decimals."""
    with localcontext() as context:
        context.prec = _DIGITS
        return (cost * 365 / (days * 12)).quantize(_LAST_DIGIT, rounding=ROUND_HALF_EVEN)


def run_rates(history: History) -> RunRates:
    """Run rates by the last complete month, else by the trailing 30 days."""
    costs = history.lines()
    trailing = _trailing_costs(history, costs)
    three = history.contiguous[-3:] if len(history.contiguous) >= 3 else ()
    if history.complete:
        basis_month = history.complete[-1]
        basis = f"last complete month {basis_month}"
        main = {name: _mean(line, [basis_month]) for name, line in costs.items()}
    else:
        basis_month = history.newest
        basis = _trailing_text(history)
        main = trailing
    means = {name: _mean(line, three) if three else None for name, line in costs.items()}
    lines = {name: _with_variants(main[name], trailing[name], means[name]) for name in costs}
    total = _with_variants(
        _total(main.values()),
        _total(trailing.values()),
        _total(m for m in means.values() if m is not None) if three else None,
    )
    return RunRates(basis, basis_month, not history.complete, lines, total)


def _with_variants(main: Decimal, trailing: Decimal, mean: Decimal | None) -> RunRate:
    variants = [variant for variant in (trailing, mean) if variant is not None]
    differs = any(abs(variant - main) > DIFFERS_FROM * abs(main) for variant in variants)
    return RunRate(main, trailing, mean, differs)


def _total(parts: Iterable[Decimal]) -> Decimal:
    return sum(parts, Decimal(0))


def _mean(line: Mapping[Month, Decimal], months: Iterable[Month]) -> Decimal:
    months = list(months)
    cost = _total(line.get(month, Decimal(0)) for month in months)
    return monthly_cost(cost, sum(month.days for month in months))


def _trailing_days(history: History) -> int:
    return min(TRAILING_DAYS, (history.last_day - history.first_day).days + 1)


def _trailing_text(history: History) -> str:
    days = _trailing_days(history)
    begins = "" if days == TRAILING_DAYS else f" (the ledger begins on {history.first_day})"
    return f"trailing {days} days to {history.last_day}{begins}"


def _trailing_costs(
    history: History, costs: Mapping[str | None, Mapping[Month, Decimal]]
) -> dict[str | None, Decimal]:
    """Each line's rate over the trailing window.

    Workflow costs are known by month, so a line has the share of the window's cost that it has
    of its month's bill; what is not attributed takes the rest, and the lines sum to the bill.
    """
    days = _trailing_days(history)
    window = _window_costs(history)
    trailing: dict[str | None, Decimal] = {}
    with localcontext() as context:
        context.prec = _DIGITS
        for name, line in costs.items():
            if name is not None:
                cost = _total(
                    line.get(month, Decimal(0)) * part / history.bill[month]
                    for month, part in window.items()
                    if history.bill.get(month)
                )
                trailing[name] = monthly_cost(cost, days)
        trailing[None] = monthly_cost(_total(window.values()), days) - _total(trailing.values())
    return trailing


def _window_costs(history: History) -> dict[Month, Decimal]:
    """Cost of the trailing days by month of the bill; a line of many days counts by its days."""
    last = history.last_day
    first = last - timedelta(days=TRAILING_DAYS - 1)
    costs: dict[Month, Decimal] = {}
    with localcontext() as context:
        context.prec = _DIGITS
        for span in history.spans:
            days = (span.last_day - span.first_day).days + 1
            inside = (min(span.last_day, last) - max(span.first_day, first)).days + 1
            costs[span.month] = costs.get(span.month, Decimal(0)) + span.cost * inside / days
    return costs
