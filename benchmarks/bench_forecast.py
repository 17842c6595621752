"""How long `finops-ai forecast` takes with many workflows, and whether it says the same each time.

    python benchmarks/bench_forecast.py [--workflows 500] [--months 24] [--rounds 3] [--json]

Makes a company whose bills grow, fall, jump and repeat by the year (fixed seed), ingests and
attributes it, and runs the command as a user does: three scenarios and the baseline by workflow,
twelve months ahead. The ledger is the same before each run; the answers are compared as bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import CACHE, Cost, median, run

FINOPS = [sys.executable, "-m", "finops_ai"]
FORECAST = [*FINOPS, "forecast", "--months", "12", "--by", "workflow", "--format", "json"]
SECONDS_MAX = 30
PROVIDERS = ("OpenAI", "Anthropic", "Hosting")
COLUMNS = (
    *("BillingAccountId", "BilledCost", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd"),
    *("ChargeCategory", "ChargeDescription", "ChargePeriodStart", "ChargePeriodEnd", "EffectiveCost"),
    *("ListCost", "ContractedCost", "ProviderName", "ServiceName"),
)


def write_company(folder: Path, workflows: int, months: int) -> None:
    """One bill a month and the finops.yaml that gives every line to its workflow and department."""
    names = [f"workflow-{number:04}" for number in range(workflows)]
    lines = ["version: 1", "ledger: finops.duckdb", "reporting_currency: USD", "workflows:"]
    for number, name in enumerate(names):
        lines.append(f"  {name}: {{team: team-{number % 40}, department: department-{number % 12}}}")
    lines.append("rules:")
    lines += [f"  - {{workflow: {name}, when: {{service_name: {name}}}}}" for name in names]
    (folder / "finops.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    random_numbers = random.Random(20261122)  # noqa: S311 - made-up bills, the same in every run
    shapes = [
        (random_numbers.lognormvariate(6, 1.5), random_numbers.gauss(0.02, 0.03), random_numbers.random())
        for _ in names
    ]
    starts = [f"{2024 + (10 + t) // 12}-{(10 + t) % 12 + 1:02}-01" for t in range(months + 1)]
    for t in range(months):
        with (folder / f"bill-{starts[t][:7]}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for number, (name, (size, growth, season)) in enumerate(zip(names, shapes, strict=True)):
                year = 1 + 0.3 * season * math.sin(2 * math.pi * (t + number) / 12)
                noise = random_numbers.lognormvariate(0, 0.08)
                cost = f"{size * math.exp(growth * t) * year * noise:.2f}"
                period = (f"{starts[t]}T00:00:00Z", f"{starts[t + 1]}T00:00:00Z")
                provider = PROVIDERS[number % len(PROVIDERS)]
                row = ["acme", cost, "USD", *period, "Usage", name, *period, cost, cost, cost, provider, name]
                writer.writerow(row)


def main() -> None:
    """Print seconds, peak memory and whether the answers are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--workflows", type=int, default=500)
    parser.add_argument("--months", type=int, default=24, help="months of history")
    parser.add_argument("--rounds", type=int, default=3, help="runs that are timed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        write_company(folder, options.workflows, options.months)
        run([*FINOPS, "ingest", "."], folder=folder)
        run([*FINOPS, "attribute"], folder=folder)
        subprocess.run(FORECAST, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # attributes older months
        ledgers = sorted(folder.glob("finops.duckdb*"))
        kept = {path: path.read_bytes() for path in ledgers}
        costs: list[Cost] = []
        answers: set[str] = set()
        for _ in range(options.rounds):
            for path, content in kept.items():
                path.write_bytes(content)
            costs.append(run(FORECAST, folder=folder))
            answers.add(hashlib.sha256((folder / "command.log").read_bytes()).hexdigest())
    middle = median(costs)
    figures = {
        "workflows": options.workflows,
        "months": options.months,
        "wall_s": round(middle.wall_s, 2),
        "cpu_s": round(middle.cpu_s, 2),
        "peak_mb": round(middle.peak_mb),
        "same_bytes": len(answers) == 1,
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(
        f"{options.workflows} workflows x {options.months} months, scenarios and baseline, {len(costs)} runs"
    )
    print(f"wall {middle.wall_s:.1f} s, CPU {middle.cpu_s:.1f} s, peak {middle.peak_mb:.0f} MB (medians)")
    print(f"goal: under {SECONDS_MAX} s: {'holds' if middle.wall_s < SECONDS_MAX else 'MISSED'}")
    print(f"repeat runs byte-identical: {'yes' if len(answers) == 1 else 'NO'}")


if __name__ == "__main__":
    main()
