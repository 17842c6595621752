"""Report -> Page: the month in the reporting currency, where it was billed in several."""

from __future__ import annotations

from finops_ai.attribution.fx import Converted
from finops_ai.money import plain
from finops_ai.reports.model import Report
from finops_ai.reports.page import Section, Table, columns, row
from finops_ai.reports.text import clean, count, difference, money, roundings


def currency_section(report: Report) -> Section | None:
    """Original and converted amounts side by side; None when everything is billed in one currency."""
    found = report.converted
    if found is None:
        return None
    tables = [_totals(found), _workflows(found)]
    tables += [_unrated(found)] if found.unrated else []
    text = (
        "Each charge is converted with the newest rate on or before its day, and its original amount stays "
        "as it is. What has no rate is in no total here: it is listed with its reason."
    )
    return Section("currencies", f"In {found.reporting_currency}", (text,), tuple(tables))


def _totals(found: Converted) -> Table:
    rows = tuple(
        row(
            each.currency,
            money(each.billed),
            money(each.converted) if each.converted is not None else "no rate",
            money(each.not_converted),
            "" if each.lowest_rate is None else plain(each.lowest_rate),
            "" if each.highest_rate is None else plain(each.highest_rate),
            count(each.charge_rows),
        )
        for each in found.totals
    )
    converted = [each.converted for each in found.totals if each.converted is not None]
    return Table(
        "Billed, and converted",
        "billed",
        columns(
            "Billed in",
            "#Billed",
            f"#In {found.reporting_currency}",
            "#Without a rate",
            "#Rate from",
            "#To",
            "#Charges",
        ),
        rows,
        row("total", "", money(found.total), "", "", "", ""),
        roundings((f"In {found.reporting_currency}", converted, found.total)),
    )


def _workflows(found: Converted) -> Table:
    rows = tuple(
        row(clean(line.name), money(line.direct), money(line.shared), money(line.total))
        for line in found.lines
    )
    apart = [clean(line.name) for line in found.lines if line.outside]
    notes = (f"Money without a rate, in no amount here: {', '.join(apart)}.",) if apart else ()
    parts = [*(line.total for line in found.lines), found.without_workflow]
    return Table(
        f"By workflow, {found.reporting_currency}",
        "allocated",
        columns("Workflow", "#Direct", "#Shared", "#Total"),
        (
            *rows,
            row("no workflow (gaps, shared and not allocated)", "", "", money(found.without_workflow)),
            row("difference", "", "", difference(found.difference)),
        ),
        row("total", "", "", money(found.total)),
        (*notes, *roundings(("Total", parts, found.total))),
    )


def _unrated(found: Converted) -> Table:
    return Table(
        "Without an exchange rate",
        "billed",
        columns("Provider", "Why", "#Amount", "Currency", "#Charges", "First day", "Last day"),
        tuple(
            row(
                clean(gap.provider),
                clean(gap.detail),
                money(gap.cost),
                gap.currency,
                count(gap.charge_rows),
                gap.first_day.isoformat(),
                gap.last_day.isoformat(),
            )
            for gap in found.unrated
        ),
    )
