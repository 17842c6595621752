"""Invariants as SQL: each file in checks/ returns the rows that break its promise.

A check file opens with two lines: ``-- promise: ...`` (shown when it breaks) and
``-- after: import`` or ``-- after: attribution`` (the writes that it follows). One that names ``$month``
looks at that month alone, where a write touched no other, and at all of them when it is NULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from finops_ai.errors import IntegrityError
from finops_ai.ledger.database import Connection
from finops_ai.money import plain


@dataclass(frozen=True)
class Check:
    """One invariant: its file name, promise, the writes it follows, and its SQL."""

    name: str
    promise: str
    after: str
    sql: str


@dataclass(frozen=True)
class Violation:
    """One row that breaks a promise."""

    check: Check
    row: tuple[Any, ...]


@cache
def shipped() -> tuple[Check, ...]:
    """Every check, ordered by file name."""
    folder = resources.files("finops_ai.ledger").joinpath("checks")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple(_parse(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names)


def violations(
    connection: Connection, after: str | None = None, month: date | None = None
) -> list[Violation]:
    """The first broken rows of each check of the group `after` (all groups, months when None)."""
    found: list[Violation] = []
    for check in shipped():
        if after in (None, check.after):
            params = {"month": month} if "$month" in check.sql else None
            found += [Violation(check, row) for row in connection.execute(check.sql, params).fetchmany(5)]
    return found


def require(connection: Connection, after: str, month: date | None = None) -> None:
    """Raise IntegrityError naming the first promise that the open transaction breaks."""
    for violation in violations(connection, after, month):
        row = ", ".join(plain(v) if isinstance(v, Decimal) else str(v) for v in violation.row)
        raise IntegrityError(
            f"check {violation.check.name} failed: {violation.check.promise} (first in: {row}).",
            hint="Nothing was written. Unless the ledger was changed by hand, this is a fault of finops-ai: "
            "please report it. `finops-ai check` lists every broken promise.",
        )


def _parse(name: str, sql: str) -> Check:
    header = dict(
        line.removeprefix("-- ").split(": ", 1)
        for line in sql.splitlines()
        if line.startswith("-- ") and ": " in line
    )
    return Check(name.removesuffix(".sql"), header["promise"], header["after"], sql)
