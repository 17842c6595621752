"""A ledger that mutated files go into, and what must hold after each of them."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from finops_ai.errors import FinopsError, InputError
from finops_ai.importers import FileResult, Options, Registry, find_sources, ingest
from finops_ai.ledger import Ledger

IMPORTED_AT = datetime(2026, 11, 21, 12, 0)
FILE_MAX_S = 30.0  # each of up to 50 records that no macro can read costs some queries
# What the engine says when it does not trust what an importer made of a file: of the importers that
# are shipped nobody may ever hear it, whatever the file.
_NOT_SOUND = ("report this file's format", "read every column with as_utc")
_EXPONENT = re.compile(r"(?<=\d)e(\+|(-)0)?(?=\d)", re.IGNORECASE)
_FIGURES = {
    "charge": "file_id, row_number, charge_id",
    "token_usage": "file_id, row_number, usage_id, source_key",
    "outcome": "file_id, row_number",
}


@dataclass(frozen=True)
class Said:
    """What became of one file."""

    result: FileResult
    figures: dict[str, list[tuple[Any, ...]]]


class Bench:
    """One ledger that is emptied between files: opening one costs more than many files."""

    def __init__(self, ledger: Ledger, folder: Path, registry: Registry) -> None:
        self.ledger = ledger
        self.folder = folder
        self.registry = registry
        self.files = 0
        self._tables = [
            name
            for (name,) in ledger.rows(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary "
                "AND table_name <> 'schema_version'"
            )
        ]

    def load(self, content: bytes, suffix: str) -> Said | None:
        """Ingest one file into the empty ledger and check all that must hold; None when it was refused."""
        for table in self._tables:
            self.ledger.execute(f"DELETE FROM {table}")
        path = self.written(content, suffix)
        (result,) = self.ingested([path])
        if result.status != "imported":
            assert result.status == "refused", result.status
            assert isinstance(result.error, InputError), result.error
            said = f"{result.error.message} {result.error.hint}"
            assert not any(text in said for text in _NOT_SOUND), said
            assert self.figures() == {table: [] for table in _FIGURES}, "refused, but something is in"
            path.unlink()
            return None
        self._check(result)
        path.unlink()  # of a failure the file is left, to be looked at
        return Said(result, self.figures())

    def written(self, content: bytes, suffix: str) -> Path:
        """A new file of that content."""
        self.files += 1
        path = self.folder / f"{self.files}{suffix}"
        path.write_bytes(content)
        return path

    def ingested(self, paths: Sequence[Path]) -> list[FileResult]:
        """As the command does it, every path named by the user."""
        workdir = self.folder / f"work-{self.files}"
        workdir.mkdir(exist_ok=True)
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        try:
            sources = find_sources(paths, workdir=workdir)
            results = list(ingest(self.ledger, sources, self.registry, self._options(workdir)))
        except FinopsError as error:
            assert isinstance(error, InputError), error
            results = [FileResult(str(path), "refused", error=error) for path in paths]
        # On a busy machine the clock runs on while others work.
        took_s = min(time.perf_counter() - start_s, time.process_time() - start_cpu_s)
        assert took_s < FILE_MAX_S, "took longer than a user waits"
        for each in workdir.iterdir():
            if each.is_file():
                each.unlink()
        return results

    @staticmethod
    def _options(workdir: Path) -> Options:
        return Options(IMPORTED_AT, workdir, delivery="parts")

    def figures(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows in force, without where they came from.

        A number in the place of a text is spelled 1e-07 by one reader of JSON and 1e-7 by the other.
        """
        return {
            table: sorted(
                (
                    tuple(_EXPONENT.sub(r"e\2", value) if isinstance(value, str) else value for value in row)
                    for row in self.ledger.rows(f"SELECT * EXCLUDE ({left_out}) FROM {table}")
                ),
                key=repr,
            )
            for table, left_out in _FIGURES.items()
        }

    def _check(self, result: FileResult) -> None:
        accounted = result.rows_added + result.rows_repeated + result.rows_replaced
        assert accounted + result.rows_rejected + result.rows_ignored == result.rows_read
        held = sum(self.ledger.value(f"SELECT count(*) FROM {table}") for table in _FIGURES)
        assert held == result.rows_added + result.rows_replaced
        billed = dict(
            self.ledger.rows("SELECT billing_currency, sum(billed_cost) FROM charge GROUP BY ALL ORDER BY 1")
        )
        assert billed == result.billed
        delivered = dict(
            self.ledger.rows("SELECT billing_currency, sum(billed_cost) FROM delivery GROUP BY ALL")
        )
        assert delivered == billed
        assert len({reject.row_number for reject in result.rejects}) == result.rows_rejected
        assert self.ledger.broken_promises() == []
