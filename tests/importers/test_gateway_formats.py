"""Logs of gateways in their other shapes: wrappings, spellings, kinds of instants, traps."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.importers.desk import Desk
from tests.importers.shapes import as_csv, as_lines, counts, load

D = Decimal

# --- Helicone -------------------------------------------------------------------------------------

REQUEST = {
    "request_id": "req-1",
    "request_created_at": "2026-09-08T12:10:01.250Z",
    "response_id": "resp-1",
    "response_created_at": "2026-09-08T12:10:03Z",
    "response_status": 200,
    "provider": "OPENAI",
    "model": "gpt-4o-2024-08-06",
    "delay_ms": 1750,
    "prompt_tokens": 1200,
    "completion_tokens": 200,
    "total_tokens": 1400,
    "prompt_cache_read_tokens": 400,
    "cost": 0.0045,
    "properties": {"team": "support"},
    "cache_reference_id": "00000000-0000-0000-0000-000000000000",
}


def camel(row: dict[str, Any]) -> dict[str, Any]:
    def name(text: str) -> str:
        first, *rest = text.split("_")
        return first + "".join(word.capitalize() for word in rest)

    return {name(key): value for key, value in row.items()}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"data": [REQUEST], "error": None}),
        json.dumps([REQUEST], indent=2),
        as_lines(camel(REQUEST)),
        as_csv({**REQUEST, "properties": json.dumps(REQUEST["properties"])}),
    ],
    ids=["api", "array", "camel case", "csv"],
)
def test_helicone_requests_in_every_wrapping(desk: Desk, content: str) -> None:
    assert counts(load(desk, "helicone", content)) == (1, 1, 0, 0, 0)
    assert desk.rows(
        "SELECT source_key, at_utc, provider, model_name, input_uncached_tokens, cache_read_tokens, "
        "output_tokens, status, latency_ms, tags, logged_cost FROM token_usage"
    ) == [
        (
            "req-1",
            datetime(2026, 9, 8, 12, 10, 1, 250000),
            "openai",
            "gpt-4o-2024-08-06",
            800,
            400,
            200,
            "success",
            1750,
            '{"team":"support"}',
            D("0.0045"),
        )
    ]


def test_helicone_csv_of_the_export_tool_has_neither_id_nor_provider(desk: Desk) -> None:
    row = {
        "response_id": "resp-9",
        "response_created_at": "2026-09-08T12:10:03.000Z",
        "response_status": "200",
        "request_created_at": "2026-09-08T12:10:01.000Z",
        "request_body": '{"model":"x"}',
        "request_properties": '{"team":"support"}',
        "request_user_id": "ada",
        "model": "claude-sonnet-4-5",
        "prompt_tokens": "10",
        "completion_tokens": "5",
        "latency": "900",
        "cost_usd": "0.001",
    }
    load(desk, "output.csv", as_csv(row))
    assert desk.rows("SELECT source_key, provider, user_id, latency_ms, logged_cost FROM token_usage") == [
        ("resp-9", "anthropic", "ada", 900, D("0.001"))
    ]


def test_helicone_costs_in_a_dump_of_its_table_are_billionths(desk: Desk) -> None:
    row = {
        "request_id": "req-7",
        "request_created_at": "2026-09-08 12:10:01.000",
        "response_created_at": "2026-09-08 12:10:03.000",
        "status": 200,
        "latency": 900,
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "model": "gpt-4o-mini",
        "provider": "OPENAI",
        "organization_id": "00000000-0000-0000-0000-000000000001",
        "properties": {},
        "cost": 4500000,
    }
    load(desk, "rows.jsonl", as_lines(row))
    assert desk.rows("SELECT logged_cost, status, latency_ms FROM token_usage") == [
        (D("0.0045"), "success", 900)
    ]


def test_helicone_request_that_was_pending_is_replaced_when_it_is_done(desk: Desk) -> None:
    nothing = ("prompt_tokens", "completion_tokens", "total_tokens", "prompt_cache_read_tokens", "cost")
    load(desk, "monday.jsonl", as_lines({**REQUEST, "response_status": -2, **dict.fromkeys(nothing, 0)}))
    assert desk.rows("SELECT status, output_tokens FROM token_usage") == [("failure", 0)]
    assert load(desk, "tuesday.jsonl", as_lines(REQUEST)).rows_replaced == 1
    assert desk.rows("SELECT status, output_tokens FROM token_usage") == [("success", 200)]


# --- Portkey --------------------------------------------------------------------------------------

LOG = {
    "trace_id": "trace-1",
    "created_at": "2026-09-08T12:10:01.250Z",
    "is_success": 1,
    "ai_org": "openai",
    "ai_model": "gpt-4o",
    "req_units": 1000,
    "res_units": 50,
    "total_units": 1050,
    "cost": 12.5,
    "cost_currency": "USD",
    "response_time": 900,
}


def test_portkey_logs_without_an_id_count_once(desk: Desk) -> None:
    fallback = {**LOG, "ai_org": "azure-openai", "is_success": 0, "cost": 0}
    assert counts(load(desk, "a.jsonl", as_lines(LOG, fallback))) == (2, 2, 0, 0, 0)
    assert counts(load(desk, "b.json", json.dumps([LOG, {**LOG, "req_units": 7}]))) == (2, 1, 1, 0, 0)
    assert desk.rows("SELECT sum(logged_cost) FROM token_usage") == [(D("0.25"),)]


def test_portkey_responses_api_usage_splits_the_tokens(desk: Desk) -> None:
    usage = {
        "input_tokens": 1000,
        "input_tokens_details": {"cached_tokens": 300},
        "output_tokens": 50,
        "output_tokens_details": {"reasoning_tokens": 40},
        "total_tokens": 1050,
    }
    load(desk, "a.jsonl", as_lines({**LOG, "id": "1", "response.body": {"id": "resp_1", "usage": usage}}))
    assert desk.rows(
        "SELECT input_uncached_tokens, cache_read_tokens, output_tokens, reasoning_tokens, "
        "response_id, quality FROM token_usage"
    ) == [(700, 300, 50, 40, "resp_1", None)]


# --- Cloudflare -----------------------------------------------------------------------------------

EVENT = {
    "id": "01JX",
    "created_at": "2026-09-08T12:10:01.250Z",
    "provider": "openai",
    "model": "gpt-4o",
    "tokens_in": 100,
    "tokens_out": 20,
    "cached": False,
    "success": True,
    "cost": 0.00045,
    "metadata": '{"team":"AI"}',
}


@pytest.mark.parametrize(
    "content",
    [
        as_lines(EVENT),
        as_csv(EVENT),
        json.dumps({"success": True, "result": EVENT}),
        json.dumps({"success": True, "result": [EVENT]}) + json.dumps({"success": True, "result": []}),
    ],
    ids=["lines", "csv", "one log", "pages"],
)
def test_cloudflare_logs_in_every_wrapping(desk: Desk, content: str) -> None:
    assert counts(load(desk, "cloudflare", content)) == (1, 1, 0, 0, 0)
    assert desk.rows(
        "SELECT source_key, input_uncached_tokens, output_tokens, status, tags, logged_cost FROM token_usage"
    ) == [("01JX", 100, 20, "success", '{"team":"AI"}', D("0.00045"))]


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-08T12:10:01.250Z",
        "2026-09-08T12:10:01.2500000Z",
        "2026-09-08 14:10:01.25+02:00",
        "2026-09-08 12:10:01.250 UTC",
        "9/8/2026, 12:10:01.250 PM",
        1788869401.25,
        1788869401250,
        1788869401250000,
        1788869401250000000,
        "1.78886940125E9",
    ],
)
def test_an_instant_in_every_notation_of_these_logs(desk: Desk, text: str | float) -> None:
    load(desk, "log.jsonl", as_lines({**EVENT, "created_at": text}))
    assert desk.rows("SELECT at_utc FROM token_usage") == [(datetime(2026, 9, 8, 12, 10, 1, 250000),)]


# --- Vercel ---------------------------------------------------------------------------------------

GENERATION = {
    "id": "gen_01",
    "total_cost": 0.002,
    "upstream_inference_cost": 0,
    "usage": 0.002,
    "created_at": "2026-09-08T12:10:01.000Z",
    "model": "anthropic/claude-sonnet-4.6",
    "is_byok": False,
    "provider_name": "bedrock",
    "streamed": True,
    "finish_reason": "stop",
    "latency": 200,
    "generation_time": 1500,
    "native_tokens_prompt": 1000,
    "native_tokens_completion": 60,
    "native_tokens_reasoning": 20,
    "native_tokens_cached": 300,
    "native_tokens_cache_creation": 100,
    "billable_web_search_calls": 2,
}
LOOKED_UP = {
    "id": "gen_01",
    "totalCost": 0.002,
    "upstreamInferenceCost": 0,
    "usage": 0.002,
    "createdAt": "2026-09-08T12:10:01.000Z",
    "model": "anthropic/claude-sonnet-4.6",
    "isByok": False,
    "providerName": "bedrock",
    "finishReason": "stop",
    "latency": 200,
    "generationTime": 1500,
    "promptTokens": 1000,
    "completionTokens": 60,
    "reasoningTokens": 20,
    "cachedTokens": 300,
    "cacheCreationTokens": 100,
    "billableWebSearchCalls": 2,
}


@pytest.mark.parametrize(
    "content",
    [json.dumps({"data": GENERATION}), as_lines({"data": GENERATION}), json.dumps([LOOKED_UP])],
    ids=["api", "api, a line each", "sdk"],
)
def test_vercel_generations(desk: Desk, content: str) -> None:
    assert counts(load(desk, "generation", content)) == (1, 1, 0, 0, 0)
    assert desk.rows(
        "SELECT provider, grain, calls, input_uncached_tokens, cache_read_tokens, cache_write_tokens, "
        "output_tokens, reasoning_tokens, web_search_calls, latency_ms, response_id, tags, logged_cost "
        "FROM token_usage"
    ) == [
        (
            "vercel",
            "call",
            1,
            600,
            300,
            100,
            60,
            20,
            2,
            1500,
            "gen_01",
            '{"upstream_provider":"bedrock"}',
            D("0.002"),
        )
    ]


def test_vercel_calls_with_your_own_key_cost_what_their_provider_charges(desk: Desk) -> None:
    own = {**GENERATION, "is_byok": True, "total_cost": 0, "upstream_inference_cost": 0.0018}
    load(desk, "generation.json", json.dumps({"data": own}))
    assert desk.rows("SELECT provider, logged_cost, tags FROM token_usage") == [
        ("aws-bedrock", D("0.0018"), '{"upstream_provider":"bedrock","credential_type":"byok"}')
    ]


def test_vercel_report_without_days_needs_a_stated_time(desk: Desk) -> None:
    row = {
        "tag": "enterprise",
        "totalCost": 8400.5,
        "marketCost": 9600,
        "inputTokens": 52,
        "outputTokens": 12,
        "cachedInputTokens": 19,
        "cacheCreationInputTokens": 4,
        "reasoningTokens": 0,
        "requestCount": 142000,
    }
    (reject,) = load(desk, "report.json", json.dumps({"results": [row]})).rejects
    assert (reject.column, reject.reason) == ("at_utc", "is empty, but must be there")
    again = desk.write("again.json", json.dumps({"results": [{**row, "day": None}]}))
    assert desk.one(again, stated_at_utc=datetime(2026, 9, 1)).rows_added == 1
    assert desk.rows("SELECT at_utc, calls, grain, quality, logged_cost, tags FROM token_usage") == [
        (
            datetime(2026, 9, 1),
            142000,
            "bucket",
            "one call may stand under several tags",
            D("8400.5"),
            '{"tag":"enterprise"}',
        )
    ]


def test_vercel_report_of_a_day_that_went_on_replaces_the_earlier_one(desk: Desk) -> None:
    def report(calls: int) -> str:
        row = {"day": "2026-09-08", "user": "ada", "total_cost": calls, "market_cost": calls}
        tokens = {"input_tokens": 10 * calls, "output_tokens": calls, "cache_creation_input_tokens": 0}
        return json.dumps({"results": [{**row, **tokens, "request_count": calls}]})

    load(desk, "noon.json", report(3))
    assert load(desk, "night.json", report(5)).rows_replaced == 1
    assert desk.rows("SELECT calls, input_uncached_tokens, logged_cost FROM token_usage") == [(5, 50, D(5))]
