"""A ledger of logs alone: what nobody billed is not known, and never 0."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_inventory import call


@pytest.fixture
def logged(folder: Path, finops: Run) -> Path:
    """One call of October 2026, 1,000,000 tokens at 0.25 USD, and no bill."""
    (folder / "log.jsonl").write_text(call("mine", 1, 1_000_000), encoding="utf-8")
    assert finops("ingest", "log.jsonl").code == 0
    return folder


def test_commands_say_that_nothing_is_billed(logged: Path, finops: Run) -> None:
    status = finops("status").out.splitlines()
    assert "Months" in status
    assert "2026-10     n/a         n/a           n/a      1" in status
    assert finops("attribute").out.splitlines()[:4] == [
        "2026-10: nothing is billed, so no workflow's spend is known.",
        "",
        "Not on the bill (estimates, in no total above), USD",
        "cause           provider  detail                           estimated",
    ]
    by_tag = finops("attribute", "--by", "tag:env")
    assert by_tag.out.splitlines()[3] == "(without it)     n/a  n/a        1  1,000,000"
    assert logged.is_dir()


def test_the_report_states_no_amount_that_nobody_billed(logged: Path, finops: Run) -> None:
    assert finops("report", "--out", "out", "--format", "markdown").code == 0
    text = (logged / "out" / "finops-2026-10.md").read_text(encoding="utf-8")
    assert "**n/a USD billed.**" in text
    assert "**No bill for this month is in the ledger.**" in text
    assert "| gpt-5-mini-2025-08-07 | openai | n/a | 0 | 1,000,000 |" in text
    assert "0.00" not in text.partition("## Data behind the figures")[0]
    assert "Nothing is billed, so no workflow's spend is known." in text
