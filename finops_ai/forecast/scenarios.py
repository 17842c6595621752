"""Scenario budgets: a multiple of the run rate, phased over months along constant growth.

12-month budget = multiplier x 12 x monthly run rate. Month t costs run rate x (1 + g)^t, with g
such that the first 12 months sum to that budget; a longer horizon continues the path, a shorter
one is its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from finops_ai.config import Scenario
from finops_ai.errors import ConfigError
from finops_ai.forecast.result import LevelBudget, MonthBudget, ScenarioBudget
from finops_ai.money import MONEY_SCALE
from finops_ai.months import Month

_PUBLISHED = "preset of published essays on the inference cost paradox, an assumption and no measured fact"
PRESETS = (
    Scenario("Conservative", Decimal("1.3"), Decimal("1.3"), Decimal("1.3"), _PUBLISHED),
    Scenario("Expected", Decimal("1.8"), Decimal("2.0"), Decimal("2.2"), _PUBLISHED),
    Scenario("Aggressive", Decimal("2.5"), Decimal("2.75"), Decimal("3.0"), _PUBLISHED),
)
_DIGITS = 60
_LAST_DIGIT = Decimal(1).scaleb(-MONEY_SCALE)
_MAX_STEPS = 1000


def planned(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The scenarios of finops.yaml, else the presets; ConfigError when one makes no sense."""
    chosen = tuple(scenarios) or PRESETS
    for scenario in chosen:
        levels = (scenario.low, scenario.mid, scenario.high)
        if not all(level.is_finite() and level >= 0 for level in levels) or list(levels) != sorted(levels):
            raise ConfigError(
                f'Scenario "{scenario.name}": low {levels[0]}, mid {levels[1]}, high {levels[2]} are not '
                "multipliers in order.",
                hint="Write low <= mid <= high, each zero or more, for example 1.8, 2.0 and 2.2.",
            )
    names = [scenario.name for scenario in chosen]
    if len(set(names)) < len(names):
        raise ConfigError(
            f"Two scenarios have the same name ({', '.join(names)}).", hint="Give each its own name."
        )
    return chosen


def monthly_growth(multiplier: Decimal) -> Decimal:
    """The g (a ratio) that solves sum over t = 1..12 of (1 + g)^t = 12 x `multiplier`, 15 decimals.

    -1 for a multiplier of zero.
    """
    return (_growth_factor(multiplier) - 1).quantize(_LAST_DIGIT, rounding=ROUND_HALF_EVEN)


def apportion(cents: int, amounts: Sequence[Decimal]) -> list[int]:
    """Whole cents nearest to `amounts` (in cents) that sum to `cents`: largest remainder.

    Ties go to the earlier amount, so the answer depends on nothing but the arguments.
    """
    if not amounts:
        return []
    floors = [int(amount.to_integral_value(rounding="ROUND_FLOOR")) for amount in amounts]
    each, extra = divmod(cents - sum(floors), len(amounts))
    by_remainder = sorted(range(len(amounts)), key=lambda i: (floors[i] - amounts[i], i))
    for position, i in enumerate(by_remainder):
        floors[i] += each + (1 if position < extra else 0)
    return floors


@dataclass(frozen=True)
class _Path:
    """Multiples of the run rate: of each month, of the horizon and of twelve months."""

    multiplier: Decimal
    growth: Decimal
    months: tuple[Decimal, ...]
    horizon: Decimal
    year: Decimal


def scenario_budgets(
    scenarios: Sequence[Scenario], lines: Mapping[str | None, Decimal], first_month: Month, months: int
) -> tuple[dict[str | None, tuple[ScenarioBudget, ...]], tuple[ScenarioBudget, ...]]:
    """Budgets by line and in total, from run rates by line: lines sum to the total to the cent.

    Months are rounded within their line (largest remainder, so that they sum to the line's
    budget), and a month of the total is the sum of its lines.
    """
    by_line: dict[str | None, list[ScenarioBudget]] = {name: [] for name in lines}
    totals: list[ScenarioBudget] = []
    calendar = [first_month.plus(t) for t in range(months)]
    with localcontext() as context:
        context.prec = _DIGITS
        for scenario in scenarios:
            levels = [(name, _level(k, lines, calendar, name)) for name, k in _levels(scenario)]
            for line in lines:
                budgets = tuple(parts[line] for _, (parts, _) in levels)
                by_line[line].append(ScenarioBudget(scenario.name, scenario.source, budgets))
            total = tuple(whole for _, (_, whole) in levels)
            totals.append(ScenarioBudget(scenario.name, scenario.source, total))
    return {name: tuple(budgets) for name, budgets in by_line.items()}, tuple(totals)


