"""How often the 95% intervals of cost per success hold the truth of worlds.py."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from finops_ai.ledger import Ledger
from finops_ai.unit_cost import Interval, UnitCost, unit_costs
from tests.truth.worlds import OCTOBER, Habits, Truth, build

BATCH = 20
"""Worlds in one ledger: more make the linking of each workflow's outcomes slower."""


@dataclass(frozen=True)
class Coverage:
    """Of `runs` figures, how many lay in, below and above their interval, and its mean width."""

    name: str
    runs: int
    inside: int
    below: int
    above: int
    width: float

    @property
    def share(self) -> float:
        """The part of the runs whose interval holds the truth."""
        return self.inside / self.runs


def measure(runs: int, habits: Habits, *, first_seed: int = 1) -> tuple[Coverage, Coverage]:
    """Coverage of the month's true figure and of the long-run cost, over worlds first_seed, +1, ..."""
    counts: dict[str, Counter[str]] = {"month": Counter(), "long run": Counter()}
    widths = dict.fromkeys(counts, 0.0)
    for start in range(first_seed, first_seed + runs, BATCH):
        seeds = range(start, min(start + BATCH, first_seed + runs))
        for truth, found in _solved(seeds, habits):
            assert found.of_month is not None
            assert found.expected is not None
            for name, interval, value in (
                ("month", found.of_month, float(truth.cost_per_success)),
                ("long run", found.expected, truth.expected),
            ):
                counts[name][_place(interval, value)] += 1
                widths[name] += float(interval.high - interval.low) / value / runs
    return (
        _coverage("month", counts["month"], widths["month"]),
        _coverage("long run", counts["long run"], widths["long run"]),
    )


def _solved(seeds: range, habits: Habits) -> list[tuple[Truth, UnitCost]]:
    """The first workflow of each world with what the package says of it."""
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "finops.duckdb") as ledger:
        truths = build(ledger, seeds, habits)
        found = {cost.workflow: cost for cost in unit_costs(ledger, OCTOBER, replicates_max=399)}
    return [(truth, found[truth.workflow]) for truth in truths if truth.workflow.startswith("answers")]


def _place(interval: Interval, value: float) -> str:
    if value < float(interval.low):
        return "below"
    return "above" if value > float(interval.high) else "inside"


def _coverage(name: str, counts: Counter[str], width: float) -> Coverage:
    return Coverage(name, counts.total(), counts["inside"], counts["below"], counts["above"], width)
