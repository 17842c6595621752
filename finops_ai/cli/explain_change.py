"""`finops-ai explain change`: why spend changed between two months, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from finops_ai.attribution.bridge import (
    MEANINGS,
    UNIT,
    Change,
    Effect,
    Group,
    Judged,
    effects_of,
    grouped,
    judge_change,
    refuse_order,
    spend_change,
)
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.names import require_workflow
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import cell
from finops_ai.config import Config
from finops_ai.errors import InputError
from finops_ai.ledger import Ledger
from finops_ai.money import plain, shown
from finops_ai.months import Month

_NONE = "(none)"
_EFFECTS = columns(
    *("currency:currency", "effect:effect:hidden", "title:what moved it", "amount:amount:money"),
    "share_percent:% of change:money1",
)
_FLAT = columns(
    *("currency:currency", "name:name", "effect:effect", "title:what moved it", "amount:amount:money"),
)
_VERDICTS = columns(
    *("workflow:workflow", "currency:currency", "verdict:verdict", "volume:volume", "unit:unit cost"),
    *("volume_name:volume_name:hidden", "volume_first:first:hidden", "volume_second:second:hidden"),
    *("unit_cost_first:first:hidden", "unit_cost_second:second:hidden"),
    *("volume_change:volume:hidden", "unit_cost_change:unit cost:hidden", "cost_change:cost:hidden"),
    *("trend_months:trend:hidden", "reason:reason:hidden", "evidence:evidence:hidden"),
)
_OF_CONFIG = ("department", "cost_centre", "product")
"""Groupings by what finops.yaml says of a workflow."""
_VOLUMES = {
    "calls": "Volume is calls where one of the months has no outcomes",
    "tokens": "Volume is tokens where logs do not count calls and one of the months has no outcomes",
}
_SHARE_UNIT = Decimal("0.0001")
_NUMBER_UNIT = Decimal("0.01")


@dataclass(frozen=True)
class ChangeAsked:
    """The options of `explain change` as the user gave them."""

    first: str | None
    second: str | None
    by: str = "workflow"
    workflow: str | None = None


def explain_change(settings: Settings, asked: ChangeAsked, *, now_utc: datetime) -> Document:
    """The bridge between two months, what it is made of and the verdict of each workflow.

    Raises ConfigError for the same month twice or an unknown workflow, InputError for a month without
    data.
    """
    config = settings.load()
    for month in (asked.first, asked.second):
        require_ledger(config, month)
    with settings.open(config) as ledger:
        first, second = _months(ledger, asked)
        refresh(ledger, config, at_utc=now_utc)
        require_workflow(ledger, config, asked.workflow)
        change = spend_change(ledger, first, second)
        judged = judge_change(ledger, change)
    if asked.workflow is not None:
        return _of_workflow(change, judged, asked.workflow)
    return _of_all(change, judged, asked.by, _groups(config, change, asked.by))


def _groups(config: Config, change: Change, by: str) -> tuple[Group, ...]:
    """The bridge of each group; who answers for a workflow is what finops.yaml says today."""
    if by not in _OF_CONFIG:
        return change.groups(by)
    said: dict[str | None, str | None] = {each.name: getattr(each, by, None) for each in config.workflows}
    return grouped(change.parts, lambda part: said.get(part.workflow))


def _months(ledger: Ledger, asked: ChangeAsked) -> tuple[Month, Month]:
    """The two months; the first defaults to the newest with charges before the second."""
    second = chosen_month(ledger, asked.second)
    if asked.first is not None:
        first = Month.parse(asked.first)
        if first >= second:
            refuse_order(first, second)
        return chosen_month(ledger, asked.first), second
    found = ledger.rows(
        "SELECT max(billing_period_start_utc) FROM charge WHERE billing_period_start_utc < ?",
        [second.start_utc],
    )
    if found[0][0] is None:
        raise InputError(
            f"{second}: no month before it is billed, so there is nothing to compare it with.",
            hint="Import an earlier bill, or name another month with --to.",
        )
    return Month.of(found[0][0]), second


def _of_all(change: Change, judged: Sequence[Judged], by: str, groups: Sequence[Group]) -> Document:
    title = f"Why billed spend changed, {change.first} to {change.second}"
    return Document(
        "explain change",
        (
            *(block for whole in change.whole for block in _bridge(change, whole, title)),
            _group_table(change, groups, by),
            _verdict_table(judged),
            *_evidence(judged),
            *_notes(change),
        ),
        _facts(change),
        flat=_flat(groups),
    )


def _of_workflow(change: Change, judged: Sequence[Judged], name: str) -> Document:
    groups = [group for group in change.groups("workflow") if group.name == name]
    if not groups:
        known = sorted({part.workflow for part in change.parts if part.workflow})
        raise InputError(
            f"{name}: no workflow of this name has spend in {change.first} or {change.second}.",
            hint=f"These have: {', '.join(known)}." if known else "`finops-ai attribute` shows where it is.",
        )
    own = [each for each in judged if each.workflow == name]
    title = f"Why the spend of {name} changed, {change.first} to {change.second}"
    return Document(
        "explain change",
        (
            *(block for group in groups for block in _bridge(change, group, title)),
            _drivers(change, name),
            _cells(change, name),
            _verdict_table(own),
            *_evidence(own),
            *_notes(change),
        ),
        {**_facts(change), "workflow": name},
        flat=_flat(groups),
    )


def _bridge(change: Change, group: Group, title: str) -> Iterator[Table | str]:
    """The effects of one currency, and the proof that they add up."""
    rows = tuple(
        (
            *(effect.currency, effect.name, effect.title, effect.amount),
            None if effect.share is None else (effect.share * 100).quantize(_SHARE_UNIT),
        )
        for effect in group.effects
    )
    yield Table("effects", title, _EFFECTS, rows, empty=f"{title}: nothing moved.")
    difference = change.difference(group.currency) if group.name is None else group.difference
    what = "billed " if group.name is None else ""
    yield (
        f"{what}{change.first} {cell(group.start)} {_signed(group.change)} = {what}{change.second} "
        f"{shown(group.end, group.currency)} (difference {plain(difference)})"
    )
    yield ""


def _signed(amount: Decimal) -> str:
    return f"- {cell(-amount)}" if amount < 0 else f"+ {cell(amount)}"


def _group_table(change: Change, groups: Sequence[Group], by: str) -> Table:
    layout = columns(
        *(f"name:{by.replace('_', ' ')}", "currency:currency", f"first:{change.first}:money"),
        *(f"second:{change.second}:money", "change:change:money", "most:most of it"),
    )
    rows = tuple(
        (
            *(_NONE if group.name is None else group.name, group.currency, group.start, group.end),
            *(group.change, _most(group.effects)),
        )
        for group in groups
    )
    return Table("groups", f"By {by.replace('_', ' ')}", layout, rows)


def _most(effects: Sequence[Effect]) -> str:
    """The three largest effects of a group, in a few words."""
    largest = sorted(effects, key=lambda effect: (-abs(effect.amount), effect.name))[:3]
    return ", ".join(f"{each.name.replace('_', ' ')} {each.amount:+,.2f}" for each in largest)


def _drivers(change: Change, name: str) -> Table:
    layout = columns(
        *("driver:driver", f"first:{change.first}:money", f"second:{change.second}:money", "change:change")
    )
    rows = tuple(
        (
            *(driver.name.replace("_", " "), _number(driver.start), _number(driver.end)),
            "n/a" if driver.change is None else f"{driver.change * 100:+,.1f}%",
        )
        for driver in change.drivers
        if driver.workflow == name
    )
    return Table("drivers", "What it is driven by", layout, rows)


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_NUMBER_UNIT)


def _cells(change: Change, name: str) -> Table:
    layout = columns(
        *("provider:provider:hidden", "model:model", "tier:tier", "token_kind:tokens", "currency:currency"),
        *(f"first:{change.first}:money", f"second:{change.second}:money", "most:most of it"),
        *("first_tokens:tokens:hidden", "second_tokens:tokens:hidden"),
        *("first_price_per_1m:price:hidden", "second_price_per_1m:price:hidden"),
    )
    rows = tuple(
        (
            *(part.provider, part.model or part.provider, part.tier, part.token_kind),
            *(part.currency, part.start, part.end),
            _most(effects_of([part])),
            *(part.tokens or (None, None)),
            *part.prices_per_1m,
        )
        for part in change.parts
        if part.workflow == name
    )
    return Table("parts", "Part by part", layout, rows, null="")


def _verdict_table(judged: Sequence[Judged]) -> Table:
    return Table("verdicts", "Verdicts", _VERDICTS, tuple(_verdict_row(each) for each in judged))


def _verdict_row(each: Judged) -> tuple[object, ...]:
    verdict = each.verdict
    moves = (verdict.volume, verdict.unit_cost, verdict.cost)
    changes = (None if move is None else move.change.quantize(_SHARE_UNIT) for move in moves)
    volume, unit = verdict.volume, verdict.unit_cost
    counts = (None, None) if volume is None else (int(volume.start), int(volume.end))
    costs = (None, None) if unit is None else (unit.start.quantize(UNIT), unit.end.quantize(UNIT))
    return (
        *(each.workflow, each.currency, verdict.name),
        None if volume is None else f"{counts[0]:,d} to {counts[1]:,d} {verdict.volume_name}",
        None if unit is None else f"{cell(costs[0], places=4)} to {cell(costs[1], places=4)}",
        *(verdict.volume_name, *counts, *costs, *changes),
        *(verdict.trend_months, verdict.reason, each.evidence),
    )


def _evidence(judged: Sequence[Judged]) -> Iterator[str]:
    several = len({each.currency for each in judged}) > 1
    for each in judged:
        whose = f"{each.workflow}, {each.currency}" if several else each.workflow
        yield f"{whose}: {each.verdict.name}, because {each.verdict.reason}."
        if each.verdict.volume is not None:
            yield from (f"  - {line}" for line in each.evidence)
    if judged:
        yield ""


def _notes(change: Change) -> Iterator[str]:
    """How to read it: what is billed, what was estimated, what the words mean."""
    yield (
        "Amounts are billed; tokens, calls and outcomes are logged. In verdicts, a move within 5% holds: "
        "docs/why-it-changed.md."
    )
    if change.spread_share:
        yield (
            f"{change.spread_share * 100:.1f}% of the direct token cost is billed without a model, tier or "
            "token kind: it is laid over the logged ones by list price (estimated)."
        )
    for effect, said in _VOLUMES.items():
        names = {part.workflow for part in change.parts if part.workflow and effect in part.effects}
        if names:
            yield f"{said}: {', '.join(sorted(names))}."


def _facts(change: Change) -> dict[str, object]:
    return {
        "from": change.first,
        "to": change.second,
        "billed": [
            {
                "currency": currency,
                "first": start,
                "second": end,
                "difference": change.difference(currency),
            }
            for currency, start, end in change.billed
        ],
        "verdict_meanings": MEANINGS,
    }


def _flat(groups: Sequence[Group]) -> Table:
    rows = tuple(
        (
            effect.currency,
            _NONE if group.name is None else group.name,
            effect.name,
            effect.title,
            effect.amount,
        )
        for group in groups
        for effect in group.effects
    )
    return Table("flat", "", _FLAT, rows)
