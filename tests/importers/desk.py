"""A desk to import files at: a ledger of its own, and what the command does around an import."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from finops_ai.importers import FileResult, Options, find_sources, ingest, load_registry
from finops_ai.importers.registry import Registry
from finops_ai.ledger import Ledger

IMPORTED_AT = datetime(2026, 11, 21, 12, 0)
REPOSITORY = Path(__file__).resolve().parents[2]
INPUTS = [REPOSITORY, REPOSITORY.parent / "shared"]
TABLES = ("charge", "token_usage", "outcome")


@cache
def registry(importers: tuple[Path, ...]) -> Registry:
    """The importers in force; reading all of them costs as much as many an import here."""
    return load_registry(importers)


@dataclass
class Desk:
    """Imports into one ledger below `folder`, and reads it. Close it."""

    folder: Path
    template: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._ledger: Ledger | None = None
        self.ledger_path = self.folder / "finops.duckdb"
        for suffix in ("", ".head"):
            shutil.copyfile(f"{self.template}{suffix}", f"{self.ledger_path}{suffix}")
        self.runs = 0

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened once: opening costs more than most imports here."""
        if self._ledger is None:
            readable = [self.folder, self.folder.parent, *filter(Path.is_dir, INPUTS)]
            self._ledger = Ledger.open(self.ledger_path, readable=readable)
        return self._ledger

    def close(self) -> None:
        """Close the ledger, if it was opened."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def load(
        self,
        *paths: Path,
        importers: Sequence[Path] = (),
        encoding: str = "utf-8",
        delivery: str = "ask",
        stated_at_utc: datetime | None = None,
        retry: bool = False,
    ) -> list[FileResult]:
        """Import `paths` and return what became of each file."""
        self.runs += 1
        workdir = self.folder / f"work-{self.runs}"
        workdir.mkdir()
        sources = find_sources(paths, workdir=workdir)
        options = Options(IMPORTED_AT, workdir, encoding, delivery, stated_at_utc, retry)
        return list(ingest(self.ledger, sources, registry(tuple(importers)), options))

    def one(self, path: Path, **options: Any) -> FileResult:
        """Import one file."""
        (result,) = self.load(path, **options)
        return result

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        return self.ledger.rows(sql)

    def figures(self) -> list[list[tuple[Any, ...]]]:
        """All rows in force, without where they came from: what an import may or may not change."""
        provenance = "COLUMNS(* EXCLUDE (file_id, row_number))"
        charges = "COLUMNS(* EXCLUDE (file_id, row_number, charge_id))"
        return [
            self.rows(f"SELECT {charges if table == 'charge' else provenance} FROM {table} ORDER BY ALL")
            for table in TABLES
        ]

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of that content beside the ledger."""
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
