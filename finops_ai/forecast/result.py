"""What a forecast says: frozen dataclasses for display, export and storage.

All money is Decimal in `Forecast.currency`; budgets and baselines are rounded to cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from finops_ai.months import Month

if TYPE_CHECKING:
    from finops_ai.forecast.outlook import Outlook  # it reads baselines from here

TOTAL = "total"
WORKFLOW = "workflow"
NOT_ATTRIBUTED = "not_attributed"


@dataclass(frozen=True)
class RunRate:
    """Cost of an average month (365/12 days) at the present rate, 15 decimals kept.

    Variants are None when the ledger does not reach back far enough for them. `differs` warns
    that a variant is more than 10% away from `monthly_cost`.
    """

    monthly_cost: Decimal
    trailing_30_days_cost: Decimal | None
    mean_3_months_cost: Decimal | None
    differs: bool

    @property
    def yearly_cost(self) -> Decimal:
        """Twelve months at the run rate."""
        return 12 * self.monthly_cost


@dataclass(frozen=True)
class MonthBudget:
    """The budget of one month, in cents."""

    month: Month
    budget: Decimal


@dataclass(frozen=True)
class MonthCost:
    """What one complete month cost, all 15 decimals."""

    month: Month
    cost: Decimal


@dataclass(frozen=True)
class LevelBudget:
    """One level (low, mid or high) of a scenario.

    `yearly_budget` is multiplier x 12 x run rate; `budget` the sum of `months`. `monthly_growth`
    is a ratio (0.1 is 10% a month), `exit_cost` the unrounded cost of the last month; both are
    None when the run rate is zero.
    """

    level: str
    multiplier: Decimal
    monthly_growth: Decimal | None
    exit_cost: Decimal | None
    yearly_budget: Decimal
    budget: Decimal
    months: tuple[MonthBudget, ...]


@dataclass(frozen=True)
class ScenarioBudget:
    """A scenario's levels; a scenario whose levels are all equal has only `mid`."""

    name: str
    source: str
    levels: tuple[LevelBudget, ...]

    def level(self, name: str) -> LevelBudget:
        """The level called `name`; `mid` when the scenario has no range."""
        return next((level for level in self.levels if level.level == name), self.mid)

    @property
    def mid(self) -> LevelBudget:
        """The level to plan with."""
        return next(level for level in self.levels if level.level == "mid")


@dataclass(frozen=True)
class BaselineMonth:
    """The statistical expectation of one month, in cents; low and high bound 80% of outcomes."""

    month: Month
    low: Decimal | None
    expected: Decimal
    high: Decimal | None


@dataclass(frozen=True)
class Baseline:
    """What history alone suggests, without launches, price changes or decisions.

    Errors are ratios from rolling-origin backtests: WAPE = sum of absolute errors / sum of actuals;
    `flat_wape` is the same for the flat run rate. None when there was nothing to test on.
    """

    method: str
    statement: str
    months: tuple[BaselineMonth, ...]
    origins: int
    wape: Decimal | None
    flat_wape: Decimal | None
    mase: Decimal | None

    @property
    def expected_total(self) -> Decimal:
        """The sum of the expected months."""
        return sum((month.expected for month in self.months), Decimal(0))


@dataclass(frozen=True)
class LineEvent:
    """Something that history shows of one line (None: not attributed).

    `kind`: launch, one_off, dip, price, level_shift, newest_jump or no_cost. `ratio` is the month
    over what was usual (after over before for lasting steps); None for a launch.
    """

    workflow: str | None
    kind: str
    month: Month
    ratio: Decimal | None


@dataclass(frozen=True)
class GroupBaseline:
    """The baseline of a department, team or provider; those of one level sum to the total."""

    level: str
    name: str
    baseline: Baseline


@dataclass(frozen=True)
class Line:
    """One line of a forecast: the total, a workflow, or what is not attributed to any.

    `past` are the last complete months that it rests on, oldest first, fourteen at most.
    """

    scope: str
    workflow: str | None
    run_rate: RunRate
    scenarios: tuple[ScenarioBudget, ...]
    baseline: Baseline | None
    flags: tuple[str, ...] = ()
    past: tuple[MonthCost, ...] = ()

    @property
    def label(self) -> str:
        """The name shown for the line."""
        return self.workflow if self.workflow is not None else self.scope.replace("_", " ")


@dataclass(frozen=True)
class LeftOut:
    """Billed cost of the run-rate period that is no part of any line: credit, tax, ..."""

    part: str
    currency: str
    cost: Decimal


@dataclass(frozen=True)
class Forecast:
    """Budgets for `months` months from `first_month`, with everything they rest on.

    `lines` (workflows, then not attributed) sum to `total` to the cent; they are meant to be
    shown when `by_workflow`. `contingency` = Aggressive mid - Expected mid, `conservative_shortfall`
    = Expected mid - Conservative mid; None when a preset of that name is not planned. `groups` are
    the baselines of departments, teams and providers, `events` what history showed. `run_rate_notes`
    say what the run rate is and leaves out, `notes` all else.
    """

    currency: str
    first_month: Month
    months: int
    by_workflow: bool
    run_rate_basis: str
    total: Line
    lines: tuple[Line, ...]
    contingency: Decimal | None
    conservative_shortfall: Decimal | None
    baseline_note: str
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    inputs_hash: str
    label: str = "forecast"
    outlook: Outlook | None = None
    groups: tuple[GroupBaseline, ...] = ()
    events: tuple[LineEvent, ...] = ()
    run_rate_notes: tuple[str, ...] = ()
