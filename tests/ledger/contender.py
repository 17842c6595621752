"""One of many processes that ingest into the same ledger at the same time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from finops_ai.importers import Options, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger

OWN_ROWS = 20
SHARED_ROWS = 20
HEAD = "outcome_id,kind,status,resolved_at\n"


def ingest_files(ledger_path: Path, folder: Path, number: int, files: int) -> None:
    """Ingest `files` files, opening the ledger for each; half of their rows are in every file."""
    registry = load_registry()
    for file in range(files):
        own = [f"{number}-{file}-{row}" for row in range(OWN_ROWS)]
        shared = [f"shared-{row}" for row in range(SHARED_ROWS)]
        path = folder / f"{number}-{file}.csv"
        path.write_text(
            HEAD + "".join(f"{name},ticket,success,2026-10-05T10:00:00Z\n" for name in own + shared)
        )
        sources = find_sources([path], workdir=folder)
        with Ledger.open(ledger_path, lock_timeout_s=300, readable=[path.resolve()]) as ledger:
            (result,) = ingest(ledger, sources, registry, Options(datetime(2026, 11, 21), folder))
            assert result.status == "imported", result
