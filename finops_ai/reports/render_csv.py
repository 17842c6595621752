"""Report -> CSV files: every digit, plain decimals, and no text that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from finops_ai.attribution.accrual import Accrual
from finops_ai.attribution.bridge import Change
from finops_ai.attribution.fx import Converted
from finops_ai.money import plain
from finops_ai.reports.model import Report

Value = str | int | Decimal | None

_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

ACCRUALS = "-accruals.csv"
"""How the file of accruals is named: beside the month's figures, none of them."""
INTERVALS = "-intervals.csv"
"""How the file of intervals is named: statistics about the month's figures, none of them."""
CHANGE = "-change.csv"
"""How the bridge from the month before is named: it moves with that month, so it is no figure of this one."""

_WORKFLOW_COLUMNS = (
    "month workflow owner team department cost_centre gl_code registered currency direct_cost shared_cost "
    "total_cost share_of_bill total_cost_before change calls tokens label"
).split()
_OUTCOME_COLUMNS = (
    "month kind workflow currency attempts successes linked_cost unlinked_cost shared_cost gap_cost "
    "attributed_cost_per_success loaded_cost_per_success ceiling_cost_per_success "
    "attributed_cost_per_success_before matched_share label"
).split()
_INTERVAL_COLUMNS = (
    "month kind workflow currency sessions attributed_cost_per_success estimated_cost_per_success "
    "interval level low high method reason label"
).split()
_GAP_COLUMNS = "month cause provider detail currency cost estimated_cost charge_rows label".split()
_RECONCILIATION_COLUMNS = "month currency kind name amount other_amount difference label".split()
_FILE_COLUMNS = (
    "month path importer feeds sha256 rows_read rows_added rows_repeated rows_replaced rows_rejected "
    "rows_ignored rows_rounded rounded_total rows_in_month"
).split()
_CURRENCY_COLUMNS = (
    "month kind name currency cost reporting_currency reporting_cost cost_without_rate lowest_rate "
    "highest_rate detail charge_rows label"
).split()
_CHANGE_COLUMNS = "month since currency workflow effect what amount label".split()
_ACCRUAL_COLUMNS = (
    "month kind provider account model workflow currency first_day last_day tokens price_cost accrued_cost "
    "billed_cost true_up detail label"
).split()


def render_csv(report: Report) -> dict[str, str]:
    """File name -> text: workflows, outcomes, their intervals, gaps, reconciliation and files of the month.

    Where the month is billed in several currencies, currencies too; where days are accrued, accruals;
    where the month before is billed, why it changed.
    """
    stem = f"finops-{report.month}"
    currencies = {} if report.converted is None else {f"{stem}-currencies.csv": _currencies(report.converted)}
    accruals = {} if report.accrual is None else {f"{stem}{ACCRUALS}": _accruals(report.accrual)}
    changes = {} if report.why_changed is None else {f"{stem}{CHANGE}": _changes(report.why_changed.change)}
    return (
        currencies
        | accruals
        | changes
        | {
            f"{stem}-workflows.csv": _workflows(report),
            f"{stem}-outcomes.csv": _outcomes(report),
            f"{stem}{INTERVALS}": _intervals(report),
            f"{stem}-gaps.csv": _gaps(report),
            f"{stem}-reconciliation.csv": _reconciliation(report),
            f"{stem}-files.csv": _files(report),
        }
    )


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """RFC 4180 text: all text quoted, numbers bare with all their digits, unknown empty.

    Text that a spreadsheet would take for a formula gets a leading ``'``.
    """
    lines = [header, *rows]
    return "".join(",".join(_cell(value) for value in line) + "\r\n" for line in lines)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int):
        return str(value)
    # A spreadsheet skips blanks before it looks for the formula sign.
    safe = f"'{value}" if value.startswith("\t") or value.lstrip(" ").startswith(_FORMULA_STARTS) else value
    return '"' + safe.replace("\x00", "\ufffd").replace('"', '""') + '"'


def _workflows(report: Report) -> str:
    rows = (
        (
            str(report.month),
            spend.workflow,
            spend.owner,
            spend.team,
            spend.department,
            spend.cost_centre,
            spend.gl_code,
            "yes" if spend.registered else "no",
            spend.currency,
            spend.direct,
            spend.shared,
            spend.total,
            _fraction(spend.share_of_bill),
            spend.before,
            spend.change,
            spend.calls,
            spend.tokens,
            "allocated",
        )
        for spend in report.workflows
    )
    return csv_text(_WORKFLOW_COLUMNS, rows)


def _outcomes(report: Report) -> str:
    rows = (
        (
            str(report.month),
            line.kind,
            line.workflow,
            line.currency,
            line.attempts,
            line.successes,
            line.linked,
            line.unlinked,
            line.shared,
            line.gap,
            line.attributed_per_success,
            line.loaded_per_success,
            line.ceiling_per_success,
            line.attributed_per_success_before,
            _fraction(line.matched_share),
            "allocated",
        )
        for line in report.outcomes
    )
    return csv_text(_OUTCOME_COLUMNS, rows)


