"""What each rule meets and takes: coverage, rules whose order decides, rules that take nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from finops_ai.attribution import commitments, rules
from finops_ai.config import Condition, Config, Rule
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.patterns import written

ROOM = "attribution"
_TABLES: dict[Literal["calls", "charges"], str] = {"calls": "token_usage", "charges": "charge"}


@dataclass(frozen=True)
class Taken:
    """What the rule of `rule_ordinal` placed in a month in one currency: rows and billed money.

    `currency` is None for a rule that placed no money. Calls and charges stand beside each currency.
    """

    rule_ordinal: int
    currency: str | None
    calls: int
    tokens: int
    charges: int
    cost: Decimal


@dataclass(frozen=True)
class Coverage:
    """Money, calls and tokens of a month by the `way` in which they were placed.

    Ways: rule, log, commitment, pool, apart (tax, credit, refund), none. `cost` is billed money, of the
    logs an estimate (None where a price is missing); calls and tokens are None for billed money.
    """

    currency: str
    way: str
    cost: Decimal | None
    calls: int | None
    tokens: int | None


@dataclass(frozen=True)
class Met:
    """Rows that meet exactly the rules `ordinals`, in order, the first of which takes them.

    `cost` is billed for charges, for calls an estimate, None where a price is missing.
    """

    side: Literal["calls", "charges"]
    ordinals: tuple[int, ...]
    currency: str
    rows: int
    cost: Decimal | None
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Tried:
    """A rule, commitment or pool in the order in which they are tried; `noun` says which."""

    noun: Literal["rule", "commitment", "pool"]
    rule: Rule

    @property
    def title(self) -> str:
        """How people name it: ``rule 3 (support)`` or ``pool gateway``."""
        if self.noun == "rule":
            return f"rule {self.rule.ordinal} ({self.rule.workflow})"
        return f"{self.noun} {self.rule.workflow}"


@dataclass(frozen=True)
class Overlap:
    """Rows that `winner` takes and `other` would take, were it first; for another workflow.

    `kind` is narrow_first when all that `winner` meets meets `other` too (an exception before the rule
    it is taken from), else conflict. Sums are of one currency; `estimated` is None without all prices.
    """

    kind: Literal["conflict", "narrow_first"]
    winner: Rule
    other: Rule
    currency: str
    calls: int
    estimated: Decimal | None
    charges: int
    billed: Decimal
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Idle:
    """A rule, commitment or pool that takes nothing, and why.

    `cause` is shadowed (`by` takes all that it meets), dates (rows meet it, on other days) or never.
    """

    tried: Tried
    cause: Literal["shadowed", "dates", "never"]
    detail: str
    by: tuple[str, ...] = ()
    calls: int = 0
    charges: int = 0
    last_day: date | None = None


def taken(ledger: Ledger, month: Month) -> tuple[Taken, ...]:
    """What each rule placed in the attributed `month`."""
    return tuple(
        Taken(**row) for row in ledger.run_records(ROOM, "rule_took.sql", {"month": month.first_day})
    )


def coverage(
    ledger: Ledger, month: Month, currency: str
) -> tuple[tuple[Coverage, ...], tuple[Coverage, ...]]:
    """Billed money and logged calls of the attributed `month` by the way in which they were placed.

    Calls without a price stand under `currency`.
    """
    of_month: dict[str, object] = {"month": month.first_day}
    billed = ledger.run_records(ROOM, "coverage_billed.sql", of_month)
    logged = ledger.run_records(ROOM, "coverage_logged.sql", {**of_month, "currency": currency})
    return tuple(Coverage(**row) for row in billed), tuple(Coverage(**row) for row in logged)


def tried_in_order(config: Config, months: Sequence[Month]) -> tuple[Tried, ...]:
    """Everything that may take a row, in order: rules, then commitments of any of `months`, then pools."""
    found = [Tried("rule", rule) for rule in config.rules]
    after = max((rule.ordinal for rule in config.rules), default=0)
    named = {each.name for each in config.commitments}
    seen = dict.fromkeys(pool for month in months for pool in commitments.all_pools(config, month))
    # A pool without conditions is filled by other pools: no charge is its own.
    for place, pool in enumerate((each for each in seen if each.conditions), after + 1):
        noun: Literal["commitment", "pool"] = "commitment" if pool.name in named else "pool"
        found.append(Tried(noun, Rule(place, pool.name, pool.conditions, line=pool.line)))
    return tuple(found)


def met(ledger: Ledger, config: Config, tried: Iterable[Tried], months: Sequence[Month]) -> tuple[Met, ...]:
    """How many rows of `months` meet which rules; each of them must be priced already."""
    rules.validate(ledger, config)
    every = tuple(tried)
    found: list[Met] = []
    for month in months:
        for side, table in _TABLES.items():
            on_side = [each.rule for each in every if side == "charges" or each.noun == "rule"]
            rules.match_every(ledger, table, month, on_side)
            params: dict[str, object] = {}
            if side == "calls":
                params = {"month": month.first_day, "currency": config.reporting_currency}
            rows = ledger.run_records(ROOM, "met_usage.sql" if side == "calls" else "met_charge.sql", params)
            found += [_met(side, row) for row in rows]
    return tuple(found)


def _met(side: Literal["calls", "charges"], row: dict[str, Any]) -> Met:
    return Met(
        side,
        tuple(sorted(row["rule_ordinals"])),
        row["currency"],
        row["row_count"],
        row["cost"],
        row["first_day"],
        row["last_day"],
    )


def overlaps(config: Config, found: Sequence[Met]) -> tuple[Overlap, ...]:
    """Pairs of rules for different workflows that rows meet both, most money first."""
    by_ordinal = {rule.ordinal: rule for rule in config.rules}
    alone: set[tuple[int, int]] = set()
    takes: set[int] = set()
    shared: dict[tuple[int, int, str], list[Met]] = defaultdict(list)
    for each in found:
        ours = [ordinal for ordinal in each.ordinals if ordinal in by_ordinal]
        takes.update(ours[:1])
        alone |= {(one, other) for one in ours for other in by_ordinal if other not in ours}
        for other in ours[1:]:
            if by_ordinal[other].workflow != by_ordinal[ours[0]].workflow:
                shared[ours[0], other, each.currency].append(each)
    rows = [
        _overlap(
            "conflict" if (winner, other) in alone else "narrow_first",
            by_ordinal[winner],
            by_ordinal[other],
            currency,
            both,
        )
        for (winner, other, currency), both in shared.items()
        # A rule that takes nothing is no rival: it is idle.
        if other in takes
    ]
    return tuple(sorted(rows, key=_by_money))


def _overlap(
    kind: Literal["conflict", "narrow_first"], winner: Rule, other: Rule, currency: str, both: list[Met]
) -> Overlap:
    calls = [each for each in both if each.side == "calls"]
    charges = [each for each in both if each.side == "charges"]
    prices = [each.cost for each in calls]
    return Overlap(
        kind,
        winner,
        other,
        currency,
        sum(each.rows for each in calls),
        None if None in prices else sum((cost for cost in prices if cost is not None), Decimal(0)),
        sum(each.rows for each in charges),
        sum((each.cost for each in charges if each.cost is not None), Decimal(0)),
        min(each.first_day for each in both),
        max(each.last_day for each in both),
    )


def _by_money(row: Overlap) -> tuple[object, ...]:
    money = -(row.billed + (row.estimated or Decimal(0)))
    return row.kind, money, row.winner.ordinal, row.other.ordinal, row.currency


def idle(
    ledger: Ledger, config: Config, months: Sequence[Month], tried: Sequence[Tried], found: Sequence[Met]
) -> tuple[Idle, ...]:
    """What takes nothing in `months`, in order, with the reason looked up in the rows."""
    takes = {each.ordinals[0] for each in found if each.ordinals}
    meets = {ordinal for each in found for ordinal in each.ordinals}
    titles = {each.rule.ordinal: each.title for each in tried}
    left = [each for each in tried if each.rule.ordinal not in takes]
    unmet = _unmet(ledger, config, months, [each for each in left if each.rule.ordinal not in meets])
    return tuple(unmet.get(each.rule.ordinal) or _shadowed(each, titles, found) for each in left)


def _shadowed(tried: Tried, titles: Mapping[int, str], found: Sequence[Met]) -> Idle:
    """A rule all of whose rows meet an earlier one."""
    meets = [each for each in found if tried.rule.ordinal in each.ordinals]
    by = tuple(titles[ordinal] for ordinal in sorted({each.ordinals[0] for each in meets}))
    return Idle(
        tried,
        "shadowed",
        f"{', '.join(by)} {'takes' if len(by) == 1 else 'take'} all that it meets",
        by,
        sum(each.rows for each in meets if each.side == "calls"),
        sum(each.rows for each in meets if each.side == "charges"),
        max(each.last_day for each in meets),
    )


def _unmet(
    ledger: Ledger, config: Config, months: Sequence[Month], unmet: Sequence[Tried]
) -> dict[int, Idle]:
    """Why no row meets a rule: its dates, some of its fields, or all of them together; one pass for all."""
    parts: list[Tried] = []
    whole: dict[int, int] = {}
    single: dict[int, dict[int, Condition]] = {}
    for each in unmet:
        undated = replace(each.rule, ordinal=len(parts) + 1, valid_from=None, valid_to=None)
        whole[each.rule.ordinal] = undated.ordinal
        parts.append(Tried(each.noun, undated))
        single[each.rule.ordinal] = {}
        for condition in each.rule.conditions:
            part = replace(undated, ordinal=len(parts) + 1, conditions=(condition,))
            parts.append(Tried(each.noun, part))
            single[each.rule.ordinal][part.ordinal] = condition
    found = met(ledger, config, parts, months) if parts else ()
    last: dict[int, date] = {}
    for some in found:
        for ordinal in some.ordinals:
            last[ordinal] = max(some.last_day, last.get(ordinal, some.last_day))
    return {
        each.rule.ordinal: _reason(each, last.get(whole[each.rule.ordinal]), single[each.rule.ordinal], last)
        for each in unmet
    }


def _reason(
    tried: Tried, last_day: date | None, single: Mapping[int, Condition], last: Mapping[int, date]
) -> Idle:
    if last_day is not None:
        text = f"rows meet it outside its dates, last on {last_day}"
        return Idle(tried, "dates", text, last_day=last_day)
    missing = [condition for ordinal, condition in single.items() if ordinal not in last]
    if not missing:
        return Idle(tried, "never", "no row has all of these values together")
    names = " and ".join(f"{each.field_name}: {written(each.pattern)}" for each in missing)
    return Idle(tried, "never", f"no row has {names}")
