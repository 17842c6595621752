"""`finops-ai forecast --plot`: months billed and months to come as bars of text, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from finops_ai.cli.text import cell
from finops_ai.forecast import Forecast, Line
from finops_ai.forecast.result import BaselineMonth

_COLUMNS = 56
_BILLED, _BAND, _EXPECTED = "█", "░", "┃"
_ZERO = Decimal(0)


def plots(found: Forecast) -> Iterator[str]:
    """The total's bars and, by workflow, each line's; empty where there is neither past nor baseline.

    A blank line stands before each; the last one says what the signs mean, those alone that are drawn.
    """
    lines = (found.total, *(found.lines if found.by_workflow else ()))
    for line in lines:
        drawn = list(_plot(line))
        if drawn:
            yield ""
            yield f"{line.label}, {found.currency}"
            yield from drawn
    ahead = [each for line in lines if line.baseline is not None for each in line.baseline.months]
    signs = [f"{_BILLED} billed"]
    signs += [f"{_BAND} 80% interval"] if any(each.low is not None for each in ahead) else []
    signs += [f"{_EXPECTED} what history lets expect"] if ahead else []
    letters = ", ".join(f"{name[0]} {name}" for name in _names(found.total))
    yield ""
    yield f"{', '.join(signs)}; {letters} (mid)."


def _names(line: Line) -> list[str]:
    return [scenario.name for scenario in line.scenarios]


def _plot(line: Line) -> Iterator[str]:
    ahead = {} if line.baseline is None else {each.month: each for each in line.baseline.months}
    plans = [{each.month: each.budget for each in scenario.mid.months} for scenario in line.scenarios]
    costs = [each.cost for each in line.past] + [cost for plan in plans for cost in plan.values()]
    costs += [each.high or each.expected for each in ahead.values()]
    most = max(costs, default=_ZERO)
    if most <= 0:
        return
    for past in line.past:
        yield _row(str(past.month), _BILLED * _place(past.cost, most), past.cost)
    for month in sorted({*ahead, *(month for plan in plans for month in plan)}):
        bar = _ahead(ahead.get(month), most)
        for name, plan in zip(_names(line), plans, strict=True):
            if month in plan:
                at = max(_place(plan[month], most) - 1, 0)
                bar = bar.ljust(at + 1)
                bar = f"{bar[:at]}{name[0]}{bar[at + 1 :]}"
        yield _row(str(month), bar, ahead[month].expected if month in ahead else None)


def _ahead(expected: BaselineMonth | None, most: Decimal) -> str:
    if expected is None:
        return ""
    low, high = (expected.expected if each is None else each for each in (expected.low, expected.high))
    start, end = max(_place(low, most) - 1, 0), _place(high, most)
    bar = " " * start + _BAND * (end - start)
    at = max(_place(expected.expected, most) - 1, 0)
    return f"{bar[:at].ljust(at)}{_EXPECTED}{bar[at + 1 :]}"


def _place(cost: Decimal, most: Decimal) -> int:
    """How many columns an amount is long: at least one where there is any."""
    if cost <= 0:
        return 0
    return max(int((cost / most * _COLUMNS).to_integral_value()), 1)


def _row(month: str, bar: str, cost: Decimal | None) -> str:
    return f"{month}  {bar:{_COLUMNS}}  {'' if cost is None else cell(cost):>12}".rstrip()
