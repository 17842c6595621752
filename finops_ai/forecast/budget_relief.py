"""What to do about a budget that is nearly spent: the user's own steps, then what its usage suggests.

Suggestions name what was measured; whether a change is good enough for the work is for people to judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finops_ai.config import Config
from finops_ai.forecast.budget_watch import COST, BudgetStanding, members
from finops_ai.ledger import Ledger, statement
from finops_ai.money import shown

_REASONING_FROM = 20
_FAILED_FROM = 5
_CACHED_BELOW = 50
_INPUT_FROM = 50
_PER = 1_000_000


@dataclass(frozen=True)
class ModelUse:
    """What a budget's workflows used of one model; list_cost is an estimate, None without a price."""

    model: str
    calls: int
    failed_calls: int
    input_tokens: int
    cache_read_tokens: int
    output_tokens: int
    reasoning_tokens: int
    list_cost: Decimal | None

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.input_tokens + self.output_tokens


def relief(ledger: Ledger, config: Config, standing: BudgetStanding) -> tuple[str, ...]:
    """The steps for a budget in state degrade or stop, the strongest need first; none for others."""
    if standing.state not in ("degrade", "stop"):
        return ()
    return (
        *_stop(standing),
        *standing.budget.degrade,
        *suggestions(used(ledger, config, standing), standing),
    )


def _stop(standing: BudgetStanding) -> Iterator[str]:
    if standing.state == "stop":
        free = standing.period.last_day + timedelta(days=1)
        yield f"Refuse or queue new calls until {free}, or raise the budget: it is spent."


def used(ledger: Ledger, config: Config, standing: BudgetStanding) -> list[ModelUse]:
    """Usage of the budget's period up to the standing's day, one item a model."""
    names = members(config, standing.budget)
    first: date = standing.period.first_day
    rows = ledger.rows(
        statement("forecast", "budget_usage.sql"),
        {
            "first_day": first,
            "last_day": standing.as_of,
            "workflows": None if names is None else json.dumps(names),
        },
    )
    return [ModelUse(*row) for row in rows]


def suggestions(models: Sequence[ModelUse], standing: BudgetStanding) -> Iterator[str]:
    """What the usage itself suggests."""
    calls, failed = sum(m.calls for m in models), sum(m.failed_calls for m in models)
    put_in, put_out = sum(m.input_tokens for m in models), sum(m.output_tokens for m in models)
    cached, reasoning = sum(m.cache_read_tokens for m in models), sum(m.reasoning_tokens for m in models)
    if standing.measure == COST:
        yield from _cheaper_model(models)
        if put_in and cached * 100 < _CACHED_BELOW * put_in:
            yield f"Cache prompts: {_percent(cached, put_in)} of {put_in:,d} input tokens came from a cache."
    elif calls and put_in * 100 >= _INPUT_FROM * (put_in + put_out):
        yield (
            f"Shorten prompts: {put_in // calls:,d} input tokens a call are "
            f"{_percent(put_in, put_in + put_out)} of all tokens."
        )
    if put_out and reasoning * 100 >= _REASONING_FROM * put_out:
        yield (
            f"Lower the reasoning effort: {_percent(reasoning, put_out)} of {put_out:,d} output tokens "
            "are reasoning."
        )
    if calls and failed * 100 >= _FAILED_FROM * calls:
        yield f"Stop retries: {failed:,d} of {calls:,d} calls ({_percent(failed, calls)}) failed."


def _cheaper_model(models: Sequence[ModelUse]) -> Iterator[str]:
    """The model with most of the cost beside the cheapest in use, at average list price per 1M tokens."""
    priced = [m for m in models if m.list_cost and m.tokens]
    if len(priced) < 2 or len(priced) < len([m for m in models if m.tokens]):
        return
    dear = max(priced, key=lambda m: (m.list_cost or Decimal(0), m.model))
    cheap = min(priced, key=lambda m: (_unit(m), m.model))
    if _unit(dear) >= 2 * _unit(cheap):
        cost = sum((m.list_cost or Decimal(0) for m in priced), Decimal(0))
        share = _percent(int((dear.list_cost or Decimal(0)) * 10**9), int(cost * 10**9))
        yield (
            f"Move work from {dear.model} ({share} of the list cost, {_shown(_unit(dear))} per 1M tokens on "
            f"average) to {cheap.model} ({_shown(_unit(cheap))}), in use already."
        )


def _unit(model: ModelUse) -> Decimal:
    return (model.list_cost or Decimal(0)) * _PER / model.tokens


def _shown(price: Decimal) -> str:
    return shown(price, "")


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%"
