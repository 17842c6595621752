"""`finops-ai report`: the month's files for finance, safe to run from cron."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from finops_ai.cli import screen
from finops_ai.cli.budget import month_standings
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.forecast import store_once
from finops_ai.cli.refresh import refresh
from finops_ai.config import Config
from finops_ai.errors import InputError
from finops_ai.forecast import Forecast, forecast_budgets
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import figures_sha256, monthly_report, record_reported, render_all, write_report

PLANNED_MONTHS = 12
_SUFFIX = {"markdown": ".md", "html": ".html", "csv": ".csv"}


def write_month(settings: Settings, asked: str | None, out: Path, kind: str, *, at_utc: datetime) -> None:
    """Write the report of the month into folder `out` and print the files' paths on stdout."""
    config = settings.load()
    require_ledger(config, asked)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked)
        refresh(ledger, config, at_utc=at_utc)
        paths = report_files(ledger, config, month, out, kind, at_utc=at_utc)
    screen.write("".join(f"{path}\n" for path in paths))


def report_files(
    ledger: Ledger, config: Config, month: Month, out: Path, kind: str, *, at_utc: datetime
) -> list[Path]:
    """Write the report of an up-to-date month, then note in the ledger what was reported."""
    report = monthly_report(
        ledger,
        config,
        month,
        forecast=_budgets(ledger, config, month, at_utc=at_utc),
        standings=month_standings(ledger, config, month),
    )
    files = render_all(report)
    if kind != "all":
        files = {name: text for name, text in files.items() if name.endswith(_SUFFIX[kind])}
    paths = write_report(files, out)
    sha256 = figures_sha256(report)
    before = record_reported(ledger, month, sha256, at_utc)
    if before is not None and before != sha256:
        screen.note(f"{month}: the figures differ from those reported before.")
    return paths


def _budgets(ledger: Ledger, config: Config, month: Month, *, at_utc: datetime) -> Forecast | None:
    try:
        found = forecast_budgets(ledger, config, months=PLANNED_MONTHS, by_workflow=True, as_of=month)
    except InputError as error:
        # A first, partial month has no run rate yet: the report says what was spent all the same.
        screen.note(f"no budgets in this report: {error.message}")
        return None
    store_once(ledger, found, at_utc=at_utc)
    return found
