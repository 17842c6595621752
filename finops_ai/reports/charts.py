"""The report's bars as inline SVG. Geometry only: every amount shown comes from the report."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from finops_ai.reports.drawing import Scale, compact, element, figure, shortened, ticks
from finops_ai.reports.model import BridgeLine, Budgets, Reconciliation, Trend
from finops_ai.reports.text import clean, money, month_name, short_month
from finops_ai.reports.wording import gap_name

_WIDTH = 920
_TREND_HEIGHT = 360
_TREND_RIGHT = 730
_LEFT = 52
_ROW = 30
_BRIDGE_LINES = 14
_ZERO = Decimal(0)


def trend_chart(trend: Trend) -> Markup:
    """Stacked bars: spend per workflow and the gaps over 14 months; credits hang below the line."""
    columns = range(len(trend.months))
    tops = [sum((max(series.costs[at], _ZERO) for series in trend.series), _ZERO) for at in columns]
    depths = [sum((min(series.costs[at], _ZERO) for series in trend.series), _ZERO) for at in columns]
    low, high = min(depths), max(tops)
    scale = Scale(low, high, _TREND_HEIGHT - 44, 20)
    parts = [
        element(
            '<line class="grid" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>'
            '<text class="axis" text-anchor="end" x="{text}" y="{ty}">{label}</text>',
            left=_LEFT,
            right=_TREND_RIGHT,
            text=_LEFT - 8,
            y=scale.at(tick),
            ty=scale.at(tick) + 4,
            label=compact(tick),
        )
        for tick in ticks(low, high)
    ]
    labels: list[tuple[Decimal, int]] = []
    for at in columns:
        parts += _trend_column(trend, at, scale, labels)
    parts.append(_line_at_zero(scale))
    parts += _trend_labels(trend, labels)
    return figure(
        f"trend-{clean(trend.currency)}",
        width=_WIDTH,
        height=_TREND_HEIGHT,
        title=f"Spend per workflow, {clean(trend.currency)}, {trend.months[0]} to {trend.months[-1]}",
        description=f"One bar a month. Billed in {month_name(trend.months[-1])}: {money(trend.billed[-1])}.",
        parts=parts,
    )


def _trend_column(trend: Trend, at: int, scale: Scale, labels: list[tuple[Decimal, int]]) -> list[Markup]:
    slot = Decimal(_TREND_RIGHT - _LEFT) / len(trend.months)
    x = _LEFT + slot * at + slot / 8
    width = slot * 3 / 4
    up, down = _ZERO, _ZERO
    parts = []
    for index, series in enumerate(trend.series):
        cost = series.costs[at]
        start = up if cost >= 0 else down
        up, down = (start + cost, down) if cost >= 0 else (up, start + cost)
        top, bottom = scale.at(max(start, start + cost)), scale.at(min(start, start + cost))
        if at == len(trend.months) - 1:
            labels.append(((top + bottom) / 2, index))
        if cost == 0:
            continue
        parts.append(
            element(
                '<rect class="{band}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}">'
                "<title>{month}, {name}: {cost}</title></rect>",
                band=_band(trend, index),
                x=x,
                y=top,
                width=width,
                height=max(bottom - top, Decimal("0.5")),
                month=trend.months[at],
                name=clean(series.name),
                cost=money(cost, clean(trend.currency)),
            )
        )
    parts.append(_month_label(trend, at, x + width / 2))
    return parts


def _month_label(trend: Trend, at: int, x: Decimal) -> Markup:
    month = trend.months[at]
    year = str(month.year) if at == 0 or month.number == 1 else ""
    return element(
        '<text class="axis" text-anchor="middle" x="{x:.1f}" y="{y}">{name}</text>'
        '<text class="axis" text-anchor="middle" x="{x:.1f}" y="{below}">{year}</text>{unknown}',
        x=x,
        y=_TREND_HEIGHT - 26,
        below=_TREND_HEIGHT - 10,
        name=short_month(month),
        year=year,
        unknown="" if trend.known[at] else _no_bill(x),
    )


def _no_bill(x: Decimal) -> Markup:
    """A mark that the month is unknown, so that no bar is not read as no spend."""
    return element(
        '<text class="axis" text-anchor="middle" x="{x:.1f}" y="{y}">n/a</text>', x=x, y=_TREND_HEIGHT - 50
    )


def _line_at_zero(scale: Scale) -> Markup:
    return element(
        '<line class="zero" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>',
        left=_LEFT,
        right=_TREND_RIGHT,
        y=scale.at(_ZERO),
    )


def _trend_labels(trend: Trend, wanted: list[tuple[Decimal, int]]) -> list[Markup]:
    """Names beside the last column, pushed apart so that none covers another."""
    parts = []
    heights = _spread([y for y, _ in sorted(wanted)], distance=19, low=20, high=_TREND_HEIGHT - 44)
    for (y, index), height in zip(sorted(wanted), heights, strict=True):
        parts.append(
            element(
                '<path class="lead" d="M{start} {y:.1f} L{middle} {to:.1f}"/>'
                '<rect class="{band}" x="{box}" y="{boxy:.1f}" width="10" height="10"/>'
                '<text x="{text}" y="{texty:.1f}">{name}</text>',
                start=_TREND_RIGHT - 4,
                middle=_TREND_RIGHT + 12,
                y=y,
                to=height,
                band=_band(trend, index),
                box=_TREND_RIGHT + 15,
                boxy=height - 5,
                text=_TREND_RIGHT + 31,
                texty=height + 4,
                name=shortened(clean(trend.series[index].name), 17),
            )
        )
    return parts


def _spread(heights: list[Decimal], *, distance: int, low: int, high: int) -> list[Decimal]:
    """The heights, moved down just enough to keep `distance`, and up again when they run over `high`."""
    placed: list[Decimal] = []
    for height in heights:
        placed.append(max(height, placed[-1] + distance if placed else Decimal(low)))
    limit = Decimal(high)
    for at in range(len(placed) - 1, -1, -1):
        placed[at] = min(placed[at], limit)
        limit = placed[at] - distance
    return placed


def _band(trend: Trend, index: int) -> str:
    kind = trend.series[index].kind
    return f"s{index + 1}" if kind == "workflow" else f"s-{kind}"


def bridge_chart(proof: Reconciliation) -> Markup:
    """The month's bill as a staircase: each workflow, shared not allocated, each gap, the total."""
    lines = _bridge_lines(proof)
    low, high = _bridge_range(lines, proof.billed)
    height = _ROW * (len(lines) + 1) + 14
    scale = Scale(low, high, 210, 780)
    parts: list[Markup] = []
    so_far = _ZERO
    for at, line in enumerate(lines):
        parts.append(_bridge_bar(at, line, so_far, scale))
        so_far += line.cost
    total = BridgeLine(f"Billed, {proof.currency}", "total", "billed", proof.billed)
    parts.append(_bridge_bar(len(lines), total, _ZERO, scale))
    parts.append(
        element('<line class="zero" x1="{x}" x2="{x}" y1="4" y2="{y}"/>', x=scale.at(_ZERO), y=height - 10)
    )
    return figure(
        f"bridge-{clean(proof.currency)}",
        width=_WIDTH,
        height=height,
        title=f"How the parts add up to the bill, {clean(proof.currency)}",
        description=(
            f"Workflows {money(proof.workflows)}, shared not allocated {money(proof.unallocated)}, "
            f"gaps {money(proof.gaps)}, billed {money(proof.billed)}."
        ),
        parts=parts,
    )


