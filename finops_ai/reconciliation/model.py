"""The words of reconciliation: groups of charges and calls, prices, and what was found between them.

Amounts are exact Decimals, never summed across currencies; quantities count tokens (calls of a web search).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Context, Decimal

EXACT = Context(prec=90)
"""Sums and products of ledger amounts lose no digit in this context; ratios are evidence, never money."""

ZERO = Decimal(0)
TOKEN = "token"  # noqa: S105  # a nature of charges

CAUSES = {
    "tax": "tax on the bill",
    "credit": "credits on the bill",
    "refund": "refunds and corrections on the bill",
    "seats": "seats and subscriptions",
    "commitment": "commitments, provisioned and reserved capacity",
    "tool_fees": "fees of tools: web search, code execution",
    "other_charges": "charges that are no model's usage",
    "contract_discount": "one factor over the whole account: a contract rate that is not configured",
    "price_change": "the bill changes its price on another day than the catalogue",
    "scope_uplift": "billed at the catalogue's price for another region or scope",
    "tier": "billed at the catalogue's price of another service tier (batch, flex, priority)",
    "cache_lifetime": "cache writes billed at the price of another lifetime",
    "context_band": "billed at the catalogue's price of another context length or hour",
    "rate_difference": "billed at a rate that no price of the catalogue explains",
    "rounding": "amounts that the bill prints rounded",
    "cutoff": "billed on the other side of midnight or of the month's end",
    "unlogged_usage": "billed, and in no log",
    "failed_calls": "failed or retried calls that are logged and not billed",
    "unbilled_usage": "logged, and on no bill",
    "unmapped_billing_name": "billed under a name that no model is known by",
    "unpriced_model": "billed and logged, and the catalogue has no price",
    "currency": "billed in another currency than the price, without a rate",
    "unexplained": "unexplained",
}
"""Every cause with its meaning, in the order in which they are shown; `unexplained` is last."""

RATE_CAUSES = {
    *("contract_discount", "price_change", "scope_uplift", "tier", "cache_lifetime", "context_band"),
    *("rate_difference", "rounding"),
}
QUANTITY_CAUSES = {"cutoff", "unlogged_usage", "failed_calls", "unbilled_usage"}
STATED_CAUSES = {"tax", "credit", "refund", "seats", "commitment", "tool_fees", "other_charges"}
"""What the bill itself names and no log could show: nothing to compare, so nothing to investigate."""

SETTLED_CAUSES = STATED_CAUSES | {"rounding", "cutoff"}
ESTIMATED_CAUSES = {"unbilled_usage", "failed_calls"}


@dataclass(frozen=True)
class Cell:
    """Where a bill and a log can meet; empty text where one of them does not tell."""

    provider: str
    currency: str
    account: str
    project: str
    api_key: str
    day: date | None
    model: str
    kind: str


@dataclass(frozen=True)
class Price:
    """One list price of the catalogue, per token or call."""

    kind: str
    tier: str
    scope: str
    min_prompt_tokens: int
    hours_utc: str | None
    unit_price: Decimal
    currency: str
    price_id: str
    valid_from_utc: datetime
    valid_to_utc: datetime

    def holds_on(self, day: date) -> bool:
        """Whether the price holds at some instant of `day` (UTC)."""
        start = datetime(day.year, day.month, day.day)
        return (
            self.valid_from_utc < start.replace(hour=23, minute=59, second=59) and start < self.valid_to_utc
        )


@dataclass(frozen=True)
class Reading:
    """At what a bill line was billed: a price of the catalogue times factors, and the quantity it implies."""

    quantity: Decimal
    price: Price
    change: Decimal = Decimal(1)
    """The factor between the catalogue's price and the bill's, on these days of this model."""
    change_cause: str = "price_change"
    contract: Decimal = Decimal(1)
    """The factor over the whole account."""
    tier: Decimal = Decimal(1)
    """The factor of a tier that the bill states and the catalogue has no price of."""

    @property
    def unit(self) -> Decimal:
        """Billed per token."""
        return times(self.price.unit_price, self.tier, self.change, self.contract)


@dataclass
class Bill:
    """One group of charges. `quantity` None: the bill prints none."""

    bill_id: int
    nature: str
    in_month: bool
    cell: Cell
    model_name: str | None
    tier: str
    scope: str | None
    detail: str
    billed: Decimal
    quantity: Decimal | None
    charge_rows: int
    epsilon: Decimal
    """How far a product may be off the printed amount: half of the last digit of each charge."""
    reading: Reading | None = None
    left: Decimal = ZERO

    @property
    def tokens(self) -> Decimal | None:
        """What was billed: as printed, else as its reading implies; None when neither tells."""
        if self.quantity is not None:
            return self.quantity
        return None if self.reading is None else self.reading.quantity

    def fits(self, amount: Decimal) -> bool:
        """Whether `amount`, printed as this bill prints, is what was billed."""
        return abs(EXACT.subtract(self.billed, amount)) <= self.epsilon


@dataclass(frozen=True)
class Origin:
    """A log group as the log has it, where its cell is only what a bill tells, too."""

    project: str | None
    api_key: str | None
    day: date
    model_id: str | None
    model_name: str | None
    kind: str


@dataclass
class Log:
    """One group of logged calls of one token kind. `expected` None: no price is known."""

    log_id: int
    in_month: bool
    cell: Cell
    origin: Origin
    tier: str
    scope: str
    failed: bool
    price_id: str | None
    unit: Decimal | None
    contract: Decimal
    """Expected over list price: below 1 where a contract rate is configured."""
    tokens: Decimal
    expected: Decimal | None
    usage_rows: int
    left: Decimal = ZERO


@dataclass(frozen=True)
class Piece:
    """Tokens of one bill group that one log group explains."""

    bill: Bill
    log: Log
    tokens: Decimal
    shifted: bool = False
    """Billed on another day than logged."""


@dataclass(frozen=True)
class Finding:
    """One part of the difference: `cost` (bill less expectation) under `cause`, and whose rows show it."""

    cell: Cell
    cause: str
    cost: Decimal
    tokens: Decimal = ZERO
    detail: str = ""
    bill_ids: frozenset[int] = frozenset()
    log_ids: frozenset[int] = frozenset()

    def plus(self, other: Finding) -> Finding:
        """Both as one: they have the same cell, cause and detail."""
        return replace(
            self,
            cost=EXACT.add(self.cost, other.cost),
            tokens=EXACT.add(self.tokens, other.tokens),
            bill_ids=self.bill_ids | other.bill_ids,
            log_ids=self.log_ids | other.log_ids,
        )


@dataclass(frozen=True)
class Moved:
    """Logged usage that a bill shows with more detail, or under another lifetime, than the log."""

    source: Cell
    target: Cell
    expected: Decimal
    tokens: Decimal


@dataclass
class Ground:
    """All that is known of one month before anything is judged."""

    bills: list[Bill] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    prices: dict[tuple[str, str], list[Price]] = field(default_factory=dict)
    """By provider as billed and model id."""
    moved: list[Moved] = field(default_factory=list)
    """Expected money that is compared in another cell than it was logged in; filled when judging."""

    @property
    def items(self) -> list[Bill | Log]:
        """Both sides."""
        return [*self.bills, *self.logs]


def times(*factors: Decimal) -> Decimal:
    """The exact product."""
    result = Decimal(1)
    for factor in factors:
        result = EXACT.multiply(result, factor)
    return result


def total(amounts: list[Decimal]) -> Decimal:
    """The exact sum; 0 of none."""
    result = ZERO
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def minus(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference."""
    return EXACT.subtract(left, right)
