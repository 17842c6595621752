"""docs/schema.md says what the migrated ledger holds: every table, view, column and type."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from finops_ai.ledger import Ledger

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "schema.md").read_text(encoding="utf-8")


def documented() -> dict[str, list[tuple[str, str]]]:
    """Columns with their types by table, as the page lists them."""
    sections = re.split(r"(?m)^### (\w+)\n", PAGE)[1:]
    return {
        name: [
            (cells[0].strip(), cells[1].strip())
            for line in text.splitlines()
            if line.startswith("| ") and (cells := line.strip("|").split("|"))[0].strip() != "column"
        ]
        for name, text in zip(sections[::2], sections[1::2], strict=True)
    }


def test_every_table_and_view_is_documented_with_its_columns_and_types(ledger: Ledger) -> None:
    held: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in ledger.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index"
    ):
        held.setdefault(table, []).append((column, kind))
    charge = [row for row in held["charge_superseded"] if row not in held["charge"]]
    assert set(held["charge"]) < set(held["charge_superseded"])
    held["charge_superseded"] = [("(all of `charge`)", ""), *charge]
    assert documented() == held


def test_the_page_is_what_the_script_writes(ledger: Ledger) -> None:
    script = runpy.run_path(str(REPOSITORY / "scripts" / "schema_doc.py"))
    assert script["page"](ledger) == PAGE, "run python scripts/schema_doc.py"


def test_every_documented_table_can_be_read(ledger: Ledger) -> None:
    for name in documented():
        assert ledger.rows(f"SELECT * FROM {name} LIMIT 1") is not None
