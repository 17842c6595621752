"""Typed records of one or more files in a temporary table, with the bad ones told apart.

`staged` holds file_index, row_number (the record's number, from 1), source_key, ignored_because
and the columns of the fed table. Strict staging raises on the first value that cannot be typed;
recovery reads every record twice (bad values as NULL, then as markers) and names each reject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from finops_ai.importers import readers, repair
from finops_ai.importers.contract import Importer
from finops_ai.importers.heads import Head
from finops_ai.importers.macro_files import Macros
from finops_ai.importers.readers import Raw
from finops_ai.importers.reasons import Reasons
from finops_ai.importers.results import Reject
from finops_ai.importers.sources import SourceFile
from finops_ai.importers.tables import Mapping, map_columns
from finops_ai.importers.untypable import Untypable
from finops_ai.ledger import REFUSED_ROW, DatabaseError, Ledger, quoted, statement


class NeedsRecoveryError(Exception):
    """Strict reading refused a record; the file must be read again, record by record."""


@dataclass(frozen=True)
class Batch:
    """Files of one importer and kind that are loaded in one transaction."""

    importer: Importer
    head: Head
    files: tuple[SourceFile, ...]
    encoding: str
    workdir: Path


@dataclass(frozen=True)
class Recovered:
    """What recovery found in one file: its good records stand in `staged`, their text in `good`."""

    good: Raw
    mapping: Mapping
    records: int
    rejects: list[Reject]


def define_macros(ledger: Ledger, stated_at_utc: datetime | None = None) -> Macros:
    """Define the common typing macros of this connection; they look up the `bad_*` macros when used.

    `stated_at_utc` is the instant of records that carry none, as the user stated it. The result
    defines what a certain importer needs beyond.
    """
    use_macros(ledger, "strict")
    ledger.execute("SET VARIABLE stated_at_utc = $at::TIMESTAMP", {"at": stated_at_utc})
    return Macros(ledger)


def use_macros(ledger: Ledger, bad_values: str) -> None:
    """Choose what a value that cannot be typed becomes: strict (an error), null or marker.

    Outside transactions only: a rolled back one would take the choice back with it.
    """
    ledger.execute(statement("importers.macros", f"bad_{bad_values}.sql"))


def stage_strict(ledger: Ledger, batch: Batch) -> Mapping:
    """Fill `staged`; raises duckdb's error or NeedsRecoveryError when any record is not clean."""
    raw = readers.strict_raw(ledger, batch.importer, batch.head, batch.files, batch.encoding)
    mapping = map_columns(ledger, batch.importer, raw)
    _create_staged(ledger, batch.importer, raw, mapping, "staged")
    _number_staged(ledger, files=len(batch.files))
    if ledger.value(
        f"SELECT count(*) FROM staged WHERE ignored_because IS NULL AND {mapping.faults} IS NOT NULL"
    ):
        raise NeedsRecoveryError
    return mapping


def _number_staged(ledger: Ledger, *, files: int) -> None:
    """Insertion order is file order, so a record's number is its distance from its file's first row."""
    if files > 1:
        ledger.execute(
            "UPDATE staged SET row_number = staged.rowid - first.row + 1 "
            "FROM (SELECT file_index, min(rowid) AS row FROM staged GROUP BY file_index) AS first "
            "WHERE staged.file_index = first.file_index"
        )
        return
    # The join may hold the whole table in memory: one file can be large, a batch of files is not.
    first_row = ledger.value("SELECT coalesce(min(rowid), 0) FROM staged")
    ledger.execute("UPDATE staged SET row_number = rowid - $first_row + 1", {"first_row": first_row})


