"""Numbered migrations, each applied once and in one transaction."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from finops_ai.errors import ConfigError, IntegrityError
from finops_ai.ledger.database import Connection, all_or_nothing

_VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)"
)

_OTHER_TABLES = "SELECT count(*) FROM duckdb_tables() WHERE table_name <> 'schema_version'"


def known() -> list[tuple[int, str, str]]:
    """Every shipped migration as (version, file name, SQL), in order."""
    folder = resources.files("finops_ai.ledger").joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def apply(connection: Connection, path: Path) -> None:
    """Bring the ledger to the newest schema; a failed migration leaves it as it was."""
    _refuse_foreign(connection, path)
    applied = current(connection) or 0
    migrations = known()
    _refuse_newer(applied, migrations[-1][0], path)
    for version, name, sql in migrations:
        if version <= applied:
            continue
        with all_or_nothing(connection):
            connection.execute(_VERSION_TABLE)
            connection.execute(sql)
            connection.execute("INSERT INTO schema_version VALUES (?, ?)", [version, name])


def require_current(connection: Connection, path: Path) -> None:
    """Raise IntegrityError unless a read-only ledger already has the newest schema."""
    _refuse_foreign(connection, path)
    applied, newest = current(connection), known()[-1][0]
    _refuse_newer(applied or 0, newest, path)
    if applied != newest:
        raise IntegrityError(
            f"{path}: has schema version {applied}, this finops-ai needs {newest}.",
            hint="Run `finops-ai status` once: it upgrades the ledger.",
        )


def current(connection: Connection) -> int | None:
    """The newest applied version; None in an empty file."""
    found = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'"
    ).fetchone()
    if found is None or found[0] == 0:
        return None
    row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    return None if row is None else row[0]


def _refuse_foreign(connection: Connection, path: Path) -> None:
    found = connection.execute(_OTHER_TABLES).fetchone()
    if current(connection) is None and found is not None and found[0] > 0:
        raise ConfigError(
            f"{path}: is not a ledger: it is a DuckDB file with tables of another program.",
            hint="Name the ledger with --ledger or in finops.yaml.",
        )


def _refuse_newer(applied: int, newest: int, path: Path) -> None:
    if applied > newest:
        raise IntegrityError(
            f"{path}: was written by a newer finops-ai (schema {applied}, this one knows {newest}).",
            hint="Upgrade finops-ai.",
        )
