"""Reconciliation: bills against logs, every part of the difference under a named cause."""

from __future__ import annotations

from decimal import Decimal

from finops_ai.errors import InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reconciliation.accepted import accept, acceptances
from finops_ai.reconciliation.gather import gather
from finops_ai.reconciliation.judge import judge
from finops_ai.reconciliation.model import CAUSES, Finding, Ground
from finops_ai.reconciliation.result import (
    GROUPINGS,
    STATES,
    Acceptance,
    Balance,
    CauseLine,
    Line,
    Reconciliation,
    reconciled,
)
from finops_ai.reconciliation.rows import SourceRow, source_rows

__all__ = [
    "CAUSES",
    "GROUPINGS",
    "STATES",
    "Acceptance",
    "Balance",
    "CauseLine",
    "Finding",
    "Line",
    "Reconciliation",
    "SourceRow",
    "accept",
    "reconcile_month",
    "source_rows",
]


def reconcile_month(
    ledger: Ledger, month: Month, *, currency: str, tolerance: Decimal, provider: str | None = None
) -> Reconciliation:
    """Compare the bills of `month` with its logs at expected price, of all providers or one.

    Needs model names resolved and the month priced. `tolerance` is a fraction of the larger side; usage
    without a price counts as `currency`. InputError when nothing is of `provider`; IntegrityError when
    the causes do not add up.
    """
    ground = gather(ledger, month, currency)
    findings = judge(ground)
    accepted = acceptances(ledger, month)
    if provider is not None:
        findings = _only(ground, findings, month, provider)
        # The difference of a day or a kind is that of all providers.
        accepted = tuple(one for one in accepted if one.grouped_by not in {"day", "kind"})
    return reconciled(month, ground, findings, tolerance, accepted)


def _only(ground: Ground, findings: list[Finding], month: Month, provider: str) -> list[Finding]:
    """Leave in `ground` what is of `provider`; its findings."""
    known = sorted({item.cell.provider for item in ground.items if item.in_month})
    if provider not in known:
        raise InputError(
            f"{month}: nothing is billed or logged of provider {provider}.",
            hint=f"Of this month there are: {', '.join(known)}.",
        )
    ground.bills = [bill for bill in ground.bills if bill.cell.provider == provider]
    ground.logs = [log for log in ground.logs if log.cell.provider == provider]
    ground.moved = [moved for moved in ground.moved if moved.target.provider == provider]
    return [finding for finding in findings if finding.cell.provider == provider]
