"""The statistical baseline: history in Decimal comes in, expected months in cents go out.

The only door between money and the engine's floats. Every line is forecast on its own, and the
total and every group of lines is the sum of its lines, cent for cent; their intervals come from
the engine's answer for the summed series.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from finops_ai.forecast.engine import methods
from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands
from finops_ai.forecast.engine.engine import Answer, around_sum, forecast_many
from finops_ai.forecast.engine.events import Event, UnitCosts, examine, without_one_offs
from finops_ai.forecast.engine.methods import COMBINATION, FLAT, LEAST_HISTORY, Errors, Task, errors_of
from finops_ai.forecast.history import TokenCost
from finops_ai.forecast.result import Baseline, BaselineMonth, GroupBaseline, LineEvent
from finops_ai.forecast.scenarios import apportion
from finops_ai.months import Month

_ETS_LINES = 20
"""ETS takes ten times as long as all else, so it is tried on the lines of the greatest cost only."""
_YEAR = 12
_CENT = Decimal("0.01")
_DAYS_A_MONTH_FLOAT = 365 / 12

Key = str | None
Costs = Mapping[Month, Decimal]


@dataclass(frozen=True)
class Groups:
    """What lines are summed to besides the total.

    `members` are lines by level (department, team) and name; `providers` costs of their own, which
    cut across the lines. Both sum to the total.
    """

    members: Mapping[tuple[str, str], Sequence[Key]]
    providers: Mapping[str, Costs]


@dataclass(frozen=True)
class Baselines:
    """The baseline of each line (None: not attributed), of the total, of groups, and what was seen."""

    lines: dict[Key, Baseline]
    total: Baseline
    groups: tuple[GroupBaseline, ...]
    events: tuple[LineEvent, ...]


@dataclass(frozen=True)
class _Line:
    """One line: its series as it was and without its events, and the engine's answer."""

    seen: Floats
    cleaned: Floats
    answer: Answer
    baseline: Baseline


def baselines(
    costs: Mapping[Key, Costs],
    past: Sequence[Month],
    future: Sequence[Month],
    *,
    tokens: Mapping[str, Mapping[Month, TokenCost]] | None = None,
    groups: Groups | None = None,
) -> Baselines:
    """Baselines for `future` from unbroken, complete months `past` (at least six).

    `tokens` of a line tell its price changes from changes of volume.
    """
    task = Task("M", _YEAR, len(future))
    series = {key: _series(line, past) for key, line in costs.items()}
    cleaned, events = _cleaned(series, costs, past, tokens or {})
    lines = _lines(series, cleaned, task, past, future)
    for key, values in series.items():
        if not len(values):
            lines[key] = _Line(values, values, _nothing(len(future)), _no_baseline(future))
    ordered = {key: lines[key] for key in costs}
    total = _summed(list(ordered.values()), task, past, future)
    found: tuple[GroupBaseline, ...] = ()
    if groups is not None:
        found = (
            *_group_baselines(groups, ordered, task, past, future),
            *_provider_baselines(groups.providers, total, task, past, future),
        )
    return Baselines({key: line.baseline for key, line in ordered.items()}, total, found, events)


def _series(line: Costs, past: Sequence[Month]) -> Floats:
    """Costs of average months as floats, from the line's first month with a cost."""
    values = [float(line.get(month, 0)) * _DAYS_A_MONTH_FLOAT / month.days for month in past]
    first = next((i for i, value in enumerate(values) if value != 0), len(values))
    return np.array(values[first:], dtype=np.float64)


def _cleaned(
    series: Mapping[Key, Floats],
    costs: Mapping[Key, Costs],
    past: Sequence[Month],
    tokens: Mapping[str, Mapping[Month, TokenCost]],
) -> tuple[dict[Key, Floats], tuple[LineEvent, ...]]:
    cleaned: dict[Key, Floats] = {}
    events: list[LineEvent] = []
    for key, values in series.items():
        known = past[len(past) - len(values) :]
        if len(values) and len(values) < len(past) and key is not None:
            events.append(LineEvent(key, "launch", known[0], None))
        counts = {} if key is None else tokens.get(key, {})
        found, cleaned[key] = examine(values, _unit_costs(costs[key], counts, known))
        events += [_line_event(key, event, known) for event in found]
    return cleaned, tuple(events)


def _line_event(key: Key, event: Event, known: Sequence[Month]) -> LineEvent:
    ratio = Decimal(event.ratio_float).quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN)
    return LineEvent(key, event.kind, known[event.place], ratio)


