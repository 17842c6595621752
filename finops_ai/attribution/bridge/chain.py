"""Two months side by side: every part of the bill with the amount that each cause moved it by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property

from finops_ai.attribution.bridge.facts import REASONING, Billed, MonthFacts, Place
from finops_ai.attribution.bridge.lmdi import WIDE, effects, telescope, total
from finops_ai.attribution.bridge.spread import Paid, Spot, Spread, spread

_PROMPT = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write")
_PER_CALL = {
    "input_uncached": "input_tokens_per_call",
    "input_audio": "audio_tokens_per_call",
    "output": "output_tokens_per_call",
    "output_audio": "audio_tokens_per_call",
    "web_search": "searches_per_call",
    REASONING: "reasoning_tokens_per_call",
}
_CACHED = "cached_tokens_per_call"
_ZERO = Decimal(0)
_MILLION = 1_000_000
_PRICE_UNIT = Decimal("1e-12")
_NOTHING = Paid(_ZERO, _ZERO)
Teams = Mapping[str | None, str | None]
Activity = str
"""What a workflow's volume is counted in: outcomes, calls or tokens."""


@dataclass(frozen=True)
class Part:
    """One part of the bill in one currency: its cost in both months and what moved it.

    `effects` add up to `end` - `start` to the last digit. What does not apply to a part is None.
    """

    currency: str
    workflow: str | None
    team: str | None
    provider: str
    model: str | None
    tier: str | None
    token_kind: str | None
    start: Decimal
    end: Decimal
    effects: Mapping[str, Decimal]
    tokens: tuple[Decimal, Decimal] | None = None
    """What the bill covers of the part's tokens in both months; None for what is no tokens."""

    @property
    def prices_per_1m(self) -> tuple[Decimal | None, Decimal | None]:
        """What a million tokens cost as billed, in both months; None without any. To twelve decimals."""
        if self.tokens is None:
            return None, None
        with localcontext(WIDE):
            first, second = (
                (cost * _MILLION / tokens).quantize(_PRICE_UNIT) if tokens else None
                for cost, tokens in zip((self.start, self.end), self.tokens, strict=True)
            )
        return first, second


class Side:
    """One month with its sums: what chains of quantities are made of."""

    def __init__(self, facts: MonthFacts) -> None:
        self.facts = facts
        self.spread: Spread = spread(facts)
        self.calls: dict[tuple[str | None, ...], int] = defaultdict(int)
        self.tokens: dict[tuple[str | None, ...], int] = defaultdict(int)
        for each in facts.logged:
            tokens = sum(count for kind, count in each.tokens.items() if kind != "web_search")
            for depth in (1, 3, 4):
                self.calls[each.place[:depth]] += each.calls
                self.tokens[each.place[:depth]] += tokens

    @cached_property
    def workflows(self) -> set[str]:
        """Those that called a model or were charged for directly."""
        found = {each.workflow for each in self.facts.logged}
        return found | {line.workflow for line in self.facts.billed if line.workflow and _counts(line)}

    @cached_property
    def without_call_counts(self) -> set[str]:
        """Workflows with tokens in a log that does not count calls."""
        return {each.workflow for each in self.facts.logged if each.tokens and not each.calls}

    @cached_property
    def currencies(self) -> dict[tuple[str | None, str], set[str]]:
        """Those of the direct bill of each workflow and provider."""
        found: dict[tuple[str | None, str], set[str]] = defaultdict(set)
        for line in self.facts.billed:
            if _counts(line):
                found[line.workflow, line.provider].add(line.currency)
        return found

    def successes(self, workflow: str) -> int:
        """Outcomes that the workflow reached."""
        return self.facts.outcomes.get(workflow, (0, 0))[1]

    def prompt_tokens(self, place: Place) -> int:
        """All input tokens of a place, cached or not."""
        return sum(self.spread.tokens.get((place, kind), 0) for kind in _PROMPT)


def _counts(line: Billed) -> bool:
    return line.kind == "direct" and line.cost != 0


def parts(first: Side, second: Side) -> tuple[Part, ...]:
    """Every part of both bills; their effects add up to the change of each currency's total exactly."""
    sides = (first, second)
    billed = [*first.facts.billed, *second.facts.billed]
    teams: Teams = {line.workflow: line.team for line in billed if line.workflow and line.team}
    found = [
        *_token_parts(sides, teams),
        *_unlogged_parts(sides, teams),
        *_other_parts(sides, teams),
    ]
    return tuple(part for part in found if part.start or part.end)


def activity_of(workflow: str, sides: tuple[Side, Side]) -> tuple[bool, Activity]:
    """Whether its outcomes are its volume, and what is counted below them: calls, else tokens.

    Outcomes count where both months have some, calls where no log of either leaves them out.
    """
    has_outcomes = all(side.successes(workflow) > 0 for side in sides)
    counted = not any(workflow in side.without_call_counts for side in sides)
    return has_outcomes, "calls" if counted else "tokens"


def _special(workflow: str | None, provider: str, currency: str, sides: tuple[Side, Side]) -> str | None:
    """A workflow of one month only, or a bill that changed its currency: all of it is that."""
    if workflow is not None:
        there = [workflow in side.workflows for side in sides]
        if not all(there):
            return "retired_workflows" if there[0] else "new_workflows"
    used = [side.currencies.get((workflow, provider), set()) for side in sides]
    if all(used) and not used[0] & used[1] and currency in used[0] | used[1]:
        return "billing_currency"
    return None


