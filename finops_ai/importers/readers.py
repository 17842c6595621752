"""`raw`: the text columns of a file as a relation that an importer's SELECT reads by name.

Strict readers stop at the first damaged record; the recovery readers number the records and
keep going. DuckDB's own recovery (`store_rejects`, `ignore_errors`) loses good rows (measured),
so it is never used: what strict reading refuses goes through `repair.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from finops_ai.errors import InputError
from finops_ai.importers.contract import Importer
from finops_ai.importers.heads import Head, not_unicode, snake_case
from finops_ai.importers.sources import SourceFile, open_text_bytes
from finops_ai.ledger import DatabaseError, Ledger, quoted

JSON_DOCUMENT_MAX_BYTES = 512 << 20
LINE_MAX_BYTES = 100_000_000


@dataclass(frozen=True)
class Raw:
    """SQL text of a relation and the values bound in it (all names start with `raw_`)."""

    sql: str
    params: dict[str, object]

    def query(self, importer: Importer, tail: str) -> str:
        """`tail` with CTE `typed` (the importer's SELECT over this relation) in front of it."""
        return (
            f"WITH raw AS NOT MATERIALIZED ({self.sql}), "
            f"typed AS NOT MATERIALIZED (\n{importer.select}\n) {tail}"
        )


def strict_raw(
    ledger: Ledger, importer: Importer, head: Head, files: Sequence[SourceFile], encoding: str
) -> Raw:
    """The relation over `files` (several only for JSON lines); `row_number` is the file's index."""
    if head.kind == "csv":
        return _csv(importer, head.names, files[0], encoding, record="0::BIGINT")
    if head.kind == "parquet":
        return _parquet(ledger, importer, files[0], record="0::BIGINT")
    return _json_lines(importer, files)


def numbered_raw(ledger: Ledger, importer: Importer, head: Head, file: SourceFile, encoding: str) -> Raw:
    """The same relation over one file, where `row_number` is the record's number, from 1."""
    if head.kind == "csv":
        return _csv(importer, head.names, file, encoding, record="ordinality", tail="WITH ORDINALITY")
    if head.kind == "parquet":
        return _parquet(ledger, importer, file, record="file_row_number + 1")
    return _text_lines(importer, file)


def sound_json(importer: Importer, raw: Raw) -> Raw:
    """`raw` with broken JSON as NULL in the columns that the importer takes apart."""
    replaced = ", ".join(
        f"CASE WHEN json_valid({quoted(name)}) THEN {quoted(name)} END AS {quoted(name)}"
        for name in importer.json
    )
    return Raw(f"SELECT * REPLACE ({replaced}) FROM ({raw.sql})", raw.params) if replaced else raw


def repaired_raw(importer: Importer, head: Head, clean: Path) -> Raw:
    """The relation over a CSV that `repair.py` rewrote: its first column is the record's number."""
    names = ("repaired_record", *head.names)
    return _csv(
        importer, names, SourceFile(clean, head.display), "utf-8", record="CAST(repaired_record AS BIGINT)"
    )


def flatten_document(source: SourceFile, importer: Importer, target: Path) -> int:
    """Write the records of a JSON document as JSON lines to `target`; returns their number.

    Numbers keep their digits as text: a JSON number read as a float would lose them. Scalars of
    an enclosing object (a bucket's start_time) are laid under each of its records.
    """
    if source.size_bytes > JSON_DOCUMENT_MAX_BYTES:
        raise InputError(
            f"{source.display}: JSON documents are read up to {JSON_DOCUMENT_MAX_BYTES >> 20} MB.",
            hint="Export it as JSON Lines, or month by month.",
        )
    steps = [step for step in (importer.records or "[]").split(".") if step]
    written = 0
    with target.open("w", encoding="utf-8") as lines:
        for document in _documents(source):
            for record in _records(document, steps, {}):
                lines.write(json.dumps(record) + "\n")
                written += 1
    return written


def _csv(
    importer: Importer, names: Sequence[str], file: SourceFile, encoding: str, *, record: str, tail: str = ""
) -> Raw:
    # Strict reading keeps DuckDB's line limit (2 MB); a file with longer lines is read in recovery.
    limit = "" if record == "0::BIGINT" else f", max_line_size = {LINE_MAX_BYTES}"
    # The names come from this very file's header, in its order, so giving them by position is
    # giving them by name: swapped columns are read right, missing ones are NULL or refused.
    present = {snake_case(name): name for name in importer.columns}
    chosen = [
        f"{quoted(snake)} AS {quoted(name)}" if snake in names else f"NULL::VARCHAR AS {quoted(name)}"
        for snake, name in present.items()
    ]
    sql = (
        f"SELECT {record} AS row_number, {', '.join(chosen)} "
        "FROM read_csv($raw_path, columns = $raw_columns, "
        "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', strict_mode = true, "
        "nullstr = $raw_nulls, encoding = $raw_encoding, compression = $raw_compression, "
        f"hive_partitioning = false{limit}) {tail}"
    )
    return Raw(
        sql,
        {
            "raw_path": str(file.path),
            "raw_columns": dict.fromkeys(names, "VARCHAR"),
            "raw_nulls": ["", *importer.nulls],
            "raw_encoding": encoding,
            "raw_compression": "gzip" if file.gzipped else "none",
        },
    )


def parquet_head(ledger: Ledger, file: SourceFile) -> Head:
    """The head of a Parquet file; InputError when it is damaged."""
    try:
        columns = tuple(name for name, *_ in _described(ledger, file))
    except DatabaseError as error:
        reason = str(error).splitlines()[0].partition("Error: ")[2]
        raise InputError(
            f"{file.display}: the Parquet file is damaged: {reason}",
            hint="Download or copy the file again.",
        ) from error
    return Head(file.display, "parquet", columns, tuple(snake_case(column) for column in columns))


def _described(ledger: Ledger, file: SourceFile) -> list[tuple[str, str]]:
    rows = ledger.rows(
        "DESCRIBE SELECT * FROM read_parquet($path, hive_partitioning = false)", {"path": str(file.path)}
    )
    return [(name, kind) for name, kind, *_ in rows]


def _parquet(ledger: Ledger, importer: Importer, file: SourceFile, *, record: str) -> Raw:
    described = _described(ledger, file)
    present = {snake_case(name): (name, kind) for name, kind in described}
    chosen = []
    for name in importer.columns:
        original, kind = present.get(snake_case(name), (None, ""))
        if original is None:
            text = "NULL::VARCHAR"
        elif kind.startswith(("STRUCT", "MAP")) or kind.endswith("]"):
            text = f"CAST(to_json({quoted(original)}) AS VARCHAR)"
        else:
            text = f"CAST({quoted(original)} AS VARCHAR)"
        if kind == "VARCHAR":
            text = f"CASE WHEN list_contains($raw_nulls, {text}) THEN NULL ELSE {text} END"
        chosen.append(f"{text} AS {quoted(name)}")
    option = ", file_row_number = true" if "file_row_number" in record else ""
    sql = (
        f"SELECT {record} AS row_number, {', '.join(chosen)} "
        f"FROM read_parquet($raw_path, hive_partitioning = false{option})"
    )
    params: dict[str, object] = {"raw_path": str(file.path)}
    return Raw(sql, params | ({"raw_nulls": ["", *importer.nulls]} if "$raw_nulls" in sql else {}))


def _json_lines(importer: Importer, files: Sequence[SourceFile]) -> Raw:
    chosen = ", ".join(quoted(name) for name in importer.columns)
    index = "0::BIGINT"
    options = ""
    params: dict[str, object] = {
        "raw_paths": [str(file.path) for file in files],
        "raw_columns": dict.fromkeys(importer.columns, "VARCHAR"),
    }
    if len(files) > 1:
        index, options = "list_position($raw_paths, filename) - 1", ", filename = true"
    sql = (
        f"SELECT {index} AS row_number, {chosen} FROM read_json($raw_paths, columns = $raw_columns, "
        "format = 'newline_delimited', compression = $raw_compression, "
        f"hive_partitioning = false{options})"
    )
    params["raw_compression"] = "gzip" if files[0].gzipped else "none"
    return Raw(sql, params)


def _text_lines(importer: Importer, file: SourceFile) -> Raw:
    chosen = ", ".join(
        f"found[{position}] AS {quoted(name)}" for position, name in enumerate(importer.columns, 1)
    )
    sql = f"""
        SELECT row_number, malformed, line, {chosen}
        FROM (
            SELECT ordinality AS row_number, line, NOT json_valid(line) AS malformed,
                CASE WHEN json_valid(line) THEN json_extract_string(line, $raw_keys) END AS found
            FROM ({LINES_SQL})
            WHERE trim(line) <> ''
        )"""
    keys = [f'$."{name}"' for name in importer.columns]
    return Raw(sql, {**line_params(file), "raw_keys": keys})


LINES_SQL = (
    "SELECT * FROM read_csv($raw_path, columns = {'line': 'VARCHAR'}, delim = chr(1), "
    "quote = '', escape = '', header = false, auto_detect = false, "
    f"compression = $raw_compression, hive_partitioning = false, max_line_size = {LINE_MAX_BYTES}) "
    "WITH ORDINALITY"
)


def line_params(file: SourceFile) -> dict[str, object]:
    """The values bound in LINES_SQL."""
    return {"raw_path": str(file.path), "raw_compression": "gzip" if file.gzipped else "none"}


def count_filled_lines(file: SourceFile) -> int:
    """Lines that hold more than white space, counted without DuckDB."""
    return sum(1 for line in open_text_bytes(file) if line.strip())


def _documents(source: SourceFile) -> Iterator[object]:
    content = b"".join(open_text_bytes(source))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_unicode(source, content.count(b"\n", 0, error.start) + 1, content[error.start]) from error
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    position = 0
    while position < len(text):
        try:
            document, position = decoder.raw_decode(
                text, position + len(text[position:]) - len(text[position:].lstrip())
            )
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, getattr(error, "pos", position)) + 1
            reason = getattr(error, "msg", "nested too deeply")
            raise InputError(
                f"{source.display}, line {line}: is not valid JSON ({reason}).",
                hint="The download may have been cut short: fetch it again.",
            ) from error
        yield document
        if not text[position:].strip():
            return


def _records(node: object, steps: Sequence[str], above: dict[str, object]) -> Iterator[dict[str, object]]:
    if isinstance(node, list):
        for item in node:
            yield from _records(item, steps, above)
        return
    if not isinstance(node, dict):
        return
    if not steps or steps == ["[]"]:
        yield {**above, **node}
        return
    scalars = {key: value for key, value in node.items() if not isinstance(value, (dict, list))}
    below = node.get(steps[0].removesuffix("[]"))
    if below is not None:
        yield from _records(below, steps[1:], {**above, **scalars})
