"""Who and what the month's bill was spent on: workflows, outcomes, gaps, providers, models, trend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from finops_ai.attribution.outcome_facts import Scope as OutcomeScope
from finops_ai.attribution.outcome_facts import outcome_kinds
from finops_ai.config import Workflow
from finops_ai.months import Month
from finops_ai.reports.exact import ZERO, change, share, total
from finops_ai.reports.model import (
    BilledPart,
    CentreSpend,
    Estimate,
    GapCause,
    GapDetail,
    ModelSpend,
    OutcomeSpend,
    Trend,
    TrendSeries,
    WorkflowSpend,
)
from finops_ai.reports.scope import TREND_MONTHS, UNALLOCATED, Row, Scope
from finops_ai.unit_cost import unit_costs

TREND_WORKFLOWS = 6
"""Bands that a reader can still tell apart; the rest stand together as "other workflows"."""


def workflows(scope: Scope, bill: Mapping[str, Decimal]) -> tuple[WorkflowSpend, ...]:
    """Spend of each workflow this month or the month before, the largest first."""
    now, before = _by_month(scope, scope.records("workflows.sql"))
    registered = {workflow.name: workflow for workflow in scope.config.workflows}
    totals_before = {(row["workflow"], row["currency"]): row["total"] for row in before}
    spends = [_spend(row, registered, totals_before, bill) for row in now]
    seen = {(spend.workflow, spend.currency) for spend in spends}
    gone = [
        row | {"direct": ZERO, "shared": ZERO, "total": ZERO, "calls": 0, "tokens": 0}
        for row in before
        if (row["workflow"], row["currency"]) not in seen
    ]
    spends += [_spend(row, registered, totals_before, bill) for row in gone]
    return tuple(sorted(spends, key=lambda spend: (-spend.total, spend.workflow, spend.currency)))


def _spend(
    row: Row,
    registered: Mapping[str, Workflow],
    totals_before: Mapping[tuple[str, str], Decimal],
    bill: Mapping[str, Decimal],
) -> WorkflowSpend:
    known = registered.get(row["workflow"], Workflow(row["workflow"]))
    before = totals_before.get((row["workflow"], row["currency"]))
    return WorkflowSpend(
        workflow=row["workflow"],
        owner=known.owner,
        team=known.team or row["team"],
        department=known.department,
        cost_centre=known.cost_centre,
        gl_code=known.gl_code,
        registered=row["workflow"] in registered,
        currency=row["currency"],
        direct=row["direct"],
        shared=row["shared"],
        total=row["total"],
        share_of_bill=share(row["total"], bill.get(row["currency"])),
        before=before,
        change=change(row["total"], before),
        calls=row["calls"] or 0,
        tokens=row["tokens"] or 0,
    )


def centres(spends: Iterable[WorkflowSpend]) -> tuple[CentreSpend, ...]:
    """Spend by cost centre and GL code, the largest first; both None where the register is silent."""
    groups: dict[tuple[str, str | None, str | None], list[WorkflowSpend]] = defaultdict(list)
    for spend in spends:
        if spend.total != 0:
            groups[(spend.currency, spend.cost_centre, spend.gl_code)].append(spend)
    found = [
        CentreSpend(
            cost_centre=centre,
            gl_code=gl_code,
            currency=currency,
            workflows=tuple(sorted(member.workflow for member in members)),
            total=total(member.total for member in members),
        )
        for (currency, centre, gl_code), members in groups.items()
    ]
    return tuple(sorted(found, key=lambda line: (-line.total, line.cost_centre or "", line.gl_code or "")))


def outcomes(scope: Scope) -> tuple[OutcomeSpend, ...]:
    """Cost per success of each outcome kind and workflow of the month, the largest spend first."""
    now, before = _by_month(scope, scope.records("outcomes.sql"))
    units_before = {
        (row["kind"], row["workflow"], row["currency"]): row["attributed_per_success"] for row in before
    }
    cohort = {
        (kind.kind, kind.workflow, kind.currency): kind
        for kind in outcome_kinds(scope.ledger, OutcomeScope(scope.month, scope.month.end_utc))
    }
    known = {
        (cost.kind, cost.workflow, cost.currency): cost
        for cost in (unit_costs(scope.ledger, scope.month) if now else ())
    }
    found = [
        OutcomeSpend(
            **{name: value for name, value in row.items() if name != "month"},
            cost_to_date=cohort[row["kind"], row["workflow"], row["currency"]].cost_to_date,
            cost_to_date_per_success=cohort[
                row["kind"], row["workflow"], row["currency"]
            ].cost_to_date_per_success,
            attributed_per_success_before=units_before.get((row["kind"], row["workflow"], row["currency"])),
            matched_share=share(row["linked"], total([row["linked"], row["unlinked"]])),
            known=known.get((row["kind"], row["workflow"], row["currency"])),
        )
        for row in now
    ]
    return tuple(sorted(found, key=lambda line: (-line.linked, line.kind, line.workflow, line.currency)))


def gaps(
    scope: Scope, bill: Mapping[str, Decimal]
) -> tuple[tuple[GapCause, ...], tuple[GapDetail, ...], tuple[Estimate, ...]]:
    """The gaps inside the bill by cause and in detail, and the estimates beside it."""
    now, before = _by_month(scope, scope.records("gaps.sql"))
    details = tuple(
        GapDetail(**{name: value for name, value in row.items() if name not in ("month", "estimated")})
        for row in now
        if _inside_bill(row)
    )
    estimates = tuple(
        Estimate(row["cause"], row["provider"], row["detail"], row["currency"], row["estimated"])
        for row in now
        if row["estimated"] or not _inside_bill(row)
    )
    largest_first = tuple(sorted(details, key=lambda gap: -abs(gap.cost)))
    return _causes(details, before, bill), largest_first, estimates


def _inside_bill(row: Row) -> bool:
    return bool(row["cost"] != 0 or row["charge_rows"])


def _causes(
    details: Iterable[GapDetail], before: Iterable[Row], bill: Mapping[str, Decimal]
) -> tuple[GapCause, ...]:
    earlier: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for row in before:
        if _inside_bill(row):
            earlier[(row["cause"], row["currency"])].append(row["cost"])
    groups: dict[tuple[str, str], list[GapDetail]] = defaultdict(list)
    for detail in details:
        groups[(detail.cause, detail.currency)].append(detail)
    found = []
    for (cause, currency), members in groups.items():
        costs_before = earlier.get((cause, currency))
        cost = total(member.cost for member in members)
        found.append(
            GapCause(
                cause=cause,
                currency=currency,
                total=cost,
                charge_rows=sum(member.charge_rows for member in members),
                before=None if costs_before is None else total(costs_before),
                share_of_bill=share(cost, bill.get(currency)),
            )
        )
    return tuple(sorted(found, key=lambda gap: (-abs(gap.total), gap.cause, gap.currency)))


def parts(scope: Scope, bill: Mapping[str, Decimal], by: str) -> tuple[BilledPart, ...]:
    """The bill by `by`: provider or category, the largest first."""
    now, before = _by_month(scope, scope.records("parts.sql"))
    earlier: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for row in before:
        earlier[(row[by], row["currency"])].append(row["total"])
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in now:
        groups[(row[by], row["currency"])].append(row)
    found = []
    for (name, currency), rows in groups.items():
        amount = total(row["total"] for row in rows)
        costs_before = earlier.get((name, currency))
        found.append(
            BilledPart(
                name=name,
                currency=currency,
                total=amount,
                charge_rows=sum(row["charge_rows"] for row in rows),
                before=None if costs_before is None else total(costs_before),
                share_of_bill=share(amount, bill.get(currency)),
            )
        )
    return tuple(sorted(found, key=lambda part: (-part.total, part.name, part.currency)))


def models(scope: Scope) -> tuple[ModelSpend, ...]:
    """What was billed and logged for each model, the largest first."""
    return tuple(ModelSpend(**row) for row in scope.records("models.sql"))


def trends(scope: Scope, currencies: Iterable[str]) -> tuple[Trend, ...]:
    """For each currency, 14 months of spend in bands that add up to the bill."""
    rows = scope.records("trend.sql")
    return tuple(
        _trend(scope, currency, [row for row in rows if row["currency"] == currency])
        for currency in currencies
    )


def _trend(scope: Scope, currency: str, rows: list[Row]) -> Trend:
    months = tuple(scope.first.plus(step) for step in range(TREND_MONTHS))
    cells: dict[tuple[str, str], dict[Month, Decimal]] = defaultdict(dict)
    for row in rows:
        cells[(row["kind"], row["name"])][Month.of(row["month"])] = row["cost"]
    billed = cells.get(("billed", "billed"), {})
    sizes = {name: total(costs.values()) for (kind, name), costs in cells.items() if kind == "workflow"}
    ranked = sorted(sizes, key=lambda name: (-sizes[name], name))
    bands = [("workflow", name, [("workflow", name)]) for name in ranked[:TREND_WORKFLOWS]]
    rest = [("workflow", name) for name in ranked[TREND_WORKFLOWS:]]
    gap_keys = [key for key in cells if key[0] == "gap" and key[1] != UNALLOCATED]
    bands += [
        ("other", "other workflows", rest),
        ("unallocated", "shared, not allocated", [("gap", UNALLOCATED)]),
        ("gap", "gaps", gap_keys),
    ]
    series = [
        TrendSeries(
            name=name,
            kind=kind,
            costs=tuple(total(cells.get(key, {}).get(month, ZERO) for key in keys) for month in months),
        )
        for kind, name, keys in bands
    ]
    return Trend(
        currency=currency,
        months=months,
        series=tuple(band for band in series if any(band.costs) or band.kind == "gap"),
        billed=tuple(billed.get(month, ZERO) for month in months),
        known=tuple(month in billed for month in months),
    )


def _by_month(scope: Scope, rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """The rows of the month, and those of the month before."""
    now: list[Row] = []
    before: list[Row] = []
    for row in rows:
        (now if row["month"] == scope.month.first_day else before).append(row)
    return now, before
