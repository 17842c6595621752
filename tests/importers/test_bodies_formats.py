"""Other shapes of answers and of what people log around them; each count worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from finops_ai.importers import FileResult
from tests.importers.desk import Desk

AT = datetime(2026, 9, 1)
NOTHING = {
    "input_uncached_tokens": 0,
    "cache_read_tokens": 0,
    "cache_write_5m_tokens": 0,
    "cache_write_1h_tokens": 0,
    "cache_write_tokens": 0,
    "input_audio_tokens": 0,
    "output_tokens": 0,
    "output_audio_tokens": 0,
    "reasoning_tokens": 0,
    "web_search_calls": 0,
    "source_total_tokens": None,
    "quality": None,
}


def taken(
    desk: Desk, *records: Any, name: str = "log.jsonl", importer: str = "response_bodies"
) -> FileResult:
    """Import `records` as JSON lines; all of them must be read."""
    text = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in records)
    result = desk.one(desk.write(name, text), stated_at_utc=AT)
    assert (result.status, result.importer) == ("imported", importer)
    assert [(each.column, each.reason) for each in result.rejects] == []
    return result


def row(desk: Desk, columns: str = "*") -> dict[str, Any]:
    (only,) = desk.ledger.records(f"SELECT {columns} FROM token_usage")
    return only


USAGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "reasoning beside the output, as older Grok bodies have it",
        {
            "prompt_tokens": 32,
            "completion_tokens": 9,
            "total_tokens": 235,
            "completion_tokens_details": {"reasoning_tokens": 194},
        },
        {
            "input_uncached_tokens": 32,
            "output_tokens": 203,
            "reasoning_tokens": 194,
            "source_total_tokens": 235,
        },
    ),
    (
        "a gateway that keeps Anthropic's cache beside the prompt in OpenAI's shape",
        {
            "prompt_tokens": 10,
            "completion_tokens": 5,
            "total_tokens": 115,
            "cache_read_input_tokens": 60,
            "cache_creation_input_tokens": 40,
        },
        {
            "input_uncached_tokens": 10,
            "cache_read_tokens": 60,
            "cache_write_tokens": 40,
            "output_tokens": 5,
            "source_total_tokens": 115,
        },
    ),
    (
        "a gateway that puts Anthropic's cache inside the prompt",
        {
            "prompt_tokens": 110,
            "completion_tokens": 5,
            "total_tokens": 115,
            "cache_read_input_tokens": 60,
            "cache_creation_input_tokens": 40,
        },
        {
            "input_uncached_tokens": 10,
            "cache_read_tokens": 60,
            "cache_write_tokens": 40,
            "output_tokens": 5,
            "source_total_tokens": 115,
        },
    ),
    (
        "audio of which a part was cached",
        {
            "total_tokens": 253,
            "input_tokens": 132,
            "output_tokens": 121,
            "input_token_details": {
                "text_tokens": 119,
                "audio_tokens": 13,
                "cached_tokens": 64,
                "cached_tokens_details": {"text_tokens": 60, "audio_tokens": 4},
            },
            "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
        },
        {
            "input_uncached_tokens": 59,
            "cache_read_tokens": 64,
            "input_audio_tokens": 9,
            "output_tokens": 30,
            "output_audio_tokens": 91,
            "source_total_tokens": 253,
        },
    ),
    (
        "the words of an SDK that counts for every provider",
        {
            "inputTokens": 100,
            "outputTokens": 20,
            "totalTokens": 120,
            "cachedInputTokens": 30,
            "reasoningTokens": 8,
        },
        {
            "input_uncached_tokens": 70,
            "cache_read_tokens": 30,
            "output_tokens": 20,
            "reasoning_tokens": 8,
            "source_total_tokens": 120,
        },
    ),
    (
        "cache writes of OpenAI, with how long they live",
        {
            "input_tokens": 4020,
            "output_tokens": 5,
            "total_tokens": 4025,
            "input_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 4012},
        },
        {
            "input_uncached_tokens": 7,
            "cache_read_tokens": 1,
            "cache_write_tokens": 4012,
            "output_tokens": 5,
            "source_total_tokens": 4025,
        },
    ),
    (
        "an embedding that prints only a total",
        {"total_tokens": 12},
        {"input_uncached_tokens": 12, "source_total_tokens": 12},
    ),
    (
        "details that are null",
        {
            "prompt_tokens": 3,
            "completion_tokens": 2,
            "total_tokens": 5,
            "prompt_tokens_details": None,
            "completion_tokens_details": None,
        },
        {"input_uncached_tokens": 3, "output_tokens": 2, "source_total_tokens": 5},
    ),
    (
        "unknown new kinds of tokens, inside as ever",
        {
            "prompt_tokens": 3,
            "completion_tokens": 2,
            "total_tokens": 5,
            "prompt_tokens_details": {"x_tokens": 1},
        },
        {"input_uncached_tokens": 3, "output_tokens": 2, "source_total_tokens": 5},
    ),
    (
        "a total that is too small",
        {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 4},
        {
            "input_uncached_tokens": 3,
            "output_tokens": 2,
            "source_total_tokens": 4,
            "quality": "tokens do not add up to the source's total",
        },
    ),
    (
        "Anthropic before cache fields",
        {"input_tokens": 3, "output_tokens": 2},
        {"input_uncached_tokens": 3, "output_tokens": 2},
    ),
    (
        "Anthropic's cache with one lifetime more than is named",
        {
            "input_tokens": 3,
            "output_tokens": 2,
            "cache_creation_input_tokens": 50,
            "cache_read_input_tokens": 7,
            "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 15},
        },
        {
            "input_uncached_tokens": 3,
            "output_tokens": 2,
            "cache_read_tokens": 7,
            "cache_write_5m_tokens": 10,
            "cache_write_1h_tokens": 15,
            "cache_write_tokens": 25,
        },
    ),
    (
        "a compaction of the same model comes on top, and is priced rightly",
        {
            "input_tokens": 30,
            "output_tokens": 4,
            "cache_read_input_tokens": 0,
            "iterations": [
                {"type": "compaction", "input_tokens": 1800, "output_tokens": 350},
                {"type": "message", "input_tokens": 30, "output_tokens": 4},
            ],
        },
        {"input_uncached_tokens": 1830, "output_tokens": 354},
    ),
    (
        "iterations that are all in the top level",
        {
            "input_tokens": 30,
            "output_tokens": 4,
            "cache_read_input_tokens": 0,
            "iterations": [
                {"type": "message", "input_tokens": 10, "output_tokens": 1},
                {"type": "fallback_message", "model": "claude-x", "input_tokens": 20, "output_tokens": 3},
            ],
        },
        {"input_uncached_tokens": 30, "output_tokens": 4},
    ),
]


def test_usage_objects(desk: Desk) -> None:
    time = "2026-09-01T10:00:00Z"
    taken(desk, *({"timestamp": time, "model": "m", "usage": usage} for _, usage, _ in USAGES))
    rows = desk.ledger.records(f"SELECT {', '.join(NOTHING)} FROM token_usage ORDER BY row_number")
    found = {case[0]: row for case, row in zip(USAGES, rows, strict=True)}
    assert found == {name: NOTHING | counts for name, _, counts in USAGES}


def test_gemini_in_the_words_of_its_python_library(desk: Desk) -> None:
    usage = {
        "prompt_token_count": 100,
        "cached_content_token_count": 40,
        "candidates_token_count": 10,
        "thoughts_token_count": 5,
        "tool_use_prompt_token_count": 7,
        "total_token_count": 122,
    }
    taken(
        desk,
        {"response_id": "g1", "model_version": "gemini-2.5-flash", "model": None, "usage_metadata": usage},
    )
    assert row(desk, "provider, model_name, " + ", ".join(NOTHING)) == NOTHING | {
        "provider": "google",
        "model_name": "gemini-2.5-flash",
        "input_uncached_tokens": 67,
        "cache_read_tokens": 40,
        "output_tokens": 15,
        "reasoning_tokens": 5,
        "source_total_tokens": 122,
    }


def test_langchain_counts_inside(desk: Desk) -> None:
    usage = {
        "input_tokens": 100,
        "output_tokens": 20,
        "total_tokens": 120,
        "input_token_details": {"cache_read": 60, "cache_creation": 30},
        "output_token_details": {"reasoning": 5},
    }
    taken(desk, {"id": "run-1", "model": "claude-sonnet-5", "usage_metadata": usage})
    assert row(desk, ", ".join(NOTHING)) == NOTHING | {
        "input_uncached_tokens": 10,
        "cache_read_tokens": 60,
        "cache_write_tokens": 30,
        "output_tokens": 20,
        "reasoning_tokens": 5,
        "source_total_tokens": 120,
    }


CHAT: dict[str, Any] = {
    "id": "c1",
    "model": "gpt-4o",
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


WRAPPERS: list[tuple[dict[str, Any], str]] = [
    ({"timestamp": "2026-09-01T10:00:00+02:00", "body": CHAT}, "2026-09-01 08:00:00"),
    ({"ts": 1788250000, "provider": "openai", "response": CHAT}, "2026-09-01 08:06:40"),
    ({"time": 1788250000.25, "response": CHAT}, "2026-09-01 08:06:40.25"),
    ({"time": 1788250000250, "message": CHAT, "provider": "openai"}, "2026-09-01 08:06:40.25"),
    (
        {"created_at": "2026-09-01 08:00:00", "provider": "openai", "response": CHAT},
        "2026-09-01 08:00:00",
    ),
    ({"provider": "openai", "body": CHAT | {"created": 1788250000}}, "2026-09-01 08:06:40"),
    ({"provider": "openai", "body": json.dumps(CHAT)}, "2026-09-01 00:00:00"),
    ({"ts": 1788250000, "response": {"status_code": 200, "body": CHAT}}, "2026-09-01 08:06:40"),
    ({"timestamp": "2026-09-01T08:00:00Z", "body": {"response": CHAT}}, "2026-09-01 08:00:00"),
]


def test_what_people_put_around_an_answer(desks: Callable[[], Desk]) -> None:
    counts = "input_uncached_tokens AS i, output_tokens AS o"
    columns = f"at_utc::VARCHAR AS at, provider, model_name, response_id, {counts}"
    told = {"provider": "openai", "model_name": "gpt-4o", "response_id": "c1", "i": 3, "o": 2}
    for wrapper, at in WRAPPERS:
        desk = desks()
        taken(desk, wrapper)
        assert row(desk, columns) == told | {"at": at}, wrapper


def test_what_else_a_log_says_is_kept(desk: Desk) -> None:
    taken(
        desk,
        {
            "timestamp": "2026-09-01T08:00:00Z",
            "provider": "azure",
            "conversation_id": "s1",
            "trace_id": "t1",
            "request_id": "r1",
            "user_id": "ada",
            "team": "core",
            "project": "p1",
            "workflow": "triage",
            "duration_ms": 812,
            "tags": ["env:prod", "canary"],
            "metadata": {"ticket": "T-1"},
            "response": CHAT | {"metadata": {"run": "9"}},
        },
    )
    found = row(desk)
    assert found["provider"] == "azure-openai"
    named = ("session_id", "trace_id", "request_id", "user_id", "team_id", "project_id", "workflow_hint")
    assert [found[name] for name in named] == ["s1", "t1", "r1", "ada", "core", "p1", "triage"]
    assert found["latency_ms"] == 812
    assert json.loads(found["tags"]) == {"run": "9", "ticket": "T-1", "env": "prod", "canary": True}


def test_the_time_of_a_bedrock_answer_is_in_its_headers(desk: Desk) -> None:
    answer = {
        "ResponseMetadata": {"RequestId": "q1", "HTTPHeaders": {"date": "Tue, 01 Sep 2026 08:00:05 GMT"}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5},
        "metrics": {"latencyMs": 99},
    }
    taken(desk, answer)
    found = row(desk, "at_utc, provider, response_id, latency_ms")
    assert found == {
        "at_utc": datetime(2026, 9, 1, 8, 0, 5),
        "provider": "aws-bedrock",
        "response_id": "q1",
        "latency_ms": 99,
    }


ANSWERERS: list[tuple[dict[str, Any], str]] = [
    ({"model": "gpt-4o"}, "openai"),
    ({"model": "ft:gpt-4.1:acme::x1"}, "openai"),
    ({"model": "o4-mini"}, "openai"),
    ({"model": "gpt-oss:20b"}, "unknown"),
    ({"model": "llama-3.3-70b"}, "unknown"),
    ({"model": "openai/gpt-5"}, "unknown"),
    ({"model": "openai.gpt-oss-120b-1:0"}, "aws-bedrock"),
    ({"model": "global.anthropic.claude-sonnet-4-5-20250929-v1:0"}, "aws-bedrock"),
    ({"model": "claude-sonnet-4-5@20250929"}, "google"),
    ({"model": "claude-sonnet-5", "id": "msg_vrtx_1"}, "google"),
    ({"model": "claude-sonnet-5", "id": "msg_bdrk_1"}, "aws-bedrock"),
    ({"model": "claude-sonnet-5"}, "anthropic"),
    ({"model": "gemini-2.5-pro"}, "google"),
    ({"model": "grok-4"}, "xai"),
    ({"model": "grok-4", "provider": "x-ai"}, "xai"),
    ({"model": "codestral-latest"}, "mistral"),
    ({"model": "deepseek-reasoner"}, "deepseek"),
    ({"model": "llama-4", "time_info": {"queue_time": 0.1}}, "cerebras"),
    ({"model": "llama-4", "provider": "Fireworks AI"}, "fireworks-ai"),
    ({"model": "meta/llama", "provider": "Groq", "id": "gen-1"}, "openrouter"),
    ({"model": "gpt-4o", "prompt_filter_results": []}, "azure-openai"),
    ({"model": "gpt-4o", "provider": "AzureOpenAI"}, "azure-openai"),
]


def test_who_answered(desk: Desk) -> None:
    taken(desk, *({"created": 1788250000, "usage": CHAT["usage"]} | answer for answer, _ in ANSWERERS))
    found = desk.rows("SELECT provider FROM token_usage ORDER BY row_number")
    assert [(answer, name) for (answer, _), (name,) in zip(ANSWERERS, found, strict=True)] == ANSWERERS


def test_an_answer_counts_once_over_logs_batches_and_streams(desk: Desk) -> None:
    batch = {"id": "b1", "custom_id": "x", "response": {"status_code": 200, "body": CHAT}, "error": None}
    stream = CHAT | {"usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}}
    taken(desk, stream | {"created": 1788250000}, CHAT | {"created": 1788250000})
    taken(desk, batch, name="batch.jsonl", importer="openai_batch_output")
    assert row(desk, "source, output_tokens, service_tier") == {
        "source": "response_bodies",
        "output_tokens": 2,
        "service_tier": "standard",
    }


def test_answers_without_an_id_are_all_counted_and_a_grown_log_adds_only_what_is_new(desk: Desk) -> None:
    line = {"timestamp": "2026-09-01T10:00:00Z", "model": "gpt-4o", "usage": {"prompt_tokens": 3}}
    assert taken(desk, line, line).rows_added == 2
    grown = taken(desk, line, line, line, name="grown.jsonl")
    assert (grown.rows_added, grown.rows_repeated) == (1, 2)
    other = taken(desk, CHAT, line, line, name="other.jsonl")
    assert (other.rows_added, other.rows_repeated) == (1, 2)  # the same words in the same place


def test_without_a_time_a_record_is_rejected_until_one_is_stated(desk: Desk) -> None:
    path = desk.write(
        "log.jsonl", json.dumps({"model": "claude-sonnet-5", "usage": {"input_tokens": 1}}) + "\n"
    )
    result = desk.one(path)
    assert [(r.column, r.reason) for r in result.rejects] == [("at_utc", "is empty, but must be there")]


def test_windows_line_ends_and_a_byte_order_mark(desk: Desk) -> None:
    lines = [json.dumps(CHAT | {"id": each, "created": 1788250000}) for each in ("a", "b")]
    result = desk.one(desk.write("log.jsonl", "\ufeff" + "\r\n".join(lines) + "\r\n"))
    assert (result.rows_added, result.rows_rejected) == (2, 0)


def test_costs_that_an_answer_prints(desk: Desk) -> None:
    usage = CHAT["usage"]
    paid = [
        {"id": "gen-1", "usage": usage | {"cost": 0.00153, "is_byok": False}},
        {"id": "p", "model": "sonar", "usage": usage | {"cost": {"total_cost": 0.006}}},
    ]
    taken(desk, *(CHAT | {"created": 1788250000} | each for each in paid))
    found = desk.rows("SELECT provider, logged_cost FROM token_usage ORDER BY row_number")
    assert found == [("openrouter", Decimal("0.00153")), ("perplexity", Decimal("0.006"))]


def test_batches_of_other_models(desk: Desk) -> None:
    llama = {"generation": "x", "prompt_token_count": 12, "generation_token_count": 3, "stop_reason": "stop"}
    nova = {"output": {}, "usage": {"inputTokens": 5, "outputTokens": 2, "cacheReadInputTokenCount": 4}}
    records = [
        {"recordId": "R1", "modelInput": {}, "modelOutput": llama},
        {"recordId": "R2", "modelInput": {}, "modelOutput": nova},
    ]
    taken(desk, *records, importer="bedrock_batch_output")
    found = desk.rows(
        "SELECT provider, service_tier, input_uncached_tokens, cache_read_tokens, output_tokens "
        "FROM token_usage ORDER BY row_number"
    )
    assert found == [("aws-bedrock", "batch", 12, 0, 3), ("aws-bedrock", "batch", 5, 4, 2)]


def test_a_batch_of_claude_at_google(desk: Desk) -> None:
    answer = {
        "id": "msg_vrtx_1",
        "model": "claude-3-5-sonnet-v2-20241022",
        "usage": {"input_tokens": 22, "cache_read_input_tokens": 0, "output_tokens": 7},
    }
    record = {"custom_id": "q1", "request": {}, "response": answer, "status": ""}
    taken(desk, record, importer="openai_batch_output")
    assert row(desk, "provider, service_tier, input_uncached_tokens AS i, output_tokens AS o") == {
        "provider": "google",
        "service_tier": "batch",
        "i": 22,
        "o": 7,
    }


def test_the_same_key_in_two_batches_of_gemini_is_two_requests(desk: Desk) -> None:
    def record(count: int) -> dict[str, Any]:
        usage = {"promptTokenCount": count, "candidatesTokenCount": 1, "totalTokenCount": count + 1}
        return {"key": "request-1", "response": {"modelVersion": "gemini-2.5-flash", "usageMetadata": usage}}

    taken(desk, record(5), name="one.jsonl", importer="gemini_batch_output")
    taken(desk, record(6), name="two.jsonl", importer="gemini_batch_output")
    assert desk.rows("SELECT sum(input_uncached_tokens), count(*) FROM token_usage") == [(11, 2)]


def test_logs_of_gateways_that_keep_the_answer_are_taken_for_no_log_of_answers(desk: Desk) -> None:
    """Their records have `response` and `model` too: LiteLLM's stay LiteLLM's."""
    record = {
        "id": "c1",
        "call_type": "acompletion",
        "custom_llm_provider": "openai",
        "response_cost": 0.1,
        "startTime": 1788250000.5,
        "metadata": {"usage_object": CHAT["usage"]},
        "model": "gpt-4o",
        "response": CHAT,
        "messages": [],
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
    }
    taken(desk, record, importer="litellm_payload")
    assert row(desk, "source, output_tokens") == {"source": "litellm", "output_tokens": 2}


def test_a_usage_object_of_unknown_counts_is_ignored_and_said_so(desk: Desk) -> None:
    strange = {"timestamp": "2026-09-01T10:00:00Z", "model": "m", "usage": {"tokens_in": 5, "tokens_out": 6}}
    result = taken(desk, strange, CHAT)
    assert (result.rows_read, result.rows_added, result.rows_ignored) == (2, 1, 1)
