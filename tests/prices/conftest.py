"""A ledger with the shipped prices, and a short way to put usage into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from finops_ai.importers import Options, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger, quoted
from finops_ai.months import Month
from finops_ai.prices import price_month, refresh_catalogue, resolve_models

RECORDED_AT_UTC = datetime(2026, 11, 21, 12)

Usage = dict[str, Any]
Pricer = Callable[..., list[dict[str, Any]]]
PricedFile = Callable[..., list[dict[str, Any]]]


def _add_usage(ledger: Ledger, rows: list[Usage]) -> None:
    """Insert usage rows, numbered from 1; columns that a row lacks keep their defaults."""
    for number, row in enumerate(rows, start=1):
        values = {"file_id": 1, "row_number": number, "usage_id": number, "source": "test", **row}
        values.setdefault("source_key", str(number))
        columns = ", ".join(quoted(name) for name in values)
        marks = ", ".join("?" for _ in values)
        ledger.execute(f"INSERT INTO token_usage ({columns}) VALUES ({marks})", list(values.values()))


@pytest.fixture
def price_rows(ledger: Ledger) -> Pricer:
    """Put the usage rows given into the ledger and return their priced rows, in the same order.

    Keyword `folder`: other price files than the shipped ones. Everything runs through the
    package's own SQL.
    """

    def run(rows: list[Usage], *, folder: Path | None = None) -> list[dict[str, Any]]:
        ledger.execute("DELETE FROM token_usage")
        ledger.execute("DELETE FROM priced_usage")
        _add_usage(ledger, rows)
        with ledger.transaction(writes="none"):
            refresh_catalogue(ledger, recorded_at_utc=RECORDED_AT_UTC, folder=folder)
            resolve_models(ledger)
            for month in sorted({Month.of(row["at_utc"]) for row in rows}):
                price_month(ledger, month)
        return ledger.records("SELECT * FROM priced_usage ORDER BY row_number")

    return run


@pytest.fixture
def price_file(tmp_path: Path) -> Callable[..., Path]:
    """A folder with one price file made of the given rows (YAML list items)."""

    def write(rows: str, name: str = "acme.yaml") -> Path:
        folder = tmp_path / "pricing"
        folder.mkdir(exist_ok=True)
        head = (
            "provider: acme\n"
            "currency: USD\n"
            "sources:\n"
            '  sheet: {url: "https://acme.example/prices", checked_on: 2026-11-21}\n'
            "prices:\n"
        )
        (folder / name).write_text(head + rows, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def priced(tmp_path: Path) -> Iterator[PricedFile]:
    """Reads one call from a file of the given name and asks the shipped price list."""
    at_utc = datetime(2026, 9, 1, 10)
    options = Options(at_utc, tmp_path / "work", stated_at_utc=at_utc)
    options.workdir.mkdir()
    with Ledger.open(tmp_path / "finops.duckdb", readable=[tmp_path]) as ledger:

        def read(record: dict[str, Any] | str, name: str) -> list[dict[str, Any]]:
            path = tmp_path / name
            path.write_text(
                record if isinstance(record, str) else json.dumps(record) + "\n", encoding="utf-8"
            )
            found = find_sources([path], workdir=options.workdir)
            results = list(ingest(ledger, found, load_registry([]), options))
            assert [result.rows_added for result in results] == [1]
            with ledger.transaction(writes="none"):
                refresh_catalogue(ledger, recorded_at_utc=at_utc)
                resolve_models(ledger)
                price_month(ledger, Month(2026, 9))
            return ledger.records(
                "SELECT u.*, list_cost, pricing_status FROM token_usage AS u "
                "INNER JOIN priced_usage USING (usage_id)"
            )

        yield read
