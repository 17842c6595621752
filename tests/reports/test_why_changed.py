"""The report's section on why the bill changed: shown where the month before is billed, and only there."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.attribution import attribute_month
from finops_ai.config import Config, Workflow
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import Report, figures_sha256, monthly_report, render_csv, render_html, render_markdown
from tests.attribution.attribution_books import Books, rule

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
HOSTILE = "<b>|=1+1"


def workflow_month(books: Books, at: Month, name: str, cost: str, *, calls: int, tokens: int) -> None:
    """Calls of one workflow and one bill line of its own model that they fit."""
    day = date(at.year, at.number, 5)
    for _ in range(calls):
        books.call(
            model_id=f"m-{name}",
            at_utc=datetime(at.year, at.number, 5, 12),
            workflow_hint=name,
            output_tokens=tokens // calls,
            list_cost={"output": "0.01"},
        )
    books.charge(
        cost,
        day=day,
        model_id=f"m-{name}",
        token_kind="output",  # noqa: S106 - a kind of token
        consumed_quantity=tokens,
        consumed_unit="Tokens",
        billing_period_start_utc=at.start_utc,
        billing_period_end_utc=at.end_utc,
    )


@pytest.fixture
def said() -> Config:
    names = ("chat", HOSTILE)
    return Config(
        path=None,
        ledger_path=Path("finops.duckdb"),
        workflows=tuple(Workflow(name) for name in names),
        rules=(rule(0, "chat", workflow_hint="chat"),),
    )


@pytest.fixture
def two_months(ledger: Ledger, said: Config) -> Ledger:
    """Chat doubles its calls at the same price; a workflow with a hostile name is new."""
    books = Books(ledger)
    workflow_month(books, SEPTEMBER, "chat", "10.00", calls=100, tokens=1_000)
    workflow_month(books, OCTOBER, "chat", "20.00", calls=200, tokens=2_000)
    workflow_month(books, OCTOBER, HOSTILE, "3.00", calls=1, tokens=50)
    for at in (SEPTEMBER, OCTOBER):
        with ledger.transaction(writes="attribution"):
            attribute_month(ledger, said, at)
    return ledger


@pytest.fixture
def october(two_months: Ledger, said: Config) -> Report:
    return monthly_report(two_months, said, OCTOBER)


def test_the_bridge_and_the_verdicts_are_a_section_of_their_own(october: Report) -> None:
    text = render_markdown(october)
    section = text[text.index("## Why it changed since September 2026") : text.index("## The bill")]
    assert "| Calls (volume without outcomes) | +10.00 | 76.9% |" in section
    assert "| New workflows | +3.00 | 23.1% |" in section
    assert "| **change** | **+13.00** |  |" in section
    assert "Billed 2026-09 10.00 +13.00 = 2026-10 23.00 USD; difference 0." in section
    assert "| chat | adoption | 100 to 200 calls | 0.1000 to 0.1000 USD | 0.0% |" in section
    assert "not enough data" in section
    assert "nothing of it in 2026-09" in section


def test_names_from_outside_stay_text(october: Report) -> None:
    html = render_html(october)
    assert "<b>|=1+1" not in html
    assert "&lt;b&gt;|=1+1" in html


def test_the_csv_adds_up_to_the_change(october: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(render_csv(october)["finops-2026-10-change.csv"])))
    assert [(row["workflow"], row["effect"], row["amount"]) for row in rows] == [
        ("chat", "calls", "10"),
        (HOSTILE, "new_workflows", "3"),
    ]
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal(13)


def test_the_figures_of_a_month_do_not_move_with_the_month_before(october: Report) -> None:
    assert figures_sha256(replace(october, why_changed=None)) == figures_sha256(october)


def test_without_a_bill_of_the_month_before_there_is_no_section(two_months: Ledger, said: Config) -> None:
    september = monthly_report(two_months, said, SEPTEMBER)
    assert september.why_changed is None
    assert "Why it changed" not in render_markdown(september)
    assert "finops-2026-09-change.csv" not in render_csv(september)
