"""`finops-ai reconcile`: billed against logged, every part of the difference under a cause."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import cell, counted
from finops_ai.errors import ConfigError, ExitCode
from finops_ai.ledger import Ledger
from finops_ai.money import plain, shown
from finops_ai.reconciliation import (
    CAUSES,
    GROUPINGS,
    STATES,
    Finding,
    Line,
    Reconciliation,
    accept,
    reconcile_month,
    source_rows,
)
from finops_ai.reconciliation.result import line_id_of, place_of

_CAUSES = columns(
    *("cause:cause", "meaning:meaning:hidden", "provider:provider", "detail:detail", "currency:currency"),
    *(
        "cost:cost:money",
        "tokens:tokens:count",
        "variance:variance",
        "label:label",
        "charge_rows:charges:hidden",
    ),
)
_LINES = columns(
    *("line_id:id", "name:{by}", "currency:currency", "billed:billed:money", "expected:estimated:money"),
    *("difference:diff.:money", "quantity_variance:qty:money", "rate_variance:rate:money"),
    *("other:other:hidden", "billed_tokens:billed tokens:hidden", "logged_tokens:logged tokens:hidden"),
    *(
        "state:state",
        "lapsed:lapsed:hidden",
        "note:note:hidden",
        "accepted_by:accepted by:hidden",
        "accepted_at_utc:at:hidden",
    ),
)
_SOURCES = columns(
    *(
        "side:row",
        "path:path:hidden",
        "file:file",
        "record:record:count",
        "at:at:hidden",
        "provider:provider:hidden",
    ),
    *("model:model", "kind:kind", "quantity:quantity:count", "currency:currency", "cost:cost:money4"),
    "label:label",
)
_STATE_COUNTS = columns(*(f"{state.replace(' ', '_')}:{state}:count" for state in STATES))
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)(%?)\Z")
_SHOWN_OPEN = 10
_NEXT = (
    "`--rows CAUSE` lists the charges and calls behind a cause, `--rows ID` those of a line; "
    "`finops-ai reconcile accept --line ID` accepts what you have looked into."
)


@dataclass(frozen=True)
class Asked:
    """The options of one call."""

    month: str | None
    provider: str | None
    tolerance: str
    by: str
    rows: str | None
    limit: int


def reconcile_and_describe(
    settings: Settings, asked: Asked, *, at_utc: datetime
) -> tuple[Document, ExitCode]:
    """Bring the ledger up to date and compare; FINDINGS when something is beyond the tolerance."""
    tolerance = share(asked.tolerance)
    config = settings.load()
    require_ledger(config, asked.month)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked.month)
        refresh(ledger, config, at_utc=at_utc)
        found = reconcile_month(
            ledger, month, currency=config.reporting_currency, tolerance=tolerance, provider=asked.provider
        )
        code = ExitCode.FINDINGS if found.beyond_tolerance else ExitCode.OK
        if asked.rows is not None:
            return _rows(ledger, found, asked.rows, asked.limit), code
    main = _cause_table(found) if asked.by == "cause" else _line_table(found, asked.by)
    blocks = (main, *_balances(found), "", _states(found), *_lapsed(found), *_open_lines(found, asked.by))
    facts = {"month": month, "by": asked.by, "tolerance": tolerance, "balances": tuple(_facts(found))}
    return Document("reconcile", blocks, facts), code


def accept_line(
    settings: Settings, asked_month: str | None, line_id: str, note: str, by: str, *, at_utc: datetime
) -> Document:
    """Store that `by` accepts the line's difference as it stands today."""
    if not note.strip() or not by.strip():
        raise ConfigError("accept: note and name must not be empty.", hint='Write --note "why" --by "who".')
    config = settings.load()
    require_ledger(config, asked_month)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked_month)
        refresh(ledger, config, at_utc=at_utc)
        found = reconcile_month(ledger, month, currency=config.reporting_currency, tolerance=Decimal(0))
        with ledger.transaction(writes="none"):
            line, grouping = accept(ledger, found, line_id, note=note.strip(), by=by.strip(), at_utc=at_utc)
    text = (
        f"{month} {line.name}: a difference of {shown(line.difference, line.currency)} is accepted by "
        f"{by.strip()}. It lapses when the amount changes."
    )
    facts = {"month": month, "line_id": line.line_id, "by": grouping, "difference": line.difference}
    return Document("reconcile accept", (text,), {**facts, "currency": line.currency, "note": note.strip()})


def share(text: str) -> Decimal:
    """The fraction written as ``0.5%`` or ``0.005``; ConfigError for anything else, or for 1 and more."""
    match = _SHARE.match(text.strip())
    value = Decimal(match[1]).scaleb(-2 if match[2] else 0) if match else Decimal(1)
    if value >= 1:
        raise ConfigError(f'"{text}" is not a tolerance.', hint="Write it as 0.5% or as 0.005.")
    return value


