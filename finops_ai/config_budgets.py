"""The section `budgets` of finops.yaml: what may be spent, and at which shares of it to speak up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from finops_ai.config import Budget, Workflow
from finops_ai.config_reader import Reader
from finops_ai.money import plain
from finops_ai.yaml_text import KeyPath

SCOPES = ("workflow", "team", "product")
PERIODS = ("month", "quarter", "year")
LEVELS = ("warn", "degrade", "stop")
_KEYS = (*("name", "total"), *SCOPES, *("cost", "tokens", "period", "alerts", "degrade", "from", "until"))
_PERCENT_MAX, _PERCENT_SCALE = Decimal(1000), 3
_COST_MAX, _COST_SCALE = Decimal(10) ** 15, 6
_TOKENS_MAX = 10**15


def budgets(file: Reader, workflows: Iterable[Workflow]) -> Iterator[Budget]:
    """Every budget, each of the total or of one workflow, team or product that is registered."""
    known = _known(workflows)
    seen: set[str] = set()
    for at, fields in file.items("budgets", _KEYS, ()):
        scope, subject = _scope(file, at, fields, known)
        name = file.text((*at, "name"), fields["name"]) if "name" in fields else _name(scope, subject)
        file.unseen((*at, "name") if "name" in fields else at, f'budget "{name}"', name, seen)
        period = file.text((*at, "period"), fields.get("period", "month"))
        if period not in PERIODS:
            file.fail((*at, "period"), f'"{period}" is no period.', f"Known: {', '.join(PERIODS)}.")
        start, end = file.day(at, fields, "from"), file.day(at, fields, "until")
        _check_dates(file, at, start, end)
        cost = None if fields.get("cost") is None else _cost(file, (*at, "cost"), fields["cost"])
        tokens = None if fields.get("tokens") is None else _tokens(file, (*at, "tokens"), fields["tokens"])
        if cost is None and tokens is None:
            file.fail(at, f'budget "{name}" limits neither cost nor tokens.', 'Add cost: "1200" or tokens.')
        file.origin(f"budgets.{name}", at)
        yield Budget(
            name=name,
            scope=scope,
            subject=subject,
            period=period,
            cost=cost,
            tokens=tokens,
            alerts=_alerts(file, (*at, "alerts"), fields.get("alerts")),
            degrade=_texts(file, (*at, "degrade"), fields.get("degrade")),
            valid_from=start,
            valid_to=end,
            line=file.lines.near(at),
        )


def _known(workflows: Iterable[Workflow]) -> dict[str, set[str]]:
    """The names that a budget of each scope may have."""
    flows = list(workflows)
    return {
        "workflow": {flow.name for flow in flows},
        "team": {flow.team for flow in flows if flow.team},
        "product": {product for flow in flows if (product := getattr(flow, "product", None))},
    }


def _scope(
    file: Reader, at: KeyPath, fields: dict[str, Any], known: dict[str, set[str]]
) -> tuple[str, str | None]:
    given = [key for key in ("total", *SCOPES) if fields.get(key) is not None]
    if len(given) != 1:
        what = "says not what it is for" if not given else f"is for {' and '.join(given)} at once"
        file.fail(at, f"this budget {what}.", "Give it one of total: true, workflow, team or product.")
    (scope,) = given
    if scope == "total":
        if fields["total"] is not True:
            file.fail((*at, "total"), "total is not true.", "Write total: true, or name a workflow.")
        return scope, None
    subject = file.text((*at, scope), fields[scope])
    if subject not in known[scope]:
        names = ", ".join(sorted(known[scope]))
        file.fail(
            (*at, scope),
            f'no workflow is registered with {scope} "{subject}".'
            if scope != "workflow"
            else f'workflow "{subject}" is not registered under workflows.',
            f"Known: {names}." if names else "There are none.",
        )
    return scope, subject


def _name(scope: str, subject: str | None) -> str:
    return scope if subject is None else subject if scope == "workflow" else f"{scope} {subject}"


def _check_dates(file: Reader, at: KeyPath, start: date | None, end: date | None) -> None:
    for key, day in (("from", start), ("until", end)):
        if day is not None and day.day != 1:
            file.fail((*at, key), f"{day} is not the first day of a month.", "Write a month such as 2026-01.")
    if start is not None and end is not None and end <= start:
        file.fail(
            (*at, "until"), f'until "{end}" is not after from "{start}".', "until is the first month without."
        )


def _cost(file: Reader, at: KeyPath, value: Any) -> Decimal:
    number = file.positive(at, value)
    if number > _COST_MAX or _scale(number) > _COST_SCALE:
        file.fail(
            at, f'"{plain(number)}" is no amount to budget.', "Write up to 10^15, with 6 decimals at most."
        )
    return number


def _scale(number: Decimal) -> int:
    """How many decimals `number` has, trailing zeros left out."""
    return len(plain(number).partition(".")[2])


def _tokens(file: Reader, at: KeyPath, value: Any) -> int:
    number = file.positive(at, value)
    if number != int(number) or number > _TOKENS_MAX:
        file.fail(at, f'"{plain(number)}" is no number of tokens.', "Write a whole number up to 10^15.")
    return int(number)


def _alerts(file: Reader, at: KeyPath, value: Any) -> tuple[Decimal, Decimal, Decimal]:
    """The percentages from which a budget warns, degrades and stops; each must be above the one before."""
    fields = file.mapping(at, value)
    file.keys(at, fields, LEVELS)
    found = [
        file.positive((*at, level), fields[level]) if fields.get(level) is not None else default
        for level, default in zip(LEVELS, Budget.alerts, strict=True)
    ]
    warn, degrade, stop = found
    for level, percent in zip(LEVELS, found, strict=True):
        if _scale(percent) > _PERCENT_SCALE:
            file.fail((*at, level), f'"{plain(percent)}" has too many decimals.', "Write 3 decimals at most.")
    if not warn < degrade < stop <= _PERCENT_MAX:
        shown = ", ".join(f"{level} {plain(percent)}" for level, percent in zip(LEVELS, found, strict=True))
        file.fail(at, f"alerts are not in order: {shown}.", 'Percent of the budget, such as warn: "70".')
    return warn, degrade, stop


def _texts(file: Reader, at: KeyPath, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        file.fail(at, '"degrade" is not a list.', 'Start each step with "- ".')
    return tuple(file.text((*at, number), item) for number, item in enumerate(value))
