"""`finops-ai rejects`: what was refused, written down, and tried again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEAD = "outcome_id,kind,status,resolved_at\n"
OCTOBER = HEAD + "T-1,ticket,success,2026-10-01\n=cmd(),ticket,success,soon\nT-3,ticket,won,2026-10-03\n"
NOVEMBER = HEAD + "T-4,ticket,success,later\nT-5,ticket,success,whenever\n"


@pytest.fixture
def refused(folder: Path, finops: Run) -> Path:
    """A ledger with two files and four refused rows."""
    (folder / "in").mkdir()
    (folder / "in" / "october.csv").write_text(OCTOBER, encoding="utf-8")
    (folder / "in" / "november.csv").write_text(NOVEMBER, encoding="utf-8")
    assert finops("ingest", "in/october.csv", "--max-rejects", "2").code == 0
    assert finops("ingest", "in/november.csv", "--max-rejects", "2").code == 0
    return folder


@pytest.mark.usefixtures("refused")
def test_refused_rows_by_file_column_and_reason_newest_file_first(finops: Run) -> None:
    answer = finops("rejects")
    assert answer.code == 0
    assert [line.rstrip() for line in answer.out.splitlines()] == [
        "4 rows refused, in 2 files",
        "file          column       reason                            rows  line  example",
        "-" * 80,
        "november.csv  resolved_at  is not a date or time                2     2  later",
        "october.csv   resolved_at  is not a date or time                1     3  soon",
        "october.csv   status       is not success, failed,              1     4  won",
        "                           escalated, abandoned or open",
        "",
        "Correct the file where it stands and run `finops-ai rejects retry`, or write all",
        "of them down with `finops-ai rejects export --out FILE.csv`.",
    ]
    assert finops("rejects", "list").out == answer.out


@pytest.mark.usefixtures("refused")
def test_one_file_alone_and_a_limit(finops: Run) -> None:
    facts = json.loads(finops("rejects", "--file", "october.csv", "--format", "json").out)
    assert (facts["rows"], facts["files"], facts["groups"]) == (2, 1, 2)
    assert [(group["path"], group["line"], group["example"]) for group in facts["rejects"]] == [
        ("in/october.csv", 3, "soon"),
        ("in/october.csv", 4, "won"),
    ]
    assert "2 more kinds of refusal: --limit 3 shows them." in finops("rejects", "--limit", "1").out


@pytest.mark.usefixtures("refused")
def test_an_export_holds_every_row_and_runs_no_formula(finops: Run, refused: Path) -> None:
    assert finops("rejects", "export", "--out", "out/rejects.csv").code == 0
    path = refused / "out" / "rejects.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["file"], row["line"], row["record"], row["column"]) for row in rows] == [
        ("in/november.csv", "2", "1", "resolved_at"),
        ("in/november.csv", "3", "2", "resolved_at"),
        ("in/october.csv", "3", "2", "resolved_at"),
        ("in/october.csv", "4", "3", "status"),
    ]
    assert rows[2]["raw_text"] == "'=cmd(),ticket,success,soon"
    assert rows[2]["reason"] == '"soon" is not a date or time'
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("refused")
def test_an_export_overwrites_only_when_told(finops: Run, refused: Path) -> None:
    out = refused / "rejects.csv"
    out.write_text("mine", encoding="utf-8")
    assert finops("rejects", "export", "--out", "rejects.csv").code == 2
    assert out.read_text(encoding="utf-8") == "mine"
    assert finops("rejects", "export", "--out", "rejects.csv", "--file", "october.csv", "--force").code == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.usefixtures("refused")
def test_a_corrected_file_is_read_again_and_its_refusals_are_settled(finops: Run, refused: Path) -> None:
    path = refused / "in" / "october.csv"
    path.write_text(OCTOBER.replace("soon", "2026-10-02").replace(",won,", ",success,"), encoding="utf-8")
    assert finops("rejects", "retry", "in/october.csv").code == 0
    facts = json.loads(finops("rejects", "--format", "json").out)
    assert [group["path"] for group in facts["rejects"]] == ["in/november.csv"]
    count = finops("sql", "SELECT count(*) AS outcomes FROM outcome", "--format", "csv").out
    assert count == "outcomes\n3\n"


@pytest.mark.usefixtures("refused")
def test_all_files_are_tried_again_and_nothing_counts_twice(finops: Run) -> None:
    answer = finops("rejects", "retry", "--max-rejects", "4")
    assert answer.code == 0
    assert answer.out.endswith(
        "2 files: rows 5 read, 0 added, 1 repeated, 0 replaced, 4 rejected, 0 ignored.\n"
    )
    assert json.loads(finops("rejects", "--format", "json").out)["rows"] == 4


@pytest.mark.usefixtures("refused")
def test_a_file_that_nobody_corrected_is_refused_each_time(finops: Run) -> None:
    answers = [finops("rejects", "retry") for _ in range(3)]
    assert [answer.code for answer in answers] == [3, 3, 3]
    assert answers[1].out == answers[2].out == answers[0].out
    assert json.loads(finops("rejects", "--format", "json").out)["rows"] == 4


@pytest.mark.usefixtures("refused")
def test_a_file_that_is_gone_is_named_after_the_others_were_read(finops: Run, refused: Path) -> None:
    (refused / "in" / "october.csv").unlink()
    (refused / "in" / "november.csv").write_text(HEAD + "T-4,ticket,success,2026-11-01\n", encoding="utf-8")
    answer = finops("rejects", "retry")
    assert answer.code == 3
    assert "in/october.csv: is not there any more." in answer.err
    facts = json.loads(finops("rejects", "--format", "json").out)
    assert [group["path"] for group in facts["rejects"]] == ["in/october.csv"] * 2


def test_records_without_a_time_are_read_once_it_is_stated(folder: Path, finops: Run) -> None:
    """What the refusal advises works as it is written."""
    answer = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-5-mini-2025-08-07",
        "choices": [],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }
    (folder / "answers.jsonl").write_text(json.dumps(answer) + "\n", encoding="utf-8")
    refused = finops("ingest", "answers.jsonl")
    assert refused.code == 3
    assert "`finops-ai rejects retry FILE --at 2026-10-31`" in " ".join(refused.err.split())
    assert "`finops-ai rejects retry FILE --at 2026-10-31`" in " ".join(finops("rejects").out.split())
    assert finops("rejects", "retry", "answers.jsonl", "--at", "2026-10-31").code == 0
    assert finops("rejects").out == "No row is refused.\n"
    assert finops("sql", "SELECT at_utc FROM token_usage", "--format", "csv").out == (
        "at_utc\n2026-10-31T00:00:00Z\n"
    )


def test_nothing_refused(company: Path, finops: Run) -> None:
    assert company.is_dir()
    assert finops("rejects").out == "No row is refused.\n"
    assert finops("rejects", "retry").out == "No row is refused: there is nothing to try again.\n"
