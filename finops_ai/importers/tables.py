"""The tables that importers feed, as the migrations define them: names, types and what must be there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from finops_ai.errors import ConfigError
from finops_ai.importers.contract import Importer
from finops_ai.importers.readers import Raw
from finops_ai.ledger import DatabaseError, Ledger, quoted

LOADED_COLUMNS = ("file_id", "row_number", "usage_id", "source", "charge_id")
"""Columns that the load fills itself."""


@dataclass(frozen=True)
class Column:
    """One column of a fed table. `required` means NOT NULL without a default."""

    name: str
    sql_type: str
    required: bool
    default: str | None

    @property
    def is_count(self) -> bool:
        """True for whole numbers, which are never negative in these tables."""
        return self.sql_type == "BIGINT"


@dataclass(frozen=True)
class Mapping:
    """How an importer's output columns meet the table that it feeds."""

    table: str
    columns: tuple[Column, ...]
    has_ignored: bool
    has_key: bool

    @property
    def names(self) -> str:
        """The written columns as a SQL list."""
        return ", ".join(quoted(column.name) for column in self.columns)

    @property
    def typed(self) -> str:
        """The written columns cast to their types, as a SQL list over CTE `typed`."""
        return ", ".join(f"CAST({quoted(c.name)} AS {c.sql_type}) AS {quoted(c.name)}" for c in self.columns)

    @property
    def faults(self) -> str:
        """SQL that names the first column of a row that must be there and is not, or is negative."""
        cases = [
            f"WHEN {quoted(column.name)} IS NULL THEN {_literal(column.name)}"
            for column in self.columns
            if column.required or column.default is not None
        ]
        cases += [
            f"WHEN {quoted(column.name)} < 0 THEN {_literal(column.name)}"
            for column in self.columns
            if column.is_count
        ]
        return f"CASE {' '.join(cases)} END" if cases else "NULL"


_mappings: WeakKeyDictionary[Ledger, dict[Importer, Mapping]] = WeakKeyDictionary()


def map_columns(ledger: Ledger, importer: Importer, raw: Raw) -> Mapping:
    """Compare the importer's output with its table; ConfigError names a column that does not fit."""
    # What a SELECT names does not depend on the file, and asking costs as much as reading a small one.
    found = _mappings.setdefault(ledger, {})
    if importer not in found:
        found[importer] = _mapped(ledger, importer, raw)
    return found[importer]


def _mapped(ledger: Ledger, importer: Importer, raw: Raw) -> Mapping:
    try:
        described = ledger.rows("DESCRIBE " + raw.query(importer, "SELECT * FROM typed"), raw.params)
    except DatabaseError as error:
        raise _refused_select(importer, raw, str(error)) from error
    output = [row[0] for row in described]
    table = table_columns(ledger, importer.feeds)
    own = {"row_number", "ignored_because"}
    for name in output:
        if name not in table and name not in own:
            raise ConfigError(
                f'{importer.origin}: the SELECT names a column "{name}", '
                f"which {importer.feeds} does not have.",
                hint=f"Columns: {', '.join(name for name in table if name not in LOADED_COLUMNS)}.",
            )
    missing = [
        c.name for c in table.values() if c.required and c.name not in output and c.name != "source_key"
    ]
    if missing or "row_number" not in output:
        raise ConfigError(
            f"{importer.origin}: the SELECT lacks {', '.join(missing or ['row_number'])}.",
            hint="See docs/importers.md.",
        )
    columns = tuple(table[name] for name in output if name in table)
    return Mapping(importer.feeds, columns, "ignored_because" in output, "source_key" in output)


def _refused_select(importer: Importer, raw: Raw, text: str) -> ConfigError:
    """The error for an importer whose SELECT the database refuses, at the line of its own file."""
    reason = " ".join(text.strip().split("\n\n")[0].splitlines()).partition("Error: ")[2] or text
    found = re.search(r"\nLINE (\d+):", text)
    place = importer.origin
    if found is not None:
        # The SELECT begins on the line after the relation that it reads.
        line = int(found[1]) - 2 - raw.sql.count("\n") + importer.select_line
        place = f"{place}, line {max(line, 1)}"
    return ConfigError(
        f"{place}: the SELECT is refused: {reason}", hint="docs/importers.md says what it may use."
    )


def table_columns(ledger: Ledger, table: str) -> dict[str, Column]:
    """The columns of `table` that an importer may fill, by name."""
    rows = ledger.rows(
        "SELECT column_name, data_type, is_nullable, column_default FROM duckdb_columns() "
        "WHERE table_name = $table AND schema_name = 'main' ORDER BY column_index",
        {"table": table},
    )
    return {
        name: Column(name, kind, required=not nullable and default is None, default=default)
        for name, kind, nullable, default in rows
        if name not in LOADED_COLUMNS
    }


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
