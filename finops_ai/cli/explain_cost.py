"""`finops-ai explain cost`: what an amount of money is made of, down to the bill line and the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.explain_figure import (
    Asked,
    calls_tables,
    cells_table,
    charges_table,
    conditions_text,
    matched_table,
    refuse_unknown,
    rule_text,
)
from finops_ai.cli.refresh import outdated, outdated_text
from finops_ai.config import Config
from finops_ai.errors import InputError
from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.months import Month

_PARTS = columns(
    *("how:how", "why:why", "label:label", "kind:kind:hidden", "rule_ordinal:rule:hidden"),
    *("pool:pool:hidden", "cause:cause:hidden", "groups:groups:count", "cost:cost:money4"),
)
CAUSES = {
    "unlogged_usage": "billed, and no log tells of it",
    "unmapped_usage": "billed and logged, but no rule maps the calls to a workflow",
    "unmapped_charge": "no rule and no pool takes the bill line",
    "unmapped_billing_name": "the bill names a model that is not known",
    "credit": "the provider's credit",
    "refund": "the provider's refund or correction",
    "tax": "tax on the bill",
    "currency": "no exchange rate, so it cannot be compared with list prices",
    "shared_unallocated": "a pool that no workflow receives a part of",
    "idle_capacity": "paid for in advance and used by nobody",
    "rate_difference": "the bill is below list price",
    "unpriced_model": "logged, and the model has no list price",
    "unbilled_usage": "logged, and not on the bill",
    "unexplained": "no cause is known",
}
_TERMS_MAX = 6
_WITH_CALLS = frozenset({"unmapped_usage"})


def explain_cost(settings: Settings, asked: Asked) -> Document:
    """The figure that `asked` names: its parts, groups of bill lines, bill lines, calls and prices.

    InputError when nothing of the month has such a name, or when nothing is left of it.
    """
    config = settings.load()
    require_ledger(config, asked.month)
    with settings.open(config, read_only=True) as ledger:
        month = chosen_month(ledger, asked.month)
        require_attributed(ledger, month)
        refuse_unknown(ledger, config, asked, month)
        old = outdated(ledger, config)
        currency = _currency(ledger, config, asked, month)
        params = asked.params(month, currency)
        ledger.run("cli", "explain_lines.sql", params)
        parts = ledger.run_records("cli", "explain_parts.sql")
        if not parts:
            raise InputError(_nothing(asked, month, currency), hint=_nothing_hint(asked, month))
        blocks = (
            *_headline(asked, month, currency, parts),
            *([outdated_text(old)] if month in old else []),
            "",
            _parts_table(config, currency, parts),
            *_pool_steps(ledger, config, month),
            cells_table(ledger, month, currency, asked.rows),
            matched_table(ledger, month, currency),
            charges_table(ledger, month, currency, asked.rows),
            *(calls_tables(ledger, params, asked.rows) if _has_calls(parts) else ()),
            _further(asked),
        )
    total = _total(parts)
    facts = {"month": month, "figure": total, "currency": currency, "label": _label(parts), "of": asked.words}
    return Document("explain cost", blocks, facts)


def require_attributed(ledger: Ledger, month: Month) -> None:
    """Raise InputError unless `month` is attributed: before that no figure of it exists."""
    known = ledger.value(
        "SELECT count(*) FROM month_attributed WHERE month = $month", {"month": month.first_day}
    )
    if not known:
        raise InputError(
            f"{month}: n/a, since the month is not attributed yet.",
            hint=f"Run `finops-ai attribute --month {month}` first.",
        )


def _currency(ledger: Ledger, config: Config, asked: Asked, month: Month) -> str:
    """Money of two currencies is never added: the one asked for, else the reporting one where it has any."""
    if asked.currency is not None:
        return asked.currency
    ledger.run("cli", "explain_lines.sql", asked.params(month, None))
    found = [row[0] for row in ledger.rows("SELECT DISTINCT billing_currency FROM explained ORDER BY ALL")]
    if not found or config.reporting_currency in found:
        return config.reporting_currency
    return str(found[0])


def _total(parts: Sequence[dict[str, Any]]) -> Decimal:
    return sum((part["cost"] for part in parts), Decimal(0))


def _label(parts: Sequence[dict[str, Any]]) -> str:
    labels = {part["label"] for part in parts}
    is_whole = {"pool_source", "pool_share"} <= {part["kind"] for part in parts}
    return "billed" if labels == {"billed"} or is_whole else "allocated"


def _headline(asked: Asked, month: Month, currency: str, parts: Sequence[dict[str, Any]]) -> Iterator[str]:
    of = ", ".join(asked.words) or "the whole bill"
    part = "" if asked.part == "total" else f", {asked.part}"
    yield f"{month}, {of}{part}: {plain(_total(parts))} {currency} ({_label(parts)})"
    if 1 < len(parts) <= _TERMS_MAX:
        terms = " + ".join(plain(part["cost"]) for part in parts).replace("+ -", "- ")
        yield f"= {terms}"


def _parts_table(config: Config, currency: str, parts: Sequence[dict[str, Any]]) -> Table:
    rows = tuple(
        (
            *(_how(part), _why(config, part), part["label"], part["kind"], part["rule_ordinal"]),
            *(part["pool"], part["cause"], part["groups"], part["cost"]),
        )
        for part in parts
    )
    return Table("parts", f"Made of, {currency}", _PARTS, rows, null="")


def _how(part: dict[str, Any]) -> str:
    if part["kind"] == "direct":
        return "calls matched to the bill" if part["label"] == "allocated" else "bill line itself"
    if part["kind"] == "pool_share":
        return f"share of pool {part['pool']}"
    if part["kind"] == "pool_source":
        return f"pool {part['pool']}" if part["cost"] >= 0 else f"leaves pool {part['pool']}"
    return f"gap {part['cause']}"


def _why(config: Config, part: dict[str, Any]) -> str:
    if part["cause"] is not None:
        return CAUSES.get(part["cause"], "a named gap")
    if part["kind"] == "direct":
        return rule_text(config, part["rule_ordinal"])
    return pool_text(config, part["pool"])


def pool_text(config: Config, name: str | None) -> str:
    """A pool as finops.yaml says it, with its line."""
    pool = next((each for each in config.pools if each.name == name), None)
    commitment = next((each for each in config.commitments if each.name == name), None)
    if commitment is not None:
        return f"{_place(config, commitment.line)}: a commitment, split by what used it"
    if pool is None:
        return "since removed from finops.yaml"
    return f"{_place(config, pool.line)}: {conditions_text(pool.conditions)}, split by {pool.split_by}"


def _place(config: Config, line: int) -> str:
    name = config.path.name if config.path else "finops.yaml"
    return f"line {line} of {name}" if line else name


def _pool_steps(ledger: Ledger, config: Config, month: Month) -> Iterator[str]:
    for pool in ledger.run_records("cli", "explain_pools.sql", {"month": month.first_day}):
        taken = ledger.value(
            "SELECT sum(cost) FROM explained WHERE kind = 'pool_share' AND pool = $pool",
            {"pool": pool["pool"]},
        )
        named = next((each for each in config.pools if each.name == pool["pool"]), None)
        by = f" by {named.split_by.replace('_', ' ')}" if named else ""
        idle = f", {plain(pool['gap'])} of it a gap" if pool["gap"] else ""
        yield (
            f"pool {pool['pool']}: billed {plain(pool['billed'])} {pool['currency']}, split{by} over "
            f"{pool['receivers']} workflows{idle}; here {plain(taken)}"
        )
        yield ""


def _has_calls(parts: Sequence[dict[str, Any]]) -> bool:
    return any(
        (part["kind"] == "direct" and part["label"] == "allocated") or part["cause"] in _WITH_CALLS
        for part in parts
    )


def _further(asked: Asked) -> str:
    more = "" if asked.rows > 10 else "`--rows N` lists more; "
    return (
        f"{more}`--format json` has every digit, path and id; "
        "`finops-ai explain usage ID` shows the arithmetic of one call."
    )


def _nothing(asked: Asked, month: Month, currency: str) -> str:
    of = ", ".join((*asked.words, *([] if asked.part == "total" else [asked.part]))) or "the whole bill"
    return f"{month}, {of}: n/a, since no {currency} amount of the bill belongs to it."


def _nothing_hint(asked: Asked, month: Month) -> str:
    if asked.workflow is not None:
        return (
            "Its calls may be logged and not billed: "
            f"`finops-ai explain estimate --month {month}` lists what no bill holds."
        )
    if not asked.words and asked.part == "total":
        return f"What is logged and on no bill: `finops-ai explain estimate --month {month}`."
    return f"Leave a filter out, or see `finops-ai attribute --month {month}`."
