"""Reading a CSV whose structure is broken: every good record is kept, every bad line is named.

One unclosed quote makes the rest of a file look like one field. Here a record that does not
close, or has the wrong number of fields, costs its own first line only: reading resumes on the
next line.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from finops_ai.importers.heads import ENCODINGS, not_encoded, not_unicode
from finops_ai.importers.results import Reject
from finops_ai.importers.sources import SourceFile, open_text_bytes

RECORD_MAX_LINES = 200
RAW_TEXT_MAX_CHARS = 2_000
RECORD_MAX_CHARS = 20_000_000
"""At four bytes a sign, a longer record would not fit into the database's limit for a line."""


@dataclass(frozen=True)
class Line:
    """A physical line, its number from 1, its text without the line end, and that end."""

    number: int
    text: str
    end: str = "\n"


def repair_csv(source: SourceFile, encoding: str, columns: int, target: Path) -> tuple[int, list[Reject]]:
    """Copy the good records to `target` behind their record number; return records and rejects."""
    rejects: list[Reject] = []
    record = 0  # the header, which need not stand on the first line
    with target.open("w", encoding="utf-8", newline="") as clean:
        # All of it quoted: a lone carriage return in a field would otherwise end its record.
        writer = csv.writer(clean, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for record, (line, fields, reason) in enumerate(_records(source, encoding, columns)):
            if record == 0:
                writer.writerow(["repaired_record", *fields])
                continue
            fault = reason or _length_fault(line)
            if fault is None:
                writer.writerow([record, *fields])
            else:
                rejects.append(Reject(record, line.number, None, fault, line.text[:RAW_TEXT_MAX_CHARS]))
    return record, rejects


def find_records(
    source: SourceFile, encoding: str, columns: int, wanted: set[int]
) -> dict[int, tuple[int | None, str]]:
    """Physical line and raw text of the records numbered in `wanted`."""
    found: dict[int, tuple[int | None, str]] = {}
    for record, (line, _, _) in enumerate(_records(source, encoding, columns)):
        if record in wanted:
            found[record] = (line.number, line.text[:RAW_TEXT_MAX_CHARS])
            if len(found) == len(wanted):
                break
    return found


def _records(source: SourceFile, encoding: str, columns: int) -> Iterator[tuple[Line, list[str], str | None]]:
    """(first line's number and the record's text, its fields, why it is refused or None).

    The header comes first; blank lines are left out.
    """
    waiting: deque[Line] = deque()
    lines = _lines(source, encoding)
    while True:
        first = waiting.popleft() if waiting else next(lines, None)
        if first is None:
            return
        if not first.text.strip():
            continue
        text, fields, reason = _one_record(first, waiting, lines, columns)
        if reason is not None and "\r" in first.text:
            # Line ends are mixed, and this line holds several records.
            waiting.extendleft(reversed(_split_at_returns(first)))
            continue
        yield Line(first.number, text), fields, reason


def _one_record(
    first: Line, waiting: deque[Line], lines: Iterator[Line], columns: int
) -> tuple[str, list[str], str | None]:
    """The record's text, its fields or why there are none; lines that it does not need wait on."""
    if '"' not in first.text:
        fields = first.text.split(",")
        return first.text, fields, _width_fault(fields, columns)
    taken = [first]
    text = first.text
    # An odd number of quotes means a field is still open at the line's end.
    while text.count('"') % 2 and len(taken) < RECORD_MAX_LINES:
        following = waiting.popleft() if waiting else next(lines, None)
        if following is None:
            break
        text += taken[-1].end + following.text
        taken.append(following)
    fields, reason = _quoted_fields(text, len(taken), columns)
    if reason is None:
        return text, fields, None
    waiting.extendleft(reversed(taken[1:]))
    return first.text, [], reason


def _quoted_fields(text: str, line_count: int, columns: int) -> tuple[list[str], str | None]:
    if text.count('"') % 2:
        return [], "a quote is opened and never closed"
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return [], f"the quotes are broken ({error})"
    fault = _width_fault(rows[0], columns) if len(rows) == 1 else "the quotes are broken"
    if fault is not None:
        return [], fault if line_count == 1 else "a quote is opened and never closed"
    return rows[0], None


def _split_at_returns(line: Line) -> list[Line]:
    *pieces, last = line.text.split("\r")
    return [*(Line(line.number, piece, "\r") for piece in pieces), Line(line.number, last, line.end)]


def _length_fault(line: Line) -> str | None:
    return f"is longer than {RECORD_MAX_CHARS:,} characters" if len(line.text) > RECORD_MAX_CHARS else None


def _width_fault(fields: list[str], columns: int) -> str | None:
    if len(fields) == columns:
        return None
    return f"has {len(fields)} fields, the header has {columns}"


def _lines(source: SourceFile, encoding: str) -> Iterator[Line]:
    codec = ENCODINGS[encoding]
    if codec == "utf-16":
        yield from _utf16_lines(source)
        return
    for number, raw in enumerate(open_text_bytes(source), 1):
        try:
            text = raw.decode(codec if number == 1 else codec.removesuffix("-sig"))
        except UnicodeDecodeError as error:
            raise not_encoded(source, number, raw[error.start], encoding) from error
        yield _line(number, text)


def is_big_endian(source: SourceFile, encoding: str) -> bool:
    """Whether `source` is UTF-16 with its high bytes first, of which the database reads no record."""
    return encoding == "utf-16" and next(iter(open_text_bytes(source)), b"").startswith(codecs.BOM_UTF16_BE)


def _line(number: int, text: str) -> Line:
    bare = text.rstrip("\r\n")
    return Line(number, bare, text[len(bare) :])


def _utf16_lines(source: SourceFile) -> Iterator[Line]:
    text = b"".join(open_text_bytes(source)).decode("utf-16")
    for number, line in enumerate(text.split("\n"), 1):
        yield _line(number, line + "\n")


def require_utf8(source: SourceFile) -> None:
    """Raise InputError with the place of the first byte that is no UTF-8."""
    for number, raw in enumerate(open_text_bytes(source), 1):
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise not_unicode(source, number, raw[error.start]) from error


def text_lines(source: SourceFile) -> Iterator[str]:
    """The file's lines for showing: bytes that are no UTF-8 are replaced, never refused."""
    for raw in open_text_bytes(source):
        yield raw.decode("utf-8", "replace").rstrip("\r\n")
