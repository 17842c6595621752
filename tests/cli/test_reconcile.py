"""`finops-ai reconcile` from files to exit code: a bill of two projects, a log of one of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

# 2026-10-05. USD 0.25 a million input tokens: 1 million logged, 2 million that no log knows.
BILL_HEAD = (
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,quantity_unit,line_item,"
    "user_id,api_key_id,project_id,organization_id,project_name,organization_name\n"
)
DAY = "1791158400,1791244800,2026-10-05T00:00:00,2026-10-06T00:00:00"


def bill_line(amount: str, project: str) -> str:
    return f'{DAY},{amount},usd,,,"gpt-5-mini-2025-08-07, input",,,{project},org-1,,Acme\n'


LOG = {
    "request_id": "r1",
    "call_type": "acompletion",
    "startTime": "2026-10-05 10:00:00.000000",
    "model": "gpt-5-mini-2025-08-07",
    "custom_llm_provider": "openai",
    "metadata": json.dumps({"litellm_call_id": "c1", "user_api_key_project_id": "known"}),
    "spend": 0.25,
    "prompt_tokens": 1_000_000,
    "completion_tokens": 0,
    "status": "success",
}


@pytest.fixture
def books(folder: Path, finops: Run) -> Path:
    (folder / "openai.csv").write_text(
        BILL_HEAD + bill_line("0.25", "known") + bill_line("0.50", "shadow"), encoding="utf-8"
    )
    (folder / "log.jsonl").write_text(json.dumps(LOG) + "\n", encoding="utf-8")
    (folder / "finops.yaml").write_text("version: 1\n", encoding="utf-8")
    assert finops("ingest", "openai.csv", "log.jsonl").code == 0
    return folder


@pytest.mark.usefixtures("books")
def test_the_causes_add_up_and_a_finding_ends_with_4(finops: Run) -> None:
    answer = finops("reconcile", "--month", "2026-10", "--format", "json")
    assert answer.code == 4
    said = json.loads(answer.out)
    assert said["balances"] == [
        {
            "currency": "USD",
            "billed": "0.75",
            "expected": "0.25",
            "difference": "0.5",
            "causes": "0.5",
            "to_investigate": "0.5",
            "beyond_tolerance": True,
            "labels": {"billed": "billed", "expected": "estimated"},
        }
    ]
    (cause,) = said["causes"]
    assert (cause["cause"], cause["detail"], cause["cost"], cause["tokens"], cause["label"]) == (
        *("unlogged_usage", "shadow", "0.5"),
        *(2_000_000, "billed"),
    )
    table = finops("reconcile").out
    assert "billed 0.75 USD - logged at expected price 0.25 (estimated) = 0.50" in table
    assert "to investigate" in table


@pytest.mark.usefixtures("books")
def test_within_the_tolerance_it_ends_with_0(finops: Run) -> None:
    assert finops("reconcile", "--tolerance", "66%").code == 4
    assert finops("reconcile", "--tolerance", "67%").code == 0


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("by", ["provider", "account", "day", "model", "kind", "line"])
def test_every_grouping_lists_lines_with_both_sides(finops: Run, by: str) -> None:
    answer = finops("reconcile", "--by", by, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert [sum(float(row[column]) for row in rows) for column in ("billed", "expected", "difference")] == [
        0.75, 0.25, 0.5
    ]  # fmt: skip
    assert {row["state"] for row in rows} <= {"matched", "to investigate"}


@pytest.mark.usefixtures("books")
def test_the_rows_behind_a_cause_and_a_line_are_files_and_records(finops: Run) -> None:
    (row,) = json.loads(finops("reconcile", "--rows", "unlogged_usage", "--format", "json").out)["rows"]
    assert (row["side"], row["file"], row["record"], row["cost"], row["label"]) == (
        *("charge", "openai.csv", 2),
        *("0.5", "billed"),
    )
    assert finops("reconcile", "--rows", "tax").out.strip() == "2026-10: nothing under tax."


def line_of(finops: Run, name: str) -> dict[str, Any]:
    lines = json.loads(finops("reconcile", "--by", "line", "--format", "json").out)["lines"]
    (found,) = [line for line in lines if name in line["name"]]
    return dict(found)


@pytest.mark.usefixtures("books")
def test_an_acceptance_counts_survives_a_rebuild_and_lapses_with_the_amount(finops: Run, books: Path) -> None:
    line = line_of(finops, "shadow")
    accept = ("reconcile", "accept", "--month", "2026-10", "--line", line["line_id"])
    answer = finops(*accept, "--note", "a key of the lab", "--by", "maria")
    assert (answer.code, "is accepted by maria" in answer.out) == (0, True)
    assert finops("reconcile").code == 0
    again = line_of(finops, "shadow")
    assert (again["state"], again["note"], again["accepted_by"]) == ("accepted", "a key of the lab", "maria")
    text = BILL_HEAD + bill_line("0.25", "known") + bill_line("0.60", "shadow")
    (books / "openai2.csv").write_text(text, encoding="utf-8")
    assert finops("ingest", "openai2.csv").code == 0
    lapsed = line_of(finops, "shadow")
    assert (lapsed["state"], lapsed["lapsed"]) == ("to investigate", True)
    answer = finops("reconcile")
    said = " ".join(answer.out.split())
    assert (answer.code, "maria accepted 0.50 USD; the difference is another one today." in said) == (4, True)


@pytest.mark.usefixtures("books")
def test_a_line_that_agrees_is_not_accepted(finops: Run) -> None:
    line = line_of(finops, "known")
    answer = finops("reconcile", "accept", "--line", line["line_id"], "--note", "n", "--by", "b")
    assert (answer.code, "has no difference to accept." in answer.err) == (2, True)


@pytest.mark.usefixtures("books")
def test_twice_the_same_bytes(finops: Run) -> None:
    for shape in ("table", "json", "csv"):
        assert finops("reconcile", "--format", shape).out == finops("reconcile", "--format", shape).out


def test_a_bill_that_names_no_model_is_compared_with_all_that_is_logged(folder: Path, finops: Run) -> None:
    """Costs that were asked for without group_by: one amount a day and project."""
    line = bill_line("0.25", "known").replace('"gpt-5-mini-2025-08-07, input"', "")
    (folder / "openai.csv").write_text(BILL_HEAD + line, encoding="utf-8")
    (folder / "log.jsonl").write_text(json.dumps(LOG) + "\n", encoding="utf-8")
    (folder / "finops.yaml").write_text("version: 1\n", encoding="utf-8")
    assert finops("ingest", "openai.csv", "log.jsonl").code == 0
    answer = finops("reconcile", "--format", "json")
    said = json.loads(answer.out)
    assert (answer.code, said["causes"], said["balances"][0]["expected"]) == (0, [], "0.25")
    more = BILL_HEAD + line.replace("0.25", "0.3141592653")
    (folder / "openai.csv").write_text(more, encoding="utf-8")
    assert finops("ingest", "openai.csv").code == 0
    answer = finops("reconcile", "--format", "json")
    (cause,) = json.loads(answer.out)["causes"]
    assert (answer.code, cause["cause"], cause["cost"]) == (4, "unexplained", "0.0641592653")
    rows = json.loads(finops("reconcile", "--rows", "unexplained", "--format", "json").out)["rows"]
    assert [(row["side"], row["cost"]) for row in rows] == [("charge", "0.3141592653"), ("usage", "0.25")]
