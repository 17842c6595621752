"""Hours of the week in UTC, written ``Mon-Fri 01-04,06-10; Sat-Sun 00-24``."""

from __future__ import annotations

import re

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK_HOURS = 24 * len(DAYS)

_PART = re.compile(r"(?P<first>[A-Z][a-z]{2})(?:-(?P<last>[A-Z][a-z]{2}))? (?P<spans>[\d,-]+)\Z", re.ASCII)
_SPAN = re.compile(r"(\d{2})-(\d{2})\Z", re.ASCII)


def hours_of_week(text: str) -> frozenset[int]:
    """The hours that `text` covers, 0 (Monday 00:00-01:00 UTC) to 167.

    Raises ValueError, worded for the user, when `text` is written otherwise or covers an hour twice.
    """
    hours: list[int] = []
    for part in text.split("; "):
        hours += _part_hours(part)
    if len(set(hours)) < len(hours):
        raise ValueError(f'hours "{text}" cover an hour twice')
    return frozenset(hours)


def hour_ranges(text: str) -> list[tuple[int, int]]:
    """The same hours as half-open ranges [from, to) of hours of the week, in order."""
    hours = sorted(hours_of_week(text))
    starts = [hour for hour in hours if hour - 1 not in hours]
    ends = [hour + 1 for hour in hours if hour + 1 not in hours]
    return list(zip(starts, ends, strict=True))


def _part_hours(part: str) -> list[int]:
    match = _PART.match(part)
    spans = [_SPAN.match(span) for span in match["spans"].split(",")] if match else []
    if match is None or match["first"] not in DAYS or (match["last"] or "Mon") not in DAYS:
        raise ValueError(f'hours "{part}" are not written like "Mon-Fri 01-04,06-10"')
    first = DAYS.index(match["first"])
    last = DAYS.index(match["last"]) if match["last"] else first
    hours: list[int] = []
    for span in spans:
        if span is None or not int(span[1]) < int(span[2]) <= 24 or last < first:
            raise ValueError(f'hours "{part}" are not written like "Mon-Fri 01-04,06-10"')
        hours += [
            24 * day + hour for day in range(first, last + 1) for hour in range(int(span[1]), int(span[2]))
        ]
    return hours
