"""`finops-ai status`: what the ledger holds, how fresh it is, and what is not explained yet."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.freshness import FRESH
from finops_ai.cli.text import counted
from finops_ai.months import Month

STALE_DAYS = 7
"""A source whose newest row is older than this, against the newest of all, is flagged."""

_SOURCES = columns(
    *("importer:source", "feeds:feeds", "files:files:count", "rows_added:rows:count"),
    *("rows_repeated:repeated:hidden", "rows_replaced:replaced:hidden", "rows_rejected:refused:count"),
    *("first_day:first day", "last_day:last day", "age_days:age:count"),
)
_MONTHS = columns(
    *("month:month", "currency:currency", "billed:billed:money", "attributed:attributed:money"),
    *("unattributed:unattributed:money", "calls:calls:count"),
)
_ACCRUED = columns(
    *("month:month", "currency:currency", "accrued:accrued:money", "first_day:from", "last_day:to"),
    *("unpriced_tokens:tokens without a price:count", "label:label:hidden"),
)
_REJECTS = columns("file:file", "line:line:count", "column:column", "reason:reason")
_UNPRICED = columns(
    "provider:provider", "model:model", "reason:reason", "calls:calls:count", "tokens:tokens:count"
)
_QUALITY = columns(
    *("source:source", "quality:what is weak", "rows:rows:count", "tokens:tokens:count"),
    *("source_tokens:of:hidden", "share:share:count"),
)


def show_status(settings: Settings, as_of: date | None, now_utc: datetime) -> Document:
    """Sources, months, rejects, unpriced models and quality flags; ages against `as_of`.

    Where finops.yaml states from which age a source is late, that counts: against `as_of`, else `now_utc`.
    """
    from finops_ai.cli.converted import converted_months
    from finops_ai.cli.refresh import outdated, outdated_text
    from finops_ai.cli.sources import source_ages
    from finops_ai.prices import unpriced
    from finops_ai.reports import late_months

    config = settings.load()
    # Not read-only: `status` is the command that brings an older ledger to the present schema.
    with settings.open(config, read_only=not config.ledger_path.exists()) as ledger:
        sources = ledger.run_records("cli", "status_sources.sql", {"as_of": as_of})
        months = ledger.run_records("cli", "status_months.sql")
        rejects = ledger.run_records("cli", "status_rejects.sql")
        missing = unpriced(ledger)
        weak = ledger.run_records("cli", "status_quality.sql")
        old = outdated(ledger, config)
        converted = converted_months(ledger)
        accrued = ledger.run("cli", "status_accrued.sql").fetchall()
        old_sources = source_ages(ledger, config, as_of or now_utc.date()) if config.freshness else ()
        late = late_months(ledger)
        rejected = int(ledger.value("SELECT count(*) FROM reject"))
    flags = (
        *(age.text for age in old_sources if age.verdict not in (None, FRESH)),
        *_stale(sources, {age.source for age in old_sources if age.verdict is not None}),
        *([outdated_text(old)] if old else []),
        *(f"{month} is closed, and rows arrived later: `finops-ai close` says more." for month in late),
        *_month_flags(months),
        *_counts(rejected, len(missing)),
    )
    by_month = tuple((Month.of(r["month"]), *list(r.values())[1:]) for r in months)
    refused = f"Refused rows ({rejected} in all; the first of each file)"
    models = tuple((i.provider, i.model_name, i.reason, i.calls, i.tokens) for i in missing)
    blocks: tuple[Table | str, ...] = (
        Table("sources", "Sources", _SOURCES, _rows(sources), empty="No file has been ingested."),
        Table("months", "Months", _MONTHS, by_month),
        converted,
        Table("accrued", "Accrued: logged, not billed (in no billed total)", _ACCRUED, _months_of(accrued)),
        Table("rejects", refused, _REJECTS, _short(rejects)),
        Table("unpriced", "Usage without a list price", _UNPRICED, models),
        Table("data_quality", "Data quality: figures that are weak", _QUALITY, _weaknesses(weak)),
        *(f"! {flag}" for flag in flags),
    )
    return Document("status", blocks, {"ledger": config.ledger_path, "rejected": rejected, "flags": flags})


def _rows(records: list[dict[str, Any]]) -> tuple[tuple[object, ...], ...]:
    return tuple(tuple(record.values()) for record in records)


def _months_of(rows: list[tuple[Any, ...]]) -> tuple[tuple[object, ...], ...]:
    return tuple((Month.of(first), *rest) for first, *rest in rows)


def _short(records: list[dict[str, Any]]) -> tuple[tuple[object, ...], ...]:
    return tuple((Path(r["path"]).name, r["line"], r["column_name"] or "", r["reason"]) for r in records)


def _weaknesses(records: list[dict[str, Any]]) -> tuple[tuple[object, ...], ...]:
    return tuple((*record.values(), _share(record["tokens"], record["source_tokens"])) for record in records)


def _share(part: int, whole: int) -> str | None:
    """`part` of `whole` as a percentage with one decimal; None when there is no whole."""
    return f"{Decimal(part) / Decimal(whole) * 100:.1f}%" if whole else None


def _stale(sources: list[dict[str, Any]], judged: set[str]) -> list[str]:
    """Sources without limits of their own (they are not in `judged`) that are far behind the others."""
    return [
        f"{row['importer']}: its newest row is {counted(row['age_days'], 'day')} old ({row['last_day']})."
        for row in sources
        if row["importer"] not in judged and row["age_days"] is not None and row["age_days"] > STALE_DAYS
    ]


def _month_flags(months: list[dict[str, Any]]) -> list[str]:
    flags: list[str] = []
    waiting: list[Month] = []
    charged = sorted({Month.of(row["month"]) for row in months if row["billed_cost"] is not None})
    for earlier, later in pairwise(charged):
        if earlier.plus(1) != later:
            flags.append(f"No bill between {earlier} and {later}.")
    for row in months:
        month = Month.of(row["month"])
        if row["billed_cost"] is None:
            flags.append(f"{month}: usage is logged and nothing is billed.")
        elif row["attributed_cost"] is None:
            waiting.append(month)
        elif row["calls"] is None:
            flags.append(f"{month}: billed, and no usage is logged.")
    if waiting:
        # One run brings every month up to date, so many waiting months are one thing to do.
        span = str(waiting[0]) if len(set(waiting)) == 1 else f"{min(waiting)} to {max(waiting)}"
        flags.append(f"{span}: not attributed yet; `finops-ai attribute` does it.")
    return list(dict.fromkeys(flags))


def _counts(rejected: int, models: int) -> list[str]:
    flags = []
    if rejected:
        flags.append(f"{counted(rejected, 'row')} refused: `finops-ai rejects` says why.")
    if models:
        flags.append(f"{counted(models, 'model')} without a list price: cost from bills only.")
    return flags
