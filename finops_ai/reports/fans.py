"""What is expected of each line as a fan: billed months, the 80% interval ahead, and the scenarios' mids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from finops_ai.months import Month
from finops_ai.reports.drawing import Scale, compact, element, figure, shortened, ticks
from finops_ai.reports.model import Budgets, Fan
from finops_ai.reports.text import clean, money, rounded, short_month

_WIDTH = 920
_PANEL_WIDTH, _PANEL_HEIGHT = 460, 206
_LEFT, _RIGHT, _TOP, _FOOT = 46, 20, 34, 28
_LEGEND_HEIGHT = 26
_ZERO = Decimal(0)


@dataclass(frozen=True)
class _Panel:
    """Where one fan stands in the picture, and how its months and amounts become pixels."""

    x: int
    y: int
    months: tuple[Month, ...]
    scale: Scale

    def at(self, month: Month) -> Decimal:
        """The pixel of a month, from left to right."""
        span = _PANEL_WIDTH - _LEFT - _RIGHT
        step = Decimal(span) / max(len(self.months) - 1, 1)
        return rounded(self.x + _LEFT + step * self.months.index(month), 1)


def fan_chart(budgets: Budgets) -> Markup:
    """One panel for the total and for each line; every panel has its own scale."""
    rows = (len(budgets.fans) + 1) // 2
    parts = [_legend()]
    for at, fan in enumerate(budgets.fans):
        x, y = _PANEL_WIDTH * (at % 2), _LEGEND_HEIGHT + _PANEL_HEIGHT * (at // 2)
        parts += _panel(fan, x, y, clean(budgets.currency))
    return figure(
        "fans",
        width=_WIDTH,
        height=_LEGEND_HEIGHT + _PANEL_HEIGHT * rows,
        title=f"Months billed and months to come, {clean(budgets.currency)}",
        description="Each line's billed months, what history lets expect with its 80% interval, and the "
        "scenarios month by month. The tables beside hold the figures.",
        parts=parts,
    )


def _legend() -> Markup:
    return element(
        '<path class="fan-past" d="M46 12 h26"/><text class="axis" x="78" y="16">billed</text>'
        '<rect class="fan-band" x="136" y="5" width="26" height="14"/>'
        '<path class="fan-expected" d="M136 12 h26"/>'
        '<text class="axis" x="168" y="16">what history lets expect, 80% interval</text>'
        '<path class="fan-plan" d="M420 12 h26"/><text class="axis" x="452" y="16">scenarios (mid)</text>'
    )


def _panel(fan: Fan, x: int, y: int, currency: str) -> list[Markup]:
    amounts = [_ZERO, *(cost for _, cost in fan.past)]
    for each in fan.ahead:
        amounts += [each.expected, each.expected if each.low is None else each.low]
        amounts += [each.expected if each.high is None else each.high]
    amounts += [cost for _, costs in fan.plans for cost in costs]
    months = (*(month for month, _ in fan.past), *(each.month for each in fan.ahead))
    low, high = min(amounts), max(amounts)
    panel = _Panel(x, y, months, Scale(low, high, y + _PANEL_HEIGHT - _FOOT, y + _TOP))
    parts = [
        element(
            '<text class="strong" x="{x}" y="{y}">{name}</text>',
            x=x + _LEFT,
            y=y + 20,
            name=shortened(clean(fan.name), 40),
        )
    ]
    parts += [_tick(panel, tick) for tick in ticks(low, high, 3)]
    parts += _months(panel)
    parts += _lines(panel, fan, currency)
    return parts


def _tick(panel: _Panel, tick: Decimal) -> Markup:
    return element(
        '<line class="grid" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>'
        '<text class="axis" text-anchor="end" x="{text}" y="{ty}">{label}</text>',
        left=panel.x + _LEFT,
        right=panel.x + _PANEL_WIDTH - _RIGHT,
        text=panel.x + _LEFT - 6,
        y=panel.scale.at(tick),
        ty=panel.scale.at(tick) + 4,
        label=compact(tick),
    )


def _months(panel: _Panel) -> list[Markup]:
    """The first month, each January and the last, where there is room."""
    last = len(panel.months) - 1
    shown = [
        at
        for at, month in enumerate(panel.months)
        if at in (0, last) or (month.number == 1 and 4 < at < last - 4)
    ]
    return [
        element(
            '<text class="axis" text-anchor="{anchor}" x="{x}" y="{y}">{name} {year}</text>',
            anchor="start" if at == 0 else "end" if at == last else "middle",
            x=panel.at(panel.months[at]),
            y=panel.y + _PANEL_HEIGHT - 8,
            name=short_month(panel.months[at]),
            year=panel.months[at].year,
        )
        for at in shown
    ]


def _lines(panel: _Panel, fan: Fan, currency: str) -> list[Markup]:
    """From back to front: the interval, the scenarios, what is expected, what was billed."""
    parts = []
    start = fan.past[-1:]
    bounded = [each for each in fan.ahead if each.low is not None and each.high is not None]
    if bounded:
        upper = [*start, *((each.month, each.high or _ZERO) for each in bounded)]
        lower = [*start, *((each.month, each.low or _ZERO) for each in bounded)]
        parts.append(
            element(
                '<polygon class="fan-band" points="{points}"/>',
                points=" ".join(_points(panel, upper) + _points(panel, lower)[::-1]),
            )
        )
    ahead = [each.month for each in fan.ahead]
    for name, costs in fan.plans:
        if len(costs) == len(ahead):
            what = f"{clean(name)}: {money(sum(costs, _ZERO), currency)}"
            parts.append(_line("fan-plan", panel, [*start, *zip(ahead, costs, strict=True)], what))
    expected = [(each.month, each.expected) for each in fan.ahead]
    total = money(sum((cost for _, cost in expected), _ZERO), currency)
    parts.append(_line("fan-expected", panel, [*start, *expected], f"expected: {total}"))
    billed = money(sum((cost for _, cost in fan.past), _ZERO), currency)
    parts.append(_line("fan-past", panel, list(fan.past), f"billed: {billed}"))
    return parts


def _line(kind: str, panel: _Panel, places: Sequence[tuple[Month, Decimal]], what: str) -> Markup:
    return element(
        '<polyline class="{kind}" points="{points}"><title>{what}</title></polyline>',
        kind=kind,
        points=" ".join(_points(panel, places)),
        what=what,
    )


def _points(panel: _Panel, places: Sequence[tuple[Month, Decimal]]) -> list[str]:
    return [f"{panel.at(month)},{panel.scale.at(cost)}" for month, cost in places]
