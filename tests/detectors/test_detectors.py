"""Golden findings: what each detector must make of its folder's log.

A folder named like the detector holds `calls.csv` (columns: benchmarks/waste_calls.sql), with waste and its
near misses, `finops.yaml`, and where it needs them `outcomes.csv` and `bill.csv`. `findings.csv` is worked
out by hand from the list prices; an empty amount is one that nobody can know.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.__main__ import main
from finops_ai.attribution.waste import Detector, find_waste, forget, load_detectors, look
from finops_ai.config import Config
from finops_ai.config_file import load_config
from finops_ai.ledger import Ledger
from finops_ai.months import Month

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
IMPORTER = REPOSITORY / "benchmarks" / "waste_calls.sql"
MONTH = Month.parse("2026-10")
DETECTORS = {each.name: each for each in load_detectors()}
KINDS = ("input_cost", "cache_read_cost", "cache_write_cost", "output_cost")

pytestmark = pytest.mark.skipif(
    not IMPORTER.exists(), reason="the benchmarks are not installed with the package"
)


@dataclass(frozen=True)
class Bench:
    """One detector's log in a ledger, attributed."""

    detector: Detector
    config: Config
    ledger: Ledger

    def claims(self, only: Detector | None = None) -> list[dict[str, Any]]:
        """What the detector claims, and from which call."""
        look(self.ledger, self.config, MONTH, [only or self.detector])
        rows = self.ledger.records("FROM waste_claim LEFT JOIN waste_call AS c USING (call_id)")
        forget(self.ledger)
        return rows


@pytest.fixture(scope="module", params=sorted(DETECTORS))
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    shutil.copyfile(IMPORTER, folder / IMPORTER.name)
    files = [
        str(folder / file) for file in ("calls.csv", "outcomes.csv", "bill.csv") if (folder / file).exists()
    ]
    flags = ("--config", str(folder / "finops.yaml"))
    assert main((*flags, "ingest", *files)) == 0
    assert main((*flags, "attribute")) == 0
    config = load_config(folder, config_path=folder / "finops.yaml")
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        yield Bench(DETECTORS[name], config, ledger)


def golden(name: str) -> list[tuple[str | None, ...]]:
    with (HERE / name / "findings.csv").open(newline="", encoding="utf-8") as lines:
        return sorted(tuple(row.values()) for row in csv.DictReader(lines))


def plain(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount.normalize(), "f")


def test_every_detector_has_a_folder_and_every_folder_a_detector() -> None:
    assert {path.name for path in HERE.iterdir() if (path / "findings.csv").exists()} == set(DETECTORS)


def test_golden_findings(bench: Bench) -> None:
    found = find_waste(bench.ledger, bench.config, MONTH, detector=bench.detector.name).findings
    assert sorted(
        (f.workflow or "", f.subject_kind, f.subject or "", str(f.calls), plain(f.cost), f.confidence)
        for f in found
    ) == golden(bench.detector.name)


def test_a_call_is_claimed_once_and_for_no_more_than_it_cost(bench: Bench) -> None:
    claims = bench.claims()
    assert claims
    calls = [claim["call_id"] for claim in claims if claim["call_id"] is not None]
    assert len(calls) == len(set(calls))
    rows = bench.ledger
    look(rows, bench.config, MONTH, [bench.detector])
    for kind in KINDS:
        beyond = rows.value(
            f"SELECT count(*) FROM waste_claim AS w LEFT JOIN waste_call AS c USING (call_id) "
            f"WHERE w.{kind} < 0 OR w.{kind} > coalesce(c.{kind}, 0)"
        )
        assert beyond == 0, kind
    forget(rows)
    assert {claim["detector"] for claim in claims} == {bench.detector.name}
    assert {claim["confidence"] for claim in claims} <= {"high", "medium", "low"}


def test_the_log_holds_calls_that_are_no_waste(bench: Bench) -> None:
    """A detector that claims everything would pass the golden test of a folder without near misses."""
    claimed = {claim["call_id"] for claim in bench.claims()}
    look(bench.ledger, bench.config, MONTH, [])
    all_calls = bench.ledger.value("SELECT count(*) FROM waste_call")
    forget(bench.ledger)
    assert len(claimed - {None}) < all_calls


def test_money_of_all_detectors_is_counted_once(bench: Bench) -> None:
    look(bench.ledger, bench.config, MONTH)
    beyond = bench.ledger.rows(
        "SELECT call_id FROM waste_counted INNER JOIN waste_call AS c USING (call_id) GROUP BY call_id, "
        "c.input_cost, c.cache_read_cost, c.cache_write_cost, c.output_cost HAVING sum(counted_cost) "
        "> c.input_cost + c.cache_read_cost + c.cache_write_cost + c.output_cost"
    )
    forget(bench.ledger)
    assert beyond == []


def test_every_limit_is_used(bench: Bench) -> None:
    for limit in bench.detector.parameters:
        assert f"${limit.name}" in bench.detector.statement
    bound = set(re.findall(r"\$(\w+)", bench.detector.statement)) - {"month"}
    assert bound == {limit.name for limit in bench.detector.parameters}


def test_the_file_has_the_name_of_its_detector() -> None:
    folder = REPOSITORY / "finops_ai" / "attribution" / "detectors"
    assert {path.stem for path in folder.glob("*.sql")} == set(DETECTORS)
    ranks = [each.rank for each in load_detectors()]
    assert len(ranks) == len(set(ranks))


def test_a_second_look_gives_the_same(bench: Bench) -> None:
    first = find_waste(bench.ledger, bench.config, MONTH, rows=3)
    assert find_waste(bench.ledger, bench.config, MONTH, rows=3) == first
    assert bench.ledger.value("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'waste%'") == 0