def _bridge_lines(proof: Reconciliation) -> list[BridgeLine]:
    """The parts, the small ones at the end of the workflows drawn as one bar."""
    workflows = [line for line in proof.lines if line.kind == "workflow"]
    others = [line for line in proof.lines if line.kind != "workflow"]
    room = max(_BRIDGE_LINES - len(others), 3)
    if len(workflows) > room:
        rest = sum((line.cost for line in workflows[room - 1 :]), _ZERO)
        name = f"{len(workflows) - room + 1} other workflows"
        workflows = [*workflows[: room - 1], BridgeLine(name, "workflow", "allocated", rest)]
    return workflows + others


def _bridge_range(lines: list[BridgeLine], billed: Decimal) -> tuple[Decimal, Decimal]:
    stops = [_ZERO, billed]
    so_far = _ZERO
    for line in lines:
        so_far += line.cost
        stops.append(so_far)
    return min(stops), max(stops)


def _bridge_bar(at: int, line: BridgeLine, start: Decimal, scale: Scale) -> Markup:
    low, high = sorted((scale.at(start), scale.at(start + line.cost)))
    name = clean(line.name) if line.kind in ("workflow", "total") else gap_name(line.name)
    return element(
        '<text class="{weight}" text-anchor="end" x="200" y="{ty}">{name}</text>'
        '<rect class="b-{kind}" x="{x}" y="{y}" width="{width}" height="18">'
        "<title>{full}: {cost}</title></rect>"
        '<path class="lead" d="M{to} {y} v-12"/>'
        '<text class="num {weight}" x="{after}" y="{ty}">{cost}</text>',
        weight="strong" if line.kind == "total" else "plain",
        ty=_ROW * at + 23,
        name=shortened(name, 24),
        full=name,
        kind="credit" if line.cost < 0 else line.kind,
        x=low,
        y=_ROW * at + 10,
        width=max(high - low, Decimal(1)),
        to=scale.at(start) if at and line.kind != "total" else -9,
        after=high + 8,
        cost=money(line.cost),
    )


