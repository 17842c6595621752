"""Figures and names as people read them. Rounds half-even, for display only."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

from finops_ai.money import plain
from finops_ai.months import Month
from finops_ai.reports.exact import minus, total

NOT_AVAILABLE = "n/a"

_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WIDE = Context(prec=76, rounding=ROUND_HALF_EVEN)


def rounded(amount: Decimal, places: int = 2) -> Decimal:
    """`amount` to `places` decimals, half-even; zero has no sign."""
    result = _WIDE.quantize(amount, Decimal(1).scaleb(-places))
    return abs(result) if result == 0 else result


def money(amount: Decimal | None, currency: str = "") -> str:
    """`amount` with two decimals, for example ``1,234.50 USD``; None is ``n/a``."""
    if amount is None:
        return NOT_AVAILABLE
    return f"{rounded(amount):,f} {currency}".strip()


def unit_money(amount: Decimal | None, currency: str = "") -> str:
    """A cost per success: four decimals below 10, else two; None is ``n/a``."""
    if amount is None:
        return NOT_AVAILABLE
    places = 4 if abs(amount) < 10 else 2
    return f"{rounded(amount, places):,f} {currency}".strip()


def signed(amount: Decimal | None, currency: str = "") -> str:
    """A change with its sign, for example ``+120.00``; None is ``n/a``."""
    if amount is None:
        return NOT_AVAILABLE
    sign = "+" if rounded(amount) > 0 else ""
    return f"{sign}{money(amount, currency)}"


def difference(amount: Decimal) -> str:
    """What should be zero: ``0.00`` only when it is, else every digit."""
    return money(amount) if amount == 0 or rounded(amount) == amount else plain(amount)


def percent(fraction: Decimal | None) -> str:
    """A fraction as a percentage with one decimal; None is ``n/a``."""
    if fraction is None:
        return NOT_AVAILABLE
    return f"{rounded(fraction * 100, 1):,f}%"


def signed_percent(fraction: Decimal | None) -> str:
    """A relative change with its sign, for example ``+12.5%``; None is ``n/a``."""
    text = percent(fraction)
    return f"+{text}" if fraction is not None and rounded(fraction * 100, 1) > 0 else text


def count(number: int | None, noun: str = "", plural: str = "") -> str:
    """A whole number with thousands marks, and its noun; None is ``n/a``."""
    if number is None:
        return NOT_AVAILABLE
    word = noun if abs(number) == 1 else (plural or f"{noun}s" if noun else "")
    return f"{number:,d} {word}".strip()


def month_name(month: Month) -> str:
    """For example ``October 2026``, in English whatever the machine's language."""
    return f"{_MONTH_NAMES[month.number - 1]} {month.year}"


def short_month(month: Month) -> str:
    """For example ``Oct``."""
    return _MONTH_NAMES[month.number - 1][:3]


def clean(text: str | None) -> str:
    """A name from outside on one line: breaks become spaces, controls and bidi marks U+FFFD."""
    if text is None:
        return ""
    joined = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in joined)


def words(identifier: str) -> str:
    """``shared_unallocated`` as ``shared unallocated``."""
    return clean(identifier).replace("_", " ")


def rounding_note(parts: list[Decimal], whole: Decimal, column: str) -> str | None:
    """What to say when the displayed `parts` of a column do not add up to its displayed total."""
    displayed = total(rounded(part) for part in parts)
    if displayed == rounded(whole):
        return None
    difference = minus(rounded(whole), displayed)
    return (
        f"Rounding: the cells of {column} as displayed add up to {money(displayed)}; the total "
        f"{money(whole)} is the exact sum, rounded once ({signed(difference)})."
    )


def roundings(*checks: tuple[str, Sequence[Decimal], Decimal]) -> tuple[str, ...]:
    """The rounding notes of a table: for each (column, parts, total) that needs one."""
    notes = (rounding_note(list(parts), whole, column) for column, parts, whole in checks)
    return tuple(note for note in notes if note is not None)
