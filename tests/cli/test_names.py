"""A workflow that nothing knows is refused by every command in the same words, with the same code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

COMMANDS = [
    *("waste", "outcomes", "explain cost", "explain outcome ticket_resolved", "explain change"),
    "estimate --users 1 --requests-per-day 1",
]
REFUSED = """\
error: "support-triaeg": neither finops.yaml nor the ledger names such a workflow.
  Did you mean support-triage?
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_workflow_is_refused_alike(company: Path, finops: Run, command: str) -> None:
    bill = (company / "bill.csv").read_text(encoding="utf-8")
    (company / "september.csv").write_text(
        bill.replace("2026-10-01", "2026-09-01").replace("2026-11-01", "2026-10-01"), encoding="utf-8"
    )
    assert finops("ingest", "september.csv").code == 0
    answer = finops(*command.split(), "--workflow", "support-triaeg")
    assert (answer.code, answer.out, answer.err) == (2, "", REFUSED)
