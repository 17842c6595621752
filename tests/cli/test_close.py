"""Closed months: prices, contracts, rules and late rows leave their figures and hash as they were."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.prices_ledger import add_usage, ship_prices

SEPTEMBER, OCTOBER = datetime(2026, 9, 5, 9), datetime(2026, 10, 5, 9)
HEAD = (
    "provider: acme\ncurrency: USD\nsources:\n"
    '  sheet: {url: "https://acme.example/p", checked_on: 2026-11-21}\nprices:\n'
)
ROW = '  - {model: m1, valid_from: 2026-01-01, source: sheet, per_1m: {input_uncached: "1", output: "15"}}\n'
CONFIG = "version: 1\nworkflows: {triage: {}}\nrules:\n  - {workflow: triage, when: {project_id: triage}}\n"
FIGURES = "SELECT month, kind, name, cost FROM month_figure ORDER BY ALL"
ESTIMATES = "SELECT month, workflow, sum(list_cost) AS cost FROM usage_cost GROUP BY ALL ORDER BY ALL"


@pytest.fixture
def prices(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A price list that the test may change, in place of the shipped one."""
    place = folder / "pricing"
    place.mkdir()
    (place / "acme.yaml").write_text(HEAD + ROW, encoding="utf-8")
    ship_prices(monkeypatch, place)
    return place


@pytest.fixture
def two_months(folder: Path, prices: Path, finops: Run) -> Path:
    """Two attributed months of one workflow: one call each, at 1 and 15 USD per million tokens."""
    assert prices.is_dir()
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    add_usage(folder / "finops.duckdb", [call(SEPTEMBER), call(OCTOBER)])
    assert finops("attribute").code == 0
    return folder


def call(at_utc: datetime, **values: Any) -> dict[str, Any]:
    plain = {"provider": "acme", "model_name": "m1", "at_utc": at_utc, "project_id": "triage"}
    return {**plain, "input_uncached_tokens": 1_000_000, "output_tokens": 1_000_000, **values}


def rows(finops: Run, query: str) -> Any:
    return json.loads(finops("sql", query, "--format", "json").out)["rows"]


def told(finops: Run, *words: str) -> Any:
    answer = finops(*words, "--format", "json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def reported(folder: Path, finops: Run, month: str) -> dict[str, bytes]:
    assert finops("report", "--month", month, "--out", f"out-{month}").code == 0
    return {path.name: path.read_bytes() for path in sorted((folder / f"out-{month}").iterdir())}


def test_a_changed_price_leaves_a_closed_month_as_it_was(two_months: Path, prices: Path, finops: Run) -> None:
    assert finops("close", "2026-09").code == 0
    figures, estimates = rows(finops, FIGURES), rows(finops, ESTIMATES)
    (closed,) = told(finops, "close")["closed"]
    before = reported(two_months, finops, "2026-09")
    (prices / "acme.yaml").write_text(HEAD + ROW.replace('"15"', '"20"'), encoding="utf-8")

    rehearsed = told(finops, "prices", "reprice", "--dry-run")
    assert (rehearsed["repriced_months"], rehearsed["closed_months"]) == (["2026-10"], ["2026-09"])
    assert [
        (
            row["month"],
            row["workflow"],
            row["estimate_before"],
            row["estimate_after"],
            row["estimate_difference"],
        )
        for row in rehearsed["differences"]
    ] == [("2026-10", "triage", "16", "21", "5")]
    assert rows(finops, ESTIMATES) == estimates

    assert finops("attribute").code == 0
    after = rows(finops, ESTIMATES)
    assert [(row["month"], row["cost"]) for row in after] == [("2026-09-01", "16"), ("2026-10-01", "21")]
    assert [row for row in rows(finops, FIGURES) if row["month"] == "2026-09-01"] == [
        row for row in figures if row["month"] == "2026-09-01"
    ]
    assert told(finops, "close")["closed"] == [closed]
    assert {
        name: text for name, text in reported(two_months, finops, "2026-09").items() if "manifest" not in name
    } == {name: text for name, text in before.items() if "manifest" not in name}
    manifest = json.loads(reported(two_months, finops, "2026-09")["finops-2026-09-manifest.json"])
    assert manifest["figures_sha256"] == closed["figures_sha256"]
    assert finops("check").code == 0


def test_a_contract_and_a_moved_name_leave_a_closed_month_alone(two_months: Path, finops: Run) -> None:
    assert finops("close", "2026-09").code == 0
    (two_months / "finops.yaml").write_text(
        CONFIG + "contract_rates:\n  - {name: deal, provider: acme, multiplier: '0.5'}\n",
        encoding="utf-8",
    )
    assert finops("attribute").code == 0
    costs = "SELECT month, list_cost, contract_cost FROM priced_usage ORDER BY month"
    assert [(row["list_cost"], row["contract_cost"]) for row in rows(finops, costs)] == [
        ("16", None),
        ("16", "8"),
    ]


def test_a_price_file_of_the_users_own_is_rehearsed_from_a_month_on(two_months: Path, finops: Run) -> None:
    own = two_months / "own-prices"
    own.mkdir()
    later = ROW.replace("2026-01-01", "2026-09-01").replace('"15"', '"10"')
    (own / "acme.yaml").write_text(HEAD + later, encoding="utf-8")
    (two_months / "finops.yaml").write_text(CONFIG + "prices: own-prices\n", encoding="utf-8")
    every = told(finops, "prices", "reprice", "--dry-run")
    assert [(row["month"], row["estimate_difference"]) for row in every["differences"]] == [
        ("2026-09", "-5"),
        ("2026-10", "-5"),
    ]
    since = told(finops, "prices", "reprice", "--dry-run", "--from", "2026-10")
    assert [row["month"] for row in since["differences"]] == ["2026-10"]
    text = " ".join(finops("prices", "reprice", "--dry-run").out.split())
    assert "Nothing was written; `finops-ai attribute` applies it." in text


def test_without_a_change_nothing_would_change(two_months: Path, finops: Run) -> None:
    assert two_months.is_dir()
    assert (
        "No figure would change; 0 months would be priced anew."
        in finops("prices", "reprice", "--dry-run").out
    )


def test_a_late_row_waits_until_the_month_is_opened(two_months: Path, finops: Run) -> None:
    assert finops("close", "2026-09").code == 0
    add_usage(two_months / "finops.duckdb", [call(SEPTEMBER)])
    assert finops("attribute").code == 0
    count = "SELECT count(*) AS n FROM priced_usage WHERE month = '2026-09-01'"
    assert rows(finops, count) == [{"n": 1}]
    assert "2026-09 is closed, and rows arrived later" in " ".join(finops("status").out.split())
    assert "2026-09: rows arrived after closing" in " ".join(finops("close").out.split())
    assert told(finops, "close")["closed"][0]["late_rows"] == "yes"
    assert finops("check").code == 0
    assert finops("close", "2026-09", "--reopen").code == 0
    assert rows(finops, count) == [{"n": 2}]
    assert "No month is closed." in finops("close").out
    assert finops("close", "2026-09").code == 0
    assert "is closed already" in finops("close", "2026-09").out


def test_check_notices_when_the_figures_of_a_closed_month_were_changed(two_months: Path, finops: Run) -> None:
    from finops_ai.ledger import Ledger

    assert finops("close", "2026-09").code == 0
    with Ledger.open(two_months / "finops.duckdb") as ledger:
        ledger.execute("UPDATE closed_figure SET cost = cost + 0.01")
    answer = finops("check")
    assert answer.code == 7
    assert "the figures of a closed month are those it was closed with" in " ".join(answer.out.split())
