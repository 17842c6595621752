"""`finops-ai ingest`: files into the ledger, and what became of every row."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from finops_ai.cli import screen
from finops_ai.cli.context import Settings
from finops_ai.cli.document import Column, Document, Table, columns
from finops_ai.cli.formats import plain_value
from finops_ai.cli.text import counted
from finops_ai.config import Config
from finops_ai.errors import FinopsError, InputError
from finops_ai.importers import FileResult, Options, SourceFile, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger
from finops_ai.money import plain, shown

_REJECTS = columns("file:file", "line:line:count", "column:column", "reason:reason")
_MONTHS = columns(
    "month:month", "currency:currency", "before:before:money", "after:after:money", "change:change:money"
)
_IGNORED = columns("format:format", "reason:reason", "records:records:count")
_COUNTS = ("read", "added", "repeated", "replaced", "rejected", "ignored")
_ALWAYS = ("read", "added")
_BRIEF = ("added", "repeated", "replaced", "rejected")
_REJECTS_SHOWN = 3
_NOT_READ = ("known", "manifest", "skipped", "refused")
_UNREAD = columns("file:file", "why:why")


@dataclass(frozen=True)
class IngestOptions:
    """How files are to be read; `max_rejects` counts rows over all files.

    `retry` also reads known files again, if some of their rows were refused.
    """

    encoding: str = "utf-8"
    delivery: str = "ask"
    dry_run: bool = False
    max_rejects: int = 0
    stated_at_utc: datetime | None = None
    retry: bool = False


def run_ingest(
    settings: Settings, paths: Sequence[Path], options: IngestOptions, *, at_utc: datetime, style: str
) -> None:
    """Ingest `paths` and print one line a file, also when a later file stops the run.

    Raises InputError when more rows are rejected than allowed; the good rows are in by then.
    """
    config = settings.load()
    done: list[FileResult] = []
    try:
        for result in ingested(settings, config, paths, options, at_utc=at_utc):
            done.append(result)  # noqa: PERF402 - what is done is shown when a later file fails
    except FinopsError:
        if done:
            screen.show(describe(done, options), style)
        raise
    if style != "table" or len(done) != 1 or done[0].error is None:
        screen.show(describe(done, options), style)
    require_known_files(done)
    require_few_rejects(done, options)


def ingested(
    settings: Settings, config: Config, paths: Sequence[Path], options: IngestOptions, *, at_utc: datetime
) -> Iterator[FileResult]:
    """Each file's result as it is committed, with a progress bar on a terminal."""
    registry = load_registry(config.importers)
    with tempfile.TemporaryDirectory(prefix="finops-ai-") as folder:
        sources = find_sources(paths, workdir=Path(folder))
        with _opened(settings, config, sources, Path(folder), options) as ledger:
            how = Options(
                at_utc,
                Path(folder),
                options.encoding,
                options.delivery,
                options.stated_at_utc,
                options.retry,
            )
            total_bytes = sum(source.size_bytes for source in sources if source.is_read)
            with screen.reading(total_bytes, ledger.percent_done) as step:

                def reading(source: SourceFile) -> None:
                    step(Path(source.display).name, source.size_bytes if source.is_read else 0)

                for result in ingest(ledger, sources, registry, how, on_progress=reading):
                    step(Path(result.path).name, 0)
                    if options.dry_run and result.status == "imported":
                        result.status = "would import"
                    yield result


@contextmanager
def _opened(
    settings: Settings, config: Config, sources: Sequence[SourceFile], folder: Path, options: IngestOptions
) -> Iterator[Ledger]:
    if options.dry_run:
        # Rehearsed on a copy: each file must meet what the files before it would have written.
        rehearsal = folder / "rehearsal.duckdb"
        if config.ledger_path.exists():
            settings.copy(config, rehearsal)
        config = replace(config, ledger_path=rehearsal)
    readable = [source.path for source in sources if source.is_read]
    with settings.open(config, readable=[*readable, folder]) as ledger:
        yield ledger


