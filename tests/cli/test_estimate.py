"""`finops-ai estimate` from a log file and from the ledger, and `finops-ai forecast grid`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from finops_ai.cli.context import Settings
from finops_ai.config import Config
from tests.cli.conftest import Run

CONFIG = """\
version: 1
workflows: {chat: {team: support}}
rules:
  - {workflow: chat, when: {tags.stage: dev}}
"""
HEAD = (
    "request_id,session_id,call_type,spend,startTime,prompt_tokens,completion_tokens,model,"
    "custom_llm_provider,status,request_tags\n"
)
ASK = ("--users", "10000", "--requests-per-day", "10", "--days", "30")


def call(number: int, trace: str, tokens: int, tags: str, status: str = "success") -> str:
    return (
        f"r{number},{trace},acompletion,0.1,2026-10-05T10:{number:02d}:00Z,{tokens},500,"
        f'gpt-5-2025-08-07,openai,{status},"{tags}"\n'
    )


@pytest.fixture
def log(folder: Path) -> Path:
    """Three requests of gpt-5 (1.25 and 10 a million): two calls, one call, and one call that is repeated.

    A call of 4,000 tokens in and 500 out costs 0.005 + 0.005 = 0.01, one of 8,000 in 0.015.
    """
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    dev = '[""stage:dev""]'
    rows = [
        call(1, "t1", 4000, dev),
        call(2, "t1", 8000, dev),
        call(3, "t2", 4000, dev),
        call(4, "t3", 4000, '[""stage:test""]'),
        call(5, "t3", 4000, '[""stage:test""]'),
    ]
    odd = call(9, "t9", 100, dev).replace("gpt-5-2025-08-07", "no-such-model")
    (folder / "odd.csv").write_text(HEAD + odd, encoding="utf-8")
    path = folder / "log.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


@pytest.mark.usefixtures("log")
def test_a_log_becomes_a_month_of_production(finops: Run) -> None:
    answer = finops("estimate", "log.csv", *ASK, "--format", "json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert (found["estimate"]["requests"], found["estimate"]["calls"]) == (3, 5)
    # 0.025 + 0.01 + 0.02 = 0.055 in three requests, x 3,000,000 requests
    assert found["monthly"]["mean"].startswith("54999.99999") or found["monthly"]["mean"] == "55000"
    assert found["estimate"]["retry_calls"] == 1
    assert found["estimate"]["retry_calls_factor"] == "1.25"


@pytest.mark.usefixtures("log")
def test_nothing_is_written(folder: Path, finops: Run) -> None:
    assert finops("estimate", "log.csv", *ASK).code == 0
    assert not (folder / "finops.duckdb").exists()
    assert finops("ingest", "log.csv").code == 0
    before = hashlib.sha256((folder / "finops.duckdb").read_bytes()).hexdigest()
    assert finops("estimate", *ASK).code == 0
    assert hashlib.sha256((folder / "finops.duckdb").read_bytes()).hexdigest() == before


@pytest.mark.usefixtures("log")
def test_a_ledger_that_is_up_to_date_is_read_where_it_is(
    folder: Path, finops: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No copy: that of a year's calls would take longer than the estimate."""
    copies: list[Path] = []
    real = Settings.copy

    def copy(self: Settings, config: Config, target: Path) -> None:
        copies.append(target)
        real(self, config, target)

    monkeypatch.setattr(Settings, "copy", copy)
    assert finops("ingest", "log.csv").code == 0
    assert finops("attribute").code == 0
    fresh = finops("estimate", *ASK)
    assert (fresh.code, copies) == (0, [])
    # A month that waits for attribution is brought up to date on a copy, and nothing is written.
    changed = CONFIG.replace("tags.stage: dev", "tags.stage: test")
    (folder / "finops.yaml").write_text(changed, encoding="utf-8")
    before = hashlib.sha256((folder / "finops.duckdb").read_bytes()).hexdigest()
    assert finops("estimate", *ASK).code == 0
    assert len(copies) == 1
    assert hashlib.sha256((folder / "finops.duckdb").read_bytes()).hexdigest() == before


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("options", "requests"),
    [
        (("--workflow", "chat"), 2),
        (("--tag", "stage=test"), 1),
        (("--month", "2026-10"), 3),
        (("--request", "call"), 5),
    ],
)
def test_the_sample_can_be_chosen(finops: Run, options: tuple[str, ...], requests: int) -> None:
    assert finops("ingest", "log.csv").code == 0
    found = json.loads(finops("estimate", *ASK, *options, "--format", "json").out)
    assert found["estimate"]["requests"] == requests


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("width", ["80", "120"])
def test_every_line_fits(finops: Run, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    answer = finops("estimate", "log.csv", *ASK)
    assert max(map(len, answer.out.splitlines())) <= int(width)
    text = " ".join(answer.out.split())
    assert "1 of 5 calls; they make calls x1.25" in text
    assert "Fewer than 30 requests: the interval itself is a guess." in text
    grid = finops("forecast", "grid", "--elasticity", "-1.11", "--migrates", "0.5")
    assert max(map(len, grid.out.splitlines())) <= int(width)
    assert "Only 50% of traffic moves to the new price." in " ".join(grid.out.split())


REFUSED = {
    "users in words": (
        ("estimate", "log.csv", "--users", "many", "--requests-per-day", "1"),
        '--users "many" is not a number above zero.',
        2,
    ),
    "a tag without a value": (
        ("estimate", "log.csv", *ASK, "--tag", "dev"),
        '--tag "dev" is not KEY=VALUE.',
        2,
    ),
    "a workflow that is none": (
        ("estimate", "log.csv", *ASK, "--workflow", "chta"),
        '"chta": neither finops.yaml nor the ledger names such a workflow. Did you mean chat?',
        2,
    ),
    "a sample of nothing": (
        ("estimate", "log.csv", *ASK, "--project", "none"),
        "No call of the logs is in this sample, so there is nothing to extrapolate.",
        3,
    ),
    "a model without a price": (
        ("estimate", "odd.csv", *ASK),
        "No request of the sample has a list price (no-such-model).",
        3,
    ),
    "no ledger": (("estimate", *ASK), "there is no ledger yet.", 2),
    "a price in words": (
        ("forecast", "grid", "--prices", "half"),
        '--prices "half" is not a list of plain numbers. For example --prices -30,-70,-90.',
        2,
    ),
    "two shares": (
        ("forecast", "grid", "--migrates", "0.1,0.2"),
        '--migrates "0.1,0.2" is not a plain number. For example --migrates 0.4.',
        2,
    ),
    "for nothing": (
        ("forecast", "grid", "--prices", "-100"),
        "--prices is out of range: prices change by more than -100 percent.",
        2,
    ),
    "more than all": (
        ("forecast", "grid", "--migrates", "2"),
        "--migrates is out of range: a share is from 0 to 1.",
        2,
    ),
}


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused(finops: Run, name: str) -> None:
    command, message, code = REFUSED[name]
    answer = finops(*command)
    assert answer.code == code
    assert message in " ".join(answer.err.split())


def test_the_grid_needs_no_ledger(folder: Path, finops: Run) -> None:
    answer = finops("forecast", "grid", "--prices", "-90", "--volumes", "10", "--format", "csv")
    assert answer.code == 0
    assert answer.out.splitlines()[1].startswith("-0.9,-0.369043,10,1")
    assert list(folder.iterdir()) == []
