"""`finops-ai attribute`: where every billed cent of a month belongs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from finops_ai.attribution import Attribution, month_attribution, require_grouping
from finops_ai.attribution.result import Balance, Line
from finops_ai.attribution.tag_view import TagView, month_by_tag, tag_field
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.converted import converted_blocks
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.explain_figure import command, outcome_command
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import cell
from finops_ai.ledger import Ledger
from finops_ai.money import plain, shown
from finops_ai.months import Month

NO_WORKFLOW = "(none)"
WITHOUT_TAG = "(without it)"
_TAG_MEANING = (
    "Billed money where it stands on the bill, before pools are shared out. Where calls explain a charge it "
    "goes by their tags, in proportion to tokens of its kind, model and day; else by the charge's own tags."
)
_TAGGED = columns(
    *("name:value", "currency:currency", "cost:billed:money", "share:share"),
    *("calls:calls:count", "tokens:tokens:count"),
)
_GAPS = columns(
    *("cause:cause", "provider:provider", "detail:detail", "currency:currency", "cost:cost:money"),
    *("charge_rows:rows:count", "explain:explain with:hidden"),
)
_ESTIMATES = columns(
    *("cause:cause", "provider:provider", "detail:detail", "currency:currency", "estimated:estimated:money"),
    "explain:explain with:hidden",
)
_OUTCOMES = columns(
    *(
        "kind:outcome",
        "workflow:workflow",
        "currency:currency",
        "attempts:tried:count",
        "successes:success:count",
    ),
    *("spend:spend:money", "attributed_per_success:attributed:money4", "loaded_per_success:loaded:money4"),
    *("ceiling_per_success:ceiling:money4", "explain:explain with:hidden"),
)


def attribute_and_describe(settings: Settings, asked: str | None, by: str, *, at_utc: datetime) -> Document:
    """Bring the ledger up to date and describe the month `asked` for, the newest by default."""
    tag = tag_field(by)
    if tag is None:
        require_grouping(by)
    config = settings.load()
    require_ledger(config, asked)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked)
        refresh(ledger, config, at_utc=at_utc)
        if tag is not None:
            return _describe_tag(month_by_tag(ledger, month, tag), by)
        return describe(ledger, month, by)


def describe(ledger: Ledger, month: Month, by: str) -> Document:
    """The month's spend listed by `by`, its gaps, the proof that nothing is lost, its outcomes."""
    found = month_attribution(ledger, month, by)
    balances = tuple(_facts(found.balances))
    lines = _lines(found)
    return Document(
        "attribute",
        (
            lines,
            _gaps(found),
            *_conservation(found),
            "",
            *converted_blocks(ledger, month, by),
            _estimates(found),
            _outcomes(found),
        ),
        {"month": month, "by": by, "balances": balances},
        # A spreadsheet has no use for the commands that the last column holds.
        replace(lines, columns=lines.columns[:-1], rows=tuple(row[:-1] for row in lines.rows)),
    )


def _describe_tag(found: TagView, by: str) -> Document:
    """All that was billed in the month by the values of one tag, and what carries none."""
    rows = tuple(
        (
            *(WITHOUT_TAG if line.name is None else line.name, line.currency),
            line.cost if found.balances else None,  # without a bill the cost is not known, and not 0
            *(None if line.share is None else f"{line.share * 100:.1f}%", line.calls, line.tokens),
        )
        for line in found.lines
    )
    title = f"{found.month} by {by}"
    proof = []
    for balance in found.balances:
        lines = [line for line in found.lines if line.currency == balance.currency]
        tagged = sum((line.cost for line in lines if line.name is not None), Decimal(0))
        rest = sum((line.cost for line in lines if line.name is None), Decimal(0))
        proof.append(
            f"billed {shown(balance.billed, balance.currency)} = with the tag {cell(tagged)} + without it "
            f"{cell(rest)} (difference {plain(balance.billed - tagged - rest)})"
        )
    table = Table("lines", title, _TAGGED, rows, empty=f"{found.month}: no spend.")
    facts = {"month": found.month, "by": by, "balances": tuple(_facts(found.balances))}
    return Document("attribute", (table, *proof, _TAG_MEANING), facts)


