"""The business outcomes: one CSV file per month, as the service desk exports it."""

from collections.abc import Iterable

from sample_company.logs import Log
from sample_company.model import Outcome, iso
from sample_company.text import to_csv

HEADER = (
    "outcome_id,kind,status,resolved_at,final_after,reopened_at,session_id,trace_id,workflow,"
    "value,value_currency,human_minutes_saved"
).split(",")
WINDOW_MS = 14 * 86_400_000
"""An outcome is final two weeks after it was resolved."""

BROKEN = {
    "2026-02": ("resolved_at", "2026-02-30T10:15:00Z"),
    "2026-08": ("value", "1,204.50"),
}
"""Months whose file has one unreadable row, exported again correctly on the next line."""


def _row(outcome: Outcome) -> list[str]:
    """Return one outcome's cells; an empty cell means unknown."""
    known = outcome.value is not None
    return [
        outcome.outcome_id,
        outcome.kind,
        outcome.status,
        iso(outcome.resolved_ms),
        iso(outcome.resolved_ms + WINDOW_MS),
        iso(outcome.reopened_ms) if outcome.reopened_ms else "",
        outcome.session_id,
        outcome.trace_id,
        outcome.workflow,
        str(outcome.value) if known else "",
        "USD" if known else "",
        str(outcome.minutes) if outcome.minutes is not None else "",
    ]


def outcome_file(outcomes: Iterable[Outcome], month: str) -> Log:
    """Write a month's outcomes in the order they were resolved."""
    ordered = sorted(outcomes, key=lambda one: (one.resolved_ms, one.outcome_id))
    rows = [_row(outcome) for outcome in ordered]
    rejected = 0
    if month in BROKEN:
        column, text = BROKEN[month]
        place = next(i for i, row in enumerate(rows) if i > 20 and row[9])
        broken = list(rows[place])
        broken[HEADER.index(column)] = text
        rows.insert(place, broken)
        rejected = 1
    counts = {"outcomes": len(ordered), "records": len(rows), "rejected": rejected}
    return Log(f"outcomes/outcomes_{month}.csv", to_csv(HEADER, rows), counts)
