"""Budgets for the coming months: run rates, scenarios and baseline put together."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from finops_ai.config import Config, Plan, Scenario
from finops_ai.errors import ConfigError
from finops_ai.forecast.history import History, read_history
from finops_ai.forecast.notes import notes_of
from finops_ai.forecast.outlook import Basis, chosen, outlook, read_basis
from finops_ai.forecast.result import (
    NOT_ATTRIBUTED,
    TOTAL,
    WORKFLOW,
    Baseline,
    Forecast,
    LeftOut,
    Line,
    MonthCost,
    RunRate,
    ScenarioBudget,
)
from finops_ai.forecast.run_rate import RunRates, run_rates
from finops_ai.forecast.scenarios import planned, scenario_budgets
from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.months import Month

if TYPE_CHECKING:
    from finops_ai.forecast.baseline import Baselines

ENGINE = "3"
"""Part of the inputs hash: raised when the same ledger would be forecast differently."""

MOST_MONTHS = 36
LEAST_HISTORY_MONTHS = 6
SETTLED_MONTHS = 3
MOST_PAST_MONTHS = 14
YEAR = 12
Key = str | None
GroupMembers = dict[tuple[str, str], list[Key]]


def forecast_budgets(
    ledger: Ledger,
    config: Config,
    *,
    months: int,
    by_workflow: bool,
    as_of: Month | None = None,
    mode: str = "table",
) -> Forecast:
    """Scenario budgets and a statistical baseline for `months` months, in the reporting currency.

    `as_of` is the last month of the ledger to look at (all when None). The forecast begins with
    the month after the one that the run rate rests on. `mode` says where scenarios come from: the
    presets (table), the model, or both (blend). Raises ConfigError for months outside 1 to 36, scenarios
    out of order or a mode without a model, InputError when no month is attributed.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise ConfigError(
            f"{months} months cannot be forecast.",
            hint=f"Ask for 1 to {MOST_MONTHS}, for example --months 12.",
        )
    presets = planned(config.scenarios)
    history = read_history(ledger, config.reporting_currency, as_of)
    rates = run_rates(history)
    first_month = rates.basis_month.plus(1)
    groups = groups_of(config, list(rates.lines))
    # A scenario is a year, so the year is looked at however many months are shown.
    year, baseline_note = _baselines(history, groups, first_month, max(months, YEAR))
    basis = read_basis(
        ledger,
        config.plan,
        None if year is None else year.total,
        run_rate=rates.total.monthly_cost,
        first=first_month,
        currency=history.currency,
    )
    found = None if year is None else _cut(year, months)
    scenarios = chosen(mode, presets, basis)
    by_line, totals = scenario_budgets(
        scenarios, {key: rate.monthly_cost for key, rate in rates.lines.items()}, first_month, months
    )
    expected = {} if found is None else found.lines
    flags = {key: _flags(history, rates, key) for key in rates.lines}
    lines = tuple(
        _line(key, rates.lines[key], by_line[key], expected.get(key), flags[key]) for key in rates.lines
    )
    total_flags = ("run_rate_differs",) if rates.total.differs else ()
    past = _past(history)
    lines = tuple(replace(line, past=past[line.workflow]) for line in lines)
    total = Line(TOTAL, None, rates.total, totals, None if found is None else found.total, total_flags)
    return Forecast(
        currency=history.currency,
        first_month=first_month,
        months=months,
        by_workflow=by_workflow,
        run_rate_basis=rates.basis,
        total=replace(total, past=_summed(past)),
        lines=lines,
        contingency=_step(totals, "expected", "aggressive"),
        conservative_shortfall=_step(totals, "conservative", "expected"),
        baseline_note=baseline_note,
        left_out=_left_out(history, rates.basis_month),
        notes=notes_of(history, rates, lines, months, () if found is None else found.events),
        inputs_hash=_inputs_hash(history, rates, scenarios, months, groups=groups, basis=basis),
        outlook=outlook(mode, scenarios, {s.name: s.mid.yearly_budget for s in totals}, basis),
        groups=() if found is None else found.groups,
        events=() if found is None else found.events,
    )


def _past(history: History) -> dict[Key, tuple[MonthCost, ...]]:
    """The last complete months of every line."""
    months = history.contiguous[-MOST_PAST_MONTHS:]
    return {
        key: tuple(MonthCost(month, costs.get(month, Decimal(0))) for month in months)
        for key, costs in history.lines().items()
    }


def _summed(past: dict[Key, tuple[MonthCost, ...]]) -> tuple[MonthCost, ...]:
    lines = list(past.values())
    return tuple(
        MonthCost(of_month[0].month, sum((each.cost for each in of_month), Decimal(0)))
        for of_month in zip(*lines, strict=True)
    )