def _cause_table(found: Reconciliation) -> Table:
    rows = tuple(
        (
            *(c.cause, CAUSES[c.cause], c.provider, c.detail, c.currency, c.cost),
            *(int(c.tokens) if c.tokens else None, c.variance, c.label, c.charge_rows),
        )
        for c in found.causes()
    )
    title = f"{found.month}: why the bill differs from the logs at expected price"
    return Table("causes", title, _CAUSES, rows, empty=f"{found.month}: bill and logs agree.", null="")


def _line_table(found: Reconciliation, by: str) -> Table:
    layout = tuple(column if column.title != "{by}" else columns(f"name:{by}")[0] for column in _LINES)
    lines = found.by(by)
    if by == "line":
        lines = tuple(sorted(lines, key=lambda line: (line.currency, -abs(line.open_difference), line.name)))
    rows = tuple(_line_row(line) for line in lines)
    return Table("lines", f"{found.month}: billed against logged by {by}", layout, rows, null="")


def _line_row(line: Line) -> tuple[object, ...]:
    accepted = line.acceptance
    return (
        *(line.line_id, line.name, line.currency, line.billed, line.expected, line.difference),
        *(line.quantity_variance, line.rate_variance, line.other, line.billed_tokens, line.logged_tokens),
        *(line.state, line.lapsed),
        *((accepted.note, accepted.by, accepted.at_utc) if accepted else (None, None, None)),
    )


def _balances(found: Reconciliation) -> list[str]:
    return [
        f"billed {shown(b.billed, b.currency)} - logged at expected price {cell(b.expected)} (estimated) "
        f"= {cell(b.difference)} = sum of causes {cell(b.causes)} "
        f"(difference {plain(b.difference - b.causes)})"
        for b in found.balances
    ]


def _states(found: Reconciliation) -> Table:
    count = Counter(line.state for line in found.lines)
    rows = (tuple(count[state] for state in STATES),) if found.lines else ()
    return Table("states", "Lines by state", _STATE_COUNTS, rows)


def _lapsed(found: Reconciliation) -> list[str]:
    return [
        f"{one.line_name}: {one.by} accepted {shown(one.cost, one.currency)}; "
        "the difference is another one today."
        for one in found.lapsed()
    ]


def _open_lines(found: Reconciliation, by: str) -> list[Table | str]:
    """The accounts with lines to investigate, for people who did not ask for lines."""
    if by != "cause":
        return []
    still = sorted(
        (line for line in found.by("account") if line.state == "to investigate"),
        key=lambda line: (-abs(line.open_difference), line.line_id),
    )
    layout = columns(
        *("line_id:id", "name:account", "currency:currency", "billed:billed:money"),
        *("expected:estimated:money", "difference:difference:money"),
    )
    rows = tuple(
        (line.line_id, line.name, line.currency, line.billed, line.expected, line.difference)
        for line in still[:_SHOWN_OPEN]
    )
    more = len(still) - len(rows)
    return [
        Table("to_investigate", "Accounts to investigate, the largest first", layout, rows),
        *([f"{counted(more, 'more account')}: --by account lists them."] if more else []),
        *([_NEXT] if rows else []),
    ]


def _facts(found: Reconciliation) -> list[dict[str, object]]:
    return [
        {
            "currency": b.currency,
            "billed": b.billed,
            "expected": b.expected,
            "difference": b.difference,
            "causes": b.causes,
            "to_investigate": b.open_difference,
            "beyond_tolerance": b.beyond_tolerance,
            "labels": {"billed": "billed", "expected": "estimated"},
        }
        for b in found.balances
    ]


def _rows(ledger: Ledger, found: Reconciliation, wanted: str, limit: int) -> Document:
    """The charges and calls behind a cause or a line."""
    findings = (
        [f for f in found.findings if f.cause == wanted] if wanted in CAUSES else _of_line(found, wanted)
    )
    rows = tuple(
        (
            *(r.side, r.path, Path(r.path).name, r.record, r.at, r.provider, r.model, r.kind),
            *(None if r.quantity is None else int(r.quantity), r.currency, r.cost, r.label),
        )
        for r in (source_rows(ledger, found, findings, limit) if findings else ())
    )
    meaning = CAUSES.get(wanted, "the line's charges and calls")
    title = f"{found.month} {wanted}: {meaning}"
    table = Table("rows", title, _SOURCES, rows, empty=f"{found.month}: nothing under {wanted}.", null="")
    return Document("reconcile", (table,), {"month": found.month, "rows_of": wanted, "limit": limit})


def _of_line(found: Reconciliation, line_id: str) -> list[Finding]:
    groupings = [grouping for grouping in GROUPINGS if grouping != "cause"]
    of_line = [
        f
        for f in found.findings
        if line_id in {line_id_of(g, f.cell.currency, place_of(f.cell, g)) for g in groupings}
    ]
    if not of_line:
        raise ConfigError(
            f'"{line_id}" is no cause and no line that differs in {found.month}.',
            hint=f"Causes: {', '.join(CAUSES)}.",
        )
    return of_line
