"""`explain cost` names by what a group of bill lines and the calls behind it were matched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finops_ai.ledger import Ledger
from tests.attribution.attribution_books import Books
from tests.cli.conftest import Run

CONFIG = """\
version: 1
workflows: {triage: {}}
rules:
  - {workflow: triage, when: {tags.w: triage}}
"""


@pytest.fixture
def matched(folder: Path, finops: Run) -> Path:
    """Ten tokens of one provider, and ten of a project of another, with a call for each."""
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    with Ledger.open(folder / "finops.duckdb") as ledger:
        books = Books(ledger)
        books.tokens("4.00", "output", 10)
        books.tokens("6.00", "output", 10, provider="mistral", sub_account_id="lab")
        books.call(output_tokens=10, tags='{"w": "triage"}')
        books.call(output_tokens=10, tags='{"w": "triage"}', provider="mistral", project_id="lab")
        ledger.execute("INSERT INTO month_input VALUES (DATE '2026-10-01', 1)")
    assert finops("attribute").code == 0
    return folder


def explained(finops: Run) -> dict[str, Any]:
    answer = finops("explain", "cost", "--workflow", "triage", "--format", "json")
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


@pytest.mark.usefixtures("matched")
def test_the_keys_are_named_with_their_money(finops: Run) -> None:
    found = explained(finops)
    assert {(each["matched_by"], each["groups"], each["matched"]) for each in found["matched"]} == {
        ("model, day, kind", 1, "4"),
        ("project, model, day, kind", 1, "6"),
    }
    assert {each["matched_by"] for each in found["groups"]} == {
        "model, day, kind",
        "project, model, day, kind",
    }


@pytest.mark.usefixtures("matched")
def test_people_read_it_in_80_columns(finops: Run) -> None:
    out = finops("explain", "cost", "--workflow", "triage").out
    assert "Their bill lines and calls were matched by, USD" in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_a_month_closed_before_it_was_noted_says_so(matched: Path, finops: Run) -> None:
    with Ledger.open(matched / "finops.duckdb") as ledger:
        ledger.execute("DELETE FROM cell_match")
    found = explained(finops)
    assert "matched" not in found
    assert [each["matched_by"] for each in found["groups"]] == [None, None]
    said = " ".join(finops("explain", "cost", "--workflow", "triage").out.split())
    assert "is not recorded: the month was closed before." in said
