"""What the ledger knows about past months: costs a line and a month, and which months are whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from finops_ai.errors import InputError
from finops_ai.forecast.completeness import AccountMonth, Completeness, completeness
from finops_ai.ledger import Ledger, statement
from finops_ai.months import Month

TRAILING_DAYS = 30
_FOREVER = date(9999, 12, 1)


@dataclass(frozen=True)
class Span:
    """Recurring cost of one month's bill that pays for `first_day` to `last_day`, inclusive."""

    month: Month
    first_day: date
    last_day: date
    cost: Decimal


@dataclass(frozen=True)
class TokenCost:
    """One workflow's month: the tokens of its logs, and what it cost without shares of pools."""

    tokens: int
    direct_cost: Decimal


@dataclass(frozen=True)
class History:
    """Past costs in one currency. `bill`, `workflows` and `providers` hold only attributed months.

    `complete` are the whole and attributed months, oldest first; `completeness` says why others
    are not whole.
    """

    currency: str
    bill: dict[Month, Decimal]
    left_out: dict[Month, dict[str, Decimal]]
    workflows: dict[str, dict[Month, Decimal]]
    complete: tuple[Month, ...]
    completeness: Completeness
    unattributed: tuple[Month, ...]
    first_day: date
    last_day: date
    spans: tuple[Span, ...]
    other_currencies: tuple[tuple[str, Decimal], ...]
    tokens: dict[str, dict[Month, TokenCost]]
    providers: dict[str, dict[Month, Decimal]]

    @property
    def newest(self) -> Month:
        """The last attributed month."""
        return max(self.bill)

    @property
    def contiguous(self) -> tuple[Month, ...]:
        """The unbroken run of complete months that ends with the last complete one."""
        run: list[Month] = []
        for month in reversed(self.complete):
            if run and month.plus(1) != run[-1]:
                break
            run.append(month)
        return tuple(reversed(run))

    def lines(self) -> dict[str | None, dict[Month, Decimal]]:
        """Cost per month of each workflow by name, then under None what is not attributed."""
        lines: dict[str | None, dict[Month, Decimal]] = {
            name: self.workflows[name] for name in sorted(self.workflows)
        }
        attributed: dict[Month, Decimal] = defaultdict(Decimal)
        for costs in self.workflows.values():
            for month, cost in costs.items():
                attributed[month] += cost
        lines[None] = {month: cost - attributed[month] for month, cost in self.bill.items()}
        return lines


def read_history(ledger: Ledger, currency: str, as_of: Month | None) -> History:
    """Everything up to and including `as_of`; InputError when no month is attributed."""
    bound = _FOREVER if as_of is None else as_of.first_day
    params = {"currency": currency, "last_month": bound}
    accounts = _accounts(ledger, params)
    parts = _parts(ledger, params)
    attributed = {Month.of(row[0]) for row in _rows(ledger, "attributed_months.sql", {"last_month": bound})}
    known = sorted(attributed & set(accounts))
    if not known:
        _refuse(ledger, currency, as_of, sorted(accounts))
    newest = {"currency": currency, "month": max(accounts).first_day}
    whole = completeness(accounts, ledger.value(statement("forecast", "bill_read_on.sql"), newest))
    workflows: dict[str, dict[Month, Decimal]] = defaultdict(dict)
    tokens: dict[str, dict[Month, TokenCost]] = defaultdict(dict)
    for month_day, name, cost, direct, count in _rows(ledger, "workflow_costs.sql", params):
        if Month.of(month_day) in known and cost:
            workflows[name][Month.of(month_day)] = cost
            tokens[name][Month.of(month_day)] = TokenCost(count or 0, direct or Decimal(0))
    last_day = _last_day([account for month in known for account in accounts[month].values()])
    return History(
        currency=currency,
        bill={month: parts[month].get("basis", Decimal(0)) for month in known},
        left_out={month: {p: c for p, c in parts[month].items() if p != "basis"} for month in known},
        workflows=dict(workflows),
        complete=tuple(month for month in known if month not in whole.open_months),
        completeness=whole,
        unattributed=tuple(sorted(set(accounts) - attributed)),
        first_day=min(account.first_day for month in known for account in accounts[month].values()),
        last_day=last_day,
        spans=_spans(ledger, currency, known[-1], last_day),
        other_currencies=tuple(
            (name, cost)
            for name, cost in _rows(
                ledger, "other_currencies.sql", {"currency": currency, "month": known[-1].first_day}
            )
        ),
        tokens=dict(tokens),
        providers=_providers(ledger, params, known),
    )


