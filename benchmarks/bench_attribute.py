"""`attribute_month` against hand-written SQL, on one month and on a month after 23 others.

    python benchmarks/bench_attribute.py [--calls 10000000] [--charges 1000000] [--outcomes 500000]
        [--rounds 3] [--memory-limit 1800MB] [--history-months 23] [--history-calls 1000000] [--json]

The sides are whole processes, run in turn, each on a fresh copy of the same ledger; the medians are compared.
Calls are priced before, as `price_month` does (see bench_pricing). The package's side ends with its checks
and the commit. Afterwards both sides must hold the same money: the billed total to the last digit, each
workflow and kind of outcome within a millionth of a cent, since the plain side rounds its shares otherwise.
Then a month of `--history-calls` calls is attributed in a ledger of its own and in one that holds
`--history-months` attributed months before it: it may not cost more.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
from attribute_data import add_month, prepare
from measure import CACHE, Cost, median, run

from finops_ai.months import Month

HERE = Path(__file__).resolve().parent
MONTH = Month.parse("2026-10")
WALL_S_MAX, PEAK_MB_MAX, RATIO_MAX, HISTORY_RATIO_MAX = 60, 2048, 1.5, 1.1

DIFFERENCE = """
WITH package AS (
    SELECT workflow, outcome_kind, sum(cost)::DECIMAL(38,15) AS cost
    FROM package.allocation_row
    WHERE workflow IS NOT NULL
    GROUP BY ALL
),
plain AS (
    SELECT workflow, outcome_kind,
        (sum(units) // 1000000000000000)::DECIMAL(38,15)
        + (sum(units) % 1000000000000000)::DECIMAL(38,0) * 0.000000000000001 AS cost
    FROM plain.plain_allocation
    WHERE workflow IS NOT NULL
    GROUP BY ALL
)
SELECT count(*), max(abs(coalesce(package.cost, 0) - coalesce(plain.cost, 0)))
FROM package
FULL JOIN plain
    ON plain.workflow = package.workflow AND plain.outcome_kind IS NOT DISTINCT FROM package.outcome_kind
"""
TOTALS = """
SELECT
    (SELECT sum(billed_cost) FROM package.charge)::DECIMAL(38,15),
    (SELECT sum(cost) FROM package.allocation_row)::DECIMAL(38,15),
    (SELECT (sum(units) // 1000000000000000)::DECIMAL(38,15)
        + (sum(units) % 1000000000000000)::DECIMAL(38,0) * 0.000000000000001 FROM plain.plain_allocation)
"""
TOLERANCE = Decimal("0.00000001")


@dataclass(frozen=True)
class Found:
    """What both sides agree on: lines compared, the largest difference and the billed total."""

    lines: int
    difference: Decimal
    billed: Decimal


def compare(package: Path, plain: Path) -> Found:
    """The lines compared; SystemExit when the two sides hold other money."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ? AS package (READ_ONLY)", [str(package)])
        connection.execute("ATTACH ? AS plain (READ_ONLY)", [str(plain)])
        lines, difference = connection.execute(DIFFERENCE).fetchone() or (0, None)
        billed, allocated, written = connection.execute(TOTALS).fetchone() or (None, None, None)
    if not billed == allocated == written:
        sys.exit(f"billed {billed}, attributed {allocated}, by the plain statements {written}")
    if difference is None or difference > TOLERANCE:
        sys.exit(f"a workflow or kind of outcome differs by {difference}")
    return Found(int(lines), difference, billed)


def measured(start: Path, folder: Path, sides: dict[str, list[str]], rounds: int) -> dict[str, Cost]:
    """The medians of `rounds` runs of each side, in turn, each on a copy of `start` as FOLDER/SIDE.duckdb."""
    costs: dict[str, list[Cost]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, (script, *rest) in sides.items():
            database = fresh(start, folder / f"{side}.duckdb")
            command = [sys.executable, str(HERE / script), str(database), *rest]
            costs[side].append(run(command, folder=folder))
    return {side: median(found) for side, found in costs.items()}


def fresh(start: Path, target: Path) -> Path:
    """A copy of ledger `start` with its head at `target`, which is returned."""
    for old in target.parent.glob(f"{target.name}*"):
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink()
    shutil.copy(start, target)
    shutil.copy(f"{start}.head", f"{target}.head")
    return target


def history(folder: Path, options: argparse.Namespace) -> dict[str, Cost]:
    """The same month, alone in a ledger and after attributed months before it."""
    sizes = {
        "calls": options.history_calls,
        "charge_lines": options.history_calls // 10,
        "outcomes": options.history_calls // 20,
    }
    lone, long = folder / "start-alone.duckdb", folder / "start-after.duckdb"
    for path in (lone, long):
        prepare(path, MONTH)
    for back in range(options.history_months, 0, -1):
        month = MONTH.plus(-back)
        add_month(long, month, **sizes)
        run([sys.executable, str(HERE / "attribute_ledger.py"), str(long), str(month)], folder=folder)
    costs: dict[str, Cost] = {}
    for name, path in (("alone", lone), ("after", long)):
        add_month(path, MONTH, **sizes)
        sides = {name: ["attribute_ledger.py", str(MONTH), options.memory_limit]}
        costs |= measured(path, folder, sides, options.rounds)
    return costs


def line(name: str, cost: Cost) -> str:
    """One side's figures for people."""
    return f"  {name:16} {cost.wall_s:7.1f} s  {cost.cpu_s:7.1f} CPU s  {cost.peak_mb:7,.0f} MB peak"


def verdict(value: float, most: float) -> str:
    """Whether an aim is met."""
    return "holds" if value <= most else "MISSED"


def show(rows: dict[str, int], found: Found, sides: dict[str, Cost]) -> None:
    """Print the figures for people."""
    print(", ".join(f"{count:,} {table} rows" for table, count in rows.items()))
    package, plain = sides["package"], sides["plain"]
    print(line("hand-written SQL", plain))
    print(line("attribute_month", package))
    ratio = package.cpu_s / plain.cpu_s
    print(
        f"  ratio            {package.wall_s / plain.wall_s:.2f} x in time, {ratio:.2f} x in CPU time; "
        f"aim {RATIO_MAX} x: {verdict(ratio, RATIO_MAX)}"
    )
    print(
        f"  aims             {WALL_S_MAX} s: {verdict(package.wall_s, WALL_S_MAX)}; "
        f"{PEAK_MB_MAX:,} MB: {verdict(package.peak_mb, PEAK_MB_MAX)}"
    )
    print(
        f"  same money       {found.billed:,.2f} to the last digit; {found.lines} workflows and kinds of "
        f"outcomes, at most {found.difference:.1e} apart"
    )
    if "after" in sides:
        print("the same smaller month, alone and after others")
        print(line("alone", sides["alone"]))
        print(line("after", sides["after"]))
        ratio = sides["after"].cpu_s / sides["alone"].cpu_s
        print(
            f"  ratio            {ratio:.2f} x in CPU time; aim {HISTORY_RATIO_MAX} x: "
            f"{verdict(ratio, HISTORY_RATIO_MAX)}"
        )


def main() -> None:
    """Make the ledgers, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000_000, help="usage rows of the month")
    parser.add_argument("--charges", type=int, default=1_000_000, help="lines of its bill, about")
    parser.add_argument("--outcomes", type=int, default=500_000, help="its outcomes")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--memory-limit", default="1800MB", help="for the database, on both sides")
    parser.add_argument(
        "--history-months", type=int, default=23, help="attributed months before; 0: not measured"
    )
    parser.add_argument("--history-calls", type=int, default=1_000_000, help="usage rows of each of them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        start = folder / "start.duckdb"
        prepare(start, MONTH)
        rows = add_month(
            start, MONTH, calls=options.calls, charge_lines=options.charges, outcomes=options.outcomes
        )
        ends = (f"{MONTH.first_day}", f"{MONTH.plus(1).first_day}")
        commands = {
            "plain": ["plain_attribute.py", *ends, options.memory_limit],
            "package": ["attribute_ledger.py", str(MONTH), options.memory_limit],
        }
        sides = measured(start, folder, commands, options.rounds)
        found = compare(folder / "package.duckdb", folder / "plain.duckdb")
        if options.history_months:
            sides |= history(folder, options)
    if options.json:
        costs = {side: asdict(cost) for side, cost in sides.items()}
        print(json.dumps({"rows": rows, "lines": found.lines, "billed": str(found.billed)} | costs))
    else:
        show(rows, found, sides)


if __name__ == "__main__":
    main()
