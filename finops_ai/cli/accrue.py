"""`finops-ai accrue`: what a month will still cost, booked apart, and what its bill makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from finops_ai.attribution.accrual import Accrual, accrue_month, month_accrual, reverse_month
from finops_ai.cli.context import Settings, day, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import counted
from finops_ai.config import Config
from finops_ai.errors import ConfigError, InputError
from finops_ai.ledger import Ledger
from finops_ai.money import plain, shown
from finops_ai.months import Month

_WIDE = Context(prec=76)
_NEWEST = "SELECT max(at_utc)::DATE FROM token_usage"
_COUNT = "SELECT count(*) FROM token_usage WHERE at_utc >= $start_utc AND at_utc < $end_utc"
_ACCRUED = columns(
    *("provider:provider", "account:account", "model:model", "workflow:workflow", "currency:currency"),
    *("first_day:from", "last_day:to", "calls:calls:hidden", "tokens:tokens:hidden"),
    *("price_cost:at price:money", "accrued_cost:accrued:money", "label:label:hidden"),
)
_RATES = columns(
    *("provider:provider", "model:model", "currency:currency", "price_basis:price"),
    *("rate:rate", "rate_basis:measured on", "rate_sample_days:days:count", "rate_sample_cost:sample:money"),
)
_UNPRICED = columns(
    *("provider:provider", "model:model", "workflow:workflow", "reason:reason", "calls:calls:count"),
    "tokens:tokens:count",
)
_TRUE_UPS = columns(
    *("provider:provider", "account:account", "model:model", "workflow:workflow", "currency:currency"),
    *("accrued_cost:accrued:money", "billed_cost:billed:money", "true_up:true-up:money"),
)
NO_WORKFLOW = "(none)"


@dataclass(frozen=True)
class AccrueOptions:
    """What the command line asks for; None: the default."""

    month: str | None = None
    as_of: str | None = None
    true_up_only: bool = False
    reverse: bool = False


class _NothingNewError(Exception):
    """Rolls the transaction back: what was booked stands already."""


def accrue_and_describe(settings: Settings, options: AccrueOptions, *, now_utc: datetime) -> Document:
    """Bring the ledger up to date, book (or take back) the month's accrual, and describe it.

    Raises ConfigError for a day before the month, InputError for a month without usage.
    """
    config = settings.load()
    if options.true_up_only and options.reverse:
        raise ConfigError(
            "accrue: --true-up changes nothing, and --reverse takes accruals back.", hint="Give one of them."
        )
    require_ledger(config, options.month)
    with settings.open(config) as ledger:
        month = _month(ledger, options.month)
        as_of = _as_of(month, options.as_of, now_utc)
        refresh(ledger, config, at_utc=now_utc)
        notes = _change(ledger, month, as_of, options, now_utc)
        return _describe(month_accrual(ledger, month), as_of, options, notes, config)


def _month(ledger: Ledger, asked: str | None) -> Month:
    newest = ledger.value(_NEWEST)
    if newest is None:
        raise InputError(
            f"{ledger.path}: holds no usage to accrue.", hint="Run `finops-ai ingest PATH` with token logs."
        )
    month = Month.of(newest) if asked is None else Month.parse(asked)
    if not ledger.value(_COUNT, {"start_utc": month.start_utc, "end_utc": month.end_utc}):
        raise InputError(
            f"{month}: no usage of this month is logged, so nothing can be accrued.",
            hint=f"The newest month with usage is {Month.of(newest)}.",
        )
    return month


def _as_of(month: Month, asked: str | None, now_utc: datetime) -> date:
    """The last day to accrue: as asked, else yesterday, since today is not over; never after the month."""
    wanted = (now_utc - timedelta(days=1)).date() if asked is None else day(asked)
    if asked is not None and wanted < month.first_day:
        raise ConfigError(
            f"accrue: --as-of {wanted} is before {month}.", hint="Name a day of the month, or a later one."
        )
    return min(wanted, month.plus(1).first_day - timedelta(days=1))


def _change(
    ledger: Ledger, month: Month, as_of: date, options: AccrueOptions, now_utc: datetime
) -> tuple[str, ...]:
    if options.true_up_only:
        return ()
    try:
        with ledger.transaction(writes="none"):
            if options.reverse:
                taken = reverse_month(ledger, month)
                if not taken:
                    raise _NothingNewError
                return (f"Taken back: {counted(taken, 'booked row')} of {month}.",)
            if not accrue_month(ledger, month, as_of, recorded_at_utc=now_utc):
                raise _NothingNewError
    except _NothingNewError:
        return ()
    return ()


def _describe(
    found: Accrual, as_of: date, options: AccrueOptions, notes: tuple[str, ...], config: Config
) -> Document:
    del config
    booked = () if options.true_up_only else _booked(found, as_of)
    true_ups = tuple(
        (
            *(each.provider, each.account, each.model, each.workflow or NO_WORKFLOW, each.currency),
            *(each.accrued_cost, each.billed_cost, each.true_up),
        )
        for each in found.true_ups
    )
    waiting = "" if not options.true_up_only else f"{found.month}: no accrued day has been billed yet."
    return Document(
        "accrue",
        (
            *booked,
            Table("true_ups", "True-up: billed since, against accrued", _TRUE_UPS, true_ups, empty=waiting),
            *_totals((each.currency, each.true_up) for each in found.true_ups if each.true_up is not None),
            *notes,
        ),
        {"month": found.month, "as_of": as_of},
    )


def _booked(found: Accrual, as_of: date) -> tuple[Table | str, ...]:
    accrued = tuple(
        (
            *(each.provider, each.account, each.model, each.workflow or NO_WORKFLOW, each.currency),
            *(each.first_day, each.last_day, each.calls, each.tokens),
            *(each.price_cost, each.accrued_cost, "accrued"),
        )
        for each in found.accrued
    )
    rates = tuple(
        (
            *(each.provider, each.model, each.currency, each.price_basis, plain(each.rate), each.rate_basis),
            *(each.rate_sample_days, each.rate_sample_cost),
        )
        for each in found.rates
    )
    unpriced = tuple(
        (each.provider, each.model, each.workflow or NO_WORKFLOW, each.reason, each.calls, each.tokens)
        for each in found.unpriced
    )
    nothing = f"{found.month}: every day logged up to {as_of} is billed, nothing to accrue."
    return (
        Table(
            "accrued",
            f"{found.month} accrued up to {as_of}: logged, not billed (in no billed total)",
            _ACCRUED,
            accrued,
            empty=nothing if not unpriced else "",
        ),
        *_totals(((each.currency, each.accrued_cost) for each in found.accrued), "accrued"),
        Table("rates", "Rates: billed over logged at price", _RATES, rates),
        Table("unpriced", "Logged, not billed, and without a price (no amount)", _UNPRICED, unpriced),
    )


def _totals(amounts: Iterable[tuple[str, Decimal]], word: str = "true-up") -> tuple[str, ...]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        totals[currency] = _WIDE.add(totals[currency], amount)
    return tuple(f"{word} {shown(total, currency)}" for currency, total in sorted(totals.items()))