def stage_recovering(ledger: Ledger, batch: Batch) -> Recovered:
    """Fill `staged` with the good records of one file. Must run outside a transaction."""
    file = batch.files[0]
    read, records, rejects = _readable(ledger, batch)
    raw = readers.sound_json(batch.importer, read)
    use_macros(ledger, "null")
    mapping = map_columns(ledger, batch.importer, raw)
    try:
        _stage_twice(ledger, batch.importer, raw, mapping)
    except REFUSED_ROW:
        raw, more = _typable(ledger, batch.importer, raw, mapping)
        rejects += more
        _stage_twice(ledger, batch.importer, raw, mapping)
    if batch.head.kind in ("json", "jsonl"):
        rejects += _malformed(ledger, raw)
    rejects += _broken_json(ledger, batch, read, {reject.row_number for reject in rejects})
    rejects += _faulty(ledger, batch, raw, mapping, {reject.row_number for reject in rejects})
    refused = sorted({reject.row_number for reject in rejects})
    ledger.execute("DELETE FROM staged WHERE row_number IN (SELECT unnest($refused))", {"refused": refused})
    ledger.execute("DROP TABLE staged_marker")
    ledger.execute("UPDATE staged SET file_index = 0")
    good = Raw(
        f"SELECT * FROM ({raw.sql}) WHERE row_number NOT IN (SELECT unnest($raw_refused))",
        {**raw.params, "raw_refused": refused},
    )
    return Recovered(good, mapping, records, _with_text(rejects, batch, file))


def _stage_twice(ledger: Ledger, importer: Importer, raw: Raw, mapping: Mapping) -> None:
    for bad_values, table in (("null", "staged"), ("marker", "staged_marker")):
        use_macros(ledger, bad_values)
        _create_staged(ledger, importer, raw, mapping, table)


def _typable(ledger: Ledger, importer: Importer, raw: Raw, mapping: Mapping) -> tuple[Raw, list[Reject]]:
    """The relation without the records that the database itself refuses, and those."""
    untypable = Untypable(ledger, importer, raw, mapping)
    for bad_values in ("null", "marker"):
        use_macros(ledger, bad_values)
        untypable.look()
    return untypable.others(), untypable.rejects()


def _create_staged(ledger: Ledger, importer: Importer, raw: Raw, mapping: Mapping, table: str) -> None:
    ignored = "ignored_because" if mapping.has_ignored else "NULL::VARCHAR AS ignored_because"
    place, order = "row_number AS file_index, row_number", ""
    if importer.ordered:
        # A window may hand the rows on in another order than the file's.
        bits = readers.ORDER_BITS
        place = f"row_number >> {bits} AS file_index, row_number & {(1 << bits) - 1} AS row_number"
        order = " ORDER BY typed.row_number"
    tail = f"SELECT {place}, {ignored}, {mapping.typed} FROM typed{order}"
    ledger.execute(
        f"CREATE OR REPLACE TEMP TABLE {quoted(table)} AS " + raw.query(importer, tail), raw.params
    )


def _readable(ledger: Ledger, batch: Batch) -> tuple[Raw, int, list[Reject]]:
    """A relation that can be read to its end, its number of records, and the lines left out."""
    file, head = batch.files[0], batch.head
    raw = readers.numbered_raw(ledger, batch.importer, head, file, batch.encoding)
    try:
        if not repair.is_big_endian(file, batch.encoding):
            return raw, _counted(ledger, raw), []
    except DatabaseError:
        if head.kind in ("json", "jsonl"):
            repair.require_utf8(file)
            raw = readers.plain_lines(batch.importer, file, batch.workdir / "plain.jsonl")
            return raw, _counted(ledger, raw), []
        if head.kind != "csv":
            raise
    clean = batch.workdir / "repaired.csv"
    records, rejects = repair.repair_csv(file, batch.encoding, len(head.names), clean)
    return readers.repaired_raw(batch.importer, head, clean), records, rejects


def _counted(ledger: Ledger, raw: Raw) -> int:
    # Counting every column makes DuckDB decode all of the file: a bad byte shows here.
    return int(ledger.rows(f"SELECT count(*), count(COLUMNS(*)) FROM ({raw.sql})", raw.params)[0][0])


def _malformed(ledger: Ledger, raw: Raw) -> list[Reject]:
    rows = ledger.rows(f"SELECT row_number, left(line, 2000) FROM ({raw.sql}) WHERE malformed", raw.params)
    return [Reject(number, number, None, "is not valid JSON", text) for number, text in rows]