def _levels(scenario: Scenario) -> list[tuple[str, Decimal]]:
    if scenario.low == scenario.mid == scenario.high:
        return [("mid", scenario.mid)]
    return [("low", scenario.low), ("mid", scenario.mid), ("high", scenario.high)]


def _level(
    multiplier: Decimal, lines: Mapping[str | None, Decimal], calendar: Sequence[Month], level: str
) -> tuple[dict[str | None, LevelBudget], LevelBudget]:
    path = _path(multiplier, len(calendar))
    names = list(lines)
    run_rate = sum(lines.values(), Decimal(0))
    years = _split(run_rate, path.year, [lines[name] for name in names])
    budgets = _split(run_rate, path.horizon, [lines[name] for name in names])
    parts: dict[str | None, LevelBudget] = {}
    for name, year, budget in zip(names, years, budgets, strict=True):
        cents = apportion(budget, [100 * lines[name] * factor for factor in path.months])
        months = list(zip(calendar, cents, strict=True))
        parts[name] = _budget(level, path, run_rate=lines[name], yearly_cents=year, months=months)
    summed = [
        (month, sum(int(part.months[t].budget.scaleb(2)) for part in parts.values()))
        for t, month in enumerate(calendar)
    ]
    return parts, _budget(level, path, run_rate=run_rate, yearly_cents=sum(years), months=summed)


def _split(run_rate: Decimal, factor: Decimal, parts: Sequence[Decimal]) -> list[int]:
    """Cents of each part's run rate x `factor`, summing to those of the whole (half-even)."""
    whole = int((100 * run_rate * factor).to_integral_value(rounding=ROUND_HALF_EVEN))
    return apportion(whole, [100 * part * factor for part in parts])


def _budget(
    level: str,
    path: _Path,
    *,
    run_rate: Decimal,
    yearly_cents: int,
    months: Sequence[tuple[Month, int]],
) -> LevelBudget:
    return LevelBudget(
        level=level,
        multiplier=path.multiplier,
        monthly_growth=path.growth.quantize(_LAST_DIGIT, rounding=ROUND_HALF_EVEN) if run_rate else None,
        exit_cost=(run_rate * path.months[-1]).quantize(_LAST_DIGIT) if run_rate else None,
        yearly_budget=_from_cents(yearly_cents),
        budget=_from_cents(sum(cents for _, cents in months)),
        months=tuple(MonthBudget(month, _from_cents(cents)) for month, cents in months),
    )


def _from_cents(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _path(multiplier: Decimal, months: int) -> _Path:
    factor = _growth_factor(multiplier)
    steps = tuple(factor**t for t in range(1, months + 1))
    year = 12 * multiplier
    # Exact where the definition is exact: twelve months are the multiplier, not a sum of powers.
    return _Path(multiplier, factor - 1, steps, year if months == 12 else sum(steps, Decimal(0)), year)


def _growth_factor(multiplier: Decimal) -> Decimal:
    """1 + g by Newton from above: the sum of powers is convex, so each step falls and stays above."""
    with localcontext() as context:
        context.prec = _DIGITS
        target = 12 * multiplier
        if target == 0:
            return Decimal(0)
        factor = max(Decimal(1), target)
        for _ in range(_MAX_STEPS):
            excess = sum((factor**t for t in range(1, 13)), -target)
            slope = sum((t * factor ** (t - 1) for t in range(1, 13)), Decimal(0))
            step = excess / slope
            factor -= step
            if abs(step) <= factor * Decimal("1E-40"):
                break
        return factor