def require_known_files(results: Sequence[FileResult]) -> None:
    """Raise the first refused file's error, or InputError when no file is in a known format."""
    for result in results:
        if result.error is not None:
            raise result.error
    if results and all(result.status == "skipped" for result in results):
        raise InputError(
            f"no importer knows the format of the {counted(len(results), 'file')} found there.",
            hint="`finops-ai importers` lists the formats; docs/importers.md says how to write one.",
        )


def require_few_rejects(results: Sequence[FileResult], options: IngestOptions) -> None:
    """Raise InputError (exit 3), with the first one, when more rows were rejected than allowed."""
    rejected = sum(result.rows_rejected for result in results)
    if rejected <= options.max_rejects:
        return
    first = next(reject.described(result.path) for result in results for reject in result.rejects)
    accepted = sum(_count(result, "read") for result in results) - rejected
    others = "All other rows are" if accepted else "No row is"
    raise InputError(
        f"{first} ({counted(rejected, 'row')} rejected, --max-rejects is {options.max_rejects}).",
        hint=_remedy(first, options)
        + (
            "Nothing was written: this was a dry run."
            if options.dry_run
            else f"{others} in the ledger. `finops-ai rejects` lists the rejected ones; correct the file and "
            "run `finops-ai rejects retry`, or accept them with --max-rejects."
        ),
    )


def _remedy(reject: str, options: IngestOptions) -> str:
    """How the value of a rejected row must be written, where that can be said."""
    if reject.endswith("is not a plain number"):
        return 'Export numbers with "." decimals, no thousands mark and no currency. '
    if reject.endswith("is not a date or time"):
        return "Write dates as 2026-10-31 or 2026-10-31T12:00:00Z. "
    if reject.endswith("at_utc: is empty, but must be there"):
        again = "ingest" if options.dry_run else "rejects retry"
        return f"If its records carry no time, state it: `finops-ai {again} FILE --at 2026-10-31`. "
    return ""


def describe(results: Sequence[FileResult], options: IngestOptions, *, brief: bool = False) -> Document:
    """What became of every row: a line a file (`brief`: a line a format), the first rejects, the totals."""
    totals = {name: sum(_count(result, name) for result in results) for name in _COUNTS}
    names = [name for name in _COUNTS if name in _ALWAYS or totals[name]]
    groups: dict[str, list[FileResult]] = defaultdict(list)
    for result in results:
        if result.status not in _NOT_READ:
            groups[_format(result)].append(result)
    rejects = tuple(
        (Path(result.path).name, reject.line, reject.column or "", reject.reason)
        for result in results
        for reject in result.rejects[:_REJECTS_SHOWN]
    )
    title = f"Rejected rows ({totals['rejected']:,d} in all; the first of each file)"
    tables = [_by_format(groups, _BRIEF)] if brief else [_by_file(*group, names) for group in groups.items()]
    return Document(
        "ingest",
        (
            *tables,
            *_unread(results),
            _ignored(results),
            _money_by_month(results, options),
            Table("", title, _REJECTS, rejects, null="-"),
            *_notes(results),
            _total_line(results, totals, options),
        ),
        {"dry_run": options.dry_run, "files": [_facts(result) for result in results], "totals": totals},
    )


def _by_file(form: str, results: Sequence[FileResult], names: Sequence[str]) -> Table:
    folder = Path(os.path.commonpath([Path(result.path).parent for result in results]))
    below = f" in {folder}" if str(folder) != "." else ""
    feeds = f" ({results[0].feeds})" if results[0].feeds else ""
    rows = tuple(
        (str(Path(r.path).relative_to(folder)), *(_count(r, name) for name in names), _money(r.billed))
        for r in results
    )
    return Table("", f"{form}{feeds}{below}", _layout(("file:file",), names), rows)