def _lines(found: Attribution) -> Table:
    layout = columns(
        *(f"name:{found.by}", "currency:currency", "direct:direct:money", "shared:shared:money"),
        *("total:total:money", "calls:calls:count", "tokens:tokens:count"),
        "explain:explain with:hidden",
    )
    rows = tuple(
        (
            NO_WORKFLOW if line.name is None else line.name,
            *(line.currency, line.direct, line.shared, line.total, line.calls, line.tokens),
            _explained_by(found, line),
        )
        for line in found.lines
    )
    return Table("lines", f"{found.month} by {found.by}", layout, rows, empty=_without_lines(found))


def _without_lines(found: Attribution) -> str:
    if not found.balances:
        return f"{found.month}: nothing is billed, so no workflow's spend is known."
    return f"{found.month}: no workflow spends."


def _explained_by(found: Attribution, line: Line) -> str | None:
    """The command that takes the line's total apart; None where its workflows are explained one by one."""
    of: dict[str, object] = {"month": found.month, "currency": line.currency}
    if line.total is None:
        return command("estimate", month=found.month) if found.estimates else None
    if line.name is None:
        # Of lines without a name, only what pools gave is a figure that a filter finds.
        return None if line.direct else command("cost", **of, part="shared")
    if found.by in ("model", "provider"):
        return command("cost", **of, **{found.by: line.name}, part="workflows")
    if found.by not in ("workflow", "team", "outcome"):
        return None
    return command("cost", **of, **{found.by: line.name})


def _told_apart(found: Attribution, currency: str) -> str | None:
    """The currency where the month has several, so that a command names one amount."""
    return currency if len(found.balances) > 1 else None


def _gaps(found: Attribution) -> Table:
    rows = tuple(
        (
            *(g.cause, g.provider, g.detail, g.currency, g.cost, g.charge_rows),
            command(
                "cost",
                month=found.month,
                cause=g.cause,
                provider=g.provider,
                detail=g.detail,
                currency=_told_apart(found, g.currency),
            ),
        )
        for g in found.gaps
    )
    return Table("gaps", "Billed, without a workflow", _GAPS, rows, null="")


def _estimates(found: Attribution) -> Table:
    rows = tuple(
        (
            *(e.cause, e.provider, e.detail, e.currency, e.estimated),
            command("estimate", month=found.month, cause=e.cause, provider=e.provider, detail=e.detail),
        )
        for e in found.estimates
    )
    return Table("estimates", "Not on the bill (estimates, in no total above)", _ESTIMATES, rows)


def _outcomes(found: Attribution) -> Table:
    rows = tuple(
        (
            *(outcome.kind, outcome.workflow, outcome.currency, outcome.attempts, outcome.successes),
            outcome.spend,
            *(outcome.attributed_per_success, outcome.loaded_per_success, outcome.ceiling_per_success),
            outcome_command(
                found.month, outcome.kind, outcome.workflow, _told_apart(found, outcome.currency)
            ),
        )
        for outcome in found.outcomes
    )
    return Table("outcomes", "Cost per successful outcome, failed attempts included", _OUTCOMES, rows)


def _conservation(found: Attribution) -> Iterator[str]:
    if found.lines and not found.balances:
        yield f"{found.month}: nothing is billed, so what it cost is n/a and there is nothing to tie to."
    for balance in found.balances:
        difference = balance.billed - balance.workflows - balance.shared_unallocated - balance.gaps
        yield (
            f"billed {shown(balance.billed, balance.currency)} = workflows {cell(balance.workflows)} "
            f"+ shared not allocated {cell(balance.shared_unallocated)} + gaps {cell(balance.gaps)} "
            f"(difference {plain(difference)})"
        )


def _facts(balances: Sequence[Balance]) -> Iterator[dict[str, object]]:
    for balance in balances:
        yield {
            "currency": balance.currency,
            "billed": balance.billed,
            "workflows": balance.workflows,
            "shared_unallocated": balance.shared_unallocated,
            "gaps": balance.gaps,
            "difference": balance.billed - balance.workflows - balance.shared_unallocated - balance.gaps,
        }
