"""A folder of golden prices (`golden.jsonl`, `prices.csv`, `aliases.csv`), read and turned into rows."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
METERS = {"output_reasoning": "output", "web_search_requests": "web_search"}
"""Meters that the files call otherwise than the package; reasoning is output at output's price."""
_PER = {1: "per_1", 1_000: "per_1k", 1_000_000: "per_1m"}
_SCOPES = ("global", "regional", "data_zone")


def instant(text: str) -> datetime:
    """A day or an instant with or without an offset, in UTC without a zone."""
    at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return at if at.tzinfo is None else at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def stated_scope(text: str | None) -> str | None:
    """`data_zone:us` is the scope data_zone."""
    return (text or "").split(":")[0] or None


def golden_records(folder: Path) -> list[dict[str, Any]]:
    """The records of `golden.jsonl`; none when there is no such file."""
    path = folder / "golden.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header; none when there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)
        ]


def usage_row(record: dict[str, Any]) -> dict[str, Any]:
    """A golden record as a row of `token_usage`."""
    counts: dict[str, int] = defaultdict(int)
    for bucket, count in record["usage"].items():
        meter = METERS.get(bucket, bucket)
        counts["web_search_calls" if meter == "web_search" else f"{meter}_tokens"] += int(count)
    return {
        "at_utc": instant(record["timestamp"]),
        "provider": record["provider"],
        "model_name": record["model"],
        "service_tier": record.get("service_tier") or "standard",
        "endpoint_scope": stated_scope(record.get("endpoint_scope")),
        "reasoning_tokens": int(record["usage"].get("output_reasoning", 0)),
        **counts,
    }


def write_catalogue(folder: Path, rows: Iterable[dict[str, str]], aliases: dict[str, Any]) -> None:
    """Write the rows of a `prices.csv` as the package's price files, one for each provider.

    A row without a scope holds for every scope that the model has no rows of its own for. A meter
    without a price in a band keeps that of the band below: here each meter has its own bands.
    """
    by_provider: dict[str, list[_Row]] = defaultdict(list)
    for row in _spelled_out([_Row.read(row) for row in rows]):
        by_provider[row.provider].append(row)
    for provider, found in by_provider.items():
        lines = [
            f"provider: {json.dumps(provider)}",
            "currency: USD",
            'sources: {sheet: {url: "https://example.org/prices.csv", checked_on: 2026-11-21}}',
            "prices:",
        ]
        lines += [row.yaml() for row in found]
        (folder / f"{re.sub(r'[^a-z0-9-]', '_', provider)}.yaml").write_text("\n".join(lines) + "\n")
    lines = ["aliases:"] if aliases else ["aliases: {}"]
    for provider, names in aliases.items():
        lines.append(f"  {json.dumps(provider)}:")
        for name, spans in names.items():
            lines.append(f"    {json.dumps(name)}:")
            lines += [
                f"      - {{{', '.join(f'{key}: {value}' for key, value in span.items())}}}" for span in spans
            ]
    (folder / "aliases.yaml").write_text("\n".join(lines) + "\n")


@dataclass(frozen=True)
class _Row:
    provider: str
    model: str
    scope: str
    tier: str
    meter: str
    band: int
    valid_from: str
    valid_to: str
    hours: str
    days: str
    price: str
    per: int

    @classmethod
    def read(cls, row: dict[str, str]) -> _Row:
        meter = METERS.get(row["meter"], row["meter"])
        return cls(
            row["provider"],
            row["canonical_model"],
            stated_scope(row.get("endpoint_scope")) or "",
            row.get("service_tier") or "standard",
            meter,
            int(row.get("min_prompt_tokens") or 0),
            row.get("valid_from") or "1970-01-01",
            row.get("valid_to") or "",
            row.get("hours_utc") or "",
            row.get("days") or "",
            format(Decimal(row["unit_price_usd"]), "f"),
            int(row.get("per") or 1_000_000),
        )

    @property
    def key(self) -> tuple[str, ...]:
        """What the hours of a day are split among."""
        return (self.provider, self.model, self.scope, self.tier, self.meter, str(self.band))

    def but(self, **changed: Any) -> _Row:
        """The row with other values."""
        return _Row(**{**self.__dict__, **changed})

    def yaml(self) -> str:
        """The row as an item of a price file."""
        items = [f"model: {json.dumps(self.model)}"]
        items += [f"endpoint_scope: {self.scope}"] if self.scope else []
        items += [f"service_tier: {self.tier}"]
        items += [f"min_prompt_tokens: {self.band}"] if self.band else []
        items += [f'hours_utc: "{self.hours}"'] if self.hours else []
        items += [f"valid_from: {instant(self.valid_from):%Y-%m-%dT%H:%M:%SZ}"]
        items += [f"valid_to: {instant(self.valid_to):%Y-%m-%dT%H:%M:%SZ}"] if self.valid_to else []
        price, per = self.price, _PER.get(self.per)
        if per is None:
            price, per = format(Decimal(self.price) * (Decimal(1_000_000) / Decimal(self.per)), "f"), "per_1m"
        return f'  - {{{", ".join(items)}, source: sheet, {per}: {{{self.meter}: "{price}"}}}}'


