"""`finops-ai close`: a month's figures are kept as they are."""

from __future__ import annotations

from datetime import datetime

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import (
    ClosedMonth,
    close_month,
    closed_months,
    figures_sha256,
    late_months,
    monthly_report,
    reopen_month,
)

_COLUMNS = columns(
    *("month:month", "closed_at_utc:closed at", "figures_sha256:hash of its figures"),
    *("catalogue_sha256:price list:hidden", "late_rows:rows came later"),
)


def close_or_reopen(settings: Settings, asked: str | None, *, reopen: bool, at_utc: datetime) -> Document:
    """Close the month `asked` for, or open it again; list closed months when none is named.

    ConfigError when there is nothing to reopen.
    """
    config = settings.load()
    require_ledger(config, asked)
    with settings.open(config) as ledger:
        if asked is None:
            if reopen:
                raise ConfigError(
                    "close --reopen: names no month.", hint="For example: close 2026-09 --reopen."
                )
            return _listed(ledger, "closed months")
        month = chosen_month(ledger, asked)
        known = {closed.month for closed in closed_months(ledger)}
        if reopen:
            if month not in known:
                raise ConfigError(f"{month}: is not closed.", hint="`finops-ai close` lists closed months.")
            with ledger.transaction(writes="none"):
                reopen_month(ledger, month)
            refresh(ledger, config, at_utc=at_utc)
            return _listed(ledger, f"{month} is open again, and up to date.")
        if month in known:
            return _listed(ledger, f"{month} is closed already; nothing was changed.")
        refresh(ledger, config, at_utc=at_utc)
        sha256 = figures_sha256(monthly_report(ledger, config, month))
        with ledger.transaction(writes="attribution"):
            close_month(ledger, month, sha256, at_utc)
        return _listed(ledger, f"{month} is closed: figures {sha256[:12]}.")


def _listed(ledger: Ledger, said: str) -> Document:
    late = set(late_months(ledger))
    rows = tuple(_row(closed, late) for closed in closed_months(ledger))
    table = Table("closed", "Closed months", _COLUMNS, rows, empty="No month is closed.")
    blocks: list[Table | str] = [table] if said == "closed months" else [said, table]
    if late:
        names = ", ".join(str(month) for month in sorted(late))
        blocks.append(
            f"{names}: rows arrived after closing and are in no figure of it; "
            "`finops-ai close MONTH --reopen` takes them in."
        )
    return Document("close", tuple(blocks), {"closed_months": len(rows)})


def _row(closed: ClosedMonth, late: set[Month]) -> tuple[object, ...]:
    return (
        *(closed.month, closed.closed_at_utc, closed.figures_sha256, closed.catalogue_sha256),
        "yes" if closed.month in late else "no",
    )
