"""`finops-ai sources`: which days each source covers, which are missing, and what is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.freshness import LATE, TOO_LATE, Age, ages, require_limits
from finops_ai.cli.status import STALE_DAYS
from finops_ai.cli.text import counted
from finops_ai.config import Config
from finops_ai.errors import ExitCode, InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

RULER = "....5...10...15...20...25...30."
"""The title of a calendar line: one character a day."""

_SOURCES = columns(
    *("source:source", "name:of", "account:account", "last_day:last day", "missing:missing:count"),
    *("imported:imported", "state:state"),
)
_DAYS = columns("month:month", f"days:{RULER}", "state:state", "missing:missing days")
_MONTHS_SHOWN = 3
_LEGEND = "# data   . none between the first and the last day."
_LATEST = f"The newest {_MONTHS_SHOWN} months: --month and --source show others."
_UNMATCHED = columns("month:month", "provider:provider", "lines:bill lines:count", "calls:calls:count")
_TWICE = columns(
    *("month:month", "provider:vendor", "currency:currency"),
    *("paid:paid by card:money", "billed:billed by the vendor:money"),
)


@dataclass(frozen=True)
class _Source:
    """One source, what it tells of, and its months in order: (month, days, every line invoiced)."""

    feeds: str
    source: str
    name: str
    account: str | None
    months: tuple[tuple[Month, frozenset[int], bool], ...]
    last_import_utc: datetime

    @property
    def present(self) -> list[date]:
        """The days covered, in order."""
        return [
            month.first_day.replace(day=number) for month, days, _ in self.months for number in sorted(days)
        ]

    def missing(self) -> list[date]:
        """The days without data between the first and the last that have some."""
        there = set(self.present)
        first, last = min(there), max(there)
        return [day for n in range((last - first).days) if (day := first + timedelta(days=n)) not in there]

    def month_state(self, month: Month) -> str:
        """Final when a later month has data or every line is on an invoice; open until then."""
        newest = self.months[-1][0]
        invoiced = any(every for found, _, every in self.months if found == month)
        return "final" if month < newest or invoiced else "open"


def check_sources(
    settings: Settings, month: str | None, source: str | None, now_utc: datetime
) -> tuple[Document, int]:
    """`show_sources`, and the exit code: 4 when a source is too late, or expected and never came.

    ConfigError when finops.yaml states no limit to check.
    """
    require_limits(settings.load())
    document = show_sources(settings, month, source, now_utc)
    return document, int(ExitCode.FINDINGS if document.facts["too_late"] else ExitCode.OK)


def source_ages(ledger: Ledger, config: Config, today: date) -> tuple[Age, ...]:
    """How far behind `today` each source is, and which that finops.yaml names are not there."""
    return _ages(_read(ledger), config, today)


def show_sources(settings: Settings, month: str | None, source: str | None, now_utc: datetime) -> Document:
    """Each source's days, at most a line a month; InputError when no source is named `source`.

    A source is late or too late by the ages that finops.yaml allows, against `now_utc`. Where it states
    none, a source is stale when its newest day is more than a week before the newest of all sources, where
    days after `now_utc` (the end of a running billing period) are not waited for.
    """
    config = settings.load()
    require_ledger(config, month)
    with settings.open(config, read_only=True) as ledger:
        every = _read(ledger)
        unmatched = ledger.run("cli", "sources_unmatched.sql").fetchall()
        twice = ledger.run("cli", "sources_paid_twice.sql").fetchall()
    chosen = [each for each in every if source in (None, each.source, each.name)]
    if source is not None and not chosen:
        raise InputError(f"{source}: no source and no provider of this name has data.", hint=_named(every))
    newest = min(max((each.present[-1] for each in every), default=now_utc.date()), now_utc.date())
    only = None if month is None else Month.parse(month)
    _require_days(chosen, only)
    old = _ages(every, config, now_utc.date())
    states = {id(each): _state(each, newest, age) for each, age in zip(every, old, strict=False)}
    flags = tuple(age.text for age in old if age.is_error and source in (None, age.source, age.name))
    apart = tuple(
        (Month.of(first), *rest)
        for first, *rest in unmatched
        if only in (None, Month.of(first)) and source in (None, rest[0])
    )
    paid = tuple((Month.of(first), *rest) for first, *rest in twice if only in (None, Month.of(first)))
    since = Month.of(newest).plus(1 - _MONTHS_SHOWN) if month is None and source is None else None
    blocks: tuple[Table | str, ...] = (
        *(_summary(feeds, chosen, states) for feeds in ("bills", "logs", "outcomes")),
        *(_calendar(each, only, since) for each in chosen),
        *(
            [_LEGEND if since is None else f"{_LEGEND} {_LATEST}"]
            if chosen
            else ["No file has been ingested."]
        ),
        Table(
            "paid_twice", "Paid by card and billed by the vendor: one of them may be too much", _TWICE, paid
        ),
        Table("unmatched", "Billed without logs, or logged without a bill", _UNMATCHED, apart, null="none"),
        *(f"! {flag}" for flag in flags),
    )
    facts = {"now_utc": now_utc, "newest_day": newest, "stale_days": STALE_DAYS, "too_late": flags}
    by_source = {id(each): age for each, age in zip(every, old, strict=False)}
    machine = [_facts(each, states[id(each)], only, by_source[id(each)]) for each in chosen]
    return Document("sources", blocks, {**facts, "sources": machine})


def _require_days(chosen: Sequence[_Source], only: Month | None) -> None:
    """Raise InputError when `only` lies before or after all days of the `chosen` sources."""
    if only is None or not chosen:
        return
    first, last = min(each.present[0] for each in chosen), max(each.present[-1] for each in chosen)
    if not Month.of(first) <= only <= Month.of(last):
        raise InputError(
            f"{only}: no source has a day of this month.", hint=f"There are days from {first} to {last}."
        )


def _read(ledger: Ledger) -> list[_Source]:
    rows = ledger.run("cli", "sources_days.sql").fetchall()
    return [_source(list(part)) for _, part in groupby(rows, key=lambda row: tuple(row[:4]))]


def _source(rows: Sequence[tuple[Any, ...]]) -> _Source:
    feeds, source, name, account = rows[0][:4]
    months = tuple((Month.of(first), frozenset(days), invoiced) for *_, first, days, invoiced, _ in rows)
    return _Source(feeds, source, name, account, months, max(row[-1] for row in rows))


def _named(every: Sequence[_Source]) -> str:
    names = sorted({name for each in every for name in (each.source, each.name)})
    return f"There are: {', '.join(names)}." if names else "Run `finops-ai ingest PATH` first."


def _ages(every: Sequence[_Source], config: Config, today: date) -> tuple[Age, ...]:
    return ages(config, [(each.source, each.name, each.account, each.present[-1]) for each in every], today)


def _state(source: _Source, newest: date, age: Age) -> str:
    if age.verdict in (LATE, TOO_LATE):
        return f"{age.verdict}, {counted(age.age_days or 0, 'day')}"
    if age.verdict is not None:
        return source.month_state(source.months[-1][0])
    late = (newest - source.present[-1]).days
    if late > STALE_DAYS:
        return f"stale, {counted(late, 'day')}"
    return source.month_state(source.months[-1][0])


def _summary(feeds: str, chosen: Sequence[_Source], states: dict[int, str]) -> Table:
    rows = [
        (
            *(each.source, each.name, each.account, each.present[-1], len(each.missing())),
            *(each.last_import_utc.date(), states[id(each)]),
        )
        for each in chosen
        if each.feeds == feeds
    ]
    if feeds == "bills":
        return Table("", "Bills", _SOURCES, tuple(rows))
    account = [column.key for column in _SOURCES].index("account")
    kept = tuple(column for column in _SOURCES if column.key != "account")
    return Table("", feeds.capitalize(), kept, tuple((*r[:account], *r[account + 1 :]) for r in rows))


def _calendar(source: _Source, only: Month | None, since: Month | None) -> Table:
    account = f", {source.account}" if source.account else ""
    missing = source.missing()
    span = (source.present[0], source.present[-1])
    rows = tuple(
        (month, _line(month, source, span), source.month_state(month), _ranges(month, missing))
        for month in _months(source)
        if only in (None, month) and (since is None or month >= since)
    )
    return Table("", f"{source.source}: {source.name}{account}", _DAYS, rows)


def _months(source: _Source) -> Iterator[Month]:
    """Every month from the first to the last, also those without any day."""
    month, last = source.months[0][0], source.months[-1][0]
    while month <= last:
        yield month
        month = month.plus(1)


def _line(month: Month, source: _Source, span: tuple[date, date]) -> str:
    there = next((days for found, days, _ in source.months if found == month), frozenset())
    marks = ""
    for number in range(1, month.days + 1):
        day = month.first_day.replace(day=number)
        marks += "#" if number in there else "." if span[0] <= day <= span[1] else " "
    return marks


def _ranges(month: Month, missing: Sequence[date]) -> str:
    """The days of `month` among `missing` as ``3-5, 17``."""
    numbers = [day.day for day in missing if Month.of(day) == month]
    texts = []
    for _, part in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in part]
        texts.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return ", ".join(texts)


def _facts(source: _Source, state: str, only: Month | None, age: Age) -> dict[str, Any]:
    shown = [day for day in source.present if only in (None, Month.of(day))]
    return {
        "feeds": source.feeds,
        "source": source.source,
        "name": source.name,
        "account": source.account,
        "first_day": source.present[0],
        "last_day": source.present[-1],
        "state": state.partition(",")[0],
        "age_days": age.age_days,
        "warn_after_days": age.warn_after_days,
        "error_after_days": age.error_after_days,
        "freshness": age.verdict,
        "last_import_utc": source.last_import_utc,
        "months": {str(m): source.month_state(m) for m in _months(source) if only in (None, m)},
        "days_present": shown,
        "days_missing": [day for day in source.missing() if only in (None, Month.of(day))],
    }