def _unit_costs(line: Costs, tokens: Mapping[Month, TokenCost], known: Sequence[Month]) -> UnitCosts | None:
    """Direct cost per token by month; None unless every month has tokens and a cost of its own."""
    counts = [tokens.get(month) for month in known]
    found = [count for count in counts if count is not None and count.tokens > 0 and count.direct_cost > 0]
    whole = sum((line.get(month, Decimal(0)) for month in known), Decimal(0))
    if not known or len(found) < len(known) or whole <= 0:
        return None
    direct = sum((count.direct_cost for count in found), Decimal(0))
    per_token = np.array([float(count.direct_cost) / count.tokens for count in found])
    return UnitCosts(per_token, min(1.0, float(direct / whole)))


def _lines(
    series: Mapping[Key, Floats],
    cleaned: Mapping[Key, Floats],
    task: Task,
    past: Sequence[Month],
    future: Sequence[Month],
) -> dict[Key, _Line]:
    keys = [key for key, values in cleaned.items() if len(values)]
    dearest = sorted(range(len(keys)), key=lambda i: (-math.fsum(cleaned[keys[i]]), keys[i] or ""))
    answers = forecast_many(
        [cleaned[key] for key in keys],
        task,
        seen=[series[key] for key in keys],
        with_ets=set(dearest[:_ETS_LINES]),
        also_back=methods.steps_back(task, len(past)),
    )
    return {
        key: _Line(series[key], cleaned[key], answer, _line_baseline(cleaned[key], answer, future))
        for key, answer in zip(keys, answers, strict=True)
    }


def _line_baseline(values: Floats, answer: Answer, future: Sequence[Month]) -> Baseline:
    bands = answer.bands if answer.has_interval else None
    months = _months(answer.bands.point, bands, future)
    return _baseline(answer.method, _statement(values, answer), months, answer.errors, answer.flat)


def _statement(values: Floats, answer: Answer) -> str:
    if len(values) < LEAST_HISTORY:
        return (
            f"flat run rate: {len(values)} month{'' if len(values) == 1 else 's'} of history, "
            f"a model and an interval need {LEAST_HISTORY}"
        )
    wape, flat = answer.errors.wape_float, answer.flat.wape_float
    if answer.method == FLAT or wape is None or flat is None:
        return "flat run rate: no model beat it in the backtest"
    text = f"{answer.text}: backtest WAPE {wape:.1%} against {flat:.1%} of the flat run rate"
    return text + (" (within a tenth, so kept)" if answer.method == COMBINATION and wape >= flat else "")


def _summed(lines: Sequence[_Line], task: Task, past: Sequence[Month], future: Sequence[Month]) -> Baseline:
    """The sum of the lines' baselines, with an interval of its own and errors of the sum."""
    months = len(past)
    whole = _sum_of([line.cleaned for line in lines], months)
    seen = _sum_of([line.seen for line in lines], months)
    expected = [
        sum((line.baseline.months[t].expected for line in lines), Decimal(0)) for t in range(len(future))
    ]
    paths = _past_sums(lines, whole, task)
    errors, flat = _sum_errors(paths, whole)
    point = np.array(
        [
            float(value) * _DAYS_A_MONTH_FLOAT / month.days
            for value, month in zip(expected, future, strict=True)
        ]
    )
    alive = [line for line in lines if len(line.seen)]
    if len(alive) == 1:  # a sum of one line is that line, and as sure
        bands = alive[0].answer.bands if alive[0].answer.has_interval else None
    else:
        bands = _bands_around(whole, seen, point, paths, task)
    text = f"sum of the baselines of {len(lines)} line{'' if len(lines) == 1 else 's'}"
    wape, flat_wape = errors.wape_float, flat.wape_float
    if wape is not None and flat_wape is not None and errors.points:
        text += f": backtest WAPE {wape:.1%} against {flat_wape:.1%} of the flat run rate"
    return _baseline("sum_of_lines", text, _bounded(expected, bands, future), errors, flat)


def _sum_of(series: Sequence[Floats], months: int) -> Floats:
    """The sum of series that end together, from the first month in which one has a value."""
    whole = [
        math.fsum(values[t - months + len(values)] for values in series if t >= months - len(values))
        for t in range(months)
    ]
    longest = max((len(values) for values in series), default=0)
    return np.array(whole[months - longest :], dtype=np.float64)


def _past_sums(lines: Sequence[_Line], whole: Floats, task: Task) -> dict[int, Floats]:
    """The sum of what each line's method would have said, by steps back."""
    found = {}
    for back in methods.steps_back(task, len(whole)):
        paths = [line.answer.past[back] for line in lines if back in line.answer.past]
        if paths:
            found[back] = np.asarray(np.sum(np.stack(paths), axis=0), dtype=np.float64)
    return found


