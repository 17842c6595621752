"""`finops-ai budget check`: where each budget stands, what is new, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from finops_ai.cli.context import Settings, chosen_month, day, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import cell, counted
from finops_ai.config import Config
from finops_ai.errors import ConfigError, ExitCode
from finops_ai.forecast.budget_ahead import Ahead, last_month_over, read_ahead
from finops_ai.forecast.budget_latch import new_alerts, note_alerts
from finops_ai.forecast.budget_relief import relief
from finops_ai.forecast.budget_watch import (
    COST,
    FORECAST,
    TOO_FEW_DAYS,
    BudgetAlert,
    BudgetStanding,
    replayed,
    watched,
)
from finops_ai.forecast.spend import Spend, read_spend
from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.months import Month

_PEOPLE = columns(
    *("budget:budget", "limit:limit", "actual:actual", "used:used:count"),
    *("forecast:forecast:count", "crosses_on:crosses", "state:state"),
)
_STANDINGS = columns(
    *("budget:budget", "scope:scope", "subject:of", "measure:measure", "currency:currency"),
    *("period_first_day:first day", "period_last_day:last day", "as_of:as of"),
    *("limit:limit:money", "actual:actual:money", "actual_percent:used:money3"),
    *("forecast:forecast:money", "forecast_percent:forecast used:money3"),
    *("projection:later months by", "crosses_on:crosses", "state:state", "new_alerts:new alerts:count"),
)
_ALERTS = columns("on_day:day", "budget:budget", "alert:alert", "amount:amount:count", "noted:noted")
_REPLAY = columns(
    *("period_first_day:period", "on_day:day", "budget:budget", "measure:measure", "basis:basis"),
    *("level:level", "percent:percent:money0", "amount:amount:money", "limit:limit:money"),
    *("currency:currency", "crosses_on:crosses", "state:state"),
)
_REPLAY_PEOPLE = columns(
    *("on_day:day", "budget:budget", "alert:alert", "amount:amount:count"),
    *("crosses_on:crosses", "state:state"),
)


def check_budgets(
    settings: Settings, month: str | None, as_of: str | None, *, at_utc: datetime
) -> tuple[Document, int]:
    """Where each budget stands; new alerts are noted. Exit code 4: an alert is new, or a budget is spent."""
    config = _config(settings, month, as_of)
    with settings.open(config) as ledger:
        spend, until = _spend(ledger, config, month, as_of, at_utc)
        found = watched(config, spend, until, _ahead(ledger, config, [until]))
        alerts = [alert for standing in found for alert in standing.alerts]
        new = new_alerts(ledger, alerts, spend.currency)
        steps = {standing.budget.name: relief(ledger, config, standing) for standing in found}
        if new:
            with ledger.transaction(writes="none"):
                note_alerts(ledger, new, spend.currency, recorded_at_utc=at_utc)
    rows = Table("budgets", "", _STANDINGS, tuple(_standing_row(s, spend.currency, new) for s in found))
    document = Document(
        "budget check",
        (
            *_notes(spend, found, until),
            "",
            Table("", f"Budgets as of {until}", _PEOPLE, tuple(_for_people(found, spend.currency))),
            _alert_table(alerts, new, spend.currency),
            *_steps(steps),
            _verdict(found, new),
        ),
        {
            "as_of": until,
            "budgets": _records(rows),
            "alerts": [
                {**record, "is_new": alert in new}
                for alert, record in zip(alerts, _records(_replayed(alerts, spend.currency)), strict=True)
            ],
            "suggestions": steps,
        },
        rows,
    )
    spent = any(standing.state == "stop" for standing in found)
    return document, int(ExitCode.FINDINGS if new or spent else ExitCode.OK)


def replay_budgets(settings: Settings, month: str | None, as_of: str | None, *, at_utc: datetime) -> Document:
    """Every alert that daily checks would have raised, from the ledger's first day on."""
    config = _config(settings, month, as_of)
    with settings.open(config) as ledger:
        spend, until = _spend(ledger, config, month, as_of, at_utc)
        every = [spend.first_cost_day + timedelta(n) for n in range((until - spend.first_cost_day).days + 1)]
        alerts = replayed(config, spend, until, _ahead(ledger, config, every))
    rows = _replayed(alerts, spend.currency)
    people = tuple(
        (
            *(alert.on_day, alert.budget, _alert_text(alert)),
            *(_amount(alert.amount, alert.measure, spend.currency), alert.crosses_on, alert.state),
        )
        for alert in alerts
    )
    title = f"Alerts of every period, {spend.first_cost_day} to {until}"
    return Document(
        "budget check",
        (
            *_notes(spend, [], until),
            Table("", title, _REPLAY_PEOPLE, people, empty="No alert up to this day.", null="-"),
            f"{counted(len(alerts), 'alert')}. Nothing was noted.",
        ),
        {"as_of": until, "alerts": _records(rows)},
        rows,
    )


