"""Where a call had to run: what logs say of it, and what that costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

Pricer = Callable[..., list[dict[str, Any]]]
Priced = Callable[..., list[dict[str, Any]]]
AT = datetime(2026, 9, 1, 10)
M = 1_000_000
OPUS = "claude-opus-4-8"

MESSAGE: dict[str, Any] = {"id": "msg_1", "model": OPUS, "usage": {"input_tokens": M, "output_tokens": 0}}
LITELLM: dict[str, Any] = {
    "id": "chat-1",
    "call_type": "acompletion",
    "custom_llm_provider": "anthropic",
    "response_cost": None,
    "startTime": "2026-09-01 10:00:00",
    "model": OPUS,
    "prompt_tokens": M,
    "completion_tokens": 0,
    "total_tokens": M,
    "metadata": {"usage_object": {}},
}
SPEND = {
    **{key: value for key, value in LITELLM.items() if key not in ("id", "response_cost")},
    "request_id": "chat-1",
    "spend": 0,
}
BUCKET = {"starting_at": "2026-09-01T00:00:00Z", "ending_at": "2026-09-02T00:00:00Z"}
LANGFUSE = {
    "id": "o1",
    "trace_id": "t1",
    "type": "GENERATION",
    "start_time": "2026-09-01T10:00:00Z",
    "provided_model_name": OPUS,
    "usage_details": {"input": M, "output": 0, "total": M},
}
VERTEX = "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic"
VERTEX_GLOBAL = "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/anthropic"


def geo(where: str) -> dict[str, Any]:
    return {**MESSAGE, "usage": {**MESSAGE["usage"], "inference_geo": where}}


def litellm(provider: str, model: str, **more: Any) -> dict[str, Any]:
    usage = more.pop("usage", {})
    said = {"custom_llm_provider": provider, "model": model, **more}
    return {**LITELLM, **said, "metadata": {"usage_object": usage}}


def report(where: str) -> dict[str, Any]:
    row = {"uncached_input_tokens": M, "output_tokens": 0, "model": OPUS, "inference_geo": where}
    return {"data": [{**BUCKET, "results": [row]}], "has_more": False}


def console(where: str) -> str:
    return (
        "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
        "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
        "usage_output_tokens,web_search_count,inference_geo,speed\n"
        f"2026-09-01,{OPUS},key,Default,standard,,{M},0,0,0,0,0,{where},\n"
    )


def otlp(host: str) -> dict[str, Any]:
    said = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": OPUS,
        "gen_ai.usage.input_tokens": str(M),
        "gen_ai.usage.output_tokens": "0",
        "server.address": host,
    }
    attributes = [
        {"key": key, "value": {"intValue" if value.isdigit() else "stringValue": value}}
        for key, value in said.items()
    ]
    nanos = str(int(AT.timestamp()) * 1_000_000_000)
    span = {"traceId": "a" * 32, "spanId": "b" * 16, "name": "chat", "startTimeUnixNano": nanos}
    scope = {"scope": {}, "spans": [{**span, "endTimeUnixNano": nanos, "attributes": attributes}]}
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [scope]}]}


def claude_code(where: str) -> dict[str, Any]:
    return {
        "timestamp": "2026-09-01T10:00:00Z",
        "sessionId": "s1",
        "type": "assistant",
        "requestId": "r1",
        "message": geo(where),
    }


def outcome(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    (row,) = rows
    return row["provider"], row["endpoint_scope"], row["list_cost"], row["pricing_status"]


def batch(where: str) -> dict[str, Any]:
    return {"custom_id": "c", "result": {"type": "succeeded", "message": geo(where)}}


def spend(where: str) -> dict[str, Any]:
    return {**SPEND, "metadata": json.dumps({"usage_object": {"inference_geo": where}})}


@pytest.mark.parametrize(
    ("name", "record_of"),
    [
        ("answer.jsonl", geo),
        ("batch.jsonl", batch),
        ("report.json", report),
        ("console.csv", console),
        ("code.jsonl", claude_code),
        ("payload.jsonl", lambda where: litellm("anthropic", OPUS, usage={"inference_geo": where})),
        ("spend.jsonl", spend),
        ("langfuse.jsonl", lambda where: {**LANGFUSE, "model_parameters": {"inference_geo": where}}),
    ],
)
@pytest.mark.parametrize(("where", "expected"), [("us", ("regional", "5.5")), ("global", ("global", "5"))])
def test_inference_kept_in_the_us_costs_a_tenth_more(
    priced: Priced, name: str, record_of: Callable[[str], Any], where: str, expected: tuple[str, str]
) -> None:
    share = Decimal("0.5") if name == "batch.jsonl" else Decimal(1)
    assert outcome(priced(record_of(where), name)) == (
        *("anthropic", expected[0], Decimal(expected[1]) * share, "priced"),
    )


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (litellm("vertex_ai", f"{OPUS}@default", api_base=VERTEX), ("google", "regional", "5.5")),
        (litellm("vertex_ai", f"{OPUS}@default", api_base=VERTEX_GLOBAL), ("google", "global", "5")),
        (litellm("vertex_ai", f"vertex_ai/{OPUS}"), ("google", None, "5")),
        (litellm("bedrock", f"us.anthropic.{OPUS}"), ("aws-bedrock", None, "5.5")),
        (litellm("bedrock", f"global.anthropic.{OPUS}"), ("aws-bedrock", None, "5")),
        (otlp("us-east5-aiplatform.googleapis.com"), ("google", "regional", "5.5")),
        (otlp("aiplatform.eu.rep.googleapis.com"), ("google", "regional", "5.5")),
        (otlp("aiplatform.googleapis.com"), ("google", "global", "5")),
        (otlp("api.anthropic.com"), ("anthropic", None, "5")),
    ],
)
def test_regional_endpoints_of_clouds_cost_a_tenth_more(
    priced: Priced, record: dict[str, Any], expected: tuple[str, str | None, str]
) -> None:
    provider, scope, cost = expected
    assert outcome(priced(record, "log.jsonl")) == (provider, scope, Decimal(cost), "priced")


def usage(**values: Any) -> dict[str, Any]:
    return {"at_utc": AT, "provider": "anthropic", "model_name": OPUS, "output_tokens": M, **values}


def test_a_stated_region_is_priced_where_the_list_knows_it(price_rows: Pricer) -> None:
    google, openai = {"provider": "google"}, {"provider": "openai", "model_name": "gpt-4o"}
    cases: list[tuple[dict[str, Any], str | None, str]] = [
        ({"endpoint_scope": "regional"}, "27.5", "priced"),
        # Models before Opus 4.6 cost the same wherever they run.
        ({"model_name": "claude-sonnet-4-5", "endpoint_scope": "regional"}, "15", "priced"),
        # Google's regions are Vertex AI's: its price, for whatever of Google's is called there.
        ({**google, "model_name": "gemini-2.5-pro", "endpoint_scope": "regional"}, "10", "priced"),
        ({**google, "endpoint_scope": "regional"}, "27.5", "priced"),
        ({**google, "model_name": f"{OPUS}@default"}, "25", "priced"),
        ({**google, "model_name": "claude-nonexistent-9"}, None, "unknown_model"),
        ({**openai, "endpoint_scope": "regional"}, None, "no_price:output"),
    ]
    rows = price_rows([usage(**values) for values, _, _ in cases])
    assert [(row["list_cost"], row["pricing_status"]) for row in rows] == [
        (None if cost is None else Decimal(cost), status) for _, cost, status in cases
    ]
