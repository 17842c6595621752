"""Imports a generated world with the real importers, reconciles it, and compares with what was planted."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from finops_ai.config import Config
from finops_ai.importers.load import Options, ingest
from finops_ai.importers.registry import load_registry
from finops_ai.importers.sources import find_sources
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.prices import price_month, refresh_catalogue, resolve_models
from finops_ai.reconciliation import Finding, Reconciliation, reconcile_month
from tests.reconciliation.world import World

NOW = datetime(2026, 11, 21, 12)
# The bill of a month shows these without a day of their own.
DAYLESS = {"credit", "tax"}


@dataclass(frozen=True)
class Verdict:
    """How much planted money landed under its cause, and what was left unexplained."""

    planted: Decimal
    landed: Decimal
    unexplained: Decimal
    billed: Decimal
    gross: Decimal
    """The bill without its credits."""
    misses: tuple[str, ...]

    @property
    def share(self) -> Decimal:
        return self.landed / self.planted if self.planted else Decimal(1)


def template(folder: Path) -> Path:
    """A ledger that holds the catalogue and nothing else, to be copied for each world."""
    path = folder / "template.duckdb"
    with Ledger.open(path) as ledger, ledger.transaction(writes="none"):
        refresh_catalogue(ledger, recorded_at_utc=NOW)
    return path


def reconcile(
    world: World,
    folder: Path,
    empty: Path,
    look: Callable[[Ledger, Reconciliation], None] | None = None,
    config: Config | None = None,
) -> Reconciliation:
    """Import the world's files and reconcile its month; `look` may read the ledger before it is closed."""
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / "work"
    work.mkdir()
    files = world.write(folder)
    for suffix in ("", ".head"):
        shutil.copyfile(f"{empty}{suffix}", f"{folder / 'finops.duckdb'}{suffix}")
    month = Month.of(world.month)
    with Ledger.open(folder / "finops.duckdb", readable=[folder]) as ledger:
        sources = find_sources(files, workdir=work)
        for result in ingest(ledger, sources, load_registry(), Options(NOW, work)):
            assert result.status in {"added", "imported", "loaded"}, result
            assert result.rows_rejected == 0, result
        with ledger.transaction(writes="none"):
            resolve_models(ledger)
            for each in (month.plus(-1), month, month.plus(1)):
                price_month(ledger, each, config)
        found = reconcile_month(ledger, month, currency="USD", tolerance=Decimal("0.005"))
        if look is not None:
            look(ledger, found)
        return found


def judged(world: World, findings: Iterable[Finding]) -> Verdict:
    """Planted money lands where the same cause of the same provider and day has it, to the same sign."""
    truth = world.truth()
    answer: dict[tuple[str, date | None, str], Decimal] = defaultdict(Decimal)
    found = list(findings)
    for finding in found:
        day = None if finding.cause in DAYLESS else finding.cell.day
        answer[finding.cell.provider, day, finding.cause] += finding.cost
    planted = landed = Decimal(0)
    misses = []
    for key, amount in sorted(truth.items(), key=str):
        planted += abs(amount)
        got = answer.get(key, Decimal(0))
        right = min(abs(got), abs(amount)) if (got > 0) == (amount > 0) else Decimal(0)
        landed += right
        if abs(amount) - right > Decimal("0.0001"):
            misses.append(f"{key}: planted {amount}, found {got}")
    for key, got in sorted(answer.items(), key=str):
        if key not in truth and abs(got) > Decimal("0.0001"):
            misses.append(f"{key}: planted nothing, found {got}")
    unexplained = sum(
        (abs(f.cost) for f in found if f.cause in {"unexplained", "rate_difference"}), Decimal(0)
    )
    credited = sum((a for b in world.bills for cause, _, a in b.others if cause == "credit"), Decimal(0))
    billed = world.billed_total()
    return Verdict(planted, landed, unexplained, billed, billed - credited, tuple(misses))
