"""`finops-ai ingest` against a plain typed DuckDB load of the same file, side by side.

    python benchmarks/bench_ingest.py [--focus-rows N] [--litellm-bytes N] [--rounds 3] [--json]

Both sides are whole processes, run in turn (plain, ingest, plain, ingest, ...) on a file that is in the
disk cache; the medians are compared. Afterwards both databases must hold the same rows and money.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
from make_data import focus_csv, litellm_log
from measure import CACHE, Cost, median, run

HERE = Path(__file__).resolve().parent
RATIO_MAX = 1.5
PEAK_MB_MAX = 1000.0


@dataclass(frozen=True)
class Case:
    """A generated file, the plain script that loads it, and what both sides must agree on."""

    name: str
    path: Path
    plain_script: str
    table: str
    plain_money: str
    ledger_money: str


@dataclass(frozen=True)
class Outcome:
    """The medians of both sides for one file."""

    name: str
    file_mb: float
    rows: int
    plain: Cost
    ingest: Cost

    @property
    def ratio(self) -> float:
        """Wall time of ingest over that of the plain load."""
        return self.ingest.wall_s / self.plain.wall_s

    @property
    def cpu_ratio(self) -> float:
        """CPU time of ingest over that of the plain load."""
        return self.ingest.cpu_s / self.plain.cpu_s


def cases(folder: Path, *, focus_rows: int, litellm_bytes: int) -> Iterator[Case]:
    """Make each file just before it is measured; a size of 0 leaves the case out."""
    if focus_rows:
        path = folder / "focus.csv"
        focus_csv(path, rows=focus_rows)
        yield Case("FOCUS CSV", path, "plain_focus.py", "charge", "BilledCost", "billed_cost")
        path.unlink()
    if litellm_bytes:
        path = folder / "litellm.jsonl"
        litellm_log(path, size_bytes=litellm_bytes)
        yield Case("LiteLLM log", path, "plain_litellm.py", "token_usage", "response_cost", "logged_cost")
        path.unlink()


def measure(case: Case, folder: Path, *, rounds: int) -> Outcome:
    """Run both sides `rounds` times in turn; SystemExit when they loaded different things."""
    plain_database, ledger = folder / "plain.duckdb", folder / "finops.duckdb"
    plain_command = [sys.executable, str(HERE / case.plain_script), str(case.path), str(plain_database)]
    ingest_command = [sys.executable, "-m", "finops_ai", "ingest", str(case.path)]
    plain: list[Cost] = []
    ingest: list[Cost] = []
    for _ in range(rounds):
        remove_databases(folder)
        plain.append(run(plain_command, folder=folder))
        ingest.append(run(ingest_command, folder=folder))
    expected = totals(plain_database, case.table, case.plain_money)
    found = totals(ledger, case.table, case.ledger_money)
    remove_databases(folder)
    if found != expected:
        sys.exit(f"{case.name}: the plain load has (rows, money) {expected}, the ledger {found}")
    return Outcome(case.name, case.path.stat().st_size / 1e6, expected[0], median(plain), median(ingest))


def remove_databases(folder: Path) -> None:
    """Every round starts from nothing."""
    for path in folder.glob("*.duckdb*"):
        if path.is_file():
            path.unlink()


def totals(database: Path, table: str, money: str) -> tuple[int, Decimal]:
    """Rows and exact money of one table."""
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(f'SELECT count(*), sum("{money}") FROM "{table}"').fetchone()
    assert row is not None
    return row


def show(outcome: Outcome) -> None:
    """Print one file's figures for people."""
    print(f"{outcome.name}: {outcome.rows:,} rows, {outcome.file_mb:,.0f} MB")
    for name, cost in (("plain", outcome.plain), ("ingest", outcome.ingest)):
        print(
            f"  {name:7} {cost.wall_s:7.1f} s  {cost.cpu_s:7.1f} CPU s  {cost.peak_mb:7,.0f} MB peak  "
            f"{outcome.rows / cost.wall_s:10,.0f} rows/s  {outcome.file_mb / cost.wall_s:6.0f} MB/s"
        )
    ratio = f"{outcome.ratio:.2f} x the plain load (CPU {outcome.cpu_ratio:.2f} x)"
    verdict = "holds" if outcome.ratio <= RATIO_MAX and outcome.ingest.peak_mb <= PEAK_MB_MAX else "MISSED"
    print(f"  ratio   {ratio}; goal {RATIO_MAX} x and {PEAK_MB_MAX:,.0f} MB: {verdict}")


def main() -> None:
    """Make the files, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--focus-rows", type=int, default=1_000_000, help="rows of the FOCUS CSV; 0 leaves it out"
    )
    parser.add_argument(
        "--litellm-bytes", type=int, default=2_000_000_000, help="size of the LiteLLM log; 0 leaves it out"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        for case in cases(folder, focus_rows=options.focus_rows, litellm_bytes=options.litellm_bytes):
            outcomes.append(measure(case, folder, rounds=options.rounds))
            if not options.json:
                show(outcomes[-1])
    if options.json:
        print(
            json.dumps(
                [asdict(found) | {"ratio": found.ratio, "cpu_ratio": found.cpu_ratio} for found in outcomes]
            )
        )


if __name__ == "__main__":
    main()
