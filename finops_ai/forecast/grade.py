"""The track record: stored forecasts against the bills that have arrived since."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from finops_ai.config import Config
from finops_ai.errors import ConfigError, InputError
from finops_ai.forecast.grade_read import Place, Promise, actual_costs, promises
from finops_ai.forecast.history import History, read_history
from finops_ai.forecast.misses import Facts, Miss, misses
from finops_ai.forecast.records import BASELINE
from finops_ai.forecast.result import TOTAL, WORKFLOW
from finops_ai.forecast.trial import binomial_band
from finops_ai.ledger import Ledger, statement
from finops_ai.months import Month

AHEAD = ((1, 1), (2, 3), (4, 12), (1, 3))
"""First and last of the months ahead that are scored together; the last span is what grades go by."""
GRADES = ((Decimal("0.12"), "run"), (Decimal("0.15"), "walk"), (Decimal("0.20"), "crawl"))
"""Upper bounds of WAPE up to three months ahead, as the FinOps Foundation's sample KPI has them."""
BELOW = "below crawl"
ALL_WORKFLOWS, OWNER = "all_workflows", "owner"
_COVERAGE_FLOAT = 0.8
_RATIO = Decimal("0.000001")
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Score:
    """The baseline of one scope against the bills. Ratios with six decimals; None is unknown.

    `wape` = sum of |actual - forecast| / sum of |actual|; `bias` = sum of (forecast - actual) / sum of
    actual; `mase`: errors in units of the usual month-to-month change before the forecast was made.
    `coverage` is the share of `intervals` months inside the 80% interval, between `band_low` and
    `band_high` in 19 of 20 histories if the interval is right. `grade` stands at 1 to 3 months ahead.
    """

    scope: str
    name: str | None
    ahead_first: int
    ahead_last: int
    forecasts: int
    wape: Decimal | None
    bias: Decimal | None
    mase: Decimal | None
    intervals: int
    coverage: Decimal | None
    band_low: Decimal | None
    band_high: Decimal | None
    grade: str | None


@dataclass(frozen=True)
class Drift:
    """How the forecast of one month moved from one stored forecast to the next, for the total.

    `drift` = sum of |changes| / actual; None when the actual is 0.
    """

    month: Month
    forecasts: int
    first: Decimal
    last: Decimal
    actual: Decimal
    drift: Decimal | None


@dataclass(frozen=True)
class PlanCheck:
    """One stored forecast's scenarios (mid) against actual, over its months that have arrived."""

    made_for: Month
    months: int
    actual: Decimal
    mids: tuple[tuple[str, Decimal], ...]
    nearest: str | None


@dataclass(frozen=True)
class Grade:
    """Everything that grading found. `missed_run` is the forecast whose misses are classed."""

    currency: str
    first_month: Month
    last_month: Month
    forecasts: int
    left_out: int
    scores: tuple[Score, ...]
    drifts: tuple[Drift, ...]
    plans: tuple[PlanCheck, ...]
    scenario: str
    missed_run: Month | None
    misses: tuple[Miss, ...]
    label: str = "graded"


