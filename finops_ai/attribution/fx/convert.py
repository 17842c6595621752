"""Billed amounts in the reporting currency, beside their originals: dated rates, exact, no rate no guess."""

from __future__ import annotations

from datetime import datetime

from finops_ai.attribution import matching
from finops_ai.attribution.fx.rate_file import read_rates, sha256_of
from finops_ai.config import Config, FxRates
from finops_ai.ledger import Ledger, quoted
from finops_ai.months import Month

ROOM = "attribution.fx"
CONVERTED_TABLES = ("charge_converted", "allocation_converted", "month_converted")
_MACROS = ("allocate_units.sql", "allocate_amount.sql")
_OWN_MACROS = ("units_product.sql", "units_rest.sql", "product.sql", "inverse.sql")
_LAST_FILE = "SELECT sha256 FROM fx_file ORDER BY rowid DESC LIMIT 1"
_IS_FOREIGN = "SELECT count(*) > 0 FROM charge WHERE billing_currency <> $reporting"


def refresh_rates(ledger: Ledger, config: Config, *, read_at_utc: datetime) -> bool:
    """Take over the file of rates that finops.yaml names; whether it differs from the one in force.

    Needs an open transaction. ConfigError names the line of a mistake in the file.
    """
    known = ledger.value(_LAST_FILE)
    settings = config.fx_rates
    digest = None if settings is None else sha256_of(settings.path)
    if digest == known:
        return False
    found = None if settings is None else read_rates(settings.path)
    ledger.execute("DELETE FROM fx_rate")
    rates = () if found is None else found.rates
    ledger.run(
        ROOM,
        "rates.sql",
        {
            "days": [rate.day for rate in rates],
            "froms": [rate.from_currency for rate in rates],
            "tos": [rate.to_currency for rate in rates],
            "rates": [format(rate.rate, "f") for rate in rates],
            "sources": [rate.source for rate in rates],
            "lines": [rate.line for rate in rates],
        },
    )
    ledger.execute(
        "INSERT INTO fx_file VALUES ($path, $sha256, $rate_rows, $read_at_utc)",
        {
            "path": None if settings is None else str(settings.path.resolve()),
            "sha256": digest,
            "rate_rows": len(rates),
            "read_at_utc": read_at_utc,
        },
    )
    return True


def unconverted_months(ledger: Ledger, config: Config) -> list[Month]:
    """The attributed months with charges in other currencies whose rates are not those in force.

    Closed months keep the figures that they were closed with.
    """
    if not ledger.value(_IS_FOREIGN, {"reporting": config.reporting_currency}):
        return []
    find_rates(ledger, config)
    found = ledger.run(ROOM, "stale.sql", {"reporting": config.reporting_currency}).fetchall()
    return [Month.of(row[0]) for row in found]


def convert_month(ledger: Ledger, config: Config, month: Month) -> None:
    """Rebuild what `month` amounts to in the reporting currency, after `attribute_month`.

    Needs an open ``transaction(writes="attribution")``, whose checks prove that the converted parts add up.
    """
    of_month: dict[str, object] = {"month": month.first_day}
    for name in CONVERTED_TABLES:
        ledger.execute(f"DELETE FROM {quoted(name)} WHERE month = $month", of_month)
    if not ledger.value(_IS_FOREIGN, {"reporting": config.reporting_currency}):
        return
    find_rates(ledger, config)
    reporting: dict[str, object] = {**of_month, "reporting": config.reporting_currency}
    ledger.run(ROOM, "month_converted.sql", reporting)
    ledger.run(
        ROOM, "charge_converted.sql", {**reporting, "start_utc": month.start_utc, "end_utc": month.end_utc}
    )
    ledger.run(ROOM, "cell_sum.sql", of_month)
    ledger.run(ROOM, "piece.sql", of_month)
    ledger.run(ROOM, "split_pieces.sql")
    ledger.run(matching.ROOM, "allocate.sql")
    ledger.run(ROOM, "allocation_converted.sql")


def find_rates(ledger: Ledger, config: Config) -> None:
    """Fill temporary fx_quote and fx_found: the rate of each month, currency and day that needs one."""
    for name in _MACROS:
        ledger.run(matching.ROOM, name)
    for name in _OWN_MACROS:
        ledger.run(ROOM, name)
    settings = config.fx_rates
    ages = () if settings is None else settings.max_age_days_of
    through = None if settings is None else settings.through
    reporting = config.reporting_currency
    ledger.run(ROOM, "needed.sql", {"reporting": reporting})
    ledger.run(ROOM, "quote.sql", {"inverse": settings is not None and settings.inverse})
    ledger.run(ROOM, "age.sql", {"currencies": [c for c, _ in ages], "ages": [age for _, age in ages]})
    ledger.run(
        ROOM,
        "leg.sql",
        {
            "reporting": reporting,
            "through": through,
            "max_age_days": FxRates.max_age_days if settings is None else settings.max_age_days,
        },
    )
    ledger.run(ROOM, "found.sql", {"reporting": reporting, "through": through})
