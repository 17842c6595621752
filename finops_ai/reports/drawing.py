"""Small means of drawing: scales, ticks, and SVG elements whose text is always escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from markupsafe import Markup

from finops_ai.reports.text import rounded

_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Scale:
    """Maps amounts from `low` to `high` onto pixels from `start` to `end`."""

    low: Decimal
    high: Decimal
    start: int
    end: int

    def at(self, amount: Decimal) -> Decimal:
        """The pixel of `amount`, to a tenth."""
        span = self.high - self.low
        if span == 0:
            return Decimal(self.start)
        return rounded(self.start + (amount - self.low) / span * (self.end - self.start), 1)


def nice_step(span: Decimal, steps: int) -> Decimal:
    """A round distance between about `steps` grid lines over `span`."""
    if span <= 0:
        return Decimal(1)
    rough = span / steps
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * factor for factor in _NICE if power * factor >= rough)


def ticks(low: Decimal, high: Decimal, steps: int = 4) -> list[Decimal]:
    """The round amounts from `low` to `high`, which are at most 0 and at least 0; 0 is one of them."""
    step = nice_step(high - low, steps)
    first = (low / step).to_integral_value(ROUND_CEILING)
    last = (high / step).to_integral_value(ROUND_FLOOR)
    return [step * index for index in range(int(first), int(last) + 1)]


def compact(amount: Decimal) -> str:
    """An axis label: ``950``, ``1.5k``, ``20k``, ``3M``."""
    for limit, suffix in ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "k")):
        if abs(amount) >= limit:
            return f"{_short(amount / limit)}{suffix}"
    return _short(amount)


def _short(amount: Decimal) -> str:
    text = format(rounded(amount, 2), "f").rstrip("0").rstrip(".")
    return text or "0"


def element(template: str, /, **values: object) -> Markup:
    """`template` with `values` put in, escaped. Templates are ours, values may be anybody's."""
    return Markup(template).format(**values)  # noqa: S704


def join(parts: Iterable[Markup]) -> Markup:
    """The parts one after another."""
    return Markup("\n").join(parts)


def figure(key: str, *, width: int, height: int, title: str, description: str, parts: list[Markup]) -> Markup:
    """A picture with a title and a description for those who cannot see it."""
    return element(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>\n{inner}\n</svg>',
        key=key,
        width=width,
        height=height,
        title=title,
        description=description,
        inner=join(parts),
    )


def shortened(name: str, letters: int) -> str:
    """`name`, cut with an ellipsis when it is longer than `letters`."""
    return name if len(name) <= letters else name[: letters - 1] + "…"
