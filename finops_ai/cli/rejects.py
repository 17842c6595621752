"""`finops-ai rejects`: what was refused and why, as a list or a CSV, and another try at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from finops_ai.cli import screen
from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.text import counted
from finops_ai.errors import ConfigError, InputError
from finops_ai.ledger import Ledger
from finops_ai.reports import csv_text, write_report

_GROUPS = columns(
    *("path:path:hidden", "file:file", "importer:importer:hidden", "imported_at_utc:imported:hidden"),
    *("column:column", "reason:reason", "rows:rows:count", "first_record:record:hidden"),
    *("line:line:count", "example:example"),
)
_EXPORTED = ("file", "line", "record", "column", "reason", "raw_text")
_WITHOUT_TIME = (
    "Records that carry no time of their own: `finops-ai rejects retry FILE --at 2026-10-31` states it."
)
_NEXT = (
    "Correct the file where it stands and run `finops-ai rejects retry`, or write all of them down with "
    "`finops-ai rejects export --out FILE.csv`."
)


def list_rejects(settings: Settings, file: str | None, limit: int) -> Document:
    """Refused rows by file, column and kind of reason, at most `limit` groups, newest file first."""
    config = settings.load()
    require_ledger(config, None)
    with settings.open(config, read_only=True) as ledger:
        groups = ledger.run_records("cli", "rejects_grouped.sql", {"file": file})
        ((rows, files),) = ledger.run("cli", "rejects_counts.sql", {"file": file}).fetchall()
        _require_file(ledger, file)
    shown = tuple(
        (
            *(g["path"], Path(g["path"]).name, g["importer"], g["imported_at_utc"], g["column_name"]),
            *(g["wrong"], g["refused_rows"], g["first_record"], g["first_line"], g["example"]),
        )
        for g in groups[:limit]
    )
    title = f"{counted(rows, 'row')} refused, in {counted(files, 'file')}"
    more = len(groups) - len(shown)
    blocks: tuple[Table | str, ...] = (
        Table("rejects", title, _GROUPS, shown, empty="No row is refused.", null=""),
        *([f"{counted(more, 'more kind')} of refusal: --limit {len(groups)} shows them."] if more else []),
        *([_WITHOUT_TIME] if any(g["column_name"] == "at_utc" for g in groups) else []),
        *([_NEXT] if groups else []),
    )
    return Document("rejects", blocks, {"rows": rows, "files": files, "groups": len(groups)})


def export_rejects(settings: Settings, out: Path, file: str | None, *, force: bool) -> Document:
    """Write every refused row as CSV to `out`, readable by its owner alone: raw text may hold prompts.

    ConfigError when `out` is there already, unless `force`; DeliveryError when it cannot be written.
    """
    config = settings.load()
    require_ledger(config, None)
    if out.is_dir():
        raise ConfigError(f"{out}: is a folder.", hint="Name the file: --out rejects.csv.")
    if out.exists() and not force:
        raise ConfigError(
            f"{out}: is there already.", hint="Choose another name, or overwrite it with --force."
        )
    with settings.open(config, read_only=True) as ledger:
        rows = ledger.run("cli", "rejects_all.sql", {"file": file}).fetchall()
        _require_file(ledger, file)
    write_report({out.name: csv_text(_EXPORTED, rows)}, out.parent)
    text = f"{out}: {counted(len(rows), 'refusal')}. It holds text of the refused rows: keep it like them."
    return Document("rejects", (text,), {"out": out, "refusals": len(rows)})


def retry_rejects(
    settings: Settings,
    paths: Sequence[Path],
    max_rejects: int,
    encoding: str,
    stated_at_utc: datetime | None,
    *,
    at_utc: datetime,
) -> None:
    """Read `paths` again, or every file that has refused rows, with the importers of today.

    `stated_at_utc` is the instant of records that carry none. InputError when a file is not where it was,
    once all others are read, or when rows are refused again.
    """
    from finops_ai.cli.ingest import IngestOptions, run_ingest

    config = settings.load()
    require_ledger(config, None)
    wanted = list(paths)
    if not wanted:
        with settings.open(config, read_only=True) as ledger:
            wanted = _refused_files(ledger)
    gone = [path for path in wanted if not path.exists()]
    there = [path for path in wanted if path not in gone]
    if there:
        options = IngestOptions(encoding, max_rejects=max_rejects, stated_at_utc=stated_at_utc, retry=True)
        run_ingest(settings, there, options, at_utc=at_utc, style="table")
    elif not gone:
        screen.show(Document("rejects", ("No row is refused: there is nothing to try again.",)))
    if gone:
        others = f" ({counted(len(gone) - 1, 'more file')} too)" if len(gone) > 1 else ""
        raise InputError(
            f"{gone[0]}: is not there any more{others}.",
            hint="Run this where the file was imported from, or name it: finops-ai rejects retry FILE.",
        )


def _refused_files(ledger: Ledger) -> list[Path]:
    """The files with refused rows as they were named at import; of an archive's member, the archive."""
    rows = ledger.rows(
        "SELECT DISTINCT path FROM imported_file WHERE file_id IN (SELECT file_id FROM reject) ORDER BY path"
    )
    return list(dict.fromkeys(Path(path.partition("!")[0]) for (path,) in rows))


def _require_file(ledger: Ledger, file: str | None) -> None:
    if file is None:
        return
    known = ledger.value(
        "SELECT count(*) FROM imported_file WHERE path = $file OR ends_with(path, '/' || $file)",
        {"file": file},
    )
    if not known:
        raise InputError(
            f"{file}: no file of this name was imported.",
            hint="`finops-ai rejects` lists the files with refused rows.",
        )
