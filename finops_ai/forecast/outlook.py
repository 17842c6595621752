"""The year beside its scenarios: existing workloads, launches, reserve, parts, and what the model says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import log

from finops_ai.config import Launch, Plan, Scenario
from finops_ai.errors import ConfigError
from finops_ai.forecast.assumptions import assumptions, percent
from finops_ai.forecast.drivers import Year, growth_path, parts_of, path_of, steady_cost, year_of
from finops_ai.forecast.odds import (
    DRAWS,
    PRIOR,
    SEED,
    Z90,
    Draws,
    LogNormal,
    Uncertain,
    blend,
    rounded,
    simulate,
)
from finops_ai.forecast.result import Baseline
from finops_ai.ledger import Ledger, statement
from finops_ai.months import Month

MODES = ("table", "model", "blend")
NAMES = ("Conservative", "Expected", "Aggressive")
SHARES = (0.1, 0.5, 0.9)
NOISE_SD = 0.08
"""Log spread of single months around stated growth, an assumption where no baseline measures it."""
_NOTHING = Plan()
_SHOWN = Decimal("0.0001")


@dataclass(frozen=True)
class Part:
    """One factor of a multiplier: rounded to four decimals for people, and the exact fraction."""

    name: str
    factor: Decimal
    exact: str


@dataclass(frozen=True)
class ScenarioYear:
    """Twelve months of a scenario's middle: existing + launches + reserve = total, to the cent.

    `reserve` is growth that no plan explains yet; below zero the scenario cannot hold the plans.
    `percentile` of the multiplier in the model's distribution; None without a model.
    """

    name: str
    multiplier: Decimal
    existing: Decimal
    launches: Decimal
    reserve: Decimal
    total: Decimal
    percentile: Decimal | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class LaunchYear:
    """A launch: its average month at full use, and its share of the year at the plan's middle."""

    name: str
    starts: Month
    steady_monthly_cost: Decimal
    probability: Decimal
    year_cost: Decimal
    source: str


