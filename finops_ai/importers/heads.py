"""The first look at a file: its kind and its column names, read by us and never guessed by DuckDB."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from finops_ai.errors import InputError
from finops_ai.importers.contract import Importer, RawColumn
from finops_ai.importers.sources import SourceFile, gzip_refusal

_PEEK_BYTES = 1 << 20
_PEEK_LINES = 200
_PARQUET_MAGIC = b"PAR1"
_LOCALISED = re.compile(r".+ \((\w+)\)\Z")

# Python's own limit, 128 KB a field, is one that no export knows of.
csv.field_size_limit(1 << 30)

ENCODINGS = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "utf-16": "utf-16"}


@dataclass(frozen=True)
class Head:
    """What a file says of itself before any row is read.

    `columns` are the names as the file prints them, `names` the same in snake case (for CSV and
    Parquet) in file order. For JSON, `shapes` are the key sets of the first lines that hold a
    record, `start` the text near the start, where keys are looked for however deep they stand.
    """

    display: str
    kind: str
    columns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    shapes: tuple[frozenset[str], ...] = ()
    start: str = field(default="", repr=False)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key near the start of a JSON file.

        Only names are needed, so a pattern over the text serves also where the text is cut off.
        """
        return frozenset(re.findall(r'"((?:[^"\\]|\\.){1,120})"\s*:', self.start))

    def fits(self, importer: Importer) -> bool:
        """True when the importer reads this kind and the file has every column it is known by."""
        if not self._is_read_by(importer):
            return False
        if self._is_deep(importer) and not all(map(self._may_have, importer.recognised_by)):
            return False  # most formats are out by their first key: all keys are listed for few files
        return not self.lacks(importer)

    def _is_deep(self, importer: Importer) -> bool:
        return self.kind == "json" or (self.kind == "jsonl" and importer.is_nested)

    def _may_have(self, column: RawColumn) -> bool:
        return not self._quoted.isdisjoint(column.spellings)

    @cached_property
    def _quoted(self) -> frozenset[str]:
        """All that stands between two quotes near the start, between texts too: more than the keys."""
        return frozenset(re.findall(r'"([^"\\]{1,120})(?=")', self.start))

    def own_name(self, column: RawColumn) -> str:
        """What the file itself calls a raw column."""
        for spelling in column.spellings:
            if snake_case(spelling) in self.names:
                return self.columns[self.names.index(snake_case(spelling))]
        return column.name

    def require_single(self, importer: Importer) -> None:
        """Raise InputError when a column that the importer reads stands there twice.

        Some exports repeat a column (Jira's Labels); that is no harm where nobody reads it.
        """
        read = {snake_case(spelling) for column in importer.columns for spelling in column.spellings}
        plain = [snake_case(column) for column in self.columns]
        for position, name in enumerate(plain):
            if name in plain[:position] and name in read:
                raise InputError(
                    f'{self.display}, line 1: the column "{self.columns[position]}" stands there twice.',
                    hint="Export the file again, or rename one of the two.",
                )

    def _is_read_by(self, importer: Importer) -> bool:
        # Documents, one a line or one over many lines, are taken apart alike.
        kinds = {"json", "jsonl"} if importer.is_nested and self.kind in ("json", "jsonl") else {self.kind}
        return bool(kinds & set(importer.reads))

    def lacks(self, importer: Importer) -> tuple[str, ...]:
        """The columns that the importer is known by and that the file (its best record) does not have."""
        wanted = importer.recognised_by
        if self.kind in ("csv", "parquet"):
            return tuple(c.name for c in wanted if not any(snake_case(s) in self.names for s in c.spellings))
        shapes = (self.keys,) if self._is_deep(importer) else self.shapes
        missing = [tuple(c.name for c in wanted if not shape.intersection(c.spellings)) for shape in shapes]
        return min(missing, key=len, default=tuple(c.name for c in wanted))

    def summary(self) -> str:
        """One sentence on what was found, for the error that no importer fits."""
        found = self.columns or tuple(sorted(frozenset().union(*self.shapes) or self.keys))
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
    return Head(source.display, "csv", columns, _unique([snake_case(column) for column in columns]))


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """`names` with a number behind what stands there again: labels, labels_2."""
    found: list[str] = []
    for name in names:
        tail = 2
        candidate = name
        while candidate in found:
            candidate, tail = f"{name}_{tail}", tail + 1
        found.append(candidate)
    return tuple(found)


def _json_head(source: SourceFile, text: str) -> Head:
    # Only a line feed ends a line: U+2028 and its like may stand inside a JSON text.
    lines = [_parsed(line) for line in islice(filter(str.strip, text.split("\n")), _PEEK_LINES)]
    shapes = [frozenset(line) for line in lines if isinstance(line, dict)]
    # A log whose first line is torn is still a log, as long as most of its lines are records.
    if isinstance(lines[0], dict) or 2 * len(shapes) > len(lines):
        return Head(source.display, "jsonl", shapes=tuple(dict.fromkeys(shapes)), start=text)
    return Head(source.display, "json", start=text)


def _parsed(line: str) -> object:
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value
