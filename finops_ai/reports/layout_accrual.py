"""Report -> Page: what is accrued for the month beside its bill, and what was trued up."""

from __future__ import annotations

from finops_ai.attribution.accrual import Accrual
from finops_ai.money import plain
from finops_ai.reports.exact import total
from finops_ai.reports.model import Report
from finops_ai.reports.page import Section, Table, columns, row
from finops_ai.reports.text import clean, count, money, signed

ACCRUED = (
    "accrued",
    "logged and not billed yet, at price times the measured rate; never inside the billed total",
)
"""The label's meaning, told where a report has accruals."""


def accrual_section(report: Report) -> Section | None:
    """What `finops-ai accrue` booked; None when it booked nothing for the month."""
    found = report.accrual
    if found is None:
        return None
    tables = [_accrued(found)] if found.accrued else []
    tables += [_unpriced(found)] if found.unpriced else []
    tables += [_true_ups(found)] if found.true_ups else []
    text = "Days that are logged and not billed yet stand here, beside the bill, until it arrives."
    return Section("accruals", "Accrued, not billed yet", (text,), tuple(tables))


def _accrued(found: Accrual) -> Table:
    totals = {
        currency: total(each.accrued_cost for each in found.accrued if each.currency == currency)
        for currency in sorted({each.currency for each in found.accrued})
    }
    return Table(
        "By model and workflow",
        "accrued",
        columns("Provider", "Account", "Model", "Workflow", "Days", "#At price", "#Accrued", "Currency"),
        tuple(
            row(
                clean(each.provider),
                clean(each.account),
                clean(each.model),
                clean(each.workflow) or "no workflow",
                f"{each.first_day} to {each.last_day}",
                money(each.price_cost),
                money(each.accrued_cost),
                each.currency,
            )
            for each in found.accrued
        ),
        row(
            "total", *[""] * 5, " + ".join(money(amount, currency) for currency, amount in totals.items()), ""
        ),
        _rates(found),
    )


def _rates(found: Accrual) -> tuple[str, ...]:
    """What each rate rests on; models for which nothing is measured share a line."""
    measured = {
        f"{clean(rate.provider)} {clean(rate.model)}: {plain(rate.rate)}, {rate.rate_basis}"
        f" ({count(rate.rate_sample_days, 'day')}, {money(rate.rate_sample_cost, rate.currency)} at price)."
        for rate in found.rates
        if rate.rate_sample_days
    }
    others = sorted(
        {f"{clean(rate.provider)} {clean(rate.model)}" for rate in found.rates if not rate.rate_sample_days}
    )
    assumed = (f"No rate is measured, so 1 is taken, for {', '.join(others)}.",) if others else ()
    return (*sorted(measured), *assumed)


def _unpriced(found: Accrual) -> Table:
    return Table(
        "Not accrued, for want of a price",
        "logged",
        columns("Provider", "Model", "Workflow", "Why", "#Calls", "#Tokens"),
        tuple(
            row(
                clean(each.provider),
                clean(each.model),
                clean(each.workflow) or "no workflow",
                clean(each.reason),
                count(each.calls),
                count(each.tokens),
            )
            for each in found.unpriced
        ),
    )


def _true_ups(found: Accrual) -> Table:
    return Table(
        "True-up: billed since, against accrued",
        "billed",
        columns("Provider", "Model", "Workflow", "#Accrued", "#Billed", "#True-up", "Currency"),
        tuple(
            row(
                clean(each.provider),
                clean(each.model),
                clean(each.workflow) or "no workflow",
                money(each.accrued_cost),
                money(each.billed_cost),
                signed(each.true_up),
                each.currency,
            )
            for each in found.true_ups
        ),
    )
