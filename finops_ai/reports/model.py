"""What a monthly report says, as frozen values: the only thing that a renderer sees.

Amounts are exact decimals in the `currency` that stands beside them; nothing here is rounded.
`None` means unknown or not defined, never zero. Labels: billed, allocated, logged, estimated, forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from finops_ai.attribution.accrual import Accrual
from finops_ai.attribution.bridge import Change, Judged
from finops_ai.attribution.fx import Converted
from finops_ai.attribution.outcome_facts import Restated
from finops_ai.months import Month
from finops_ai.unit_cost import UnitCost


@dataclass(frozen=True)
class Billed:
    """What all providers billed for the month in one currency; `before` is the month before."""

    currency: str
    total: Decimal
    charge_rows: int
    before: Decimal | None
    change: Decimal | None
    change_share: Decimal | None


@dataclass(frozen=True)
class WorkflowSpend:
    """Spend of one workflow in one currency; `share_of_bill` is a fraction of the bill."""

    workflow: str
    owner: str | None
    team: str | None
    department: str | None
    cost_centre: str | None
    gl_code: str | None
    registered: bool
    currency: str
    direct: Decimal
    shared: Decimal
    total: Decimal
    share_of_bill: Decimal | None
    before: Decimal | None
    change: Decimal | None
    calls: int
    tokens: int


@dataclass(frozen=True)
class CentreSpend:
    """Spend of one cost centre and GL code, the lines that finance posts."""

    cost_centre: str | None
    gl_code: str | None
    currency: str
    workflows: tuple[str, ...]
    total: Decimal


@dataclass(frozen=True)
class OutcomeSpend:
    """Cost per success of one outcome kind; the three unit costs are None without a success."""

    kind: str
    workflow: str
    currency: str
    attempts: int
    successes: int
    linked: Decimal
    unlinked: Decimal
    shared: Decimal
    gap: Decimal
    attributed_per_success: Decimal | None
    loaded_per_success: Decimal | None
    ceiling_per_success: Decimal | None
    attributed_per_success_before: Decimal | None
    matched_share: Decimal | None
    cost_to_date: Decimal | None = None
    """What the outcomes resolved in the month cost in whatever month; None: no bill holds their calls."""
    cost_to_date_per_success: Decimal | None = None
    known: UnitCost | None = None
    """How well the attributed cost per success is known; None where attribution found no cost."""

    @property
    def failures(self) -> int:
        """Attempts that were no success; their cost is carried by the successes."""
        return self.attempts - self.successes


@dataclass(frozen=True)
class GapDetail:
    """One named gap inside the bill."""

    cause: str
    provider: str | None
    detail: str | None
    currency: str
    cost: Decimal
    charge_rows: int
    label: str


@dataclass(frozen=True)
class GapCause:
    """All gaps of one cause inside the bill; `before` is the month before."""

    cause: str
    currency: str
    total: Decimal
    charge_rows: int
    before: Decimal | None
    share_of_bill: Decimal | None


@dataclass(frozen=True)
class Estimate:
    """A figure beside the bill, never inside its total; None when it cannot be estimated."""

    cause: str
    provider: str | None
    detail: str | None
    currency: str
    estimated: Decimal | None


@dataclass(frozen=True)
class BridgeLine:
    """One part of the bill; `kind` is workflow, unallocated or gap."""

    name: str
    kind: str
    label: str
    cost: Decimal


@dataclass(frozen=True)
class Tie:
    """Two figures that must be equal, found on two ways."""

    claim: str
    left: Decimal
    right: Decimal
    difference: Decimal


@dataclass(frozen=True)
class Reconciliation:
    """The bill of one currency = workflows (direct and shared) + shared not allocated + named gaps."""

    currency: str
    billed: Decimal
    direct: Decimal
    shared: Decimal
    workflows: Decimal
    unallocated: Decimal
    gaps: Decimal
    explained: Decimal
    difference: Decimal
    lines: tuple[BridgeLine, ...]
    ties: tuple[Tie, ...]

    @property
    def holds(self) -> bool:
        """Whether every difference is exactly zero."""
        return self.difference == 0 and all(tie.difference == 0 for tie in self.ties)


@dataclass(frozen=True)
class BilledPart:
    """A part of the bill by provider, or by charge category."""

    name: str
    currency: str
    total: Decimal
    charge_rows: int
    before: Decimal | None
    share_of_bill: Decimal | None


@dataclass(frozen=True)
class ModelSpend:
    """What was billed and logged for one model; `name` is None for lines without a model."""

    provider: str
    name: str | None
    currency: str
    total: Decimal
    charge_rows: int
    logged_tokens: int | None


@dataclass(frozen=True)
class TrendSeries:
    """One band of the trend: one amount a month; `kind` is workflow, other, unallocated or gap."""

    name: str
    kind: str
    costs: tuple[Decimal, ...]


@dataclass(frozen=True)
class Trend:
    """Spend of the months up to this one in one currency, split into bands that add up to it.

    `known` says for each month whether the ledger holds any charge of it.
    """

    currency: str
    months: tuple[Month, ...]
    series: tuple[TrendSeries, ...]
    billed: tuple[Decimal, ...]
    known: tuple[bool, ...]


@dataclass(frozen=True)
class SourceFile:
    """One file that the month's figures come from, and what became of its rows."""

    path: str
    name: str
    importer: str
    feeds: str
    sha256: str
    rows_read: int
    rows_added: int
    rows_repeated: int
    rows_replaced: int
    rows_rejected: int
    rows_ignored: int
    rows_rounded: int
    rounded_total: Decimal
    rows_in_month: int