def month_standings(ledger: Ledger, config: Config, month: Month) -> list[BudgetStanding]:
    """Where each budget stands at the end of `month`, as far as it is billed; the ledger is up to date."""
    if not config.budgets:
        return []
    spend = read_spend(ledger, config.reporting_currency, month)
    until = _month_end(month, spend)
    return watched(config, spend, until, _ahead(ledger, config, [until]))


def _ahead(ledger: Ledger, config: Config, days: Sequence[date]) -> Ahead:
    """What later months will cost; computed only where a budget of cost reaches beyond its month."""
    if all(budget.period == "month" or budget.cost is None for budget in config.budgets):
        return Ahead()
    return read_ahead(ledger, config.reporting_currency, days)


def _month_end(month: Month, spend: Spend) -> date:
    return min(month.plus(1).first_day - timedelta(days=1), max(spend.last_day, month.first_day))


def _config(settings: Settings, month: str | None, as_of: str | None) -> Config:
    config = settings.load()
    require_ledger(config, month)
    if not config.budgets:
        raise ConfigError(
            "finops.yaml states no budgets, so there is nothing to check.",
            hint='Add for example a line `budgets: [{total: true, cost: "2500"}]`.',
        )
    if as_of is not None and month is not None and Month.of(day(as_of)) != Month.parse(month):
        raise ConfigError(f"{as_of} is no day of {month}.", hint="Give one of --as-of and --month.")
    return config


def _spend(
    ledger: Ledger, config: Config, month: str | None, as_of: str | None, at_utc: datetime
) -> tuple[Spend, date]:
    """All spend, and the day to look at it from: the one asked for, else the newest that is billed."""
    chosen = None if month is None else chosen_month(ledger, month)
    refresh(ledger, config, at_utc=at_utc)
    spend = read_spend(ledger, config.reporting_currency)
    if as_of is not None:
        return spend, _known_day(day(as_of), spend)
    if chosen is None:
        return spend, spend.last_day
    return spend, _month_end(chosen, spend)


def _known_day(asked: date, spend: Spend) -> date:
    last = max(spend.last_day, spend.last_token_day or spend.last_day)
    last = Month.of(last).plus(1).first_day - timedelta(days=1)
    if not spend.first_cost_day <= asked <= last:
        raise ConfigError(
            f"{asked}: the ledger holds no spend of this day.",
            hint=f"It has spend from {spend.first_cost_day} to {last}.",
        )
    return asked


def _notes(spend: Spend, found: Sequence[BudgetStanding], until: date) -> Iterator[str]:
    yield (
        "Actual: billed cost by the day, charges of a whole month evenly over its days; tokens as logged. "
        "Forecast: the period's end at the pace of the last 4 weeks, weekday by weekday."
    )
    yield from _projections(found, until)
    if until > spend.last_day:
        yield f"Bills reach to {spend.last_day}: costs of later days are not known yet."
    if any(s.measure != COST for s in found) and (
        spend.last_token_day is None or until > spend.last_token_day
    ):
        yield f"Logs reach to {spend.last_token_day or 'no day'}: tokens of later days are not known."
    if spend.missing_bills:
        yield f"No charge at all is known of {', '.join(map(str, spend.missing_bills))}."
    if spend.unconverted_months:
        months = ", ".join(map(str, spend.unconverted_months))
        yield f"Without an exchange rate, so missing in the amounts: some charges of {months}."
    early = [s.budget.name for s in found if s.period.first_day < spend.first_cost_day]
    if early:
        names = ", ".join(dict.fromkeys(early))
        yield f"{names}: the period began before the ledger ({spend.first_cost_day}), so spend is missing."


