"""`finops-ai explain usage`: what one call costs, as arithmetic that can be checked by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.text import cell, counted
from finops_ai.config import Config
from finops_ai.errors import InputError
from finops_ai.money import plain

_CANDIDATES = columns(
    *("usage_id:usage_id", "source:source", "at_utc:time (UTC)", "model_name:model"),
    *("prompt_tokens:prompt:count", "currency:currency", "list_cost:estimated:money4"),
)
_METERS = columns(
    *("meter:meter", "quantity:quantity:count", "price:price", "currency:currency", "cost:cost:money-1"),
    *(
        "price_id:price row",
        "contract_cost:contract:hidden",
        "model_id:model:hidden",
        "endpoint_scope:scope:hidden",
    ),
    *("service_tier:tier:hidden", "min_prompt_tokens:band:hidden", "hours_utc:hours:hidden"),
    *("unit_price:unit price:hidden", "valid_from_utc:from:hidden", "valid_to_utc:to:hidden"),
    *("kind:kind:hidden", "source_url:source:hidden", "checked_on:checked:hidden"),
)
_STATUS = {
    None: "It has not been priced yet: `finops-ai attribute` does.",
    "cache_hit": "The gateway answered it from its own cache: nobody sold it, so it costs nothing.",
    "no_tokens": "It failed and used no tokens, so it costs nothing.",
    "unknown_model": "Its model name is not known, so its cost is unknown: not zero.",
}


def explain_call(settings: Settings, call: str) -> Document:
    """The arithmetic of the call that `call` names; the list of them when it names several.

    InputError when no call of the ledger has this id.
    """
    config = settings.load()
    require_ledger(config, None)
    with settings.open(config, read_only=True) as ledger:
        found = ledger.run_records("cli", "explain_calls.sql", {"id": call})
        if not found:
            raise InputError(
                f"{call}: no call in the ledger has this id.",
                hint='Ids stand there: finops-ai sql "SELECT source_key, usage_id FROM token_usage".',
            )
        if len(found) > 1:
            return _candidates(call, found)
        meters = ledger.run_records("cli", "explain_meters.sql", {"usage_id": found[0]["usage_id"]})
    return _explained(config, found[0], meters)


def _candidates(call: str, found: Sequence[dict[str, Any]]) -> Document:
    rows = tuple(tuple(each[column.key] for column in _CANDIDATES) for each in found)
    table = Table("calls", f"{counted(len(found), 'call')} with the id {call}", _CANDIDATES, rows)
    return Document("explain usage", (table, "Ask for one of them by its usage_id."))


def _explained(config: Config, call: dict[str, Any], meters: Sequence[dict[str, Any]]) -> Document:
    currency = call["currency"]
    rows = tuple(
        (
            *(meter["meter"], meter["quantity"], _price(meter), currency, meter["cost"], meter["price_id"]),
            *(meter[column.key] for column in _METERS[6:]),
        )
        for meter in meters
    )
    blocks: tuple[Table | str, ...] = (
        *_identity(call),
        "",
        Table("meters", "At list price (estimated)", _METERS, rows, null="unknown"),
        *_sum(call, meters),
        *_price_rows(meters),
        "",
        *_use(config, call),
    )
    return Document("explain usage", blocks, call)


def _price(meter: dict[str, Any]) -> str | None:
    if meter["unit_price"] is None:
        return None
    return f"{plain(meter['price_per'])} per {meter['per']:,d}"


def _identity(call: dict[str, Any]) -> Iterator[str]:
    yield f"{call['source']} {call['source_key']}: {Path(call['path']).name}, record {call['row_number']}"
    yield f"{cell(call['at_utc'])} UTC, {call['provider']}, model {call['model_name'] or 'not stated'}"
    if call["model_id"] is not None:
        yield f"priced as {call['model_id']} ({call['name_rule']}), {_conditions(call)}"
    if call["grain"] == "bucket":
        yield f"a report of {counted(call['calls'], 'call')}: no prompt length is known, so no band applies"
    if call["quality"] is not None:
        yield f"weak: {call['quality']}"
    if call["left_out_because"] is not None:
        yield f"does not count: {call['left_out_because']}"


def _conditions(call: dict[str, Any]) -> str:
    return (
        f"tier {call['service_tier']}, scope {call['endpoint_scope']}, "
        f"prompt of {counted(call['prompt_tokens'], 'token')}"
    )


def _sum(call: dict[str, Any], meters: Sequence[dict[str, Any]]) -> Iterator[str]:
    status = call["pricing_status"]
    if call["list_cost"] is not None and meters and status == "priced":
        terms = " + ".join(plain(meter["cost"]) for meter in meters)
        yield f"{terms} = {plain(call['list_cost'])} {call['currency']}, list price, estimated"
    elif status in _STATUS:
        yield _STATUS[status]
    elif call["contract_cost"] is None:
        meter = str(status).removeprefix("no_price:")
        yield f"There is no price for {meter}, so the cost of the call is unknown: not zero."
    if call["contract_cost"] is not None:
        terms = " + ".join(plain(meter["contract_cost"]) for meter in meters)
        yield (
            f"{terms} = {plain(call['contract_cost'])} {call['contract_currency']}, "
            f"contract rate {call['contract_name']}, estimated"
        )
    logged: Decimal | None = call["logged_cost"]
    if logged is not None:
        yield f"{plain(logged)} is what the log says it cost (logged)."


def _price_rows(meters: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Where the prices come from; rows of one sheet are said once."""
    said: dict[str, list[str]] = {}
    for meter in meters:
        if meter["price_id"] is not None:
            said.setdefault(_origin(meter), []).append(meter["meter"])
    for origin, names in said.items():
        yield f"{', '.join(names)}: {origin}"


def _origin(meter: dict[str, Any]) -> str:
    until = "still open" if meter["valid_to_utc"] is None else f"to {_instant(meter['valid_to_utc'])}"
    band = f", prompts from {meter['min_prompt_tokens']:,d} tokens" if meter["min_prompt_tokens"] else ""
    hours = f", {meter['hours_utc']} UTC" if meter["hours_utc"] else ""
    return (
        f"{meter['kind']} price from {_instant(meter['valid_from_utc'])} {until}{band}{hours}; "
        f"{meter['source_url']}, read {meter['checked_on']}"
    )


def _instant(at_utc: datetime) -> str:
    return cell(at_utc.date() if at_utc.time() == time() else at_utc)


def _use(config: Config, call: dict[str, Any]) -> Iterator[str]:
    if call["workflow"] is None:
        yield "It belongs to no workflow: no rule maps it."
    else:
        rule = next((each for each in config.rules if each.ordinal == call["rule_ordinal"]), None)
        because = "the log names it" if rule is None else f"the rule on line {rule.line} of finops.yaml"
        yield f"It belongs to workflow {call['workflow']}: {because}."
    if call["outcome_id"] is not None:
        yield f"It was made for outcome {call['outcome_id']} ({call['outcome_kind']})."
