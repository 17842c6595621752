"""Run a command as a process of its own and say what it cost.

The command is started by a small process, this file as a script, and not by the benchmark itself: until it
runs its own program, a child has its parent's memory, and its peak is counted from there. A benchmark that
made its data itself would report its own size as every command's peak.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
CACHE = REPOSITORY / ".cache" / "bench"

# Linux counts the peak in KiB, macOS in bytes.
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """One run: wall seconds, CPU seconds (user and system, all threads), peak memory in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def run(command: Sequence[str], *, folder: Path) -> Cost:
    """Run `command` in `folder`, output thrown away; SystemExit with its words when it fails."""
    log = folder / "command.log"
    starter = [sys.executable, "-I", str(Path(__file__).resolve()), str(log), *command]
    found = json.loads(subprocess.run(starter, cwd=folder, stdout=subprocess.PIPE, check=True).stdout)
    if found["exit_code"] != 0:
        words = log.read_text(errors="replace")
        sys.exit(f"{' '.join(command)} ended with {found['exit_code']}:\n{words}")
    return Cost(found["wall_s"], found["cpu_s"], found["peak_mb"])


def start(log: str, *command: str) -> dict[str, float]:
    """Run `command` with its output in file `log`: exit_code and the figures of a Cost."""
    started_s = time.perf_counter()
    with Path(log).open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started_s
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "exit_code": process.returncode,
        "wall_s": wall_s,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss * _MAXRSS_BYTES / 1e6,
    }


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure by itself; the largest peak, since a limit must hold always."""
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.cpu_s for cost in costs),
        max(cost.peak_mb for cost in costs),
    )


if __name__ == "__main__":
    json.dump(start(*sys.argv[1:]), sys.stdout)
