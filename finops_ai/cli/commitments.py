"""`finops-ai commitments`: throughput and seats used and idle, prepaid credits drawn and left."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.errors import ConfigError
from finops_ai.money import plain
from finops_ai.months import Month

_USED = columns(
    *("month:month", "commitment:commitment", "kind:kind:hidden", "unit:unit", "capacity:capacity"),
    *("used:used", "idle:idle", "used_share:used", "currency:currency", "cost:billed:money"),
    "idle_cost:idle:money",
)
_CREDITS = columns(
    *("month:month", "commitment:credits", "currency:currency", "capacity:granted:money"),
    *("drawn:drawn:money", "balance:left:money"),
)


def show_commitments(settings: Settings, asked: str | None, now_utc: datetime) -> Document:
    """What finops.yaml names under commitments, month by month; ConfigError when it names none."""
    config = settings.load()
    require_ledger(config, asked)
    if not config.commitments:
        raise ConfigError(
            "commitments: finops.yaml names none.",
            hint="docs/configuration.md says how throughput, seats and credits are written down.",
        )
    month = None if asked is None else Month.parse(asked).first_day
    with settings.open(config) as ledger:
        refresh(ledger, config, at_utc=now_utc)
        rows = ledger.run_records("cli", "commitments.sql", {"month": month})
    used = tuple(_used(row) for row in rows if row["kind"] != "credits")
    drawn = tuple(_drawn(row) for row in rows if row["kind"] == "credits")
    nothing = "" if used or drawn else "No commitment holds in a month with data."
    return Document(
        "commitments",
        (
            Table("used", "Throughput and seats", _USED, used, null=""),
            Table("credits", "Prepaid credits", _CREDITS, drawn, null="other currency"),
            *([nothing] if nothing else []),
        ),
        {"month": None if asked is None else asked},
    )


def _used(row: dict[str, Any]) -> tuple[object, ...]:
    share = Decimal(row["used"]) / Decimal(row["capacity"]) if row["capacity"] else None
    return (
        *(Month.of(row["month"]), row["commitment"], row["kind"], row["unit"]),
        *(_count(row["capacity"]), _count(row["used"]), _count(row["idle"])),
        *(None if share is None else f"{share * 100:.1f}%", row["currency"], row["cost"], row["idle_cost"]),
    )


def _drawn(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        *(Month.of(row["month"]), row["commitment"], row["currency"], row["capacity"], row["used"]),
        row["balance"],
    )


def _count(number: Decimal) -> str:
    """A whole number of tokens or seats, whatever decimals its column has."""
    return plain(number)
