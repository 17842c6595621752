"""`finops-ai ingest` of a Claude Code tree against ccusage and plain DuckDB, side by side.

    python benchmarks/bench_claude_code.py [--bytes N] [--rounds 3] [--ccusage PATH] [--json]

Every side is a whole process, run in turn on the same tree, which is in the disk cache; medians are
compared. ccusage (20.0.20) is found by --ccusage or the variable CCUSAGE; without it that side is left out,
which is said. Afterwards all sides must hold the same messages and tokens. ccusage prints totals and keeps
nothing, ingest writes rows with their files, sessions and tags, and checks them: the ratio is the price.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import duckdb
from claude_tree import write_tree
from measure import CACHE, Cost, median, run

HERE = Path(__file__).resolve().parent
CCUSAGE_VERSION = "20.0.20"
LEDGER_TOTALS = (
    "SELECT sum(input_uncached_tokens), sum(output_tokens), "
    "sum(cache_write_tokens + cache_write_5m_tokens + cache_write_1h_tokens), sum(cache_read_tokens) "
    "FROM token_usage"
)
PLAIN_TOTALS = (
    "SELECT sum(usage.input_tokens), sum(usage.output_tokens), sum(usage.cache_creation_input_tokens), "
    "sum(usage.cache_read_input_tokens) FROM token_usage"
)


def ccusage_command(ccusage: str, tree: Path, folder: Path) -> list[str]:
    """The run of ccusage that sees this tree and no other agent of the machine."""
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    homes = [f"HOME={empty}", f"CODEX_HOME={empty}", f"CLAUDE_CONFIG_DIR={tree}"]
    options = ["claude", "monthly", "--json", "--offline", "-z", "UTC", "--mode", "calculate"]
    return ["env", *homes, ccusage, *options]


def ccusage_totals(command: list[str]) -> tuple[int, ...]:
    """Input, output, cache write and cache read tokens as ccusage prints them."""
    printed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["totals"]
    names = ("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens")
    return tuple(int(printed[name]) for name in names)


def stored_totals(database: Path, statement: str) -> tuple[int, ...]:
    """The same four of a database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return tuple(int(count) for count in row)


def measure(tree: Path, folder: Path, ccusage: str | None, *, rounds: int) -> dict[str, Cost]:
    """Medians by side; SystemExit when the sides counted different tokens."""
    ledger, plain = folder / "finops.duckdb", folder / "plain.duckdb"
    # Torn lines are rejected and named; the benchmark's tree has some, so they are allowed.
    commands = {
        "ingest": [
            sys.executable, "-m", "finops_ai", "ingest", str(tree / "projects"), "--max-rejects", "1000"
        ],
        "read_json": [sys.executable, str(HERE / "plain_claude.py"), str(tree), str(plain)],
    }  # fmt: skip
    if ccusage is not None:
        commands["ccusage"] = ccusage_command(ccusage, tree, folder)
    costs: dict[str, list[Cost]] = {side: [] for side in commands}
    for _ in range(rounds):
        for path in folder.glob("*.duckdb*"):
            path.unlink()
        for side, command in commands.items():
            costs[side].append(run(command, folder=folder))
    counted = {
        "ingest": stored_totals(ledger, LEDGER_TOTALS),
        "read_json": stored_totals(plain, PLAIN_TOTALS),
    }
    if ccusage is not None:
        counted["ccusage"] = ccusage_totals(commands["ccusage"])
    if len(set(counted.values())) != 1:
        sys.exit(f"The sides disagree (input, output, cache write, cache read): {counted}")
    return {side: median(found) for side, found in costs.items()}


def show(medians: dict[str, Cost], *, size_bytes: int, files: int) -> None:
    """Print the figures for people."""
    print(f"{files:,} session files, {size_bytes / 1e6:,.0f} MB; all sides counted the same tokens")
    ours = medians["ingest"]
    for side, cost in medians.items():
        ratio = "" if side == "ingest" else f"  ingest takes {ours.wall_s / cost.wall_s:5.2f} x as long"
        print(
            f"  {side:9} {cost.wall_s:6.2f} s  {cost.cpu_s:6.2f} CPU s  {cost.peak_mb:6,.0f} MB peak{ratio}"
        )
    if "ccusage" not in medians:
        print(f"  ccusage   left out: name the binary of {CCUSAGE_VERSION} by --ccusage or CCUSAGE")


def main() -> None:
    """Make the tree, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=100_000_000, help="size of the tree")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--ccusage", default=os.environ.get("CCUSAGE"), help="path of the ccusage binary")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        tree = folder / "tree"
        files = write_tree(tree, size_bytes=options.bytes)
        size_bytes = sum(path.stat().st_size for path in tree.rglob("*.jsonl"))
        medians = measure(tree, folder, options.ccusage, rounds=options.rounds)
    if options.json:
        print(json.dumps({side: asdict(cost) for side, cost in medians.items()}))
    else:
        show(medians, size_bytes=size_bytes, files=files)


if __name__ == "__main__":
    main()
