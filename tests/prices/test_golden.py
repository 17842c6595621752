"""The shipped catalogue prices hand-worked records to the last digit."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_ai.ledger import Ledger

HERE = Path(__file__).parent
Pricer = Callable[..., list[dict[str, Any]]]
METER_OF_LINE = {"output_reasoning": "output", "web_search_requests": "web_search"}


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _usage(record: dict[str, Any]) -> dict[str, Any]:
    """A golden record as a row of `token_usage`; reasoning is a part of the output."""
    counts = dict(record["usage"])
    counts["output"] = counts.get("output", 0) + counts.pop("output_reasoning", 0)
    searches = counts.pop("web_search_requests", 0)
    return {
        "at_utc": datetime.fromisoformat(record["timestamp"].removesuffix("Z")),
        "provider": record["provider"],
        "model_name": record["model"],
        "service_tier": record["service_tier"],
        "endpoint_scope": record["endpoint_scope"],
        "web_search_calls": searches,
        **{f"{meter}_tokens": count for meter, count in counts.items()},
    }


def _meter_costs(record: dict[str, Any]) -> dict[str, Decimal]:
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for line in record["lines"]:
        costs[METER_OF_LINE.get(line["meter"], line["meter"])] += Decimal(line["cost_usd"])
    return dict(costs)


def _assert_priced(records: list[dict[str, Any]], priced: list[dict[str, Any]]) -> None:
    for record, row in zip(records, priced, strict=True):
        assert row["pricing_status"] == "priced", record["id"]
        assert row["model_id"] == record["canonical_model"], record["id"]
        assert row["list_cost"] == Decimal(record["expected_cost_usd"]), (record["id"], record["trap"])
        assert row["currency"] == "USD"
        for meter, cost in _meter_costs(record).items():
            assert row[f"{meter}_cost"] == cost, (record["id"], meter)


def test_hand_worked_records_are_exact(price_rows: Pricer) -> None:
    records = _records(HERE / "golden.jsonl")
    assert len(records) == 10
    _assert_priced(records, price_rows([_usage(record) for record in records]))


def test_every_shared_record_is_exact(price_rows: Pricer, shared_data: Path) -> None:
    records = _records(shared_data / "pricing" / "golden.jsonl")
    assert len(records) == 15
    _assert_priced(records, price_rows([_usage(record) for record in records]))


def test_each_price_id_is_the_price_that_was_used(ledger: Ledger, price_rows: Pricer) -> None:
    records = _records(HERE / "golden.jsonl")
    rows = price_rows([_usage(record) for record in records])
    prices = dict(ledger.rows("SELECT price_id, unit_price FROM price_now"))
    for record, row in zip(records, rows, strict=True):
        for line in record["lines"]:
            meter = METER_OF_LINE.get(line["meter"], line["meter"])
            expected = Decimal(line["unit_price_usd"]) * (Decimal(1) / Decimal(line["per"]))
            assert prices[row[f"{meter}_price_id"]] == expected, (record["id"], meter)


def _alias_cases(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "pricing" / "aliases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_forty_names_are_right_or_unpriced(ledger: Ledger, price_rows: Pricer, shared_data: Path) -> None:
    cases = _alias_cases(shared_data)
    assert len(cases) == 40
    usage = [
        {
            "at_utc": datetime.fromisoformat(case["as_of"]),
            "provider": case["provider_hint"],
            "model_name": case["name"],
            "input_uncached_tokens": 100_000,
            # Embeddings have no output, so there is none to price.
            "output_tokens": 10_000 if case["expected_output_usd_per_mtok"] not in ("", "0") else 0,
        }
        for case in cases
    ]
    rows = price_rows(usage)
    for case, row in zip(cases, rows, strict=True):
        if case["expected_status"] == "unpriced":
            assert (row["model_id"], row["list_cost"]) == (None, None), case["name"]
            assert row["pricing_status"] == "unknown_model", case["name"]
            continue
        assert row["model_id"] == case["expected_model"], case["name"]
        expected = Decimal(case["expected_input_usd_per_mtok"]) * Decimal("0.1")
        expected += Decimal(case["expected_output_usd_per_mtok"]) * Decimal("0.01")
        assert row["list_cost"] == expected, case["name"]
    named = ledger.rows("SELECT provider, model_name, price_provider, endpoint_scope FROM model_resolution")
    resolved = {(provider, name): (owner, scope) for provider, name, owner, scope in named}
    for case in cases:
        owner, scope = resolved[case["provider_hint"], case["name"]]
        if case["expected_status"] == "priced":
            assert owner == case["expected_provider"], case["name"]
            if case["endpoint_scope"]:
                assert scope == case["endpoint_scope"].split(":")[0], case["name"]


def test_list_prices_of_every_shared_row(ledger: Ledger, price_rows: Pricer, shared_data: Path) -> None:
    """Each of the 192 rows of prices.csv is in the catalogue, at the same price and span."""
    price_rows([{"at_utc": datetime(2026, 1, 1), "provider": "none"}])
    held = {
        tuple(row)
        for row in ledger.rows(
            "SELECT provider, model_id, coalesce(endpoint_scope, ''), service_tier, meter, "
            "min_prompt_tokens, valid_from_utc, valid_to_utc, unit_price FROM price_now"
        )
    }
    with (shared_data / "pricing" / "prices.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 192
    for row in rows:
        meter = METER_OF_LINE.get(row["meter"], row["meter"])
        key = (
            row["provider"],
            row["canonical_model"],
            row["endpoint_scope"],
            row["service_tier"],
            meter,
            int(row["min_prompt_tokens"]),
            datetime.fromisoformat(row["valid_from"].removesuffix("Z")),
            datetime.fromisoformat(row["valid_to"].removesuffix("Z")) if row["valid_to"] else None,
            Decimal(row["unit_price_usd"]) * (Decimal(1) / Decimal(row["per"])),
        )
        assert key in held, row


def _ccusage_rows(shared_data: Path) -> dict[tuple[str, str], dict[str, int]]:
    """Final state of each streamed message, by month and model, as ccusage counts them."""
    seen: dict[tuple[str, str], tuple[str, str, dict[str, Any]]] = {}
    folder = shared_data / "usage" / "claude_code_synth" / "projects"
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                continue
            message = record.get("message") or {}
            usage = message.get("usage")
            if record.get("type") != "assistant" or usage is None:
                continue
            key = (message["id"], record.get("requestId", ""))
            kept = seen.get(key)
            if kept is None or usage["output_tokens"] >= kept[2]["output_tokens"]:
                seen[key] = (record["timestamp"][:7], message["model"], usage)
    totals: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for month, model, usage in seen.values():
        lifetimes = usage.get("cache_creation") or {}
        written = usage.get("cache_creation_input_tokens", 0)
        one_hour = lifetimes.get("ephemeral_1h_input_tokens", 0)
        total = totals[month, model]
        total["input_uncached_tokens"] += usage["input_tokens"]
        total["cache_read_tokens"] += usage.get("cache_read_input_tokens", 0)
        total["cache_write_5m_tokens"] += written - one_hour
        total["cache_write_1h_tokens"] += one_hour
        total["output_tokens"] += usage["output_tokens"]
    return totals


def test_ccusage_months_are_equal(price_rows: Pricer, shared_data: Path) -> None:
    report = json.loads(
        (shared_data / "usage" / "claude_code_synth" / "ccusage-20.0.20-claude-monthly.json").read_text(),
        parse_float=Decimal,
    )
    totals = _ccusage_rows(shared_data)
    expected = [(month["month"], model) for month in report["monthly"] for model in month["modelBreakdowns"]]
    assert len(expected) == 8
    rows = []
    for month, model in expected:
        total = totals[month, model["modelName"]]
        assert total["input_uncached_tokens"] == model["inputTokens"]
        assert total["output_tokens"] == model["outputTokens"]
        at_utc = datetime.fromisoformat(f"{month}-15")
        rows.append({"at_utc": at_utc, "provider": "anthropic", "model_name": model["modelName"], **total})
    for row, (_, model) in zip(price_rows(rows), expected, strict=True):
        # ccusage adds binary floats, so its last digits are noise.
        assert abs(row["list_cost"] - model["cost"]) < Decimal("1e-9"), model["modelName"]


def test_logged_costs_of_litellm_are_equal(price_rows: Pricer, shared_data: Path) -> None:
    """Every call that LiteLLM priced, and that its cache did not serve, costs the same here, but one:
    a GPT-5.6 Sol call of 19 August, to which LiteLLM gave the price that began on 21 August."""
    path = shared_data / "usage" / "litellm" / "standard_logging_payload.jsonl"
    payloads = [
        json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()
    ]
    paid = [payload for payload in payloads if payload["response_cost"] and not payload.get("cache_hit")]
    assert len(paid) == 134
    differing = [
        (row["model_id"], row["list_cost"], payload["response_cost"])
        for row, payload in zip(price_rows([_litellm_usage(payload) for payload in paid]), paid, strict=True)
        if row["list_cost"] is None or abs(row["list_cost"] - payload["response_cost"]) > Decimal("1e-12")
    ]
    assert differing == [("gpt-5.6-sol", Decimal("0.002166"), Decimal("0.0017167999999999999"))]


def _litellm_usage(payload: dict[str, Any]) -> dict[str, Any]:
    usage = payload["metadata"]["usage_object"]
    details = usage.get("prompt_tokens_details") or {}
    read = details.get("cached_tokens") or 0
    written = usage.get("cache_creation_input_tokens") or details.get("cache_creation_tokens") or 0
    hour = (details.get("cache_creation_token_details") or {}).get("ephemeral_1h_input_tokens") or 0
    return {
        "at_utc": datetime(1970, 1, 1) + timedelta(seconds=int(payload["startTime"])),
        "provider": payload["custom_llm_provider"],
        "model_name": payload["model"],
        "input_uncached_tokens": usage["prompt_tokens"] - read - written,
        "cache_read_tokens": read,
        "cache_write_5m_tokens": written - hour,
        "cache_write_1h_tokens": hour,
        "output_tokens": usage["completion_tokens"],
        "web_search_calls": (usage.get("server_tool_use") or {}).get("web_search_requests") or 0,
    }
