"""A ledger of calls for tests of prices: rows as an importer would have written them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from finops_ai.ledger import Ledger, quoted
from finops_ai.prices.catalogue import read_catalogue


def ship_prices(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The price files of `folder` instead of the shipped ones; a test may change them."""
    monkeypatch.setattr("finops_ai.prices.record.shipped", lambda _: folder)
    monkeypatch.setattr("finops_ai.prices.own.shipped_catalogue", lambda: read_catalogue(folder))


def add_usage(path: Path, rows: list[Mapping[str, Any]]) -> None:
    """Append usage rows to the ledger at `path` as one more import; months are marked as touched."""
    with Ledger.open(path) as ledger, ledger.transaction(writes="import"):
        if not ledger.value("SELECT count(*) FROM imported_file"):
            ledger.execute(
                "INSERT INTO imported_file VALUES (1, 'a', 'calls.jsonl', 'test', 'token_usage', "
                "1, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, '2026-11-01')"
            )
        start = int(ledger.value("SELECT coalesce(max(row_number), 0) FROM token_usage"))
        for number, row in enumerate(rows, start=start + 1):
            values = {"file_id": 1, "row_number": number, "usage_id": number, "source": "test", **row}
            values.setdefault("source_key", str(number))
            columns = ", ".join(quoted(name) for name in values)
            marks = ", ".join("?" for _ in values)
            ledger.execute(f"INSERT INTO token_usage ({columns}) VALUES ({marks})", list(values.values()))
        ledger.execute(
            "INSERT OR REPLACE INTO month_input "
            "SELECT DISTINCT date_trunc('month', at_utc)::DATE, ? FROM token_usage",
            [ledger.next_batch_id],
        )