def budget_chart(budgets: Budgets) -> Markup:
    """The scenarios as ranges from low to high around mid, against the run rate."""
    count = len(budgets.scenarios)
    height = 52 * count + 58
    high = max([budgets.run_rate_yearly, *(scenario.high for scenario in budgets.scenarios)])
    scale = Scale(_ZERO, high, 150, 760)
    foot = height - 28
    parts = [
        element(
            '<line class="grid" x1="{x}" x2="{x}" y1="26" y2="{y}"/>'
            '<text class="axis" text-anchor="middle" x="{x}" y="{ty}">{label}</text>',
            x=scale.at(tick),
            y=foot,
            ty=foot + 18,
            label=compact(tick),
        )
        for tick in ticks(_ZERO, high, 5)
    ]
    parts.append(
        element(
            '<line class="rate" x1="{x}" x2="{x}" y1="20" y2="{y}"/>'
            '<text class="axis" text-anchor="middle" x="{x}" y="13">12 months at the run rate</text>',
            x=scale.at(budgets.run_rate_yearly),
            y=foot,
        )
    )
    for at, scenario in enumerate(budgets.scenarios):
        low, mid, top = scale.at(scenario.low), scale.at(scenario.mid), scale.at(scenario.high)
        parts.append(
            element(
                '<text class="strong" text-anchor="end" x="138" y="{name_y}">{name}</text>'
                '<text class="axis" text-anchor="end" x="138" y="{below}">{multiples}</text>'
                '<rect class="mid{at}" x="{zero}" y="{y}" width="{reach}" height="22"/>'
                '<rect class="range{at}" x="{low}" y="{y}" width="{width}" height="22">'
                "<title>{name}: {least} to {most}</title></rect>"
                '<line class="mark" x1="{mid}" x2="{mid}" y1="{mark}" y2="{mark_end}"/>'
                '<text class="num strong" x="{after}" y="{name_y}">{budget}</text>',
                at=min(at, 2),
                name=clean(scenario.name).title(),
                multiples=scenario.multiples,
                name_y=52 * at + 52,
                below=52 * at + 69,
                y=52 * at + 38,
                zero=scale.at(_ZERO),
                reach=low - scale.at(_ZERO),
                low=low,
                width=max(top - low, Decimal(2)),
                mid=mid,
                mark=52 * at + 34,
                mark_end=52 * at + 64,
                after=top + 10,
                budget=money(scenario.mid),
                least=money(scenario.low),
                most=money(scenario.high),
            )
        )
    return figure(
        "budgets",
        width=_WIDTH,
        height=height,
        title=f"Budgets for {len(budgets.months)} months, {clean(budgets.currency)}",
        description="Each bar runs from low to high; the line and the figure beside it are the mid level.",
        parts=parts,
    )
