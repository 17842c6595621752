"""Report -> Page: the answer at the top, and the sections about money."""

from __future__ import annotations

from decimal import Decimal

from finops_ai.reports.layout_data import budget_section, data_section, reading_section
from finops_ai.reports.model import Billed, OutcomeSpend, Reconciliation, Report, Trend, WorkflowSpend
from finops_ai.reports.page import Cell, Column, Figure, Page, Section, Table, columns, roundings, row
from finops_ai.reports.text import (
    NOT_AVAILABLE,
    clean,
    count,
    money,
    month_name,
    percent,
    short_month,
    signed,
    signed_percent,
    unit_money,
    words,
)
from finops_ai.reports.wording import gap_meaning, gap_name

DETAILS_SHOWN = 25
"""Rows of a detail table; the CSV files hold all of them."""


def page_of(report: Report) -> Page:
    """The report in reading order. Pure: it lays out figures and computes none."""
    main = report.billed[0]
    sections = [
        _reconciliation(report),
        _workflows(report),
        _outcomes(report),
        _gaps(report),
        _bill(report),
        _trend(report),
        budget_section(report),
        data_section(report),
        reading_section(report),
    ]
    return Page(
        title=f"AI spend, {month_name(report.month)}",
        headline=money(main.total),
        headline_unit=f"{main.currency} billed",
        headline_note=_change_text(report, main),
        holds=report.holds,
        verdict=_verdict(report),
        answers=_answers(report),
        figures=_figures(report),
        facts=(
            ("Month", str(report.month)),
            ("Reporting currency", report.reporting_currency),
            ("Charges", count(main.charge_rows)),
            ("Input files", count(len(report.files))),
            ("Ledger batch", str(report.ledger_batch)),
        ),
        sections=tuple(section for section in sections if section is not None),
    )


def _change_text(report: Report, billed: Billed) -> str:
    if billed.change is None:
        return f"{month_name(report.before)}: no bill in the ledger"
    size = signed_percent(billed.change_share)
    return (
        f"{signed(billed.change, billed.currency)} ({size}) on {month_name(report.before)}, "
        f"{money(billed.before, billed.currency)}"
    )


def _verdict(report: Report) -> str:
    if not report.reconciliations or not any(billed.charge_rows for billed in report.billed):
        return "No bill for this month is in the ledger."
    if report.holds:
        return "Ties to the bill: difference 0.00, every gap named."
    return "DOES NOT TIE to the bill: see the differences under Reconciliation."


def _answers(report: Report) -> tuple[str, ...]:
    lines = [_answer(report, proof) for proof in report.reconciliations]
    lines += [_outcome_answer(outcome) for outcome in report.outcomes]
    return tuple(lines)


def _outcome_answer(outcome: OutcomeSpend) -> str:
    name = f"{words(outcome.kind)} ({clean(outcome.workflow)})"
    if outcome.attributed_per_success is None:
        return f"{name}: n/a, no success; {money(outcome.linked, outcome.currency)} spent."
    attributed = unit_money(outcome.attributed_per_success, outcome.currency)
    loaded, ceiling = unit_money(outcome.loaded_per_success), unit_money(outcome.ceiling_per_success)
    return f"{name}: {attributed} per success attributed, {loaded} loaded, {ceiling} at most."


def _answer(report: Report, proof: Reconciliation) -> str:
    own = [spend for spend in report.workflows if spend.currency == proof.currency and spend.total != 0]
    gaps = [gap for gap in report.gap_causes if gap.currency == proof.currency]
    named = [gap for gap in gaps if gap.cause != "shared_unallocated"]
    return (
        f"{money(proof.billed, proof.currency)} billed: {money(proof.workflows)} on "
        f"{count(len(own), 'workflow')}, {money(proof.unallocated)} shared and not allocated, "
        f"{money(proof.gaps)} in {count(len(named), 'named gap')}; difference {money(proof.difference)}."
    )


