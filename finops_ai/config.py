"""finops.yaml: what the user states about workflows, rules, pools, outcomes and budgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

CONFIG_NAME = "finops.yaml"
BRANCH = "branch"
"""The link of a call's tag git_branch with an outcome's."""
OUTCOME_SPLITS = ("first", "last", "linear", "position", "time_decay", "token_weighted")


@dataclass(frozen=True)
class Workflow:
    """A registered AI workflow and who answers for it."""

    name: str
    owner: str | None = None
    team: str | None = None
    department: str | None = None
    cost_centre: str | None = None
    gl_code: str | None = None
    product: str | None = None
    models: tuple[str, ...] = ()
    """The models that it may use, as RE2 expressions for whole names; nothing: any."""


@dataclass(frozen=True)
class Condition:
    """One field of a usage row or charge, and the pattern its whole value must match.

    `field_name` is a column of `token_usage` or `charge`, or ``tags.<key>``. `pattern` is an RE2
    expression: exact text and globs are translated when the file is read.
    """

    field_name: str
    pattern: str


@dataclass(frozen=True)
class Rule:
    """Maps what matches every condition to a workflow; the first matching rule wins."""

    ordinal: int
    workflow: str
    conditions: tuple[Condition, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = 0


@dataclass(frozen=True)
class Pool:
    """Charges that several workflows share, and how they are split.

    `split_by` is tokens, calls, direct_cost, even or weights. A receiver is a workflow, ``pool:NAME`` or
    ``team:NAME``: these split their part again. A pool without conditions holds what others give it.
    """

    name: str
    conditions: tuple[Condition, ...]
    split_by: str
    receivers: tuple[str, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()
    line: int = 0


@dataclass(frozen=True)
class LinkWindow:
    """A link by time: outcomes take the calls of the `hours` before they were resolved.

    `same` names fields (user_id, project_id, tags.<key>, ...) in which call and outcome must agree.
    """

    hours: int
    same: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Such as ``window 24h`` or ``window 24h same user_id``."""
        return " ".join([f"window {self.hours}h", *(["same", ", ".join(self.same)] if self.same else [])])


@dataclass(frozen=True)
class TeamSplit:
    """How a team splits what it receives of pools over its workflows; as `Pool` does."""

    team: str
    split_by: str
    weights: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class OutcomeLink:
    """How outcomes of one kind find the calls made for them.

    `link` is session_id, trace_id, request_id, branch or ``tags.<key>`` of the usage row, whose value is
    compared with the outcome's column or tag of the same name, else with `outcome_id`; or a window.
    `fallbacks` are tried in their order where it finds nothing. `split` is one of OUTCOME_SPLITS: how a
    call of several outcomes is divided; None: the outcome that is resolved next takes all of it.
    """

    kind: str
    workflow: str
    link: str | LinkWindow
    fallbacks: tuple[str | LinkWindow, ...] = ()
    split: str | None = None
    half_life_hours: int = 168

    @property
    def links(self) -> tuple[str | LinkWindow, ...]:
        """Every link, the best first."""
        return (self.link, *self.fallbacks)


@dataclass(frozen=True)
class Scenario:
    """A budget preset: 12-month budget = multiplier x 12 x monthly run rate."""

    name: str
    low: Decimal
    mid: Decimal
    high: Decimal
    source: str
    parts: tuple[tuple[str, Decimal], ...] = ()
    """Named factors that multiply to `mid` exactly; empty: worked out from history and plan."""


@dataclass(frozen=True)
class ModelName:
    """A deployment or fine-tune of the user: what `model_name` at `provider` means in [from, to) UTC."""

    provider: str
    model_name: str
    model_id: str
    valid_from_utc: datetime
    valid_to_utc: datetime | None = None
    line: int = 0


@dataclass(frozen=True)
class ContractRate:
    """What was agreed with `provider`: a multiplier of list prices, or prices of meters per unit.

    `account`, `project` and `model` are RE2 expressions; None matches any. Either `multiplier` is set
    or `unit_prices` holds (meter, price per token or call in `currency`). Valid in [from, to).
    """

    ordinal: int
    name: str
    provider: str
    account: str | None = None
    project: str | None = None
    model: str | None = None
    specificity: tuple[int, ...] = ()
    """Compared left to right: account, project and model, each as 2 (exact), 1 (pattern) or 0 (any)."""
    service_tier: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    multiplier: Decimal | None = None
    unit_prices: tuple[tuple[str, Decimal], ...] = ()
    currency: str = "USD"
    line: int = 0


@dataclass(frozen=True)
class FxRates:
    """The user's file of dated exchange rates, and how its rates may be used.

    A rate older than `max_age_days` on the day of a charge is no rate; `max_age_days_of` holds other
    limits for single currencies. `inverse`: a rate also holds the other way round. `through`: a
    currency that a rate may be put together over.
    """

    path: Path
    max_age_days: int = 7
    max_age_days_of: tuple[tuple[str, int], ...] = ()
    inverse: bool = False
    through: str | None = None


@dataclass(frozen=True)
class Freshness:
    """How many days behind today a source may be; `source` None: every source without limits of its own.

    Beyond `warn_after_days` it is named, beyond `error_after_days` a check fails; None: no such limit.
    """

    source: str | None
    warn_after_days: int | None
    error_after_days: int | None


