"""`finops-ai forecast --by` and `finops-ai forecast backtest` as a user sees them."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import BILL_HEAD, Run

CONFIG = """\
version: 1
workflows:
  support-triage: {team: support, department: Customer Care}
  claims-intake: {team: claims, department: Claims}
rules:
  - {workflow: support-triage, when: {service_name: Triage}}
  - {workflow: claims-intake, when: {service_name: Claims}}
"""


@pytest.fixture
def history(folder: Path, finops: Run) -> Path:
    """Eight months of two workflows and a rest, from two providers."""
    lines = []
    for t in range(8):
        start, end = f"2026-{t + 1:02}-01T00:00:00Z", f"2026-{t + 2:02}-01T00:00:00Z"
        for service, provider, cost in (
            ("Triage", "Hosting", 100 * 1.05**t),
            ("Claims", "OpenAI", 60 + 5 * (t % 3)),
            ("Seats", "Hosting", 12.5),
        ):
            money = f"{cost:.2f}"
            span = f"{start},{end}"
            lines.append(
                f"acme,{money},USD,{span},Usage,{service},{span},{money},{money},{money},{provider},{service}\n"
            )
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "bills.csv").write_text(BILL_HEAD + "".join(lines), encoding="utf-8")
    assert finops("ingest", "bills.csv").code == 0
    return folder


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("workflow", {"claims-intake", "support-triage", "not attributed"}),
        ("department", {"Claims", "Customer Care", "not attributed"}),
        ("team", {"claims", "support", "not attributed"}),
        ("provider", {"hosting", "openai"}),
    ],
)
def test_forecast_by_anything_states_the_same_total(finops: Run, by: str, names: set[str]) -> None:
    answer = finops("forecast", "--by", by, "--months", "3")
    assert (answer.code, answer.err) == (0, "")
    table = answer.out.split(f"Baseline by {by}, 80% interval of 2026-09, USD\n")[1].split("\n\n")[0]
    rows = [line.rsplit(maxsplit=6) for line in table.splitlines()[2:]]
    assert {row[0].strip() for row in rows} == names | {"total"}
    parts = {row[0].strip(): Decimal(row[1].replace(",", "")) for row in rows}
    assert sum(value for name, value in parts.items() if name != "total") == parts["total"]
    assert max(len(line) for line in answer.out.splitlines()) <= 80


@pytest.mark.usefixtures("history")
def test_programs_get_groups_and_events(finops: Run) -> None:
    forecast = json.loads(finops("forecast", "--format", "json").out)["forecast"]
    levels = {group["level"] for group in forecast["groups"]}
    assert levels == {"department", "team", "provider"}
    assert forecast["events"] == []


@pytest.mark.usefixtures("history")
def test_forecast_twice_gives_the_same_bytes(finops: Run) -> None:
    assert finops("forecast", "--format", "json").out == finops("forecast", "--format", "json").out


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("width", [80, 120])
def test_a_backtest_fits_the_screen(finops: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    answer = finops("forecast", "backtest")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("n/a for 3 and 12 months ahead: 8 complete months, 18 are needed for 12.\n")
    assert "Forecasts of 2026-01 to 2026-08 against the bills\n" in answer.out
    assert "Now used:\nclaims-intake: " in answer.out
    assert max(len(line) for line in answer.out.splitlines()) <= width


@pytest.mark.usefixtures("history")
def test_a_backtest_as_rows(finops: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(finops("forecast", "backtest", "--format", "csv").out)))
    assert [row["scope"] for row in rows] == [
        *("total", "all_workflows", "workflow", "workflow", "not_attributed")
    ]
    assert {row["origins"] for row in rows if row["scope"] != "all_workflows"} == {"2"}
    scores = json.loads(finops("forecast", "backtest", "--format", "json").out)["backtest"]["scores"]
    assert [score["wape"] for score in scores] == [row["wape"] for row in rows]


@pytest.mark.usefixtures("history")
def test_a_backtest_stores_nothing(finops: Run) -> None:
    finops("forecast", "backtest")
    rows = list(csv.DictReader(io.StringIO(finops("sql", "FROM forecast_run", "--format", "csv").out)))
    assert rows == []
