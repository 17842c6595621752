"""`finops-ai check`: every invariant proved again on the user's own ledger."""

from __future__ import annotations

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.errors import ExitCode
from finops_ai.ledger import checks

_COLUMNS = columns("promise:promise", "after:checked after", "held:holds")
_BROKEN = columns("promise:broken promise", "row:row")


def check_ledger(settings: Settings) -> tuple[Document, int]:
    """What each check says, and the exit code: 7 when any promise is broken."""
    with settings.open(settings.load(), read_only=True) as ledger:
        broken = ledger.broken_promises()
    names = {violation.check.name for violation in broken}
    rows = tuple((c.promise, c.after, c.name not in names) for c in checks.shipped())
    found = tuple((violation.check.promise, str(violation.row)) for violation in broken)
    verdict = f"{len(rows) - len(names)} of {len(rows)} promises hold."
    document = Document(
        "check",
        (
            Table("checks", "", _COLUMNS, rows),
            Table("violations", "First rows that break them", _BROKEN, found),
            verdict,
        ),
        {"holds": not broken},
    )
    return document, int(ExitCode.INTEGRITY if broken else ExitCode.OK)
