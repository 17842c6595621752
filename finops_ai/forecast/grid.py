"""Price falls against volume growth: what is spent, and which volume eats a fall up. Decimal throughout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

_DIGITS = 40
_SHOWN = Decimal("0.000001")


@dataclass(frozen=True)
class GridRow:
    """One price change, in ratios of today: `spend` for each volume, and the volume that breaks even.

    `yearly_change` is the change a year that adds up to it. With an elasticity: the volume that answers the
    price, the spend then, and the rebound (the part of the saving that comes back; None without a saving).
    """

    change: Decimal
    yearly_change: Decimal
    break_even_volume: Decimal
    spend: tuple[Decimal, ...]
    answered_volume: Decimal | None
    answered_spend: Decimal | None
    rebound: Decimal | None


def grid(
    changes: Sequence[Decimal],
    volumes: Sequence[Decimal],
    *,
    migrates: Decimal,
    years: Decimal,
    elasticity: Decimal | None,
) -> list[GridRow]:
    """A row for each price change (-0.7 is 70% less, all above -1); only `migrates` of traffic pays it."""
    with localcontext() as context:
        context.prec = _DIGITS
        return [_row(change, volumes, migrates, years, elasticity) for change in changes]


def _row(
    change: Decimal, volumes: Sequence[Decimal], migrates: Decimal, years: Decimal, elasticity: Decimal | None
) -> GridRow:
    price = 1 + migrates * change
    answered = spend = rebound = None
    if elasticity is not None:
        answered = 1 + migrates * ((1 + change) ** elasticity - 1)
        spend = 1 + migrates * ((1 + change) ** (1 + elasticity) - 1)
        saving = 1 - price
        rebound = 1 - (1 - spend) / saving if saving > 0 else None
    return GridRow(
        change,
        _six((1 + change) ** (1 / years) - 1),
        _six(1 / price),
        tuple(_six(volume * price) for volume in volumes),
        *(None if value is None else _six(value) for value in (answered, spend, rebound)),
    )


def _six(value: Decimal) -> Decimal:
    return value.quantize(_SHOWN)
