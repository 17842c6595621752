"""Spans and runs as different libraries, generations and exporters write them."""

from __future__ import annotations

import base64
import json
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


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("aws.bedrock", "aws-bedrock"),
        ("AWS", "aws-bedrock"),
        ("az.ai.openai", "azure-openai"),
        ("azure_openai", "azure-openai"),
        ("azure.ai.openai", "azure-openai"),
        ("gcp.gemini", "google"),
        ("gcp.vertex_ai", "google"),
        ("vertex_ai", "google"),
        ("VertexAI", "google"),
        ("mistral_ai", "mistral"),
        ("mistralai", "mistral"),
        ("x_ai", "xai"),
        ("openai.responses", "openai"),
        ("Anthropic", "anthropic"),
        ("groq", "groq"),
        ("ibm.watsonx.ai", "ibm-watsonx-ai"),
    ],
)
def test_providers(desk: Desk, name: str, key: str) -> None:
    load(desk, document(span(1, None, chat(1, 1, **{"gen_ai.provider.name": name}))))
    assert desk.rows("SELECT provider FROM token_usage") == [(key,)]


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
    status = {"status": {"code": 2}}
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
