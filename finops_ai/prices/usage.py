"""Pricing usage: a month's rate card, one join, and the list of what has no price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from finops_ai.config import Config
from finops_ai.errors import IntegrityError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.prices.contracts import price_contracts
from finops_ai.prices.hours import minute_ranges


@dataclass(frozen=True)
class UnpricedModel:
    """Usage without a list price: `reason` is unknown_model or ``no_price:<meter>`` or no_quantity."""

    provider: str
    model_name: str | None
    model_id: str | None
    service_tier: str
    reason: str
    calls: int
    tokens: int


def price_month(ledger: Ledger, month: Month, config: Config | None = None) -> None:
    """Rebuild `priced_usage` and `usage_left_out` of `month` from usage, resolved names and prices.

    `config` holds the contract rates; None: list prices alone. Needs an open transaction, after
    `resolve_models`. Raises IntegrityError unless each usage row of the month got exactly one priced
    row, ConfigError when a contract rate cannot be kept exactly.
    """
    instants = {"month_start_utc": month.start_utc, "month_end_utc": month.end_utc}
    ledger.execute("DELETE FROM priced_usage WHERE month = $month", {"month": month.first_day})
    _leave_out(ledger, month)
    ledger.run("prices", "rate_card.sql", {**instants, **hour_columns(ledger)})
    priced_rows = ledger.run("prices", "price_usage.sql", {**instants, "month": month.first_day}).fetchone()
    if config is not None:
        price_contracts(ledger, config, month)
    ledger.execute("DROP TABLE rate_card")
    usage_rows = ledger.value(
        "SELECT count(*) FROM token_usage WHERE at_utc >= $month_start_utc AND at_utc < $month_end_utc",
        instants,
    )
    if priced_rows is None or priced_rows[0] != usage_rows:
        raise IntegrityError(
            f"{month}: {usage_rows} usage rows were given {priced_rows} prices.",
            hint="Two price rows hold at once. Nothing was written; please report it.",
        )


def hour_columns(ledger: Ledger) -> dict[str, list[Any]]:
    """The minutes of the week of every `hours_utc` among the prices, a list a column."""
    texts = ledger.rows("SELECT DISTINCT hours_utc FROM price WHERE hours_utc IS NOT NULL ORDER BY ALL")
    ranges = [(text, *minutes) for (text,) in texts for minutes in minute_ranges(text)]
    columns = [list(column) for column in zip(*ranges, strict=True)] or [[], [], []]
    return dict(zip(("hours_utc", "minute_from", "minute_to"), columns, strict=True))


def _leave_out(ledger: Ledger, month: Month) -> None:
    """Mark the usage rows of `month` whose calls another log tells of, too."""
    instants = {"month_start_utc": month.start_utc, "month_end_utc": month.end_utc}
    ledger.execute("DELETE FROM usage_left_out WHERE month = $month", {"month": month.first_day})
    sources = ledger.value(
        "SELECT count(DISTINCT source) FROM token_usage "
        "WHERE at_utc >= $month_start_utc AND at_utc < $month_end_utc",
        instants,
    )
    if sources > 1:
        ledger.run("prices", "usage_left_out.sql", {**instants, "month": month.first_day})


def unpriced(ledger: Ledger) -> list[UnpricedModel]:
    """Priced months' usage that has no list price, most tokens first."""
    return [UnpricedModel(*row) for row in ledger.run("prices", "unpriced.sql").fetchall()]
