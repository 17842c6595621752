"""Why spend changed between two months: the bridge, each workflow's drivers, and what they amount to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NoReturn

from finops_ai.attribution.bridge.chain import Part, Side, activity_of, parts
from finops_ai.attribution.bridge.facts import REASONING, ROOM, MonthFacts, month_facts
from finops_ai.attribution.bridge.lmdi import WIDE, total
from finops_ai.errors import ConfigError, InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

EFFECTS = {
    "outcomes": "Outcomes reached (volume)",
    "calls": "Calls (volume without outcomes)",
    "tokens": "Tokens (volume, calls not counted)",
    "calls_per_outcome": "Calls per outcome",
    "tokens_per_outcome": "Tokens per outcome",
    "input_tokens_per_call": "Input tokens per call",
    "cached_tokens_per_call": "Cached input tokens per call",
    "output_tokens_per_call": "Output tokens per call",
    "reasoning_tokens_per_call": "Reasoning tokens per call",
    "audio_tokens_per_call": "Audio tokens per call",
    "searches_per_call": "Web searches per call",
    "token_mix": "Token mix (calls not counted)",
    "model_mix": "Model mix",
    "tier_mix": "Tier mix",
    "cache_mix": "Cache mix",
    "price": "Price, same model, tier and kind",
    "billed_share": "Logged tokens that are billed",
    "billed_without_log": "Tokens billed without a log",
    "direct_charges": "Direct charges without tokens",
    "billing_currency": "Bill in another currency",
    "new_workflows": "New workflows",
    "retired_workflows": "Retired workflows",
    "shared": "Shared pools",
}
"""Every effect by its name, as people read it; gaps follow, one effect for each cause."""
GROUPINGS = {
    "workflow": "workflow",
    "team": "team",
    "provider": "provider",
    "model": "model",
    "tier": "tier",
    "kind": "token_kind",
}
"""What a bridge can be listed by, and the field of a part that says it."""
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Effect:
    """What one cause moved in one currency; `share` of the net change.

    None where the effects nearly cancel: of less than a tenth of them, a share says nothing.
    """

    currency: str
    name: str
    amount: Decimal
    share: Decimal | None

    @property
    def title(self) -> str:
        """As people read it."""
        return effect_title(self.name)


@dataclass(frozen=True)
class Group:
    """One workflow, team, provider or model in one currency; `name` None for what belongs to none."""

    currency: str
    name: str | None
    start: Decimal
    end: Decimal
    effects: tuple[Effect, ...]

    @property
    def change(self) -> Decimal:
        """What the second month costs more than the first."""
        return total((self.end, -self.start))

    @property
    def difference(self) -> Decimal:
        """Zero: the effects add up to the change."""
        return total((*(effect.amount for effect in self.effects), -self.change))


@dataclass(frozen=True)
class Driver:
    """One quantity of a workflow in both months, as the bridge uses it; None: nothing to divide by."""

    workflow: str
    name: str
    start: Decimal | None
    end: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Relative to the first month; None where that has none."""
        with localcontext(WIDE):
            return self.end / self.start - 1 if self.start and self.end is not None else None


@dataclass(frozen=True)
class Change:
    """The whole bridge. Of every currency: billed in `first` + effects = billed in `second`, exactly."""

    first: Month
    second: Month
    parts: tuple[Part, ...]
    billed: tuple[tuple[str, Decimal, Decimal], ...]
    """Currency and what was billed in either month, summed apart from the parts."""
    drivers: tuple[Driver, ...]
    billed_shares: Mapping[str, tuple[Decimal | None, Decimal | None]]
    """Of the tokens that each workflow logged, what the bill covers; None without any in the month."""
    spread_share: Decimal | None
    """Of the direct token cost of both months, what the bill does not lay out by model, tier and kind."""

    @property
    def whole(self) -> tuple[Group, ...]:
        """The bridge of each currency as a group without a name."""
        return grouped(self.parts, lambda _: None)

    def groups(self, by: str) -> tuple[Group, ...]:
        """The bridge of each group, the largest change first. ConfigError for an unknown `by`."""
        if by not in GROUPINGS:
            raise ConfigError(f'"{by}" is no grouping.', hint=f"Choose one of {', '.join(GROUPINGS)}.")
        return grouped(self.parts, lambda part: getattr(part, GROUPINGS[by]))

    def difference(self, currency: str) -> Decimal:
        """Zero, when the bridge closes: billed then + effects - billed now."""
        ends = [(start, -end) for name, start, end in self.billed if name == currency]
        moved = [
            effect.amount for group in self.whole if group.currency == currency for effect in group.effects
        ]
        return total((*moved, *(amount for pair in ends for amount in pair)))


def spend_change(ledger: Ledger, first: Month, second: Month) -> Change:
    """The bridge from `first` to `second`, both attributed.

    Raises ConfigError when `first` is not before `second`, InputError when one of them has no bill or
    they have no currency in common.
    """
    if first >= second:
        refuse_order(first, second)
    facts = [month_facts(ledger, month) for month in (first, second)]
    for each in facts:
        if not each.totals:
            raise InputError(
                f"{each.month}: it has logs and no bill, so there is no spend to compare.",
                hint="Import its bill, or name another month.",
            )
    return change_between(*facts)


def comparable_change(ledger: Ledger, first: Month, second: Month) -> Change | None:
    """The bridge as `spend_change` makes it; None where a month has no bill, or no common currency."""
    currencies = [
        {row["currency"] for row in ledger.run_records(ROOM, "totals.sql", {"month": month.first_day})}
        for month in (first, second)
    ]
    return spend_change(ledger, first, second) if currencies[0] & currencies[1] else None


