"""A report laid out for reading, in words and tables: what Markdown and HTML have in common."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Cell:
    """One table cell: its text, a smaller note, and for a share the fraction to draw (0 to 1)."""

    text: str
    note: str = ""
    fraction: Decimal | None = None


@dataclass(frozen=True)
class Column:
    """One column; numbers align right."""

    name: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns, an optional total row, and notes. `label` says what figures they are, if any."""

    title: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One heading of the report; `charts` names pictures that stand above the tables."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One key figure at the top of the page."""

    name: str
    value: str
    note: str
    label: str


@dataclass(frozen=True)
class Page:
    """The whole report in reading order."""

    title: str
    headline: str
    headline_unit: str
    headline_note: str
    holds: bool
    verdict: str
    answers: tuple[str, ...]
    figures: tuple[Figure, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def columns(*names: str) -> tuple[Column, ...]:
    """Columns by name; a name that starts with ``#`` is numeric."""
    return tuple(Column(name.removeprefix("#"), name.startswith("#")) for name in names)


def row(*cells: str | Cell) -> tuple[Cell, ...]:
    """A table row of texts and cells."""
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
