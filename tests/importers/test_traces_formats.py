"""Spans and runs as different libraries, generations and exporters write them."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from tests.importers.desk import Desk

BASE_NS = 1_788_220_800_000_000_000  # 2026-09-01T00:00:00Z
TRACE = "0af7651916cd43dd8448eb211c80319c"
COUNTS = (
    "SELECT input_uncached_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens "
    "FROM token_usage ORDER BY at_utc, source_key"
)


def value(of: Any) -> dict[str, Any]:
    if isinstance(of, bool):
        return {"boolValue": of}
    if isinstance(of, int):
        return {"intValue": str(of)}
    return {"stringValue": of}


def attributes(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value(each)} for key, each in of.items()]


def span(
    number: int, parent: int | None, held: dict[str, Any], *, at_s: int = 0, trace: str = TRACE, **more: Any
) -> dict[str, Any]:
    """A span of one second, `at_s` seconds after the base."""
    return {
        "traceId": trace,
        "spanId": f"{number:016x}",
        **({"parentSpanId": f"{parent:016x}"} if parent else {}),
        "startTimeUnixNano": str(BASE_NS + at_s * 10**9),
        "endTimeUnixNano": str(BASE_NS + (at_s + 1) * 10**9),
        "attributes": attributes(held),
        **more,
    }


def document(*spans: dict[str, Any], scope: str = "lib", service: str = "bot") -> dict[str, Any]:
    held = {"attributes": attributes({"service.name": service})}
    return {
        "resourceSpans": [{"resource": held, "scopeSpans": [{"scope": {"name": scope}, "spans": [*spans]}]}]
    }


def chat(tokens_in: int, tokens_out: int, **more: Any) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5",
        "gen_ai.usage.input_tokens": tokens_in,
        "gen_ai.usage.output_tokens": tokens_out,
        **more,
    }


def load(desk: Desk, *documents: dict[str, Any], name: str = "spans.jsonl") -> list[tuple[Any, ...]]:
    result = desk.one(desk.write(name, "\n".join(map(json.dumps, documents)) + "\n"))
    assert (result.status, result.rows_rejected) == ("imported", 0)
    return desk.rows(COUNTS)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(chat(100, 10), (100, 0, 0, 10, 0), id="current names"),
        pytest.param(
            chat(
                100,
                10,
                **{
                    "gen_ai.usage.cache_read.input_tokens": 60,
                    "gen_ai.usage.cache_write.input_tokens": 30,
                    "gen_ai.usage.reasoning.output_tokens": 4,
                },
            ),
            (10, 60, 30, 10, 4),
            id="cache inside of the input",
        ),
        pytest.param(
            chat(
                10,
                10,
                **{
                    "gen_ai.usage.cache_read_input_tokens": 60,
                    "gen_ai.usage.cache_creation_input_tokens": 30,
                },
            ),
            (10, 60, 30, 10, 0),
            id="cache left outside of the input",
        ),
        pytest.param(
            {
                "llm.request.type": "chat",
                "gen_ai.system": "OpenAI",
                "gen_ai.usage.prompt_tokens": 8,
                "gen_ai.usage.completion_tokens": 2,
                "llm.usage.total_tokens": 10,
            },
            (8, 0, 0, 2, 0),
            id="OpenLLMetry, old names",
        ),
        pytest.param(
            {
                "openinference.span.kind": "LLM",
                "llm.system": "openai",
                "llm.model_name": "gpt-5",
                "llm.token_count.prompt": 50,
                "llm.token_count.completion": 7,
                "llm.token_count.prompt_details.cache_read": 20,
                "llm.token_count.prompt_details.cache_write": 5,
                "llm.token_count.completion_details.reasoning": 3,
            },
            (25, 20, 5, 7, 3),
            id="OpenInference",
        ),
        pytest.param(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.usage.input_tokens": 40,
                "gen_ai.usage.input_tokens.cached": 15,
                "gen_ai.usage.output_tokens": 9,
                "gen_ai.usage.output_tokens.reasoning": 6,
            },
            (25, 15, 0, 9, 6),
            id="Sentry",
        ),
        pytest.param(
            chat(30, 5, **{"gen_ai.usage.reasoning_tokens": 12, "gen_ai.usage.total_tokens": 47}),
            (30, 0, 0, 17, 12),
            id="reasoning left outside of the output, as the total shows",
        ),
        pytest.param(
            {"gen_ai.operation.name": "embeddings", "gen_ai.usage.total_tokens": 12},
            (12, 0, 0, 0, 0),
            id="only a total",
        ),
        pytest.param(
            {"gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 1}, (3, 0, 0, 1, 0), id="bare"
        ),
    ],
)
def test_names_of_all_generations(desk: Desk, held: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert load(desk, document(span(1, None, held))) == [expected]


PROVIDERS = {
    "aws.bedrock": "aws-bedrock",
    "AWS": "aws-bedrock",
    "az.ai.openai": "azure-openai",
    "azure_openai": "azure-openai",
    "azure.ai.openai": "azure-openai",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "vertex_ai": "google",
    "VertexAI": "google",
    "mistral_ai": "mistral",
    "mistralai": "mistral",
    "x_ai": "xai",
    "openai.responses": "openai",
    "Anthropic": "anthropic",
    "groq": "groq",
    "ibm.watsonx.ai": "ibm-watsonx-ai",
}


def test_providers(desk: Desk) -> None:
    spans = [
        span(number, None, chat(number, 1, **{"gen_ai.provider.name": name}))
        for number, name in enumerate(PROVIDERS, 1)
    ]
    load(desk, document(*spans))
    found = desk.rows("SELECT provider FROM token_usage ORDER BY input_uncached_tokens")
    assert [row[0] for row in found] == list(PROVIDERS.values())


def test_azure_is_told_by_the_address(desk: Desk) -> None:
    load(desk, document(span(1, None, chat(1, 1, **{"server.address": "acme.openai.azure.com"}))))
    assert desk.rows("SELECT provider FROM token_usage") == [("azure-openai",)]


def test_a_document_over_many_lines_with_plain_numbers_and_base64_ids(desk: Desk) -> None:
    one = span(1, None, {})
    one |= {
        "traceId": base64.b64encode(bytes.fromhex(TRACE)).decode(),
        "spanId": base64.b64encode(bytes(7) + b"\1").decode(),
        "startTimeUnixNano": BASE_NS,
        "endTimeUnixNano": BASE_NS + 5 * 10**6,
        "attributes": [
            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": 5}},
            {"key": "gen_ai.usage.output_tokens", "value": {"doubleValue": 2.0}},
            {"key": "gen_ai.usage.output_tokens", "value": {"intValue": 9}},
            {"key": "empty", "value": {}},
        ],
    }
    desk.one(desk.write("trace.json", json.dumps(document(one), indent=2)))
    assert desk.rows(
        "SELECT trace_id, request_id, at_utc::VARCHAR, latency_ms, input_uncached_tokens, output_tokens "
        "FROM token_usage"
    ) == [(TRACE, "0000000000000001", "2026-09-01 00:00:00", 5, 5, 2)]


def test_snake_case_of_python_dumps(desk: Desk) -> None:
    one = {
        "trace_id": TRACE,
        "span_id": f"{1:016x}",
        "start_time_unix_nano": str(BASE_NS),
        "attributes": [{"key": "gen_ai.usage.input_tokens", "value": {"int_value": "5"}}],
    }
    held = {"resource_spans": [{"resource": {}, "scope_spans": [{"scope": {"name": "x"}, "spans": [one]}]}]}
    assert load(desk, held) == [(5, 0, 0, 0, 0)]


def test_metrics_and_logs_are_not_taken(desk: Desk) -> None:
    metrics = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "gen_ai.client.token.usage"}]}]}]}
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"traceId": TRACE, "spanId": "1"}]}]}]}
    for name, held in (("metrics.jsonl", metrics), ("logs.jsonl", logs)):
        result = desk.one(desk.write(name, json.dumps(held) + "\n"))
        assert result.status == "refused"
    mixed = [metrics, document(span(1, None, chat(4, 1))), logs]
    assert load(desk, *mixed[::-1]) == [(4, 0, 0, 1, 0)]
    assert desk.rows("SELECT rows_read, rows_ignored FROM imported_file") == [(3, 2)]


def test_sums_above_calls_and_wrappers_without_usage(desk: Desk) -> None:
    """SDK wrapper (sum) over two calls, each over a transport span without usage."""
    rows = load(
        desk,
        document(
            span(1, None, {"operation.name": "ai.generateText", "ai.usage.promptTokens": 30}),
            span(2, 1, chat(10, 1), at_s=1),
            span(3, 1, chat(20, 2), at_s=2),
            span(4, 3, {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5"}, at_s=2),
        ),
    )
    assert rows == [(10, 0, 0, 1, 0), (20, 0, 0, 2, 0)]


def test_two_libraries_beside_each_other_without_an_id(desk: Desk) -> None:
    inference = {
        "openinference.span.kind": "LLM",
        "llm.token_count.prompt": 10,
        "llm.token_count.completion": 4,
    }
    official = chat(10, 4, **{"gen_ai.response.id": "chatcmpl-1"})
    load(
        desk,
        document(span(1, 9, inference), span(2, 9, inference, at_s=5), scope="a"),
        document(span(3, 9, official), span(4, 9, chat(10, 4), at_s=5), scope="b"),
    )
    assert desk.rows("SELECT response_id, provider, model_name FROM token_usage ORDER BY at_utc") == [
        ("chatcmpl-1", "openai", "gpt-5"),
        (None, "openai", "gpt-5"),
    ]


def test_equal_calls_of_one_library_at_the_same_time_are_many(desk: Desk) -> None:
    rows = load(desk, document(span(1, 9, chat(10, 4)), span(2, 9, chat(10, 4)), span(3, 9, chat(10, 4))))
    assert len(rows) == 3


def test_failed_attempts_that_two_libraries_saw(desk: Desk) -> None:
    """Three attempts one after the other, each seen by both; then one that only one of them saw."""
    failed = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5", "error.type": "Timeout"}
    status: dict[str, Any] = {"status": {"code": 2}}
    outer = [span(10 + n, 9, failed, at_s=n, **status) for n in (1, 2, 3)]
    inner = [span(20 + n, 9, failed, at_s=n, **status) for n in (1, 2, 3, 7)]
    load(desk, document(*outer, scope="a"), document(*inner[::-1], scope="b"))
    assert desk.rows("SELECT status, count(*), sum(calls) FROM token_usage GROUP BY ALL") == [
        ("failure", 4, 4)
    ]


def test_agents_of_a_service_without_any_call_are_taken_as_sums(desk: Desk) -> None:
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 90}
    load(
        desk,
        document(span(1, None, agent), service="blind"),
        document(
            span(2, None, agent, trace="b" * 32), span(3, 2, chat(60, 0), trace="b" * 32), service="seeing"
        ),
    )
    assert desk.rows("SELECT grain, quality, input_uncached_tokens FROM token_usage ORDER BY grain") == [
        ("bucket", "the sum of an agent: its calls have no spans", 90),
        ("call", "agent total exceeds the calls below it", 60),
    ]


def test_spans_that_are_their_own_parents_do_not_hang(desk: Desk) -> None:
    assert (
        len(load(desk, document(span(1, 2, chat(1, 1)), span(2, 1, chat(1, 1)), span(3, 3, chat(5, 5))))) >= 1
    )


def test_torn_last_line(desk: Desk) -> None:
    whole = json.dumps(document(span(1, None, chat(4, 1))))
    result = desk.one(desk.write("torn.jsonl", f"{whole}\n{whole[:90]}"))
    assert (result.rows_added, [reject.reason for reject in result.rejects]) == (1, ["is not valid JSON"])


def test_association_properties_are_tags(desk: Desk) -> None:
    held = {"traceloop.association.properties.ticket_id": "T-7", "traceloop.workflow.name": "triage"}
    load(desk, document(span(1, None, held), span(2, 1, chat(1, 1))))
    assert desk.rows("SELECT workflow_hint, tags ->> '$.ticket_id' FROM token_usage") == [("triage", "T-7")]


# --- Flat attributes, Langfuse, LangSmith ---------------------------------------------------------

LANGFUSE: dict[str, Any] = {
    "id": "g1",
    "traceId": "t1",
    "type": "GENERATION",
    "startTime": "2026-09-01T10:00:00.000Z",
    "providedModelName": "gpt-5",
}


def langfuse(usage: dict[str, Any], **more: Any) -> dict[str, Any]:
    return LANGFUSE | {"usageDetails": usage} | more


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param({"input": 10, "output": 5, "total": 15}, (10, 0, 0, 5, 0), id="plain"),
        pytest.param({"input": 10, "output": 5}, (10, 0, 0, 5, 0), id="without a total"),
        pytest.param(
            {"input": 10, "input_cache_read": 80, "output": 5, "output_reasoning_tokens": 7, "total": 102},
            (10, 80, 0, 12, 7),
            id="buckets beside each other",
        ),
        pytest.param(
            {
                "input": 90,
                "input_cached_tokens": 80,
                "output": 12,
                "output_reasoning_tokens": 7,
                "total": 102,
            },
            (10, 80, 0, 12, 7),
            id="both inclusive",
        ),
        pytest.param(
            {"input": 90, "input_cached_tokens": 80, "output": 12, "total": 102},
            (10, 80, 0, 12, 0),
            id="inclusive input",
        ),
        pytest.param(
            {
                "input": 10,
                "input_cached_tokens": 80,
                "output": 12,
                "output_reasoning_tokens": 7,
                "total": 102,
            },
            (10, 80, 0, 12, 7),
            id="inclusive output",
        ),
        pytest.param(
            {"input_tokens": 4, "cache_creation_input_tokens": 6, "output_tokens": 1, "total_tokens": 11},
            (4, 0, 6, 1, 0),
            id="names of a provider",
        ),
    ],
)
def test_langfuse_buckets(desk: Desk, usage: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert load(desk, langfuse(usage)) == [expected]


def test_langfuse_answers_of_the_api_and_of_the_ui(desk: Desk) -> None:
    page = {
        "data": [langfuse({"input": 1}), langfuse({"input": 2}, id="g2", type="SPAN")],
        "meta": {"page": 1},
    }
    desk.one(desk.write("page.json", json.dumps(page, indent=1)))
    desk.one(desk.write("ui.json", json.dumps([langfuse({"input": 3}, id="g3", totalCost=0.5)])))
    assert desk.rows("SELECT source_key, input_uncached_tokens, logged_cost FROM token_usage ORDER BY 1") == [
        ("t1|g1", 1, None),
        ("t1|g3", 3, Decimal("0.5")),
    ]


def test_langfuse_exports_again_what_changed(desk: Desk) -> None:
    old = langfuse({"input": 1}, updatedAt="2026-09-01T10:00:01Z")
    new = langfuse({"input": 5}, updatedAt="2026-09-01T10:00:09Z")
    assert load(desk, new, old, name="1.jsonl") == [(5, 0, 0, 0, 0)]
    final = langfuse({"input": 7}, updatedAt="2026-09-01T11:00:00Z")
    assert load(desk, final, name="2.jsonl") == [(7, 0, 0, 0, 0)]


def test_langfuse_wrappers_of_a_generation_count_once(desk: Desk) -> None:
    outer = langfuse({"input": 10, "output": 5, "total": 15})
    inner = langfuse({"input": 10, "output": 5, "total": 15}, id="g2", parentObservationId="g1")
    other = langfuse({"input": 90, "output": 5, "total": 95}, id="g3", parentObservationId="g2")
    assert load(desk, outer, inner) == [(10, 0, 0, 5, 0)]
    assert sorted(load(desk, other, name="more.jsonl")) == [(10, 0, 0, 5, 0), (90, 0, 0, 5, 0)]


def test_langfuse_records_of_opentelemetry_senders_are_langfuse(desk: Desk) -> None:
    held = {"attributes": {"gen_ai.operation.name": "chat", "gen_ai.system": "az.ai.openai"}}
    results = [
        desk.one(desk.write("a.jsonl", json.dumps(langfuse({"input": 1}, metadata=held)) + "\n")),
        desk.one(
            desk.write("b.json", json.dumps([langfuse({"input": 1}, id="g9", metadata=held)], indent=1))
        ),
    ]
    assert [result.importer for result in results] == ["langfuse_observations"] * 2
    assert desk.rows("SELECT DISTINCT provider FROM token_usage") == [("azure-openai",)]


def test_langfuse_traces_and_scores_are_not_taken(desk: Desk) -> None:
    trace = {"id": "t1", "timestamp": "2026-09-01 10:00:00.000000", "name": "x", "user_id": "u", "tags": []}
    score = {"id": "s1", "trace_id": "t1", "timestamp": "2026-09-01 10:00:00.000000", "name": "x", "value": 1}
    for name, held in (("traces.jsonl", trace), ("scores.jsonl", score)):
        assert desk.one(desk.write(name, json.dumps(held) + "\n")).status == "refused"


def langsmith(number: int, parents: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    uuids = [f"00000000-0000-4000-8000-{each:012d}" for each in (*parents, number)]
    return {
        "id": uuids[-1],
        "run_type": "llm",
        "trace_id": uuids[0],
        "dotted_order": ".".join(f"20260901T100000000000Z{uuid}" for uuid in uuids),
        "start_time": "2026-09-01T10:00:00.000000",
        "end_time": "2026-09-01T10:00:01.000000",
        "prompt_tokens": 10,
        "completion_tokens": 2,
        "total_tokens": 12,
        "extra": {
            "metadata": {"ls_provider": "openai", "ls_model_name": "gpt-5", "gen_ai.operation.name": "chat"}
        },
        **more,
    }


def test_langsmith_counts_the_lowest_llm_runs(desk: Desk) -> None:
    """A chain with the sum, an llm run over a chain over an llm run, and another one."""
    runs = [
        langsmith(1, run_type="chain"),
        langsmith(2, (1,)),
        langsmith(3, (1, 2), run_type="chain"),
        langsmith(4, (1, 2, 3)),
        langsmith(5, (1,), prompt_tokens=7, prompt_token_details={"cache_read": 3, "cache_creation": 1}),
    ]
    assert sorted(load(desk, *runs[::-1])) == [(3, 3, 1, 2, 0), (10, 0, 0, 2, 0)]


def test_langsmith_answers_of_the_api(desk: Desk) -> None:
    desk.one(
        desk.write("page.json", json.dumps({"runs": [langsmith(1)], "cursors": {"next": None}}, indent=1))
    )
    assert desk.rows("SELECT source, provider, calls FROM token_usage") == [("langsmith", "openai", 1)]


def test_langsmith_runs_that_end_later(desk: Desk) -> None:
    pending = langsmith(
        1, status="pending", end_time=None, prompt_tokens=0, completion_tokens=0, total_tokens=0
    )
    assert load(desk, pending, name="1.jsonl") == []
    assert load(desk, langsmith(1), name="2.jsonl") == [(10, 0, 0, 2, 0)]


def test_spans_of_phoenix_and_of_a_console_exporter(desk: Desk) -> None:
    held = {"openinference.span.kind": "LLM", "llm.token_count.prompt": 9, "llm.token_count.completion": 1}
    phoenix = {
        "id": "U3Bhbjox",
        "name": "ChatCompletion",
        "context": {"trace_id": TRACE, "span_id": f"{1:016x}"},
        "span_kind": "LLM",
        "parent_id": None,
        "start_time": "2026-09-01T10:00:00+00:00",
        "end_time": "2026-09-01T10:00:02+00:00",
        "status_code": "OK",
        "attributes": held,
    }
    console = {
        "name": "chat gpt-5",
        "context": {"trace_id": f"0x{TRACE}", "span_id": f"0x{2:016x}", "trace_state": "[]"},
        "parent_id": f"0x{1:016x}",
        "start_time": "2026-09-01T10:00:01.000000Z",
        "end_time": "2026-09-01T10:00:02.000000Z",
        "status": {"status_code": "ERROR"},
        "attributes": {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5", "ticket.id": "T-1"},
        "resource": {"attributes": {"service.name": "bot"}},
    }
    desk.one(desk.write("page.json", json.dumps({"data": [phoenix], "next_cursor": None}, indent=1)))
    desk.one(desk.write("console.json", f"{json.dumps(console, indent=4)}\n" * 2))
    assert desk.rows(
        "SELECT source_key, status, input_uncached_tokens, workflow_hint, tags "
        "FROM token_usage ORDER BY at_utc"
    ) == [
        (f"{TRACE}|{1:016x}", "success", 9, None, None),
        (f"{TRACE}|{2:016x}", "failure", 0, "bot", '{"service.name":"bot","ticket.id":"T-1"}'),
    ]


def test_the_same_span_from_otlp_and_from_phoenix_counts_once(desk: Desk) -> None:
    held = {"openinference.span.kind": "LLM", "llm.token_count.prompt": 9, "llm.token_count.completion": 1}
    load(desk, document(span(1, None, held)))
    phoenix = {
        "context": {"trace_id": TRACE, "span_id": f"{1:016x}"},
        "start_time": "2026-09-01T00:00:00+00:00",
        "attributes": held,
    }
    result = desk.one(desk.write("phoenix.json", json.dumps([phoenix], indent=1)))
    assert (result.rows_repeated, desk.rows(COUNTS)) == (1, [(9, 0, 0, 1, 0)])
