"""The user's file of dated exchange rates, CSV or YAML: each mistake with its line and column."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_ai.errors import ConfigError
from finops_ai.money import MONEY_SCALE, decimal_from_text
from finops_ai.yaml_text import problem_at, read_yaml

REQUIRED = ("date", "from", "to", "rate")
COLUMNS = (*REQUIRED, "source")
RATE_MAX = Decimal(10) ** 9
BYTES_MAX = 50_000_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_FORM = "The first line names the columns: date,from,to,rate,source (source may be left out)."


@dataclass(frozen=True)
class Rate:
    """1 `from_currency` is `rate` `to_currency` on `day` and after, until the next rate."""

    day: date
    from_currency: str
    to_currency: str
    rate: Decimal
    source: str | None
    line: int


@dataclass(frozen=True)
class RateFile:
    """What one file of rates holds."""

    path: Path
    sha256: str
    rates: tuple[Rate, ...]


def sha256_of(path: Path) -> str:
    """The hash of the file's bytes; ConfigError when it cannot be read."""
    return hashlib.sha256(_bytes_of(path)).hexdigest()


def read_rates(path: Path) -> RateFile:
    """Every rate of the file: YAML where its name ends in .yaml or .yml, else CSV with commas.

    ConfigError names file, line, column and reason of the first mistake: a file that is half right would
    convert half of the money.
    """
    raw = _bytes_of(path)
    lines = _yaml_lines(path) if path.suffix in (".yaml", ".yml") else _csv_lines(path, raw)
    rates: list[Rate] = []
    seen: dict[tuple[date, str, str], int] = {}
    for line, fields in lines:
        rate = _rate(path, line, fields)
        key = (rate.day, rate.from_currency, rate.to_currency)
        if key in seen:
            raise problem_at(
                path,
                line,
                f"the rate {key[1]} to {key[2]} of {key[0]} stands twice; the first is on line {seen[key]}.",
                hint="Keep one of them.",
            )
        seen[key] = line
        rates.append(rate)
    return RateFile(path, hashlib.sha256(raw).hexdigest(), tuple(rates))


def _bytes_of(path: Path) -> bytes:
    try:
        size_bytes = path.stat().st_size
        if size_bytes > BYTES_MAX:
            raise ConfigError(f"{path}: has {size_bytes:,} bytes, more than 50 MB.", hint="Split the file.")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}.", hint="Check the path and its rights."
        ) from error


def _csv_lines(path: Path, raw: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise problem_at(path, line, "is not UTF-8 text.", hint="Save the file as UTF-8.") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(path, header)
        for row in reader:
            if not any(value.strip() for value in row):
                continue
            if len(row) != len(header):
                raise problem_at(
                    path,
                    reader.line_num,
                    f"has {len(row)} values for {len(header)} columns.",
                    hint="A value with a comma in it stands in double quotes.",
                )
            yield reader.line_num, dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise problem_at(
            path, reader.line_num, f"is not valid CSV: {error}.", hint="Look for an unclosed quote."
        ) from error


def _check_header(path: Path, header: list[str]) -> None:
    for name in REQUIRED:
        if name not in header:
            raise problem_at(path, 1, f'there is no column "{name}".', hint=_FORM)
    for place, name in enumerate(header):
        if name not in COLUMNS:
            raise problem_at(path, 1, f'unknown column "{name}".', hint=_FORM)
        if name in header[:place]:
            raise problem_at(path, 1, f'column "{name}" stands twice.', hint="Remove one of them.")


def _yaml_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    data, lines = read_yaml(path)
    for key in data:
        if key != "rates":
            raise problem_at(path, lines.near((key,)), f'unknown key "{key}".', hint='Known: "rates".')
    items = data.get("rates") or []
    if not isinstance(items, list):
        raise problem_at(path, lines.near(("rates",)), '"rates" is no list.', hint='Start each with "- ".')
    for number, fields in enumerate(items):
        line = lines.near(("rates", number))
        if not isinstance(fields, dict):
            raise problem_at(
                path, line, "is no rate.", hint='Write {date: 2026-10-01, from: EUR, to: USD, rate: "1.08"}.'
            )
        for key in fields:
            if key not in COLUMNS:
                raise problem_at(
                    path,
                    lines.near(("rates", number, key)),
                    f'unknown key "{key}".',
                    hint=f"Known: {', '.join(COLUMNS)}.",
                )
        yield line, fields


def _rate(path: Path, line: int, fields: Mapping[str, Any]) -> Rate:
    values = {name: _text(path, line, name, fields.get(name)) for name in REQUIRED}
    source = fields.get("source")
    if values["from"] == values["to"]:
        raise problem_at(
            path, line, f'column to: "{values["to"]}" is the currency itself.', hint="Remove the line."
        )
    return Rate(
        _day(path, line, values["date"]),
        values["from"],
        values["to"],
        _number(path, line, values["rate"]),
        None if source is None or not str(source).strip() else str(source).strip(),
        line,
    )


def _text(path: Path, line: int, name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise problem_at(path, line, f"column {name}: there is no value.", hint="Give it one.")
    return str(value).strip()


def _day(path: Path, line: int, text: str) -> date:
    try:
        if not _DAY.match(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise problem_at(
            path,
            line,
            f'column date: "{text}" is not a date.',
            hint="Write it as YYYY-MM-DD, for example 2026-10-01.",
        ) from None


def _number(path: Path, line: int, text: str) -> Decimal:
    try:
        rate = decimal_from_text(text)
    except ValueError:
        raise problem_at(
            path,
            line,
            f'column rate: "{text}" is not a plain number.',
            hint="Write it with a decimal point and no thousands mark, for example 1.0835.",
        ) from None
    if rate <= 0:
        raise problem_at(
            path, line, f"column rate: {text} is not more than zero.", hint="Remove the line, or correct it."
        )
    digits = rate.as_tuple().exponent
    if rate >= RATE_MAX or (isinstance(digits, int) and -digits > MONEY_SCALE and rate != round(rate, 15)):
        raise problem_at(
            path,
            line,
            f"column rate: {text} does not fit: at most 15 decimals, below 1,000,000,000.",
            hint="State the rate the other way round, or round it.",
        )
    return rate
