"""`finops-ai report`: the month's files for finance, safe to run from cron."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from finops_ai.cli import screen
from finops_ai.cli.context import Settings, chosen_month
from finops_ai.cli.refresh import refresh
from finops_ai.config import Config
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import monthly_report, write_report


def write_month(settings: Settings, asked: str | None, out: Path, kind: str, *, at_utc: datetime) -> None:
    """Write the report of the month into folder `out` and print the files' paths on stdout."""
    config = settings.load()
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked)
        paths = report_files(ledger, config, month, out, kind, at_utc=at_utc)
    screen.write("".join(f"{path}\n" for path in paths))


def report_files(
    ledger: Ledger, config: Config, month: Month, out: Path, kind: str, *, at_utc: datetime
) -> list[Path]:
    """Bring the month up to date, write its report and note in the ledger what was reported."""
    raise NotImplementedError
