"""While foreign files are read, SQL sees the files it was given, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from finops_ai.ledger import DatabaseError, Ledger

NOT_GIVEN = "number\n42\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file that was not given, beside a folder and a file that were."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "bill.csv").write_text("number\n1\n")
    (tmp_path / "given.csv").write_text("number\n2\n")
    secret = tmp_path / "secret.csv"
    secret.write_text(NOT_GIVEN)
    (tmp_path / "given" / "link.csv").symlink_to(secret)
    (tmp_path / "given-not").mkdir()
    (tmp_path / "given-not" / "secret.csv").write_text(NOT_GIVEN)
    return secret


@pytest.fixture
def boxed(outside: Path) -> Iterator[Ledger]:
    tmp_path = outside.parent
    readable = [tmp_path / "given", tmp_path / "given.csv"]
    with Ledger.open(tmp_path / "finops.duckdb", readable=readable) as ledger:
        yield ledger


def test_what_was_given_can_be_read(boxed: Ledger, tmp_path: Path) -> None:
    for path, number in ((tmp_path / "given" / "bill.csv", 1), (tmp_path / "given.csv", 2)):
        assert boxed.rows("FROM read_csv($path)", {"path": str(path)}) == [(number,)]


@pytest.mark.parametrize(
    "path",
    [
        "secret.csv",
        "given/../secret.csv",
        "given/link.csv",
        "given-not/secret.csv",
        "*.csv",
        "given/../*.csv",
    ],
)
@pytest.mark.parametrize("reader", ["read_csv", "read_text", "read_blob", "glob"])
def test_nothing_else_can_be_read(boxed: Ledger, tmp_path: Path, path: str, reader: str) -> None:
    with pytest.raises(DatabaseError):
        boxed.rows(f"FROM {reader}($path)", {"path": str(tmp_path / path)})


def test_a_relative_path_leads_nowhere(boxed: Ledger, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(outside.parent)
    assert os.path.exists("secret.csv")  # noqa: PTH110 - as SQL would see it
    for sql in ("FROM read_csv('secret.csv')", "FROM 'secret.csv'", "FROM './secret.csv'"):
        with pytest.raises(DatabaseError):
            boxed.rows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY charge TO '{folder}/stolen.csv'",
        "COPY (SELECT 1) TO '{folder}/stolen.parquet' (FORMAT parquet)",
        "EXPORT DATABASE '{folder}/stolen'",
        "ATTACH '{folder}/other.duckdb' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET allowed_configs = ['enable_external_access']",
        "RESET lock_configuration",
        "SET memory_limit = '100GB'",
        "SET python_enable_replacements = true",
        "PRAGMA enable_profiling = 'json'",
    ],
)
def test_nothing_can_be_written_attached_or_unlocked(boxed: Ledger, tmp_path: Path, sql: str) -> None:
    before = sorted(entry.name for entry in tmp_path.iterdir())
    with pytest.raises(DatabaseError):
        boxed.execute(sql.format(folder=tmp_path))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == before


def test_python_variables_are_no_tables(boxed: Ledger) -> None:
    variable = [(1, "a value of this process")]
    with pytest.raises(DatabaseError, match="variable"):
        boxed.rows("FROM variable")
    assert variable


def test_a_reader_is_boxed_too(tmp_path: Path, outside: Path) -> None:
    Ledger.open(tmp_path / "finops.duckdb").close()
    with Ledger.open(tmp_path / "finops.duckdb", read_only=True) as ledger:
        for sql in (f"FROM read_csv('{outside}')", f"COPY charge TO '{tmp_path}/stolen.csv'"):
            with pytest.raises(DatabaseError):
                ledger.execute(sql)
        with pytest.raises(DatabaseError, match="read-only"):
            ledger.execute("DELETE FROM charge")
