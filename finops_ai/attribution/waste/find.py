"""find_waste: what the detectors claim of a month's calls, each cent counted once, in temporary tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from finops_ai.attribution.waste.contract import Detector
from finops_ai.attribution.waste.own import all_detectors, claim
from finops_ai.config import Config
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

_ROOM = "attribution.waste"
_TABLES = ("claim", "call", "counted", "level", "rate", "outcome", "linked", "policy")
# What a detector needs, and how it is seen that it is not there.
_THERE = {
    "calls": "SELECT count(*) FROM waste_call",
    "sessions": "SELECT count(*) FROM waste_call WHERE thread_id IS NOT NULL",
    "outcomes": "SELECT count(*) FROM waste_outcome WHERE resolved_at_utc >= $month_start_utc",
    "reasoning": "SELECT count(*) FROM waste_call WHERE thought_tokens > 0",
    "workflows": "SELECT count(*) FROM waste_call WHERE workflow IS NOT NULL",
    "policies": "SELECT count(*) FROM waste_policy",
    "commitments": "SELECT count(*) FROM commitment_use WHERE month = $month",
}
_ABSENT = {
    "calls": "the logs hold no single calls of the month",
    "sessions": "no calls of the month share a session or trace",
    "outcomes": "no outcome of the month is known for a workflow of finops.yaml",
    "reasoning": "no call of the month states reasoning tokens",
    "workflows": "no call of the month belongs to a workflow",
    "policies": "finops.yaml lists no models of a workflow",
    "commitments": "finops.yaml names no commitment of the month",
}


@dataclass(frozen=True)
class Finding:
    """What one detector found of one subject (a session, key, user, model, workflow or commitment).

    `cost` is at stake in the month, in `currency`; `counted_cost` the part that no detector before it
    claims. Both are None when none of the calls has a price.
    """

    detector: str
    workflow: str | None
    subject_kind: str
    subject: str | None
    currency: str | None
    calls: int
    first_at_utc: datetime | None
    last_at_utc: datetime | None
    cost: Decimal | None
    counted_cost: Decimal | None
    unpriced_calls: int
    label: str
    confidence: str


@dataclass(frozen=True)
class Spend:
    """What the calls looked at and the commitments cost, in `currency` (None: calls without a price)."""

    currency: str | None
    cost: Decimal
    calls: int
    unpriced_calls: int


@dataclass(frozen=True)
class Waste:
    """A month's findings, what they were looked for in, and the detectors that could not look."""

    month: Month
    findings: tuple[Finding, ...]
    spend: tuple[Spend, ...]
    not_looked: tuple[tuple[str, str], ...]
    """(detector, why)."""
    rows: tuple[dict[str, Any], ...] = ()
    detectors: tuple[Detector, ...] = ()
    """All there are, by rank."""


def validate(config: Config) -> tuple[Detector, ...]:
    """Every detector, the user's own among them.

    Raises ConfigError for a file that is no detector, and for a detector or limit in finops.yaml that
    there is not.
    """
    detectors = all_detectors(config.detectors)
    known = {each.name: {limit.name for limit in each.parameters} for each in detectors}
    places = dict(config.origins)
    said = [
        *((owner, name) for owner, name, _ in config.waste_limits),
        *((name, None) for name in config.waste_off),
    ]
    for owner, name in said:
        place = ", line ".join(places.get(f"waste.{owner}", "finops.yaml").rsplit(":", 1))
        if owner not in known:
            raise ConfigError(
                f'{place}: no detector is called "{owner}".', hint="`finops-ai waste --list` names them."
            )
        if name is not None and name not in known[owner]:
            raise ConfigError(
                f'{place}: detector {owner} has no limit "{name}".',
                hint=f"It has: {', '.join(sorted(known[owner])) or 'none'}.",
            )
    return detectors


