"""`finops-ai forecast grade`: what is said at 80 and 120 columns, and when there is nothing to grade."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finops_ai.ledger import Ledger
from tests.cli.conftest import BILL_HEAD, Run, bill_line

CONFIG = """\
version: 1
workflows: {chat: {team: support, owner: mia}}
rules:
  - {workflow: chat, when: {service_name: Chat}}
"""


@pytest.fixture
def month(folder: Path, finops: Run) -> Path:
    """October 2026 cost 1,000; on the 3rd of October somebody had forecast 900, and budgeted 950."""
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "bill.csv").write_text(BILL_HEAD + bill_line("1000", "Chat"), encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    assert finops("attribute").code == 0
    return folder


def store(folder: Path, made_at: str) -> None:
    with Ledger.open(folder / "finops.duckdb") as ledger, ledger.transaction(writes="none"):
        ledger.execute(
            "INSERT INTO forecast_run VALUES ('r', '2026-10-01', 12, 'basis', 'USD', 'r', 1, ?, '{}')",
            [made_at],
        )
        for scope, workflow in (("total", None), ("workflow", "chat")):
            for scenario, level, budget in (
                ("Expected", "mid", "950"),
                ("Baseline", "mid", "900"),
                ("Baseline", "low", "850"),
                ("Baseline", "high", "950"),
            ):
                ledger.execute(
                    "INSERT INTO forecast_point VALUES ('r', ?, ?, ?, ?, '2026-10-01', ?::DECIMAL(38,15))",
                    [scope, workflow, scenario, level, budget],
                )


ACCURACY = """\
1 stored forecast against the bills of 2026-10 to 2026-10
what           ahead  n  error  bias    MASE  in 80%  right   grade
-------------------------------------------------------------------
total          1      1  10.0%  -10.0%  n/a   0%      0-100%
total          1-3    1  10.0%  -10.0%  n/a   0%      0-100%  run
all workflows  1      1  10.0%  -10.0%  n/a   0%      0-100%
all workflows  1-3    1  10.0%  -10.0%  n/a   0%      0-100%  run
chat           1      1  10.0%  -10.0%  n/a   0%      0-100%
chat           1-3    1  10.0%  -10.0%  n/a   0%      0-100%  run
"""
MISSES = """\
Misses of Expected from 2026-10, 1 month, USD
line   budget   miss    plan  volume  unit cost   event  unknown
----------------------------------------------------------------
total  950.00  50.00  -50.00    0.00       0.00  100.00     0.00
chat   950.00  50.00  -50.00    0.00       0.00  100.00     0.00

miss 50.00 USD = plan -50.00 + event 100.00 (difference 0)
"""


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_record_fits_the_terminal(
    month: Path, finops: Run, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    store(month, "2026-10-03")
    answer = finops("forecast", "grade")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(ACCURACY)
    assert MISSES in answer.out
    assert "owner  n  error  bias    grade\n" in answer.out
    assert "mia    1  10.0%  -10.0%  run\n" in answer.out
    assert max(map(len, answer.out.splitlines())) <= int(width)


def test_programs_get_every_digit(month: Path, finops: Run) -> None:
    store(month, "2026-10-03")
    answer = json.loads(finops("forecast", "grade", "--format", "json").out)
    assert answer["command"] == "forecast grade"
    assert answer["grade"]["scores"][0]["wape"] == "0.1"
    lines = finops("forecast", "grade", "--format", "csv").out.splitlines()
    assert lines[0].startswith("scope,name,ahead_first,ahead_last,forecasts,wape,bias,mase")
    assert lines[1].split(",")[:6] == ["total", "", "1", "1", "1", "0.1"]


def test_what_is_refused_and_what_to_do(month: Path, finops: Run) -> None:
    answer = finops("forecast", "grade")
    assert (answer.code, answer.err) == (
        3,
        (
            "error: No forecast is stored yet.\n"
            "  Run `finops-ai forecast`: it is kept, and graded when the bills of its months\n"
            "  arrive.\n"
        ),
    )
    store(month, "2026-11-03")
    answer = finops("forecast", "grade")
    assert (answer.code, answer.err) == (
        3,
        (
            "error: 1 forecast month could be graded, but each was forecast after it was over.\n"
            "  Add --hindsight to grade what it would have said, or see\n"
            "  `finops-ai forecast backtest`.\n"
        ),
    )
    assert finops("forecast", "grade", "--hindsight").code == 0
