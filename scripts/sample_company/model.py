"""What the invented company consists of: calendar, dice, calls, outcomes, bill lines."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

MONTHS = tuple(f"{y}-{m:02d}" for y in (2025, 2026) for m in range(1, 13))[8:22]
"""2025-09 to 2026-10, the fourteen months of the story."""

KINDS = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output")
"""Disjoint token buckets; reasoning is a part of output."""


class Dice:
    """Chance with a name: the same seed gives the same story on every Python version."""

    def __init__(self, seed: str) -> None:
        """Start from `seed`; only `random()` is used, the one method with a stable sequence."""
        self._next = random.Random(seed).random

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """Return True in `percent` of a hundred cases."""
        return self.whole(1, 100) <= percent

    def pick(self, options: Sequence[T]) -> T:
        """Return one of `options`."""
        return options[self.whole(0, len(options) - 1)]

    def hexes(self, digits: int) -> str:
        """Return `digits` hexadecimal digits."""
        return "".join(self.pick("0123456789abcdef") for _ in range(digits))

    def uuid(self) -> str:
        """Return the text form of a random UUID."""
        tail = f"{self.hexes(4)}-4{self.hexes(3)}-{self.pick('89ab')}{self.hexes(3)}"
        return f"{self.hexes(8)}-{tail}-{self.hexes(12)}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token counts of one call in disjoint buckets; `reasoning` is inside `output`."""

    input_uncached: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0

    def of(self, kind: str) -> int:
        """Return the count of one bucket."""
        return int(getattr(self, kind))

    @property
    def prompt(self) -> int:
        """All tokens that went in, cached ones included."""
        return self.input_uncached + self.cache_read + self.cache_write_5m + self.cache_write_1h


@dataclass(frozen=True, slots=True)
class Call:
    """One model call, logged and (unless it failed) billed."""

    call_id: str
    at_ms: int
    took_ms: int
    provider: str
    model: str
    project: str | None
    workflow: str | None
    key: str
    team: str
    user: str
    trace_id: str
    session_id: str
    outcome_id: str | None
    tokens: Tokens
    error: str = ""

    @property
    def day(self) -> date:
        """The UTC day the provider bills it on."""
        return instant(self.at_ms).date()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One business outcome, all its calls in the same month."""

    outcome_id: str
    kind: str
    workflow: str
    status: str
    resolved_ms: int
    reopened_ms: int | None
    session_id: str
    trace_id: str
    value: Decimal | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class BillLine:
    """One billed amount; `category` is usage, tax, credit or pool:<name>[:<charge category>]."""

    month: str
    category: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """What a provider bills together: project, day, model, token kind."""

    provider: str
    project: str
    day: date
    model: str
    kind: str


def month_of(day: date) -> str:
    """Return the month of a day as YYYY-MM."""
    return f"{day:%Y-%m}"


def index_of(month: str) -> int:
    """Return the position of a month in the story, 0 for the first."""
    return MONTHS.index(month)


def days(month: str) -> list[date]:
    """Return every day of a month."""
    day = date.fromisoformat(month + "-01")
    found = []
    while month_of(day) == month:
        found.append(day)
        day += timedelta(days=1)
    return found


def workdays(month: str) -> list[date]:
    """Return the Mondays to Fridays of a month."""
    return [day for day in days(month) if day.weekday() < 5]


def next_month(month: str) -> str:
    """Return the month after `month`."""
    return month_of(days(month)[-1] + timedelta(days=1))


def at(day: date, second: int = 0) -> int:
    """Return the epoch milliseconds of a second of a UTC day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (int(midnight.timestamp()) + second) * 1000


def instant(ms: int) -> datetime:
    """Return epoch milliseconds as a UTC datetime."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def iso(ms: int) -> str:
    """Return epoch milliseconds as 2026-05-01T00:00:00Z, whole seconds."""
    return f"{instant(ms):%Y-%m-%dT%H:%M:%SZ}"


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of `amounts`."""
    return sum(amounts, Decimal(0))


def plain(amount: Decimal) -> str:
    """Return an amount without exponent and without trailing zeros."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
