"""The names in a ledger that lack a model or a price, and about how much money that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from finops_ai.ledger import Ledger

_ESTIMATE_DECIMALS = 2


@dataclass(frozen=True)
class UnpricedName:
    """One name on the worklist.

    `seen_in` is usage or bill. `cost` in `currency` is billed money, or an estimate (`label`), or None
    where no priced call could be compared with.
    """

    seen_in: str
    provider: str
    model_name: str | None
    model_id: str | None
    service_tiers: str | None
    reason: str
    calls: int
    tokens: int | None
    cost: Decimal | None
    currency: str | None
    label: str | None = "billed"


def worklist(ledger: Ledger) -> list[UnpricedName]:
    """Names without model or price in priced months and on bills, most money first, then most tokens.

    Usage is estimated at the usage-weighted median cost per token of the provider's priced calls, else
    of all priced calls in the ledger.
    """
    medians = _medians(ledger)
    names = []
    for row in ledger.run("prices", "unpriced_names.sql").fetchall():
        name = UnpricedName(*row)
        median = medians.get(name.provider) or medians.get("")
        if name.seen_in == "usage" and median is not None and name.tokens is not None:
            cost = round(name.tokens * median[0], _ESTIMATE_DECIMALS)
            name = replace(name, cost=cost, currency=median[1], label="estimated")
        names.append(name if name.cost is not None else replace(name, label=None))
    return sorted(names, key=_order)


def _order(name: UnpricedName) -> tuple[object, ...]:
    cost = Decimal(-1) if name.cost is None else name.cost
    return -cost, -(name.tokens or 0), name.provider, name.model_name or "", name.seen_in, name.reason


def _medians(ledger: Ledger) -> dict[str, tuple[Decimal, str]]:
    """(cost per token, currency) for each provider, and for all of them under ''.

    Of several currencies the one with the most tokens is taken.
    """
    found: dict[str, tuple[Decimal, str]] = {}
    rows = ledger.run("prices", "priced_models.sql").fetchall()
    for provider in {"", *(row[0] for row in rows)}:
        mine = [row for row in rows if provider in ("", row[0])]
        tokens: dict[str, int] = {}
        for _, _, currency, _, count in mine:
            tokens[currency] = tokens.get(currency, 0) + count
        if tokens:
            currency = max(sorted(tokens), key=lambda name: tokens[name])
            pairs = [(cost / count, count) for _, _, code, cost, count in mine if code == currency]
            found[provider] = weighted_median(pairs), currency
    return found


def weighted_median(pairs: Iterable[tuple[Decimal, int]]) -> Decimal:
    """The value at which half of the weight is reached; `pairs` are (value, weight above 0)."""
    ordered = sorted(pairs)
    half, reached = sum(weight for _, weight in ordered), 0
    for value, weight in ordered:
        reached += 2 * weight
        if reached >= half:
            return value
    raise AssertionError("no pairs")