@dataclass(frozen=True)
class Commitment:
    """Capacity or credits paid for in advance: which charges it is, what uses it, and how much there is.

    `kind` is throughput (`capacity` in tokens a month), seats (users a month) or credits (an amount in
    `currency` for the whole time). `conditions` match its charges, for credits those that draw on them;
    `used_by` the calls that use it.
    """

    name: str
    kind: str
    conditions: tuple[Condition, ...]
    capacity: Decimal
    used_by: tuple[Condition, ...] = ()
    currency: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = 0


@dataclass(frozen=True)
class Budget:
    """What may be spent in each period (month, quarter or year of the calendar): money, tokens or both.

    `scope` is total, workflow, team or product, `subject` which one (None: total). `cost` is in the
    reporting currency. `alerts` are the percentages from which it warns, degrades and stops; `degrade`
    the user's own steps for when it is spent. It holds for the months in [valid_from, valid_to).
    """

    name: str
    scope: str
    subject: str | None = None
    period: str = "month"
    cost: Decimal | None = None
    tokens: int | None = None
    alerts: tuple[Decimal, Decimal, Decimal] = (Decimal(70), Decimal(90), Decimal(100))
    degrade: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = 0


@dataclass(frozen=True)
class OutcomeValue:
    """What one success of `kind` is worth where its own row does not say, in the reporting currency.

    `human_minutes`: how long a human takes for the same; `review_minutes`: human time per attempt.
    """

    kind: str
    value: Decimal | None = None
    human_minutes: Decimal | None = None
    review_minutes: Decimal | None = None


@dataclass(frozen=True)
class Value:
    """What outcomes are worth; `hourly_cost` is the loaded cost of an hour of human work."""

    hourly_cost: Decimal | None = None
    outcomes: tuple[OutcomeValue, ...] = ()

    def of_kind(self, kind: str) -> OutcomeValue:
        """What is stated of `kind`; nothing at all is stated of others."""
        return next((each for each in self.outcomes if each.kind == kind), OutcomeValue(kind))


@dataclass(frozen=True)
class Growth:
    """Organic growth of what runs today: month 12 over the run rate, as a ratio (0.5 is +50%).

    `low` and `high` bound 80% of outcomes.
    """

    low: Decimal
    mid: Decimal
    high: Decimal
    source: str


@dataclass(frozen=True)
class Launch:
    """Something new: what it costs a month once everyone uses it, and how it gets there.

    Sized by `monthly_cost`; by a pilot (its cost a month, and which share of the eventual volume it is);
    or by `users` x `requests_per_day` of each x cost of a request, stated or from `tokens` of `model` at the
    catalogue's prices. Ramp: half of the users after `t50_months`, 90% after `t90_months` (logistic), or
    Bass with p and q a month. `slip_months` is the median delay, `probability` that it comes at all.
    """

    name: str
    starts: date
    source: str
    monthly_cost: Decimal | None = None
    pilot_cost: Decimal | None = None
    pilot_share: Decimal | None = None
    users: Decimal | None = None
    requests_per_day: Decimal | None = None
    cost_per_request: Decimal | None = None
    provider: str | None = None
    model: str | None = None
    tokens: tuple[tuple[str, Decimal], ...] = ()
    t50_months: Decimal = Decimal(1)
    t90_months: Decimal = Decimal(3)
    bass_p: Decimal | None = None
    bass_q: Decimal | None = None
    slip_months: Decimal = Decimal(0)
    probability: Decimal = Decimal(1)
    line: int = 0


@dataclass(frozen=True)
class ModelChange:
    """From a month on, `share` of what runs today costs `factor` times as much: other models, more tokens."""

    name: str
    starts: date
    factor: Decimal
    share: Decimal
    source: str


@dataclass(frozen=True)
class PriceChange:
    """A price path from a month on: a one-time `change` (-0.4 is 40% less) or the half-life of a `tier`.

    It touches `share` of what runs today, and of that only the part that `migrates`.
    """

    name: str
    starts: date
    change: Decimal | None
    tier: str | None
    share: Decimal
    migrates: Decimal
    source: str


@dataclass(frozen=True)
class Plan:
    """What the user knows of the coming year beyond history; `elasticity` of volume to price."""

    growth: Growth | None = None
    launches: tuple[Launch, ...] = ()
    model_changes: tuple[ModelChange, ...] = ()
    prices: tuple[PriceChange, ...] = ()
    elasticity: Decimal | None = None


@dataclass(frozen=True)
class Config:
    """Everything finops.yaml says, with defaults for what it does not say."""

    path: Path | None
    ledger_path: Path
    reporting_currency: str = "USD"
    workflows: tuple[Workflow, ...] = ()
    rules: tuple[Rule, ...] = ()
    pools: tuple[Pool, ...] = ()
    outcomes: tuple[OutcomeLink, ...] = ()
    importers: tuple[Path, ...] = ()
    detectors: tuple[Path, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    model_names: tuple[ModelName, ...] = ()
    contract_rates: tuple[ContractRate, ...] = ()
    prices_folder: Path | None = None
    """The folder of the user's own price files, read beside the shipped ones."""
    fx_rates: FxRates | None = None
    freshness: tuple[Freshness, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    budgets: tuple[Budget, ...] = ()
    waste_limits: tuple[tuple[str, str, int], ...] = ()
    """(detector, parameter, value) where finops.yaml sets another than the detector's default."""
    waste_off: tuple[str, ...] = ()
    """The detectors that finops.yaml turns off."""
    teams: tuple[TeamSplit, ...] = ()
    value: Value = Value()
    plan: Plan | None = None
    origins: tuple[tuple[str, str], ...] = field(default=())
    """(setting, where it came from) for `finops-ai config show`."""
