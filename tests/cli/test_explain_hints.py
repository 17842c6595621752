"""Each `explain` command that JSON carries beside a figure, when run, works."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from finops_ai.ledger import Ledger
from tests.attribution.attribution_books import Books
from tests.cli.conftest import Run

# Names that a shell would take apart.
CONFIG = """\
version: 1
workflows: {"support triage": {}, chatter: {}, idle: {}}
rules:
  - {workflow: "support triage", when: {tags.w: triage}}
  - {workflow: chatter, when: {tags.w: chatter}}
  - {workflow: idle, when: {tags.w: idle}}
outcomes:
  - {kind: "ticket solved", workflow: "support triage", link: session_id}
value:
  outcomes: {"ticket solved": {value: "2.00"}}
"""
COMMANDS = {
    "attribute": 5,
    "outcomes": 1,
    "outcomes --by workflow": 1,
    "outcomes --by outcome": 2,
    "verify": 2,
    "roi": 1,
    "waste --rows 1": 2,
}


@pytest.fixture
def shop(folder: Path) -> Path:
    """Tickets with a failed call, a workflow without outcomes, and one whose calls no bill holds."""
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    with Ledger.open(folder / "finops.duckdb") as ledger:
        books = Books(ledger)
        books.tokens("10.00", "output", 100)
        for number in range(2):
            books.call(output_tokens=20, session_id=f"t{number}", tags='{"w": "triage"}')
            books.outcome(f"T {number}", kind="ticket solved", session_id=f"t{number}")
        books.call(output_tokens=10, session_id="t0", tags='{"w": "triage"}', status="failure")
        books.call(output_tokens=20, tags='{"w": "chatter"}')
        books.call(output_tokens=20, tags='{"w": "idle"}', provider="mistral", model_id=None, model_name="m")
        ledger.execute(
            "INSERT INTO imported_file BY NAME SELECT DISTINCT file_id, repeat('0', 64) AS sha256, "
            "'/in/log.jsonl' AS path, 'litellm' AS importer, 'token_usage' AS feeds, 1 AS bytes, "
            "9 AS rows_read, 9 AS rows_added, 0 AS rows_repeated, 0 AS rows_replaced, "
            "0 AS rows_rejected, 0 AS rows_ignored, "
            "0 AS rows_rounded, 0 AS rounded_total, DATE '2026-11-03' AS imported_at_utc FROM token_usage"
        )
        ledger.execute("INSERT INTO month_input VALUES (DATE '2026-10-01', 1)")
    return folder


def hints(found: object) -> Iterator[str]:
    """Every value of a key `explain`, however deep."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "explain" and value is not None:
                yield value
            else:
                yield from hints(value)
    elif isinstance(found, list):
        for value in found:
            yield from hints(value)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("asked", COMMANDS)
def test_every_hint_works(finops: Run, asked: str) -> None:
    answer = finops(*asked.split(), "--format", "json")
    assert answer.code in (0, 4), answer.err
    commands = sorted(set(hints(json.loads(answer.out))))
    assert len(commands) >= COMMANDS[asked]
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "finops-ai"
        told = finops(*arguments)
        assert (told.code, told.err) == (0, ""), command
        assert told.out


@pytest.mark.usefixtures("shop")
def test_a_spreadsheet_gets_no_commands(finops: Run) -> None:
    for asked in COMMANDS:
        assert "finops-ai" not in finops(*asked.split(), "--format", "csv").out
