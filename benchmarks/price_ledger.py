"""Price one month of a ledger, and nothing else: the measured side of bench_pricing.

    python price_ledger.py LEDGER.duckdb 2026-10 [--sum]

`--sum` prices by the same statement, but adds the cost up instead of keeping a row for each call.
"""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.prices import price_month
from finops_ai.prices.usage import hour_columns


def sum_month(ledger: Ledger, month: Month) -> None:
    """Price `month` by the package's statement and add the list costs up."""
    statement = resources.files("finops_ai.prices").joinpath("price_usage.sql").read_text(encoding="utf-8")
    select = statement[statement.index("WITH used AS") :]
    instants = {"month_start_utc": month.start_utc, "month_end_utc": month.end_utc}
    ledger.run("prices", "rate_card.sql", {**instants, **hour_columns(ledger)})
    bound = {**instants, "month": month.first_day}
    ledger.execute(f"SELECT pricing_status, sum(list_cost) FROM ({select}) GROUP BY ALL", bound).fetchall()


def main() -> None:
    """Open the ledger, price the month, commit."""
    path, text, *rest = sys.argv[1:]
    with Ledger.open(Path(path)) as ledger, ledger.transaction(writes="none"):
        if rest == ["--sum"]:
            sum_month(ledger, Month.parse(text))
        else:
            price_month(ledger, Month.parse(text))


if __name__ == "__main__":
    main()
