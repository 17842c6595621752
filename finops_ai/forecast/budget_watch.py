"""Budgets against spend: where each stands, its alerts, and the state that it is in.

States of a budget and measure in one period, each entered at most once and never left again before the
next period (or another limit):

    ok -> warn      spend reaches the first percentage, or the forecast reaches the last one
    warn -> degrade spend reaches the second percentage
    degrade -> stop spend reaches the last percentage
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from finops_ai.config import Budget, Config
from finops_ai.forecast.budget_ahead import Ahead
from finops_ai.forecast.budget_days import (
    MonthsAhead,
    Period,
    Standing,
    crossing_day,
    period_of,
    periods,
    standings,
)
from finops_ai.forecast.spend import Days, Spend, amount, quanta

COST, TOKENS = "cost", "tokens"
ACTUAL, FORECAST = "actual", "forecast"
PACE = "pace"
OK = "ok"
UNKNOWN = "unknown"
LEVELS = ("warn", "degrade", "stop")
STATES = (OK, *LEVELS)
TOO_FEW_DAYS = "fewer than 7 days of spend"


@dataclass(frozen=True)
class BudgetAlert:
    """A percentage of a limit that spend, or its forecast, reached on a day for the first time.

    `amount` and `limit` are money in the reporting currency or tokens; `crosses_on` the day on which
    the limit is reached (as forecast on that day), None when not in the period; `state` the budget's
    state from then on.
    """

    budget: str
    scope: str
    subject: str | None
    measure: str
    period: Period
    on_day: date
    basis: str
    level: str
    percent: Decimal
    amount: Decimal
    limit: Decimal
    crosses_on: date | None
    state: str


@dataclass(frozen=True)
class BudgetStanding:
    """Where a budget stands on a day. Shares are percentages of `limit`, to three decimals.

    `actual` is None and the state unknown where no bill or log reaches into the period. `projection`
    says how the months after this one count in `forecast`: by the forecast's baseline, or by the pace.
    """

    budget: Budget
    measure: str
    period: Period
    as_of: date
    limit: Decimal
    actual: Decimal | None
    actual_percent: Decimal | None
    forecast: Decimal | None
    forecast_percent: Decimal | None
    crosses_on: date | None
    state: str
    alerts: tuple[BudgetAlert, ...]
    projection: str = PACE


def watched(config: Config, spend: Spend, as_of: date, ahead: Ahead | None = None) -> list[BudgetStanding]:
    """Every budget that holds on `as_of`, for the period that the day lies in.

    `ahead` is what later months will cost, for budgets of more than a month; None: the pace goes on.
    """
    found = []
    for budget in config.budgets:
        period = period_of(budget, as_of)
        if period is None:
            continue
        for measure in _measures(budget):
            line = _Line.of(config, spend, budget, measure, ahead or Ahead())
            found.append(line.standing(period, as_of))
    return found


def replayed(config: Config, spend: Spend, as_of: date, ahead: Ahead | None = None) -> list[BudgetAlert]:
    """Every alert of every period up to `as_of`, by day, then in the order of finops.yaml.

    Nothing but what was known on the day of an alert decides it, so a replay says what a check on that
    day would have said.
    """
    found: list[tuple[date, int, BudgetAlert]] = []
    for number, budget in enumerate(config.budgets):
        for measure in _measures(budget):
            line = _Line.of(config, spend, budget, measure, ahead or Ahead())
            for period in periods(budget, line.since, as_of):
                found += [(alert.on_day, number, alert) for alert in line.alerts(period, as_of)]
    return [alert for _, _, alert in sorted(found, key=lambda item: item[:2])]


def members(config: Config, budget: Budget) -> tuple[str, ...] | None:
    """The workflows whose spend counts against `budget`; None: everything."""
    if budget.scope == "total":
        return None
    if budget.scope == "workflow":
        return (str(budget.subject),)
    flows = config.workflows
    return tuple(flow.name for flow in flows if getattr(flow, budget.scope, None) == budget.subject)


def _measures(budget: Budget) -> list[str]:
    return [name for name in (COST, TOKENS) if getattr(budget, name) is not None]


@dataclass(frozen=True)
class _Line:
    """One budget and measure: its spend by day and its limit, in quanta."""

    budget: Budget
    measure: str
    days: Days
    since: date
    until: date | None
    """The newest day that anything is known of; None: no day at all."""
    limit: Decimal
    names: tuple[str, ...] | None
    ahead: Ahead

    @classmethod
    def of(cls, config: Config, spend: Spend, budget: Budget, measure: str, ahead: Ahead) -> _Line:
        since = spend.first_cost_day if measure == COST else spend.first_token_day or spend.first_cost_day
        until = spend.last_day if measure == COST else spend.last_token_day
        limit = budget.cost if measure == COST else budget.tokens
        assert limit is not None
        names = members(config, budget)
        known = ahead if measure == COST else Ahead()  # tokens are not forecast by the month
        return cls(budget, measure, spend.days(measure, names), since, until, Decimal(limit), names, known)

    def months_ahead(self, period: Period) -> MonthsAhead:
        """What the months after a day cost, to the end of `period`."""
        return lambda day: self.ahead.costs(self.names, day, period.last_day)

    def reaches(self, number: int, percent: Decimal) -> bool:
        """Whether `number` quanta are `percent` of the limit or more, exactly."""
        share = Fraction(percent)
        return number * 100 * share.denominator >= share.numerator * quanta(self.limit)

    def alerts(self, period: Period, as_of: date) -> list[BudgetAlert]:
        """The alerts of a period up to a day, in the order in which they are raised."""
        return _alerts(self, period, self._standings(period, as_of))

    def standing(self, period: Period, as_of: date) -> BudgetStanding:
        """Where the budget stands on a day of the period."""
        if self.until is None or self.until < period.first_day:
            nothing = (None, None, None, None, None)
            return BudgetStanding(
                self.budget, self.measure, period, as_of, self.limit, *nothing, state=UNKNOWN, alerts=()
            )
        days = list(self._standings(period, as_of))
        last, alerts = days[-1], _alerts(self, period, days)
        return BudgetStanding(
            budget=self.budget,
            measure=self.measure,
            period=period,
            as_of=last.day,
            limit=self.limit,
            actual=amount(last.actual),
            actual_percent=self.percent(last.actual),
            forecast=None if last.forecast is None else amount(last.forecast),
            forecast_percent=None if last.forecast is None else self.percent(last.forecast),
            crosses_on=self.crossed_on(days) or self.crosses_on(last, period),
            state=alerts[-1].state if alerts else OK,
            alerts=tuple(alerts),
            projection=FORECAST if last.by_forecast else PACE,
        )

    def _standings(self, period: Period, as_of: date) -> Iterator[Standing]:
        return standings(self.days, self.since, period, as_of, self.months_ahead(period))

    def percent(self, number: int) -> Decimal:
        """Quanta as a percentage of the limit, rounded down to three decimals: 69.9999 is not 70."""
        with localcontext() as context:
            context.prec = 80
            return Decimal(number * 100_000 // quanta(self.limit)).scaleb(-3)

    def crosses_on(self, standing: Standing, period: Period) -> date | None:
        """The coming day on which the limit is reached, as known on the day of `standing`."""
        limit, ahead = quanta(self.limit), self.months_ahead(period)
        return crossing_day(self.days, self.since, standing, limit, period.last_day, ahead=ahead)

    def crossed_on(self, days: Sequence[Standing]) -> date | None:
        """The first day on which spend had reached the limit."""
        return next((standing.day for standing in days if standing.actual >= quanta(self.limit)), None)


def _alerts(line: _Line, period: Period, days: Iterable[Standing]) -> list[BudgetAlert]:
    """Each level once by spend and once by forecast, the highest alone where a day reaches several.

    A forecast of what has happened already is no news.
    """
    found: list[BudgetAlert] = []
    reached: dict[str, set[str]] = {ACTUAL: set(), FORECAST: set()}
    for standing in days:
        for basis, number in ((ACTUAL, standing.actual), (FORECAST, standing.forecast)):
            fresh = [
                (level, percent)
                for level, percent in zip(LEVELS, line.budget.alerts, strict=True)
                if number is not None
                and level not in reached[ACTUAL] | reached[basis]
                and line.reaches(number, percent)
            ]
            if fresh:
                reached[basis].update(level for level, _ in fresh)
                found.append(_alert(line, period, standing, (basis, *fresh[-1]), _state(reached)))
    return found


def _state(reached: dict[str, set[str]]) -> str:
    by_spend = [level for level in LEVELS if level in reached[ACTUAL]]
    if by_spend:
        return by_spend[-1]
    return LEVELS[0] if LEVELS[-1] in reached[FORECAST] else OK


def _alert(
    line: _Line, period: Period, standing: Standing, what: tuple[str, str, Decimal], state: str
) -> BudgetAlert:
    basis, level, percent = what
    budget, number = line.budget, standing.actual if basis == ACTUAL else standing.forecast
    assert number is not None
    crossed = standing.actual >= quanta(line.limit)
    return BudgetAlert(
        budget=budget.name,
        scope=budget.scope,
        subject=budget.subject,
        measure=line.measure,
        period=period,
        on_day=standing.day,
        basis=basis,
        level=level,
        percent=percent,
        amount=amount(number),
        limit=line.limit,
        crosses_on=standing.day if crossed else line.crosses_on(standing, period),
        state=state,
    )
