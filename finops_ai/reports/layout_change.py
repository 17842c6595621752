"""Report -> Page: why the bill is not the one of the month before, and each workflow's verdict."""

from __future__ import annotations

from finops_ai.attribution.bridge import Effect, Group, Judged
from finops_ai.money import plain
from finops_ai.reports.exact import total
from finops_ai.reports.model import Report, WhyChanged
from finops_ai.reports.page import Section, Table, columns, row
from finops_ai.reports.text import (
    NOT_AVAILABLE,
    clean,
    money,
    month_name,
    percent,
    roundings,
    signed,
    signed_percent,
    unit_money,
)
from finops_ai.reports.wording import gap_name

_TEXT = (
    "Amounts for what moved the bill, which add up to its change exactly and depend on no order (LMDI-I). "
    "Price compares the same model, tier and token kind; outcomes are successful ones."
)
_MOST = 3


def change_section(report: Report) -> Section | None:
    """The bridge from the month before; None when that has no bill in the ledger."""
    found = report.why_changed
    if found is None:
        return None
    tables: list[Table] = []
    for whole in found.change.whole:
        groups = [each for each in found.change.groups("workflow") if each.currency == whole.currency]
        tables += [_effects(found, whole), _workflows(found, groups)]
    verdicts = [each for each in found.judged if each.verdict.volume is not None]
    tables += [_verdicts(found.judged)] if found.judged else []
    notes = [f"{clean(each.workflow)}: {'; '.join(each.evidence)}." for each in verdicts]
    title = f"Why it changed since {month_name(report.before)}"
    return Section("change", title, (_TEXT,), tuple(tables), notes=tuple(notes))


def _effects(found: WhyChanged, whole: Group) -> Table:
    change = found.change
    rows = [row(_title(effect), signed(effect.amount), percent(effect.share)) for effect in whole.effects]
    apart = change.difference(whole.currency)
    closing = (
        f"Billed {change.first} {money(whole.start)} {signed(whole.change)} = {change.second} "
        f"{money(whole.end, whole.currency)}; difference {plain(apart)}."
    )
    amounts = [effect.amount for effect in whole.effects]
    return Table(
        f"What moved it, {whole.currency}",
        "billed",
        columns("What", "#Amount", "#Of the change"),
        tuple(rows),
        row("change", signed(total(amounts)), ""),
        (closing, *roundings(("Amount", amounts, whole.change))),
    )


def _workflows(found: WhyChanged, groups: list[Group]) -> Table:
    first, second = found.change.first, found.change.second
    return Table(
        f"By workflow, {groups[0].currency}",
        "allocated",
        columns("Workflow", f"#{first}", f"#{second}", "#Change", "Most of it"),
        tuple(
            row(
                clean(group.name) or "no workflow",
                money(group.start),
                money(group.end),
                signed(group.change),
                _most(group.effects),
            )
            for group in groups
        ),
    )


def _most(effects: tuple[Effect, ...]) -> str:
    largest = sorted(effects, key=lambda effect: (-abs(effect.amount), effect.name))[:_MOST]
    return ", ".join(f"{_title(each)} {signed(each.amount)}" for each in largest)


def _title(effect: Effect) -> str:
    """The effect's name; a gap has the name that it has in the rest of the report."""
    if effect.name.startswith("gap_"):
        return f"Gap: {gap_name(effect.name.removeprefix('gap_'))}"
    return effect.title


def _verdicts(judged: tuple[Judged, ...]) -> Table:
    rows = []
    for each in judged:
        volume, unit = each.verdict.volume, each.verdict.unit_cost
        if volume is None or unit is None:
            moved = (NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE)
        else:
            moved = (
                f"{plain(volume.start)} to {plain(volume.end)} {each.verdict.volume_name}",
                f"{unit_money(unit.start)} to {unit_money(unit.end, each.currency)}",
                signed_percent(unit.change),
            )
        rows.append(row(clean(each.workflow), each.verdict.name, *moved, each.verdict.reason))
    return Table(
        "Verdicts: direct cost per outcome, per call where there are none",
        "allocated",
        columns("Workflow", "Verdict", "Volume", "Unit cost", "#Change", "Because"),
        tuple(rows),
    )
