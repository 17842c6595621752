"""Closing a month: its figures and their hash are kept, and nothing later changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from finops_ai.ledger import Ledger
from finops_ai.months import Month

_CLOSED = "SELECT month, figures_sha256, catalogue_sha256, closed_at_utc FROM closed_month ORDER BY month"


@dataclass(frozen=True)
class ClosedMonth:
    """A closed month: the hash of its figures, the prices they rest on, and when it was closed."""

    month: Month
    figures_sha256: str
    catalogue_sha256: str
    closed_at_utc: datetime


def closed_months(ledger: Ledger) -> list[ClosedMonth]:
    """Every closed month, in order."""
    return [ClosedMonth(Month.of(row[0]), *row[1:]) for row in ledger.rows(_CLOSED)]


def close_month(ledger: Ledger, month: Month, sha256: str, at_utc: datetime) -> None:
    """Keep the figures of an attributed, up-to-date month, whose report has hash `sha256`.

    Needs an open ``transaction(writes="attribution")``.
    """
    values = {"month": month.first_day, "sha256": sha256, "at_utc": at_utc}
    ledger.run("reports", "close_month.sql", {**values, "batch_id": ledger.next_batch_id})
    ledger.execute(
        "INSERT INTO closed_figure SELECT * FROM month_figure WHERE month = $month ORDER BY ALL",
        {"month": month.first_day},
    )
    ledger.run("reports", "close_period.sql", values)


def reopen_month(ledger: Ledger, month: Month) -> None:
    """Forget that `month` is closed; its next attribution takes what came since. Needs a transaction."""
    of_month = {"month": month.first_day}
    ledger.execute("DELETE FROM closed_month WHERE month = $month", of_month)
    ledger.execute("DELETE FROM closed_figure WHERE month = $month", of_month)
    ledger.execute("UPDATE period SET state = 'open' WHERE month = $month", of_month)


def late_months(ledger: Ledger) -> list[Month]:
    """Closed months that rows arrived for after they were closed."""
    return [Month.of(row[0]) for row in ledger.run("reports", "closed_late.sql").fetchall()]