def _broken_json(ledger: Ledger, batch: Batch, read: Raw, known: set[int]) -> list[Reject]:
    named = {column.name: batch.head.own_name(column) for column in batch.importer.columns}
    rejects = {}
    for name in batch.importer.json:
        broken = f"{quoted(name)} IS NOT NULL AND NOT json_valid({quoted(name)})"
        query = f"SELECT row_number, left({quoted(name)}, 200) FROM ({read.sql}) WHERE {broken}"
        for number, text in ledger.rows(query, read.params):
            if number not in known:
                column = named.get(name, name)
                rejects[number] = Reject(number, None, column, f'"{text}" is not valid JSON', None)
    return list(rejects.values())


def _faulty(ledger: Ledger, batch: Batch, raw: Raw, mapping: Mapping, known: set[int]) -> list[Reject]:
    """Records with a value that cannot be typed, is required and missing, or is a negative count."""
    differs = " ".join(
        f"WHEN staged.{quoted(c.name)} IS DISTINCT FROM staged_marker.{quoted(c.name)} THEN '{c.name}'"
        for c in mapping.columns
    )
    rows = _fault_rows(ledger, mapping, differs)
    names = dict(zip(batch.head.names, batch.head.columns, strict=True))
    use_macros(ledger, "strict")
    reasons = Reasons(ledger, batch.importer, batch.head, raw, {row[0] for row in rows if row[1] is not None})
    rejects = []
    for number, bad, fault, is_missing in rows:
        if number in known:
            continue
        if bad is None:
            reason = "is empty, but must be there" if is_missing else "is negative"
            rejects.append(Reject(number, None, names.get(str(fault), fault), reason, None))
        else:
            column, reason = reasons.of(number, bad)
            rejects.append(Reject(number, None, column, reason, None))
    return rejects


def _fault_rows(
    ledger: Ledger, mapping: Mapping, differs: str
) -> list[tuple[int, str | None, str | None, bool]]:
    missing = " OR ".join(
        f"staged.{quoted(c.name)} IS NULL" for c in mapping.columns if c.required or c.default is not None
    )
    return ledger.rows(
        f"SELECT staged.row_number, CASE {differs} END AS bad, staged.fault, "
        f"coalesce({missing or 'false'}, false) "
        f"FROM (SELECT rowid AS place, *, {mapping.faults} AS fault FROM staged) AS staged "
        "JOIN staged_marker ON staged.place = staged_marker.rowid "
        "WHERE staged.ignored_because IS NULL AND (bad IS NOT NULL OR fault IS NOT NULL) ORDER BY 1"
    )


def _with_text(rejects: Sequence[Reject], batch: Batch, file: SourceFile) -> list[Reject]:
    """The rejects with physical line and raw text, in file order."""
    bare = {reject.row_number for reject in rejects if reject.raw_text is None}
    found: dict[int, tuple[int | None, str]] = {}
    if bare and batch.head.kind == "csv":
        found = repair.find_records(file, batch.encoding, len(batch.head.names), bare)
    elif bare and batch.head.kind in ("json", "jsonl"):
        # The records of a document were laid out one a line by us: that line is not the file's.
        found = _json_text(file, bare, is_document=batch.head.kind == "json")
    return [
        reject
        if reject.row_number not in found
        else Reject(
            reject.row_number,
            found[reject.row_number][0],
            reject.column,
            reject.reason,
            found[reject.row_number][1],
        )
        for reject in sorted(rejects, key=lambda reject: reject.row_number)
    ]


def _json_text(file: SourceFile, wanted: set[int], *, is_document: bool) -> dict[int, tuple[int | None, str]]:
    found: dict[int, tuple[int | None, str]] = {}
    for number, line in enumerate(repair.text_lines(file), 1):
        if number in wanted:
            found[number] = (None if is_document else number, line[: repair.RAW_TEXT_MAX_CHARS])
    return found