def look(
    ledger: Ledger, config: Config, month: Month, detectors: Sequence[Detector] | None = None
) -> list[str]:
    """Fill temporary `waste_claim` and `waste_counted` for `month`; the names of detectors that were run.

    Needs an attributed month. `forget` drops the tables.
    """
    every = all_detectors(config.detectors)
    chosen = every if detectors is None else detectors
    span = {"month_start_utc": month.start_utc, "month_end_utc": month.end_utc}
    of_month = {"month": month.first_day}
    for name in ("allocate_units.sql", "allocate_share.sql"):
        ledger.run("attribution", name)
    for name in ("scaled.sql", "saved.sql", "claim.sql"):
        ledger.run(_ROOM, name)
    ledger.run(_ROOM, "level.sql", of_month)
    ledger.run(_ROOM, "rate.sql", {**of_month, **span})
    ledger.run(_ROOM, "call.sql", {**of_month, **span})
    links = {
        "kinds": [link.kind for link in config.outcomes],
        "workflows": [link.workflow for link in config.outcomes],
    }
    ledger.run(_ROOM, "outcome.sql", {**links, "month_end_utc": month.end_utc})
    ledger.run(_ROOM, "linked.sql", {"workflows": links["workflows"]})
    allowed = [(each.name, pattern) for each in config.workflows for pattern in each.models]
    ledger.run(
        _ROOM,
        "policy.sql",
        {"workflows": [name for name, _ in allowed], "patterns": [pattern for _, pattern in allowed]},
    )
    run = [each for each in chosen if _is_wanted(config, each) and _is_there(ledger, month, each.needs)]
    for detector in run:
        params = _parameters(config, detector)
        if detector.is_own:
            claim(ledger, detector, params)
            continue
        ledger.execute(
            detector.statement, {**params, **(of_month if detector.needs == "commitments" else {})}
        )
    ledger.run(_ROOM, "counted.sql", {"detectors": [each.name for each in every]})
    return [each.name for each in run]


def find_waste(
    ledger: Ledger,
    config: Config,
    month: Month,
    *,
    workflow: str | None = None,
    detector: str | None = None,
    rows: int = 0,
) -> Waste:
    """The findings of `month`, of one workflow and one detector when named, with `rows` calls of each.

    All detectors are run either way: what counts of one depends on those before it.
    """
    every = all_detectors(config.detectors)
    run = look(ledger, config, month)
    only = {"workflow": workflow, "detector": detector}
    findings = tuple(Finding(*row) for row in ledger.run(_ROOM, "findings.sql", only).fetchall())
    spend = tuple(Spend(*row) for row in _spent(ledger, month, workflow))
    evidence = ledger.run_records(_ROOM, "evidence.sql", {**only, "limit": rows}) if rows else []
    missing = tuple(
        (each.name, _why_not(config, each))
        for each in every
        if each.name not in run and detector in (None, each.name)
    )
    forget(ledger)
    return Waste(month, findings, spend, missing, tuple(evidence), every)


def _spent(ledger: Ledger, month: Month, workflow: str | None) -> list[tuple[Any, ...]]:
    return ledger.run(_ROOM, "spend.sql", {"month": month.first_day, "workflow": workflow}).fetchall()


def forget(ledger: Ledger) -> None:
    """Drop what `look` made: a month's calls may be many."""
    for table in _TABLES:
        ledger.execute(f"DROP TABLE IF EXISTS waste_{table}")


def _is_wanted(config: Config, detector: Detector) -> bool:
    return detector.name not in config.waste_off


def _is_there(ledger: Ledger, month: Month, need: str) -> bool:
    query = _THERE[need]
    bound = {"month": month.first_day, "month_start_utc": month.start_utc}
    return bool(
        ledger.value(query, {name: value for name, value in bound.items() if f"${name}" in query.split()})
    )


def _why_not(config: Config, detector: Detector) -> str:
    return _ABSENT[detector.needs] if _is_wanted(config, detector) else "finops.yaml turns it off"


def _parameters(config: Config, detector: Detector) -> dict[str, object]:
    given = {name: value for owner, name, value in config.waste_limits if owner == detector.name}
    return {each.name: given.get(each.name, each.default) for each in detector.parameters}
