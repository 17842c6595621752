"""`finops-ai waste`: what the detectors find in a month, what is at stake, and what to do about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from finops_ai.attribution.waste import Detector, Finding, Waste, find_waste, validate
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.names import require_workflow
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import counted
from finops_ai.config import Config
from finops_ai.config_file import meant
from finops_ai.errors import ConfigError, ExitCode
from finops_ai.money import decimal_from_text, shown

SHOWN_MAX = 20
_SUMMARY = columns(
    *("detector:detector", "findings:findings:count", "calls:calls:count", "currency:currency"),
    *("amount:at stake:money", "counted:counted:money"),
)
_FINDINGS = columns(
    *("workflow:workflow", "detector:detector", "subject:what", "calls:calls:count", "currency:currency"),
    *("amount:at stake:money", "counted:counted:money", "confidence:sure"),
)
_CALLS = columns(
    "time:time (UTC)", "model:model", "currency:currency", "amount:at stake:money4", "usage_id:usage_id"
)
_LIST = columns("detector:detector", "title:what it finds", "needs:needs")
_LIMITS = columns("parameter:parameter", "value:value:count", "default:default:count", "text:what it is for")
_FLAT = columns(
    *("month:month", "detector:detector", "workflow:workflow", "subject_kind:kind", "subject:what"),
    *("calls:calls:count", "first_at_utc:first", "last_at_utc:last", "currency:currency"),
    *("amount:at stake:money-1", "counted:counted:money-1", "unpriced_calls:unpriced:count", "label:label"),
    *("confidence:sure", "advice:what to do"),
)
_RULE = (
    "At stake is what each finding claims by itself. Counted is its part of the total: of each kind of cost "
    "of a call (input, cache read, cache write, output) the largest claim counts, credited in the order of "
    "the detectors."
)


@dataclass(frozen=True)
class Asked:
    """The options of `finops-ai waste`."""

    month: str | None = None
    workflow: str | None = None
    detector: str | None = None
    rows: int = 0
    min_amount: str | None = None
    fail_above: str | None = None


def show_waste(settings: Settings, asked: Asked, now_utc: datetime) -> tuple[Document, int]:
    """The findings of a month, and exit code 4 when more than `fail_above` is at stake.

    ConfigError when a name or an amount is none.
    """
    config = settings.load()
    minimum, limit = _amount("--min-amount", asked.min_amount), _amount("--fail-above", asked.fail_above)
    detectors = validate(config)
    if asked.detector is not None:
        _detector(detectors, asked.detector)
    require_ledger(config, asked.month)
    with settings.open(config) as ledger:
        refresh(ledger, config, at_utc=now_utc)
        require_workflow(ledger, config, asked.workflow)
        month = chosen_month(ledger, asked.month)
        found = find_waste(
            ledger, config, month, workflow=asked.workflow, detector=asked.detector, rows=asked.rows
        )
    at_stake = _total(found.findings)
    is_too_much = limit is not None and any(amount > limit for amount in at_stake.values())
    return _document(found, minimum, at_stake), ExitCode.FINDINGS if is_too_much else ExitCode.OK


def _amount(option: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = decimal_from_text(text)
    except ValueError:
        amount = Decimal(-1)
    if amount < 0:
        raise ConfigError(f'waste: {option} "{text}" is no amount.', hint="Write it as 100 or 0.50.")
    return amount


def _detector(detectors: Sequence[Detector], name: str) -> Detector:
    known = {each.name: each for each in detectors}
    if name not in known:
        hint = f"{meant(name, known)} `finops-ai waste --list` lists them.".strip()
        raise ConfigError(f'waste: no detector is called "{name}".', hint=hint)
    return known[name]


def _total(findings: Sequence[Finding]) -> dict[str, Decimal]:
    """Counted money by currency."""
    total: dict[str, Decimal] = {}
    for each in findings:
        if each.counted_cost is not None and each.currency is not None:
            total[each.currency] = total.get(each.currency, Decimal(0)) + each.counted_cost
    return total


# The answer -----------------------------------------------------------------------------------


def _document(found: Waste, minimum: Decimal | None, at_stake: dict[str, Decimal]) -> Document:
    kept = [each for each in found.findings if minimum is None or each.cost is None or each.cost >= minimum]
    worth = [each for each in kept if each.cost is None or each.cost > 0]
    blocks: list[Table | str] = [_headline(found, at_stake)]
    if found.findings:
        blocks += ["", Table("", "By detector", _SUMMARY, tuple(_summary(found, kept))), _title(worth)]
        blocks += [*_calls(found, kept), _RULE, "", *_advice(found, kept)]
    blocks += _not_looked(found)
    month = str(found.month)
    flat = tuple((month, *_flat(found, each)) for each in kept)
    facts = {
        "month": month,
        "at_stake": [{"currency": name, "amount": amount} for name, amount in sorted(at_stake.items())],
        "spend": [
            {"currency": each.currency, "cost": each.cost, "calls": each.calls} for each in found.spend
        ],
        "findings": [
            {
                **dict(zip((column.key for column in _FLAT), row, strict=True)),
                "explain": _explained(found, each),
            }
            for each, row in zip(kept, flat, strict=True)
        ],
        "not_looked_for": [{"detector": name, "reason": why} for name, why in found.not_looked],
        "calls": [{**row, "explain": f"finops-ai explain usage {row['usage_id']}"} for row in found.rows],
    }
    return Document("waste", tuple(blocks), facts, Table("findings", "", _FLAT, flat, null=""))


def _headline(found: Waste, at_stake: dict[str, Decimal]) -> str:
    if not found.findings:
        return f"{found.month}: nothing found in {counted(sum(each.calls for each in found.spend), 'call')}."
    parts = []
    for currency in sorted(at_stake):
        spend = next((each.cost for each in found.spend if each.currency == currency), None)
        of = "" if spend is None else f" of {shown(spend, '')} that calls and commitments cost"
        parts.append(f"{shown(at_stake[currency], currency)}{of}")
    money = "; ".join(parts) or "no price is known"
    return f"{found.month}: {counted(len(found.findings), 'finding')}. At stake (estimated): {money}."


def _summary(found: Waste, findings: Sequence[Finding]) -> Iterator[tuple[object, ...]]:
    for detector in found.detectors:
        for currency in sorted({each.currency or "" for each in findings if each.detector == detector.name}):
            these = [e for e in findings if e.detector == detector.name and (e.currency or "") == currency]
            yield (
                *(detector.name, len(these), sum(each.calls for each in these), currency or None),
                *(_sum([each.cost for each in these]), _sum([each.counted_cost for each in these])),
            )


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _title(findings: Sequence[Finding]) -> Table:
    rows = tuple(
        (
            *(each.workflow or "(none)", each.detector, _what(each), each.calls, each.currency),
            *(each.cost, each.counted_cost, each.confidence),
        )
        for each in findings[:SHOWN_MAX]
    )
    more = len(findings) - len(rows)
    title = (
        "Findings"
        if not more
        else f"The {len(rows)} largest of {len(findings):,d} findings (all: --format csv)"
    )
    return Table("", title, _FINDINGS, rows)


def _what(finding: Finding) -> str:
    if finding.subject is None or finding.subject_kind in ("model", "workflow", "commitment"):
        return finding.subject or "n/a"
    return f"{finding.subject_kind} {finding.subject}"


def _calls(found: Waste, kept: Sequence[Finding]) -> Iterator[Table]:
    """The dearest calls of each finding that is shown, a table a finding."""
    for each in kept[:SHOWN_MAX]:
        key = (each.detector, each.workflow, each.subject_kind, each.subject, each.currency)
        rows = tuple(
            (
                f"{row['at_utc']:%m-%d %H:%M:%S}",
                row["model"],
                row["currency"],
                row["cost"],
                str(row["usage_id"]),
            )
            for row in found.rows
            if (row["detector"], row["workflow"], row["subject_kind"], row["subject"], row["currency"]) == key
        )
        yield Table("", f"{each.detector}: {each.workflow or 'no workflow'}, {_what(each)}", _CALLS, rows)


def _advice(found: Waste, findings: Sequence[Finding]) -> Iterator[str]:
    named = {each.detector for each in findings}
    for detector in found.detectors:
        if detector.name in named:
            yield f"{detector.name}: {detector.advice}"


def _not_looked(found: Waste) -> list[Table | str]:
    reasons: dict[str, list[str]] = {}
    for name, why in found.not_looked:
        reasons.setdefault(why, []).append(name)
    unpriced = sum(each.unpriced_calls for each in found.spend)
    weak = [f"{counted(unpriced, 'call')} without a price: their money is not known."] if unpriced else []
    lines = [f"Not looked for: {', '.join(names)}, since {why}." for why, names in reasons.items()]
    return ["", *weak, *lines] if weak or lines else []


def _explained(found: Waste, each: Finding) -> str:
    """The command that lists the calls behind a finding, each of which `explain usage` takes apart."""
    workflow = "" if each.workflow is None else f" --workflow {shlex.quote(each.workflow)}"
    return f"finops-ai waste --month {found.month}{workflow} --detector {each.detector} --rows 10"


def _flat(found: Waste, each: Finding) -> tuple[object, ...]:
    advice = next(detector.advice for detector in found.detectors if detector.name == each.detector)
    return (
        *(each.detector, each.workflow, each.subject_kind, each.subject, each.calls, each.first_at_utc),
        *(each.last_at_utc, each.currency, each.cost, each.counted_cost, each.unpriced_calls, each.label),
        *(each.confidence, advice),
    )


# The list -------------------------------------------------------------------------------------


def list_detectors(settings: Settings, name: str | None) -> Document:
    """Every detector, or one in full with its limits as they are in force."""
    config = settings.load()
    detectors = validate(config)
    if name is not None:
        return _one(config, _detector(detectors, name))
    rows = tuple(
        (f"{each.name} ({each.origin})" if each.is_own else each.name, each.title, each.needs)
        for each in detectors
    )
    last = "One in full: finops-ai waste --list --detector NAME. Money is counted in this order."
    facts = {"detectors": [_facts(config, each) for each in detectors]}
    return Document(
        "waste --list", (Table("", "", _LIST, rows), last), facts, Table("detectors", "", _LIST, rows)
    )


def _one(config: Config, detector: Detector) -> Document:
    rows = tuple(
        (each.name, _in_force(config, detector, each.name, each.default), each.default, each.text)
        for each in detector.parameters
    )
    off = ["It is turned off in finops.yaml."] if detector.name in config.waste_off else []
    blocks: tuple[Table | str, ...] = (
        f"{detector.name}: {detector.title}",
        *(f"{key}: {getattr(detector, key)}" for key in ("finds", "money", "confidence", "advice", "needs")),
        *off,
        "",
        Table("", "Limits (finops.yaml, waste)", _LIMITS, rows),
    )
    flat = Table("parameters", "", _LIMITS, rows)
    return Document("waste --list", blocks, {"detectors": [_facts(config, detector)]}, flat)


def _in_force(config: Config, detector: Detector, parameter: str, default: int) -> int:
    given = {(owner, name): value for owner, name, value in config.waste_limits}
    return given.get((detector.name, parameter), default)


def _facts(config: Config, detector: Detector) -> dict[str, Any]:
    return {
        "detector": detector.name,
        "title": detector.title,
        "finds": detector.finds,
        "money": detector.money,
        "needs": detector.needs,
        "advice": detector.advice,
        "confidence": detector.confidence,
        "file": detector.origin if detector.is_own else None,
        "is_off": detector.name in config.waste_off,
        "parameters": [
            {
                "name": each.name,
                "value": _in_force(config, detector, each.name, each.default),
                "default": each.default,
            }
            for each in detector.parameters
        ],
    }
