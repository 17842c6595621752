"""How long `finops-ai --help` and `--version` take, against a bare `import typer`.

    python benchmarks/bench_startup.py [--rounds 15] [--json]

The commands run in turn, so that a busy machine slows all of them alike; medians are compared.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from measure import CACHE, Cost, median, run

_SCRIPT = Path(sys.executable).with_name("finops-ai")
_FINOPS = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-m", "finops_ai"]
COMMANDS = {
    "import typer": [sys.executable, "-c", "import typer"],
    "--help": [*_FINOPS, "--help"],
    "--version": [*_FINOPS, "--version"],
}
HELP_RATIO_MAX = 1.5


def main() -> None:
    """Print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="runs of each command")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        for turn in range(options.rounds + 1):
            for name, command in COMMANDS.items():
                cost = run(command, folder=Path(folder))
                if turn > 0:  # the first round compiles bytecode and warms the disk cache
                    costs[name].append(cost)
    medians = {name: median(found) for name, found in costs.items()}
    base = medians["import typer"]
    ratios = {name: cost.wall_s / base.wall_s for name, cost in medians.items()}
    if options.json:
        print(
            json.dumps({name: {"ms": medians[name].wall_s * 1000, "ratio": ratios[name]} for name in medians})
        )
        return
    for name, cost in medians.items():
        print(f"{name:14} {cost.wall_s * 1000:7.0f} ms   {ratios[name]:5.2f} x import typer")
    verdict = "holds" if ratios["--help"] <= HELP_RATIO_MAX else "MISSED"
    print(f"goal: --help at most {HELP_RATIO_MAX} x import typer: {verdict} ({options.rounds} rounds)")


if __name__ == "__main__":
    main()
