"""Desks with an empty ledger, for every test of importing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from finops_ai.ledger import Ledger
from tests.importers.desk import Desk


@pytest.fixture(scope="session")
def ledger_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated ledger to copy: migrating costs more than most of these tests."""
    path = tmp_path_factory.mktemp("template") / "finops.duckdb"
    with Ledger.open(path) as ledger, ledger.transaction(writes="none"):
        pass
    return path


@pytest.fixture
def desk(tmp_path: Path, ledger_template: Path) -> Iterator[Desk]:
    """A desk with an empty ledger."""
    made = Desk(tmp_path / "desk", ledger_template)
    yield made
    made.close()


@pytest.fixture
def desks(tmp_path: Path, ledger_template: Path) -> Iterator[Callable[[], Desk]]:
    """As many desks as a test compares."""
    made: list[Desk] = []

    def another() -> Desk:
        made.append(Desk(tmp_path / f"desk-{len(made)}", ledger_template))
        return made[-1]

    yield another
    for each in made:
        each.close()
