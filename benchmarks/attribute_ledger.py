"""Attribute one month of a ledger that bench_attribute made, and nothing else: its measured side.

    python attribute_ledger.py LEDGER.duckdb 2026-10 [MEMORY_LIMIT]

The whole transaction: every derived row, the checks that prove the month, the commit.
"""

from __future__ import annotations

import sys
from pathlib import Path

from attribute_data import config

from finops_ai.attribution import attribute_month
from finops_ai.ledger import Ledger
from finops_ai.months import Month


def main() -> None:
    """Open the ledger, attribute the month, commit."""
    path, text, *rest = sys.argv[1:]
    month = Month.parse(text)
    with (
        Ledger.open(Path(path), memory_limit=rest[0] if rest else None) as ledger,
        ledger.transaction(writes="attribution", month=month.first_day),
    ):
        attribute_month(ledger, config(Path(path)), month)


if __name__ == "__main__":
    main()
