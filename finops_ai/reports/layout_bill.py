"""Report -> Page: the sections about gaps, the bill's own parts, and the months before."""

from __future__ import annotations

from finops_ai.reports.model import Billed, Report, Trend
from finops_ai.reports.page import Cell, Column, Section, Table, columns, row
from finops_ai.reports.text import NOT_AVAILABLE, clean, count, money, percent, roundings
from finops_ai.reports.wording import gap_meaning, gap_name

DETAILS_SHOWN = 25
"""Rows of a detail table; the CSV files hold all of them."""


def gap_section(report: Report) -> Section:
    """What no workflow carries, and the estimates beside the bill."""
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
    if not any(billed.charge_rows for billed in report.billed):
        text = "No bill for this month is in the ledger, so no gap inside it is known."
    elif not report.gaps:
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
            "Estimates at contract rate, else at list price. They are in no total of this report.",
            *((f"{count(more, 'more row')} in the gaps CSV file.",) if more else ()),
        ),
    )


def bill_section(report: Report) -> Section:
    """The bill by provider, charge category and model."""
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
    text = "Credits, refunds and tax are lines of the bill like any other: see the charge categories."
    if not report.is_billed:
        text = "No bill of this month is in the ledger."
    return Section("bill", "The bill", (text,), tuple(tables))


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
                    money(model.total) if model.charge_rows else NOT_AVAILABLE,
                    count(model.charge_rows),
                    count(model.logged_tokens),
                )
                for model in models
            ),
            row(
                *("all", "", money(billed.total) if billed.charge_rows else NOT_AVAILABLE),
                *(count(billed.charge_rows), ""),
            ),
            (
                "Tokens are logged, not billed; n/a where no log, or no bill, of this month names the model.",
                *roundings(("Billed", [model.total for model in models], billed.total)),
            ),
        )
    ]


def trend_section(report: Report) -> Section:
    """Month by month, with the gaps."""
    # One month makes no trend, and the months before the first bill say nothing.
    trends = [trend for trend in report.trends if sum(trend.known) > 1]
    if not trends:
        months = max((sum(trend.known) for trend in report.trends), default=0)
        held = "one month of bills" if months else "no bill of these months"
        text = f"The ledger holds {held}, so there is no trend{' yet' if months else ''}."
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
