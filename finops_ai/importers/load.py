"""Putting files into the ledger: each batch wholly in or wholly out, every record accounted for.

A batch is read strictly first. Only when that raises is each of its files read again, record by
record. Bills go straight into `charge`; rows that carry an id are compared with what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from finops_ai.errors import InputError
from finops_ai.importers import deliveries, identity, readers, repair, staging
from finops_ai.importers.contract import Identity, Importer
from finops_ai.importers.heads import Head, read_head
from finops_ai.importers.known import KnownFiles
from finops_ai.importers.manifests import named_parts, require_parts
from finops_ai.importers.registry import Registry
from finops_ai.importers.results import FileResult, Slot
from finops_ai.importers.sources import BackgroundDigest, Digest, SourceFile, plainly_named
from finops_ai.importers.staging import Batch, NeedsRecoveryError, Recovered
from finops_ai.importers.tables import Mapping, map_columns
from finops_ai.ledger import REFUSED_ROW, Ledger, statement
from finops_ai.money import plain

BATCH_MAX_FILES = 500
BATCH_MAX_BYTES = 512 << 20
BULK_MIN_BYTES = 32 << 20

_UNPROVEN = "Nothing was imported. Please report this file's format. In an importer of your own,"
_UNTYPED = (
    "Export the file again. In an importer of your own, read every column with as_utc, as_count, "
    "as_money or the like: then a bad value costs its own row only."
)

Progress = Callable[[SourceFile], None]


@dataclass(frozen=True)
class Options:
    """How this run of ingest reads: the instant it is recorded under, and the user's choices.

    `delivery` answers what a bill is that overlaps an earlier one in part: ask, parts or replace.
    `stated_at_utc` is the instant of records that carry none. `retry` reads files again that are
    known but had rejects, and settles the rejects of earlier files of the same bytes or path.
    """

    imported_at_utc: datetime
    workdir: Path
    encoding: str = "utf-8"
    delivery: str = "ask"
    stated_at_utc: datetime | None = None
    retry: bool = False


@dataclass(frozen=True)
class _Opened:
    """A file that is new to the ledger: what it is and who reads it."""

    source: SourceFile
    digest: Digest | BackgroundDigest
    head: Head
    importer: Importer
    readable: SourceFile
    flattened: int | None

    @property
    def records(self) -> int | None:
        """Records counted without DuckDB; None where only reading tells. May wait for the digest."""
        return self.digest.lines if self.head.kind == "jsonl" else self.flattened


def ingest(
    ledger: Ledger,
    sources: Sequence[SourceFile],
    registry: Registry,
    options: Options,
    on_progress: Progress = lambda _: None,
) -> Iterator[FileResult]:
    """Import `sources` in order; a file that is refused is reported and the others go on.

    Every byte that SQL may read must have been named in `readable` when the ledger was opened.
    """
    macros = staging.define_macros(ledger, options.stated_at_utc)
    waiting: list[_Opened] = []
    torn: list[_Opened] = []
    known = KnownFiles(ledger, sources, retry=options.retry)
    for source in sources:
        on_progress(source)
        try:
            opened = _open(ledger, source, registry, options, known)
        except InputError as error:
            yield FileResult(source.display, "refused", bytes=source.size_bytes, error=error)
            continue
        if isinstance(opened, FileResult):
            yield opened
            continue
        macros.need(opened.importer)
        known.add(source, opened.digest)
        if opened.head.kind == "jsonl" and not opened.digest.ends_whole:
            torn.append(opened)  # cut off while it was written: alone, so that it spoils no batch
            continue
        if waiting and not _fits_batch(waiting, opened):
            yield from _load(ledger, waiting, options)
            waiting = []
        waiting.append(opened)
    yield from _load(ledger, waiting, options)
    for opened in torn:
        yield from _load(ledger, [opened], options)


def _open(
    ledger: Ledger,
    source: SourceFile,
    registry: Registry,
    options: Options,
    known: KnownFiles,
) -> _Opened | FileResult:
    if source.refusal is not None:
        raise source.refusal
    if source.passed_over is not None:
        return FileResult(source.display, "skipped", bytes=source.size_bytes, notes=[source.passed_over])
    found = known.digest(source)
    if (same := known.note(found)) is not None:
        importer, note = same
        return FileResult(source.display, "known", importer=importer, bytes=source.size_bytes, notes=[note])
    readable = plainly_named(source, options.workdir / f"plain-{known.asked}.file")
    head = read_head(source, options.encoding)
    if head.kind == "parquet":
        head = readers.parquet_head(ledger, readable)
    if (parts := named_parts(source, head)) is not None:
        note = require_parts(source, parts, known.names)
        return FileResult(source.display, "manifest", bytes=source.size_bytes, notes=[note])
    try:
        chosen = registry.recognise(head)
    except InputError as error:
        if source.named:
            raise
        return FileResult(source.display, "skipped", bytes=source.size_bytes, notes=[error.message])
    head.require_single(chosen)
    head = replace(head, start="")  # a batch may hold hundreds of heads
    flattened = None
    if head.kind == "json" or (head.kind == "jsonl" and chosen.is_nested):
        target = options.workdir / f"flat-{known.asked}.jsonl"
        by_line = head.kind == "jsonl"
        flattened = readers.flatten_documents(source, chosen, target, by_line=by_line)
        readable = SourceFile(target.resolve(), source.display, source.named)
        head = replace(head, kind="json")
    return _Opened(source, found, head, chosen, readable, flattened)


def _fits_batch(waiting: Sequence[_Opened], opened: _Opened) -> bool:
    first = waiting[0]
    return (
        first.importer is opened.importer
        and opened.importer.identity is Identity.ROW
        and first.head.kind in ("jsonl", "json")
        and opened.head.kind == first.head.kind
        and first.readable.gzipped == opened.readable.gzipped
        and len(waiting) < BATCH_MAX_FILES
        and sum(each.source.size_bytes for each in waiting) + opened.source.size_bytes < BATCH_MAX_BYTES
    )


def _load(ledger: Ledger, waiting: Sequence[_Opened], options: Options) -> Iterator[FileResult]:
    if not waiting:
        return
    try:
        bulk = sum(opened.source.size_bytes for opened in waiting) >= BULK_MIN_BYTES
        results = _in_transaction(ledger, lambda: _load_strict(ledger, waiting, options), bulk=bulk)
    except (*REFUSED_ROW, NeedsRecoveryError):
        results = []
        for opened in waiting:
            results += _load_alone(ledger, opened, options, strict_first=len(waiting) > 1)
    except InputError as error:
        results = [_refused(opened, error) for opened in waiting]
    yield from results


def _load_alone(ledger: Ledger, opened: _Opened, options: Options, *, strict_first: bool) -> list[FileResult]:
    if strict_first:
        return list(_load(ledger, [opened], options))
    try:
        # Reading record by record meets errors on purpose, and an error would abort a transaction.
        recovered = staging.stage_recovering(ledger, _batch([opened], options))
        return _in_transaction(ledger, lambda: _store_recovered(ledger, opened, recovered, options))
    except InputError as error:
        return [_refused(opened, error)]
    except REFUSED_ROW as error:
        return [_refused(opened, _untyped(opened.source, str(error).splitlines()[0].partition("Error: ")[2]))]
    finally:
        staging.use_macros(ledger, "strict")


def _untyped(source: SourceFile, text: str) -> InputError:
    if text.startswith("Overflow in SUM"):
        return InputError(
            f"{source.display}: its figures add up to more than the 23 digits that a ledger holds.",
            hint="No bill is that large: look for wrong amounts in it.",
        )
    return InputError(f"{source.display}: {text}", hint=_UNTYPED)


def _refused(opened: _Opened, error: InputError) -> FileResult:
    return FileResult(
        opened.source.display,
        "refused",
        opened.importer.name,
        opened.importer.feeds,
        opened.source.size_bytes,
        error=error,
    )


def _in_transaction(
    ledger: Ledger, work: Callable[[], list[FileResult]], *, bulk: bool = False
) -> list[FileResult]:
    with ledger.transaction(writes="import", bulk=bulk):
        return work()


def _load_strict(ledger: Ledger, waiting: Sequence[_Opened], options: Options) -> list[FileResult]:
    first = waiting[0]
    batch = _batch(waiting, options)
    slots = _slots(ledger, waiting)
    if any(repair.is_big_endian(file, options.encoding) for file in batch.files):
        raise NeedsRecoveryError
    raw = readers.strict_raw(ledger, first.importer, batch.head, batch.files, options.encoding)
    mapping = map_columns(ledger, first.importer, raw)
    if first.importer.identity is not Identity.ROW and not (mapping.has_ignored or first.importer.ordered):
        _insert_charges(ledger, first.importer, raw, mapping, slots[0])
        deliveries.take_delivery(ledger, first.importer, slots[0], options.delivery)
    else:
        mapping = staging.stage_strict(ledger, batch)
        _store_staged(ledger, first.importer, mapping, slots, options)
    for opened, slot in zip(waiting, slots, strict=True):
        _prove(ledger, opened, raw, slot.result)
    _record_files(ledger, waiting, slots, options)
    _touch_months(ledger, first.importer, slots)
    return [slot.result for slot in slots]


def _store_recovered(
    ledger: Ledger, opened: _Opened, recovered: Recovered, options: Options
) -> list[FileResult]:
    (slot,) = _slots(ledger, [opened])
    _store_staged(ledger, opened.importer, recovered.mapping, [slot], options)
    slot.result.rows_read = recovered.records
    slot.result.rejects = recovered.rejects
    slot.result.rows_rejected = len({reject.row_number for reject in recovered.rejects})
    if opened.importer.money is not None:
        _control(ledger, opened, recovered.good, slot.result)
    _store_rejects(ledger, slot)
    _record_files(ledger, [opened], [slot], options)
    _touch_months(ledger, opened.importer, [slot])
    return [slot.result]


def _insert_charges(
    ledger: Ledger, importer: Importer, raw: readers.Raw, mapping: Mapping, slot: Slot
) -> None:
    select = f"SELECT $file_id, 0, $source, {mapping.typed} FROM typed"
    ledger.execute(
        f"INSERT INTO charge (file_id, row_number, source, {mapping.names}) " + raw.query(importer, select),
        {**raw.params, "file_id": slot.file_id, "source": importer.source},
    )
    first_row, slot.result.rows_read = ledger.rows(
        "SELECT coalesce(min(rowid), 0), count(*) FROM charge WHERE file_id = $file_id",
        {"file_id": slot.file_id},
    )[0]
    ledger.execute(
        statement("importers", "sql/number_charges.sql"), {"file_id": slot.file_id, "first_row": first_row}
    )


def _store_staged(
    ledger: Ledger, importer: Importer, mapping: Mapping, slots: Sequence[Slot], options: Options
) -> None:
    for index, reason, records in ledger.rows(
        "SELECT file_index, ignored_because, count(*) FROM staged GROUP BY ALL ORDER BY ALL"
    ):
        result = slots[index].result
        result.rows_read += records
        if reason is not None:
            result.rows_ignored += records
            result.ignored[reason] = records
    if importer.identity is Identity.ROW:
        identity.add_rows(ledger, importer, mapping, slots)
        return
    ledger.execute(
        f"INSERT INTO charge (file_id, row_number, source, {mapping.names}) "
        f"SELECT $file_id, row_number, $source, {mapping.names} FROM staged WHERE ignored_because IS NULL",
        {"file_id": slots[0].file_id, "source": importer.source},
    )
    deliveries.take_delivery(ledger, importer, slots[0], options.delivery)


def _prove(ledger: Ledger, opened: _Opened, raw: readers.Raw, result: FileResult) -> None:
    """Compare with a second, independent count and control total before anything is committed."""
    records = opened.records
    if records is not None and records != result.rows_read:
        records = readers.count_filled_lines(opened.readable)
    if records is None or opened.importer.money is not None:
        scanned = _control(ledger, opened, raw, result)
        records = scanned if records is None else records
    if records != result.rows_read:
        raise InputError(
            f"{opened.source.display}: holds {records:,} records, but {result.rows_read:,} were read.",
            hint=f"{_UNPROVEN} pass every row on; one with `ignored_because` is counted and left out.",
        )


def _control(ledger: Ledger, opened: _Opened, raw: readers.Raw, result: FileResult) -> int:
    """Records, control total and rounding by a scan of the one raw column that holds the money."""
    if opened.importer.money is None:
        return int(ledger.value(f"SELECT count(*) FROM ({raw.sql})", raw.params))
    money, _, unit = opened.importer.money.partition(" in ")
    left_off = "rounding_of_cents(amount)" if unit == "cents" else "rounding_of(amount)"
    records, total, size, rounded, residue = ledger.rows(
        "SELECT count(*), coalesce(sum(money), 0), coalesce(sum(abs(money)), 0), "
        "count(*) FILTER (left_off <> 0), coalesce(sum(left_off), 0) "
        f"FROM (SELECT TRY_CAST(amount AS DOUBLE) AS money, {left_off} AS left_off "
        f"FROM (SELECT {money} AS amount FROM ({raw.sql}) AS raw))",
        raw.params,
    )[0]
    scale = Decimal("0.01") if unit == "cents" else Decimal(1)
    loaded = sum(result.billed.values(), Decimal(0))
    control = Decimal(repr(float(total))) * scale
    # The control total is of floats: what it lost shows in the sum of sizes, as charges and credits cancel.
    if abs(control - loaded) > Decimal("1e-6") + Decimal(repr(float(size))) * scale * Decimal("1e-9"):
        raise InputError(
            f"{opened.source.display}: its money adds up to {plain(control)}, but {plain(loaded)} was read.",
            hint=f"{_UNPROVEN} pass the money of column {money} on as it is.",
        )
    result.rows_rounded, result.rounded_total = rounded, residue
    return int(records)


_COUNTS = ("read", "added", "repeated", "replaced", "rejected", "ignored", "rounded")


def _record_files(ledger: Ledger, opened: Sequence[_Opened], slots: Sequence[Slot], options: Options) -> None:
    """Store what became of each file of a batch, in one statement: a folder of logs has thousands."""
    importer, results = opened[0].importer, [slot.result for slot in slots]
    file_ids = [slot.file_id for slot in slots]
    digests = [each.digest.sha256 for each in opened]
    spans: dict[int, tuple[object, object]] = {
        file_id: (first, last)
        for file_id, first, last in ledger.rows(
            statement("importers", f"sql/span_{importer.feeds}.sql"), {"file_ids": file_ids}
        )
    }
    if options.retry:
        for digest, result in zip(digests, results, strict=True):
            settled = {"sha256": digest, "path": result.path}
            ledger.execute(statement("importers", "sql/settle_rejects.sql"), settled)
    ledger.execute(
        statement("importers", "sql/record_files.sql"),
        {f"rows_{name}": [getattr(result, f"rows_{name}") for result in results] for name in _COUNTS}
        | {
            "file_id": file_ids,
            "sha256": digests,
            "path": [result.path for result in results],
            "importer": importer.name,
            "feeds": importer.feeds,
            "bytes": [result.bytes for result in results],
            "rounded_total": [str(result.rounded_total) for result in results],
            "first_at_utc": [spans.get(file_id, (None, None))[0] for file_id in file_ids],
            "last_at_utc": [spans.get(file_id, (None, None))[1] for file_id in file_ids],
            "imported_at_utc": options.imported_at_utc,
        },
    )
    ignored = [(slot.file_id, *each) for slot in slots for each in slot.result.ignored.items()]
    if ignored:
        columns = [list(column) for column in zip(*ignored, strict=True)]
        params = dict(zip(("file_ids", "reasons", "records"), columns, strict=True))
        ledger.execute(statement("importers", "sql/store_ignored.sql"), params)


def _touch_months(ledger: Ledger, importer: Importer, slots: Sequence[Slot]) -> None:
    ledger.execute(
        statement("importers", f"sql/touch_months_{importer.feeds}.sql"),
        {"file_ids": [slot.file_id for slot in slots], "batch_id": ledger.next_batch_id},
    )


def _store_rejects(ledger: Ledger, slot: Slot) -> None:
    rejects = slot.result.rejects
    ledger.execute(
        statement("importers", "sql/store_rejects.sql"),
        {
            "file_id": slot.file_id,
            "row_numbers": [reject.row_number for reject in rejects],
            "lines": [reject.line for reject in rejects],
            "columns": [reject.column for reject in rejects],
            "reasons": [reject.reason for reject in rejects],
            "texts": [reject.raw_text for reject in rejects],
        },
    )


def _batch(waiting: Sequence[_Opened], options: Options) -> Batch:
    first = waiting[0]
    return Batch(
        first.importer,
        first.head,
        tuple(opened.readable for opened in waiting),
        options.encoding,
        options.workdir,
    )


def _result(opened: _Opened) -> FileResult:
    return FileResult(
        opened.source.display,
        "imported",
        opened.importer.name,
        opened.importer.feeds,
        opened.source.size_bytes,
    )


def _slots(ledger: Ledger, waiting: Sequence[_Opened]) -> list[Slot]:
    first = int(ledger.value("SELECT coalesce(max(file_id), 0) + 1 FROM imported_file"))
    return [Slot(number, opened.digest, _result(opened)) for number, opened in enumerate(waiting, first)]
