"""Remembers what was reported for a month, so that a later run can say that figures changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from finops_ai.ledger import Ledger
from finops_ai.months import Month

_LAST = """
SELECT reported_sha256, reported_at_utc
FROM period
WHERE month = $month AND reported_sha256 IS NOT NULL
"""


@dataclass(frozen=True)
class Reported:
    """The figures last reported for a month (`figures_sha256`), and when."""

    sha256: str
    at_utc: datetime


def last_reported(ledger: Ledger, month: Month) -> Reported | None:
    """What was last reported for `month`; None when nothing was."""
    rows = ledger.rows(_LAST, {"month": month.first_day})
    return Reported(*rows[0]) if rows else None


def record_reported(ledger: Ledger, month: Month, sha256: str, at_utc: datetime) -> str | None:
    """Note that figures with hash `sha256` were reported at `at_utc`; the hash noted before, or None.

    Unchanged figures keep their first instant and write nothing, so that a second run is no change.
    One statement, inside the caller's transaction or on its own. A closed month stays closed.
    """
    before = last_reported(ledger, month)
    if before is None or before.sha256 != sha256:
        ledger.run(
            "reports", "record_reported.sql", {"month": month.first_day, "sha256": sha256, "at_utc": at_utc}
        )
    return None if before is None else before.sha256
