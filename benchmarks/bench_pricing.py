"""`price_month` against a hand-written DuckDB statement, and against genai-prices called for each row.

    python benchmarks/bench_pricing.py [--calls 10000000] [--rounds 3] [--genai PYTHON] [--json]

A month of calls over every model of the shipped catalogue: standard, batch, flex and priority, cached and
written tokens, long prompts, peak hours. The sides are whole processes, run in turn, each on a fresh copy of
the same ledger; the medians are compared. Afterwards both must hold the same money, row by row. `--genai`
names an interpreter that has genai-prices; its CPU time per call is extrapolated from a sample. It returns a
price and keeps nothing, so it is compared with the same pricing that keeps nothing, too (a sum), and with
`price_month`, most of whose time goes into writing 27 columns for each call.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from measure import CACHE, Cost, median, run

from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.prices import refresh_catalogue, resolve_models
from finops_ai.prices.usage import hour_columns

HERE = Path(__file__).resolve().parent
MONTH = Month.parse("2026-10")
RECORDED_AT_UTC = datetime(2026, 11, 21, 12)
RATIO_MAX = 1.3
GENAI_TIMES_MIN = 100
# Whom genai-prices calls otherwise.
GENAI_PROVIDERS = {"aws-bedrock": "aws", "azure-openai": "azure", "google-vertex": "google", "xai": "x-ai"}

# One row per model and tier that has a price, numbered.
LISTED = """
CREATE TABLE listed AS
SELECT row_number() OVER (ORDER BY provider, model_id, service_tier) - 1 AS number, *
FROM (
    SELECT DISTINCT provider, model_id, service_tier
    FROM price_now
    WHERE meter = 'input_uncached'
        AND coalesce(endpoint_scope, 'global')
            = CASE provider WHEN 'aws-bedrock' THEN 'regional' ELSE 'global' END
)
"""
USAGE = """
INSERT INTO token_usage BY NAME
SELECT
    1 AS file_id,
    i + 1 AS row_number,
    i + 1 AS usage_id,
    'bench' AS source,
    'call ' || i AS source_key,
    TIMESTAMP '2026-10-01' + to_seconds((i * 2654435761) % 2678400) AS at_utc,
    l.provider,
    l.model_id AS model_name,
    l.service_tier,
    500 + (i * 7919) % 20000 + CASE WHEN i % 500 = 0 THEN 300000 ELSE 0 END AS input_uncached_tokens,
    CASE WHEN i % 3 = 0 THEN (i * 104729) % 60000 ELSE 0 END AS cache_read_tokens,
    CASE
        WHEN i % 7 = 0 AND l.provider = 'anthropic' THEN (i * 1299709) % 9000 ELSE 0
    END AS cache_write_5m_tokens,
    (i * 15485863) % 4000 AS output_tokens
FROM range($calls) AS r(i)
JOIN listed AS l ON l.number = CAST(hash(i) % $listed AS BIGINT)
"""


def prepare(path: Path, calls: int) -> int:
    """A ledger with `calls` unpriced calls and the prices of every model; returns the number of models."""
    with Ledger.open(path) as ledger:
        with ledger.transaction(writes="none"):
            refresh_catalogue(ledger, recorded_at_utc=RECORDED_AT_UTC)
            ledger.execute(LISTED)
            listed = ledger.value("SELECT count(*) FROM listed")
            ledger.execute(USAGE, {"calls": calls, "listed": listed})
            resolve_models(ledger)
        return int(ledger.value("SELECT count(DISTINCT (provider, model_id)) FROM listed"))


def widen(path: Path, folder: Path) -> None:
    """Give the plain side its price table: what the package works out from names, scopes and dated rows."""
    probe = folder / "probe.duckdb"
    shutil.copy(path, probe)
    with Ledger.open(probe) as ledger, ledger.transaction(writes="none"):
        ledger.execute("DELETE FROM token_usage WHERE row_number > 1")
        ledger.execute("CREATE TABLE wide_price AS SELECT 1")
        keep_rate_card(ledger)
    with duckdb.connect(str(path)) as connection:
        connection.execute("ATTACH ? AS probe (READ_ONLY)", [str(probe)])
        connection.execute("CREATE TABLE wide_price AS FROM probe.wide_price")
    probe.unlink()


def keep_rate_card(ledger: Ledger) -> None:
    """Keep the month's rate card, which `price_month` drops, as table `wide_price`; calls state no scope."""
    instants = {"month_start_utc": MONTH.start_utc, "month_end_utc": MONTH.end_utc}
    ledger.run("prices", "rate_card.sql", {**instants, **hour_columns(ledger)})
    ledger.execute("CREATE OR REPLACE TABLE wide_price AS FROM rate_card WHERE endpoint_scope = ''")


