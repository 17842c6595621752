"""A desk to import files at: one ledger, opened for each load as the command does it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from finops_ai.importers import FileResult, Options, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger

IMPORTED_AT = datetime(2026, 11, 21, 12, 0)
TABLES = ("charge", "token_usage", "outcome")


@dataclass
class Desk:
    """Imports into one ledger below `folder`, and reads it."""

    folder: Path
    template: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ledger_path = self.folder / "finops.duckdb"
        for suffix in ("", ".head"):
            shutil.copyfile(f"{self.template}{suffix}", f"{self.ledger_path}{suffix}")
        self.runs = 0

    def load(
        self,
        *paths: Path,
        importers: Sequence[Path] = (),
        encoding: str = "utf-8",
        delivery: str = "ask",
        dry_run: bool = False,
    ) -> list[FileResult]:
        """Import `paths` and return what became of each file."""
        self.runs += 1
        workdir = self.folder / f"work-{self.runs}"
        workdir.mkdir()
        sources = find_sources(paths, workdir=workdir)
        readable = [*(source.path for source in sources), workdir]
        options = Options(IMPORTED_AT, workdir, encoding, delivery, dry_run)
        with Ledger.open(self.ledger_path, readable=readable) as ledger:
            return list(ingest(ledger, sources, load_registry(importers), options))

    def one(self, path: Path, **options: Any) -> FileResult:
        """Import one file."""
        (result,) = self.load(path, **options)
        return result

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        with Ledger.open(self.ledger_path, read_only=True) as ledger:
            return ledger.rows(sql)

    def figures(self) -> list[list[tuple[Any, ...]]]:
        """All rows in force, without where they came from: what an import may or may not change."""
        provenance = "COLUMNS(* EXCLUDE (file_id, row_number))"
        charges = "COLUMNS(* EXCLUDE (file_id, row_number, charge_id))"
        with Ledger.open(self.ledger_path, read_only=True) as ledger:
            return [
                ledger.rows(
                    f"SELECT {charges if table == 'charge' else provenance} FROM {table} ORDER BY ALL"
                )
                for table in TABLES
            ]

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of that content beside the ledger."""
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
