"""Distributions of the year's multiplier: draws of the model, the preset's prior, and their blend.

The only floats of scenarios: they are statistics. Draws come from a fixed seed through `random.random`
alone, whose sequence Python keeps.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log, sqrt
from statistics import NormalDist

from finops_ai.config import Launch, Plan
from finops_ai.forecast.drivers import launch_cost, model_factor, price_ratio
from finops_ai.months import Month

DRAWS = 10_000
SEED = 20261122
PRIOR_LN_MEDIAN, PRIOR_LN_SD = log(2), 0.32
"""The presets read as one distribution: 1.3 is its P9, 1.8 to 2.2 P37 to P62, 2.5 to 3.0 P76 to P90."""
Z90 = NormalDist().inv_cdf(0.9)
_ELASTICITY_SD = 0.2
_HALF_LIFE_LN_SD = 0.3
_PLACES = Decimal("0.00001")


@dataclass(frozen=True)
class LogNormal:
    """A multiplier whose logarithm is normal."""

    ln_median: float
    ln_sd: float

    def quantile(self, share: float) -> float:
        """The multiplier that `share` of outcomes do not exceed."""
        return exp(self.ln_median + self.ln_sd * NormalDist().inv_cdf(share))

    def percentile(self, multiplier: float) -> float:
        """Percent of outcomes that do not exceed `multiplier`, which is above zero."""
        if self.ln_sd == 0:
            return 100.0 if log(multiplier) >= self.ln_median else 0.0
        return 100 * NormalDist().cdf((log(multiplier) - self.ln_median) / self.ln_sd)


PRIOR = LogNormal(PRIOR_LN_MEDIAN, PRIOR_LN_SD)


@dataclass(frozen=True)
class Draws:
    """The model's multipliers, sorted."""

    multipliers: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Linear between the two nearest draws."""
        position = share * (len(self.multipliers) - 1)
        below = int(position)
        above = min(below + 1, len(self.multipliers) - 1)
        low, high = self.multipliers[below], self.multipliers[above]
        return low + (high - low) * (position - below)

    def percentile(self, multiplier: float) -> float:
        """Percent of draws that do not exceed `multiplier`."""
        return 100 * bisect_right(self.multipliers, multiplier) / len(self.multipliers)

    def fitted(self) -> LogNormal:
        """The log-normal with the same P10, P50 and P90 spread."""
        low, mid, high = (log(max(self.quantile(share), 1e-9)) for share in (0.1, 0.5, 0.9))
        return LogNormal(mid, (high - low) / (2 * Z90))


def blend(model: LogNormal, prior: LogNormal = PRIOR) -> LogNormal:
    """Both distributions weighted by their precision in ln M; one without spread stands alone."""
    if model.ln_sd == 0:
        return model
    ours, theirs = 1 / model.ln_sd**2, 1 / prior.ln_sd**2
    total = ours + theirs
    mean = (ours * model.ln_median + theirs * prior.ln_median) / total
    return LogNormal(mean, sqrt(1 / total))


def rounded(multiplier: float) -> Decimal:
    """A multiplier to plan with: five decimals, from where on everything is exact again."""
    return Decimal(repr(multiplier)).quantize(_PLACES)


@dataclass(frozen=True)
class Uncertain:
    """What runs today: a median multiple of the run rate for each month, and its log spread.

    `residual_sd` is drawn anew each month; `growth_sd` is that of month 12, the same direction all year,
    reached with the square root of time.
    """

    medians: tuple[float, ...]
    growth_sd: float
    residual_sd: float


def simulate(
    plan: Plan, existing: Uncertain, first: Month, run_rate: Decimal, steady: dict[str, Decimal]
) -> Draws:
    """Draw the year `DRAWS` times: growth, residual, slip and success of launches, price and elasticity."""
    dice = random.Random(SEED)  # noqa: S311 - the same draws each time are the point
    normal = _normal(dice)
    months = [first.plus(t) for t in range(len(existing.medians))]
    models = [float(model_factor(plan.model_changes, month)) for month in months]
    ratios = [[float(price_ratio(c, month)) for month in months] for c in plan.prices]
    ramps = {launch.name: _ramp_table(launch, steady[launch.name], months) for launch in plan.launches}
    found = []
    for _ in range(DRAWS):
        prices = _factors_drawn(plan, months, ratios, normal)
        growth = normal() * existing.growth_sd
        total = 0.0
        for t, median in enumerate(existing.medians):
            noise = growth * sqrt((t + 1) / 12) + normal() * existing.residual_sd
            total += median * models[t] * prices[t] * exp(noise)
        for launch in plan.launches:
            total += _launched(launch, ramps[launch.name], dice) / float(run_rate)
        found.append(total / len(months))
    return Draws(tuple(sorted(found)))


def _normal(dice: random.Random) -> Callable[[], float]:
    standard = NormalDist()

    def draw() -> float:
        share = dice.random()
        return standard.inv_cdf(share) if share > 0 else 0.0

    return draw


def _factors_drawn(
    plan: Plan, months: Sequence[Month], ratios: Sequence[Sequence[float]], normal: Callable[[], float]
) -> list[float]:
    """Each month's price factor in one draw: how fast tiers fall, and how volume answers."""
    factors = [1.0] * len(months)
    if not plan.prices:
        return factors
    elasticity = 0.0
    if plan.elasticity:
        elasticity = float(plan.elasticity) + _ELASTICITY_SD * normal()
    for change, line in zip(plan.prices, ratios, strict=True):
        moved = float(change.share * change.migrates)
        speed = exp(_HALF_LIFE_LN_SD * normal()) if change.tier is not None else 1.0
        for t, month in enumerate(months):
            if moved and month.first_day >= change.starts:
                factors[t] *= 1 + moved * (line[t] ** (speed * (1 + elasticity)) - 1)
    return factors


def _ramp_table(launch: Launch, steady: Decimal, months: Sequence[Month]) -> list[float]:
    """The year's cost of a launch by whole months of delay, from none to all of the year."""
    return [
        float(sum((launch_cost(launch, steady, month, Decimal(slip)) for month in months), Decimal(0)))
        for slip in range(len(months) + 1)
    ]


def _launched(launch: Launch, table: Sequence[float], dice: random.Random) -> float:
    """A launch's cost of the year in one draw; its delay is exponential around the stated median."""
    comes = dice.random() < launch.probability
    delay = float(launch.slip_months) * -log(1 - dice.random()) / log(2)
    if not comes or delay >= len(table) - 1:
        return 0.0
    below = int(delay)
    return table[below] + (table[below + 1] - table[below]) * (delay - below)