@dataclass(frozen=True)
class Reject:
    """One refused row. Its raw text stays in the ledger: reports travel, prompts must not."""

    file_name: str
    row_number: int
    line: int | None
    column_name: str | None
    reason: str


@dataclass(frozen=True)
class Unpriced:
    """Usage that has no list price, so that its estimate is unknown and not zero."""

    provider: str
    model_name: str | None
    status: str
    calls: int
    tokens: int


@dataclass(frozen=True)
class Weakness:
    """Usage of one source whose figures are wrong or weak in one way, beside all usage of that source."""

    source: str
    what: str
    rows: int
    tokens: int
    source_tokens: int


@dataclass(frozen=True)
class SourceDays:
    """How far one source reaches into the month; days are UTC."""

    feeds: str
    source: str
    rows: int
    first_day: date
    last_day: date
    days_seen: int
    days_in_month: int

    @property
    def reaches_month_end(self) -> bool:
        """Whether the source's last day is the last of the month."""
        return self.last_day.day == self.days_in_month


@dataclass(frozen=True)
class OpenOutcomes:
    """Outcomes of one kind that may still change after the month's end."""

    kind: str
    outcomes: int
    still_open: int
    last_final_after_utc: datetime | None
    reopened: int


@dataclass(frozen=True)
class Scenario:
    """One budget over the planned months; `multiples` of the run rate as text, `monthly` at mid level."""

    name: str
    multiples: str
    low: Decimal
    mid: Decimal
    high: Decimal
    source: str
    monthly: tuple[Decimal, ...]


@dataclass(frozen=True)
class BudgetLine:
    """The share of one workflow (or of what is not attributed) in each scenario's mid budget."""

    name: str
    run_rate: Decimal
    mids: tuple[Decimal, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class FanMonth:
    """What history lets expect of one month; low and high bound 80% of outcomes, None without an interval."""

    month: Month
    low: Decimal | None
    expected: Decimal
    high: Decimal | None


@dataclass(frozen=True)
class Fan:
    """One line's picture: months that were billed, months to come, and each scenario's mid in these."""

    name: str
    past: tuple[tuple[Month, Decimal], ...]
    ahead: tuple[FanMonth, ...]
    plans: tuple[tuple[str, tuple[Decimal, ...]], ...]


@dataclass(frozen=True)
class Budgets:
    """The budgets in one currency. `run_rate` is per average month, `run_rate_yearly` 12 of them."""

    currency: str
    run_rate: Decimal
    run_rate_yearly: Decimal
    basis: str
    months: tuple[Month, ...]
    scenarios: tuple[Scenario, ...]
    contingency: Decimal | None
    conservative_shortfall: Decimal | None
    lines: tuple[BudgetLine, ...]
    left_out: tuple[tuple[str, str, Decimal], ...]
    notes: tuple[str, ...]
    fans: tuple[Fan, ...] = ()


@dataclass(frozen=True)
class BudgetUse:
    """One budget of finops.yaml at the month's end, in money or tokens; percentages are of its limit.

    `actual` is None where nothing is known of it, `forecast` where the period is too young to say.
    """

    name: str
    measure: str
    period: str
    limit: Decimal
    actual: Decimal | None
    actual_percent: Decimal | None
    forecast: Decimal | None
    forecast_percent: Decimal | None
    state: str


@dataclass(frozen=True)
class WhyChanged:
    """The bridge from the month before, and what to call each workflow's change."""

    change: Change
    judged: tuple[Judged, ...]


@dataclass(frozen=True)
class Report:
    """Everything that finance receives for one month."""

    month: Month
    before: Month
    reporting_currency: str
    ledger_batch: int
    billed: tuple[Billed, ...]
    workflows: tuple[WorkflowSpend, ...]
    centres: tuple[CentreSpend, ...]
    idle_workflows: tuple[str, ...]
    outcomes: tuple[OutcomeSpend, ...]
    gap_causes: tuple[GapCause, ...]
    gaps: tuple[GapDetail, ...]
    estimates: tuple[Estimate, ...]
    reconciliations: tuple[Reconciliation, ...]
    providers: tuple[BilledPart, ...]
    categories: tuple[BilledPart, ...]
    models: tuple[ModelSpend, ...]
    trends: tuple[Trend, ...]
    files: tuple[SourceFile, ...]
    rejects: tuple[Reject, ...]
    rejects_total: int
    unpriced: tuple[Unpriced, ...]
    weaknesses: tuple[Weakness, ...]
    source_days: tuple[SourceDays, ...]
    open_outcomes: tuple[OpenOutcomes, ...]
    budgets: Budgets | None = None
    converted: Converted | None = None
    """The month in the reporting currency; None when it is billed in that currency alone."""
    accrual: Accrual | None = None
    """What `finops-ai accrue` booked for the month; None when nothing."""
    why_changed: WhyChanged | None = None
    """None when the month or the one before has no bill, or they share no currency."""
    restated: tuple[Restated, ...] = ()
    """Outcomes taken back or added after the month in which they were counted."""
    budget_uses: tuple[BudgetUse, ...] = ()
    """The budgets of finops.yaml, in its order."""

    @property
    def currencies(self) -> tuple[str, ...]:
        """The billed currencies, the reporting currency first."""
        return tuple(billed.currency for billed in self.billed)

    @property
    def holds(self) -> bool:
        """Whether every figure ties to the bill."""
        return all(reconciliation.holds for reconciliation in self.reconciliations)