def refuse_order(first: Month, second: Month) -> NoReturn:
    """ConfigError: `first` is not before `second`."""
    raise ConfigError(
        f"--from {first} --to {second}: the first month must be before the second.",
        hint=f"For example --from {second.plus(-1)} --to {second}.",
    )


def change_between(first: MonthFacts, second: MonthFacts) -> Change:
    """The bridge between two months' facts; InputError when they have no currency in common."""
    if first.totals and second.totals and not set(first.totals) & set(second.totals):
        raise InputError(
            f"{first.month} is billed in {', '.join(first.totals)} and {second.month} in "
            f"{', '.join(second.totals)}: no currency has both months.",
            hint="Amounts of two currencies have no difference: choose months that are billed in one.",
        )
    sides = (Side(first), Side(second))
    currencies = sorted({*first.totals, *second.totals})
    return Change(
        first.month,
        second.month,
        parts(*sides),
        tuple((each, first.totals.get(each, _ZERO), second.totals.get(each, _ZERO)) for each in currencies),
        tuple(_drivers(sides)),
        _billed_shares(sides),
        _spread_share(sides),
    )


def effect_title(name: str) -> str:
    """How an effect is called in a table."""
    return EFFECTS.get(name) or f"Gap: {name.removeprefix('gap_').replace('_', ' ')}"


def effects_of(found: Iterable[Part]) -> tuple[Effect, ...]:
    """The effects of some parts of one currency, summed, in the order of EFFECTS."""
    sums: dict[str, list[Decimal]] = {}
    currency, change = "", _ZERO
    for part in found:
        currency = part.currency
        change = total((change, part.end, -part.start))
        for name, amount in part.effects.items():
            sums.setdefault(name, []).append(amount)
    order = {name: number for number, name in enumerate(EFFECTS)}
    amounts = {name: total(sums[name]) for name in sorted(sums, key=lambda n: (order.get(n, 99), n))}
    with localcontext(WIDE):
        tells = abs(change) * 10 >= sum((abs(amount) for amount in amounts.values()), _ZERO)
        return tuple(
            Effect(currency, name, amount, amount / change if change and tells else None)
            for name, amount in amounts.items()
            if amount
        )


def grouped(found: Iterable[Part], name_of: Callable[[Part], str | None]) -> tuple[Group, ...]:
    """The parts by currency and name, the largest change of each currency first."""
    members: dict[tuple[str, str | None], list[Part]] = {}
    for part in found:
        members.setdefault((part.currency, name_of(part)), []).append(part)
    groups = [
        Group(*key, total(part.start for part in each), total(part.end for part in each), effects_of(each))
        for key, each in members.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.currency, -abs(group.change), group.name or "~")))


def _drivers(sides: tuple[Side, Side]) -> Iterable[Driver]:
    """What moved, in its own units: volume, calls per outcome, tokens per call of each workflow."""
    for workflow in sorted(sides[0].workflows | sides[1].workflows):
        has_outcomes, activity = activity_of(workflow, sides)
        counts = [side.calls if activity == "calls" else side.tokens for side in sides]
        active = [count.get((workflow,), 0) for count in counts]
        if has_outcomes:
            reached = [side.successes(workflow) for side in sides]
            yield Driver(workflow, "outcomes", *map(Decimal, reached))
            yield Driver(workflow, f"{activity}_per_outcome", *_ratios(active, reached))
        yield Driver(workflow, activity, *map(Decimal, active))
        if activity == "calls":
            for name, kinds in _SHOWN.items():
                used = [_tokens(side, workflow, kinds) for side in sides]
                if any(used):
                    yield Driver(workflow, name, *_ratios(used, active))


_SHOWN = {
    "input_tokens_per_call": ("input_uncached",),
    "cached_tokens_per_call": ("cache_read", "cache_write_5m", "cache_write_1h", "cache_write"),
    "output_tokens_per_call": ("output",),
    "reasoning_tokens_per_call": (REASONING,),
    "audio_tokens_per_call": ("input_audio", "output_audio"),
    "searches_per_call": ("web_search",),
}


def _tokens(side: Side, workflow: str, kinds: tuple[str, ...]) -> int:
    return sum(
        count for (place, kind), count in side.spread.tokens.items() if place[0] == workflow and kind in kinds
    )


def _ratios(numbers: list[int], bases: list[int]) -> list[Decimal | None]:
    with localcontext(WIDE):
        return [Decimal(number) / base if base else None for number, base in zip(numbers, bases, strict=True)]


def _billed_shares(sides: tuple[Side, Side]) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    found = []
    for side in sides:
        logged: dict[str, int] = defaultdict(int)
        covered: dict[str, list[Decimal]] = defaultdict(list)
        for (place, _), tokens in side.spread.tokens.items():
            logged[place[0]] += tokens
        for (_, (place, _)), paid in side.spread.paid.items():
            covered[place[0]].append(paid.tokens)
        with localcontext(WIDE):
            found.append({name: total(covered[name]) / count for name, count in logged.items() if count})
    names = sorted({*found[0], *found[1]})
    return {name: (found[0].get(name), found[1].get(name)) for name in names}


def _spread_share(sides: tuple[Side, Side]) -> Decimal | None:
    laid = total(cost for side in sides for cost in side.spread.spread_cost.values())
    paid = total(each.cost for side in sides for each in side.spread.paid.values())
    with localcontext(WIDE):
        return laid / paid if paid else None
