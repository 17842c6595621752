"""`finops-ai prices reprice --dry-run`: what the present prices and contracts would change."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import counted
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import closed_months

_COLUMNS = columns(
    *("month:month", "workflow:workflow", "currency:currency", "estimate_before:estimate now:money"),
    *("estimate_after:would be:money", "estimate_difference:difference:money"),
    *("attributed_before:attributed now:hidden", "attributed_after:attributed then:hidden"),
    "attributed_difference:of the bill:money",
)
_MEANING = (
    "Estimate: the logged calls at contract rate, else at list price. Of the bill: how much billed money "
    "would move to (-: from) the workflow; the bill never changes. n/a: not known on one of the sides."
)
_NEW_INPUT = "SELECT month FROM month_input ANTI JOIN month_attributed USING (month) ORDER BY month"

Key = tuple[date, str | None, str | None]
Figures = dict[Key, tuple[Decimal | None, Decimal | None]]


def reprice(settings: Settings, from_month: str | None, *, dry_run: bool, at_utc: datetime) -> Document:
    """The difference per month and workflow, worked out on a copy of the ledger; closed months stay.

    ConfigError without `dry_run`: prices are applied by `attribute`, not here.
    """
    if not dry_run:
        raise ConfigError(
            "prices reprice: writes nothing, so it wants --dry-run.",
            hint="`finops-ai attribute` applies present prices to the months that are open.",
        )
    config = settings.load()
    require_ledger(config, from_month)
    since = date.min if from_month is None else Month.parse(from_month).first_day
    with tempfile.TemporaryDirectory(prefix="finops-ai-") as folder:
        rehearsal = replace(config, ledger_path=Path(folder) / "rehearsal.duckdb")
        settings.copy(config, rehearsal.ledger_path)
        with settings.open(rehearsal) as ledger:
            new = {row[0] for row in ledger.rows(_NEW_INPUT)}
            before = _figures(ledger, since)
            rebuilt = [
                month for month in refresh(ledger, rehearsal, at_utc=at_utc) if month.first_day >= since
            ]
            after = _figures(ledger, since)
            closed = [found.month for found in closed_months(ledger) if found.month.first_day >= since]
    rows = tuple(_changed(before, after))
    again = [month for month in rebuilt if month.first_day not in new]
    return Document("prices reprice", tuple(_blocks(rows, again, closed, new)), _facts(again, closed, rows))


def _figures(ledger: Ledger, since: date) -> Figures:
    rows = ledger.run("cli", "reprice_figures.sql", {"from_month": since}).fetchall()
    return {
        (month, workflow, currency): (estimate, cost) for month, workflow, currency, estimate, cost in rows
    }


def _changed(before: Figures, after: Figures) -> list[tuple[object, ...]]:
    """Every figure that is not the same on both sides, by month and workflow."""
    rows: list[tuple[object, ...]] = []
    for key in sorted(before.keys() | after.keys(), key=lambda key: (key[0], key[1] or "~", key[2] or "")):
        (was, cost_was), (now, cost_now) = before.get(key, (None, None)), after.get(key, (None, None))
        if (was, cost_was) == (now, cost_now):
            continue
        month, workflow, currency = key
        rows.append(
            (
                *(Month.of(month), workflow or "not mapped", currency),
                *(was, now, _difference(was, now), cost_was, cost_now, _difference(cost_was, cost_now)),
            )
        )
    return rows


def _difference(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if before is None or after is None else after - before


def _blocks(
    rows: tuple[tuple[object, ...], ...], again: list[Month], closed: list[Month], new: set[date]
) -> list[Table | str]:
    title = f"{counted(len(rows), 'figure')} would change, in {counted(len(again), 'month')} priced anew"
    empty = f"No figure would change; {counted(len(again), 'month')} would be priced anew."
    blocks: list[Table | str] = [Table("differences", title, _COLUMNS, rows, empty=empty)]
    if rows:
        blocks += [_MEANING, "Nothing was written; `finops-ai attribute` applies it."]
    if closed:
        names = ", ".join(str(month) for month in closed)
        blocks.append(f"Closed, and left as they are: {names}.")
    if new:
        names = ", ".join(str(Month.of(day)) for day in sorted(new))
        blocks.append(f"Never attributed until now, so all of it is new: {names}.")
    return blocks


def _facts(again: list[Month], closed: list[Month], rows: tuple[object, ...]) -> dict[str, object]:
    return {
        "dry_run": True,
        "repriced_months": [str(month) for month in again],
        "closed_months": [str(month) for month in closed],
        "changes": len(rows),
    }