@dataclass(frozen=True)
class Outlook:
    """What stands beside the scenarios. `model` and `blend`: P10, P50 and P90 as multiples of the run rate.

    None where there is no model, with the reason in `model_note`.
    """

    mode: str
    existing_basis: str
    model: tuple[Decimal, ...] | None
    blend: tuple[Decimal, ...] | None
    model_note: str
    scenarios: tuple[ScenarioYear, ...]
    launches: tuple[LaunchYear, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Basis:
    """What an outlook rests on: the plan's year, the model's draws (None: no model), and words for both."""

    run_rate: Decimal
    plan: Plan
    first: Month
    steady: dict[str, Decimal]
    year: Year
    draws: Draws | None
    existing_basis: str
    model_note: str


def read_basis(
    ledger: Ledger,
    plan: Plan | None,
    baseline: Baseline | None,
    *,
    run_rate: Decimal,
    first: Month,
    currency: str,
) -> Basis:
    """Sizes the plan and draws the model. ConfigError when a launch's model has no price."""
    plan = plan or _NOTHING
    steady = {
        launch.name: steady_cost(launch, _request_cost(ledger, launch, currency)) for launch in plan.launches
    }
    volume, existing_basis = _volume(plan, baseline, run_rate)
    path = path_of(plan, volume, first, steady)
    uncertain, note = _uncertain(plan, baseline, run_rate)
    draws = None if uncertain is None else simulate(plan, uncertain, first, run_rate, steady)
    return Basis(run_rate, plan, first, steady, year_of(path, run_rate), draws, existing_basis, note)


def chosen(mode: str, presets: Sequence[Scenario], basis: Basis) -> tuple[Scenario, ...]:
    """The scenarios of a mode; ConfigError for a model mode where there is no model."""
    if mode == "table":
        return tuple(presets)
    if basis.draws is None:
        raise ConfigError(
            f"--mode {mode} needs a model of the year: {basis.model_note}",
            hint="State plan.growth in finops.yaml (or --growth 0.4/0.5/0.6), or use --mode table.",
        )
    levels = _blended(basis.draws) if mode == "blend" else _modelled(basis.draws)
    what = f"the model ({DRAWS:,d} draws, seed {SEED})"
    if mode == "blend":
        what = f"{what} and the presets' distribution, weighted by precision"
    return tuple(
        Scenario(name, level, level, level, f"P{round(100 * share)} of {what}")
        for name, level, share in zip(NAMES, levels, SHARES, strict=True)
    )


def outlook(mode: str, scenarios: Sequence[Scenario], totals: dict[str, Decimal], basis: Basis) -> Outlook:
    """`totals`: each scenario's middle budget of twelve months, in cents."""
    draws = basis.draws
    return Outlook(
        mode=mode,
        existing_basis=basis.existing_basis,
        model=None if draws is None else _modelled(draws),
        blend=None if draws is None else _blended(draws),
        model_note=basis.model_note,
        scenarios=tuple(_scenario_year(s, totals[s.name], basis) for s in scenarios),
        launches=tuple(_launch_year(launch, basis) for launch in basis.plan.launches),
        assumptions=tuple(assumptions(basis.plan)),
    )


def _scenario_year(scenario: Scenario, total: Decimal, basis: Basis) -> ScenarioYear:
    existing, launches = (Decimal(cents).scaleb(-2) for cents in (basis.year.existing, basis.year.launched))
    stated = tuple((name, Fraction(factor)) for name, factor in scenario.parts)
    parts = stated or parts_of(basis.year, basis.run_rate, scenario.mid)
    percentile = None
    if basis.draws is not None:
        percentile = Decimal(repr(round(basis.draws.percentile(float(scenario.mid)), 1)))
    return ScenarioYear(
        scenario.name,
        scenario.mid,
        existing,
        launches,
        total - existing - launches,
        total,
        percentile,
        tuple(Part(name, _shown(exact), str(exact)) for name, exact in parts),
    )


def _launch_year(launch: Launch, basis: Basis) -> LaunchYear:
    return LaunchYear(
        launch.name,
        Month.of(launch.starts),
        basis.steady[launch.name].quantize(Decimal("0.01")),
        launch.probability,
        Decimal(basis.year.launches[launch.name]).scaleb(-2),
        launch.source,
    )


def _shown(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_SHOWN)


def _modelled(draws: Draws) -> tuple[Decimal, ...]:
    return tuple(rounded(draws.quantile(share)) for share in SHARES)


def _blended(draws: Draws) -> tuple[Decimal, ...]:
    both: LogNormal = blend(draws.fitted(), PRIOR)
    return tuple(rounded(both.quantile(share)) for share in SHARES)


def _volume(plan: Plan, baseline: Baseline | None, run_rate: Decimal) -> tuple[tuple[Decimal, ...], str]:
    """What runs today as multiples of the run rate for twelve months, and what that rests on."""
    if plan.growth is not None:
        mid = plan.growth.mid
        text = f"growth of {percent(mid)} by month 12 ({plan.growth.source})"
        return growth_path(mid, 12), text
    if baseline is not None and run_rate > 0:
        return tuple(month.expected / run_rate for month in baseline.months[:12]), "the baseline from history"
    return (Decimal(1),) * 12, "the run rate, flat: no baseline and no stated growth"


def _uncertain(plan: Plan, baseline: Baseline | None, run_rate: Decimal) -> tuple[Uncertain | None, str]:
    """How what runs today may turn out; None with the reason when nothing says so."""
    if run_rate <= 0:
        return None, "the run rate is not above zero."
    if plan.growth is not None:
        growth = plan.growth
        spread = log((1 + growth.high) / (1 + growth.low)) / (2 * Z90)
        medians = tuple(float(volume) for volume in growth_path(growth.mid, 12))
        return Uncertain(medians, spread, NOISE_SD), f"stated growth, months spread by {NOISE_SD:.0%}"
    if baseline is None:
        return None, "there is no baseline (6 complete months of history) and no stated growth."
    spreads = [
        log(m.high / m.low) / (2 * Z90)
        for m in baseline.months[:12]
        if m.low is not None and m.high is not None and m.low > 0
    ]
    if len(spreads) < 12:
        return None, "the baseline has no 80% interval above zero for every month."
    residual = spreads[0]
    growth_sd = max(spreads[-1] ** 2 - residual**2, 0.0) ** 0.5
    medians = tuple(float(m.expected / run_rate) for m in baseline.months[:12])
    return Uncertain(medians, growth_sd, residual), "the baseline and its 80% interval"


def _request_cost(ledger: Ledger, launch: Launch, currency: str) -> Decimal | None:
    """Tokens of a request x list price, from the catalogue on the launch's first day."""
    if launch.model is None:
        return None
    start = datetime(launch.starts.year, launch.starts.month, launch.starts.day)
    params = {"provider": launch.provider, "model": launch.model, "day": start}
    prices = {
        meter: (price, unit)
        for meter, price, unit in ledger.rows(statement("forecast", "launch_prices.sql"), params)
    }
    cost = Decimal(0)
    for meter, count in launch.tokens:
        price, unit = prices.get(meter, (None, currency))
        if price is None or unit != currency:
            raise ConfigError(
                f'Launch "{launch.name}": {launch.provider} {launch.model} has no price of {meter} in '
                f"{currency} on {launch.starts}.",
                hint=f"`finops-ai prices list --provider {launch.provider}` lists models; "
                "or state cost_per_request.",
            )
        cost += count * price
    return cost
