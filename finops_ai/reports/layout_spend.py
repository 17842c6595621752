"""Report -> Page: the sections about workflows and outcomes, and the proof that they tie to the bill."""

from __future__ import annotations

from decimal import Decimal

from finops_ai.reports.layout_known import known_tables
from finops_ai.reports.model import OutcomeSpend, Reconciliation, Report, WorkflowSpend
from finops_ai.reports.page import Cell, Section, Table, columns, row
from finops_ai.reports.text import (
    NOT_AVAILABLE,
    clean,
    count,
    difference,
    money,
    percent,
    roundings,
    short_month,
    signed,
    unit_money,
    words,
)
from finops_ai.reports.wording import gap_name


def proven(report: Report) -> tuple[Reconciliation, ...]:
    """The proofs of currencies in which anything is billed, and those that do not tie."""
    billed = {each.currency for each in report.billed if each.charge_rows}
    return tuple(p for p in report.reconciliations if p.currency in billed or p.lines or not p.holds)


def reconciliation_section(report: Report) -> Section:
    """The proof that the parts add up to the bill."""
    proofs = proven(report)
    if not proofs:
        text = "No bill for this month is in the ledger, so there is nothing to reconcile."
        return Section("reconciliation", "Reconciliation", (text,))
    tables = []
    for proof in proofs:
        lines = tuple(
            row(
                gap_name(line.name) if line.kind != "workflow" else clean(line.name),
                line.label,
                money(line.cost),
            )
            for line in proof.lines
        )
        tables.append(
            Table(
                f"From the bill to its parts, {proof.currency}",
                "billed",
                columns("Part", "Label", "#Amount"),
                (
                    *lines,
                    row("explained", "", money(proof.explained)),
                    row("billed", "billed", money(proof.billed)),
                ),
                row("difference", "", difference(proof.difference)),
                roundings(("Amount", [line.cost for line in proof.lines], proof.explained)),
            )
        )
        ties = tuple(
            row(tie.claim, money(tie.left), money(tie.right), difference(tie.difference))
            for tie in proof.ties
        )
        tables.append(
            Table(
                f"Cross ties, {proof.currency}",
                "billed",
                columns("Claim", "#Left", "#Right", "#Difference"),
                ties,
            )
        )
    return Section(
        "reconciliation",
        "Reconciliation",
        ("Billed = workflows + shared not allocated + named gaps, to the last digit.",),
        tuple(tables),
        charts=tuple(f"bridge-{proof.currency}" for proof in proofs),
    )


def workflow_section(report: Report) -> Section:
    """Who spent it, with the lines that finance posts."""
    tables = []
    for proof in report.reconciliations:
        spends = [spend for spend in report.workflows if spend.currency == proof.currency]
        tables += [_workflow_table(report, proof, spends)] if spends else []
        centres = [centre for centre in report.centres if centre.currency == proof.currency]
        lines = tuple(
            row(
                clean(centre.cost_centre) or "not registered",
                clean(centre.gl_code) or NOT_AVAILABLE,
                ", ".join(clean(name) for name in centre.workflows),
                money(centre.total),
            )
            for centre in centres
        )
        if lines:
            tables.append(
                Table(
                    f"By cost centre, {proof.currency}",
                    "allocated",
                    columns("Cost centre", "GL code", "Workflows", "#Total"),
                    lines,
                    row("all workflows", "", "", money(proof.workflows)),
                    roundings(("Total", [centre.total for centre in centres], proof.workflows)),
                )
            )
    notes = []
    if report.idle_workflows:
        names = ", ".join(clean(name) for name in report.idle_workflows)
        notes.append(f"Registered, without spend in both months: {names}.")
    strangers = [clean(spend.workflow) for spend in report.workflows if not spend.registered]
    if strangers:
        notes.append(f"Not in the register of finops.yaml, so without an owner: {', '.join(strangers)}.")
    text = "No workflow spends."
    if not report.is_billed:
        text = "Nothing is billed, so no workflow's spend is known."
    said = () if tables else (text,)
    return Section("workflows", "Spend by workflow", said, tuple(tables), notes=tuple(notes))


