"""Sums, differences and shares of ledger amounts without losing a digit.

Python's default context keeps 28 digits, a DECIMAL(38,15) may hold 38.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal

_EXACT = Context(prec=76)
ZERO = Decimal(0)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of `amounts` of one currency; 0 when there are none."""
    result = ZERO
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def minus(left: Decimal, right: Decimal) -> Decimal:
    """`left` less `right`, exact, both of one currency."""
    return _EXACT.subtract(left, right)


def change(now: Decimal, before: Decimal | None) -> Decimal | None:
    """`now` less `before`; None when there is no figure before."""
    return None if before is None else minus(now, before)


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """`part` as a fraction of `whole`; None when either is unknown or `whole` is zero."""
    if part is None or whole is None or whole == 0:
        return None
    return _EXACT.divide(part, abs(whole))
