"""`finops-ai roi`: what outcomes are worth beside what they cost, and beside a human."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.explain_figure import outcome_command
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import counted
from finops_ai.money import shown
from finops_ai.unit_cost import Coverage, Return, Worth, month_return

_RETURN = columns(
    *("kind:outcome", "workflow:workflow", "currency:currency", "benefit:benefit:money"),
    *("cost:AI cost:money", "review:review:money", "roi:ROI:count", "ratio:ratio:money"),
    "payback:days:money",
)
_HUMAN = columns(
    *("kind:outcome", "workflow:workflow", "currency:currency", "human:human:money", "ai:AI first:money"),
    *("rate:success:count", "break_even:break-even:count", "ttv:time to value:money"),
)
_MEANING = (
    "ROI: (benefit - cost) / cost, with cost = AI cost + review; ratio: benefit / cost; days: how many days "
    "of the benefit pay the month's cost."
)
_HUMAN_MEANING = (
    "AI first: AI tries each case and a human does those that fail; break-even: the success rate from which "
    "that is cheaper; time to value: days in which humans would cost what the outcomes are worth."
)
_FLAT = columns(
    *("outcome:", "workflow:", "currency:", "attempts:", "successes:", "counted:", "basis:", "benefit:"),
    *("cost:", "review_cost:", "roi:", "ratio:", "payback_days:", "time_to_value_days:"),
    *("human_per_case:", "cost_per_attempt:", "ai_first_per_case:", "success_rate:"),
    *("break_even_rate:", "reason:"),
)


def show_return(settings: Settings, asked: str | None, now_utc: datetime) -> Document:
    """The return of the month `asked` for, the newest by default."""
    config = settings.load()
    require_ledger(config, asked)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked)
        refresh(ledger, config, at_utc=now_utc)
        found = month_return(ledger, config, month)
    return _document(found)


def _document(found: Return) -> Document:
    flat = Table("outcomes", "", _FLAT, tuple(_flat(worth) for worth in found.outcomes))
    facts = {
        "month": found.month,
        "outcomes": [
            {
                **dict(zip((c.key for c in _FLAT), row, strict=True)),
                "explain": outcome_command(found.month, worth.kind, worth.workflow, worth.currency),
            }
            for worth, row in zip(found.outcomes, flat.rows, strict=True)
        ],
        "coverage": [_facts(each) for each in found.coverage],
    }
    compared = tuple(_human(worth) for worth in found.outcomes if worth.human_per_case is not None)
    return Document(
        "roi",
        (
            Table(
                "",
                f"{found.month}: return on AI spend",
                _RETURN,
                tuple(_returned(worth) for worth in found.outcomes),
                empty=f"{found.month}: finops.yaml names no outcome, so there is no return to show.",
            ),
            Table("", "A case done by a human, and by AI first (estimated)", _HUMAN, compared),
            *_said(found),
            *(line for each in found.coverage for line in _covered(each)),
            *([_MEANING] if found.outcomes else []),
            *([_HUMAN_MEANING] if compared else []),
        ),
        facts,
        flat,
    )


def _returned(worth: Worth) -> tuple[object, ...]:
    return (
        *(worth.kind, worth.workflow, worth.currency, worth.benefit, worth.cost or None, worth.review_cost),
        *(_percent(worth.roi), worth.ratio, worth.payback_days),
    )


def _human(worth: Worth) -> tuple[object, ...]:
    return (
        *(worth.kind, worth.workflow, worth.currency, worth.human_per_case, worth.ai_first_per_case),
        *(_percent(worth.success_rate), _percent(worth.break_even_rate), worth.time_to_value_days),
    )


def _said(found: Return) -> Iterator[str]:
    """What the figures leave out, and what they rest on."""
    for worth in found.outcomes:
        name = f"{worth.kind} of {worth.workflow}{_told_apart(worth, found)}"
        if not worth.cost:
            # Logs without their bill: the cost is not known, and it is not nothing.
            yield f"{name}: AI cost n/a, nothing that is billed belongs to {worth.workflow}."
        if worth.reason is not None:
            yield f"{name}: ROI n/a, {worth.reason}."
        elif worth.counted < worth.successes:
            missing = counted(worth.successes - worth.counted, "success", "successes")
            yield f"{name}: {missing} of unknown worth, counted as nothing."
        if worth.basis == "labour":
            yield f"{name}: no value stated, the benefit is human time saved."
        if worth.is_reviewed and worth.review_cost is None:
            yield f"{name}: review n/a, minutes are stated and no hourly_cost in {worth.currency}."
    unstated = dict.fromkeys(worth.kind for worth in found.outcomes if not worth.is_reviewed)
    if unstated:
        yield f"No review minutes stated, no review in the cost: {', '.join(unstated)}."


def _told_apart(worth: Worth, found: Return) -> str:
    """The currency, where the same outcome has costs in several."""
    same = [each for each in found.outcomes if (each.kind, each.workflow) == (worth.kind, worth.workflow)]
    return f", {worth.currency}" if len(same) > 1 else ""


def _covered(each: Coverage) -> Iterator[str]:
    billed = shown(each.billed, each.currency)
    yield (
        f"ROI coverage of {billed} billed: {_percent(each.outcome_share) or 'n/a'} has a defined outcome, "
        f"{_percent(each.value_share) or 'n/a'} a defined value."
    )
    if each.without:
        names = ", ".join(f"{name} {shown(cost, '')}" for name, cost in each.without)
        yield f"Workflows without an outcome: {names}."


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{share * 100:,.1f}%"


def _flat(worth: Worth) -> tuple[object, ...]:
    return (
        *(worth.kind, worth.workflow, worth.currency, worth.attempts, worth.successes, worth.counted),
        *(worth.basis, worth.benefit, worth.cost or None, worth.review_cost, worth.roi, worth.ratio),
        *(worth.payback_days, worth.time_to_value_days, worth.human_per_case, worth.cost_per_attempt),
        *(worth.ai_first_per_case, worth.success_rate, worth.break_even_rate, worth.reason),
    )


def _facts(each: Coverage) -> dict[str, object]:
    return {
        "currency": each.currency,
        "billed": each.billed,
        "with_outcome": each.with_outcome,
        "outcome_share": each.outcome_share,
        "with_value": each.with_value,
        "value_share": each.value_share,
        "without_outcome": [{"workflow": name, "cost": cost} for name, cost in each.without],
    }
