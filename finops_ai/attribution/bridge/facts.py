"""What a bridge is built from: the billed, logged and achieved of one month, as its attribution left them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution.bridge"
OUTPUT = "output"
REASONING = "reasoning"
KINDS = (
    "input_uncached",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "cache_write",
    "input_audio",
    OUTPUT,
    "output_audio",
    "web_search",
)
"""Token kinds of bills and logs; reasoning is a part of output that only logs know."""
Place = tuple[str, str, str | None, str]
"""Workflow, provider, model and tier."""


@dataclass(frozen=True)
class Billed:
    """One way that billed money took; `model`, `tier` and `token_kind` None where the bill says none.

    `is_logged`: the log of its workflow explains it. `tokens` are those of the bill, at least 0.
    """

    currency: str
    kind: str
    workflow: str | None
    team: str | None
    pool: str | None
    cause: str | None
    provider: str
    model: str | None
    tier: str | None
    token_kind: str | None
    is_token_line: bool
    is_logged: bool
    tokens: int
    cost: Decimal


@dataclass(frozen=True)
class Logged:
    """Calls of one workflow to one model at one tier: their tokens by kind, reasoning inside output."""

    workflow: str
    provider: str
    model: str | None
    tier: str
    calls: int
    tokens: Mapping[str, int]
    reasoning: int = 0

    @property
    def place(self) -> Place:
        """Where the calls were made."""
        return (self.workflow, self.provider, self.model, self.tier)


@dataclass(frozen=True)
class MonthFacts:
    """One month; `list_costs` of a place are its list cost by token kind, missing where any is unpriced."""

    month: Month
    billed: tuple[Billed, ...]
    logged: tuple[Logged, ...] = ()
    list_costs: Mapping[Place, Mapping[str, Decimal]] = field(default_factory=dict)
    outcomes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Attempts and successes of each workflow."""
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    """The billed total of each currency, summed apart from `billed`."""


def month_facts(ledger: Ledger, month: Month) -> MonthFacts:
    """The facts of an attributed `month`."""
    of_month: dict[str, object] = {"month": month.first_day}
    span = {**of_month, "start_utc": month.start_utc, "end_utc": month.end_utc}
    billed = tuple(Billed(**row) for row in ledger.run_records(ROOM, "billed.sql", of_month))
    # Pricing joins every call: only a bill that leaves something out needs it.
    is_coarse = any(line.is_logged and None in (line.model, line.tier, line.token_kind) for line in billed)
    priced = ledger.run_records(ROOM, "weights.sql", span) if is_coarse else []
    return MonthFacts(
        month,
        billed,
        tuple(_logged(row) for row in ledger.run_records(ROOM, "logged.sql", span)),
        {_place(row): {kind: row[kind] for kind in KINDS} for row in priced},
        {
            row["workflow"]: (row["attempts"], row["successes"])
            for row in ledger.run_records(ROOM, "outcomes.sql", of_month)
        },
        {row["currency"]: row["billed"] for row in ledger.run_records(ROOM, "totals.sql", of_month)},
    )


def _place(row: Mapping[str, Any]) -> Place:
    return (row["workflow"], row["provider"], row["model"], row["tier"])


def _logged(row: Mapping[str, Any]) -> Logged:
    tokens = {kind: row[kind] for kind in KINDS if row[kind]}
    return Logged(*_place(row), row["calls"], tokens, row["reasoning"])
