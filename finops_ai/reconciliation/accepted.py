"""Differences that a person accepted: kept beside the derived data, valid as long as the amount stays."""

from __future__ import annotations

from datetime import datetime

from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reconciliation.result import GROUPINGS, Acceptance, Line, Reconciliation

ROOM = "reconciliation"


def acceptances(ledger: Ledger, month: Month) -> tuple[Acceptance, ...]:
    """The last acceptance of each line of `month`."""
    rows = ledger.run(ROOM, "accepted.sql", {"month": month.first_day}).fetchall()
    return tuple(Acceptance(*row) for row in rows)


def accept(
    ledger: Ledger, found: Reconciliation, line_id: str, *, note: str, by: str, at_utc: datetime
) -> tuple[Line, str]:
    """Store that `by` accepts the difference of the line as it is; the line and its grouping.

    Needs an open transaction. ConfigError when the month has no such line or it has no difference.
    """
    line, grouping = _line(found, line_id)
    if line.difference == 0:
        raise ConfigError(
            f"{line_id}: {line.name} has no difference to accept.",
            hint=f"`finops-ai reconcile --month {found.month} --by line` lists what differs.",
        )
    ledger.run(
        ROOM,
        "accept.sql",
        {
            "month": found.month.first_day,
            "line_id": line.line_id,
            "grouped_by": grouping,
            "line_name": line.name,
            "currency": line.currency,
            "cost": format(line.difference, "f"),
            "note": note,
            "by": by,
            "at_utc": at_utc,
        },
    )
    return line, grouping


def _line(found: Reconciliation, line_id: str) -> tuple[Line, str]:
    for grouping in GROUPINGS:
        for line in found.by(grouping) if grouping != "cause" else ():
            if line.line_id == line_id:
                return line, grouping
    raise ConfigError(
        f'"{line_id}" is no line of {found.month}.',
        hint=f"`finops-ai reconcile --month {found.month} --by line` lists the lines with their ids.",
    )