def _figures(report: Report) -> tuple[Figure, ...]:
    if not report.reconciliations:
        return ()
    proof = report.reconciliations[0]
    spends = [spend for spend in report.workflows if spend.currency == proof.currency]
    found = [
        Figure("On workflows", money(proof.workflows), f"{money(proof.shared)} of it shared", "allocated"),
        Figure("Shared, not allocated", money(proof.unallocated), "waits in pools", "billed"),
        Figure("Named gaps", money(proof.gaps), "credits are negative", "billed"),
    ]
    if spends:
        largest = spends[0]
        note = f"{percent(largest.share_of_bill)} of the bill"
        found.append(Figure(f"Largest: {clean(largest.workflow)}", money(largest.total), note, "allocated"))
    return tuple(found)


def _reconciliation(report: Report) -> Section:
    tables = []
    for proof in report.reconciliations:
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
                row("difference", "", money(proof.difference)),
                roundings(("Amount", [line.cost for line in proof.lines], proof.explained)),
            )
        )
        ties = tuple(
            row(tie.claim, money(tie.left), money(tie.right), money(tie.difference)) for tie in proof.ties
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
        charts=tuple(f"bridge-{proof.currency}" for proof in report.reconciliations),
    )


def _workflows(report: Report) -> Section:
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
    return Section("workflows", "Spend by workflow", (), tuple(tables), notes=tuple(notes))


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
                money(spend.direct),
                money(spend.shared),
                money(spend.total),
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
            money(proof.direct),
            money(proof.shared),
            money(proof.workflows),
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


