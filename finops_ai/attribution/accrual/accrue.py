"""Accruals: days logged and not billed yet, at price times the measured rate, trued up by the bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from finops_ai.attribution import matching
from finops_ai.attribution.fx.convert import ROOM as FX_ROOM
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution.accrual"
MONTHS_MEASURED = 3
"""How many months before the accrued one the rate is measured over, besides its own billed days."""


@dataclass(frozen=True)
class Accrued:
    """The accrual in force of one model and workflow: `price_cost` at price, `accrued_cost` with its rate."""

    provider: str
    account: str | None
    model: str | None
    workflow: str | None
    currency: str
    first_day: date
    last_day: date
    calls: int
    tokens: int
    price_cost: Decimal
    accrued_cost: Decimal


@dataclass(frozen=True)
class MeasuredRate:
    """Billed over logged at `price_basis` price: what a model's accrual is multiplied with, and why."""

    provider: str
    model: str | None
    currency: str
    price_basis: str
    rate: Decimal
    rate_basis: str
    rate_sample_cost: Decimal
    rate_sample_days: int


@dataclass(frozen=True)
class UnpricedAccrual:
    """Logged, not billed and without a price: tokens, and no amount."""

    provider: str
    model: str | None
    workflow: str | None
    reason: str
    calls: int
    tokens: int


@dataclass(frozen=True)
class TrueUp:
    """What the bill says of days that were accrued; `true_up` is None where it is in another currency."""

    provider: str
    account: str | None
    model: str | None
    workflow: str | None
    currency: str
    accrued_cost: Decimal
    billed_cost: Decimal
    true_up: Decimal | None


@dataclass(frozen=True)
class Accrual:
    """All of one month's accrual."""

    month: Month
    accrued: tuple[Accrued, ...]
    rates: tuple[MeasuredRate, ...]
    unpriced: tuple[UnpricedAccrual, ...]
    true_ups: tuple[TrueUp, ...]


def accrue_month(ledger: Ledger, month: Month, as_of: date, *, recorded_at_utc: datetime) -> bool:
    """Book the days of `month` up to `as_of` that are logged and not billed; whether anything changed.

    Days whose bill has arrived keep what was booked for them. Needs the months attributed and an open
    transaction.
    """
    _macros(ledger)
    ledger.execute("CREATE OR REPLACE TEMP TABLE accrual_before AS FROM accrual")
    span: dict[str, object] = {
        "first": month.plus(-MONTHS_MEASURED).first_day,
        "month": month.first_day,
    }
    ledger.run(ROOM, "usage.sql", span)
    ledger.run(ROOM, "logged.sql")
    ledger.run(ROOM, "evidence.sql", span)
    ledger.run(ROOM, "rate.sql")
    ledger.run(ROOM, "account.sql")
    ledger.run(ROOM, "day.sql", {"month": month.first_day, "as_of": as_of})
    ledger.run(ROOM, "forget.sql", {"month": month.first_day})
    ledger.run(ROOM, "book.sql", {"month": month.first_day, "recorded_at_utc": recorded_at_utc})
    return bool(ledger.run(ROOM, "changed.sql").fetchall())


def reverse_month(ledger: Ledger, month: Month) -> int:
    """Take back everything that was booked for `month`; the number of booked days taken back."""
    of_month = {"month": month.first_day}
    found = int(ledger.value("SELECT count(*) FROM accrual WHERE month = $month", of_month))
    ledger.execute("DELETE FROM accrual WHERE month = $month", of_month)
    return found


def booked_accrual(ledger: Ledger, month: Month) -> Accrual | None:
    """`month_accrual`, or None when nothing is booked for `month`."""
    is_booked = ledger.value("SELECT count(*) > 0 FROM accrual WHERE month = $m", {"m": month.first_day})
    return month_accrual(ledger, month) if is_booked else None


def month_accrual(ledger: Ledger, month: Month) -> Accrual:
    """What is booked for `month`, and what the bill has said of it since."""
    of_month = {"month": month.first_day}
    return Accrual(
        month,
        tuple(Accrued(**row) for row in ledger.run_records(ROOM, "accrued.sql", of_month)),
        tuple(MeasuredRate(**row) for row in ledger.run_records(ROOM, "rates.sql", of_month)),
        tuple(UnpricedAccrual(**row) for row in ledger.run_records(ROOM, "unpriced.sql", of_month)),
        tuple(TrueUp(**row) for row in ledger.run_records(ROOM, "true_up.sql", of_month)),
    )


def _macros(ledger: Ledger) -> None:
    for name in ("allocate_units.sql", "allocate_amount.sql"):
        ledger.run(matching.ROOM, name)
    for name in ("units_product.sql", "units_rest.sql", "product.sql"):
        ledger.run(FX_ROOM, name)
    for name in ("divisor.sql", "part.sql"):
        ledger.run(ROOM, name)
