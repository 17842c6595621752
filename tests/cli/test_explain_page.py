"""docs/explain.md says of every column of money, of every command and report, what explains it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "explain.md"
DOORS = sorted((REPOSITORY / "finops_ai" / "cli").glob("*.py"))
MONEY_COLUMN = re.compile(r'"\w+:([^":{}]+):money-?\d*"')
REPORT_COLUMN = re.compile(r'"#([A-Z][A-Za-z ]+)"')
CSV_MONEY = re.compile(r"(^|_)(cost|amount|total|change|difference|true_up)(_|$)|per_success")
COUNTS = {"Attempts", "Successes", "Charges", "Tokens logged", "Read", "Added", "Repeated", "Replaced"}
COUNTS |= {"Rejected", "Ignored", "In month", "Days seen", "Tokens", "Days", "Rows", "Calls", "Line"}
COUNTS |= {"Of the source", "Sessions"}

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs are not installed with the package")


def explained() -> set[str]:
    """The columns that the page names: what stands in backticks in the first cell of a row."""
    first = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    return {name for text in first for name in re.findall(r"`([^`]+)`", text)}


@pytest.mark.parametrize("door", DOORS, ids=lambda path: path.stem)
def test_every_money_column_of_a_command_is_on_the_page(door: Path) -> None:
    found = set(MONEY_COLUMN.findall(door.read_text(encoding="utf-8")))
    assert found - explained() == set(), "say in docs/explain.md which command explains this column"


def test_every_money_column_of_the_report_is_on_the_page() -> None:
    texts = [
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "finops_ai" / "reports").glob("layout*.py")
    ]
    found = {name for text in texts for name in REPORT_COLUMN.findall(text)} - COUNTS
    assert len(found) > 8
    assert found - explained() == set()


def test_every_money_column_of_the_reports_csv_files_is_on_the_page() -> None:
    text = (REPOSITORY / "finops_ai" / "reports" / "render_csv.py").read_text(encoding="utf-8")
    blocks = re.findall(r"_COLUMNS = (?:\(\s*)?((?:\"[a-z_ ]+\"\s*)+)", text)
    names = {name for block in blocks for name in re.findall(r"[a-z_]+", block)}
    assert len(names) > 30
    assert {name for name in names if CSV_MONEY.search(name)} - {"cost_centre"} - explained() == set()


def test_the_commands_of_the_page_exist() -> None:
    from finops_ai.cli.app import app

    typer_main = pytest.importorskip("typer.main")
    known = set(typer_main.get_command(app).commands)
    named = set(re.findall(r"finops-ai ([a-z]+)", PAGE.read_text(encoding="utf-8")))
    assert named - known <= {"rules", "waste", "verify", "budget", "scenario"}
