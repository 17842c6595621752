"""Figures that are older than what they rest on: rebuilt, or said to be old."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import CONFIG, Run

COUNTED = "SELECT month, attempts, successes FROM outcome_cost WHERE kind = 'ticket_resolved' ORDER BY month"
HEAD = "outcome_id,kind,status,resolved_at,session_id\n"
OLD = (
    "2026-10: figures are older than the files, finops.yaml or the prices; "
    "`finops-ai attribute` rebuilds them."
)


def counted(finops: Run) -> list[tuple[str, str, str]]:
    """(month, attempts, successes) of the solved tickets."""
    rows = json.loads(finops("sql", COUNTED, "--format", "json").out)["rows"]
    return [(str(row["month"])[:7], str(row["attempts"]), str(row["successes"])) for row in rows]


def test_an_outcome_that_moves_to_another_month_leaves_the_first(finops: Run, company: Path) -> None:
    finops("attribute", "--month", "2026-10")
    assert counted(finops) == [("2026-10", "3", "2")]
    later = company / "later.csv"
    later.write_text(f"{HEAD}T-2,ticket_resolved,success,2026-11-04T10:00:00Z,s2\n")
    finops("ingest", str(later))
    finops("attribute", "--month", "2026-10")
    assert counted(finops) == [("2026-10", "2", "1"), ("2026-11", "1", "1")]


def test_old_figures_are_called_old_until_they_are_rebuilt(finops: Run, company: Path) -> None:
    finops("attribute", "--month", "2026-10")
    assert finops("sql", "FROM gap").err == ""
    (company / "finops.yaml").write_text(CONFIG.replace("Triage*", "Seats"))
    assert finops("sql", "FROM gap").err == f"{OLD}\n"
    assert finops("sql", "FROM charge").err == ""
    assert OLD in json.loads(finops("status", "--format", "json").out)["flags"]
    finops("attribute", "--month", "2026-10")
    assert finops("sql", "FROM gap").err == ""
    assert OLD not in json.loads(finops("status", "--format", "json").out)["flags"]
