"""Text for people: hostile characters made visible, values formatted, nothing printed here."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal

from finops_ai.money import plain, shown

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that can move the cursor, reorder or hide text."""


def visible(text: str) -> str:
    r"""`text` with every control, format and line character written as an escape such as ``\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(mark) if unicodedata.category(mark) in _HIDDEN else mark for mark in text)


def one_line(text: str) -> str:
    """`text` as one safe line: line breaks become spaces, other hidden characters escapes."""
    return visible(" ".join(text.split("\n")))


def _escape(mark: str) -> str:
    code = ord(mark)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(mark)
    if named is not None:
        return named
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


EXACT = -1
"""The `places` that mean: every digit there is."""


def cell(value: object, *, places: int = 2, null: str = "n/a") -> str:
    """One value for people: None is `null`, decimals rounded half-even with thousands marks."""
    if value is None:
        return null
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value) if places == EXACT else shown(value, "", places=places)
    if isinstance(value, int):
        return str(value) if places == EXACT else f"{value:,d}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return visible(str(value))


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 row``, ``2 rows``."""
    return f"{number:,d} {singular if number == 1 else plural or singular + 's'}"
