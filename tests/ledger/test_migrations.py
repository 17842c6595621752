"""Migrations: numbered, each in one transaction, and never backwards."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from finops_ai.errors import ConfigError, IntegrityError
from finops_ai.ledger import DatabaseError, Ledger, migrate

NEWEST = migrate.known()[-1][0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ledger = tmp_path / "finops.duckdb"
    Ledger.open(ledger).close()
    return ledger


def version(path: Path) -> int:
    with Ledger.open(path) as ledger:
        found: int = ledger.value("SELECT max(version) FROM schema_version")
        return found


def with_another(monkeypatch: pytest.MonkeyPatch, sql: str) -> int:
    """Ship one more migration; returns its number."""
    shipped = migrate.known()
    monkeypatch.setattr(migrate, "known", lambda: [*shipped, (NEWEST + 1, "next.sql", sql)])
    return NEWEST + 1


def test_numbers_are_gapless_and_applied_once_each(path: Path) -> None:
    assert [number for number, _, _ in migrate.known()] == list(range(1, NEWEST + 1))
    with Ledger.open(path) as ledger:
        assert ledger.rows("SELECT version, name FROM schema_version ORDER BY version") == [
            (number, name) for number, name, _ in migrate.known()
        ]


def test_a_new_migration_is_applied_to_an_old_ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = with_another(monkeypatch, "CREATE TABLE extra (a INTEGER); INSERT INTO extra VALUES (7);")
    assert version(path) == expected
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.rows("FROM extra") == [(7,)]


def test_a_migration_that_fails_leaves_the_old_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_another(monkeypatch, "CREATE TABLE extra (a INTEGER); SELECT error('half way');")
    with pytest.raises(DatabaseError, match="half way"):
        Ledger.open(path)
    monkeypatch.undo()
    assert version(path) == NEWEST
    with Ledger.open(path) as ledger:
        assert ledger.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'extra'") == 0


def test_a_newer_ledger_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = with_another(monkeypatch, "CREATE TABLE extra (a INTEGER);")
    Ledger.open(path).close()
    monkeypatch.undo()
    for read_only in (False, True):
        with pytest.raises(IntegrityError) as told:
            Ledger.open(path, read_only=read_only)
        assert told.value.message == (
            f"{path}: was written by a newer finops-ai (schema {newer}, this one knows {NEWEST})."
        )
        assert told.value.hint == "Upgrade finops-ai."


def test_a_reader_upgrades_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = with_another(monkeypatch, "CREATE TABLE extra (a INTEGER);")
    with pytest.raises(IntegrityError) as told:
        Ledger.open(path, read_only=True)
    assert told.value.message == f"{path}: has schema version {NEWEST}, this finops-ai needs {needed}."
    monkeypatch.undo()
    assert version(path) == NEWEST


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE theirs (a INTEGER)")
    before = path.read_bytes()
    with pytest.raises(ConfigError) as told:
        Ledger.open(path)
    assert told.value.message == (
        f"{path}: is not a ledger: it is a DuckDB file with tables of another program."
    )
    assert path.read_bytes() == before


def test_money_is_never_stored_as_a_float(path: Path) -> None:
    with Ledger.open(path) as ledger:
        floats = ledger.rows(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE data_type IN ('DOUBLE', 'FLOAT') "
            "AND table_name NOT LIKE 'forecast%' AND schema_name = 'main' AND NOT internal"
        )
    assert floats == []
