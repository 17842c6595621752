"""What stands on disk: modes, memory, the folder and the name of a ledger."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger


@pytest.fixture
def umask_022() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask_022")
def test_every_file_of_a_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "finops.duckdb"
    with Ledger.open(path) as ledger, ledger.transaction(writes="none"):
        ledger.execute("INSERT INTO month_input VALUES (DATE '2026-10-01', 1)")
        modes = {
            entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir() if entry.is_file()
        }
    assert modes == {"finops.duckdb": 0o600, "finops.duckdb.wal": 0o600}
    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
    assert modes == {"finops.duckdb": 0o600, "finops.duckdb.head": 0o600}


def limit(ledger: Ledger) -> str:
    text: str = ledger.value("SELECT current_setting('memory_limit')")
    return text


def test_memory_is_limited_also_when_nobody_says_so(tmp_path: Path) -> None:
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with Ledger.open(tmp_path / "a.duckdb") as ledger:
        value, unit = limit(ledger).split()
        bytes_allowed = float(value) * {"MiB": 1 << 20, "GiB": 1 << 30}[unit]
    # DuckDB tells gigabytes with one decimal.
    assert bytes_allowed == pytest.approx(min(installed / 2, 2 << 30) * 15 / 16, rel=0.05)


def test_memory_is_limited_as_asked(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "a.duckdb", memory_limit="512MB") as ledger:
        assert limit(ledger) == "457.6 MiB"  # 512 MB are 488.2; a sixteenth is left to the allocator
    with pytest.raises(ConfigError) as told:
        Ledger.open(tmp_path / "a.duckdb", memory_limit="plenty")
    assert told.value.message == '"plenty" is not an amount of memory.'
    assert told.value.hint == "Write it as 512MB or 2GB."


def test_a_reader_makes_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        Ledger.open(tmp_path / "finops.duckdb", read_only=True)
    assert told.value.message == f"{tmp_path / 'finops.duckdb'}: there is no ledger yet."
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        Ledger.open(tmp_path)
    assert told.value.message == f"{tmp_path}: is a folder, not a ledger."


def test_a_ledger_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        Ledger.open(tmp_path / "missing" / "finops.duckdb")
    assert told.value.message == f"{tmp_path / 'missing' / 'finops.duckdb'}: its folder is not there."
