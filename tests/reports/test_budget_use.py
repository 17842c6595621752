"""Spent against budget: lengths worked by hand, tokens, names as text, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from finops_ai.reports import Report, render_all
from finops_ai.reports.budget_use import budget_use_chart, budget_use_section
from finops_ai.reports.model import BudgetUse

D = Decimal
HALF = BudgetUse("total", "cost", "2026-10", D(200), D(100), D(50), D(300), D(150), "degrade")
UNKNOWN = BudgetUse("<i>new</i>", "tokens", "2026-10", D(1000), None, None, None, None, "ok")


def test_bars_end_at_their_percentage() -> None:
    """From 230 to 840 pixels are 150%: 50% is 203.3 long, 100% stands at 636.7."""
    drawn = str(budget_use_chart([HALF]))
    assert '<rect class="use-degrade" x="230" y="30" width="203.3"' in drawn
    assert '<rect class="use-ahead" x="230" y="30" width="610.0"' in drawn
    assert '<line class="rate" x1="636.7"' in drawn
    assert ">50.0%<" in drawn


def test_far_beyond_the_budget_is_cut_at_twice_of_it() -> None:
    far = replace(HALF, actual_percent=D(900), forecast_percent=None)
    drawn = str(budget_use_chart([far]))
    assert 'width="610.0"' in drawn
    assert ">900.0%<" in drawn


def test_what_is_unknown_is_said_and_names_are_text(report: Report) -> None:
    assert budget_use_section(replace(report, budget_uses=())) is None
    texts = render_all(replace(report, budget_uses=(HALF, UNKNOWN)))
    html = next(text for name, text in texts.items() if name.endswith(".html"))
    markdown = next(text for name, text in texts.items() if name.endswith(".md"))
    assert "<i>new</i>" not in html
    assert "&lt;i&gt;new&lt;/i&gt;, tokens" in html
    assert "| total | 2026-10 | 200.00 USD | 100.00 USD | 50.0% | 150.0% | degrade |" in markdown
    assert "| 2026-10 | 1,000 tokens | n/a | n/a | n/a | ok |" in markdown


def test_a_percentage_is_never_rounded_up() -> None:
    drawn = str(budget_use_chart([replace(HALF, actual_percent=D("69.99"))]))
    assert ">69.9%<" in drawn
