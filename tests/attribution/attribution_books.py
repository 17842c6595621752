"""Small bills, logs and outcomes written straight into the tables, as importers and prices would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_ai.attribution import attribute_month
from finops_ai.config import Condition, Config, OutcomeLink, Pool, Rule, Workflow
from finops_ai.ledger import Ledger
from finops_ai.months import Month

D = Decimal
OCTOBER = Month(2026, 10)
KINDS = (
    "input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write", "input_audio",
    "output", "output_audio", "web_search",
)  # fmt: skip


def rule(
    ordinal: int, workflow: str, *, since: date | None = None, until: date | None = None, **when: str
) -> Rule:
    """A rule; field names are keywords, ``tags__key`` for tags.key; patterns are RE2."""
    conditions = tuple(Condition(name.replace("tags__", "tags."), pattern) for name, pattern in when.items())
    return Rule(ordinal, workflow, conditions, since, until, line=ordinal + 10)


def config(
    *rules: Rule,
    workflows: Iterable[str] = (),
    pools: Iterable[Pool] = (),
    outcomes: Iterable[OutcomeLink] = (),
) -> Config:
    """A configuration whose workflows are those of the rules and `workflows`, team `team of <name>`."""
    names = dict.fromkeys([*workflows, *(rule.workflow for rule in rules)])
    return Config(
        path=Path("finops.yaml"),
        ledger_path=Path("finops.duckdb"),
        workflows=tuple(Workflow(name, team=f"team of {name}") for name in names),
        rules=rules,
        pools=tuple(pools),
        outcomes=tuple(outcomes),
    )


@dataclass
class Books:
    """Writes rows into a ledger and attributes them."""

    ledger: Ledger
    row_number: int = field(default=0)

    def charge(self, cost: str, **columns: Any) -> None:
        """One billed line of October, by default an OpenAI token line of the 5th without a kind."""
        self.row_number += 1
        day = columns.pop("day", date(2026, 10, 5))
        start = datetime(day.year, day.month, day.day) if day else datetime(2026, 10, 1)
        row = {
            "file_id": 1,
            "row_number": self.row_number,
            "source": "test",
            "provider": "openai",
            "billed_cost": D(cost),
            "billing_account_id": "acme",
            "billing_currency": "USD",
            "billing_period_start_utc": datetime(2026, 10, 1),
            "billing_period_end_utc": datetime(2026, 11, 1),
            "charge_period_start_utc": start,
            "charge_period_end_utc": start + timedelta(days=1) if day else datetime(2026, 11, 1),
            "charge_category": "Usage",
            **columns,
        }
        if row.get("token_kind") and row.get("consumed_quantity") is not None:
            row.setdefault("consumed_unit", "Tokens")
        self._insert("charge", row)

    def tokens(self, cost: str, kind: str, quantity: int | None, **columns: Any) -> None:
        """One billed token line of model `m`."""
        line = {"model_id": "m", "model_name": "m", "token_kind": kind, "consumed_quantity": quantity}
        self.charge(cost, **{**line, **columns})

    def call(self, *, list_cost: dict[str, str] | None = None, **columns: Any) -> None:
        """One logged call at noon of the 5th; tokens as ``input_uncached_tokens=...``.

        `list_cost` is the list cost of each kind; a kind that is used and not named has no price.
        """
        self.row_number += 1
        row = {
            "file_id": 2,
            "row_number": self.row_number,
            "usage_id": self.row_number,
            "source": "litellm",
            "source_key": str(self.row_number),
            "at_utc": datetime(2026, 10, 5, 12),
            "provider": "openai",
            "model_name": "m",
            "model_id": "m",
            **columns,
        }
        self._insert("token_usage", row)
        self._price(row, list_cost or {})

    def outcome(self, outcome_id: str, **columns: Any) -> None:
        """One resolved ticket, by default a success of the 6th."""
        self.row_number += 1
        row = {
            "file_id": 3,
            "row_number": self.row_number,
            "source": "test",
            "source_key": outcome_id,
            "outcome_id": outcome_id,
            "kind": "ticket",
            "status": "success",
            "resolved_at_utc": datetime(2026, 10, 6),
            **columns,
        }
        self._insert("outcome", row)

    def attribute(self, settings: Config, month: Month = OCTOBER) -> None:
        """Attribute `month`, checks included."""
        with self.ledger.transaction(writes="attribution"):
            attribute_month(self.ledger, settings, month)

    def workflows(self) -> dict[str, tuple[Decimal, Decimal]]:
        """(direct, shared) cost of each workflow in October; one currency only."""
        found = self.ledger.rows("SELECT workflow, direct_cost, shared_cost FROM workflow_month ORDER BY ALL")
        return {workflow: (direct, shared) for workflow, direct, shared in found}

    def gaps(self) -> dict[tuple[str, str], Decimal]:
        """Billed money of each (cause, detail)."""
        found = self.ledger.rows("SELECT cause, detail, cost FROM gap WHERE label = 'billed' ORDER BY ALL")
        return {(cause, detail): cost for cause, detail, cost in found}

    def estimates(self) -> dict[tuple[str, str], Decimal | None]:
        """Money at list price beside the bill, by (cause, detail)."""
        found = self.ledger.rows(
            "SELECT cause, detail, estimated_cost FROM gap "
            "WHERE label = 'estimated' AND cost = 0 ORDER BY ALL"
        )
        return {(cause, detail): cost for cause, detail, cost in found}

    def _price(self, row: dict[str, Any], list_cost: dict[str, str]) -> None:
        used = {kind: row.get(f"{kind}_tokens", 0) for kind in KINDS[:-1]}
        used["web_search"] = row.get("web_search_calls", 0)
        costs = {
            f"{kind}_cost": D(list_cost[kind]) if kind in list_cost else (None if used[kind] else D(0))
            for kind in KINDS
        }
        known = None not in costs.values()
        self._insert(
            "priced_usage",
            {
                "month": Month.of(row["at_utc"]).first_day,
                **{name: row[name] for name in ("usage_id", "file_id", "row_number", "provider", "model_id")},
                **costs,
                "list_cost": sum((cost for cost in costs.values() if cost), D(0)) if known else None,
                "pricing_status": "priced" if known else "unknown_model",
                "currency": "USD" if known else None,
            },
        )

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        self.ledger.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*row.values()])
