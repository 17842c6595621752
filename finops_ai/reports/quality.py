"""How far the month's data can be trusted: files, rejects, unpriced usage, completeness, cut-off."""

from __future__ import annotations

from pathlib import PurePath

from finops_ai.attribution import outcome_facts
from finops_ai.reports.model import OpenOutcomes, Reject, SourceDays, SourceFile, Unpriced, Weakness
from finops_ai.reports.scope import Scope


def files(scope: Scope) -> tuple[tuple[SourceFile, ...], tuple[Reject, ...]]:
    """The files that the month's figures come from, and the first 20 rows refused in them."""
    rows = scope.records("files.sql")
    used = tuple(
        SourceFile(
            name=PurePath(row["path"]).name,
            **{name: value for name, value in row.items() if name != "file_id"},
        )
        for row in rows
    )
    refused = scope.records("rejects.sql", file_ids=[row["file_id"] for row in rows])
    rejects = tuple(
        Reject(
            file_name=PurePath(row["path"]).name,
            row_number=row["row_number"],
            line=row["line"],
            column_name=row["column_name"],
            reason=row["reason"],
        )
        for row in refused
    )
    return used, rejects


def unpriced(scope: Scope) -> tuple[Unpriced, ...]:
    """Usage of the month without a list price, the largest first."""
    return tuple(Unpriced(**row) for row in scope.records("unpriced.sql"))


def weaknesses(scope: Scope) -> tuple[Weakness, ...]:
    """What is wrong or weak about the month's usage figures, the most tokens first."""
    return tuple(Weakness(**row) for row in scope.records("weaknesses.sql"))


def source_days(scope: Scope) -> tuple[SourceDays, ...]:
    """How far each source reaches into the month."""
    return tuple(
        SourceDays(
            feeds=row["feeds"],
            source=row["source"],
            rows=row["source_rows"],
            first_day=row["first_day"],
            last_day=row["last_day"],
            days_seen=row["days_seen"],
            days_in_month=scope.month.days,
        )
        for row in scope.records("source_days.sql")
    )


def restated(scope: Scope) -> tuple[outcome_facts.Restated, ...]:
    """Outcomes whose count changed after the month in which they were counted, this one or a closed one."""
    return outcome_facts.restatements(scope.ledger, outcome_facts.Scope(scope.month, scope.month.end_utc))


def open_outcomes(scope: Scope) -> tuple[OpenOutcomes, ...]:
    """Outcomes of the month that may still change, by kind."""
    return tuple(OpenOutcomes(**row) for row in scope.records("open_outcomes.sql"))