def _ignored(results: Sequence[FileResult]) -> Table:
    """Why records are no rows, by format."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for result in results:
        for reason, records in result.ignored.items():
            counts[_format(result), reason] += records
    rows = tuple((form, reason, records) for (form, reason), records in counts.items())
    return Table("ignored", "Ignored records", _IGNORED, rows)


def _money_by_month(results: Sequence[FileResult], options: IngestOptions) -> Table:
    """Of a dry run, or where known bills changed: each month's money before and after all files."""
    first: dict[tuple[str, str], Decimal] = {}
    last: dict[tuple[str, str], Decimal] = {}
    for change in (change for result in results for change in result.months):
        key = (change.month, change.billing_currency)
        first.setdefault(key, change.before)
        last[key] = change.after
    rows = tuple(
        (month, currency, first[month, currency], after, after - first[month, currency])
        for (month, currency), after in sorted(last.items())
        if options.dry_run or first[month, currency]
    )
    title = "Billed by month, if this were imported" if options.dry_run else "Months with earlier bills"
    return Table("months", title, _MONTHS, rows)


def _unread(results: Sequence[FileResult]) -> Iterator[Table]:
    """Files that were not read, with the reason."""
    for status in ("refused", "skipped", "manifest"):
        rows = tuple(
            (Path(r.path).name, " ".join(r.notes) if r.error is None else r.error.message)
            for r in results
            if r.status == status
        )
        title = "Manifests" if status == "manifest" else f"{status.capitalize()} files"
        yield Table("", title, _UNREAD, rows)


def _by_format(groups: Mapping[str, Sequence[FileResult]], names: Sequence[str]) -> Table:
    rows = tuple(
        (form, len(group), *(sum(_count(r, name) for r in group) for name in names), _money(_net(group)))
        for form, group in groups.items()
    )
    return Table("", "", _layout(("format:format", "files:files:count"), names), rows)


def _layout(first: Sequence[str], names: Sequence[str]) -> tuple[Column, ...]:
    return (*columns(*first), *(Column(n, n, "count") for n in names), Column("billed", "billed", "money"))


def _net(results: Sequence[FileResult]) -> dict[str, Decimal]:
    """Money by currency that the ledger gained: of a bill that replaces another, the difference."""
    money: dict[str, Decimal] = defaultdict(Decimal)
    for result in results:
        for currency, amount in result.billed.items():
            money[currency] += amount
        for gone in (result.billed_before, result.billed_elsewhere):
            for currency, amount in gone.items():
                money[currency] -= amount
    return dict(money)


def _facts(result: FileResult) -> dict[str, object]:
    facts = {item.name: plain_value(getattr(result, item.name)) for item in fields(result)}
    # The raw text of a refused row may be a prompt: it stays in the ledger's table `reject`.
    facts["rejects"] = [
        {"row_number": r.row_number, "line": r.line, "column": r.column, "reason": r.reason}
        for r in result.rejects
    ]
    facts["error"] = None if result.error is None else result.error.message
    return facts


def _count(result: FileResult, name: str) -> int:
    return int(getattr(result, f"rows_{name}"))


def _format(result: FileResult) -> str:
    return str(result.importer)


def _money(billed: dict[str, Decimal]) -> str:
    return ", ".join(shown(amount, currency) for currency, amount in sorted(billed.items()))


def _notes(results: Sequence[FileResult]) -> Iterator[str]:
    for result in results:
        for text in result.notes if result.status not in _NOT_READ else ():
            yield f"{Path(result.path).name}: {text}"
        if result.rows_rounded:
            amounts = counted(result.rows_rounded, "amount")
            total = plain(result.rounded_total)
            yield f"{Path(result.path).name}: {amounts} rounded to 15 decimals, by {total} in all."


def _total_line(results: Sequence[FileResult], totals: dict[str, int], options: IngestOptions) -> str:
    money = _net(results)
    known = sum(result.status == "known" for result in results)
    again = f" ({known} already in the ledger)" if known else ""
    counts = ", ".join(f"{totals[name]:,d} {name}" for name in _COUNTS)
    billed = f"; billed {_money(money)}" if money else ""
    rehearsal = "Dry run, nothing was written. " if options.dry_run else ""
    return f"{rehearsal}{counted(len(results), 'file')}{again}: rows {counts}{billed}."
