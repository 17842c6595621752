"""`finops-ai rules test`: what a rule, or another finops.yaml, would move before it counts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from finops_ai.attribution import rule_use
from finops_ai.attribution.rule_use import Met
from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.rules import dates_text, months_asked, when_text
from finops_ai.cli.text import cell, counted
from finops_ai.config import Config, Rule
from finops_ai.config_candidate import with_rule
from finops_ai.config_file import load_config, meant
from finops_ai.errors import ConfigError, InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.patterns import spelled
from finops_ai.reports import closed_months
from finops_ai.yaml_text import written_yaml

_MOVES = columns(
    *("month:month", "kind:kind:hidden", "place:money of", "currency:currency", "before:now:money"),
    *("after:would be:money", "difference:difference:money", "direct:direct:hidden", "shared:shared:hidden"),
    "calls:calls:count",
)
_TOTALS = columns(
    *("kind:kind:hidden", "place:money of", "currency:currency", "before:now:money"),
    *("after:would be:money", "difference:difference:money", "calls:calls:count"),
)
_MEANING = (
    "Billed money that would stand elsewhere, shares of pools among it: each month adds up to zero, because "
    "the bill does not change. Calls: how many more (-: fewer) the workflow would have."
)

Key = tuple[date, str, str, str]
"""Month, kind of place, place, currency."""


@dataclass(frozen=True)
class Candidate:
    """What is to be tested: one rule, or the file `other`."""

    workflow: str | None
    when: tuple[str, ...]
    valid_from: str | None
    until: str | None
    at: int | None
    other: Path | None


@dataclass(frozen=True)
class _Standing:
    """What stands at one place: direct and shared money, and the calls of a workflow."""

    direct: Decimal = Decimal(0)
    shared: Decimal = Decimal(0)
    calls: int | None = None

    @property
    def total(self) -> Decimal:
        return self.direct + self.shared


def test_rules(
    settings: Settings, asked: Candidate, month: str | None, since: str | None, *, at_utc: datetime
) -> Document:
    """Attribute a copy of the ledger as it is and with the candidate, and tell the two apart.

    Closed months keep their figures, so they are left out. ConfigError when the candidate cannot be.
    """
    config = settings.load()
    candidate, rule = _candidate(settings, config, asked)
    require_ledger(config, month or since)
    with tempfile.TemporaryDirectory(prefix="finops-ai-") as folder:
        path = Path(folder) / "rehearsal.duckdb"
        settings.copy(config, path)
        with settings.open(replace(config, ledger_path=path)) as ledger:
            refresh(ledger, config, at_utc=at_utc, wanted=_asked_for(month, since))
            closed = {found.month for found in closed_months(ledger)}
            months = _months(ledger, config, month, since)
            scope = [each for each in months if each not in closed]
            before = _figures(ledger, scope, config.reporting_currency)
            refresh(ledger, candidate, at_utc=at_utc, wanted=lambda each: each in scope)
            after = _figures(ledger, scope, config.reporting_currency)
            tried = rule_use.tried_in_order(candidate, scope)
            met = () if rule is None else rule_use.met(ledger, candidate, tried, scope)
    moves = tuple(_moves(before, after))
    left_out = [each for each in months if each in closed]
    blocks = [
        *([] if rule is None else _introduced(config, rule, met)),
        *_blocks(rule, moves, scope, left_out),
    ]
    facts = {
        "months": [str(each) for each in scope],
        "closed_months": [str(each) for each in left_out],
        "rule": None if rule is None else _snippet(rule),
        "at": None if rule is None else rule.ordinal,
        "matches": [] if rule is None else _matched(rule, candidate, met),
    }
    return Document("rules test", tuple(blocks), facts, flat=Table("moves", "", _MOVES, moves))


def _asked_for(month: str | None, since: str | None) -> Callable[[Month], bool]:
    """Whether a month is in question: bringing others up to date would be waited for in vain."""
    first = Month.parse(month or since or "0001-01")
    return lambda each: each == first if month is not None else each >= first


def _candidate(settings: Settings, config: Config, asked: Candidate) -> tuple[Config, Rule | None]:
    rule_said = asked.workflow is not None or bool(asked.when)
    if asked.other is not None:
        if rule_said or asked.valid_from or asked.until or asked.at:
            raise ConfigError(
                "rules test: --with stands beside the options of one rule.",
                hint="Give a whole file with --with, or one rule with --workflow and --when.",
            )
        other = load_config(Path.cwd(), config_path=asked.other, ledger_path=settings.ledger)
        return replace(other, ledger_path=config.ledger_path), None
    if asked.workflow is None or not asked.when:
        raise ConfigError(
            "rules test: a rule needs --workflow and --when.",
            hint='For example: finops-ai rules test --workflow support --when "tags.team=support*".',
        )
    return with_rule(
        config, asked.workflow, asked.when, valid_from=asked.valid_from, until=asked.until, at=asked.at
    )


def _figures(ledger: Ledger, months: Sequence[Month], reporting: str) -> dict[Key, _Standing]:
    if not months:
        return {}
    span = {"from_month": months[0].first_day, "until_month": months[-1].first_day}
    wanted = {each.first_day for each in months}
    return {
        (month, kind, f"{place}: {detail}" if detail else place, currency or reporting): _Standing(
            direct, shared, calls
        )
        for month, kind, place, detail, currency, direct, shared, calls in ledger.run(
            "cli", "rules_figures.sql", span
        ).fetchall()
        if month in wanted
    }


def _moves(before: dict[Key, _Standing], after: dict[Key, _Standing]) -> Iterator[tuple[object, ...]]:
    """What differs, month by month: those that get, then those that give, the largest first."""
    nothing = _Standing()

    def order(key: Key) -> tuple[object, ...]:
        moved = after.get(key, nothing).total - before.get(key, nothing).total
        return key[0], key[3], moved <= 0, -abs(moved), key[1], key[2]

    for key in sorted(before.keys() | after.keys(), key=order):
        was, now = before.get(key, nothing), after.get(key, nothing)
        calls = (now.calls or 0) - (was.calls or 0)
        # Calls without any workflow are the other side of calls that move, not of money.
        if (was.direct, was.shared) == (now.direct, now.shared) and not calls:
            continue
        month, kind, place, currency = key
        yield (
            *(Month.of(month), kind, "calls without a workflow" if kind == "calls" else place, currency),
            *((None, None, None) if kind == "calls" else (was.total, now.total, now.total - was.total)),
            *((None, None) if kind == "calls" else (now.direct - was.direct, now.shared - was.shared)),
            calls or None,
        )


def _totals(moves: Sequence[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
    """The moves of all months together, in the same columns but for the month."""
    found: dict[tuple[object, ...], list[object]] = {}
    for _, kind, place, currency, before, after, difference, _, _, calls in moves:
        sums = found.setdefault((kind, place, currency), [None, None, None, None])
        for index, value in enumerate((before, after, difference, calls)):
            if value is not None:
                sums[index] = value if sums[index] is None else sums[index] + value  # type: ignore[operator]
    rows = [(*key, *sums) for key, sums in found.items()]

    def order(row: tuple[object, ...]) -> tuple[object, ...]:
        moved = row[5] if isinstance(row[5], Decimal) else Decimal(0)
        return row[2], moved <= 0, -abs(moved), str(row[0]), str(row[1])

    return tuple(sorted(rows, key=order))


def _matched(rule: Rule, candidate: Config, met: Sequence[Met]) -> list[dict[str, object]]:
    """For calls and charges: how many rows the rule meets, takes, and which earlier rule keeps the rest."""
    found: dict[tuple[str, int], int] = {}
    for each in met:
        if rule.ordinal in each.ordinals:
            key = (each.side, each.ordinals[0])
            found[key] = found.get(key, 0) + each.rows
    names = {each.ordinal: each.workflow for each in candidate.rules}
    return [
        {"rows": side, "taken_by_rule": ordinal, "workflow": names[ordinal], "count": count}
        for (side, ordinal), count in sorted(found.items())
    ]


def _snippet(rule: Rule) -> str:
    """The rule as it goes into finops.yaml."""
    fields = {each.field_name: spelled(each.pattern) for each in rule.conditions}
    said: dict[str, object] = {"workflow": rule.workflow, "when": fields}
    if rule.valid_from:
        said["from"] = str(rule.valid_from)
    if rule.valid_to:
        said["until"] = str(rule.valid_to)
    return written_yaml([said])


def _months(ledger: Ledger, config: Config, month: str | None, since: str | None) -> list[Month]:
    """The months in question; what is missing is said of the ledger itself, not of its copy."""
    try:
        return months_asked(ledger, month, since)
    except InputError as problem:
        message = problem.message.replace(str(ledger.path), str(config.ledger_path))
        raise InputError(message, hint=problem.hint) from None


def _introduced(config: Config, rule: Rule, met: Sequence[Met]) -> Iterator[str]:
    yield f"Rule {rule.ordinal}: {when_text(rule.conditions)} -> {rule.workflow}{dates_text(rule)}"
    if rule.workflow not in {each.name for each in config.workflows}:
        hint = meant(rule.workflow, [each.name for each in config.workflows])
        yield f"{rule.workflow} is not registered under workflows yet. {hint}"
    yield from _matches(rule, met)
    yield ""


def _blocks(
    rule: Rule | None, moves: tuple[tuple[object, ...], ...], scope: Sequence[Month], closed: Sequence[Month]
) -> Iterator[Table | str]:
    span = (
        "no open month" if not scope else str(scope[0]) if len(scope) == 1 else f"{scope[0]} to {scope[-1]}"
    )
    if len(scope) > 1 and moves:
        yield Table("totals", f"What would move, {span}", _TOTALS, _totals(moves), null="")
    yield Table(
        "moves",
        f"What would move, {span}" if len(scope) <= 1 else "Month by month",
        _MOVES,
        moves,
        empty=f"No money and no call would move, {span}.",
        null="",
    )
    if moves:
        yield _MEANING
    if closed:
        yield f"Closed, and left as they are: {', '.join(map(str, closed))}."
    if rule is None:
        yield "Nothing was written."
    else:
        yield f"Nothing was written. To make it count, under rules in finops.yaml at place {rule.ordinal}:"
        yield from (f"  {line}" for line in _snippet(rule).splitlines())


def _matches(rule: Rule, met: Sequence[Met]) -> Iterator[str]:
    for side in ("calls", "charges"):
        meets = [each for each in met if each.side == side and rule.ordinal in each.ordinals]
        takes = [each for each in meets if each.ordinals[0] == rule.ordinal]
        all_rows, rows = sum(each.rows for each in meets), sum(each.rows for each in takes)
        noun = "row of usage" if side == "calls" else "charge"
        text = f"It meets {counted(all_rows, noun, 'rows of usage' if side == 'calls' else None)}"
        text += f" and takes {cell(rows)}" if all_rows else ""
        others = sorted({each.ordinals[0] for each in meets} - {rule.ordinal})
        kept = ", ".join(f"rule {ordinal}" for ordinal in others)
        yield (
            f"{text}; {cell(all_rows - rows)} stay with {kept}, which comes first." if others else f"{text}."
        )
