"""`finops-ai doctor`: is everything there that the other commands need, and what to do if not."""

from __future__ import annotations

import platform
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.text import counted
from finops_ai.config import Config
from finops_ai.errors import ExitCode, FinopsError
from finops_ai.ledger import Ledger

_COLUMNS = columns("check:check", "state:state", "detail:detail", "next_step:next step")
_PRIVATE_BITS = stat.S_IRWXG | stat.S_IRWXO
_DISK_MIN_BYTES = 1_000_000_000
_CATALOGUE_OLD_DAYS = 60
_CHECKED_ON = re.compile(r"checked_on: *\"?(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `state` is found, empty, missing or problem."""

    check: str
    state: str
    detail: str
    next_step: str = ""


def examine(settings: Settings, at_utc: datetime) -> tuple[Document, int]:
    """Every finding, and the exit code: 4 when any is a problem. Nothing is changed."""
    found = list(_findings(settings, at_utc))
    problems = [item for item in found if item.state == "problem"]
    rows = tuple((item.check, item.state, item.detail, item.next_step) for item in found)
    document = Document(
        "doctor", (Table("findings", "", _COLUMNS, rows, null=""),), {"healthy": not problems}
    )
    return document, int(ExitCode.FINDINGS if problems else ExitCode.OK)


def _findings(settings: Settings, at_utc: datetime) -> Iterator[Finding]:
    yield Finding("finops-ai", "found", settings.version)
    yield Finding("Python", "found", f"{platform.python_version()} ({sys.executable})")
    yield Finding("DuckDB", "found", metadata.version("duckdb"))
    yield _catalogue(at_utc)
    try:
        config = settings.load()
    except FinopsError as error:
        yield Finding("finops.yaml", "problem", error.message, error.hint)
        return
    if config.path is None:
        yield Finding("finops.yaml", "missing", "defaults are in force", "finops-ai init")
    else:
        counts = f"{len(config.workflows)} workflows, {len(config.rules)} rules, {len(config.pools)} pools"
        state = "found" if config.rules else "empty"
        yield Finding("finops.yaml", state, f"{config.path}: {counts}", "" if config.rules else "add rules")
    yield from _ledger(settings, config)


def _ledger(settings: Settings, config: Config) -> Iterator[Finding]:
    path = config.ledger_path
    yield _disk(path)
    if not path.exists():
        yield Finding("ledger", "missing", str(path), "finops-ai ingest PATH")
        return
    try:
        with settings.open(config, read_only=True) as ledger:
            yield from _contents(ledger)
    except FinopsError as error:
        yield Finding("ledger", "problem", error.message, error.hint)
    yield _mode(path)


def _contents(ledger: Ledger) -> Iterator[Finding]:
    yield Finding(
        "ledger", "found", f"{ledger.path}: schema {ledger.value('SELECT max(version) FROM schema_version')}"
    )
    for table, what in (("charge", "bills"), ("token_usage", "token logs"), ("outcome", "outcomes")):
        files = ledger.value("SELECT count(*) FROM imported_file WHERE feeds = ?", [table])
        rows = ledger.value(
            "SELECT coalesce(sum(rows_added), 0)::BIGINT FROM imported_file WHERE feeds = ?", [table]
        )
        step = "" if rows else "finops-ai ingest PATH"
        held = f"{counted(files, 'file')}, {counted(rows, 'row')} added"
        yield Finding(what, "found" if rows else "empty", held, step)


def _mode(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _PRIVATE_BITS:
        return Finding(
            "permissions", "problem", f"{path} is {mode:04o}: others can read it", f"chmod 600 {path}"
        )
    return Finding("permissions", "found", f"{mode:04o}: only you can read the ledger")


def _disk(path: Path) -> Finding:
    folder = next((folder for folder in path.absolute().parents if folder.is_dir()), Path("/"))
    free_bytes = shutil.disk_usage(folder).free
    short = free_bytes < _DISK_MIN_BYTES
    step = "make room: loading needs about the size of the files" if short else ""
    return Finding(
        "disk", "problem" if short else "found", f"{free_bytes / 1e9:,.1f} GB free in {folder}", step
    )


def _catalogue(at_utc: datetime) -> Finding:
    from finops_ai.resources import shipped

    try:
        files = sorted(shipped("pricing").rglob("*.yaml"))
    except FinopsError as error:
        return Finding("prices", "problem", error.message, error.hint)
    days = [day for file in files for day in _CHECKED_ON.findall(file.read_text(encoding="utf-8"))]
    if not days:
        return Finding("prices", "empty", f"{len(files)} price files", "upgrade finops-ai")
    age_days = (at_utc.date() - datetime.fromisoformat(max(days)).date()).days
    old = age_days > _CATALOGUE_OLD_DAYS
    detail = f"{len(files)} price files, last checked {max(days)} ({age_days} days ago)"
    return Finding("prices", "found", detail, "upgrade finops-ai for newer list prices" if old else "")
