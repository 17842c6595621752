"""How often the 95% intervals of cost per success hold the truth: months of which every cost is known.

    python benchmarks/interval_coverage.py [--runs 1000] [--lost 0.2] [--by call] [--sessions 150] [--json]

A run is one world of tests/truth/worlds.py: two workflows with outcomes and one without on a shared key,
retries, reopened outcomes, heavy tails, and a known share of the logs lost, call by call or session by
session. Bill, log and outcomes are written into a ledger, attributed and read by the package's own code.
The first workflow of each world is counted against the month's true figure and against the long-run cost.
Exit code 1 when, of 500 runs or more, fewer than 93% or more than 97% hold the month's true figure.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.truth.coverage import measure
from tests.truth.worlds import Habits

BAND = (0.93, 0.97)
RUNS_MIN = 500
"""Fewer runs are shown and not judged: by chance alone they leave the band."""


def main() -> int:
    """Print the coverage; 1 when that of the month's figure leaves the band."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--lost", type=float, default=0.2, help="share of the logs that is lost")
    parser.add_argument("--by", choices=("call", "session"), default="call", help="what is lost together")
    parser.add_argument("--sessions", type=int, default=150, help="sessions of each workflow")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    habits = Habits(sessions=asked.sessions, lost_share=asked.lost, lost_by=asked.by)
    found = measure(asked.runs, habits)
    if asked.json:
        sys.stdout.write(json.dumps([{**vars(each), "share": each.share} for each in found], indent=2) + "\n")
    else:
        sys.stdout.write(f"{asked.runs} runs, {asked.lost:.0%} of the logs lost {asked.by} by {asked.by}\n")
        for each in found:
            sys.stdout.write(
                f"{each.name:9} inside {each.share:6.1%}  truth below {each.below:4d}  above {each.above:4d}"
                f"  mean width {each.width:.1%} of the truth\n"
            )
    return 0 if asked.runs < RUNS_MIN or BAND[0] <= found[0].share <= BAND[1] else 1


if __name__ == "__main__":
    sys.exit(main())
