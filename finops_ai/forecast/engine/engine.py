"""The engine: many series that end together go in, each comes back with a method, a path and intervals.

Long histories: the combination with its own quantiles, their width set by how far it was off at
past origins, over all series together. Short ones: pooled growth (days: a level without trend)
with pooled conformal intervals. The flat run rate is used wherever nothing beat it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from finops_ai.forecast.engine import methods
from finops_ai.forecast.engine.arrays import Floats, np
from finops_ai.forecast.engine.bands import Bands
from finops_ai.forecast.engine.combination import NAMES, combination
from finops_ai.forecast.engine.conformal import around, conformal, mostly_nothing, rarely, scores_for
from finops_ai.forecast.engine.methods import COMBINATION, FLAT, GROWTH, LEVEL, SEASONAL, Errors, Task
from finops_ai.forecast.engine.pooled import Pool, pool_of, usual_step
from finops_ai.forecast.engine.seasonality import deseasonalised
from finops_ai.forecast.engine.widths import Widths, calibrated, ratios, short_factor

_TEXTS = {
    FLAT: "flat run rate",
    LEVEL: "smoothed level, no growth",
    GROWTH: "smoothed level with damped growth shrunk to all workflows",
    SEASONAL: "same period of last season",
}


@dataclass(frozen=True)
class Answer:
    """One series: the method chosen, its errors and those of the flat run rate, path and intervals.

    `bands` always has a point; `has_interval` says whether its bounds mean anything.
    """

    method: str
    text: str
    bands: Bands
    has_interval: bool
    errors: Errors
    flat: Errors
    past: Mapping[int, Floats]
    """What the method would have said so many periods back, up to the end of the series."""


def forecast_many(
    series: Sequence[Floats],
    task: Task,
    *,
    seen: Sequence[Floats] | None = None,
    with_ets: Collection[int] = (),
    also_back: Sequence[int] = (),
) -> list[Answer]:
    """Forecast each of `series` (oldest value first, none empty).

    `seen` are the same series with the events that were taken out of `series`: pooled intervals are
    as wide as what was seen, because the public errors behind them hold such events too. ETS is
    added for the positions in `with_ets`. `also_back` asks every answer's `past` for these steps
    back too, as far as the series reaches.
    """
    pools = pools_of(series, task, also_back)
    steps = _Steps(tuple(seen or series), task, pools if seen is None else pools_of(seen, task))
    past = [_past(values, task) for values in series]
    tested = [_tested(values, task, pools, paths) for values, paths in zip(series, past, strict=True)]
    # Nothing is learned about widths from months of nothing: no error is small beside no width.
    told = [{} if mostly_nothing(values) else paths for values, paths in zip(series, past, strict=True)]
    widths = calibrated(series, told, _short_errors(series, tested, steps))
    answers = []
    for place, values in enumerate(series):
        answer = _answer(
            values,
            task,
            pools[0],
            tested[place],
            widths,
            usual=steps.usual(place),
            with_ets=place in with_ets,
        )
        answers.append(replace(answer, past=_looked_back(values, task, pools, answer, also_back)))
    return answers


@dataclass(frozen=True)
class _Steps:
    """The usual step of each series: the unit of the pooled errors."""

    seen: tuple[Floats, ...]
    task: Task
    pools: Mapping[int, Pool]

    def usual(self, place: int, back: int = 0) -> float:
        """That of one series as it was known `back` periods ago."""
        flat = deseasonalised(self.seen[place], self.task.period, 1)[0]
        return usual_step(flat[: len(flat) - back], self.pools[back])


def pools_of(series: Sequence[Floats], task: Task, also_back: Sequence[int] = ()) -> dict[int, Pool]:
    """The pool now (0) and at each origin, by steps back: nothing later was known then."""
    usual = scores_for(task.frequency).step_float
    lengths = {len(values) for values in series}
    backs = {back for known in lengths for back in methods.steps_back(task, known)} | {0, *also_back}
    worked = [deseasonalised(values, task.period, 1)[0] for values in series]
    return {
        back: pool_of([values[: max(0, len(values) - back)] for values in worked], usual)
        for back in sorted(backs)
    }


def around_sum(values: Floats, seen: Floats, point: Floats, past: Mapping[int, Floats], task: Task) -> Bands:
    """The bands of a sum of series: `values` its own history, `seen` the same with the events that were
    taken out of its parts; `point` and `past` the sums of their forecasts, now and by steps back.

    The history of the sum holds what its parts have in common and the parts that came later, which
    no forecast of parts knows. So the forecast of the sum as a series counts beside the sum of
    forecasts, and intervals widen when past sums were further off than intervals allowed.
    """
    whole = forecast_many([values], task, seen=[seen])[0].bands
    if mostly_nothing(values):
        return rarely(point, values)
    bands = whole.around(point).pooled_with(whole)
    if not task.is_long(len(values)):
        steps = _Steps((seen,), task, pools_of([seen], task, list(past)))
        found = []
        for back, path in past.items():
            known = values[: len(values) - back]
            if len(known) >= methods.LEAST_HISTORY and bool(np.all(values > 0)) and bool(np.all(path > 0)):
                then = conformal(path, steps.usual(0, back), len(known), scores_for(task.frequency))
                found.append(ratios(values[-back:], path, then.low80, then.high80))
        wider = short_factor(found)
        bands = bands.widened(wider, wider)
    return bands.at_least_zero() if bool(np.all(values >= 0)) else bands


def _looked_back(
    values: Floats, task: Task, pools: Mapping[int, Pool], answer: Answer, backs: Sequence[int]
) -> dict[int, Floats]:
    """Paths of the chosen method from `backs` periods before the end."""
    return {
        back: methods.point_of(answer.method, values[: len(values) - back], task, pools[back], back)
        for back in backs
        if back < len(values)
    }


def _short_errors(
    series: Sequence[Floats], tested: Sequence[Mapping[str, Errors]], steps: _Steps
) -> list[Floats]:
    """Errors of the chosen method of short series, in units of the half-width that it would have had."""
    task = steps.task
    scores = scores_for(task.frequency)
    found = []
    for place, (values, errors) in enumerate(zip(series, tested, strict=True)):
        known = len(values)
        if task.is_long(known) or not bool(np.all(values > 0)):
            continue
        points = iter(errors[methods.chosen(errors, long=False)].points)
        for back in methods.steps_back(task, known):
            path = np.array([forecast for _, _, forecast, _ in islice(points, back)])
            if known - back >= methods.LEAST_HISTORY and bool(np.all(path > 0)):
                bands = conformal(path, steps.usual(place, back), known - back, scores)
                found.append(ratios(values[-back:], path, bands.low80, bands.high80))
    return found


def _past(values: Floats, task: Task) -> dict[int, Bands]:
    """What the combination without ETS said at each origin of a long series, by steps back."""
    if not task.is_long(len(values)):
        return {}
    found = {
        back: combination(values[: len(values) - back], task.period, back, with_ets=False)
        for back in methods.steps_back(task, len(values))
    }
    return {back: answer[0] for back, answer in found.items() if answer is not None}


def _tested(
    values: Floats, task: Task, pools: Mapping[int, Pool], past: Mapping[int, Bands]
) -> dict[str, Errors]:
    """Errors of every candidate, in order of preference."""
    known = {COMBINATION: {back: bands.point for back, bands in past.items()}}
    return {
        method: methods.backtest(method, values, task, pools, known.get(method, {}))
        for method in methods.candidates(task, len(values))
    }


def _answer(
    values: Floats,
    task: Task,
    pool: Pool,
    tested: Mapping[str, Errors],
    widths: Widths,
    *,
    usual: float,
    with_ets: bool,
) -> Answer:
    method = methods.chosen(tested, long=task.is_long(len(values)))
    text = _TEXTS.get(method, "")
    model: Bands | None = None
    members: tuple[str, ...] = ()
    if task.is_long(len(values)):
        found = combination(values, task.period, task.horizon, with_ets=with_ets)
        if found is not None:
            model, members = found[0].widened(widths.long80, widths.long95), found[1]
    if method == COMBINATION and model is None:
        method = FLAT
    if method == COMBINATION and model is not None:
        bands, text = model, "mean of " + _listed([NAMES[name] for name in members])
    else:
        point = methods.point_of(method, values, task, pool, task.horizon)
        bands = _interval(point, values, task, usual, model, widths=widths)
    if bool(np.all(values >= 0)):
        bands = bands.at_least_zero()
    if mostly_nothing(values):
        bands = rarely(bands.point, values)
    has_interval = len(values) >= methods.LEAST_HISTORY
    return Answer(method, text, bands, has_interval, tested[method], tested[FLAT], {})


def _interval(
    point: Floats, values: Floats, task: Task, usual: float, model: Bands | None, *, widths: Widths
) -> Bands:
    """Intervals around a path that is not the combination's: the model's if there is one, else pooled."""
    if not bool(np.all(values > 0)) or not bool(np.all(point > 0)):
        return around(point, values)
    if model is not None and bool(np.all(model.low95 > 0)):
        return model.around(point)
    bands = conformal(point, usual, len(values), scores_for(task.frequency))
    return bands.widened(widths.short, widths.short)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
