"""`finops-ai sql`: one read-only query on the public schema, and the list of its tables."""

from __future__ import annotations

import re
import sys
from decimal import Decimal

from finops_ai.cli import screen
from finops_ai.cli.context import Settings
from finops_ai.cli.document import Column, Document, Table, columns
from finops_ai.cli.text import EXACT
from finops_ai.config import Config
from finops_ai.errors import ConfigError
from finops_ai.ledger import DatabaseError, Ledger, sole_statement

_DERIVED = re.compile(
    r"\b(allocation(_row)?|workflow_month|gap|usage_(cost|month|attributed)|outcome_(cost|month|call|usage|spend|counted)|off_bill_gap|"
    r"cell|charge_cell|priced_usage|contract_usage|month_figure)\b",
    re.IGNORECASE,
)
_TABLES = columns("name:table", "kind:kind", "column_count:columns:count", "comment:holds")


def tables(settings: Settings) -> Document:
    """Every table and view of the ledger, with what it holds."""
    with settings.open(settings.load(), read_only=True) as ledger:
        rows = ledger.run("cli", "tables.sql").fetchall()
    return Document(
        "sql",
        (Table("tables", "", _TABLES, tuple(rows), null=""), 'Columns: finops-ai sql "DESCRIBE charge"'),
    )


def query(settings: Settings, text: str) -> Document:
    """The answer of one query, `-` meaning that it stands on standard input.

    ConfigError when the database refuses it: the ledger is open read-only and sees no other file.
    """
    sql = sole_statement(sys.stdin.read() if text == "-" else text)
    if sql is None:
        raise ConfigError("sql: holds more than one query.", hint="Ask one at a time: each has an answer.")
    if not sql:
        raise ConfigError("sql: the query is empty.", hint="`finops-ai sql --tables` lists the tables.")
    config = settings.load()
    with settings.open(config, read_only=True) as ledger:
        if _DERIVED.search(sql):
            _warn(ledger, config)
        return Document("sql", (_answer(ledger, sql),))


def _warn(ledger: Ledger, config: Config) -> None:
    """A query cannot rebuild what it reads: it says on stderr that figures are old."""
    from finops_ai.cli.refresh import outdated, outdated_text

    months = outdated(ledger, config)
    if months:
        screen.note(outdated_text(months))


def _answer(ledger: Ledger, sql: str) -> Table:
    try:
        result = ledger.execute(sql)
        rows = tuple(result.fetchall())
    except DatabaseError as error:
        raise _refusal(str(error)) from error
    names = _distinct([str(column[0]) for column in result.description or []])
    numeric = [
        all(isinstance(value, int | float | Decimal | None) for value in column)
        for column in zip(*rows, strict=True)
    ]
    layout = tuple(
        Column(name, name, "money" if rows and numeric[i] else "text", EXACT) for i, name in enumerate(names)
    )
    return Table("rows", "", layout, rows, empty="No rows.", null="NULL")


def _refusal(text: str) -> ConfigError:
    if "read-only mode" in text:
        return ConfigError(
            "sql: the ledger is open read-only; nothing was changed.",
            hint="Figures change only through ingest, attribute and finops.yaml.",
        )
    if "disabled by configuration" in text or "configuration has been locked" in text:
        return ConfigError(
            "sql: files, extensions and settings are out of reach of a query.",
            hint="Only the tables of the ledger can be read; `finops-ai sql --tables` lists them.",
        )
    first = text.strip().split("\n\n")[0].replace("\n", " ")
    return ConfigError(f"sql: {first}", hint="`finops-ai sql --tables` lists the tables.")


def _distinct(names: list[str]) -> list[str]:
    """The names, a repeated one with a number behind it: JSON objects hold a key once."""
    seen: dict[str, int] = {}
    answer = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        answer.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return answer
