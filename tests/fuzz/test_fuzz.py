"""Mutated files for every importer: imported or refused, never anything else, and no record is lost.

FINOPS_FUZZ is the number of mutated records over all importers (default: a few thousand; `make fuzz`
runs 200,000), FINOPS_SEED repeats a run. One file in three is damaged as a whole besides.
"""

from __future__ import annotations

import faulthandler
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from finops_ai.importers import load_registry
from finops_ai.importers.contract import Importer
from finops_ai.ledger import Ledger
from tests.fuzz.bench import Bench, Said
from tests.fuzz.mutations import odd_file, odd_json, odd_row, with_own_id
from tests.fuzz.specimens import Specimen, specimen

RECORDS = int(os.environ.get("FINOPS_FUZZ", "6000"))
SEED = os.environ.get("FINOPS_SEED") or secrets.token_hex(4)
REGISTRY = load_registry(sorted((Path(__file__).resolve().parents[2] / "examples").rglob("*.sql")))
IMPORTERS = {importer.name: importer for importer in REGISTRY.importers}
FILE_RECORDS = 500
DAMAGED_FILE_RECORDS = 12
DAMAGED_FILES = 10  # for each file of mutated records, in a full run
HANGS_AFTER_S = 120
# These look at all lines of a file: for the order of day and month, for amortized amounts.
READS_THE_WHOLE_FILE = {"azure_cost", "card_statement"}


@pytest.fixture(scope="module")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Path]]:
    folder = tmp_path_factory.mktemp("fuzz").resolve()
    with Ledger.open(folder / "finops.duckdb", readable=[folder]) as ledger:
        yield ledger, folder


@pytest.fixture
def bench(empty_ledger: tuple[Ledger, Path]) -> Iterator[Bench]:
    ledger, folder = empty_ledger
    faulthandler.dump_traceback_later(HANGS_AFTER_S * 30, exit=True)
    yield Bench(ledger, folder, REGISTRY)
    faulthandler.cancel_dump_traceback_later()


def chance_of(importer: Importer, round_number: int, what: str) -> Random:
    name = f"{SEED} {importer.name} {round_number} {what}"
    sys.stdout.write(f"FINOPS_SEED={SEED} FINOPS_FUZZ={RECORDS}: {name}\n")
    return Random(name)  # noqa: S311 - to be repeated


def mutated_unit(chance: Random, kind: Specimen, number: int) -> Any:
    """A copy of some unit with ids of its own and, mostly, one record in it mutated."""
    unit = chance.choice(kind.units)
    if isinstance(unit, str):
        return unit
    if kind.kind == "csv":
        if len(unit) != len(kind.header):
            return list(unit)  # with a line break in it, it would look like an unclosed quote
        row = with_own_cells(chance, kind, unit, number)
        return odd_row(chance, row, chance.choice(kind.units)) if chance.random() < 0.9 else row
    unit = with_own_id(unit, number)
    records = kind.records(unit)
    if not records or chance.random() < 0.1:
        return unit
    picked = chance.choice(records)
    changed = odd_json(chance, picked) if isinstance(picked, dict) else picked
    if not isinstance(changed, dict):
        return unit
    if picked is unit:
        return changed
    picked.clear()
    picked.update(changed)
    return unit


def with_own_cells(chance: Random, kind: Specimen, row: list[str], number: int) -> list[str]:
    if chance.random() < 0.1:
        return list(row)
    return [
        f"{cell}-{number}" if cell and name.lower().endswith(("id", "id_g", "key")) else cell
        for name, cell in zip(kind.header, row, strict=False)
    ] + list(row[len(kind.header) :])


def rounds() -> int:
    return max(1, -(-RECORDS // (len(IMPORTERS) * FILE_RECORDS)))


def file_records() -> int:
    return max(10, RECORDS // (len(IMPORTERS) * rounds()))


@pytest.mark.parametrize("name", sorted(IMPORTERS))
def test_mutated_records_are_all_accounted_for(bench: Bench, name: str) -> None:
    kind = specimen(IMPORTERS[name])
    for number in range(rounds()):
        chance = chance_of(kind.importer, number, "records")
        units: list[Any] = []
        records = 0
        while records < file_records():
            units.append(mutated_unit(chance, kind, len(units)))
            records += max(1, len(kind.records(units[-1])))
        expected = sum(len(kind.records(unit)) for unit in units)
        content = kind.render([*kind.units, *units]).encode()
        expected += sum(len(kind.records(unit)) for unit in kind.units)
        said = bench.load(content, kind.suffix)
        assert said is not None, "a file of records in a known format was refused"
        assert said.result.rows_read == expected
        assert said.result.importer == name
        (again,) = bench.ingested([bench.written(content, kind.suffix)])
        assert again.status == "known"
        assert bench.figures() == said.figures
        compare_with_good_alone(bench, kind, [*kind.units, *units], said)


def compare_with_good_alone(bench: Bench, kind: Specimen, units: list[Any], said: Said) -> None:
    """The good records without the rejected ones, read strictly, are the same rows."""
    rejected = {reject.row_number for reject in said.result.rejects}
    whole = kind.importer.ordered or kind.importer.name in READS_THE_WHOLE_FILE
    if kind.kind == "json" or kind.importer.is_nested or whole or not rejected:
        return
    good = [unit for number, unit in enumerate(units, 1) if number not in rejected]
    alone = bench.load(kind.render(good).encode(), kind.suffix)
    assert alone is not None
    assert alone.result.rejects == []
    assert alone.result.rows_ignored == said.result.rows_ignored
    assert alone.figures == said.figures


@pytest.mark.parametrize("name", sorted(IMPORTERS))
def test_damaged_files_are_imported_or_refused(bench: Bench, name: str) -> None:
    kind = specimen(IMPORTERS[name])
    files = rounds() * DAMAGED_FILES if rounds() > 1 else 2
    for number in range(files):
        chance = chance_of(kind.importer, number, "file")
        units = [mutated_unit(chance, kind, unit) for unit in range(DAMAGED_FILE_RECORDS)]
        if chance.random() < 0.5:
            units = list(kind.units)
        if kind.kind != "csv" and chance.random() < 0.3:
            units = [odd_json(chance, unit) for unit in units]
        content = kind.render(units).encode("utf-8", "surrogatepass")
        if chance.random() < 0.85:
            content = odd_file(chance, content)
        bench.load(content, kind.suffix)
