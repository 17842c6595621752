"""What a command answers, before it is a table, JSON, CSV or Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

Kind = Literal["text", "money", "count", "hidden"]
CURRENCY = "currency"


@dataclass(frozen=True)
class Column:
    """One column: `key` in JSON and CSV, `title` for people; money is shown with `places`.

    A hidden column is for machines only.
    """

    key: str
    title: str
    kind: Kind = "text"
    places: int = 2


@dataclass(frozen=True)
class Table:
    """Rows of one grain. Values are exact; rounding is the renderer's business.

    A table without `key` is for people only: the document's facts say the same to machines.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    empty: str = ""
    """What to say instead of a table without rows; nothing is shown when this is empty too."""
    null: str = "n/a"
    """How a missing value is shown."""

    def for_people(self) -> Table:
        """The table without hidden columns, a currency that all rows share moved into its title."""
        currencies = {row[i] for i, c in enumerate(self.columns) if c.key == CURRENCY for row in self.rows}
        shared = self.title and len(currencies) == 1
        currency = currencies.pop() if shared else None
        kept = [
            i for i, c in enumerate(self.columns) if c.kind != "hidden" and not (shared and c.key == CURRENCY)
        ]
        return replace(
            self,
            title=self.title if currency is None else f"{self.title}, {currency}",
            columns=tuple(self.columns[i] for i in kept),
            rows=tuple(tuple(row[i] for i in kept) for row in self.rows),
        )


@dataclass(frozen=True)
class Document:
    """One answer: `facts` only machines read, `blocks` in the order people read them.

    CSV holds `flat`, or the first table when there is none.
    """

    command: str
    blocks: tuple[Table | str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)
    flat: Table | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


def columns(*specs: str) -> tuple[Column, ...]:
    """Columns from ``key:title:kind`` texts; kind is text when left out, ``money4`` has four places."""
    return tuple(_column(*spec.split(":")) for spec in specs)


def _column(key: str, title: str, kind: str = "text") -> Column:
    if kind.startswith("money"):
        return Column(key, title, "money", int(kind.removeprefix("money") or 2))
    return Column(key, title, cast("Kind", kind))
