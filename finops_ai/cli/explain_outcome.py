"""`finops-ai explain outcome`: what a success cost, as a fraction whose two numbers can be counted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.explain_cost import require_attributed
from finops_ai.cli.explain_figure import Asked, command, refuse_unknown, rest
from finops_ai.cli.refresh import outdated, outdated_text
from finops_ai.cli.text import counted
from finops_ai.errors import InputError
from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.months import Month

_FIGURES = columns(
    *("figure:figure", "cost:cost:money4", "successes:successes:count", "per_success:per success:money4"),
    "reason:why",
)
_COSTS = columns("part:part", "what:what it is", "cost:cost:money4", "explain:explain with:hidden")
_OUTCOMES = columns(
    *("outcome_id:outcome", "counts_as:counts as", "resolved_at_utc:resolved (UTC)", "file:file"),
    *("path:path:hidden", "record:record:count", "cost:cost:money4"),
)


def explain_outcome(settings: Settings, asked: Asked) -> Document:
    """The three costs per success of an outcome kind in a month, and the outcomes and money behind them.

    InputError when no outcome of the month is of the kind.
    """
    config = settings.load()
    require_ledger(config, asked.month)
    with settings.open(config, read_only=True) as ledger:
        month = chosen_month(ledger, asked.month)
        require_attributed(ledger, month)
        refuse_unknown(ledger, config, asked, month)
        old = outdated(ledger, config)
        found = [each for each in _found(ledger, month) if _is_asked(each, asked)]
        if not found:
            raise InputError(
                f"{asked.outcome}: n/a in {month}, since no such workflow counts outcomes of this kind.",
                hint="Name it under `outcomes` of finops.yaml with its workflow and link.",
            )
        blocks: list[Table | str] = [outdated_text(old)] if month in old else []
        for each in found:
            blocks += [*_explained(ledger, month, each, asked.rows), ""]
    facts = {"month": month, "kind": asked.outcome, "label": "allocated", "outcomes_of": tuple(found)}
    return Document("explain outcome", tuple(blocks), facts)


def _found(ledger: Ledger, month: Month) -> list[dict[str, Any]]:
    return ledger.records(
        "SELECT * EXCLUDE (month) FROM outcome_cost WHERE month = $month "
        "ORDER BY kind, workflow, billing_currency",
        {"month": month.first_day},
    )


def _is_asked(each: dict[str, Any], asked: Asked) -> bool:
    return (
        each["kind"] == asked.outcome_kind
        and asked.workflow in (None, each["workflow"])
        and asked.currency in (None, each["billing_currency"])
    )


def _explained(ledger: Ledger, month: Month, each: dict[str, Any], rows: int) -> Iterator[Table | str]:
    currency = each["billing_currency"]
    direct = each["linked_cost"] + each["unlinked_cost"]
    loaded = direct + each["shared_cost"]
    yield f"{month}, {each['kind']} of workflow {each['workflow']}, {currency} (allocated)"
    yield (
        f"{counted(each['attempts'], 'outcome')} of the month, {each['successes']:,d} of them a success: "
        "what failed or was reopened is paid for by those."
    )
    # Nothing billed is not a cost of zero.
    figures = (
        ("attributed", each["linked_cost"] or None, each["attributed_cost_per_success"]),
        ("loaded", loaded or None, each["loaded_cost_per_success"]),
        ("ceiling", loaded + each["gap_cost"] or None, each["ceiling_cost_per_success"]),
    )
    lines = tuple((name, cost, each["successes"], per, _reason(each, per)) for name, cost, per in figures)
    yield ""
    yield Table("figures", "Cost / successes, rounded down at the 15th decimal", _FIGURES, lines)
    costs = tuple(_costs(month, each)) if loaded + each["gap_cost"] else ()
    yield Table("costs", f"Costs, {currency}", _COSTS, costs, null="")
    yield _outcomes(ledger, month, each, rows)
    yield from (str(line[-1]) for line in costs if line[2])


def _reason(each: dict[str, Any], per: Decimal | None) -> str:
    if per is not None:
        return ""
    if each["successes"] == 0:
        return "n/a: no success in the month"
    if each["linked_cost"] + each["unlinked_cost"] + each["shared_cost"] == 0:
        return "n/a: no billed money belongs to it"
    return "n/a: no billed call was linked to it"


def _costs(month: Month, each: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    of = {"month": month, "workflow": each["workflow"], "currency": each["billing_currency"]}
    yield (
        *("linked", "its calls, also of failed ones", each["linked_cost"]),
        command("cost", **of, outcome=each["kind"]),
    )
    yield (
        *("unlinked", "its part of the workflow's direct cost without an outcome", each["unlinked_cost"]),
        command("cost", **of, part="direct"),
    )
    yield (
        *("shared", "its part of what pools give the workflow", each["shared_cost"]),
        command("cost", **of, part="shared"),
    )
    yield (
        *("gaps", "all unlogged and unmapped usage: some of it could be its", each["gap_cost"]),
        command("cost", month=month, currency=each["billing_currency"], cause="unlogged_usage"),
    )


def _outcomes(ledger: Ledger, month: Month, each: dict[str, Any], rows: int) -> Table:
    found = ledger.run_records(
        "cli",
        "explain_outcomes.sql",
        {
            "month": month.first_day,
            "kind": each["kind"],
            "workflow": each["workflow"],
            "currency": each["billing_currency"],
            "limit": rows,
        },
    )
    lines = tuple(
        (
            rest(line["outcomes"], "outcome") if line["outcome_id"] is None else line["outcome_id"],
            *(line["counts_as"], line["resolved_at_utc"]),
            None if line["path"] is None else Path(line["path"]).name,
            *(line["path"], line["record"], line["cost"] if each["linked_cost"] else None),
        )
        for line in found
    )
    linked = f"{plain(each['linked_cost'])} linked" if each["linked_cost"] else "none is billed"
    return Table("outcomes", f"Outcomes by cost of their calls: {linked}", _OUTCOMES, lines, null="")
