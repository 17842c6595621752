"""The charges and calls behind a cause, each with its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reconciliation.model import Finding, Log
from finops_ai.reconciliation.result import Reconciliation

ROOM = "reconciliation"


@dataclass(frozen=True)
class SourceRow:
    """One row of a file behind a finding: billed money of a charge, or expected money of a call."""

    side: str
    path: str
    record: int
    at: str
    provider: str
    model: str | None
    kind: str | None
    quantity: Decimal | None
    cost: Decimal | None
    currency: str
    label: str


def source_rows(
    ledger: Ledger, found: Reconciliation, findings: list[Finding], limit: int
) -> list[SourceRow]:
    """The rows behind `findings` of `found`, charges first, at most `limit` of each side.

    Reads the temporary tables of the reconciliation that was made last with this ledger.
    """
    bill_ids = sorted(frozenset().union(*(finding.bill_ids for finding in findings)))
    log_ids = frozenset().union(*(finding.log_ids for finding in findings))
    logs = [log for log in found.ground.logs if log.log_id in log_ids]
    rows = ledger.run(ROOM, "charge_rows.sql", {"bill_ids": bill_ids, "limit": limit}).fetchall()
    if logs:
        params: dict[str, Any] = {**_span(found.month), **_columns(logs), "limit": limit}
        rows += ledger.run(ROOM, "usage_rows.sql", params).fetchall()
    return [SourceRow(*row) for row in rows]


def _span(month: Month) -> dict[str, Any]:
    return {"start_utc": month.start_utc, "end_utc": month.end_utc}


def _columns(logs: list[Log]) -> dict[str, list[Any]]:
    return {
        "providers": [log.cell.provider for log in logs],
        "projects": [log.origin.project for log in logs],
        "api_keys": [log.origin.api_key for log in logs],
        "days": [log.origin.day for log in logs],
        "model_ids": [log.origin.model_id for log in logs],
        "model_names": [log.origin.model_name for log in logs],
        "kinds": [log.origin.kind for log in logs],
        "tiers": [log.tier for log in logs],
        "failed": [log.failed for log in logs],
        "price_ids": [log.price_id for log in logs],
    }
