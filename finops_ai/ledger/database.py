"""DuckDB's own names that this package uses, imported in this one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

Connection = duckdb.DuckDBPyConnection
"""One connection to a DuckDB file."""

DatabaseError = duckdb.Error
"""Anything that DuckDB refuses."""

FileError = duckdb.IOException
"""The file is locked, cannot be read, or is no database."""

REFUSED_ROW = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.ConstraintException,
    duckdb.OutOfRangeException,
    duckdb.NotImplementedException,  # a line beyond the CSV reader's buffer
)
"""What a statement raises that met a row it cannot take."""

# An extension that the database misses is never fetched over the network, not while it opens either.
_ALONE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def connect(path: str, *, read_only: bool = False) -> Connection:
    """Open the database at `path`, with all that a process which was killed had committed to its log.

    DuckDB replays that log before it knows its own functions, and an ALTER TABLE of a table with a
    generated column needs them: such a log is replayed by a database that has started already.
    """
    try:
        return duckdb.connect(path, read_only=read_only, config=_ALONE)
    except duckdb.CatalogException as error:
        if "replaying WAL" not in str(error):
            raise
    with duckdb.connect(":memory:", config=_ALONE) as started:
        started.execute("ATTACH $path AS ledger", {"path": path})
        started.execute("CHECKPOINT ledger")
        started.execute("DETACH ledger")
    return duckdb.connect(path, read_only=read_only, config=_ALONE)


def shows_damage(error: Exception, path: str) -> bool:
    """True when `error` says that the database file at `path` is not what DuckDB wrote."""
    text = str(error)
    is_cut = "Could not read enough bytes" in text and path in text
    return is_cut or "Corrupt database file" in text or isinstance(error, duckdb.FatalException)


@contextmanager
def all_or_nothing(connection: Connection) -> Iterator[None]:
    """One transaction: committed at the end, rolled back on any other way out, an interrupt too."""
    connection.execute("BEGIN TRANSACTION")
    is_committed = False
    try:
        yield
        connection.execute("COMMIT")
        is_committed = True
    finally:
        if not is_committed:
            # Of an interrupt in the middle of COMMIT the database leaves nothing to roll back.
            with suppress(duckdb.TransactionException):
                connection.execute("ROLLBACK")


def sole_statement(sql: str) -> str | None:
    """The statement in `sql` without its semicolon and what stands behind it: "" for none, None for several.

    DuckDB's own lexer tells where it ends: another one might take for text what ends it for DuckDB.
    """
    text = sql.encode()
    code = [offset for offset, kind in duckdb.tokenize(sql) if kind != duckdb.token_type.comment]
    ends = [offset for offset in code if text[offset : offset + 1] == b";"]
    words = [offset for offset in code if offset not in ends]
    if words and ends and words[-1] > ends[0]:
        return None
    return text[: ends[0] if ends else None].decode() if words else ""
