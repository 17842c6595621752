"""`finops-ai demo`: the whole job on the shipped sample company, step by step."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from finops_ai.cli import forecast, screen
from finops_ai.cli.attribute import describe as describe_month
from finops_ai.cli.context import Settings, chosen_month
from finops_ai.cli.document import Document
from finops_ai.cli.ingest import IngestOptions, describe, ingested
from finops_ai.cli.refresh import refresh
from finops_ai.cli.report import PLANNED_MONTHS, report_files
from finops_ai.config import CONFIG_NAME
from finops_ai.errors import ConfigError, DeliveryError
from finops_ai.forecast import forecast_budgets
from finops_ai.resources import shipped

DEFAULT_FOLDER = Path("demo")
_FILES = ("bills", "logs", "outcomes")


def run_demo(settings: Settings, out: Path | None, *, at_utc: datetime) -> None:
    """Ingest, attribute, forecast and report the samples in folder `out` (default ./demo).

    The samples hold a few broken rows on purpose: they are shown, and the rest goes on.
    """
    folder = _folder(DEFAULT_FOLDER if out is None else out)
    settings = replace(settings, config=folder / CONFIG_NAME, ledger=None)
    config = settings.load()
    options = IngestOptions()
    paths = [shipped("samples") / name for name in _FILES]
    _step(f"finops-ai ingest {' '.join(_FILES)}")
    done = list(ingested(settings, config, paths, options, at_utc=at_utc))
    screen.show(describe(done, options, brief=True))
    with settings.open(config) as ledger:
        refresh(ledger, config, at_utc=at_utc)
        month = chosen_month(ledger, None)
        _step(f"finops-ai attribute --month {month}")
        screen.show(describe_month(ledger, month, "workflow"))
        _step(f"finops-ai forecast --months {PLANNED_MONTHS}")
        found = forecast_budgets(ledger, config, months=PLANNED_MONTHS, by_workflow=True)
        forecast.store_once(ledger, found, at_utc=at_utc)
        screen.show(forecast.describe(found))
        _step(f"finops-ai report --month {month} --out {folder / 'report'}")
        written = report_files(ledger, config, month, folder / "report", "all", at_utc=at_utc)
    page = next((path for path in written if path.suffix == ".html"), written[0])
    screen.show(Document("demo", (f"The report: {page}", f"Go on: cd {folder} && finops-ai status")))


def _step(command: str) -> None:
    screen.write(f"$ {command}\n")


def _folder(folder: Path) -> Path:
    """The folder to work in, with the samples' finops.yaml; a foreign folder is left alone."""
    if (
        folder.exists()
        and not (folder / CONFIG_NAME).is_file()
        and (not folder.is_dir() or any(folder.iterdir()))
    ):
        raise ConfigError(
            f"{folder}: holds other things than a demo.", hint="Name an empty or new folder with --out."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped("samples") / CONFIG_NAME, folder / CONFIG_NAME)
    except OSError as error:
        raise DeliveryError(
            f"{folder}: cannot be written: {error.strerror}.", hint="Choose another folder with --out."
        ) from error
    return folder
