"""The first look at a file: its kind and its column names, read by us and never guessed by DuckDB."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from dataclasses import dataclass
from itertools import islice

from finops_ai.errors import InputError
from finops_ai.importers.contract import Importer
from finops_ai.importers.sources import SourceFile, gzip_refusal

_PEEK_BYTES = 1 << 20
_PEEK_LINES = 200
_PARQUET_MAGIC = b"PAR1"
_LOCALISED = re.compile(r".+ \((\w+)\)\Z")

ENCODINGS = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "utf-16": "utf-16"}


@dataclass(frozen=True)
class Head:
    """What a file says of itself before any row is read.

    `columns` are the names as the file prints them, `names` the same in snake case (for CSV and
    Parquet) in file order. For JSON, `shapes` are the key sets of the first records.
    """

    display: str
    kind: str
    columns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    shapes: tuple[frozenset[str], ...] = ()

    def fits(self, importer: Importer) -> bool:
        """True when the importer reads this kind and the file has every column it is known by."""
        return self.kind in importer.reads and not self.lacks(importer)

    def lacks(self, importer: Importer) -> tuple[str, ...]:
        """The columns that the importer is known by and that the file (its best record) does not have."""
        wanted = importer.recognised_by
        if self.kind in ("csv", "parquet"):
            return tuple(name for name in wanted if snake_case(name) not in self.names)
        missing = [tuple(name for name in wanted if name not in shape) for shape in self.shapes]
        return min(missing, key=len, default=wanted)

    def summary(self) -> str:
        """One sentence on what was found, for the error that no importer fits."""
        found = self.columns or tuple(sorted(frozenset().union(*self.shapes)))
        listed = ", ".join(found[:12]) + (f" and {len(found) - 12} more" if len(found) > 12 else "")
        if self.kind == "csv" and len(found) == 1 and (marks := [mark for mark in ";\t|" if mark in listed]):
            named = "a tab" if marks[0] == "\t" else f'"{marks[0]}"'
            return f"Its columns are separated by {named}; only CSV with commas is read."
        return f"It is {self.kind} with {'the columns' if self.columns else 'the keys'}: {listed or 'none'}."


def read_head(source: SourceFile, encoding: str = "utf-8") -> Head:
    """Kind and columns of `source`; InputError when it is empty, binary or not in `encoding`."""
    with source.path.open("rb") as file:
        magic = file.read(4)
    if magic == _PARQUET_MAGIC:
        return Head(source.display, "parquet")
    start = _first_bytes(source)
    if not start.strip():
        raise InputError(f"{source.display}: is empty.", hint="Export it again.")
    if encoding != "utf-16" and b"\0" in start[:4096] and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(
            f"{source.display}: is neither CSV, JSON nor Parquet (binary content).",
            hint="Export it as CSV or Parquet.",
        )
    text = _decode(source, start, encoding)
    if not text.strip():  # nothing behind a byte order mark
        raise InputError(f"{source.display}: is empty.", hint="Export it again.")
    first = text.lstrip()[:1]
    if first in "{[":
        return _json_head(source, text)
    return _csv_head(source, text)


def snake_case(name: str) -> str:
    """`lineItem/UnblendedCost`, `BilledCost` and `Billed Cost` as lower-case words with `_`.

    Portals that translate headers print the name itself in brackets, which is then taken.
    """
    localised = _LOCALISED.match(name.strip())
    text = localised[1] if localised else name.strip()
    text = re.sub(r"[^0-9A-Za-z]+", "_", text)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"__+", "_", text).strip("_").lower()


def not_encoded(source: SourceFile, line: int, byte: int, encoding: str) -> InputError:
    """The error for a byte that `encoding` does not allow."""
    return InputError(
        f"{source.display}, line {line}: byte 0x{byte:02X} is not {encoding.upper()} text.",
        hint="Save the file as UTF-8, or name its encoding with --encoding latin-1 or utf-16.",
    )


def not_unicode(source: SourceFile, line: int, byte: int) -> InputError:
    """The error for a byte that JSON, which is always UTF-8, does not allow."""
    return InputError(
        f"{source.display}, line {line}: byte 0x{byte:02X} is not UTF-8 text, as JSON must be.",
        hint="Convert the file to UTF-8, or export it again.",
    )


def _first_bytes(source: SourceFile) -> bytes:
    if not source.gzipped:
        with source.path.open("rb") as file:
            return file.read(_PEEK_BYTES)
    try:
        with gzip.open(source.path) as file:
            return file.read(_PEEK_BYTES)
    except (EOFError, OSError, zlib.error):
        # The digest pass tells where; here it is enough that the content cannot be seen.
        raise gzip_refusal(source, "it ends early or is no gzip data") from None


def _decode(source: SourceFile, start: bytes, encoding: str) -> str:
    try:
        return start.decode(ENCODINGS[encoding])
    except UnicodeDecodeError as error:
        if len(start) == _PEEK_BYTES and error.start > len(start) - 4:
            return start[: error.start].decode(ENCODINGS[encoding])
        line = start[: error.start].count(b"\n") + 1
        if start.lstrip()[:1] in {b"{", b"["}:
            raise not_unicode(source, line, start[error.start]) from error
        raise not_encoded(source, line, start[error.start], encoding) from error


def _csv_head(source: SourceFile, text: str) -> Head:
    columns = tuple(next(csv.reader(io.StringIO(text, newline=""), strict=False), ()))
    names = tuple(snake_case(column) for column in columns)
    for position, name in enumerate(names):
        if name in names[:position]:
            raise InputError(
                f'{source.display}, line 1: the column "{columns[position]}" stands there twice.',
                hint="Export the file again, or rename one of the two.",
            )
    return Head(source.display, "csv", columns, names)


def _json_head(source: SourceFile, text: str) -> Head:
    # Only a line feed ends a line: U+2028 and its like may stand inside a JSON text.
    lines = [_parsed(line) for line in islice(filter(str.strip, text.split("\n")), _PEEK_LINES)]
    shapes = [frozenset(line) for line in lines if isinstance(line, dict)]
    # A log whose first line is torn is still a log, as long as most of its lines are records.
    if isinstance(lines[0], dict) or 2 * len(shapes) > len(lines):
        if not _is_document(shapes):
            return Head(source.display, "jsonl", shapes=tuple(dict.fromkeys(shapes)))
    else:
        shapes = []
    return Head(source.display, "json", shapes=tuple(dict.fromkeys([*shapes, *_record_shapes(text)])))


def _is_document(shapes: list[frozenset[str]]) -> bool:
    # One line that holds a page ({"data": [...]}) is a JSON document written compactly.
    return bool(shapes) and all("data" in shape for shape in shapes)


def _parsed(line: str) -> object:
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value


def _record_shapes(text: str) -> list[frozenset[str]]:
    """Keys of every object near the start of a document, its ancestors' keys included.

    Only names are needed, so a pattern over the text serves also where the text is cut off.
    """
    keys = re.findall(r'"((?:[^"\\]|\\.){1,120})"\s*:', text)
    return [frozenset(keys)]