def _spelled_out(rows: list[_Row]) -> Iterator[_Row]:
    # A price of zero cannot stand in a price file; output_reasoning repeats output.
    rows = list(dict.fromkeys(row for row in rows if Decimal(row.price) > 0))
    rows = list(_same_hours_for_all(list(_with_hours(rows))))
    rows = list(_with_scopes(rows))
    yield from rows
    yield from _with_bands(rows)


def _with_scopes(rows: list[_Row]) -> Iterator[_Row]:
    own: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        own[row.provider, row.model].add(row.scope)
    for row in rows:
        if row.scope:
            yield row
        else:
            yield from (
                row.but(scope=scope) for scope in _SCOPES if scope not in own[row.provider, row.model]
            )


def _with_bands(rows: list[_Row]) -> Iterator[_Row]:
    groups: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        key = (row.provider, row.model, row.scope, row.tier, row.hours, row.valid_from, row.valid_to)
        groups[key].append(row)
    for group in groups.values():
        for band in sorted({row.band for row in group} - {0}):
            has = {row.meter for row in group if row.band == band}
            for meter in {row.meter for row in group} - has - {"web_search"}:
                below = [row for row in group if row.meter == meter and row.band < band]
                if below:
                    yield max(below, key=lambda row: row.band).but(band=band)


def _with_hours(rows: list[_Row]) -> Iterator[_Row]:
    windows: dict[tuple[str, ...], list[tuple[_Row, frozenset[int]]]] = defaultdict(list)
    for row in rows:
        if row.hours and row.hours != "other":
            windows[row.key].append((row, _minutes(row)))
    for row in rows:
        if not row.hours and not row.days:
            yield row
            continue
        if row.hours == "other":
            named = [minutes for other, minutes in windows[row.key] if _meet(row, other)]
            minutes = frozenset(range(WEEK_MINUTES)).difference(*named)
        else:
            minutes = _minutes(row)
        if minutes:
            yield row.but(hours=_hours_text(minutes), days="")


def _same_hours_for_all(rows: list[_Row]) -> Iterator[_Row]:
    """Rows without hours beside rows of the same model with hours are written out for each of these."""
    timed: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        if row.hours:
            timed[row.provider, row.model, row.scope, row.tier].append(row)
    for row in rows:
        beside = timed[row.provider, row.model, row.scope, row.tier]
        hours = {other.hours for other in beside if not row.hours and _meet(row, other)}
        if hours:
            yield from (row.but(hours=text) for text in sorted(hours))
        else:
            yield row


def _meet(one: _Row, other: _Row) -> bool:
    end = "9999-12-31"
    return instant(one.valid_from) < instant(other.valid_to or end) and instant(other.valid_from) < instant(
        one.valid_to or end
    )


def _minutes(row: _Row) -> frozenset[int]:
    """The minutes of the UTC week: hours are UTC's, days are those of the named clock."""
    in_day: set[int] = set()
    for span in row.hours.split(",") if row.hours else ["00:00-24:00"]:
        start, end = (_minute(text) for text in span.strip().split("-"))
        in_day |= set(range(start, end)) if start < end else {*range(start, DAY_MINUTES), *range(end)}
    names, _, zone = row.days.partition(" ")
    days = _days(names)
    monday = instant(row.valid_from).replace(hour=0, minute=0, second=0)
    monday += timedelta(days=(7 - monday.weekday()) % 7)
    shift = (ZoneInfo(zone or "UTC").utcoffset(monday) or timedelta()) // timedelta(minutes=1)
    return frozenset(
        minute
        for minute in range(WEEK_MINUTES)
        if minute % DAY_MINUTES in in_day and (minute + shift) % WEEK_MINUTES // DAY_MINUTES in days
    )


def _minute(text: str) -> int:
    hour, _, minute = text.strip().partition(":")
    return int(hour) * 60 + int(minute or 0)


def _days(names: str) -> frozenset[int]:
    found: set[int] = set()
    for part in filter(None, names.split(",")):
        first, _, last = part.partition("-")
        start, end = DAYS.index(first[:3].title()), DAYS.index((last or first)[:3].title())
        found |= {day % 7 for day in range(start, end + 1 if start <= end else end + 8)}
    return frozenset(found or range(7))


def _hours_text(minutes: frozenset[int]) -> str:
    parts: list[str] = []
    for day, name in enumerate(DAYS):
        spans: list[str] = []
        in_day = [minute in minutes for minute in range(day * DAY_MINUTES, (day + 1) * DAY_MINUTES)]
        start: int | None = None
        for minute, covered in enumerate([*in_day, False]):
            if covered and start is None:
                start = minute
            if not covered and start is not None:
                spans.append(f"{start // 60:02}:{start % 60:02}-{minute // 60:02}:{minute % 60:02}")
                start = None
        if spans:
            parts.append(f"{name} {','.join(spans)}")
    return "; ".join(parts)
