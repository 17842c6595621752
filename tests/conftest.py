"""Fixtures that several test modules share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from finops_ai.ledger import Ledger

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"

# Speed is no property of these tests: a machine with other work must not fail them.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture
def shared_data() -> Path:
    """Third-party files with known totals; the test is skipped where they are absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED_DATA


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated ledger without rows, to be copied: migrating costs three times what copying does."""
    path = tmp_path_factory.mktemp("empty") / "finops.duckdb"
    Ledger.open(path).close()
    return path


@pytest.fixture
def ledger(tmp_path: Path, empty_ledger: Path) -> Iterator[Ledger]:
    """An empty, migrated ledger."""
    shutil.copytree(empty_ledger.parent, tmp_path, dirs_exist_ok=True)
    with Ledger.open(tmp_path / "finops.duckdb") as opened:
        yield opened