def _workflow_table(report: Report, proof: Reconciliation, spends: list[WorkflowSpend]) -> Table:
    return Table(
        f"Workflows, {proof.currency}",
        "allocated",
        columns(
            "Workflow",
            "Owner, team",
            "Cost centre, GL",
            "#Direct",
            "#Shared",
            "#Total",
            "#Of the bill",
            f"#{short_month(report.before)} {report.before.year}",
            "#Change",
        ),
        tuple(
            row(
                Cell(clean(spend.workflow), "" if spend.registered else "not registered"),
                Cell(clean(spend.owner) or NOT_AVAILABLE, clean(spend.team)),
                Cell(clean(spend.cost_centre) or NOT_AVAILABLE, clean(spend.gl_code)),
                *(money(cost if spend.is_billed else None) for cost in _costs(spend)),
                Cell(percent(spend.share_of_bill), fraction=spend.share_of_bill),
                money(spend.before),
                signed(spend.change),
            )
            for spend in spends
        ),
        row(
            "all workflows",
            "",
            "",
            *(
                money(cost if report.is_billed else None)
                for cost in (proof.direct, proof.shared, proof.workflows)
            ),
            "",
            "",
            "",
        ),
        roundings(
            ("Direct", [spend.direct for spend in spends], proof.direct),
            ("Shared", [spend.shared for spend in spends], proof.shared),
            ("Total", [spend.total for spend in spends], proof.workflows),
        ),
    )


def _costs(spend: WorkflowSpend) -> tuple[Decimal, Decimal, Decimal]:
    return (spend.direct, spend.shared, spend.total)


def outcome_section(report: Report) -> Section:
    """What one success cost, and what was spent without one."""
    rows = tuple(
        row(
            Cell(words(outcome.kind), clean(outcome.workflow)),
            count(outcome.attempts),
            Cell(count(outcome.successes), count(outcome.failures, "failure")),
            Cell(_linked(outcome), _matched(outcome.matched_share)),
            unit_money(outcome.attributed_per_success),
            unit_money(outcome.loaded_per_success),
            unit_money(outcome.ceiling_per_success),
            unit_money(outcome.attributed_per_success_before),
        )
        for outcome in report.outcomes
    )
    if not rows:
        text = "No outcome of this month is in the ledger, so there is no cost per outcome."
        return Section("outcomes", "Cost per outcome", (text,))
    names = columns(
        "Outcome",
        "#Attempts",
        "#Successes",
        "#Linked spend",
        "#Attributed",
        "#Loaded",
        "#Ceiling",
        f"#Attributed {short_month(report.before)}",
    )
    notes = ["Attributed, loaded and ceiling are per success; failed attempts are charged to the successes."]
    notes += [
        f"{words(outcome.kind)}: n/a, no success; "
        f"{money(outcome.spend, outcome.currency)} was spent on "
        f"{count(outcome.attempts, 'attempt')}."
        for outcome in report.outcomes
        if outcome.successes == 0
    ]
    notes += [
        f"{words(outcome.kind)}: the outcomes resolved in {report.month} cost "
        f"{money(outcome.cost_to_date, outcome.currency)} in whatever month their calls fell, "
        f"{unit_money(outcome.cost_to_date_per_success)} per success."
        for outcome in report.outcomes
        if outcome.cost_to_date not in (None, outcome.linked)
    ]
    spent = Table("Outcomes", "allocated", names, rows, (), tuple(notes))
    return Section("outcomes", "Cost per outcome", (), (spent, *known_tables(report)))


def _linked(outcome: OutcomeSpend) -> str:
    """What the bill holds of its calls; n/a where it holds none of them."""
    known = outcome.linked != 0 or outcome.cost_to_date is not None
    return money(outcome.linked, outcome.currency) if known else f"{NOT_AVAILABLE} {outcome.currency}"


def _matched(share: Decimal | None) -> str:
    return "" if share is None else f"{percent(share)} of its direct spend"
