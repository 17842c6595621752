"""What the explanations of figures share: the figure that is asked for, and the rows behind it.

Every list adds up to what it explains: what is beyond `rows` stands in one line with its exact sum.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_ai.cli.document import Table, columns
from finops_ai.cli.names import nearest, require_outcome_kind, require_workflow
from finops_ai.cli.text import counted
from finops_ai.config import Condition, Config, Rule
from finops_ai.errors import InputError
from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.months import Month

NO_WORKFLOW = "(none)"
"""How the commands print money and calls without a workflow, and how they are asked for."""
PARTS = {
    "total": None,
    "direct": "direct",
    "shared": "shared",
    "workflows": "placed",
    "gaps": "gap",
}
# What a glob of finops.yaml is translated to.
_ANY, _ONE = "(?s:.*)", "(?s:.)"
_ESCAPED = re.compile(r"\\(.)")
_CELLS = columns(
    *("cell_id:group:hidden", "provider:provider:hidden", "account:account", "day:day", "what:what"),
    *("kind:kind:hidden", "charge_rows:lines:count", "billed:billed:money4", "cost:of it here:money4"),
    "matched_by:matched by:hidden",
)
_MATCHED = columns("matched_by:both sides tell of", "groups:groups:count", "matched:matched:money4")
_MATCHED_UNRECORDED = """
SELECT count(*) > 0
FROM allocation_row
SEMI JOIN explained ON explained.cell_id = allocation_row.cell_id
SEMI JOIN cell ON cell.month = $month AND cell.nature = 'token' AND cell.cell_id = allocation_row.cell_id
WHERE allocation_row.month = $month AND allocation_row.label = 'allocated'
    AND NOT EXISTS (FROM cell_match WHERE cell_match.month = $month)
