"""Report -> Page: budgets, the quality of the data, and how to read the report."""

from __future__ import annotations

from decimal import Decimal

from finops_ai.attribution.outcome_facts import Restated
from finops_ai.months import Month
from finops_ai.reports.exact import share
from finops_ai.reports.layout_accrual import ACCRUED
from finops_ai.reports.model import Budgets, Report, SourceDays
from finops_ai.reports.page import Cell, Column, Section, Table, columns, row
from finops_ai.reports.text import NOT_AVAILABLE, clean, count, money, month_name, percent, words
from finops_ai.reports.wording import LABELS, METHODS

_FEEDS = {"charge": "bill", "token_usage": "token log", "outcome": "outcomes"}


def budget_section(report: Report) -> Section | None:
    """The three budgets; None when the report was made without a forecast."""
    budgets = report.budgets
    if budgets is None:
        return None
    first, last = month_name(budgets.months[0]), month_name(budgets.months[-1])
    rate, yearly = money(budgets.run_rate, budgets.currency), money(budgets.run_rate_yearly, budgets.currency)
    paragraphs = [
        f"Run rate {rate} a month, {yearly} in 12 months. Basis: {words(budgets.basis)}.",
        f"Budgets for {count(len(budgets.months), 'month')}, {first} to {last}.",
    ]
    if budgets.contingency is not None:
        paragraphs.append(
            "Plan the Expected budget, and approve beforehand a contingency of "
            f"{money(budgets.contingency, budgets.currency)}: Aggressive less Expected."
        )
    if budgets.conservative_shortfall is not None:
        paragraphs.append(
            "The Conservative budget would leave "
            f"{money(budgets.conservative_shortfall, budgets.currency)} of the Expected one uncovered."
        )
    tables = [_scenarios(budgets), _phasing(budgets)]
    tables += [_budget_lines(budgets)] if budgets.lines else []
    left_out = tuple(
        f"Left out of the run rate: {words(part)}, {money(cost, clean(currency))}."
        for part, currency, cost in budgets.left_out
    )
    notes = (*left_out, *(clean(note) for note in budgets.notes))
    pictures = ("budgets", "fans") if budgets.fans else ("budgets",)
    return Section("budgets", "Budgets", tuple(paragraphs), tuple(tables), pictures, notes)


def _scenarios(budgets: Budgets) -> Table:
    return Table(
        f"Scenarios, {budgets.currency}",
        "forecast",
        columns("Scenario", "Of the run rate", "#Low", "#Mid", "#High", "Source"),
        tuple(
            row(
                clean(scenario.name).title(),
                scenario.multiples,
                money(scenario.low),
                money(scenario.mid),
                money(scenario.high),
                clean(scenario.source),
            )
            for scenario in budgets.scenarios
        ),
    )


def _phasing(budgets: Budgets) -> Table:
    names = (Column(clean(scenario.name).title(), True) for scenario in budgets.scenarios)
    return Table(
        f"Month by month, mid level, {budgets.currency}",
        "forecast",
        (Column("Month"), *names),
        tuple(
            row(str(month), *(money(scenario.monthly[index]) for scenario in budgets.scenarios))
            for index, month in enumerate(budgets.months)
        ),
        row("all months", *(money(scenario.mid) for scenario in budgets.scenarios)),
    )


def _budget_lines(budgets: Budgets) -> Table:
    names = (Column(clean(scenario.name).title(), True) for scenario in budgets.scenarios)
    return Table(
        f"By workflow, mid level, {budgets.currency}",
        "forecast",
        (Column("Workflow"), Column("Run rate a month", True), *names),
        tuple(
            row(
                Cell(clean(line.name), ", ".join(words(flag) for flag in line.flags)),
                money(line.run_rate),
                *(money(mid) for mid in line.mids),
            )
            for line in budgets.lines
        ),
        row("total", money(budgets.run_rate), *(money(scenario.mid) for scenario in budgets.scenarios)),
    )


def data_section(report: Report) -> Section:
    """Files, rejects, unpriced usage, completeness and cut-off."""
    tables = [_files(report)] if report.files else []
    tables += [_source_days(report)] if report.source_days else []
    tables += [_rejects(report)] if report.rejects else []
    tables += [_unpriced(report)] if report.unpriced else []
    tables += [_weaknesses(report)] if report.weaknesses else []
    paragraphs = [_rejected(report), _cut_short(report), *_cut_off(report), _rounded(report)]
    return Section(
        "data", "Data behind the figures", tuple(text for text in paragraphs if text), tuple(tables)
    )


def _rejected(report: Report) -> str:
    if report.rejects_total == 0:
        return "No row of these files was rejected."
    return f"{count(report.rejects_total, 'row')} rejected: their amounts are in no figure of this report."


def _cut_short(report: Report) -> str:
    short = [source for source in report.source_days if not source.reaches_month_end]
    if not short:
        return ""
    names = ", ".join(
        f"{clean(source.source)} ({_FEEDS[source.feeds]}) ends on {source.last_day}" for source in short
    )
    return f"Not complete to the end of the month: {names}. Later deliveries will change the figures."


