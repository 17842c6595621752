"""The forecast tried on the ledger's own history: what it would have said, against what came.

At each origin the whole baseline is computed anew from the months known then (events, choice of
method, intervals), and the month h ahead is compared with the bill. Only bills that were restated
since then are known better than they were.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from finops_ai.config import Config
from finops_ai.errors import InputError
from finops_ai.forecast.budgets import LEAST_HISTORY_MONTHS
from finops_ai.forecast.history import History, read_history
from finops_ai.forecast.result import NOT_ATTRIBUTED, TOTAL, WORKFLOW, Baseline, BaselineMonth
from finops_ai.ledger import Ledger
from finops_ai.months import Month

AHEAD = (1, 3, 12)
MOST_ORIGINS = 6
COVERAGE_FLOAT = 0.8
ALL_WORKFLOWS = "all_workflows"
_DAYS_A_MONTH_FLOAT = 365 / 12
_DIGITS = Decimal("0.000001")

Key = str | None


@dataclass(frozen=True)
class Score:
    """How good forecasts of one scope were, `ahead` months ahead. Shares are ratios; None is unknown.

    `value_added` is the run rate's WAPE less ours: what forecasting was worth. `coverage` is the
    share of months inside the 80% interval, of `intervals`; an exact 80% interval would lie
    between `band_low` and `band_high` in 19 of 20 histories of as many independent months.
    """

    scope: str
    workflow: str | None
    ahead: int
    origins: int
    wape: Decimal | None
    flat_wape: Decimal | None
    value_added: Decimal | None
    bias: Decimal | None
    mase: Decimal | None
    intervals: int
    coverage: Decimal | None
    band_low: Decimal | None
    band_high: Decimal | None


@dataclass(frozen=True)
class Trial:
    """The scores of total, of all workflows together and of each line, by months ahead.

    `run_rate_lines` are lines for which the forecast now is the flat run rate, `methods` how the
    others are forecast.
    """

    currency: str
    first_month: Month
    last_month: Month
    scores: tuple[Score, ...]
    statements: tuple[tuple[str, str], ...]
    run_rate_lines: tuple[str, ...]
    notes: tuple[str, ...]
    label: str = "backtest"


@dataclass(frozen=True)
class _Point:
    """One forecast month against the bill, as floats: scores are no money."""

    actual: float
    forecast: float
    flat: float
    scale: float
    inside: bool | None


def backtest(ledger: Ledger, config: Config, *, as_of: Month | None = None) -> Trial:
    """Try the baseline at up to six past origins for each of 1, 3 and 12 months ahead.

    InputError when there are fewer than seven unbroken complete months.
    """
    history = read_history(ledger, config.reporting_currency, as_of)
    past = history.contiguous
    if len(past) <= LEAST_HISTORY_MONTHS:
        raise InputError(
            f"{len(past)} complete month{'' if len(past) == 1 else 's'} of history: a backtest needs "
            f"{LEAST_HISTORY_MONTHS + 1}, six to learn from and one to compare with.",
            hint="Ingest older bills and attribute their months, or wait for the next bill.",
        )
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in budgets.py
    from finops_ai.forecast.baseline import Baselines, baselines

    costs = history.lines()
    found: dict[int, Baselines] = {}
    for known in sorted({known for ahead in AHEAD for known in origins(len(past), ahead)}):
        future = past[known : known + max(AHEAD)]
        found[known] = baselines(costs, past[:known], future, tokens=history.tokens)
    now = baselines(costs, past, [past[-1].plus(1)], tokens=history.tokens)
    totals = {
        month: sum((line.get(month, Decimal(0)) for line in costs.values()), Decimal(0)) for month in past
    }
    lines = {known: answer.lines for known, answer in found.items()}
    scores = []
    for ahead in AHEAD:
        of_total = _points({None: totals}, {k: {None: a.total} for k, a in found.items()}, past, ahead)[None]
        of_lines = _points(costs, lines, past, ahead)
        if of_total:
            scores.append(_score(TOTAL, None, ahead, of_total))
            scores.append(
                _score(ALL_WORKFLOWS, None, ahead, [p for points in of_lines.values() for p in points])
            )
            scores += [_score(_scope(key), key, ahead, points) for key, points in of_lines.items() if points]
    return Trial(
        currency=history.currency,
        first_month=past[0],
        last_month=past[-1],
        scores=tuple(scores),
        statements=tuple((_label(key), line.statement) for key, line in now.lines.items()),
        run_rate_lines=tuple(
            _label(key) for key, line in now.lines.items() if line.method == "flat_run_rate"
        ),
        notes=_notes(history, len(past)),
    )


def origins(months: int, ahead: int) -> list[int]:
    """Months known at each origin: the last min(6, n - 6) that leave `ahead` months to compare with."""
    last = months - ahead
    return list(range(max(LEAST_HISTORY_MONTHS, last - MOST_ORIGINS + 1), last + 1))


def _points(
    costs: Mapping[Key, Mapping[Month, Decimal]],
    found: Mapping[int, Mapping[Key, Baseline]],
    past: Sequence[Month],
    ahead: int,
) -> dict[Key, list[_Point]]:
    """The months `ahead` of every origin, by line; a line that had no cost yet at an origin is left out."""
    points: dict[Key, list[_Point]] = {key: [] for key in costs}
    for known in origins(len(past), ahead):
        month = past[known + ahead - 1]
        for key, line in costs.items():
            months = past[:known]
            if not any(line.get(earlier) for earlier in months):
                continue
            forecast = found[known][key].months[ahead - 1]
            points[key].append(_point(line, months, month, forecast))
    return points


def _point(
    line: Mapping[Month, Decimal], known: Sequence[Month], month: Month, forecast: BaselineMonth
) -> _Point:
    actual = line.get(month, Decimal(0))
    values = [float(line.get(earlier, 0)) * _DAYS_A_MONTH_FLOAT / earlier.days for earlier in known]
    changes = [abs(later - earlier) for earlier, later in pairwise(values)]
    inside = None
    if forecast.low is not None and forecast.high is not None:
        inside = forecast.low <= actual <= forecast.high
    return _Point(
        actual=float(actual),
        forecast=float(forecast.expected),
        flat=values[-1] * month.days / _DAYS_A_MONTH_FLOAT,
        scale=math.fsum(changes) / len(changes) if changes else 0.0,
        inside=inside,
    )


def _score(scope: str, key: Key, ahead: int, points: Sequence[_Point]) -> Score:
    actual = math.fsum(abs(point.actual) for point in points)
    signed = math.fsum(point.actual for point in points)
    error = math.fsum(abs(point.actual - point.forecast) for point in points)
    flat = math.fsum(abs(point.actual - point.flat) for point in points)
    scaled = [abs(point.actual - point.forecast) / point.scale for point in points if point.scale > 0]
    judged = [point.inside for point in points if point.inside is not None]
    low, high = binomial_band(len(judged), COVERAGE_FLOAT) if judged else (None, None)
    return Score(
        scope=scope,
        workflow=key,
        ahead=ahead,
        origins=len(points),
        wape=_ratio(error, actual),
        flat_wape=_ratio(flat, actual),
        value_added=_ratio(flat - error, actual),
        bias=_ratio(math.fsum(point.forecast - point.actual for point in points), signed),
        mase=_ratio(math.fsum(scaled), len(scaled)),
        intervals=len(judged),
        coverage=_ratio(sum(judged), len(judged)),
        band_low=None if low is None else _ratio(low, len(judged)),
        band_high=None if high is None else _ratio(high, len(judged)),
    )


def binomial_band(trials: int, share: float) -> tuple[int, int]:
    """The successes between which 95% of all samples of `trials` lie, by the exact binomial."""
    low, high, total = 0, trials, 0.0
    for successes in range(trials + 1):
        before = total
        log_ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
        total += math.exp(log_ways + successes * math.log(share) + (trials - successes) * math.log(1 - share))
        if before < 0.025 <= total:
            low = successes
        if before < 0.975 <= total:
            high = successes
            break
    return low, high


def _ratio(part: float, whole: float) -> Decimal | None:
    return Decimal(part / whole).quantize(_DIGITS, rounding=ROUND_HALF_EVEN) if whole else None


def _scope(key: Key) -> str:
    return NOT_ATTRIBUTED if key is None else WORKFLOW


def _label(key: Key) -> str:
    return NOT_ATTRIBUTED.replace("_", " ") if key is None else key


def _notes(history: History, months: int) -> tuple[str, ...]:
    notes = []
    missing = [ahead for ahead in AHEAD if not origins(months, ahead)]
    if missing:
        text = " and ".join(str(ahead) for ahead in missing)
        needed = LEAST_HISTORY_MONTHS + missing[-1]
        notes.append(
            f"n/a for {text} months ahead: {months} complete months, {needed} are needed for {missing[-1]}."
        )
    if len(history.contiguous) < len(history.complete):
        notes.append(f"Months before {history.contiguous[0]} are not used: a month is missing.")
    return tuple(notes)