def _projections(found: Sequence[BudgetStanding], until: date) -> Iterator[str]:
    """How the months after this one count in budgets of quarters and years."""
    later = [s for s in found if s.forecast is not None and Month.of(s.period.last_day) > Month.of(s.as_of)]
    by_forecast = list(dict.fromkeys(s.budget.name for s in later if s.projection == FORECAST))
    if by_forecast:
        yield (
            f"{', '.join(by_forecast)}: the months after {Month.of(until)} count as the baseline of "
            f"`finops-ai forecast --month {last_month_over(until)}` expects them."
        )
    for measure, why in (
        (COST, "no forecast with an interval, which takes 6 complete months in one currency"),
        ("tokens", "tokens are not forecast"),
    ):
        names = [s.budget.name for s in later if s.projection != FORECAST and s.measure == measure]
        if names:
            yield f"{', '.join(names)}: the months after {Month.of(until)} count at the pace ({why})."


def _for_people(found: Sequence[BudgetStanding], currency: str) -> Iterator[tuple[object, ...]]:
    for s in found:
        ahead = f"{_down(s.forecast_percent)}%" if s.forecast_percent is not None else _no_forecast(s)
        yield (
            s.budget.name,
            _amount(s.limit, s.measure, currency),
            _amount(s.actual, s.measure, currency),
            "n/a" if s.actual_percent is None else f"{_down(s.actual_percent)}%",
            ahead,
            s.crosses_on or "-",
            s.state,
        )


def _no_forecast(standing: BudgetStanding) -> str:
    return "n/a" if standing.actual is None else TOO_FEW_DAYS


def _down(percent: object) -> str:
    """One decimal, rounded down: 69.99 must not read as 70.0."""
    text = str(percent)
    return text[: text.index(".") + 2] if "." in text else text


def _amount(amount: Decimal | None, measure: str, currency: str) -> str:
    if amount is None:
        return "n/a"
    if measure == COST:
        return f"{cell(amount)} {currency}"
    return f"{cell(amount, places=0)} tokens"


def _alert_text(alert: BudgetAlert) -> str:
    return f"{alert.basis} {plain(alert.percent)}%"


def _alert_table(alerts: Sequence[BudgetAlert], new: Sequence[BudgetAlert], currency: str) -> Table:
    rows = tuple(
        (
            alert.on_day,
            alert.budget,
            _alert_text(alert),
            _amount(alert.amount, alert.measure, currency),
            "new" if alert in new else "before",
        )
        for alert in alerts
    )
    return Table("", "Alerts of these periods", _ALERTS, rows, empty="No alert in these periods.")


def _steps(steps: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for name, lines in steps.items():
        if lines:
            yield f"What to do about {name}:"
            yield from (f"- {line}" for line in lines)
            yield ""


def _verdict(found: Sequence[BudgetStanding], new: Sequence[BudgetAlert]) -> str:
    counts = [
        (state, sum(1 for s in found if s.state == state)) for state in ("stop", "degrade", "warn", "ok")
    ]
    text = (
        ", ".join(f"{number} {state}" for state, number in counts if number) or "no budget holds on this day"
    )
    return f"{counted(len(new), 'new alert')}; {text}."


def _standing_row(s: BudgetStanding, currency: str, new: Sequence[BudgetAlert]) -> tuple[object, ...]:
    return (
        *(s.budget.name, s.budget.scope, s.budget.subject, s.measure),
        currency if s.measure == COST else None,
        *(s.period.first_day, s.period.last_day, s.as_of, s.limit, s.actual, s.actual_percent),
        *(s.forecast, s.forecast_percent, s.projection, s.crosses_on, s.state),
        sum(1 for alert in s.alerts if alert in new),
    )


def _replayed(alerts: Sequence[BudgetAlert], currency: str) -> Table:
    return Table("alerts", "", _REPLAY, tuple(_replay_row(alert, currency) for alert in alerts))


def _records(table: Table) -> list[dict[str, object]]:
    """The rows by column, for JSON."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def _replay_row(alert: BudgetAlert, currency: str) -> tuple[object, ...]:
    return (
        *(alert.period.first_day, alert.on_day, alert.budget, alert.measure, alert.basis, alert.level),
        *(alert.percent, alert.amount, alert.limit, currency if alert.measure == COST else None),
        *(alert.crosses_on, alert.state),
    )
