"""The plain load that `finops-ai ingest` is measured against: a FOCUS CSV, typed, into a DuckDB file.

    python plain_focus.py FILE.csv OUT.duckdb [EMPTY_COLUMNS]

The same source columns and SQL types as table `charge`; no rejects, keys, record numbers or checks.
EMPTY_COLUMNS more text columns of NULL (35 make it as wide as `charge`) show what a wide table costs.
"""

from __future__ import annotations

import sys

import duckdb
from make_data import FOCUS_COLUMNS


def main(csv_path: str, database_path: str, empty_columns: str = "0") -> None:
    """Load `csv_path` into table `charge` of a new database."""
    empty = "".join(f", NULL::VARCHAR AS empty_{number}" for number in range(int(empty_columns)))
    with duckdb.connect(database_path) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(
            f"""
            CREATE TABLE charge AS
            SELECT *{empty} FROM read_csv($path, columns = $columns, header = true, auto_detect = false,
                                          delim = ',', quote = '"', escape = '"', strict_mode = true)
            """,
            {"path": csv_path, "columns": FOCUS_COLUMNS},
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
