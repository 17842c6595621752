"""`finops-ai waste` on a log of two retry storms: what people see at 80 and 120 columns, and machines."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run

REPOSITORY = Path(__file__).resolve().parents[2]
IMPORTER = REPOSITORY / "benchmarks" / "waste_calls.sql"
STORMS = REPOSITORY / "tests" / "detectors" / "retry_storm"

pytestmark = pytest.mark.skipif(
    not IMPORTER.exists(), reason="the benchmarks are not installed with the package"
)

AT_80 = """\
2026-10: 3 findings. At stake (estimated): 0.45 USD of 1.00 that calls and
commitments cost.

By detector, USD
detector       findings  calls  at stake  counted
-------------------------------------------------
failed_billed         1      3      0.30     0.30
retry_storm           2      6      0.45     0.15

Findings, USD
workflow  detector       what                   calls  at stake  counted  sure
--------------------------------------------------------------------------------
claims    failed_billed  claude-haiku-4-5-          3      0.30     0.30  high
                         20251001
claims    retry_storm    session s1                 3      0.30     0.00  high
claims    retry_storm    session s4                 3      0.15     0.15  medium

At stake is what each finding claims by itself. Counted is its part of the
total: of each kind of cost of a call (input, cache read, cache write, output)
the largest claim counts, credited in the order of the detectors.

failed_billed: Read the error codes of these calls; raise time-outs above the
model's slowest answers, validate requests before they are sent, and claim back
what the provider should not bill.
retry_storm: Cap attempts at two or three with growing pauses, stop at errors
that no retry mends (4xx, validation), and put a budget on each session.

Not looked for: zombie_workflow, flat_line, since no outcome of the month is
known for a workflow of finops.yaml.
Not looked for: reasoning_default, since no call of the month states reasoning
tokens.
Not looked for: model_policy, since finops.yaml lists no models of a workflow.
Not looked for: idle_capacity, since finops.yaml names no commitment of the
month.
"""


@pytest.fixture
def stormy(folder: Path, finops: Run) -> Path:
    """The retry storms' golden log, ingested."""
    shutil.copytree(STORMS, folder, dirs_exist_ok=True)
    shutil.copyfile(IMPORTER, folder / IMPORTER.name)
    assert finops("ingest", "calls.csv").code == 0
    return folder


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


@pytest.mark.usefixtures("stormy")
def test_findings_at_80_columns(finops: Run) -> None:
    answer = finops("waste")
    assert (answer.code, answer.err) == (0, "")
    assert lines(answer.out) == lines(AT_80)


@pytest.mark.usefixtures("stormy")
def test_findings_at_120_columns(finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    shown = lines(finops("waste").out)
    assert (
        shown[0]
        == "2026-10: 3 findings. At stake (estimated): 0.45 USD of 1.00 that calls and commitments cost."
    )
    assert "claims    failed_billed  claude-haiku-4-5-20251001      3      0.30     0.30  high" in shown
    assert max(map(len, shown)) <= 120


@pytest.mark.usefixtures("stormy")
def test_the_calls_of_a_finding(finops: Run) -> None:
    shown = lines(finops("waste", "--detector", "retry_storm", "--rows", "1").out)
    assert "retry_storm: claims, session s4, USD" in shown
    assert max(map(len, shown)) <= 80
    found = json.loads(finops("waste", "--detector", "retry_storm", "--rows", "1", "--format", "json").out)
    call = next(row for row in found["calls"] if row["subject"] == "s4")
    assert (call["cost"], call["at_utc"]) == ("0.05", "2026-10-05T13:00:00Z")
    explained = finops("explain", "usage", str(call["usage_id"]))
    assert explained.code == 0
    assert "= 0.05 USD, list price, estimated" in explained.out


@pytest.mark.usefixtures("stormy")
def test_machines_get_every_digit_and_the_reasons(finops: Run) -> None:
    found = json.loads(finops("waste", "--format", "json").out)
    assert found["at_stake"] == [{"currency": "USD", "amount": "0.45"}]
    assert [
        (row["detector"], row["subject"], row["amount"], row["counted"]) for row in found["findings"]
    ] == [
        ("failed_billed", "claude-haiku-4-5-20251001", "0.3", "0.3"),
        ("retry_storm", "s1", "0.3", "0"),
        ("retry_storm", "s4", "0.15", "0.15"),
    ]
    assert {row["label"] for row in found["findings"]} == {"estimated, as priced"}
    assert {"detector": "model_policy", "reason": "finops.yaml lists no models of a workflow"} in found[
        "not_looked_for"
    ]
    rows = list(csv.DictReader(io.StringIO(finops("waste", "--format", "csv").out)))
    assert [row["amount"] for row in rows] == ["0.3", "0.3", "0.15"]
    assert rows[0]["advice"].startswith("Read the error codes")


@pytest.mark.usefixtures("stormy")
def test_only_some(finops: Run) -> None:
    assert "claims    retry_storm    session s4" not in finops("waste", "--min-amount", "0.2").out
    assert "0.45 USD" in finops("waste", "--min-amount", "0.2").out
    assert "nothing found in 8 calls" in finops("waste", "--workflow", "labels").out


@pytest.mark.usefixtures("stormy")
def test_findings_are_no_error_unless_asked_for(finops: Run) -> None:
    assert finops("waste", "--fail-above", "0.45").code == 0
    assert finops("waste", "--fail-above", "0.44").code == 4


def test_limits_of_finops_yaml_hold(stormy: Path, finops: Run) -> None:
    with (stormy / "finops.yaml").open("a", encoding="utf-8") as lines:
        lines.write("waste:\n  retry_storm: {min_calls: 5}\n  failed_billed: off\n")
    answer = finops("waste").out
    assert answer.startswith("2026-10: nothing found in 24 calls.")
    assert "Not looked for: failed_billed, since finops.yaml turns it off." in answer
    assert "min_calls             5        4" in finops("waste", "--list", "--detector", "retry_storm").out


@pytest.mark.usefixtures("folder")
def test_the_detectors_are_listed_without_a_ledger(finops: Run) -> None:
    answer = finops("waste", "--list")
    assert answer.code == 0
    assert "retry_storm         Retry storms" in answer.out
    assert max(map(len, lines(answer.out))) <= 80
    assert len(json.loads(finops("waste", "--list", "--format", "json").out)["detectors"]) == 15
