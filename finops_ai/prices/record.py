"""Taking the shipped catalogue over into the ledger: rows are added, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.prices.model import Alias, Price
from finops_ai.prices.own import read_all
from finops_ai.resources import shipped


@dataclass(frozen=True)
class CatalogueState:
    """The catalogue in force, how many rows it has, and how many were new to the ledger."""

    catalogue_sha256: str
    price_rows: int
    alias_rows: int
    added_price_rows: int
    added_alias_rows: int


def refresh_catalogue(
    ledger: Ledger, *, recorded_at_utc: datetime, folder: Path | None = None, own_folder: Path | None = None
) -> CatalogueState:
    """Append what the price files (`folder`; the shipped ones when None) and the user's own say anew.

    Unchanged files cost one hash of their bytes. Needs an open transaction; raises ConfigError
    when a file is wrong.
    """
    files_sha256 = _files_sha256(shipped("pricing") if folder is None else folder, own_folder)
    last = ledger.rows("SELECT * FROM price_catalogue ORDER BY rowid DESC LIMIT 1")
    if last and last[0][1] == files_sha256:
        return CatalogueState(last[0][0], last[0][2], last[0][3], 0, 0)
    catalogue = read_all(folder, own_folder)
    state = CatalogueState(
        catalogue.sha256,
        len(catalogue.prices),
        len(catalogue.aliases),
        _append(ledger, "append_prices.sql", _price_columns(catalogue.prices), recorded_at_utc),
        _append(ledger, "append_aliases.sql", _columns(catalogue.aliases, Alias), recorded_at_utc),
    )
    ledger.execute(
        "INSERT INTO price_catalogue VALUES (?, ?, ?, ?, ?)",
        [state.catalogue_sha256, files_sha256, state.price_rows, state.alias_rows, recorded_at_utc],
    )
    return state


def _files_sha256(folder: Path, own_folder: Path | None) -> str:
    digest = hashlib.sha256()
    for place in (folder, *([] if own_folder is None else [own_folder])):
        for path in sorted(place.glob("*.yaml")):
            digest.update(f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _append(ledger: Ledger, name: str, columns: dict[str, list[Any]], recorded_at_utc: datetime) -> int:
    row = ledger.run("prices", name, {**columns, "recorded_at_utc": recorded_at_utc}).fetchone()
    assert row is not None
    return int(row[0])


def _price_columns(prices: Sequence[Price]) -> dict[str, list[Any]]:
    """One list a column: a set-based insert takes milliseconds where row by row takes seconds."""
    return {
        **_columns(prices, Price),
        "price_id": [row.price_id for row in prices],
        # Text: a list of decimals would be bound with the scale of its widest member.
        "unit_price": [plain(row.unit_price) for row in prices],
    }


def _columns(rows: Sequence[Price | Alias], kind: type[Price | Alias]) -> dict[str, list[Any]]:
    """The fields of `kind` are named as the columns that they fill."""
    return {field.name: [getattr(row, field.name) for row in rows] for field in fields(kind)}