def _cut_off(report: Report) -> list[str]:
    lines = []
    for kind in report.open_outcomes:
        if kind.still_open and kind.last_final_after_utc is not None:
            lines.append(
                f"Cut-off: {kind.still_open:,d} of {count(kind.outcomes, 'outcome')} of kind "
                f"{words(kind.kind)} may still change after the month's end, the last until "
                f"{kind.last_final_after_utc:%Y-%m-%d %H:%M} UTC."
            )
        if kind.reopened:
            lines.append(f"{count(kind.reopened, 'outcome')} of kind {words(kind.kind)} reopened since.")
    return [*lines, *(_restated(change, report.month) for change in report.restated)]


def _restated(change: Restated, month: Month) -> str:
    of, since = Month.of(change.resolved_month), Month.of(change.changed_month)
    number = count(abs(change.outcomes), "success", "successes")
    what = f"{number} of kind {words(change.kind)} of {of} {'taken back' if change.outcomes < 0 else 'added'}"
    if not change.is_closed:
        return f"Restated: {what} in {since}; the month counts them no more."
    if since == month:
        return f"Prior-period adjustment: {what} in {since}; {of} is closed and keeps its count."
    return f"After closing: {what} in {since}; this month keeps its count, {since} carries the adjustment."


def _rounded(report: Report) -> str:
    files = [file for file in report.files if file.rows_rounded]
    if not files:
        return ""
    parts = ", ".join(
        f"{clean(file.name)} {count(file.rows_rounded, 'row')} by {file.rounded_total.normalize():f} in total"
        for file in files
    )
    return f"Rounded on import to 15 decimals: {parts}."


def _files(report: Report) -> Table:
    return Table(
        "Input files",
        "",
        columns(
            "File",
            "SHA-256",
            "#Read",
            "#Added",
            "#Repeated",
            "#Replaced",
            "#Rejected",
            "#Ignored",
            "#In month",
        ),
        tuple(
            row(
                Cell(clean(file.name), f"{clean(file.importer)}, {_FEEDS.get(file.feeds, file.feeds)}"),
                file.sha256[:12],
                count(file.rows_read),
                count(file.rows_added),
                count(file.rows_repeated),
                count(file.rows_replaced),
                count(file.rows_rejected),
                count(file.rows_ignored),
                count(file.rows_in_month),
            )
            for file in report.files
        ),
    )


def _source_days(report: Report) -> Table:
    return Table(
        "How far each source reaches",
        "",
        columns("Source", "Feeds", "First day", "Last day", "#Days seen", "State"),
        tuple(
            row(
                clean(source.source),
                _FEEDS[source.feeds],
                str(source.first_day),
                str(source.last_day),
                f"{source.days_seen} of {source.days_in_month}",
                _state(source),
            )
            for source in report.source_days
        ),
        (),
        ("Days are UTC. A day without rows may be a quiet day or a missing file.",),
    )


def _state(source: SourceDays) -> str:
    if not source.reaches_month_end:
        return "ends early"
    return "complete" if source.days_seen == source.days_in_month else "reaches month end, days without rows"


def _rejects(report: Report) -> Table:
    more = report.rejects_total - len(report.rejects)
    return Table(
        "Rejected rows",
        "",
        columns("File", "#Line", "Column", "Reason"),
        tuple(
            row(
                clean(reject.file_name),
                str(reject.line if reject.line is not None else reject.row_number),
                clean(reject.column_name) or NOT_AVAILABLE,
                clean(reject.reason),
            )
            for reject in report.rejects
        ),
        (),
        (f"{count(more, 'more rejected row')}: `finops-ai rejects` lists all of them.",) if more > 0 else (),
    )


def _weaknesses(report: Report) -> Table:
    return Table(
        "Usage figures that are weak",
        "logged",
        columns("Source", "What", "#Rows", "#Tokens", "#Of the source"),
        tuple(
            row(
                clean(weak.source),
                clean(weak.what),
                count(weak.rows),
                count(weak.tokens),
                percent(share(Decimal(weak.tokens), Decimal(weak.source_tokens))),
            )
            for weak in report.weaknesses
        ),
        (),
        ("The rows count as they are: what their source says of them is all that is known.",),
    )


def _unpriced(report: Report) -> Table:
    return Table(
        "Usage without a list price",
        "logged",
        columns("Model as logged", "Provider", "Why", "#Calls", "#Tokens"),
        tuple(
            row(
                clean(model.model_name) or "no model name",
                clean(model.provider),
                words(model.status),
                count(model.calls),
                count(model.tokens),
            )
            for model in report.unpriced
        ),
        (),
        ("Its estimate is unknown, not zero. What was billed for it is in the bill above all the same.",),
    )


def reading_section(report: Report) -> Section:
    """What the labels mean and how the figures are made."""
    labels = LABELS if report.accrual is None else (*LABELS, ACCRUED)
    table = Table("Labels", "", columns("Label", "Meaning"), tuple(row(name, text) for name, text in labels))
    covered = [
        f"{words(outcome.kind)}: {percent(outcome.matched_share)} of its direct spend is linked to outcomes."
        for outcome in report.outcomes
        if outcome.matched_share is not None
    ]
    return Section("reading", "How to read this", (), (table,), (), (*METHODS, *covered))