"""
_CHARGES = columns(
    *("file:file", "path:path:hidden", "record:record:count", "day:day", "what:what", "kind:kind"),
    *("quantity:quantity:hidden", "charge_id:charge_id:hidden", "cell_id:group:hidden"),
    "billed_cost:billed:money4",
)
_CALLS = columns(
    *("file:file", "path:path:hidden", "record:record:count", "at_utc:time (UTC)", "model:model"),
    *("outcome_id:outcome", "usage_id:usage_id:hidden", "list_cost:estimated:money6"),
)
_PRICES = columns(
    *("price_id:price row", "model:model", "meter:meter", "price:price", "calls:calls:count"),
    *("currency:currency:hidden", "quantity:quantity:hidden", "cost:estimated:money4"),
)


@dataclass(frozen=True)
class Asked:
    """One figure: the month and what it is of. None: not narrowed by this."""

    month: str | None = None
    workflow: str | None = None
    team: str | None = None
    cause: str | None = None
    pool: str | None = None
    outcome: str | None = None
    provider: str | None = None
    model: str | None = None
    detail: str | None = None
    currency: str | None = None
    part: str = "total"
    rows: int = 10

    @property
    def outcome_kind(self) -> str | None:
        """KIND of KIND/ID."""
        return None if self.outcome is None else self.outcome.partition("/")[0]

    @property
    def outcome_id(self) -> str | None:
        """ID of KIND/ID, if one is named."""
        return None if self.outcome is None else self.outcome.partition("/")[2] or None

    @property
    def words(self) -> tuple[str, ...]:
        """What the figure is narrowed to, in words."""
        named = (
            ("workflow", self.workflow),
            ("team", self.team),
            ("gap", self.cause),
            ("pool", self.pool),
            ("outcome", self.outcome),
            ("provider", self.provider),
            ("model", self.model),
            ("detail", self.detail),
        )
        return tuple(f"{noun} {value}" for noun, value in named if value is not None)

    def params(self, month: Month, currency: str | None) -> dict[str, object]:
        """The values bound in explain_lines.sql."""
        return {
            "month": month.first_day,
            "workflow": "" if self.workflow == NO_WORKFLOW else self.workflow,
            "team": self.team,
            "cause": self.cause,
            "pool": self.pool,
            "outcome_kind": self.outcome_kind,
            "outcome_id": self.outcome_id,
            "provider": self.provider,
            "model": self.model,
            "detail": self.detail,
            "currency": currency,
            "part": PARTS[self.part],
        }


_KNOWN = {
    "team": "SELECT DISTINCT team FROM usage_month WHERE month = $month UNION "
    "SELECT DISTINCT team FROM allocation_row WHERE month = $month",
    "cause": "SELECT DISTINCT cause FROM gap WHERE month = $month",
    "pool": "SELECT DISTINCT pool FROM allocation_row WHERE month = $month",
    "provider": "SELECT DISTINCT provider FROM cell WHERE month = $month UNION "
    "SELECT DISTINCT provider FROM usage_month WHERE month = $month",
    "model": "SELECT DISTINCT coalesce(model_id, model_name) FROM cell WHERE month = $month UNION "
    "SELECT DISTINCT coalesce(model_id, model_name) FROM usage_month WHERE month = $month",
    "currency": "SELECT DISTINCT billing_currency FROM cell WHERE month = $month",
}
_NOUNS = {"cause": "gap"}


def refuse_unknown(ledger: Ledger, config: Config, asked: Asked, month: Month) -> None:
    """Raise for a name that is not known, with names that are near it.

    ConfigError for a workflow or outcome kind that nothing names, InputError for what `month` has not.
    """
    require_workflow(ledger, config, None if asked.workflow == NO_WORKFLOW else asked.workflow)
    require_outcome_kind(ledger, config, asked.outcome_kind)
    for field, query in _KNOWN.items():
        value = getattr(asked, field)
        if value is None or value == NO_WORKFLOW:
            continue
        known = sorted(row[0] for row in ledger.rows(query, {"month": month.first_day}) if row[0] is not None)
        if value not in known:
            raise InputError(
                f"{value}: {month} has no such {_NOUNS.get(field, field)}.",
                hint=nearest(value, known) or f"`finops-ai attribute --month {month}` shows what there is.",
            )


def cells_table(ledger: Ledger, month: Month, currency: str, rows: int) -> Table:
    """The groups of charges behind temporary explained."""
    found = ledger.run_records("cli", "explain_cells.sql", {"month": month.first_day, "limit": rows})
    lines = tuple(
        (
            *(each["cell_id"], each["provider"], _account(each), each["day"], _group_name(each)),
            *(each["token_kind"] or each["charge_category"], each["charge_rows"]),
            *(each["billed"], each["cost"], each["matched_by"]),
        )
        for each in found
    )
    billed = plain(sum((each["billed"] for each in found), Decimal(0)))
    cost = plain(sum((each["cost"] for each in found), Decimal(0)))
    title = f"From groups of bill lines: {billed} billed, {cost} of it here, {currency}"
    return Table("groups", title, _CELLS, lines, null="")


def matched_table(ledger: Ledger, month: Month, currency: str) -> Table | str:
    """By what bill and log were matched in the groups of temporary explained; why it is not known."""
    of_month: dict[str, object] = {"month": month.first_day}
    found = ledger.run_records("cli", "explain_matched.sql", of_month)
    if not found and ledger.value(_MATCHED_UNRECORDED, of_month):
        return "By what its bill lines and calls were matched is not recorded: the month was closed before."
    lines = tuple((each["matched_by"], each["groups"], each["matched"]) for each in found)
    return Table("matched", f"Their bill lines and calls were matched by, {currency}", _MATCHED, lines)


def _account(each: dict[str, Any]) -> str | None:
    return None if each["provider"] is None else f"{each['provider']} {each['account'] or ''}".strip()


def _group_name(each: dict[str, Any]) -> str:
    if each["cell_id"] is None:
        return rest(each["groups"], "group")
    name = str(each["model_id"] or each["model_name"] or each["service_name"] or each["provider"])
    if each["nature"] == "pool_transfer":
        return f"from pool {each['pool']}: {name}, {each['charge_category']}"
    return f"{name}, {each['token_kind'] or each['charge_category']}"


def charges_table(ledger: Ledger, month: Month, currency: str, rows: int) -> Table:
    """The bill lines behind temporary explained, with file and record."""
    found = ledger.run_records("cli", "explain_charges.sql", {"month": month.first_day, "limit": rows})
    lines = tuple(
        (
            _file(each["path"]),
            *(each["path"], each["record"], each["day"]),
            rest(each["lines"], "line") if each["charge_id"] is None else each["what"] or each["provider"],
            *(each["kind"], each["quantity"], each["charge_id"], each["cell_id"], each["billed_cost"]),
        )
        for each in found
    )
    total = plain(sum((each["billed_cost"] for each in found), Decimal(0)))
    count = sum(each["lines"] for each in found)
    title = f"{counted(count, 'bill line')} with these amounts, {total} {currency} (billed)"
    return Table("charges", title, _CHARGES, lines, null="")


def calls_tables(ledger: Ledger, params: dict[str, object], rows: int) -> tuple[Table | str, ...]:
    """The calls that the figure rests on, dearest first, and the price rows behind them."""
    # A statement refuses values that it does not name.
    named = ("month", "workflow", "team", "outcome_kind", "outcome_id", "provider", "model")
    ledger.run("cli", "explain_used.sql", {name: params[name] for name in named})
    limit = {"month": params["month"], "limit": rows}
    found = ledger.run_records("cli", "explain_used_rows.sql", limit)
    if not found:
        return ("No logged call stands behind it.",)
    calls = sum(each["calls"] for each in found)
    unpriced = sum(each["unpriced"] for each in found)
    lines = tuple(
        (
            *(_file(each["path"]), each["path"], each["record"], each["at_utc"]),
            rest(each["calls"], "call") if each["usage_id"] is None else each["model"],
            *(each["outcome_id"], each["usage_id"], each["list_cost"]),
        )
        for each in found
    )
    total = plain(sum((each["list_cost"] or Decimal(0) for each in found), Decimal(0)))
    note = f"; {counted(unpriced, 'call')} without a price" if unpriced else ""
    prices = ledger.run_records("cli", "explain_price_rows.sql", limit)
    return (
        Table(
            "calls",
            f"{counted(calls, 'logged call')}, {total} at list price (estimated){note}",
            _CALLS,
            lines,
            null="",
        ),
        Table("prices", "Their price rows", _PRICES, tuple(map(_price_line, prices)), null=""),
    )


def _price_line(each: dict[str, Any]) -> tuple[object, ...]:
    is_rest = each["price_id"] is None
    return (
        *(each["price_id"], rest(each["prices"], "price") if is_rest else each["model_id"], each["meter"]),
        None if is_rest else f"{plain(each['price_per'])} per {'1M' if each['per'] == 1_000_000 else '1K'}",
        *(each["calls"], each["currency"], each["quantity"], each["cost"]),
    )


def rest(number: int, noun: str) -> str:
    """What one line says of all that is not listed."""
    return f"and {number:,d} more {noun if number == 1 else noun + 's'}"


def command(figure: str, **filters: object) -> str:
    """The whole command that explains `figure`, filters that are None left out, for a shell."""
    named = (f"--{name} {shlex.quote(str(value))}" for name, value in filters.items() if value is not None)
    return " ".join(("finops-ai explain", figure, *named))


def outcome_command(month: Month, kind: str, workflow: str, currency: str | None = None) -> str:
    """The command that explains a cost per success; `currency` where the kind has costs in several."""
    named = command("outcome", month=month, workflow=workflow, currency=currency)
    return f"{named} {shlex.quote(kind)}"


def _file(path: str | None) -> str | None:
    return None if path is None else Path(path).name


def rule_text(config: Config, ordinal: int | None) -> str:
    """A rule as finops.yaml says it, with its line; words for what is no rule."""
    rule: Rule | None = next((each for each in config.rules if each.ordinal == ordinal), None)
    if rule is None:
        return (
            "no rule: its own log names the workflow" if ordinal is None else f"rule {ordinal}, since removed"
        )
    place = f"line {rule.line} of {config.path.name}" if config.path and rule.line else "finops.yaml"
    return f"rule {rule.ordinal}, {place}: {conditions_text(rule.conditions)}"


def conditions_text(conditions: Iterable[Condition]) -> str:
    """Conditions in words: ``tags.workflow = support-triage and project_id ~ acme-.*``."""
    from finops_ai.attribution.fields import literal

    said = []
    for condition in conditions:
        glob = condition.pattern.replace(_ANY, "*").replace(_ONE, "?")
        text = literal(condition.pattern) if glob == condition.pattern else _ESCAPED.sub(r"\1", glob)
        said.append(
            f"{condition.field_name} ~ {condition.pattern}"
            if text is None
            else f"{condition.field_name} = {text}"
        )
    return " and ".join(said)
