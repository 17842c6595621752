"""What a plan makes of the run rate: volume, model changes, prices and launches, month by month.

Decimal throughout. Nothing in here is measured except what it is handed: the shares, dates and factors
are the user's assumptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from finops_ai.config import Launch, ModelChange, Plan, PriceChange
from finops_ai.months import Month

HALF_LIFE_YEARS = {"economy": Decimal("1.10"), "mid": Decimal("1.55"), "flagship": None}
"""Years in which the price of a tier halves; None: no fall was found (arXiv 2603.28576)."""
DAYS_A_MONTH = Decimal(365) / 12
_ODDS_AT_90 = Decimal(9)
_DIGITS = 40


@dataclass(frozen=True)
class Path:
    """The coming months at the plan's middle: factors of the run rate, and money of launches.

    `volume`, `models` and `prices` multiply to what runs today costs, as a multiple of the run rate;
    `launches` holds each launch's money a month, times its probability.
    """

    volume: tuple[Decimal, ...]
    models: tuple[Decimal, ...]
    prices: tuple[Decimal, ...]
    launches: dict[str, tuple[Decimal, ...]]


@dataclass(frozen=True)
class Year:
    """The first twelve months in whole cents: what runs today, then step by step with what the plan adds."""

    by_volume: int
    with_models: int
    existing: int
    launches: dict[str, int]

    @property
    def launched(self) -> int:
        """All launches."""
        return sum(self.launches.values())


def growth_path(growth: Decimal, months: int) -> tuple[Decimal, ...]:
    """Volume of months 1, 2, ...: month 12 is 1 + `growth`, at a constant rate."""
    with localcontext() as context:
        context.prec = _DIGITS
        return tuple((1 + growth) ** (Decimal(t) / 12) for t in range(1, months + 1))


def path_of(plan: Plan, volume: Sequence[Decimal], first: Month, steady: dict[str, Decimal]) -> Path:
    """The plan's middle over the months of `volume`; `steady` is each launch's money a month at full use."""
    calendar = [first.plus(t) for t in range(len(volume))]
    elasticity = plan.elasticity or Decimal(0)
    with localcontext() as context:
        context.prec = _DIGITS
        return Path(
            tuple(volume),
            tuple(model_factor(plan.model_changes, month) for month in calendar),
            tuple(price_factor(plan.prices, month, elasticity) for month in calendar),
            {
                launch.name: tuple(
                    launch.probability * launch_cost(launch, steady[launch.name], month, launch.slip_months)
                    for month in calendar
                )
                for launch in plan.launches
            },
        )


def model_factor(changes: Sequence[ModelChange], month: Month) -> Decimal:
    """What model changes make of the cost of what runs today, in a month."""
    factor = Decimal(1)
    for change in changes:
        if month.first_day >= change.starts:
            factor *= 1 + change.share * (change.factor - 1)
    return factor


def price_factor(changes: Sequence[PriceChange], month: Month, elasticity: Decimal) -> Decimal:
    """What prices make of it: only the part that migrates pays them, and answers with its volume.

    The spend of that part is rho^(1 + elasticity) for a price of rho. Without migration it is 1.
    """
    factor = Decimal(1)
    for change in changes:
        moved = change.share * change.migrates
        if moved and month.first_day >= change.starts:
            factor *= 1 + moved * (price_ratio(change, month) ** (1 + elasticity) - 1)
    return factor


def price_ratio(change: PriceChange, month: Month) -> Decimal:
    """The new price over the one before `change.starts`, in the middle of a month for a tier's path."""
    if change.change is not None:
        return 1 + change.change
    half_life = HALF_LIFE_YEARS[str(change.tier)]
    if half_life is None:
        return Decimal(1)
    years = (_months_since(change.starts, month) + Decimal("0.5")) / 12
    return Decimal("0.5") ** (years / half_life)


def launch_cost(launch: Launch, steady: Decimal, month: Month, slip_months: Decimal) -> Decimal:
    """A launch's cost of a month beyond what its pilot costs already, at the ramp's middle of the month."""
    since = _months_since(launch.starts, month) + Decimal("0.5") - slip_months
    if since <= 0:
        return Decimal(0)
    share = ramp(launch, since)
    if launch.pilot_share is not None and launch.pilot_cost is not None:
        return steady * max(share, launch.pilot_share) - launch.pilot_cost
    return steady * share


def ramp(launch: Launch, months: Decimal) -> Decimal:
    """The share of eventual volume reached `months` after the start: logistic, or Bass with p and q."""
    if launch.bass_p is not None and launch.bass_q is not None:
        p, q = launch.bass_p, launch.bass_q
        left = (-(p + q) * months).exp()
        return (1 - left) / (1 + q / p * left)
    steps = (months - launch.t50_months) / (launch.t90_months - launch.t50_months)
    return 1 / (1 + _ODDS_AT_90**-steps)


def steady_cost(launch: Launch, request_cost: Decimal | None) -> Decimal:
    """What a launch costs in an average month once everyone uses it."""
    with localcontext() as context:
        context.prec = _DIGITS
        if launch.monthly_cost is not None:
            return launch.monthly_cost
        if launch.pilot_cost is not None and launch.pilot_share is not None:
            return launch.pilot_cost / launch.pilot_share
        cost = launch.cost_per_request if request_cost is None else request_cost
        assert launch.users is not None
        assert launch.requests_per_day is not None
        assert cost is not None
        return launch.users * launch.requests_per_day * cost * DAYS_A_MONTH


def year_of(path: Path, run_rate: Decimal) -> Year:
    """The money of the first twelve months of a path, each sum rounded half-even once."""
    with localcontext() as context:
        context.prec = _DIGITS
        volume, models, prices = path.volume[:12], path.models[:12], path.prices[:12]
        with_models = [v * m for v, m in zip(volume, models, strict=True)]
        existing = [both * p for both, p in zip(with_models, prices, strict=True)]
        return Year(
            by_volume=_cents(run_rate * sum(volume, Decimal(0))),
            with_models=_cents(run_rate * sum(with_models, Decimal(0))),
            existing=_cents(run_rate * sum(existing, Decimal(0))),
            launches={name: _cents(sum(line[:12], Decimal(0))) for name, line in path.launches.items()},
        )


def parts_of(year: Year, run_rate: Decimal, multiplier: Decimal) -> tuple[tuple[str, Fraction], ...]:
    """`multiplier` as a product of named parts; empty where a year of nothing leaves no ratio to take.

    Each part is the year with something over the year without it, in cents, so that they multiply back
    to the multiplier exactly. What the plan does not explain is the part `reserve`.
    """
    base = 1200 * Fraction(run_rate)
    cents = (year.by_volume, year.with_models, year.existing, year.existing + year.launched)
    steps = [base, *(Fraction(number) for number in cents)]
    if any(step <= 0 for step in steps):
        return ()
    names = ("existing_volume", "model_changes", "price", "new_use_cases")
    parts = [(name, after / before) for name, before, after in zip(names, steps, steps[1:], strict=False)]
    return (*parts, ("reserve", Fraction(multiplier) * base / steps[-1]))


def _cents(cost: Decimal) -> int:
    return int((100 * cost).to_integral_value(rounding=ROUND_HALF_EVEN))


def _months_since(start: date, month: Month) -> int:
    return (month.year - start.year) * 12 + month.number - start.month