def _cut(year: Baselines, months: int) -> Baselines:
    """The months that are asked for, of the year that was computed."""

    def cut(baseline: Baseline) -> Baseline:
        return replace(baseline, months=baseline.months[:months])

    return replace(
        year,
        lines={key: cut(baseline) for key, baseline in year.lines.items()},
        total=cut(year.total),
        groups=tuple(replace(group, baseline=cut(group.baseline)) for group in year.groups),
    )


def _line(
    key: Key,
    rate: RunRate,
    scenarios: tuple[ScenarioBudget, ...],
    baseline: Baseline | None,
    flags: tuple[str, ...],
) -> Line:
    return Line(NOT_ATTRIBUTED if key is None else WORKFLOW, key, rate, scenarios, baseline, flags)


def _baselines(
    history: History, groups: GroupMembers, first_month: Month, months: int
) -> tuple[Baselines | None, str]:
    """What history alone suggests, and the sentence that introduces it or says why there is none."""
    past = history.contiguous
    if len(past) < LEAST_HISTORY_MONTHS:
        count = f"{len(past)} complete month{'' if len(past) == 1 else 's'} of history"
        return None, f"{count}: a statistical baseline needs {LEAST_HISTORY_MONTHS}."
    # numpy and statsmodels are loaded only when there is a baseline to compute. One BLAS thread:
    # the series are short (more threads took twice the CPU), and sums must not depend on the cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from finops_ai.forecast.baseline import Groups, baselines

    found = baselines(
        history.lines(),
        past,
        [first_month.plus(t) for t in range(months)],
        tokens=history.tokens,
        groups=Groups(groups, history.providers),
    )
    note = f"Baseline from {len(past)} complete months, {past[0]} to {past[-1]}, with 80% intervals"
    if len(past) < 12:
        note += f" that rest on few errors ({found.total.origins} backtest origins)"
    return found, f"{note}. It knows no launches, price changes or decisions."


def groups_of(config: Config, keys: Sequence[Key]) -> GroupMembers:
    """Lines by department and by team, each level complete: what has none is under that name."""
    owners = {workflow.name: workflow for workflow in config.workflows}
    groups: GroupMembers = {}
    for level in ("department", "team"):
        for key in keys:
            name = NOT_ATTRIBUTED.replace("_", " ") if key is None else f"no {level}"
            if key is not None and key in owners:
                name = getattr(owners[key], level) or name
            groups.setdefault((level, name), []).append(key)
    return groups


def _flags(history: History, rates: RunRates, key: Key) -> tuple[str, ...]:
    """``launch``: its first cost is less than three months old, and the ledger reaches back further."""
    rate = rates.lines[key]
    flags = ["run_rate_differs"] if rate.differs else []
    if rate.monthly_cost == 0:
        flags.append("no_cost_in_run_rate")
    if key is not None:
        started = min(history.workflows[key])
        if started > min(history.bill) and started > rates.basis_month.plus(-SETTLED_MONTHS):
            flags.append("launch")
    return tuple(flags)


def _step(totals: tuple[ScenarioBudget, ...], lower: str, upper: str) -> Decimal | None:
    mids = {scenario.name.lower(): scenario.mid.budget for scenario in totals}
    return mids[upper] - mids[lower] if lower in mids and upper in mids else None


def _left_out(history: History, month: Month) -> tuple[LeftOut, ...]:
    parts = history.left_out[month]
    return tuple(LeftOut(part, history.currency, parts[part]) for part in sorted(parts))


def _inputs_hash(
    history: History,
    rates: RunRates,
    scenarios: tuple[Scenario, ...],
    months: int,
    *,
    groups: GroupMembers,
    basis: Basis,
) -> str:
    """SHA-256 of everything that the numbers follow from; how they are shown is no part of it."""
    facts = {
        "engine": ENGINE,
        "currency": history.currency,
        "months": months,
        "basis": rates.basis,
        "complete": [str(month) for month in history.complete],
        "costs": [[key, _by_month(line)] for key, line in history.lines().items()],
        "run_rates": [[key, _rate_text(rate)] for key, rate in rates.lines.items()],
        "tokens": [
            [key, {str(m): [cost.tokens, plain(cost.direct_cost)] for m, cost in sorted(line.items())}]
            for key, line in sorted(history.tokens.items())
        ],
        "providers": [[key, _by_month(history.providers[key])] for key in sorted(history.providers)],
        "groups": [[level, name, members] for (level, name), members in groups.items()],
        "scenarios": [[s.name, plain(s.low), plain(s.mid), plain(s.high), s.source] for s in scenarios],
    }
    if basis.plan != Plan():
        facts["plan"] = [repr(basis.plan), {name: plain(cost) for name, cost in basis.steady.items()}]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _by_month(values: Mapping[Month, Decimal]) -> dict[str, str]:
    return {str(month): plain(values[month]) for month in sorted(values)}


def _rate_text(rate: RunRate) -> list[str | None]:
    costs = (rate.monthly_cost, rate.trailing_30_days_cost, rate.mean_3_months_cost)
    return [None if cost is None else plain(cost) for cost in costs]
