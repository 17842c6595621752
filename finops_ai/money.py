"""Money as exact decimals: parsing from text, and rounding for display only."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z")

MONEY_SCALE = 15
"""Decimals kept in the ledger, DECIMAL(38,15)."""


def decimal_from_text(text: str) -> Decimal:
    """The exact value of a plain number such as ``-12.50`` or ``35.2E-7``.

    Raises ValueError for anything else: thousands marks, symbols, NaN, infinity.
    """
    if not PLAIN_NUMBER.match(text):
        raise ValueError(f'"{text}" is not a plain number')
    return Decimal(text)


def plain(amount: Decimal) -> str:
    """All digits of `amount`, no exponent and no trailing zeros: for CSV, JSON and audits."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def shown(amount: Decimal | None, currency: str = "USD", *, places: int = 2) -> str:
    """`amount` rounded half-even for people, for example ``1,234.50 USD``; None is ``n/a``."""
    if amount is None:
        return "n/a"
    rounded = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return f"{rounded:,f} {currency}".strip()