def _rows(ledger: Ledger, name: str, params: dict[str, object]) -> list[tuple[Any, ...]]:
    return ledger.rows(statement("forecast", name), params)


def _accounts(ledger: Ledger, params: dict[str, object]) -> dict[Month, dict[str, AccountMonth]]:
    accounts: dict[Month, dict[str, AccountMonth]] = defaultdict(dict)
    for month, provider, account, first, last, last_daily, weekdays in _rows(
        ledger, "bill_accounts.sql", params
    ):
        found = AccountMonth(first, last, last_daily, frozenset(weekdays or ()))
        accounts[Month.of(month)][f"{provider} {account}"] = found
    return dict(accounts)


def _parts(ledger: Ledger, params: dict[str, object]) -> dict[Month, dict[str, Decimal]]:
    parts: dict[Month, dict[str, Decimal]] = defaultdict(dict)
    for month, part, cost in _rows(ledger, "bill_parts.sql", params):
        parts[Month.of(month)][part] = cost
    return dict(parts)


def _providers(
    ledger: Ledger, params: dict[str, object], known: list[Month]
) -> dict[str, dict[Month, Decimal]]:
    providers: dict[str, dict[Month, Decimal]] = defaultdict(dict)
    for month_day, name, cost in _rows(ledger, "provider_costs.sql", params):
        if Month.of(month_day) in known:
            providers[name][Month.of(month_day)] = cost
    return dict(providers)


def _spans(ledger: Ledger, currency: str, newest: Month, last_day: date) -> tuple[Span, ...]:
    params: dict[str, object] = {
        "currency": currency,
        "last_month": newest.first_day,
        "first_day": last_day - timedelta(days=TRAILING_DAYS - 1),
        "last_day": last_day,
    }
    return tuple(Span(Month.of(row[0]), *row[1:]) for row in _rows(ledger, "bill_spans.sql", params))


def _last_day(accounts: list[AccountMonth]) -> date:
    """The newest day that the bills pay for; monthly lines count only where no bill is daily."""
    daily = [account.last_daily_day for account in accounts if account.last_daily_day is not None]
    return max(daily or [account.last_day for account in accounts])


def _refuse(ledger: Ledger, currency: str, as_of: Month | None, billed: list[Month]) -> NoReturn:
    until = "" if as_of is None else f" up to {as_of}"
    if billed:
        raise InputError(
            f"No month{until} is attributed, so there is no run rate to forecast from ({len(billed)} billed: "
            f"{billed[0]} to {billed[-1]}).",
            hint=f"Run `finops-ai attribute --month {billed[-1]}`, best for every month billed.",
        )
    others = ledger.value(
        "SELECT string_agg(DISTINCT billing_currency, ', ' ORDER BY billing_currency) FROM charge"
    )
    if others not in (None, currency):
        raise InputError(
            f"The ledger holds no recurring charge in {currency}{until}, but charges in {others}.",
            hint="Set reporting_currency in finops.yaml to the currency of the bills.",
        )
    raise InputError(
        f"The ledger holds no recurring charge in {currency}{until}, so there is nothing to forecast from.",
        hint="Run `finops-ai ingest PATH` with your bills, then `finops-ai attribute`.",
    )
