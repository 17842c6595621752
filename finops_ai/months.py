"""Calendar months as half-open UTC ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from finops_ai.errors import ConfigError

_MONTH_TEXT = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month, for example ``2026-10``; ordered by time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written ``YYYY-MM``; ConfigError for anything else."""
        match = _MONTH_TEXT.match(text.strip())
        if match is None:
            raise ConfigError(f'"{text}" is not a month.', hint="Write it as YYYY-MM, for example 2026-10.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that contains `day` (a date or a UTC datetime)."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """The first day, which is how a month is stored in the ledger."""
        return date(self.year, self.number, 1)

    @property
    def start_utc(self) -> datetime:
        """The first instant of the month, UTC, inclusive."""
        return datetime(self.year, self.number, 1)

    @property
    def end_utc(self) -> datetime:
        """The first instant after the month, UTC, exclusive."""
        return self.plus(1).start_utc

    @property
    def days(self) -> int:
        """Number of days in the month."""
        return (self.plus(1).first_day - self.first_day).days

    def plus(self, months: int) -> Month:
        """The month `months` later (earlier when negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"