def _intervals(report: Report) -> str:
    """Two lines for each cost per success: of this month, and of the long run."""
    rows = (
        (
            *(str(report.month), known.kind, known.workflow, known.currency, known.units, known.attributed),
            *(known.estimate, name, "95%", *((None, None) if ends is None else (ends.low, ends.high))),
            *(method, None if ends is not None else known.reason, "estimated"),
        )
        for known in (outcome.known for outcome in report.outcomes)
        if known is not None
        for name, ends, method in (
            ("this month", known.of_month, known.month_method),
            ("long run", known.expected, known.method),
        )
    )
    return csv_text(_INTERVAL_COLUMNS, rows)


def _gaps(report: Report) -> str:
    """Gaps inside the bill have a cost, figures beside it have an estimated_cost; never both."""
    month = str(report.month)
    inside = [
        (month, gap.cause, gap.provider, gap.detail, gap.currency, gap.cost, None, gap.charge_rows, gap.label)
        for gap in report.gaps
    ]
    beside = [
        (
            month,
            line.cause,
            line.provider,
            line.detail,
            line.currency,
            None,
            line.estimated,
            None,
            "estimated",
        )
        for line in report.estimates
    ]
    return csv_text(_GAP_COLUMNS, [*inside, *beside])


def _reconciliation(report: Report) -> str:
    month = str(report.month)
    rows: list[tuple[Value, ...]] = []
    for proof in report.reconciliations:
        rows += [
            (month, proof.currency, line.kind, line.name, line.cost, None, None, line.label)
            for line in proof.lines
        ]
        totals = (
            ("direct on workflows", proof.direct, "allocated"),
            ("shared on workflows", proof.shared, "allocated"),
            ("shared, not allocated", proof.unallocated, "billed"),
            ("gaps", proof.gaps, "billed"),
        )
        rows += [
            (month, proof.currency, "total", name, amount, None, None, label)
            for name, amount, label in totals
        ]
        claim = (proof.billed, proof.explained, proof.difference, "billed")
        rows.append((month, proof.currency, "proof", "billed = explained", *claim))
        rows += [
            (month, proof.currency, "tie", tie.claim, tie.left, tie.right, tie.difference, "billed")
            for tie in proof.ties
        ]
    return csv_text(_RECONCILIATION_COLUMNS, rows)


def _currencies(found: Converted) -> str:
    """Each billing currency, workflow and lack of a rate; `cost` in its own currency."""
    month, reporting = str(found.month), found.reporting_currency
    rows: list[tuple[Value, ...]] = [
        (
            *(month, "currency", None, each.currency, each.billed, reporting, each.converted),
            *(each.not_converted, each.lowest_rate, each.highest_rate, None, each.charge_rows, "billed"),
        )
        for each in found.totals
    ]
    rows += [
        (month, "workflow", line.name, None, None, reporting, line.total, *(None,) * 5, "allocated")
        for line in found.lines
    ]
    left = found.without_workflow
    rows.append((month, "no workflow", None, None, None, reporting, left, *(None,) * 5, "billed"))
    rows += [
        (
            *(month, "no rate", gap.provider, gap.currency, gap.cost, reporting, None, gap.cost),
            *(None, None, gap.detail, gap.charge_rows, "billed"),
        )
        for gap in found.unrated
    ]
    return csv_text(_CURRENCY_COLUMNS, rows)


def _accruals(found: Accrual) -> str:
    """Accrued days, usage without a price, and what was billed of accrued days."""
    month = str(found.month)
    rows: list[tuple[Value, ...]] = [
        (
            *(month, "accrued", each.provider, each.account, each.model, each.workflow, each.currency),
            *(str(each.first_day), str(each.last_day), each.tokens, each.price_cost, each.accrued_cost),
            *(None, None, None, "accrued"),
        )
        for each in found.accrued
    ]
    rows += [
        (
            *(month, "no price", each.provider, None, each.model, each.workflow, None, None, None),
            *(each.tokens, None, None, None, None, each.reason, "logged"),
        )
        for each in found.unpriced
    ]
    rows += [
        (
            *(month, "true-up", each.provider, each.account, each.model, each.workflow, each.currency),
            *(None, None, None, None, each.accrued_cost, each.billed_cost, each.true_up, None, "billed"),
        )
        for each in found.true_ups
    ]
    return csv_text(_ACCRUAL_COLUMNS, rows)


def _changes(found: Change) -> str:
    """What each effect moved in each workflow; the amounts of a currency add up to its change."""
    rows = (
        (
            *(str(found.second), str(found.first), group.currency, group.name, effect.name, effect.title),
            *(effect.amount, "billed"),
        )
        for group in found.groups("workflow")
        for effect in group.effects
    )
    return csv_text(_CHANGE_COLUMNS, rows)


def _files(report: Report) -> str:
    rows = (
        (
            str(report.month),
            file.path,
            file.importer,
            file.feeds,
            file.sha256,
            file.rows_read,
            file.rows_added,
            file.rows_repeated,
            file.rows_replaced,
            file.rows_rejected,
            file.rows_ignored,
            file.rows_rounded,
            file.rounded_total,
            file.rows_in_month,
        )
        for file in report.files
    )
    return csv_text(_FILE_COLUMNS, rows)


def _fraction(share: Decimal | None) -> Decimal | None:
    """A quotient has no last digit: twelve decimals are kept."""
    return None if share is None else round(share, 12)
