"""`finops-ai explain balance`, `estimate` and `forecast`: figures that are no money of single lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from finops_ai.attribution import month_attribution
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.explain_cost import CAUSES, require_attributed
from finops_ai.cli.explain_figure import Asked, command
from finops_ai.cli.refresh import outdated, outdated_text
from finops_ai.cli.text import counted
from finops_ai.errors import InputError
from finops_ai.money import plain, shown
from finops_ai.months import Month

_BALANCE = columns(
    *("part:part", "currency:currency", "label:label", "amount:amount:money-1", "explain:explain with:hidden")
)
_ESTIMATES = columns(
    *("cause:cause", "provider:provider", "detail:detail", "currency:currency", "tokens:tokens:count"),
    *("estimated:estimated:money4", "meaning:meaning"),
)
_LOGGED = columns(
    "provider:provider",
    "calls:calls:count",
    "logged:logged at list price:money4",
    "explain:explain with:hidden",
)
_RATES = columns(
    *("line:line", "cost:cost of the month:money4", "monthly:run rate:money4", "explain:explain with:hidden")
)
_BUDGETS = columns(
    *(
        "scenario:scenario",
        "level:level",
        "multiplier:x run rate",
        "yearly:12 months:money",
        "source:source:hidden",
    )
)


def explain_balance(settings: Settings, asked: Asked) -> Document:
    """Billed = workflows + shared + gaps of a month, each with the command that explains it further."""
    config = settings.load()
    require_ledger(config, asked.month)
    with settings.open(config, read_only=True) as ledger:
        month = chosen_month(ledger, asked.month)
        require_attributed(ledger, month)
        old = outdated(ledger, config)
        found = month_attribution(ledger, month)
    rows: list[tuple[object, ...]] = []
    for balance in found.balances:
        of = {"month": month, "currency": balance.currency}
        rows += [
            ("billed", balance.currency, "billed", balance.billed, command("cost", **of)),
            *(
                (
                    f"  {line.name}",
                    line.currency,
                    "allocated",
                    line.total,
                    command("cost", **of, workflow=line.name),
                )
                for line in found.lines
                if line.currency == balance.currency and line.total
            ),
            (
                "workflows",
                balance.currency,
                "allocated",
                balance.workflows,
                command("cost", **of, part="workflows"),
            ),
            (
                *("shared not allocated", balance.currency, "billed", balance.shared_unallocated),
                command("cost", **of, cause="shared_unallocated") if balance.shared_unallocated else None,
            ),
            ("gaps", balance.currency, "billed", balance.gaps, command("cost", **of, part="gaps")),
            (
                *("difference", balance.currency, None),
                *(balance.billed - balance.workflows - balance.shared_unallocated - balance.gaps, None),
            ),
        ]
    text = "billed is the sum of the bill's own lines; the rest is the sum of what was allocated of them."
    blocks: tuple[Table | str, ...] = (
        *([outdated_text(old)] if month in old else []),
        Table(
            "balance",
            f"{month}: billed = workflows + shared not allocated + gaps",
            _BALANCE,
            tuple(rows),
            null="",
            empty=f"{month}: nothing billed. What is logged: `finops-ai explain estimate --month {month}`.",
        ),
        *([text] if rows else []),
        *dict.fromkeys(str(row[-1]) for row in rows if row[-1] is not None),
    )
    return Document("explain balance", blocks, {"month": month})


def explain_estimate(settings: Settings, asked: Asked) -> Document:
    """What is logged and on no bill, at list price; InputError when the month has no such estimate."""
    config = settings.load()
    require_ledger(config, asked.month)
    with settings.open(config, read_only=True) as ledger:
        month = chosen_month(ledger, asked.month)
        require_attributed(ledger, month)
        old = outdated(ledger, config)
        params: dict[str, object] = {
            "month": month.first_day,
            "cause": asked.cause,
            "provider": asked.provider,
            "detail": asked.detail,
        }
        found = ledger.run_records("cli", "explain_estimates.sql", params)
    if not found:
        of = ", ".join(asked.words) or "every provider"
        raise InputError(
            f"{month}, {of}: n/a, since nothing that was logged lacks a bill.",
            hint=f"`finops-ai explain balance --month {month}` explains what is billed.",
        )
    rows = tuple(
        (
            *(each["cause"], each["provider"], each["detail"], each["currency"], each["tokens"]),
            *(each["estimated"], _meaning(each["cause"])),
        )
        for each in found
    )
    logged = {each["provider"]: (each["calls"], each["logged"]) for each in found}
    of_provider = tuple(
        (provider, calls, cost, f"finops-ai reconcile --month {month} --provider {provider}")
        for provider, (calls, cost) in sorted(logged.items())
    )
    known = [each["estimated"] for each in found if each["estimated"] is not None]
    unpriced = len(found) - len(known)
    note = f"; {counted(unpriced, 'line')} without a list price" if unpriced else ""
    blocks: tuple[Table | str, ...] = (
        *([outdated_text(old)] if month in old else []),
        f"{month}: {plain(sum(known, Decimal(0)))} {found[0]['currency']} at list price (estimated){note}",
        "",
        Table("estimates", "Not on the bill, in no total", _ESTIMATES, rows),
        Table(
            "logged", "All that these providers' logs hold; a bill explains the rest", _LOGGED, of_provider
        ),
    )
    return Document("explain estimate", blocks, {"month": month, "label": "estimated"})


def _meaning(cause: str) -> str:
    return CAUSES.get(cause, "")


def explain_forecast(settings: Settings, asked: Asked) -> Document:
    """The run rate as a month's cost times 365/12 over its days, its lines, and each budget as a multiple."""
    from finops_ai.forecast import forecast_budgets
    from finops_ai.forecast.history import read_history
    from finops_ai.forecast.run_rate import run_rates

    config = settings.load()
    require_ledger(config, asked.month)
    with settings.open(config, read_only=True) as ledger:
        as_of = None if asked.month is None else chosen_month(ledger, asked.month)
        old = outdated(ledger, config)
        history = read_history(ledger, config.reporting_currency, as_of)
        found = forecast_budgets(ledger, config, months=12, by_workflow=True, as_of=as_of)
    rates = run_rates(history)
    month, currency = rates.basis_month, history.currency
    lines = history.lines()
    rows = tuple(
        (
            "not attributed" if name is None else name,
            lines[name].get(month, Decimal(0)),
            rate.monthly_cost,
            command("balance", month=month) if name is None else command("cost", month=month, workflow=name),
        )
        for name, rate in rates.lines.items()
        if lines[name].get(month) or rate.monthly_cost
    )
    cost = history.bill[month]
    blocks: tuple[Table | str, ...] = (
        *([outdated_text(old)] if old else []),
        f"Run rate as of {month}: {plain(rates.total.monthly_cost)} {currency} a month (forecast)",
        *_arithmetic(month, cost, rates.total.monthly_cost, rates.trailing, rates.basis),
        *_left_out(month, history.left_out[month], currency),
        "",
        Table("run_rate", f"Lines of {month}, {currency}; they add up", _RATES, rows),
        Table(
            "budgets",
            f"Multiplier x 12 x run rate, {currency}",
            _BUDGETS,
            tuple(
                (scenario.name, level.level, plain(level.multiplier), level.yearly_budget, scenario.source)
                for scenario in found.total.scenarios
                for level in scenario.levels
            ),
        ),
        *_baseline(found.baseline_note),
    )
    facts = {
        "month": month,
        "label": "forecast",
        "currency": currency,
        "cost": cost,
        "days": month.days,
        "monthly_cost": rates.total.monthly_cost,
    }
    return Document("explain forecast", blocks, facts)


def _arithmetic(month: Month, cost: Decimal, rate: Decimal, trailing: bool, basis: str) -> Iterator[str]:
    if trailing:
        yield f"No month is complete, so it rests on the {basis}."
        return
    yield (
        f"= {plain(cost)} recurring cost of {month} x 365 / ({month.days} days x 12), each line rounded "
        f"half-even to 15 decimals: {plain(rate)}"
    )


def _left_out(month: Month, parts: dict[str, Decimal], currency: str) -> Iterator[str]:
    for part, cost in sorted(parts.items()):
        cause = {"credit": "credit", "tax": "tax", "refund": "refund"}.get(part)
        hint = f": `{command('cost', month=month, cause=cause)}`" if cause else ""
        yield f"Left out, {part.replace('_', '-')}: {shown(cost, currency)}{hint}"


def _baseline(note: str) -> Iterator[str]:
    if note:
        yield note
