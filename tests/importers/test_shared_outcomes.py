"""The merge history of a public repository: rows and days as SOURCES.md beside it gives them."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from tests.importers.desk import Desk


def test_merged_changes_of_a_public_repository(desk: Desk, shared_data: Path) -> None:
    (path,) = sorted((shared_data / "usage" / "github_merges").glob("*.csv"))
    result = desk.one(path)
    assert (result.importer, result.rows_read, result.rows_added) == ("github_pulls", 175, 175)
    assert desk.rows(
        "SELECT kind, status, count(*), count(DISTINCT outcome_id), min(resolved_at_utc)::DATE::VARCHAR, "
        "max(resolved_at_utc)::DATE::VARCHAR, count(reopened_at_utc) FROM outcome GROUP BY ALL"
    ) == [("change_merged", "success", 175, 175, "2026-01-05", "2026-08-21", 0)]


def test_each_merge_has_its_own_instant_and_commit(desk: Desk, shared_data: Path) -> None:
    (path,) = sorted((shared_data / "usage" / "github_merges").glob("*.csv"))
    with path.open(newline="", encoding="utf-8") as lines:
        merges = {
            f"{row['repository']}#{row['number']}": (
                datetime.fromisoformat(row["merged_at"]).timestamp(),
                row["merge_commit_sha"],
            )
            for row in csv.DictReader(lines)
        }
    desk.one(path)
    found = desk.rows(
        "SELECT outcome_id, epoch(resolved_at_utc), json_extract_string(tags, '$.merge_commit_sha') "
        "FROM outcome"
    )
    assert {name: (seconds, sha) for name, seconds, sha in found} == merges
