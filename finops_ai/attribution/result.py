"""What attribution found in one month, as frozen values that are ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_ai.errors import ConfigError, InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"
OWNED = ("team", "owner", "department", "cost_centre", "product")
"""Groupings that finops.yaml states beside a workflow."""
GROUPINGS = ("workflow", *OWNED, "model", "provider", "outcome")


@dataclass(frozen=True)
class Line:
    """One workflow, team, model, provider or outcome kind in one currency, unrounded.

    `name` is None for money and calls without one. Costs are None where no bill holds any: not zero.
    `share` is the total as a fraction of the currency's billed total, six decimals, None when that is
    not above zero.
    """

    name: str | None
    currency: str
    direct: Decimal | None
    shared: Decimal | None
    total: Decimal | None
    calls: int
    tokens: int
    share: Decimal | None


@dataclass(frozen=True)
class Gap:
    """Billed money that found no workflow, by cause and detail."""

    cause: str
    provider: str
    detail: str
    currency: str
    cost: Decimal
    charge_rows: int


@dataclass(frozen=True)
class Estimate:
    """Money at list price that stands on no bill; `estimated` is None without a list price."""

    cause: str
    provider: str
    detail: str
    currency: str
    estimated: Decimal | None


@dataclass(frozen=True)
class Balance:
    """Conservation in one currency: billed = workflows + shared_unallocated + gaps, exactly."""

    currency: str
    billed: Decimal
    workflows: Decimal
    shared_unallocated: Decimal
    gaps: Decimal

    @property
    def holds(self) -> bool:
        """Whether both sides are equal to the last digit."""
        return self.billed == self.workflows + self.shared_unallocated + self.gaps


@dataclass(frozen=True)
class OutcomeCost:
    """One outcome kind of one workflow in one currency; costs per success are None without any."""

    kind: str
    workflow: str
    currency: str
    attempts: int
    successes: int
    linked: Decimal
    unlinked: Decimal
    shared: Decimal
    gap: Decimal
    attributed_per_success: Decimal | None
    loaded_per_success: Decimal | None
    ceiling_per_success: Decimal | None
    linked_share: Decimal | None
    """Linked fraction of the kind's direct cost, six decimals; None when that is not above zero."""

    @property
    def spend(self) -> Decimal | None:
        """Linked, unlinked and shared; None where no billed money belongs to it: unknown, not zero."""
        return self.linked + self.unlinked + self.shared or None


@dataclass(frozen=True)
class Attribution:
    """One month, grouped `by` one of GROUPINGS."""

    month: Month
    by: str
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    estimates: tuple[Estimate, ...]
    balances: tuple[Balance, ...]
    outcomes: tuple[OutcomeCost, ...]


def month_attribution(ledger: Ledger, month: Month, by: str = "workflow") -> Attribution:
    """What `attribute_month` stored for `month`.

    Raises ConfigError for an unknown `by`, InputError when the ledger holds nothing of the month.
    """
    require_grouping(by)
    require_month(ledger, month)
    of_month: dict[str, object] = {"month": month.first_day}
    for name in ("allocate_units.sql", "allocate_share.sql", "line_name.sql"):
        ledger.run(ROOM, name)
    return Attribution(
        month=month,
        by=by,
        lines=tuple(Line(**row) for row in ledger.run_records(ROOM, "lines.sql", {**of_month, "by": by})),
        gaps=tuple(Gap(**row) for row in ledger.run_records(ROOM, "gaps.sql", of_month)),
        estimates=tuple(Estimate(**row) for row in ledger.run_records(ROOM, "estimates.sql", of_month)),
        balances=balances(ledger, month),
        outcomes=tuple(OutcomeCost(**row) for row in ledger.run_records(ROOM, "outcomes.sql", of_month)),
    )


def balances(ledger: Ledger, month: Month) -> tuple[Balance, ...]:
    """Where the billed money of `month` stands, in each currency."""
    return tuple(
        Balance(**row) for row in ledger.run_records(ROOM, "balances.sql", {"month": month.first_day})
    )


def require_grouping(by: str) -> None:
    """Raise ConfigError when `by` is none of GROUPINGS."""
    if by not in GROUPINGS:
        raise ConfigError(f'"{by}" is no grouping.', hint=f"Choose one of {', '.join(GROUPINGS)}, tag:KEY.")


def require_month(ledger: Ledger, month: Month) -> None:
    """Raise InputError when the ledger holds nothing of `month`."""
    known = [Month.of(row[0]) for row in ledger.run(ROOM, "known_months.sql").fetchall()]
    if month in known:
        return
    there = ", ".join(str(found) for found in known)
    raise InputError(
        f"{month}: the ledger holds no charge, usage or outcome of this month.",
        hint=f"Months in the ledger: {there}." if there else "Run `finops-ai ingest PATH` first.",
    )
