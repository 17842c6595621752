"""`finops-ai ingest` against a plain typed DuckDB load of the same file, side by side.

    python benchmarks/bench_ingest.py [--focus-rows N] [--litellm-bytes N] [--no-gzip]
                                      [--memory-limit 1GB] [--rounds 3] [--json]

Both sides are whole processes, run in turn (plain, ingest, plain, ingest, ...) on the same file; the
medians are compared. Afterwards both databases must hold the same rows and money. The limit binds
ingest alone; its peak is the process's largest resident size. The goals at full size:
--focus-rows 10000000 --litellm-bytes 5000000000 --rounds 1 (10 GB of disk).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb
from make_data import focus_csv, litellm_log
from measure import CACHE, Cost, median, run

HERE = Path(__file__).resolve().parent
RATIO_MAX = 1.2
PEAK_MB_ABOVE_LIMIT_MAX = 150.0
_UNIT_BYTES = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


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
    """The medians of both sides for one file, and the memory that ingest was allowed."""

    name: str
    file_mb: float
    rows: int
    limit_mb: float
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

    @property
    def peak_mb_max(self) -> float:
        """The most memory that ingest may hold."""
        return self.limit_mb + PEAK_MB_ABOVE_LIMIT_MAX


def cases(folder: Path, *, focus_rows: int, litellm_bytes: int, gzipped: bool) -> Iterator[Case]:
    """Make each file just before it is measured, then its `.gz`; a size of 0 leaves the case out."""
    found: list[Case] = []
    if focus_rows:
        path = folder / "focus.csv"
        found.append(Case("FOCUS CSV", path, "plain_focus.py", "charge", "BilledCost", "billed_cost"))
    if litellm_bytes:
        path = folder / "litellm.jsonl"
        script = "plain_litellm.py"
        found.append(Case("LiteLLM log", path, script, "token_usage", "response_cost", "logged_cost"))
    for case in found:
        if case.table == "charge":
            focus_csv(case.path, rows=focus_rows)
        else:
            litellm_log(case.path, size_bytes=litellm_bytes)
        yield case
        if gzipped:
            packed = case.path.with_name(case.path.name + ".gz")
            with case.path.open("rb") as source, gzip.open(packed, "wb", compresslevel=1) as target:
                shutil.copyfileobj(source, target, 1 << 20)
            case.path.unlink()
            yield replace(case, name=f"{case.name}.gz", path=packed)
            packed.unlink()
        else:
            case.path.unlink()


def amount_mb(text: str) -> float:
    """`1GB`, `512MB` or `1GiB` in MB."""
    found = re.fullmatch(r"([0-9.]+) ?([KMG]i?B)", text)
    if found is None:
        sys.exit(f"{text} is no amount of memory such as 512MB or 1GB")
    return float(found[1]) * _UNIT_BYTES[found[2]] / 1e6


def measure(case: Case, folder: Path, *, rounds: int, memory_limit: str) -> Outcome:
    """Run both sides `rounds` times in turn; SystemExit when they loaded different things."""
    plain_database, ledger = folder / "plain.duckdb", folder / "finops.duckdb"
    plain_command = [sys.executable, str(HERE / case.plain_script), str(case.path), str(plain_database)]
    ingest_command = [sys.executable, "-m", "finops_ai", "--memory-limit", memory_limit]
    ingest_command += ["ingest", str(case.path)]
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
    size_mb, limit_mb = case.path.stat().st_size / 1e6, amount_mb(memory_limit)
    return Outcome(case.name, size_mb, expected[0], limit_mb, median(plain), median(ingest))


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
    verdict = "holds" if outcome.ratio <= RATIO_MAX else "MISSED"
    print(f"  ratio   {ratio}; goal {RATIO_MAX} x: {verdict}")
    verdict = "holds" if outcome.ingest.peak_mb <= outcome.peak_mb_max else "MISSED"
    print(
        f"  peak    {outcome.ingest.peak_mb:,.0f} MB; goal limit + {PEAK_MB_ABOVE_LIMIT_MAX:,.0f} MB "
        f"= {outcome.peak_mb_max:,.0f} MB: {verdict}"
    )


def main() -> None:
    """Make the files, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--focus-rows", type=int, default=1_000_000, help="rows of the FOCUS CSV; 0 leaves it out"
    )
    parser.add_argument(
        "--litellm-bytes", type=int, default=2_000_000_000, help="size of the LiteLLM log; 0 leaves it out"
    )
    parser.add_argument("--no-gzip", action="store_true", help="leave the compressed files out")
    parser.add_argument("--memory-limit", default="1GB", help="what ingest may use, such as 512MB")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        for case in cases(
            folder,
            focus_rows=options.focus_rows,
            litellm_bytes=options.litellm_bytes,
            gzipped=not options.no_gzip,
        ):
            outcomes.append(measure(case, folder, rounds=options.rounds, memory_limit=options.memory_limit))
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
