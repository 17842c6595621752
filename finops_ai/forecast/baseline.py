"""The statistical baseline: history in Decimal comes in, expected months in cents go out.

The only door between money and floats. Every line is forecast on its own and the total is the
sum of its lines; the total's interval comes from the total's own backtest errors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from finops_ai.forecast import backtest
from finops_ai.forecast.backtest import LEAST_MONTHS, Choice, Errors, Key
from finops_ai.forecast.models import FLAT, Pool
from finops_ai.forecast.result import Baseline, BaselineMonth
from finops_ai.months import Month

_ETS_LINES = 20
"""ETS takes about 0.2 s a line, so it is tried on the lines of the greatest cost only."""

_CENT = Decimal("0.01")
_DAYS_A_MONTH_FLOAT = 365 / 12


@dataclass(frozen=True)
class Baselines:
    """The baseline of each line (None: not attributed) and of the total."""

    lines: dict[Key, Baseline]
    total: Baseline


def baselines(
    costs: Mapping[Key, Mapping[Month, Decimal]], past: Sequence[Month], future: Sequence[Month]
) -> Baselines:
    """Baselines for `future` from unbroken, complete months `past` (at least six)."""
    series = {key: _series(line, past) for key, line in costs.items()}
    pools = backtest.pools(series, len(past))
    dearest = set(sorted(series, key=lambda key: (-math.fsum(series[key]), key or ""))[:_ETS_LINES])
    choices = {
        key: backtest.choose(line, pools, len(past), with_ets=key in dearest) for key, line in series.items()
    }
    lines = {key: _line_baseline(series[key], choices[key], pools[len(past)], future) for key in series}
    errors = backtest.backtest_total(series, choices, pools, len(past))
    flat = {key: Choice(FLAT, choice.flat, choice.flat) for key, choice in choices.items()}
    flat_errors = backtest.backtest_total(series, flat, pools, len(past))
    return Baselines(lines, _total_baseline(list(lines.values()), errors, flat_errors, future))


def _series(line: Mapping[Month, Decimal], past: Sequence[Month]) -> list[float]:
    """Costs of average months as floats, from the line's first month with a cost."""
    values = [float(line.get(month, 0)) * _DAYS_A_MONTH_FLOAT / month.days for month in past]
    first = next((i for i, value in enumerate(values) if value != 0), len(values))
    return values[first:]


def _line_baseline(series: Sequence[float], choice: Choice, pool: Pool, future: Sequence[Month]) -> Baseline:
    if not series:
        months = tuple(BaselineMonth(month, None, Decimal("0.00"), None) for month in future)
        return Baseline(FLAT.name, "no cost in the months used", months, 0, None, None, None)
    path = backtest.project(choice.candidate, series, pool, len(future))
    if len(series) < LEAST_MONTHS:
        statement = (
            f"flat run rate: {len(series)} months of history, a model and an interval need {LEAST_MONTHS}"
        )
        return _baseline(choice, statement, _months(path, None, future))
    widths = backtest.half_widths(choice.errors, len(future))
    statement = _comparison(choice)
    if widths is None:
        statement += "; no interval, because history has months of zero or less"
    return _baseline(choice, statement, _months(path, widths, future))


def _comparison(choice: Choice) -> str:
    wape, flat = choice.errors.wape_float, choice.flat.wape_float
    if choice.candidate is FLAT:
        return "flat run rate: no model beat it in the backtest"
    return f"{choice.candidate.text}: backtest WAPE {wape:.1%} against {flat:.1%} of the flat run rate"


def _baseline(choice: Choice, statement: str, months: tuple[BaselineMonth, ...]) -> Baseline:
    return Baseline(
        method=choice.candidate.name,
        statement=statement,
        months=months,
        origins=sum(1 for h, *_ in choice.errors.points if h == 1),
        wape=_ratio(choice.errors.wape_float),
        flat_wape=_ratio(choice.flat.wape_float),
        mase=_ratio(choice.errors.mase_float),
    )


def _total_baseline(
    lines: Sequence[Baseline], errors: Errors, flat: Errors, future: Sequence[Month]
) -> Baseline:
    widths = backtest.half_widths(errors, len(future))
    expected = [sum((line.months[t].expected for line in lines), Decimal(0)) for t in range(len(future))]
    months = tuple(
        _month(month, expected[t], float(expected[t]), None if widths is None else widths[t])
        for t, month in enumerate(future)
    )
    return Baseline(
        method="sum_of_lines",
        statement=f"sum of the baselines of {len(lines)} lines",
        months=months,
        origins=sum(1 for h, *_ in errors.points if h == 1),
        wape=_ratio(errors.wape_float),
        flat_wape=_ratio(flat.wape_float),
        mase=_ratio(errors.mase_float),
    )


def _months(
    path: Sequence[float], widths: Sequence[float] | None, future: Sequence[Month]
) -> tuple[BaselineMonth, ...]:
    months = []
    for t, month in enumerate(future):
        value = path[t] * month.days / _DAYS_A_MONTH_FLOAT
        months.append(_month(month, _cents(value), value, None if widths is None else widths[t]))
    return tuple(months)


def _month(month: Month, expected: Decimal, value: float, width: float | None) -> BaselineMonth:
    if width is None or value <= 0:
        return BaselineMonth(month, None, expected, None)
    return BaselineMonth(month, _cents(value * math.exp(-width)), expected, _cents(value * math.exp(width)))


def _cents(value: float) -> Decimal:
    return Decimal(value).quantize(_CENT, rounding=ROUND_HALF_EVEN)


def _ratio(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)