def _token_parts(sides: tuple[Side, Side], teams: Teams) -> Iterator[Part]:
    """Direct cost of logged tokens, by the whole chain from outcomes to price."""
    keys = dict.fromkeys([*sides[0].spread.paid, *sides[1].spread.paid])
    for currency, spot in sorted(keys, key=str):
        (workflow, provider, model, tier), kind = spot
        paid = [side.spread.paid.get((currency, spot), _NOTHING) for side in sides]
        special = _special(workflow, provider, currency, sides)
        if special is None:
            names = _names(workflow, kind, sides)
            chains = [
                (*map(Decimal, _quantities(side, spot, names)), each.tokens, each.cost)
                for side, each in zip(sides, paid, strict=True)
            ]
            factors = telescope((*names, "billed_share", "price"), *chains)
            moved = effects(paid[0].cost, paid[1].cost, factors)
        else:
            moved = {special: total((paid[1].cost, -paid[0].cost))}
        yield Part(
            *(currency, workflow, teams.get(workflow), provider, model, tier, kind),
            *(paid[0].cost, paid[1].cost, moved, (paid[0].tokens, paid[1].tokens)),
        )


def _names(workflow: str, kind: str, sides: tuple[Side, Side]) -> tuple[str, ...]:
    """The factors of a spot, from volume down to its tokens."""
    has_outcomes, activity = activity_of(workflow, sides)
    volume = ("outcomes", f"{activity}_per_outcome") if has_outcomes else (activity,)
    per_call = _CACHED if kind in _PROMPT[1:] else _PER_CALL[kind]
    mix = ("cache_mix",) if kind in _PROMPT else ()
    return (*volume, "model_mix", "tier_mix", per_call if activity == "calls" else "token_mix", *mix)


def _quantities(side: Side, spot: Spot, names: tuple[str, ...]) -> list[int]:
    """The nested quantities of a spot, one for each of `names`."""
    place, kind = spot
    workflow = place[0]
    counts = side.tokens if "token_mix" in names else side.calls
    # The parts of a workflow's activity that lie below its volume, from the whole to the place.
    found = [counts[place[:1]], counts[place[:3]], counts[place]]
    if "outcomes" in names:
        found.insert(0, side.successes(workflow))
    if kind in _PROMPT:
        found.append(side.prompt_tokens(place))
    return [*found, side.spread.tokens.get(spot, 0)]


def _unlogged_parts(sides: tuple[Side, Side], teams: Teams) -> Iterator[Part]:
    """Direct cost of token lines that no log of the workflow explains: billed tokens times price."""
    grouped: dict[tuple[str | None, ...], list[Paid]] = {}
    lines: dict[tuple[str | None, ...], Billed] = {}
    for number, side in enumerate(sides):
        for line in side.spread.unlogged:
            key = (line.currency, line.workflow, line.provider, line.model, line.tier, line.token_kind)
            lines[key] = line
            both = grouped.setdefault(key, [_NOTHING, _NOTHING])
            both[number] = Paid(both[number].tokens + line.tokens, total((both[number].cost, line.cost)))
    for named in sorted(grouped, key=str):
        line, both = lines[named], grouped[named]
        special = _special(line.workflow, line.provider, line.currency, sides)
        moved = {special: total((both[1].cost, -both[0].cost))} if special else _unlogged(both)
        place = (line.currency, line.workflow, teams.get(line.workflow), line.provider)
        used = (both[0].tokens, both[1].tokens)
        yield Part(*place, line.model, line.tier, line.token_kind, both[0].cost, both[1].cost, moved, used)


def _unlogged(both: list[Paid]) -> dict[str, Decimal]:
    """Tokens times price where the bill counts tokens in every month with a cost, else the cost alone."""
    if any(each.cost and not each.tokens for each in both):
        return {"billed_without_log": total((both[1].cost, -both[0].cost))}
    chains = [(each.tokens, each.cost) for each in both]
    return effects(both[0].cost, both[1].cost, telescope(("billed_without_log", "price"), *chains))


def _other_parts(sides: tuple[Side, Side], teams: Teams) -> Iterator[Part]:
    """Charges that are no tokens, pool shares and gaps: each moves as a whole, under its own name."""
    grouped: dict[tuple[str, str, str | None, str], list[Decimal]] = {}
    for number, side in enumerate(sides):
        for line in side.facts.billed:
            if line.kind == "direct" and (line.is_logged or line.is_token_line):
                continue
            name = _other_name(line, sides)
            both = grouped.setdefault((line.currency, name, line.workflow, line.provider), [_ZERO, _ZERO])
            both[number] = total((both[number], line.cost))
    for (currency, name, workflow, provider), (start, end) in sorted(grouped.items(), key=str):
        moved = {name: total((end, -start))}
        yield Part(*(currency, workflow, teams.get(workflow), provider, None, None, None, start, end, moved))


def _other_name(line: Billed, sides: tuple[Side, Side]) -> str:
    if line.cause is not None:
        return f"gap_{line.cause}"
    if line.kind != "direct":
        return "shared"
    return _special(line.workflow, line.provider, line.currency, sides) or "direct_charges"
