"""A Document as versioned JSON, CSV or Markdown text. Pure: nothing is printed or summed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path

from finops_ai.cli.document import Document, Table
from finops_ai.cli.text import cell, visible
from finops_ai.money import plain
from finops_ai.months import Month

JSON_VERSION = 1
"""Raised when a key of any command's JSON is renamed, removed or changes its meaning."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")


def as_json(document: Document) -> str:
    """The whole document; money is text with all its digits, tables are lists of objects."""
    answer: dict[str, object] = {"version": JSON_VERSION, "command": document.command}
    answer |= {key: plain_value(value) for key, value in document.facts.items()}
    for table in document.tables:
        if not table.key:
            continue  # drawn for people from what `facts` already say
        keys = [column.key for column in table.columns]
        answer[table.key] = [dict(zip(keys, map(plain_value, row), strict=True)) for row in table.rows]
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def plain_value(value: object) -> object:
    """`value` as JSON can hold it: money as text, instants and months in ISO form."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Enum):
        return plain_value(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat() + ("" if value.tzinfo else "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Month | Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain_value(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(item) for item in value]
    return str(value)


def as_csv(document: Document) -> str:
    """The document's flat table; text that a spreadsheet would run as a formula gets a leading '."""
    table = document.flat or document.tables[0]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_csv_cell(column.key) for column in table.columns])
    writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    plainly = plain_value(value)
    text = plainly if isinstance(plainly, str) else json.dumps(plainly, ensure_ascii=False)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def as_markdown(document: Document) -> str:
    """Every block as Markdown: tables with right-aligned numbers, text escaped."""
    return "\n".join(_block(block) for block in document.blocks)


def _block(block: Table | str) -> str:
    if isinstance(block, str):
        return _escaped(block) + "\n"
    if not block.rows:
        return _escaped(block.empty) + "\n" if block.empty else ""
    block = block.for_people()
    lines = [f"## {_escaped(block.title)}", ""] if block.title else []
    lines.append(_row(column.title for column in block.columns))
    lines.append("|" + "|".join("---" if column.kind == "text" else "---:" for column in block.columns) + "|")
    for row in block.rows:
        lines.append(
            _row(
                cell(value, places=c.places, null=block.null)
                for value, c in zip(row, block.columns, strict=True)
            )
        )
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_escaped(text) for text in cells) + " |"


def _escaped(text: str) -> str:
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, "\\" + mark)
    return visible(text)