def grade(
    ledger: Ledger,
    config: Config,
    *,
    as_of: Month | None = None,
    hindsight: bool = False,
    scenario: str = "Expected",
    made_for: Month | None = None,
) -> Grade:
    """Compare stored forecasts with the complete months up to `as_of`.

    Forecasts that were made after a month was over say nothing of skill: they are left out of it
    unless `hindsight`. `scenario` and `made_for` choose what misses are classed of: by default the
    earliest forecast. InputError when nothing can be graded.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in budgets.py
    history = read_history(ledger, config.reporting_currency, as_of)
    found = promises(ledger, history)
    kept = [promise for promise in found if hindsight or promise.in_time]
    if not kept:
        _refuse(ledger, history, len({(promise.made_for, promise.month) for promise in found}))
    runs = sorted({promise.made_for for promise in kept})
    if made_for is not None and made_for not in runs:
        raise InputError(
            f"No stored forecast from {made_for} on can be graded.",
            hint=f"There are forecasts from {', '.join(str(run) for run in runs)}.",
        )
    chosen = made_for or runs[0]
    of_run = [promise for promise in kept if promise.made_for == chosen]
    _require_scenario(scenario, of_run)
    months = sorted({promise.month for promise in kept})
    return Grade(
        currency=history.currency,
        first_month=months[0],
        last_month=months[-1],
        forecasts=len(runs),
        left_out=len({(each.made_for, each.month) for each in found})
        - len({(each.made_for, each.month) for each in kept}),
        scores=tuple(_scores(kept, history, config)),
        drifts=tuple(_drifts(kept)),
        plans=tuple(_plans(kept)),
        scenario=scenario,
        missed_run=chosen,
        misses=misses(of_run, scenario, _facts(ledger, history)),
    )


def grade_of(wape: Decimal | None) -> str | None:
    """run, walk, crawl or below crawl; None when the error is unknown."""
    if wape is None:
        return None
    return next((name for bound, name in GRADES if wape <= bound), BELOW)


def _require_scenario(scenario: str, of_run: Sequence[Promise]) -> None:
    known = sorted({name for promise in of_run for name in promise.mids})
    known += [BASELINE] if any(promise.expected is not None for promise in of_run) else []
    if scenario not in known:
        raise ConfigError(
            f'"{scenario}" is no scenario of that forecast.', hint=f"It has {', '.join(known)}."
        )


def _refuse(ledger: Ledger, history: History, afterwards: int) -> None:
    stored = ledger.value("SELECT count(*) FROM forecast_run")
    if not stored:
        raise InputError(
            "No forecast is stored yet.",
            hint="Run `finops-ai forecast`: it is kept, and graded when the bills of its months arrive.",
        )
    if afterwards:
        raise InputError(
            f"{afterwards} forecast month{'' if afterwards == 1 else 's'} could be graded, but each was "
            "forecast after it was over.",
            hint="Add --hindsight to grade what it would have said, or see `finops-ai forecast backtest`.",
        )
    what = (
        "The stored forecast covers no" if stored == 1 else f"None of the {stored} stored forecasts covers a"
    )
    raise InputError(
        f"{what} complete month: bills reach {history.newest}.",
        hint="Ingest the next month's bills and attribute it, or see `finops-ai forecast backtest`.",
    )


def _scores(kept: Sequence[Promise], history: History, config: Config) -> Iterable[Score]:
    judged = [promise for promise in kept if promise.expected is not None]
    owners = {workflow.name: workflow.owner for workflow in config.workflows if workflow.owner}
    groups: dict[tuple[str, str | None], list[Promise]] = {}
    for promise in judged:
        places: list[tuple[str, str | None]] = [(promise.scope, promise.workflow)]
        if promise.scope == WORKFLOW:
            places.append((ALL_WORKFLOWS, None))
            if promise.workflow in owners:
                places.append((OWNER, owners[promise.workflow]))
        for place in places:
            groups.setdefault(place, []).append(promise)
    actuals = actual_costs(history)
    order = [TOTAL, ALL_WORKFLOWS, WORKFLOW, "not_attributed", OWNER]
    for scope, name in sorted(groups, key=lambda place: (order.index(place[0]), place[1] or "")):
        for first, last in AHEAD:
            of_span = [each for each in groups[scope, name] if first <= each.ahead <= last]
            if of_span:
                yield _score(scope, name, (first, last), of_span, actuals)


def _score(
    scope: str,
    name: str | None,
    span: tuple[int, int],
    judged: Sequence[Promise],
    actuals: Mapping[Place, Mapping[Month, Decimal]],
) -> Score:
    errors = [(_expected(each) - each.actual) for each in judged]
    scaled = []
    for each, error in zip(judged, errors, strict=True):
        unit = _usual_change(actuals.get((each.scope, each.workflow), {}), each.made_for)
        if unit:
            scaled.append(abs(error) / unit)
    inside = [
        each.low <= each.actual <= each.high
        for each in judged
        if each.low is not None and each.high is not None
    ]
    band = binomial_band(len(inside), _COVERAGE_FLOAT) if inside else None
    wape = _ratio(_sum(abs(error) for error in errors), _sum(abs(each.actual) for each in judged))
    return Score(
        scope=scope,
        name=name,
        ahead_first=span[0],
        ahead_last=span[1],
        forecasts=len(judged),
        wape=wape,
        bias=_ratio(_sum(errors), _sum(each.actual for each in judged)),
        mase=_ratio(_sum(scaled), Decimal(len(scaled))),
        intervals=len(inside),
        coverage=_ratio(Decimal(sum(inside)), Decimal(len(inside))),
        band_low=None if band is None else _ratio(Decimal(band[0]), Decimal(len(inside))),
        band_high=None if band is None else _ratio(Decimal(band[1]), Decimal(len(inside))),
        grade=grade_of(wape) if span == AHEAD[-1] else None,
    )


def _expected(promise: Promise) -> Decimal:
    assert promise.expected is not None
    return promise.expected


def _usual_change(costs: Mapping[Month, Decimal], made_for: Month) -> Decimal | None:
    """The mean |month - month before| of the months that the forecast could know."""
    known = sorted(month for month in costs if month < made_for)
    changes = [abs(costs[later] - costs[earlier]) for earlier, later in pairwise(known)]
    return _sum(changes) / len(changes) if changes else None


def _drifts(kept: Sequence[Promise]) -> Iterable[Drift]:
    months: dict[Month, list[Promise]] = {}
    for promise in kept:
        if promise.scope == TOTAL and promise.expected is not None:
            months.setdefault(promise.month, []).append(promise)
    for month in sorted(months):
        said = [_expected(each) for each in sorted(months[month], key=lambda each: each.made_for)]
        if len(said) > 1:
            actual = months[month][0].actual
            moved = _sum(abs(later - earlier) for earlier, later in pairwise(said))
            yield Drift(month, len(said), said[0], said[-1], actual, _ratio(moved, abs(actual)))


def _plans(kept: Sequence[Promise]) -> Iterable[PlanCheck]:
    runs: dict[Month, list[Promise]] = {}
    for promise in kept:
        if promise.scope == TOTAL:
            runs.setdefault(promise.made_for, []).append(promise)
    for made_for in sorted(runs):
        of_run = runs[made_for]
        actual = _sum(each.actual for each in of_run)
        names = [name for name in of_run[0].mids if all(name in each.mids for each in of_run)]
        mids = tuple((name, _sum(each.mids[name] for each in of_run)) for name in names)
        ranked = sorted(mids, key=lambda mid: mid[1])
        nearest = min(ranked, key=lambda mid: abs(mid[1] - actual))[0] if ranked else None
        yield PlanCheck(made_for, len(of_run), actual, tuple(ranked), nearest)


def _facts(ledger: Ledger, history: History) -> Facts:
    calls: dict[str, dict[Month, int]] = {}
    for month, workflow, count in ledger.rows(statement("forecast", "grade_calls.sql")):
        calls.setdefault(workflow, {})[Month.of(month)] = count
    return Facts(calls, history.workflows, _one_offs(history))


def _one_offs(history: History) -> frozenset[tuple[str | None, Month]]:
    """Months of a line that hold a charge out of all proportion to the months around it."""
    from finops_ai.forecast.baseline import baselines

    past = history.contiguous
    if not past:
        return frozenset()
    found = baselines(history.lines(), past, [past[-1].plus(1)], tokens=history.tokens)
    return frozenset(
        (event.workflow, event.month) for event in found.events if event.kind in ("one_off", "dip")
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, _ZERO)


def _ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(_RATIO, rounding=ROUND_HALF_EVEN) if whole else None