def _sum_errors(paths: Mapping[int, Floats], whole: Floats) -> tuple[Errors, Errors]:
    """Errors of the sum of what each line's method said at the origins, and of the flat run rate."""
    points: list[tuple[int, float, float, float]] = []
    flat: list[tuple[int, float, float, float]] = []
    for back, path in paths.items():
        past, future = whole[: len(whole) - back], whole[len(whole) - back :]
        points += errors_of(past, future, path)
        flat += errors_of(past, future, np.full(back, past[-1]))
    return Errors(tuple(points)), Errors(tuple(flat))


def _bands_around(
    values: Floats, seen: Floats, point: Floats, past: Mapping[int, Floats], task: Task
) -> Bands | None:
    """The engine's interval for a summed series, around the sum of its parts; None when it is too short."""
    if len(values) < LEAST_HISTORY or not bool(np.any(values)):
        return None
    return around_sum(without_one_offs(values), seen, point, past, task)


def _group_baselines(
    groups: Groups, lines: Mapping[Key, _Line], task: Task, past: Sequence[Month], future: Sequence[Month]
) -> list[GroupBaseline]:
    return [
        GroupBaseline(level, name, _summed([lines[key] for key in members], task, past, future))
        for (level, name), members in groups.members.items()
    ]


def _provider_baselines(
    providers: Mapping[str, Costs],
    total: Baseline,
    task: Task,
    past: Sequence[Month],
    future: Sequence[Month],
) -> list[GroupBaseline]:
    """Providers cut across the lines: forecast on their own, then scaled to sum to the total's months."""
    series = {name: _series(costs, past) for name, costs in providers.items()}
    cleaned = {name: examine(values)[1] for name, values in series.items()}
    names = [name for name, values in cleaned.items() if len(values)]
    if not names:
        return []
    answers = forecast_many([cleaned[name] for name in names], task, seen=[series[name] for name in names])
    days = np.array([month.days / _DAYS_A_MONTH_FLOAT for month in future])
    paths = [answer.bands.point * days for answer in answers]
    shares: list[list[Decimal]] = [[] for _ in names]
    for t, month in enumerate(total.months):
        whole = math.fsum(path[t] for path in paths)
        cents = month.expected.scaleb(2)
        even = [cents / len(names)] * len(names)
        parts = [cents * Decimal(path[t]) / Decimal(whole) for path in paths] if whole > 0 else even
        for share, part in zip(shares, apportion(int(cents), parts), strict=True):
            share.append(Decimal(part).scaleb(-2))
    found = []
    for name, answer, share in zip(names, answers, shares, strict=True):
        point = np.array([float(value) for value in share]) / days
        bands = answer.bands.around(point) if answer.has_interval else None
        statement = f"{_statement(cleaned[name], answer)}; scaled to sum to the total"
        months = _bounded(share, bands, future)
        found.append(
            GroupBaseline(
                "provider", name, _baseline(answer.method, statement, months, answer.errors, answer.flat)
            )
        )
    return found


def _baseline(
    method: str, statement: str, months: tuple[BaselineMonth, ...], errors: Errors, flat: Errors
) -> Baseline:
    return Baseline(
        method=method,
        statement=statement,
        months=months,
        origins=errors.origins,
        wape=_ratio(errors.wape_float),
        flat_wape=_ratio(flat.wape_float),
        mase=_ratio(errors.mase_float),
    )


def _no_baseline(future: Sequence[Month]) -> Baseline:
    months = tuple(BaselineMonth(month, None, Decimal("0.00"), None) for month in future)
    return Baseline(FLAT, "no cost in the months used", months, 0, None, None, None)


def _nothing(horizon: int) -> Answer:
    zeros = np.zeros(horizon)
    return Answer(FLAT, "", Bands(zeros, zeros, zeros, zeros, zeros), False, Errors(()), Errors(()), {})


def _months(point: Floats, bands: Bands | None, future: Sequence[Month]) -> tuple[BaselineMonth, ...]:
    expected = [
        _cents(value * month.days / _DAYS_A_MONTH_FLOAT)
        for value, month in zip(point.tolist(), future, strict=True)
    ]
    return _bounded(expected, bands, future)


def _bounded(
    expected: Sequence[Decimal], bands: Bands | None, future: Sequence[Month]
) -> tuple[BaselineMonth, ...]:
    """Months with their 80% bounds, which never cross the expected cost after rounding."""
    months = []
    for t, month in enumerate(future):
        if bands is None:
            months.append(BaselineMonth(month, None, expected[t], None))
            continue
        share = month.days / _DAYS_A_MONTH_FLOAT
        low, high = _cents(float(bands.low80[t]) * share), _cents(float(bands.high80[t]) * share)
        months.append(BaselineMonth(month, min(low, expected[t]), expected[t], max(high, expected[t])))
    return tuple(months)


def _cents(value: float) -> Decimal:
    return Decimal(value).quantize(_CENT, rounding=ROUND_HALF_EVEN)


def _ratio(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)
