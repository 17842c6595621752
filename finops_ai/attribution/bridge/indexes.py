"""Prices, volume and spend of each workflow over months, and how volume answered to prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NoReturn

from finops_ai.attribution.bridge.elasticity import Elasticity, Observation, estimate, price_events
from finops_ai.attribution.bridge.facts import ROOM
from finops_ai.attribution.bridge.lmdi import WIDE, total
from finops_ai.errors import ConfigError, InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class IndexPoint:
    """One month of one workflow; indexes are 100 in its first month, None without a price or tokens.

    `cost` is the direct token cost that the bill gives to it.
    """

    workflow: str
    currency: str
    month: Month
    cost: Decimal
    tokens: int
    price_index: Decimal | None
    volume_index: Decimal | None


@dataclass(frozen=True)
class WorkflowIndexes:
    """One workflow over the span; `priced_share` of its cost stands on lines with model and token kind."""

    workflow: str
    currency: str
    points: tuple[IndexPoint, ...]
    price_events: int
    priced_share: Decimal | None

    @property
    def cost_index(self) -> Decimal | None:
        """The last month's cost where the first month's is 100; None where that cost nothing."""
        first, last = self.points[0].cost, self.points[-1].cost
        with localcontext(WIDE):
            return last / first * _HUNDRED if first else None


@dataclass(frozen=True)
class Rebound:
    """The indexes of every workflow with direct token cost, and the elasticity over all of them."""

    first: Month
    last: Month
    workflows: tuple[WorkflowIndexes, ...]
    elasticity: Elasticity


@dataclass(frozen=True)
class Paid:
    """One month and SKU of a workflow; `sku` None where the bill names no model or token kind."""

    month: Month
    sku: str | None
    tokens: int
    cost: Decimal


_BILLED = "SELECT DISTINCT date_trunc('month', billing_period_start_utc)::DATE FROM charge ORDER BY ALL"


def _refuse_span(ledger: Ledger, first: Month, last: Month) -> NoReturn:
    months = [Month.of(row[0]) for row in ledger.rows(_BILLED)]
    if len(months) > 1:
        raise ConfigError(
            f"--from {first} --to {last}: an index needs a second month.",
            hint=f"For example --from {months[0]} --to {months[-1]}.",
        )
    raise InputError(
        f"{months[0]}: no other month is billed, and an index needs two."
        if months
        else f"{last}: nothing is billed, and an index needs two months with a bill.",
        hint="Import the bill of another month.",
    )


def span_rebound(ledger: Ledger, first: Month, last: Month) -> Rebound:
    """The indexes and the elasticity of `first` to `last`, all attributed.

    Raises ConfigError when `first` is not before `last`, InputError when fewer than two months are billed
    or no workflow has token cost.
    """
    if first >= last:
        _refuse_span(ledger, first, last)
    span = {"first": first.first_day, "last": last.first_day}
    paid: dict[tuple[str, str], list[Paid]] = defaultdict(list)
    for row in ledger.run_records(ROOM, "paid.sql", span):
        key = (row["workflow"], row["currency"])
        paid[key].append(Paid(Month.of(row["month"]), row["sku"], row["tokens"], row["cost"]))
    if not paid:
        raise InputError(
            f"{first} to {last}: no workflow has billed tokens, so there are no prices to follow.",
            hint="`finops-ai attribute` shows where the money is.",
        )
    tokens: dict[str, dict[Month, int]] = defaultdict(dict)
    for row in ledger.run_records(ROOM, "used.sql", span):
        tokens[row["workflow"]][Month.of(row["month"])] = row["tokens"]
    found = [workflow_indexes(*key, each, tokens[key[0]]) for key, each in _main_currency(paid).items()]
    return Rebound(first, last, tuple(found), estimate(_panel(found)))


def workflow_indexes(
    workflow: str, currency: str, paid: Sequence[Paid], tokens: Mapping[Month, int]
) -> WorkflowIndexes:
    """The indexes of one workflow.

    The basket is fixed: the tokens of each SKU over the whole span. Only a SKU's own price moves the index;
    where it is not bought in a month, its last price before stands, else its first one after.
    """
    months = sorted({each.month for each in paid} | set(tokens))
    costs = {month: total(each.cost for each in paid if each.month == month) for month in months}
    prices = _basket_costs(paid, months)
    first_price = next((price for price in prices if price is not None), None)
    used = [tokens.get(month, 0) for month in months]
    first_tokens = next((count for count in used if count), 0)
    with localcontext(WIDE):
        points = tuple(
            IndexPoint(
                *(workflow, currency, month, costs[month], count),
                price / first_price * _HUNDRED if price and first_price else None,
                Decimal(count) / first_tokens * _HUNDRED if count else None,
            )
            for month, price, count in zip(months, prices, used, strict=True)
        )
        spent = total(costs.values())
        known = total(each.cost for each in paid if each.sku is not None and each.tokens > 0)
        share = known / spent if spent else None
    return WorkflowIndexes(workflow, currency, points, price_events(_observations(points)), share)


def _basket_costs(paid: Sequence[Paid], months: Sequence[Month]) -> list[Decimal | None]:
    """What the basket of the whole span costs at each month's prices; None before any price is known."""
    quantity: dict[str, int] = defaultdict(int)
    price: dict[str, dict[Month, Decimal]] = defaultdict(dict)
    with localcontext(WIDE):
        for each in paid:
            if each.sku is not None and each.tokens > 0:
                quantity[each.sku] += each.tokens
                price[each.sku][each.month] = each.cost / each.tokens
        found = [
            total(quantity[sku] * _price_at(price[sku], month) for sku in sorted(quantity))
            for month in months
        ]
    return [amount or None for amount in found]


def _price_at(known: Mapping[Month, Decimal], month: Month) -> Decimal:
    before = [each for each in known if each <= month]
    return known[max(before) if before else min(known)]


def _main_currency(paid: Mapping[tuple[str, str], list[Paid]]) -> dict[tuple[str, str], list[Paid]]:
    """Of a workflow billed in several currencies, the one of the most months: an index has one."""
    best: dict[str, str] = {}
    for workflow, currency in sorted(paid):
        months = len({each.month for each in paid[workflow, currency]})
        rival = best.get(workflow)
        if rival is None or months > len({each.month for each in paid[workflow, rival]}):
            best[workflow] = currency
    return {(name, currency): paid[name, currency] for name, currency in sorted(best.items())}


def _panel(found: Sequence[WorkflowIndexes]) -> list[Observation]:
    return [each for one in found for each in _observations(one.points)]


def _observations(points: Sequence[IndexPoint]) -> list[Observation]:
    return [
        Observation(point.workflow, point.month, Decimal(point.tokens), point.price_index)
        for point in points
        if point.price_index is not None and point.tokens > 0
    ]
