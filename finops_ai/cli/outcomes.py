"""`finops-ai outcomes`: what outcomes cost per success, attempt, call and token, and what may change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal

from finops_ai.attribution.outcome_facts import (
    KindCost,
    LinkCost,
    Restated,
    Scope,
    SingleOutcome,
    WorkflowOutcomes,
    dearest_outcomes,
    newest_row_utc,
    outcome_kinds,
    outcome_links,
    outcome_workflows,
    restatements,
)
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Column, Document, Table, columns
from finops_ai.cli.outcomes_known import FACTS, known_facts, known_notes, known_table
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import counted
from finops_ai.ledger import Ledger
from finops_ai.money import shown
from finops_ai.months import Month
from finops_ai.unit_cost import UnitCost, unit_costs

_KIND = columns(
    *("kind:outcome", "workflow:workflow", "currency:currency", "attempts:tried:count"),
    *("successes:success:count", "provisional:not final:count"),
    *("attributed_per_success:attributed:money4", "loaded_per_success:loaded:money4"),
    "ceiling_per_success:ceiling:money4",
)
_USED = columns(
    *("name:outcome", "currency:currency", "calls:calls:money0", "tokens:tokens:money0"),
    *("linked_cost:linked:money", "cost_per_attempt:attempt:money4", "cost_per_call:call:money4"),
    "cost_per_1000_tokens:1K tokens:money4",
)
_COHORT = columns(
    *("name:outcome", "currency:currency", "sample:with calls", "matched:matched"),
    *("cohort_cost_in_month:this month:money", "cohort_cost_in_other_months:others:money"),
    *("cost_to_date:to date:money", "cost_to_date_per_success:per success:money4"),
)
_WORKFLOW = columns(
    *("workflow:workflow", "currency:currency", "kinds:kinds:hidden", "attempts:tried:count"),
    *("successes:success:count", "calls:calls:hidden", "linked_cost:linked:money"),
    *("unlinked_cost:no outcome:money", "shared_cost:shared:money", "matched_share:matched share:hidden"),
    *("attributed_per_success:attributed:money4", "loaded_per_success:loaded:money4"),
)
_LINK = columns(
    *("workflow:workflow", "kind:outcome", "link:link", "currency:currency", "outcomes:outcomes:count"),
    *(
        "calls:calls:money0",
        "tokens:tokens:hidden",
        "cost:cost:money",
        "matched:share",
        "share:fraction:hidden",
    ),
)
_SINGLE = columns(
    *("outcome_id:outcome", "kind:kind", "workflow:workflow:hidden", "status:status"),
    *("resolved_on:resolved", "resolved_at_utc:resolved at:hidden", "links:links:hidden"),
    *("currency:currency", "calls:calls:money0", "tokens:tokens:money0"),
    *("cost_in_month:month:hidden", "cost_to_date:to date:money"),
)
_NO_LINK = "(no outcome)"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    month: str | None
    kind: str | None
    workflow: str | None
    by: str
    limit: int
    until: date | None


def show_outcomes(settings: Settings, asked: Asked, now_utc: datetime) -> Document:
    """The outcomes of the month, and what of them is provisional or restated."""
    config = settings.load()
    require_ledger(config, asked.month)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked.month)
        refresh(ledger, config, at_utc=now_utc)
        as_of = newest_row_utc(ledger, month) if asked.until is None else _end_of(asked.until)
        scope = Scope(month, as_of, asked.kind, asked.workflow)
        kinds = outcome_kinds(ledger, scope)
        named = {kind.kind for kind in kinds}
        changes = [change for change in restatements(ledger, scope) if change.kind in named]
        costs = _costs(ledger, month) if kinds and asked.by == "kind" else {}
        tables = _tables(ledger, scope, asked, kinds, costs)
    if not kinds:
        return Document(
            "outcomes",
            ("finops.yaml names no outcomes, so there is no cost per outcome.", _NO_OUTCOMES_HINT),
            _facts(scope, asked, changes),
        )
    asked_costs = {_key(kind): costs[_key(kind)] for kind in kinds if _key(kind) in costs}
    notes = (*known_notes(asked_costs.values()), *_not_final(kinds, as_of), *_restated(changes, month))
    return Document("outcomes", (*tables, *notes), _facts(scope, asked, changes))


_NO_OUTCOMES_HINT = "docs/configuration.md says how outcomes find their calls."


_Costs = dict[tuple[str, str, str], UnitCost]


def _costs(ledger: Ledger, month: Month) -> _Costs:
    """How well each cost per success of the month is known."""
    return {(cost.kind, cost.workflow, cost.currency): cost for cost in unit_costs(ledger, month)}


def _key(kind: KindCost) -> tuple[str, str, str]:
    return (kind.kind, kind.workflow, kind.currency)


def _tables(
    ledger: Ledger, scope: Scope, asked: Asked, kinds: tuple[KindCost, ...], costs: _Costs
) -> tuple[Table, ...]:
    if asked.by == "workflow":
        rows = tuple(_workflow_row(line) for line in outcome_workflows(ledger, scope))
        return (Table("outcomes", f"Outcomes of {scope.month} by workflow", _WORKFLOW, rows),)
    if asked.by == "link":
        rows = tuple(_link_row(line) for line in outcome_links(ledger, scope))
        title = f"What links calls to outcomes in {scope.month}"
        return (Table("outcomes", title, _LINK, rows, null=""),)
    if asked.by == "outcome":
        return (_singles(scope, dearest_outcomes(ledger, scope, asked.limit)),)
    return _by_kind(scope.month, kinds, costs)


def _by_kind(month: Month, kinds: tuple[KindCost, ...], costs: _Costs) -> tuple[Table, ...]:
    names = {column.key for column in _KIND}
    rest = [item.name for item in fields(KindCost) if item.name not in names]
    own = (*_KIND, *(Column(name, name, "hidden") for name in rest))
    layout = (*own, *(Column(name, name, "hidden") for name in FACTS))
    rows = tuple(
        (*(getattr(kind, column.key) for column in own), *known_facts(costs.get(_key(kind))))
        for kind in kinds
    )
    places = {(kind.kind, kind.workflow) for kind in kinds}
    several = {kind for kind, _ in places if sum(kind == other for other, _ in places) > 1}

    def lines(columns_shown: tuple[Column, ...]) -> tuple[tuple[object, ...], ...]:
        return tuple(_shown(kind, columns_shown, with_workflow=kind.kind in several) for kind in kinds)

    cohort = f"What the outcomes resolved in {month} cost, whatever the month of the call"
    return (
        Table("outcomes", f"Cost per success of {month}, failed attempts included", layout, rows),
        known_table(
            (_name(kind, with_workflow=kind.kind in several), costs[_key(kind)])
            for kind in kinds
            if _key(kind) in costs
        ),
        Table("", f"What their calls of {month} used, and cost per", _USED, lines(_USED)),
        Table("", cohort, _COHORT, lines(_COHORT)),
    )


def _shown(kind: KindCost, layout: tuple[Column, ...], *, with_workflow: bool) -> tuple[object, ...]:
    said = {
        "name": _name(kind, with_workflow=with_workflow),
        "sample": f"{kind.sampled:,d} of {kind.attempts:,d}",
        "matched": _percent(kind.matched_share),
    }
    return tuple(said[c.key] if c.key in said else getattr(kind, c.key) for c in layout)


def _name(kind: KindCost, *, with_workflow: bool) -> str:
    return f"{kind.kind} ({kind.workflow})" if with_workflow else kind.kind


def _workflow_row(line: WorkflowOutcomes) -> tuple[object, ...]:
    return (
        *(line.workflow, line.currency, line.kinds, line.attempts, line.successes, line.calls),
        *(line.linked_cost, line.unlinked_cost, line.shared_cost, line.matched_share),
        *(line.attributed_per_success, line.loaded_per_success),
    )


def _link_row(line: LinkCost) -> tuple[object, ...]:
    return (
        *(line.workflow, line.kind or _NO_LINK, line.link, line.currency, line.outcomes),
        *(line.calls, line.tokens, line.cost, _percent(line.share), line.share),
    )


def _singles(scope: Scope, found: tuple[SingleOutcome, ...]) -> Table:
    rows = tuple(
        (
            *(one.outcome_id, one.kind, one.workflow, one.status, one.resolved_at_utc.date().isoformat()),
            *(one.resolved_at_utc, one.links, one.currency, one.calls, one.tokens),
            *(one.cost_in_month, one.cost_to_date),
        )
        for one in found
    )
    title = f"The {counted(len(rows), 'dearest outcome')} resolved in {scope.month}"
    return Table("outcomes", title, _SINGLE, rows, empty=f"{scope.month}: no outcome was resolved.")


def _not_final(kinds: Sequence[KindCost], as_of_utc: datetime) -> Iterator[str]:
    open_ones = {
        (
            kind.kind,
            kind.workflow,
        ): f"{kind.provisional:,d} {kind.kind} until {kind.last_final_after_utc:%Y-%m-%d}"
        for kind in kinds
        if kind.last_final_after_utc is not None
    }
    if open_ones:
        yield (
            f"Not final on {as_of_utc:%Y-%m-%d %H:%M} UTC, may still be taken back: "
            f"{', '.join(open_ones.values())}."
        )
    for kind in kinds:
        if kind.successes == 0 and kind.linked_cost is not None:
            yield (
                f"{kind.kind} ({kind.workflow}): n/a, no success; {shown(kind.linked_cost, kind.currency)} "
                f"was spent on {counted(kind.attempts, 'attempt')}."
            )


def _restated(changes: Sequence[Restated], month: Month) -> Iterator[str]:
    for change in changes:
        of, since = Month.of(change.resolved_month), Month.of(change.changed_month)
        number = counted(abs(change.outcomes), "success", "successes")
        what = "taken back" if change.outcomes < 0 else "added"
        if not change.is_closed:
            yield f"Restated: {number} of {change.kind} of {of} {_was(change)} {what} in {since}."
        elif since == month:
            yield (f"Prior period: {change.outcomes:+,d} {change.kind} of {of} (closed), {what} in {since}.")
        else:
            yield (
                f"Closed: {number} of {change.kind} of {of} {_was(change)} {what} in {since}; {of} keeps its "
                f"count, {since} carries the adjustment."
            )


def _was(change: Restated) -> str:
    return "was" if abs(change.outcomes) == 1 else "were"


def _facts(scope: Scope, asked: Asked, changes: Sequence[Restated]) -> dict[str, object]:
    return {
        "month": scope.month,
        "by": asked.by,
        "as_of_utc": scope.as_of_utc,
        "restated": [
            {
                "kind": change.kind,
                "resolved_month": Month.of(change.resolved_month),
                "changed_month": Month.of(change.changed_month),
                "is_closed": change.is_closed,
                "outcomes": change.outcomes,
            }
            for change in changes
        ],
    }


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{share * 100:.1f}%"


def _end_of(last: date) -> datetime:
    return datetime.combine(last + timedelta(days=1), datetime.min.time())
