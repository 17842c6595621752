"""Report -> Page: the answer at the top, and all sections in reading order."""

from __future__ import annotations

from finops_ai.reports.budget_use import budget_use_section
from finops_ai.reports.layout_accrual import accrual_section
from finops_ai.reports.layout_bill import bill_section, gap_section, trend_section
from finops_ai.reports.layout_change import change_section
from finops_ai.reports.layout_currency import currency_section
from finops_ai.reports.layout_data import budget_section, data_section, reading_section
from finops_ai.reports.layout_known import known_text
from finops_ai.reports.layout_spend import outcome_section, proven, reconciliation_section, workflow_section
from finops_ai.reports.model import Billed, OutcomeSpend, Reconciliation, Report
from finops_ai.reports.page import Figure, Page
from finops_ai.reports.text import (
    NOT_AVAILABLE,
    clean,
    count,
    difference,
    money,
    month_name,
    percent,
    signed,
    signed_percent,
    unit_money,
    words,
)


def page_of(report: Report) -> Page:
    """The report in reading order. Pure: it lays out figures and computes none."""
    main = report.billed[0]
    sections = [
        reconciliation_section(report),
        currency_section(report),
        workflow_section(report),
        outcome_section(report),
        change_section(report),
        gap_section(report),
        accrual_section(report),
        bill_section(report),
        trend_section(report),
        budget_use_section(report),
        budget_section(report),
        data_section(report),
        reading_section(report),
    ]
    return Page(
        title=f"AI spend, {month_name(report.month)}",
        headline=money(main.total) if main.charge_rows else NOT_AVAILABLE,
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
    if not billed.charge_rows and billed.before is not None:
        return f"{month_name(report.before)}: {money(billed.before, billed.currency)}"
    if billed.change is None:
        return f"{month_name(report.before)}: no bill in the ledger"
    size = signed_percent(billed.change_share)
    return (
        f"{signed(billed.change, billed.currency)} ({size}) on {month_name(report.before)}, "
        f"{money(billed.before, billed.currency)}"
    )


def _verdict(report: Report) -> str:
    if not report.is_billed:
        return "No bill for this month is in the ledger."
    if report.holds:
        return "Ties to the bill: difference 0.00, every gap named."
    return "DOES NOT TIE to the bill: see the differences under Reconciliation."


def _answers(report: Report) -> tuple[str, ...]:
    lines = [_answer(report, proof) for proof in proven(report)]
    lines += [_outcome_answer(outcome) for outcome in report.outcomes]
    return tuple(lines)


def _outcome_answer(outcome: OutcomeSpend) -> str:
    name = f"{words(outcome.kind)} ({clean(outcome.workflow)})"
    if not outcome.successes:
        return f"{name}: n/a, no success; {money(outcome.linked or None, outcome.currency)} spent."
    if outcome.attributed_per_success is None:
        attributed = "n/a (no billed call is linked)"
    else:
        attributed = unit_money(outcome.attributed_per_success, outcome.currency)
    loaded, ceiling = unit_money(outcome.loaded_per_success), unit_money(outcome.ceiling_per_success)
    return (
        f"{name}: {attributed} per success attributed, {loaded} loaded, {ceiling} at most"
        f"{known_text(outcome)}."
    )


def _answer(report: Report, proof: Reconciliation) -> str:
    own = [spend for spend in report.workflows if spend.currency == proof.currency and spend.total != 0]
    gaps = [gap for gap in report.gap_causes if gap.currency == proof.currency]
    named = [gap for gap in gaps if gap.cause != "shared_unallocated"]
    return (
        f"{money(proof.billed, proof.currency)} billed: {money(proof.workflows)} on "
        f"{count(len(own), 'workflow')}, {money(proof.unallocated)} shared and not allocated, "
        f"{money(proof.gaps)} in {count(len(named), 'named gap')}; difference {difference(proof.difference)}."
    )


def _figures(report: Report) -> tuple[Figure, ...]:
    proofs = proven(report)
    if not proofs or proofs[0].currency != report.billed[0].currency:
        return ()
    proof = proofs[0]
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
