"""Hours of the week in UTC, written ``Mon-Fri 01-04,06-10; Sat-Sun 00-24`` or ``Mon-Sun 16:30-24``."""

from __future__ import annotations

import re

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 24 * 60
WEEK_MINUTES = DAY_MINUTES * len(DAYS)

_PART = re.compile(r"(?P<first>[A-Z][a-z]{2})(?:-(?P<last>[A-Z][a-z]{2}))? (?P<spans>[\d,:-]+)\Z", re.ASCII)
_SPAN = re.compile(r"(\d{2})(?::(\d{2}))?-(\d{2})(?::(\d{2}))?\Z", re.ASCII)


def minute_ranges(text: str) -> list[tuple[int, int]]:
    """The hours that `text` covers as half-open ranges [from, to) of minutes of the week, in order.

    0 is Monday 00:00 UTC, the end of the week 10,080. Raises ValueError, worded for the user, when
    `text` is written otherwise or covers an hour twice.
    """
    spans = sorted(span for part in text.split("; ") for span in _part_spans(part))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            raise ValueError(f'hours "{text}" cover an hour twice')
        if merged and start == merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def hours_meet(one: str | None, other: str | None) -> bool:
    """Whether any minute of the week is in both; None covers all of them."""
    if one is None or other is None or one == other:
        return True
    return any(
        start < other_end and other_start < end
        for start, end in minute_ranges(one)
        for other_start, other_end in minute_ranges(other)
    )


def same_hours(one: str | None, other: str | None) -> bool:
    """Whether both cover the same minutes of the week, however they are written."""
    whole = [(0, WEEK_MINUTES)]
    return one == other or (
        (whole if one is None else minute_ranges(one)) == (whole if other is None else minute_ranges(other))
    )


def _part_spans(part: str) -> list[tuple[int, int]]:
    match = _PART.match(part)
    found = [_SPAN.match(span) for span in match["spans"].split(",")] if match else []
    if match is None or match["first"] not in DAYS or (match["last"] or "Mon") not in DAYS:
        raise ValueError(f'hours "{part}" are not written like "Mon-Fri 01-04,06-10"')
    first = DAYS.index(match["first"])
    last = DAYS.index(match["last"]) if match["last"] else first
    spans: list[tuple[int, int]] = []
    for span in found:
        start, end = (_minute(span[1], span[2]), _minute(span[3], span[4])) if span else (0, 0)
        if not start < end <= DAY_MINUTES or last < first:
            raise ValueError(f'hours "{part}" are not written like "Mon-Fri 01-04,06-10"')
        spans += [(DAY_MINUTES * day + start, DAY_MINUTES * day + end) for day in range(first, last + 1)]
    return spans


def _minute(hour: str, minute: str | None) -> int:
    """The minute of the day; beyond the day's end when written wrong, which the caller refuses."""
    minutes = int(minute or 0)
    return int(hour) * 60 + minutes if minutes < 60 else 2 * DAY_MINUTES
