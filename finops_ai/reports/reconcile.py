"""The proof of the month: billed = workflows + shared not allocated + named gaps, and cross ties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from finops_ai.reports.exact import ZERO, minus, total
from finops_ai.reports.model import BridgeLine, GapCause, Reconciliation, Tie, WorkflowSpend
from finops_ai.reports.scope import UNALLOCATED, Row, Scope


def reconciliations(
    scope: Scope,
    bill: Mapping[str, Decimal],
    spends: Iterable[WorkflowSpend],
    causes: Iterable[GapCause],
) -> tuple[Reconciliation, ...]:
    """One proof for each billed currency, every difference computed and none assumed."""
    allocated = scope.records("allocated.sql")
    delivered = {row["currency"]: row["total"] for row in scope.records("delivered.sql")}
    return tuple(
        _reconciliation(
            currency,
            billed,
            delivered=delivered.get(currency, ZERO),
            cells=[row for row in allocated if row["currency"] == currency],
            spends=[spend for spend in spends if spend.currency == currency],
            causes=[cause for cause in causes if cause.currency == currency],
        )
        for currency, billed in bill.items()
    )


def _reconciliation(
    currency: str,
    billed: Decimal,
    *,
    delivered: Decimal,
    cells: list[Row],
    spends: list[WorkflowSpend],
    causes: list[GapCause],
) -> Reconciliation:
    direct = _part(cells, lambda cell: cell["kind"] == "direct")
    shared = _part(cells, lambda cell: cell["kind"] == "pool_share")
    # What a pool took in and has not handed on stays with the pool: it is shared and not allocated.
    unallocated = _part(cells, lambda cell: cell["kind"] == "pool_source" or cell["cause"] == UNALLOCATED)
    gaps = _part(cells, lambda cell: cell["kind"] == "gap" and cell["cause"] != UNALLOCATED)
    explained = total([direct, shared, unallocated, gaps])
    named = [cause for cause in causes if cause.cause != UNALLOCATED]
    return Reconciliation(
        currency=currency,
        billed=billed,
        direct=direct,
        shared=shared,
        workflows=total([direct, shared]),
        unallocated=unallocated,
        gaps=gaps,
        explained=explained,
        difference=minus(billed, explained),
        lines=_lines(spends, unallocated, named),
        ties=(
            _tie("the bill's rows = what its deliveries stated", billed, delivered),
            _tie(
                "the workflows above = workflows in the allocation",
                total(spend.total for spend in spends),
                total([direct, shared]),
            ),
            _tie("the gaps above = gaps in the allocation", total(cause.total for cause in named), gaps),
        ),
    )


def _lines(
    spends: list[WorkflowSpend], unallocated: Decimal, named: list[GapCause]
) -> tuple[BridgeLine, ...]:
    lines = [
        BridgeLine(spend.workflow, "workflow", "allocated", spend.total) for spend in spends if spend.total
    ]
    if unallocated:
        lines.append(BridgeLine(UNALLOCATED, "unallocated", "billed", unallocated))
    return tuple(lines + [BridgeLine(cause.cause, "gap", "billed", cause.total) for cause in named])


def _part(cells: list[Row], wanted: Callable[[Row], bool]) -> Decimal:
    return total(cell["cost"] for cell in cells if wanted(cell))


def _tie(claim: str, left: Decimal, right: Decimal) -> Tie:
    return Tie(claim, left, right, minus(left, right))
