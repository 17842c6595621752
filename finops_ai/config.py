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

    `split_by` is tokens, calls, direct_cost, even or weights.
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
    scenarios: tuple[Scenario, ...] = ()
    model_names: tuple[ModelName, ...] = ()
    contract_rates: tuple[ContractRate, ...] = ()
    prices_folder: Path | None = None
    """The folder of the user's own price files, read beside the shipped ones."""
    fx_rates: FxRates | None = None
    freshness: tuple[Freshness, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    value: Value = Value()
    origins: tuple[tuple[str, str], ...] = field(default=())
    """(setting, where it came from) for `finops-ai config show`."""
