"""Price a folder of golden records and names through the package's own pricing SQL.

    python benchmarks/price_golden.py FOLDER

FOLDER holds `golden.jsonl`, `prices.csv` and `aliases.csv`. Every record is priced twice: with
`prices.csv` as the catalogue, and with the shipped one. Every name of `aliases.csv` must lead to its
list price in the shipped catalogue, or to none. Money is compared as exact decimals. Each miss is
printed with what was found and expected; the exit code is 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from golden_folder import csv_rows, golden_records, instant, stated_scope, usage_row, write_catalogue

from finops_ai.ledger import Ledger, quoted
from finops_ai.months import Month
from finops_ai.prices import price_month, refresh_catalogue, resolve_models
from finops_ai.prices.names import readings

RECORDED_AT_UTC = datetime(2026, 11, 21, 12)
TOKENS = 1_000
"""Per call of a name: below every context band, since the expected prices are those of short prompts."""


@dataclass(frozen=True)
class Priced:
    """What the package made of one usage row: its model, list cost in US dollars and status."""

    model_id: str | None
    list_cost: Decimal | None
    status: str


def price(rows: list[dict[str, Any]], *, folder: Path | None) -> list[Priced]:
    """Each usage row's price, in order; `folder` None takes the shipped catalogue."""
    with tempfile.TemporaryDirectory() as name, Ledger.open(Path(name) / "finops.duckdb") as ledger:
        with ledger.transaction(writes="none"):
            for number, row in enumerate(rows, start=1):
                values = {"file_id": 1, "row_number": number, "usage_id": number, "source": "golden", **row}
                values["source_key"] = str(number)
                columns = ", ".join(quoted(column) for column in values)
                marks = ", ".join("?" for _ in values)
                ledger.execute(f"INSERT INTO token_usage ({columns}) VALUES ({marks})", list(values.values()))
            refresh_catalogue(ledger, recorded_at_utc=RECORDED_AT_UTC, folder=folder)
            resolve_models(ledger)
            for month in sorted({Month.of(row["at_utc"]) for row in rows}):
                price_month(ledger, month)
        found = ledger.rows(
            "SELECT model_id, list_cost, pricing_status FROM priced_usage ORDER BY row_number"
        )
    return [Priced(*row) for row in found]


def golden_misses(records: list[dict[str, Any]], *, folder: Path | None, name: str) -> list[str]:
    """A line for each record whose price is not exactly the expected one."""
    misses: list[str] = []
    for record, found in zip(
        records, price([usage_row(record) for record in records], folder=folder), strict=True
    ):
        expected = Decimal(str(record["expected_cost_usd"]))
        if found.list_cost is None or found.list_cost != expected:
            got = f"{found.list_cost} ({found.model_id}, {found.status})"
            what = f"{record['provider']} {record['model']} {record['timestamp']}"
            misses.append(f"{name}: {record['id']} {what}: got {got}, expected {expected}")
    return misses


def folder_aliases(records: list[dict[str, Any]], models: set[tuple[str, str]]) -> dict[str, Any]:
    """What names of the records mean, where the package's written rules do not already lead to a model.

    `prices.csv` names canonical models only; that a name such as `gpt-5-nano` means one is data.
    """
    meanings: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for record in sorted(records, key=lambda record: instant(record["timestamp"])):
        found = list(readings(record["provider"], record["model"]))
        own = [one for one in found if one.price_provider == found[0].price_provider]
        key = (own[-1].price_provider, record["canonical_model"])
        if key in models and not any((one.price_provider, one.name) in models for one in found):
            meanings[key[0], own[-1].name].append((instant(record["timestamp"]), key[1]))
    aliases: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(dict)
    for (provider, name), changes in meanings.items():
        spans: list[dict[str, str]] = []
        for at_utc, model in changes:
            if spans and spans[-1]["model"] == f'"{model}"':
                continue
            start = f"{at_utc:%Y-%m-%dT%H:%M:%SZ}" if spans else "1970-01-01"
            if spans:
                spans[-1]["valid_to"] = start
            spans.append({"model": f'"{model}"', "valid_from": start})
        aliases[provider][name] = spans
    return aliases


def alias_misses(cases: list[dict[str, str]]) -> list[str]:
    """A line for each name without exactly its list price, or with one that it should not have.

    The scope of a case is stated to the package only where the name alone leads to another price.
    """
    rows: list[dict[str, Any]] = []
    for case in cases:
        base = {
            "at_utc": instant(case["as_of"]),
            "provider": case["provider_hint"],
            "model_name": case["name"],
        }
        for scope in (None, stated_scope(case.get("endpoint_scope"))):
            rows.append({**base, "endpoint_scope": scope, "input_uncached_tokens": TOKENS})
            rows.append({**base, "endpoint_scope": scope, "output_tokens": TOKENS})
    priced = price(rows, folder=None)
    misses: list[str] = []
    for number, case in enumerate(cases):
        bare, stated = (_prices(*priced[at : at + 2]) for at in (4 * number, 4 * number + 2))
        expected = _expected(case)
        if expected not in (bare, stated):
            model = priced[4 * number].model_id
            what = f"{case['provider_hint']} {case['name']} on {case['as_of']}"
            misses.append(f"aliases: {what}: got {_shown(bare)} ({model}), expected {_shown(expected)}")
    return misses


def _prices(*calls: Priced) -> tuple[Decimal | None, ...]:
    """The price per million tokens of each call."""
    return tuple(None if call.list_cost is None else call.list_cost * (1_000_000 // TOKENS) for call in calls)


def _expected(case: dict[str, str]) -> tuple[Decimal | None, ...]:
    if case["expected_status"] != "priced":
        return None, None
    texts = (case["expected_input_usd_per_mtok"], case["expected_output_usd_per_mtok"])
    # Zero is how the file says that there is nothing to price: an embedding has no output.
    found = [Decimal(text) if text else None for text in texts]
    return found[0] or None, found[1] or None


def _shown(prices: tuple[Decimal | None, ...]) -> str:
    return " / ".join("unpriced" if one is None else format(one.normalize(), "f") for one in prices)


def main() -> None:
    """Price the folder, print the misses and a summary."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="golden.jsonl, prices.csv and aliases.csv stand here")
    folder: Path = parser.parse_args().folder
    records, sheet, cases = (
        golden_records(folder),
        csv_rows(folder / "prices.csv"),
        csv_rows(folder / "aliases.csv"),
    )
    if not records and not cases:
        sys.exit(f"{folder}: holds neither golden.jsonl nor aliases.csv")
    misses: list[str] = []
    counts: list[str] = []
    if records and sheet:
        models = {(row["provider"], row["canonical_model"]) for row in sheet}
        with tempfile.TemporaryDirectory() as name:
            write_catalogue(Path(name), sheet, folder_aliases(records, models))
            found = golden_misses(records, folder=Path(name), name="prices.csv")
        counts.append(f"{len(records) - len(found)} of {len(records)} records with prices.csv")
        misses += found
    if records:
        found = golden_misses(records, folder=None, name="catalogue")
        counts.append(f"{len(records) - len(found)} of {len(records)} records with the shipped catalogue")
        misses += found
    if cases:
        found = alias_misses(cases)
        counts.append(f"{len(cases) - len(found)} of {len(cases)} names")
        misses += found
    for miss in misses:
        print(f"MISS {miss}")
    print(f"exact: {', '.join(counts)}")
    sys.exit(1 if misses else 0)


if __name__ == "__main__":
    main()
