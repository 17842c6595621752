"""The attribution that `attribute_month` is measured against: plain_attribute.sql, run as it stands.

    python plain_attribute.py LEDGER.duckdb 2026-10-01 2026-11-01 [MEMORY_LIMIT]

It knows this one company: which fields its rules name, that days, models and quantities stand on every bill,
that one provider names no project. No passes over bills that say less, no other currencies, no checks.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

STATEMENTS = Path(__file__).with_suffix(".sql")


def main() -> None:
    """Run each statement, commit."""
    database, month_start, month_end, *rest = sys.argv[1:]
    with duckdb.connect(database) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        if rest:
            connection.execute("SET memory_limit = ?", [rest[0]])
        connection.execute("BEGIN TRANSACTION")
        for statement in STATEMENTS.read_text(encoding="utf-8").split(";\n"):
            named = {"month_start": month_start, "month_end": month_end}
            used = {name: value for name, value in named.items() if f"${name}" in statement}
            if statement.strip():
                connection.execute(statement, used)
        connection.execute("COMMIT")


if __name__ == "__main__":
    main()
