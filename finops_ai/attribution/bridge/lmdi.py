"""LMDI-I: a change of a product as one exact amount for each of its factors.

For a cell whose value is ``V = x1 * x2 * ... * xn`` in both periods, the effect of factor x is
``L(V1, V0) * ln(x1 / x0)`` with the logarithmic mean ``L(a, b) = (a - b) / (ln a - ln b)``, ``L(a, a) = a``.
The effects of a cell add up to ``V1 - V0``, and none depends on the order of the factors. Zeros take their
analytical limits, never a small number in their place. Pure: no ledger, no rounding but the stated one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

DIGITS = 64
"""Of every intermediate result; values of the ledger have at most 38."""
UNIT = Decimal("1e-15")
"""The last digit of money in the ledger: effects are rounded to it."""
WIDE = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Factor:
    """One factor of a cell in both periods; None where it is undefined, as the price of nothing is."""

    name: str
    start: Decimal | None
    end: Decimal | None

    @property
    def has_ratio(self) -> bool:
        """Whether ln(end / start) exists."""
        return bool(self.start) and bool(self.end) and (self.start or _ZERO) * (self.end or _ZERO) > 0


def telescope(
    names: Sequence[str], start: Sequence[Decimal | int], end: Sequence[Decimal | int]
) -> tuple[Factor, ...]:
    """The factors of nested quantities: the first quantity, then each as a ratio to the one before it.

    Tasks of a workflow, its tasks on a model, their tokens, tokens of one kind, their cost give volume,
    model share, tokens per task, share of the kind and price. Their product is the last quantity.
    """
    with localcontext(WIDE):
        ratios = (_ratios(start), _ratios(end))
    return tuple(Factor(name, *pair) for name, *pair in zip(names, *ratios, strict=True))


def effects(
    start: Decimal, end: Decimal, factors: Sequence[Factor], ties: Sequence[str] | None = None
) -> dict[str, Decimal]:
    """The effect of each factor on the change from `start` to `end`, adding up to it exactly.

    Each is rounded half-even to 1e-15 and what that leaves over stands in the largest. Where the value is
    0 in one period, the factor that is 0 (or undefined) there takes the whole change; of several, the
    first in `ties`, by default the order given. A factor undefined beside a value takes what the others
    leave over; where the value changes its sign, the last of `ties` takes the change.
    """
    order = tuple(ties or (factor.name for factor in factors))
    ranked = sorted(factors, key=lambda factor: order.index(factor.name))
    found = dict.fromkeys((factor.name for factor in factors), _ZERO)
    with localcontext(WIDE):
        if start and end and (start > 0) == (end > 0):
            _share(found, start, end, ranked)
        else:
            found[_bearer(start, end, ranked)] += end - start
    return found


def multiplicative(start: Decimal, end: Decimal, effect: Decimal) -> Decimal | None:
    """What `effect` multiplies a total by: exp(effect / L(end, start)); None where a total is not above 0."""
    if start <= 0 or end <= 0:
        return None
    with localcontext(WIDE):
        return (effect / logarithmic_mean(end, start)).exp()


def logarithmic_mean(a: Decimal, b: Decimal) -> Decimal:
    """L(a, b) of two amounts of the same sign."""
    with localcontext(WIDE):
        return a if a == b else (a - b) / (a / b).ln()


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum: Python's own context would round beyond 28 digits."""
    with localcontext(WIDE):
        return sum(amounts, _ZERO)


def _ratios(quantities: Sequence[Decimal | int]) -> list[Decimal | None]:
    values = [Decimal(quantity) for quantity in quantities]
    below = [Decimal(1), *values[:-1]]
    return [value / base if base else None for value, base in zip(values, below, strict=True)]


def _share(found: dict[str, Decimal], start: Decimal, end: Decimal, ranked: Sequence[Factor]) -> None:
    """Same sign in both periods: each factor its logarithmic share, what is left over where it belongs."""
    mean = logarithmic_mean(end, start)
    for factor in ranked:
        if factor.has_ratio and factor.start != factor.end:
            assert factor.start is not None
            assert factor.end is not None
            found[factor.name] = (mean * (factor.end / factor.start).ln()).quantize(UNIT)
    unknown = next((factor.name for factor in ranked if not factor.has_ratio), None)
    # The largest by amount; equal ones by rank, so that the answer never depends on the order given.
    bearer = unknown or max((factor.name for factor in ranked), key=lambda name: abs(found[name]))
    found[bearer] += end - start - sum(found.values(), _ZERO)


def _bearer(start: Decimal, end: Decimal, ranked: Sequence[Factor]) -> str:
    """The factor that takes the whole change: the first that is zero where the value is, else the last."""
    for factor in ranked if start == 0 or end == 0 else ():
        if not (factor.start if start == 0 else factor.end):
            return factor.name
    return ranked[-1].name
