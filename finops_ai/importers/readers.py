"""`raw`: the text columns of a file as a relation that an importer's SELECT reads by name.

Strict readers stop at the first damaged record; the recovery readers number the records and
keep going. DuckDB's own recovery (`store_rejects`, `ignore_errors`) loses good rows (measured),
so it is never used: what strict reading refuses goes through `repair.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from finops_ai.errors import InputError
from finops_ai.importers.contract import Importer, RawColumn
from finops_ai.importers.heads import Head, not_unicode, snake_case
from finops_ai.importers.sources import SourceFile, open_text_bytes
from finops_ai.ledger import DatabaseError, Ledger, quoted

JSON_DOCUMENT_MAX_BYTES = 512 << 20
LINE_MAX_BYTES = 100_000_000
ORDER_BITS = 40
READ_AHEAD_BYTES = 20_000_000
_THREADS_IN_BUFFER = 4  # DuckDB's own: a thread takes a quarter of a buffer
_CUT_BYTES = 10_000
_BLANKS = bytes(range(256)).translate(bytes.maketrans(bytes(range(32)), b" " * 32))


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


@dataclass(frozen=True)
class _TornLine:
    """A line that is no JSON: it is passed on as it stands, to be rejected later."""

    text: str


def strict_raw(
    ledger: Ledger, importer: Importer, head: Head, files: Sequence[SourceFile], encoding: str
) -> Raw:
    """The relation over `files` (several only for JSON lines); `row_number` is the file's index.

    Of an ordered importer it is the index and, below ORDER_BITS, a number that ascends in file order.
    """
    if importer.ordered and head.kind in ("csv", "parquet"):
        return numbered_raw(ledger, importer, head, files[0], encoding)
    if head.kind == "csv":
        options = _read_ahead(ledger, files[0])
        return _csv(importer, head.names, files[0], encoding, record="0::BIGINT", options=options)
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


def plain_lines(importer: Importer, file: SourceFile, clean: Path) -> Raw:
    """The numbered relation over JSON lines that are too long or hold control characters, for DuckDB.

    No JSON text may hold one: a line is as valid with a blank in its place as without.
    """
    with clean.open("wb") as target:
        for line in open_text_bytes(file):
            # A line beyond the limit is cut, so that it is no JSON any more and is rejected as such.
            kept = line if len(line) < LINE_MAX_BYTES // 2 else line[:_CUT_BYTES]
            target.write(kept.rstrip(b"\r\n").translate(_BLANKS) + b"\n")
    return _text_lines(importer, SourceFile(clean, file.display))


def repaired_raw(importer: Importer, head: Head, clean: Path) -> Raw:
    """The relation over a CSV that `repair.py` rewrote: its first column is the record's number."""
    names = ("repaired_record", *head.names)
    return _csv(
        importer, names, SourceFile(clean, head.display), "utf-8", record="CAST(repaired_record AS BIGINT)"
    )


def flatten_documents(source: SourceFile, importer: Importer, target: Path, *, by_line: bool) -> int:
    """Write the records of JSON documents as JSON lines to `target`; returns their number.

    `by_line`: every line is a document, and a torn one becomes a record that is rejected later.
    Numbers keep their digits as text: a JSON number read as a float would lose them. What stands
    beside a list of records (a bucket's start_time, a span's resource) is laid under each of them.
    A document, or a part of one, without the list of records that was expected in it is one record
    itself: whatever it is, it is not lost.
    """
    if not by_line and source.size_bytes > JSON_DOCUMENT_MAX_BYTES:
        raise InputError(
            f"{source.display}: JSON documents are read up to {JSON_DOCUMENT_MAX_BYTES >> 20} MB.",
            hint="Export it as JSON Lines, or month by month.",
        )
    paths = [[step for step in path.split(".") if step] for path in importer.records or ("[]",)]
    written = 0
    with target.open("w", encoding="utf-8") as lines:
        for document in _lines_of_documents(source) if by_line else _documents(source):
            for record in _found(document, paths):
                lines.write((record.text if isinstance(record, _TornLine) else json.dumps(record)) + "\n")
                written += 1
    return written


