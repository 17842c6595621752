"""Lays billed money over the logged tokens that it paid for, exactly, whatever the bill leaves out.

A bill line that names model, tier and token kind meets its own tokens. One that leaves some of them out is
laid over the logged ones of its workflow and provider by their list cost, else by their tokens: an estimate
of the detail, never of the amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext

from finops_ai.attribution.bridge.facts import OUTPUT, REASONING, Billed, MonthFacts, Place
from finops_ai.attribution.bridge.lmdi import UNIT, WIDE

Spot = tuple[Place, str]
"""A place and a token kind: the grain at which a price stands."""
_CACHE_WRITE = "cache_write"
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Paid:
    """What one currency's bill covers of the logged tokens of a spot, and what it takes for them."""

    tokens: Decimal
    cost: Decimal


@dataclass(frozen=True)
class Spread:
    """Billed money beside logged tokens: `paid` by currency and spot; `unlogged` lines have no log."""

    tokens: Mapping[Spot, int]
    paid: Mapping[tuple[str, Spot], Paid]
    unlogged: tuple[Billed, ...]
    spread_cost: Mapping[str, Decimal]
    """By currency, what was laid over several spots because the bill does not name its own."""


def spread(facts: MonthFacts) -> Spread:
    """The month's direct token cost beside the tokens of its logs; sums are kept to the last digit."""
    spots: dict[tuple[str, str], dict[Spot, int]] = defaultdict(dict)
    for each in facts.logged:
        for kind, count in each.tokens.items():
            spots[each.workflow, each.provider][each.place, kind] = count
    paid: dict[tuple[str, Spot], tuple[Decimal, Decimal]] = {}
    unlogged: list[Billed] = []
    spread_cost: dict[str, Decimal] = defaultdict(Decimal)
    with localcontext(WIDE):
        for line in facts.billed:
            if line.kind != "direct" or not (line.is_logged or line.is_token_line):
                continue
            known = spots.get((line.workflow or "", line.provider), {}) if line.is_logged else {}
            found = _meant(line, known)
            if not found:
                unlogged.append(line)
                continue
            if len(found) > 1:
                spread_cost[line.currency] += line.cost
            for spot, tokens, cost in _laid(line, found, facts):
                before = paid.get((line.currency, spot), (_ZERO, _ZERO))
                paid[line.currency, spot] = (before[0] + tokens, before[1] + cost)
        return Spread(*_with_reasoning(facts, spots, paid), tuple(unlogged), dict(spread_cost))


def share_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`amount` in proportion to `weights`, adding up to it exactly: the largest takes what is left over."""
    with localcontext(WIDE):
        whole = sum(weights, _ZERO)
        if not whole:
            weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
        shares = [(amount * weight / whole).quantize(UNIT, rounding=ROUND_DOWN) for weight in weights]
        shares[weights.index(max(weights))] += amount - sum(shares, _ZERO)
        return shares


def _meant(line: Billed, known: Mapping[Spot, int]) -> dict[Spot, int]:
    """The spots that a line may have paid for: of exact match, else with one dimension after another let go.

    A provider that states no lifetime of cache writes bills them as one kind; a tier may stand on one
    side only; a log may lack the name of its model.
    """
    ways: tuple[Callable[[Spot], bool], ...] = (
        lambda spot: _is_model(line, spot) and _is_tier(line, spot) and line.token_kind == spot[1],
        lambda spot: _is_model(line, spot) and _is_tier(line, spot) and _is_kind(line, spot),
        lambda spot: _is_model(line, spot) and _is_kind(line, spot),
        lambda spot: (spot[0][2] or "?").startswith("?") and _is_kind(line, spot),
    )
    for way in ways:
        found = {spot: tokens for spot, tokens in known.items() if way(spot)}
        if found:
            return found
    return {}


def _is_model(line: Billed, spot: Spot) -> bool:
    return line.model is None or line.model == spot[0][2]


def _is_tier(line: Billed, spot: Spot) -> bool:
    return line.tier is None or line.tier == spot[0][3]


def _is_kind(line: Billed, spot: Spot) -> bool:
    if line.token_kind is None:
        return spot[1] != "web_search"
    both = (line.token_kind, spot[1])
    return both[0] == both[1] or all(kind.startswith(_CACHE_WRITE) for kind in both)


def _laid(
    line: Billed, found: Mapping[Spot, int], facts: MonthFacts
) -> Iterable[tuple[Spot, Decimal, Decimal]]:
    tokens = [Decimal(each) for each in found.values()]
    known = [facts.list_costs.get(place, {}).get(kind) for place, kind in found]
    priced = [cost for cost in known if cost is not None]
    weights = priced if len(priced) == len(known) and any(priced) else tokens
    whole = Decimal(line.tokens)
    return zip(found, share_out(whole, tokens), share_out(line.cost, weights), strict=True)


def _with_reasoning(
    facts: MonthFacts,
    spots: Mapping[tuple[str, str], Mapping[Spot, int]],
    paid: Mapping[tuple[str, Spot], tuple[Decimal, Decimal]],
) -> tuple[dict[Spot, int], dict[tuple[str, Spot], Paid]]:
    """Output split into the answer and the reasoning before it; both are billed at output's price."""
    reasoning = {each.place: each.reasoning for each in facts.logged if each.reasoning}
    tokens = {spot: count for group in spots.values() for spot, count in group.items()}
    covered: dict[tuple[str, Spot], Paid] = {}
    for (currency, (place, kind)), (stated, cost) in paid.items():
        spot = (place, kind)
        # A line may hold its tokens elsewhere: then the bill covers what was logged.
        of_bill = stated if stated > 0 else Decimal(tokens[spot])
        thought = reasoning.get(place, 0) if kind == OUTPUT else 0
        if not thought:
            covered[currency, spot] = Paid(of_bill, cost)
            continue
        parts = [Decimal(thought), Decimal(tokens[spot] - thought)]
        both = zip((REASONING, OUTPUT), share_out(of_bill, parts), share_out(cost, parts), strict=True)
        for name, part_tokens, part_cost in both:
            covered[currency, (place, name)] = Paid(part_tokens, part_cost)
    for place, thought in reasoning.items():
        if (place, OUTPUT) in tokens:
            tokens[place, REASONING] = thought
            tokens[place, OUTPUT] -= thought
    return tokens, covered
