"""Everything that the monthly report says, read from the ledger in one go."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from finops_ai.attribution.accrual import booked_accrual
from finops_ai.attribution.bridge import comparable_change, judge_change
from finops_ai.attribution.fx import month_converted
from finops_ai.config import Config
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import budgets, quality, reconcile, spend
from finops_ai.reports.exact import ZERO, change, share
from finops_ai.reports.model import Billed, Report, WhyChanged
from finops_ai.reports.scope import Scope

if TYPE_CHECKING:
    from finops_ai.forecast.budget_watch import BudgetStanding
    from finops_ai.forecast.result import Forecast

_BATCH = "SELECT coalesce(max(batch_id), 0) FROM month_input WHERE month <= $month"


def monthly_report(
    ledger: Ledger,
    config: Config,
    month: Month,
    *,
    forecast: Forecast | None = None,
    standings: Sequence[BudgetStanding] = (),
) -> Report:
    """The report of `month`: exact figures, no rendering, no clock.

    The ledger's derived tables must stand for the month (`attribute_month`). `standings` are where the
    budgets stand at its end. The same ledger, configuration, forecast and standings give an equal report.
    """
    scope = Scope(ledger, config, month)
    billed = _billed(scope)
    bill = {part.currency: part.total for part in billed}
    workflows = spend.workflows(scope, bill)
    causes, gaps, estimates = spend.gaps(scope, bill)
    files, rejects = quality.files(scope)
    spending = {workflow.workflow for workflow in workflows}
    return Report(
        month=month,
        before=scope.before,
        reporting_currency=config.reporting_currency,
        # The last batch that touched these months, not the ledger's newest: noting that a report
        # was made is a batch too, and must not change the next report.
        ledger_batch=int(ledger.value(_BATCH, {"month": month.first_day})),
        billed=billed,
        workflows=workflows,
        centres=spend.centres(workflows),
        idle_workflows=tuple(known.name for known in config.workflows if known.name not in spending),
        outcomes=spend.outcomes(scope),
        gap_causes=causes,
        gaps=gaps,
        estimates=estimates,
        reconciliations=reconcile.reconciliations(scope, bill, workflows, causes),
        providers=spend.parts(scope, bill, "provider"),
        categories=spend.parts(scope, bill, "category"),
        models=spend.models(scope),
        trends=spend.trends(scope, bill),
        files=files,
        rejects=rejects,
        rejects_total=sum(file.rows_rejected for file in files),
        unpriced=quality.unpriced(scope),
        weaknesses=quality.weaknesses(scope),
        source_days=quality.source_days(scope),
        open_outcomes=quality.open_outcomes(scope),
        budgets=None if forecast is None else budgets.from_forecast(forecast),
        converted=month_converted(ledger, month),
        accrual=booked_accrual(ledger, month),
        why_changed=_why_changed(scope),
        restated=quality.restated(scope),
        budget_uses=tuple(budgets.use_of(standing) for standing in standings),
    )


def _why_changed(scope: Scope) -> WhyChanged | None:
    """The bridge from the month before, where both are billed in a common currency."""
    found = comparable_change(scope.ledger, scope.before, scope.month)
    return None if found is None else WhyChanged(found, judge_change(scope.ledger, found))


def _billed(scope: Scope) -> tuple[Billed, ...]:
    """The bill by currency, the reporting currency first and always there."""
    rows = scope.records("billed.sql")
    first_day = scope.month.first_day
    before: dict[str, Decimal] = {row["currency"]: row["total"] for row in rows if row["month"] != first_day}
    now = {row["currency"]: row for row in rows if row["month"] == first_day}
    reporting = scope.config.reporting_currency
    # A currency that the last month alone was billed in still belongs to the comparison.
    others = sorted({*now, *before} - {reporting})
    found = []
    for currency in [reporting, *others]:
        total: Decimal = now[currency]["total"] if currency in now else ZERO
        difference = change(total, before.get(currency)) if now else None
        found.append(
            Billed(
                currency=currency,
                total=total,
                charge_rows=now[currency]["charge_rows"] if currency in now else 0,
                before=before.get(currency),
                change=difference,
                change_share=share(difference, before.get(currency)),
            )
        )
    return tuple(found)
