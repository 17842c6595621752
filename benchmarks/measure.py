"""Run a command as a process of its own and say what it cost."""

from __future__ import annotations

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
    started_s = time.perf_counter()
    log = folder / "command.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started_s
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text(errors='replace')}")
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_BYTES / 1e6)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure by itself; the largest peak, since a limit must hold always."""
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.cpu_s for cost in costs),
        max(cost.peak_mb for cost in costs),
    )