def _outcomes(report: Report) -> Section:
    rows = tuple(
        row(
            Cell(words(outcome.kind), clean(outcome.workflow)),
            count(outcome.attempts),
            Cell(count(outcome.successes), count(outcome.failures, "failure")),
            Cell(money(outcome.linked, outcome.currency), _matched(outcome.matched_share)),
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
        f"{words(outcome.kind)}: n/a, no success; {money(outcome.linked, outcome.currency)} was spent on "
        f"{count(outcome.attempts, 'attempt')}."
        for outcome in report.outcomes
        if outcome.successes == 0
    ]
    return Section(
        "outcomes", "Cost per outcome", (), (Table("Outcomes", "allocated", names, rows, (), tuple(notes)),)
    )


def _matched(share: Decimal | None) -> str:
    return "" if share is None else f"{percent(share)} of its direct spend"


def _gaps(report: Report) -> Section:
    tables = []
    for proof in report.reconciliations:
        causes = [gap for gap in report.gap_causes if gap.currency == proof.currency]
        if causes:
            tables.append(
                Table(
                    f"By cause, {proof.currency}",
                    "billed",
                    columns("Cause", "What it means", "#Amount", "#Of the bill", "#Charges", "#Month before"),
                    tuple(
                        row(
                            gap_name(gap.cause),
                            gap_meaning(gap.cause),
                            money(gap.total),
                            percent(gap.share_of_bill),
                            count(gap.charge_rows),
                            money(gap.before),
                        )
                        for gap in causes
                    ),
                )
            )
    tables += [_gap_details(report)] if report.gaps else []
    tables += [_estimates(report)] if report.estimates else []
    text = "What the bill holds and no workflow carries. Nothing here was spread over workflows."
    if not report.gaps:
        text = "No gap inside the bill: every charge stands on a workflow or in a pool."
    return Section("gaps", "Named gaps", (text,), tuple(tables))


def _gap_details(report: Report) -> Table:
    shown = report.gaps[:DETAILS_SHOWN]
    more = len(report.gaps) - len(shown)
    notes = (f"{count(more, 'more row')} in the gaps CSV file.",) if more else ()
    return Table(
        "In detail",
        "billed",
        columns("Cause", "Provider", "Detail", "#Amount", "Currency", "#Charges"),
        tuple(
            row(
                gap_name(gap.cause),
                clean(gap.provider),
                clean(gap.detail),
                money(gap.cost),
                gap.currency,
                count(gap.charge_rows),
            )
            for gap in shown
        ),
        (),
        notes,
    )


def _estimates(report: Report) -> Table:
    shown = report.estimates[:DETAILS_SHOWN]
    more = len(report.estimates) - len(shown)
    return Table(
        "Beside the bill",
        "estimated",
        columns("Cause", "Provider", "Detail", "#Estimate", "Currency"),
        tuple(
            row(
                gap_name(line.cause),
                clean(line.provider),
                clean(line.detail),
                money(line.estimated),
                clean(line.currency),
            )
            for line in shown
        ),
        (),
        (
            "Estimates at list price. They are in no total of this report.",
            *((f"{count(more, 'more row')} in the gaps CSV file.",) if more else ()),
        ),
    )


def _bill(report: Report) -> Section:
    tables = []
    for billed in report.billed:
        for title, parts in (("Provider", report.providers), ("Charge category", report.categories)):
            own = [part for part in parts if part.currency == billed.currency]
            if own:
                tables.append(
                    Table(
                        f"By {title.lower()}, {billed.currency}",
                        "billed",
                        columns(title, "#Billed", "#Of the bill", "#Charges", "#Month before"),
                        tuple(
                            row(
                                clean(part.name),
                                money(part.total),
                                Cell(percent(part.share_of_bill), fraction=part.share_of_bill),
                                count(part.charge_rows),
                                money(part.before),
                            )
                            for part in own
                        ),
                        row("all", money(billed.total), "", count(billed.charge_rows), money(billed.before)),
                        roundings(("Billed", [part.total for part in own], billed.total)),
                    )
                )
        tables += _model_tables(report, billed)
    paragraphs = (
        "Credits, refunds and tax are lines of the bill like any other: see the charge categories.",
    )
    return Section("bill", "The bill", paragraphs, tuple(tables))


def _model_tables(report: Report, billed: Billed) -> list[Table]:
    models = [model for model in report.models if model.currency == billed.currency]
    if not models:
        return []
    return [
        Table(
            f"By model, {billed.currency}",
            "billed",
            columns("Model", "Provider", "#Billed", "#Charges", "#Tokens logged"),
            tuple(
                row(
                    clean(model.name) or "no model on the bill",
                    clean(model.provider),
                    money(model.total),
                    count(model.charge_rows),
                    count(model.logged_tokens),
                )
                for model in models
            ),
            row("all", "", money(billed.total), count(billed.charge_rows), ""),
            (
                "Tokens are logged, not billed; n/a where no log of this month names the model.",
                *roundings(("Billed", [model.total for model in models], billed.total)),
            ),
        )
    ]


def _trend(report: Report) -> Section:
    # One month makes no trend, and the months before the first bill say nothing.
    trends = [trend for trend in report.trends if sum(trend.known) > 1]
    if not trends:
        text = "The ledger holds one month of bills, so there is no trend yet."
        return Section("trend", "Fourteen months", (text,))
    return Section(
        "trend",
        "Fourteen months",
        (),
        tuple(_trend_table(trend) for trend in trends),
        charts=tuple(f"trend-{trend.currency}" for trend in trends),
    )


def _trend_table(trend: Trend) -> Table:
    first = trend.known.index(True)
    names = (Column(clean(series.name), True) for series in trend.series)
    return Table(
        f"Month by month, {trend.currency}",
        "allocated",
        (Column("Month"), *names, Column("Billed", True)),
        tuple(
            row(
                str(trend.months[at]),
                *(money(series.costs[at]) if trend.known[at] else NOT_AVAILABLE for series in trend.series),
                money(trend.billed[at]) if trend.known[at] else NOT_AVAILABLE,
            )
            for at in range(first, len(trend.months))
        ),
        (),
        (f"The ledger holds no bill before {trend.months[first]}.",) if first else (),
    )