def compare(package: Path, plain: Path) -> tuple[int, Any]:
    """Rows and money; SystemExit when a row of the two sides differs."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ? AS package (READ_ONLY)", [str(package)])
        connection.execute("ATTACH ? AS plain (READ_ONLY)", [str(plain)])
        rows, money = connection.execute(
            "SELECT count(*), sum(list_cost) FROM package.priced_usage"
        ).fetchone() or (0, None)
        wrong = connection.execute(
            """
            SELECT count(*)
            FROM package.priced_usage AS a
            FULL JOIN plain.priced_usage AS b USING (row_number)
            WHERE a.list_cost IS DISTINCT FROM b.list_cost
                OR a.output_price_id IS DISTINCT FROM b.output_price_id
            """
        ).fetchone()
    if wrong is None or wrong[0]:
        sys.exit(f"{wrong} rows are priced otherwise by the plain statement")
    return int(rows), money


def genai(path: Path, folder: Path, interpreter: str, sample: int) -> dict[str, float]:
    """CPU seconds per call of genai-prices on `sample` calls of models that it may know."""
    rows = folder / "sample.csv"
    with duckdb.connect(str(path), read_only=True) as connection, rows.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["model", "provider", "at_utc", "prompt", "read", "written", "output"])
        found = connection.execute(
            """
            SELECT model_name, provider, at_utc,
                input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens, cache_read_tokens,
                cache_write_5m_tokens, output_tokens
            FROM token_usage WHERE service_tier = 'standard' ORDER BY hash(row_number) LIMIT $sample
            """,
            {"sample": sample},
        ).fetchall()
        writer.writerows([row[0], GENAI_PROVIDERS.get(row[1], row[1]), *row[2:]] for row in found)
    command = [interpreter, str(HERE / "genai_sample.py"), str(rows)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(f"{interpreter} has no genai-prices: {answer.stderr.strip().splitlines()[-1]}")
    counts = json.loads(answer.stdout)
    return {**counts, "cpu_s_per_call": counts["cpu_s"] / (counts["priced"] + counts["failed"])}


def show(calls: int, models: int, sides: dict[str, Cost], library: dict[str, float] | None) -> None:
    """Print the figures for people."""
    print(f"{calls:,} calls, {models} models")
    plain, package = sides["plain"], sides["package"]
    for name, cost in (("plain", plain), ("price_month", package), ("sum only", sides["sum"])):
        print(
            f"  {name:12} {cost.wall_s:7.1f} s  {cost.cpu_s:7.1f} CPU s  {cost.peak_mb:7,.0f} MB peak  "
            f"{calls / cost.wall_s:10,.0f} rows/s"
        )
    ratio, cpu_ratio = package.wall_s / plain.wall_s, package.cpu_s / plain.cpu_s
    verdict = "holds" if ratio <= RATIO_MAX else "MISSED"
    print(
        f"  ratio        {ratio:.2f} x the plain statement (CPU {cpu_ratio:.2f} x); "
        f"goal {RATIO_MAX} x: {verdict}"
    )
    if library is None:
        print("  genai-prices not measured: name an interpreter that has it with --genai")
        return
    kept, summed = (library["cpu_s_per_call"] * calls / cost.cpu_s for cost in (package, sides["sum"]))
    verdict = "holds" if summed >= GENAI_TIMES_MIN else "MISSED"
    print(
        f"  genai-prices {1 / library['cpu_s_per_call']:,.0f} calls per CPU s on a sample "
        f"({library['priced']:,.0f} priced, {library['failed']:,.0f} unknown to it)"
    )
    print(
        f"               the sum takes {summed:,.0f} x less CPU, goal {GENAI_TIMES_MIN} x: {verdict}; "
        f"price_month, rows written, {kept:,.0f} x less"
    )


def main() -> None:
    """Make the ledger, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000_000, help="usage rows of the month")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--genai", help="an interpreter that has genai-prices")
    parser.add_argument("--sample", type=int, default=5_000, help="calls that genai-prices prices")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        start = folder / "start.duckdb"
        models = prepare(start, options.calls)
        widen(start, folder)
        databases = {side: folder / f"{side}.duckdb" for side in ("plain", "package", "sum")}
        month_end = f"{MONTH.end_utc:%Y-%m-%d}"
        commands = {
            "plain": ["plain_pricing.py", str(databases["plain"]), f"{MONTH.first_day}", month_end],
            "package": ["price_ledger.py", str(databases["package"]), str(MONTH)],
            "sum": ["price_ledger.py", str(databases["sum"]), str(MONTH), "--sum"],
        }
        costs: dict[str, list[Cost]] = {side: [] for side in commands}
        for _ in range(options.rounds):
            for side, (script, *rest) in commands.items():
                for old in folder.glob(f"{side}.duckdb*"):
                    old.unlink()
                shutil.copy(start, databases[side])
                costs[side].append(run([sys.executable, str(HERE / script), *rest], folder=folder))
        rows, money = compare(databases["package"], databases["plain"])
        library = genai(start, folder, options.genai, options.sample) if options.genai else None
    sides = {side: median(found) for side, found in costs.items()}
    if options.json:
        figures = {"rows": rows, "models": models, "money": str(money), "genai": library}
        print(json.dumps(figures | {side: asdict(cost) for side, cost in sides.items()}))
    else:
        show(rows, models, sides, library)


if __name__ == "__main__":
    main()
