"""What outcomes cost by kind, workflow, link or one by one, and what was taken back since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from finops_ai.errors import InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"
_NEWEST_ROW = """
SELECT greatest(
    (SELECT max(last_at_utc) FROM imported_file WHERE feeds IN ('token_usage', 'outcome')),
    (SELECT greatest(max(resolved_at_utc), max(reopened_at_utc), max(updated_at_utc)) FROM outcome)
)
"""


@dataclass(frozen=True)
class Scope:
    """Which outcomes are asked for; None: all kinds, all workflows.

    `as_of_utc`: outcomes whose window ends later count as provisional.
    """

    month: Month
    as_of_utc: datetime
    kind: str | None = None
    workflow: str | None = None

    @property
    def params(self) -> dict[str, object]:
        """The bound values of the room's statements."""
        return {"month": self.month.first_day, "kind": self.kind, "workflow": self.workflow}


@dataclass(frozen=True)
class KindCost:
    """One outcome kind of one workflow in one currency, unrounded; None where there is nothing to tell.

    The first costs are of the month; `cost_to_date` is what the outcomes resolved in the month cost in
    whatever month, of which `cohort_cost_in_month` fell into it.
    """

    kind: str
    workflow: str
    currency: str
    attempts: int
    successes: int
    provisional: int
    last_final_after_utc: datetime | None
    attributed_per_success: Decimal | None
    loaded_per_success: Decimal | None
    ceiling_per_success: Decimal | None
    sampled: int
    calls: Decimal
    tokens: Decimal
    linked_cost: Decimal | None
    unlinked_cost: Decimal | None
    shared_cost: Decimal | None
    gap_cost: Decimal
    matched_share: Decimal | None
    cost_per_attempt: Decimal | None
    cost_per_call: Decimal | None
    cost_per_1000_tokens: Decimal | None
    cost_to_date: Decimal | None
    cohort_cost_in_month: Decimal | None
    cohort_cost_in_other_months: Decimal | None
    cost_to_date_per_success: Decimal | None


@dataclass(frozen=True)
class WorkflowOutcomes:
    """All outcome kinds of one workflow in one currency together."""

    workflow: str
    currency: str
    kinds: int
    attempts: int
    successes: int
    calls: Decimal
    linked_cost: Decimal | None
    unlinked_cost: Decimal | None
    shared_cost: Decimal | None
    matched_share: Decimal | None
    attributed_per_success: Decimal | None
    loaded_per_success: Decimal | None


@dataclass(frozen=True)
class LinkCost:
    """What one link ties to outcomes; `link` and `kind` None: the workflow's calls that none does."""

    kind: str | None
    workflow: str
    link: str | None
    currency: str
    outcomes: int | None
    calls: Decimal
    tokens: Decimal
    cost: Decimal | None
    share: Decimal | None


@dataclass(frozen=True)
class SingleOutcome:
    """One outcome and what it cost; a call that it shares with others counts by its share."""

    outcome_id: str
    kind: str
    workflow: str | None
    status: str
    resolved_at_utc: datetime
    links: str | None
    currency: str | None
    calls: Decimal
    tokens: Decimal
    cost_in_month: Decimal | None
    cost_to_date: Decimal | None


@dataclass(frozen=True)
class Restated:
    """Outcomes of `resolved_month` whose count changed in `changed_month`: fewer successes below zero.

    A closed month keeps its count: the change is an adjustment of `changed_month`.
    """

    kind: str
    resolved_month: date
    changed_month: date
    is_closed: bool
    outcomes: int


_Row = TypeVar("_Row", KindCost, WorkflowOutcomes, LinkCost, SingleOutcome, Restated)


def newest_row_utc(ledger: Ledger, month: Month) -> datetime:
    """When the newest log row, outcome or change of one is; the end of `month` where there is none."""
    found: datetime | None = ledger.value(_NEWEST_ROW)
    return found or month.end_utc


def outcome_kinds(ledger: Ledger, scope: Scope) -> tuple[KindCost, ...]:
    """Every outcome kind and workflow of finops.yaml; InputError when `scope` names another."""
    found = _read(ledger, "outcome_kinds.sql", KindCost, {**scope.params, "as_of_utc": scope.as_of_utc})
    if not found and (scope.kind or scope.workflow):
        _refuse_unknown(ledger, scope)
    return found


def outcome_workflows(ledger: Ledger, scope: Scope) -> tuple[WorkflowOutcomes, ...]:
    """The same by workflow."""
    return _read(ledger, "outcome_workflows.sql", WorkflowOutcomes, scope.params)


def outcome_links(ledger: Ledger, scope: Scope) -> tuple[LinkCost, ...]:
    """How much of each workflow's direct cost each link ties to outcomes."""
    return _read(ledger, "outcome_links.sql", LinkCost, scope.params)


def dearest_outcomes(ledger: Ledger, scope: Scope, limit: int) -> tuple[SingleOutcome, ...]:
    """The `limit` dearest outcomes resolved in the month."""
    params = {**scope.params, "as_of_utc": scope.as_of_utc, "limit": limit}
    return _read(ledger, "outcome_dearest.sql", SingleOutcome, params)


def restatements(ledger: Ledger, scope: Scope) -> tuple[Restated, ...]:
    """What changed in the count of the month after it ended, and what it carries of closed months."""
    return _read(
        ledger, "outcome_restated.sql", Restated, {"month": scope.month.first_day, "kind": scope.kind}
    )


def _refuse_unknown(ledger: Ledger, scope: Scope) -> None:
    rows = ledger.rows(
        "SELECT DISTINCT kind || ' of ' || workflow FROM outcome_cost WHERE month = $month ORDER BY ALL",
        {"month": scope.month.first_day},
    )
    if scope.kind:
        asked = f"outcome kind {scope.kind}" + (f" of {scope.workflow}" if scope.workflow else "")
    else:
        asked = f"workflow {scope.workflow} with outcomes"
    known = ", ".join(row[0] for row in rows)
    raise InputError(
        f"{scope.month}: there is no {asked}.",
        hint=f"Known: {known}." if known else "finops.yaml names none under outcomes.",
    )


def _read(ledger: Ledger, name: str, kind: type[_Row], params: dict[str, object]) -> tuple[_Row, ...]:
    for macro in ("units", "amount", "per", "ratio", "share"):
        ledger.run(ROOM, f"allocate_{macro}.sql")
    return tuple(kind(**row) for row in ledger.run_records(ROOM, name, params))
