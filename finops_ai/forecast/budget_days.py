"""Budget periods, the pace of spend, and the day on which a budget will be crossed. Exact, in quanta.

Pace: each coming day costs what the same weekday did on average over the last 28 days (or the whole
weeks that there are, one at least). No growth is assumed: a month is short. The months after a day's
own cost what a forecast expects of them, evenly over their days, where there is one; else the pace goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from finops_ai.config import Budget
from finops_ai.forecast.spend import WEEKS_MAX, Days
from finops_ai.months import Month

MonthsAhead = Callable[[date], Mapping[Month, int]]
"""Quanta of every month after a day's own to the period's end, as forecast on that day; empty: none is."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """The days that one budget amount is for, both inclusive."""

    first_day: date
    last_day: date

    def __str__(self) -> str:
        first, last = Month.of(self.first_day), Month.of(self.last_day)
        return str(first) if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class Standing:
    """Spend from the period's first day to `day`, and what the whole period will come to.

    Quanta. `forecast` is None while there are no 7 days of spend to take a pace from; `by_forecast`
    says that months after the day's own are forecast rather than at its pace.
    """

    day: date
    actual: int
    forecast: int | None
    by_forecast: bool = False


def period_of(budget: Budget, day: date) -> Period | None:
    """The period of `budget` that `day` lies in; None when the budget does not hold then.

    Quarters and years count from the budget's first month, else from January.
    """
    month = Month.of(day)
    length = _MONTHS[budget.period]
    anchor = 1 if budget.valid_from is None else budget.valid_from.month
    first = month.plus(-((month.year * 12 + month.number - anchor) % length))
    if budget.valid_from is not None and first.first_day < budget.valid_from:
        return None
    if budget.valid_to is not None and first.first_day >= budget.valid_to:
        return None
    return Period(first.first_day, first.plus(length).first_day - timedelta(days=1))


def periods(budget: Budget, first_day: date, last_day: date) -> Iterator[Period]:
    """Every period of `budget` with a day from `first_day` to `last_day`, oldest first."""
    month = Month.of(first_day)
    seen: Period | None = None
    while month.first_day <= last_day:
        period = period_of(budget, month.first_day)
        if period is not None and period != seen:
            seen = period
            yield period
        month = month.plus(1)


def standings(days: Days, since: date, period: Period, until: date, ahead: MonthsAhead) -> Iterator[Standing]:
    """One standing for each day of `period` up to `until`; `since` is where the ledger begins."""
    starts = [day for day, number in days.items() if number]
    begins = max(since, min(starts)) if starts else None
    actual = 0
    for number in range((min(until, period.last_day) - period.first_day).days + 1):
        day = period.first_day + timedelta(days=number)
        actual += days.get(day, 0)
        months = ahead(day)
        paced_to = _month_end(day) if months else period.last_day
        paced = _paced(days, begins, day, actual, paced_to)
        # Without a pace there is no forecast yet, however much is known of later months.
        whole = paced if paced is None else paced + sum(months.values())
        yield Standing(day, actual, whole, by_forecast=bool(months) and whole is not None)


def crossing_day(
    days: Days, since: date, standing: Standing, limit: int, last_day: date, *, ahead: MonthsAhead
) -> date | None:
    """The day on which spend will reach `limit`; None when not by `last_day`.

    At the present pace in this month, and after it by the forecast where there is one.
    """
    starts = [day for day, number in days.items() if number]
    weeks = _weeks(max(since, min(starts)) if starts else None, standing.day)
    if not weeks:
        return None
    by_weekday = _by_weekday(days, standing.day, weeks)
    months = ahead(standing.day)
    # Compared in weeks times the amount, so that nothing is divided.
    missing = (limit - standing.actual) * weeks
    for number in range(1, (last_day - standing.day).days + 1):
        day = standing.day + timedelta(days=number)
        month = Month.of(day)
        missing -= months[month] // month.days * weeks if month in months else by_weekday[day.weekday()]
        if missing <= 0:
            return day
    return None


def _weeks(begins: date | None, day: date) -> int:
    """How many whole weeks of spend end on `day`, four at most."""
    return 0 if begins is None else max(0, min(WEEKS_MAX, ((day - begins).days + 1) // 7))


def _by_weekday(days: Days, day: date, weeks: int) -> list[int]:
    """The sum of each weekday, Monday first, over the `weeks` that end on `day`."""
    sums = [0] * 7
    for number in range(7 * weeks):
        past = day - timedelta(days=number)
        sums[past.weekday()] += days.get(past, 0)
    return sums


def _month_end(day: date) -> date:
    return Month.of(day).plus(1).first_day - timedelta(days=1)


def _paced(days: Days, begins: date | None, day: date, actual: int, last_day: date) -> int | None:
    weeks = _weeks(begins, day)
    if not weeks:
        return actual if day == last_day else None
    by_weekday = _by_weekday(days, day, weeks)
    full, extra = divmod((last_day - day).days, 7)
    rest = full * sum(by_weekday)
    rest += sum(by_weekday[(day.weekday() + number) % 7] for number in range(1, extra + 1))
    return actual + rest // weeks
