"""The budgets of finops.yaml at the month's end: spent and expected against the limit, bars and a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from markupsafe import Markup

from finops_ai.reports.drawing import Scale, element, figure, shortened
from finops_ai.reports.model import BudgetUse, Report
from finops_ai.reports.page import Section, Table, columns, row
from finops_ai.reports.text import NOT_AVAILABLE, clean, money

_WIDTH, _ROW, _HEAD = 920, 30, 30
_ZERO, _HUNDRED, _MOST_PERCENT = Decimal(0), Decimal(100), Decimal(200)


def budget_use_section(report: Report) -> Section | None:
    """Each budget with what was spent of it; None when finops.yaml states none."""
    if not report.budget_uses:
        return None
    currency = report.reporting_currency
    table = Table(
        "Budgets at the end of the month",
        "billed",
        columns("Budget", "Period", "#Limit", "#Spent", "#Used", "#Expected", "State"),
        tuple(
            row(
                clean(use.name),
                use.period,
                _amount(use.limit, use.measure, currency),
                _amount(use.actual, use.measure, currency),
                _percent(use.actual_percent),
                _percent(use.forecast_percent),
                use.state,
            )
            for use in report.budget_uses
        ),
        notes=(
            "Expected: the period's end at the pace of the last four weeks, of the limit.",
            "Of a quarter or a year, later months count as the baseline expects them, if there is one.",
            "A state that was reached holds until the period ends.",
        ),
    )
    return Section("budget-use", "Spent against budget", (), (table,), ("budget-use",))


def budget_use_chart(uses: Sequence[BudgetUse]) -> Markup:
    """A bar for what is used of each limit, and an outline up to what is expected; 200% is the most shown."""
    height = _HEAD + _ROW * len(uses) + 8
    shown = [each for use in uses for each in (use.actual_percent, use.forecast_percent) if each is not None]
    scale = Scale(_ZERO, min(max([*shown, _HUNDRED]), _MOST_PERCENT), 230, 840)
    parts = [
        element(
            '<line class="rate" x1="{x}" x2="{x}" y1="22" y2="{y}"/>'
            '<text class="axis" text-anchor="middle" x="{x}" y="15">the budget</text>',
            x=scale.at(_HUNDRED),
            y=height - 6,
        )
    ]
    parts += [_bar(at, use, scale) for at, use in enumerate(uses)]
    return figure(
        "budget-use",
        width=_WIDTH,
        height=height,
        title="Spent against budget",
        description="Filled: used of the limit. Outline: expected at the period's end.",
        parts=parts,
    )


def _bar(at: int, use: BudgetUse, scale: Scale) -> Markup:
    y = _HEAD + _ROW * at
    used, ahead = (_reach(each, scale) for each in (use.actual_percent, use.forecast_percent))
    return element(
        '<text class="plain" text-anchor="end" x="222" y="{ty}">{name}</text>'
        '<rect class="use-{state}" x="{x}" y="{y}" width="{used}" height="18">'
        "<title>{full}: {percent} used</title></rect>"
        '<rect class="use-ahead" x="{x}" y="{y}" width="{ahead}" height="18"/>'
        '<text class="num" x="{after}" y="{ty}">{percent}</text>',
        state=use.state,
        ty=y + 13,
        y=y,
        x=scale.start,
        used=used,
        ahead=max(ahead, used),
        after=scale.start + max(ahead, used) + 8,
        name=shortened(_title(use), 28),
        full=_title(use),
        percent=_percent(use.actual_percent),
    )


def _title(use: BudgetUse) -> str:
    return f"{clean(use.name)}, tokens" if use.measure == "tokens" else clean(use.name)


def _reach(percent: Decimal | None, scale: Scale) -> Decimal:
    """How many pixels a percentage is long."""
    return _ZERO if percent is None else scale.at(min(max(percent, _ZERO), _MOST_PERCENT)) - scale.start


def _amount(amount: Decimal | None, measure: str, currency: str) -> str:
    if amount is None:
        return NOT_AVAILABLE
    return f"{amount:,.0f} tokens" if measure == "tokens" else money(amount, clean(currency))


def _percent(percent: Decimal | None) -> str:
    """One decimal, rounded down: 69.99 must not read as 70.0."""
    if percent is None:
        return NOT_AVAILABLE
    return f"{percent.quantize(Decimal('0.1'), rounding=ROUND_FLOOR)}%"