def _found(document: object, paths: Sequence[Sequence[str]]) -> Iterator[object]:
    """The records of a document, by the first path that leads somewhere in it."""
    if isinstance(document, list):
        for item in document:
            yield from _found(item, paths)
        return
    path = next(
        (path for path in paths if _leads(document, path)),
        next((path for path in paths if _leads(document, path[:1])), None),
    )
    yield from [document] if path is None else _records(document, path, {})


def _leads(node: object, steps: Sequence[str]) -> bool:
    """True when a path can be followed to its end somewhere; an empty list on the way is an end, too."""
    if isinstance(node, list):
        return not node or any(_leads(item, steps) for item in node)
    if not steps or steps == ["[]"]:
        return True
    step = steps[0].removesuffix("[]")
    return isinstance(node, dict) and step in node and _leads(node[step], steps[1:])


def _lines_of_documents(source: SourceFile) -> Iterator[object]:
    """Each line's document; a line that is none as such."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    for number, raw in enumerate(open_text_bytes(source), 1):
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise not_unicode(source, number, raw[error.start]) from error
        if not text:
            continue
        try:
            yield decoder.decode(text)
        except (ValueError, RecursionError):
            yield _TornLine(text)


def _read_ahead(ledger: Ledger, file: SourceFile) -> str:
    """The option that lets a thread take READ_AHEAD_BYTES of a CSV file at a time, where there is room.

    Otherwise it takes 8 MB: so few rows are copied once more when the threads' work is put in order.
    """
    memory_bytes, threads = ledger.rows(
        "SELECT parse_formatted_bytes(current_setting('memory_limit')), current_setting('threads')"
    )[0]
    buffer_bytes = _THREADS_IN_BUFFER * READ_AHEAD_BYTES
    is_long = not file.gzipped and file.size_bytes >= threads * READ_AHEAD_BYTES
    # Under 1 GB, 10 million FOCUS rows took 1,165 MB this way, and some 50 MB less in small pieces.
    if not is_long or memory_bytes < (16 + 2 * threads) * buffer_bytes:
        return ""
    # A piece is as long as a line may be; recovery refuses records beyond 20,000,000 characters.
    return f", buffer_size = {buffer_bytes}, max_line_size = {READ_AHEAD_BYTES}"


def _csv(
    importer: Importer,
    names: Sequence[str],
    file: SourceFile,
    encoding: str,
    *,
    record: str,
    tail: str = "",
    options: str = "",
) -> Raw:
    # Strict reading keeps DuckDB's line limit (2 MB); a file with longer lines is read in recovery.
    if record != "0::BIGINT":
        options += f", max_line_size = {LINE_MAX_BYTES}"
    # The names come from this very file's header, in its order, so giving them by position is
    # giving them by name: swapped columns are read right, missing ones are NULL or refused.
    chosen = [_spelled(column, {name: quoted(name) for name in names}) for column in importer.columns]
    if importer.ordered:
        tail = "WITH ORDINALITY"
        chosen += ["0::BIGINT AS file_number", "ordinality AS record_number"]
    sql = (
        f"SELECT {record} AS row_number, {', '.join(chosen)} "
        "FROM read_csv($raw_path, columns = $raw_columns, "
        "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', strict_mode = true, "
        "nullstr = $raw_nulls, encoding = $raw_encoding, compression = $raw_compression, "
        f"hive_partitioning = false{options}) {tail}"
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


def _spelled(column: RawColumn, present: dict[str, str]) -> str:
    """SQL of one raw column: the first of its spellings that a record fills, of those in `present`."""
    found = dict.fromkeys(snake_case(spelling) for spelling in column.spellings)
    texts = [present[name] for name in found if name in present]
    value = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})" if texts else "NULL::VARCHAR"
    return f"{value} AS {quoted(column.name)}"


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
    present = {snake_case(name): _as_text(name, kind) for name, kind in _described(ledger, file)}
    chosen = [_spelled(column, present) for column in importer.columns]
    if importer.ordered:
        chosen += ["0::BIGINT AS file_number", "file_row_number + 1 AS record_number"]
    option = ", file_row_number = true" if importer.ordered or "file_row_number" in record else ""
    sql = (
        f"SELECT {record} AS row_number, {', '.join(chosen)} "
        f"FROM read_parquet($raw_path, hive_partitioning = false{option})"
    )
    params: dict[str, object] = {"raw_path": str(file.path)}
    return Raw(sql, params | ({"raw_nulls": ["", *importer.nulls]} if "$raw_nulls" in sql else {}))


def _as_text(name: str, kind: str) -> str:
    """SQL that gives a Parquet column as the text that a CSV or JSON file would hold."""
    if kind.startswith(("STRUCT", "MAP")) or kind.endswith("]"):
        return f"CAST(to_json({quoted(name)}) AS VARCHAR)"
    text = f"CAST({quoted(name)} AS VARCHAR)"
    if kind != "VARCHAR":
        return text
    return f"CASE WHEN list_contains($raw_nulls, {text}) THEN NULL ELSE {text} END"


def _json_lines(importer: Importer, files: Sequence[SourceFile]) -> Raw:
    keys = list(dict.fromkeys(spelling for column in importer.columns for spelling in column.spellings))
    chosen = ", ".join(_key_spelled(column, quoted) for column in importer.columns)
    index = "0::BIGINT"
    options = tail = ""
    params: dict[str, object] = {
        "raw_paths": [str(file.path) for file in files],
        "raw_columns": dict.fromkeys(keys, "VARCHAR"),
    }
    if len(files) > 1:
        index, options = "list_position($raw_paths, filename) - 1", ", filename = true"
    if importer.ordered:
        tail = " WITH ORDINALITY"
        chosen += f", {index} AS file_number, ordinality AS record_number"
        index = f"(({index})::BIGINT << {ORDER_BITS}) + ordinality"
    sql = (
        f"SELECT {index} AS row_number, {chosen} FROM read_json($raw_paths, columns = $raw_columns, "
        "format = 'newline_delimited', compression = $raw_compression, "
        f"hive_partitioning = false{options}){tail}"
    )
    params["raw_compression"] = "gzip" if files[0].gzipped else "none"
    return Raw(sql, params)


def _key_spelled(column: RawColumn, text: Callable[[str], str]) -> str:
    texts = [text(spelling) for spelling in column.spellings]
    value = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
    return f"{value} AS {quoted(column.name)}"


def _text_lines(importer: Importer, file: SourceFile) -> Raw:
    keys = list(dict.fromkeys(spelling for column in importer.columns for spelling in column.spellings))
    chosen = ", ".join(
        _key_spelled(column, lambda key: f"found[{keys.index(key) + 1}]") for column in importer.columns
    )
    if importer.ordered:
        chosen += ", 0::BIGINT AS file_number, row_number AS record_number"
    sql = f"""
        SELECT row_number, malformed, line, {chosen}
        FROM (
            SELECT ordinality AS row_number, line, NOT json_valid(line) AS malformed,
                CASE WHEN json_valid(line) THEN json_extract_string(line, $raw_keys) END AS found
            FROM ({LINES_SQL})
            WHERE trim(line) <> ''
        )"""
    return Raw(sql, {**line_params(file), "raw_keys": [f'$."{key}"' for key in keys]})


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


def _records(node: object, steps: Sequence[str], above: dict[str, object]) -> Iterator[object]:
    if isinstance(node, list):
        for item in node:
            yield from _records(item, steps, above)
    elif not isinstance(node, dict):
        yield node
    elif not steps or steps == ["[]"]:
        yield {**above, **node}
    else:
        step = steps[0].removesuffix("[]")
        beside = {key: value for key, value in node.items() if key != step}
        if step not in node:
            yield {**above, **node}  # not what was expected here: the SELECT shall judge it
        elif node[step] is not None:
            yield from _records(node[step], steps[1:], {**above, **beside})
