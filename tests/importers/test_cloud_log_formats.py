"""Logs of model calls that clouds keep, in their other shapes: wrappings, spellings, traps."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from typing import Any

import duckdb
import pytest

from tests.importers.desk import Desk
from tests.importers.shapes import as_csv, as_lines, counts, load

CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"

# --- Amazon Bedrock -------------------------------------------------------------------------------


def invocation(number: int, **changes: Any) -> dict[str, Any]:
    """A record as Bedrock writes it."""
    record = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": f"2026-09-08T12:10:{number:02d}Z",
        "accountId": "111111111111",
        "identity": {"arn": "arn:aws:iam::111111111111:user/ada"},
        "region": "us-east-1",
        "requestId": f"req-{number}",
        "operation": "Converse",
        "modelId": CLAUDE,
        "input": {"inputBodyJson": {"text": 'a "b" {c}'}, "inputTokenCount": 12},
        "output": {"outputTokenCount": 3},
    }
    return {**record, **changes}


def cloudwatch(number: int) -> dict[str, Any]:
    return {
        "logStreamName": "aws/bedrock/modelinvocations",
        "timestamp": 1788869401000,
        "message": json.dumps(invocation(number)),
        "ingestionTime": 1788869402000,
        "eventId": str(number),
    }


CHECK = {
    "logStreamName": "aws/bedrock/modelinvocations",
    "timestamp": 1788869401000,
    "message": "Permissions are correctly set for Amazon Bedrock logs.",
    "ingestionTime": 1788869402000,
    "eventId": "0",
}
DELIVERED = {
    "messageType": "DATA_MESSAGE",
    "owner": "111111111111",
    "logGroup": "bedrock",
    "logStream": "aws/bedrock/modelinvocations",
    "subscriptionFilters": ["all"],
    "logEvents": [{"id": "1", "timestamp": 1788869401000, "message": json.dumps(invocation(1))}],
}
QUERIED = {
    "@timestamp": "2026-09-08 12:10:01.000",
    "@logStream": "aws/bedrock/modelinvocations",
    "@log": "1:g",
}
SHAPES = {
    "events.json": json.dumps({"events": [cloudwatch(1), CHECK], "searchedLogStreams": []}, indent=2),
    "events.jsonl": as_lines(cloudwatch(1), CHECK),
    "firehose": json.dumps(DELIVERED)
    + json.dumps({**DELIVERED, "logEvents": [{"id": "0", "timestamp": 1, "message": "Checking health."}]}),
    "insights.json": json.dumps(
        [{**QUERIED, "@message": json.dumps(invocation(1))}, {**QUERIED, "@message": "Permissions"}]
    ),
    "insights_objects.json": json.dumps(
        [{**QUERIED, "@message": invocation(1)}, {**QUERIED, "@message": {"other": 1}}]
    ),
    "insights.csv": as_csv(
        {**QUERIED, "@message": json.dumps(invocation(1))}, {**QUERIED, "@message": "Permissions"}
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_bedrock_records_are_the_same_call_in_every_wrapping(desk: Desk, name: str) -> None:
    plain = load(desk, "plain.json.gz", gzip.compress(as_lines(invocation(1)).encode()))
    before = desk.figures()
    assert counts(plain) == (1, 1, 0, 0, 0)
    assert counts(load(desk, name, SHAPES[name])) == (2, 0, 1, 0, 1)
    assert desk.figures() == before
    assert desk.rows("SELECT input_uncached_tokens, output_tokens, at_utc, response_id FROM token_usage") == [
        (12, 3, datetime(2026, 9, 8, 12, 10, 1), "req-1")
    ]


def test_bedrock_fields_that_a_query_took_apart(desk: Desk) -> None:
    row = {
        "@timestamp": "2026-09-08 12:10:06.123",
        "requestId": "req-6",
        "@aws.account": "111111111111",
        "modelId": f"global.{CLAUDE}",
        "identity.arn": "arn:aws:sts::111111111111:assumed-role/app/ada@example.com",
        "input.inputTokenCount": "12",
        "output.outputTokenCount": "3",
        "input.cacheReadInputTokenCount": "7",
    }
    assert counts(load(desk, "query.csv", as_csv(row))) == (1, 1, 0, 0, 0)
    assert desk.rows(
        "SELECT at_utc, model_name, input_uncached_tokens, cache_read_tokens, output_tokens, project_id, "
        "user_id, api_key_id FROM token_usage"
    ) == [
        (
            datetime(2026, 9, 8, 12, 10, 6, 123000),
            f"global.{CLAUDE}",
            12,
            7,
            3,
            "111111111111",
            "arn:aws:sts::111111111111:assumed-role/app/ada@example.com",
            "arn:aws:sts::111111111111:assumed-role/app",
        )
    ]


def test_bedrock_throughput_that_names_no_model_stays_unknown(desk: Desk) -> None:
    arn = "arn:aws:bedrock:eu-central-1:111111111111:provisioned-model/q1w2"
    load(desk, "log.jsonl", as_lines(invocation(1, modelId=arn)))
    assert desk.rows("SELECT model_name, tags FROM token_usage") == [
        (arn, json.dumps({"inference_profile": arn}, separators=(",", ":")))
    ]


def test_bedrock_counts_that_stand_in_the_answer_only(desk: Desk) -> None:
    """Older records have no cache counts beside inputTokenCount."""
    usage = {"inputTokens": 12, "outputTokens": 3, "totalTokens": 115, "cacheReadInputTokens": 100}
    load(desk, "log.jsonl", as_lines(invocation(1, output={"outputBodyJson": {"usage": usage}})))
    assert desk.rows(
        "SELECT input_uncached_tokens, cache_read_tokens, output_tokens, source_total_tokens, quality "
        "FROM token_usage"
    ) == [(12, 100, 3, 115, None)]


# --- Databricks -----------------------------------------------------------------------------------

SERVED = {
    "account_id": "acc",
    "workspace_id": "123",
    "client_request_id": "",
    "databricks_request_id": "db-1",
    "requester": "ada@example.com",
    "status_code": "200",
    "request_time": "2026-09-08T12:10:01.250Z",
    "input_token_count": "100",
    "output_token_count": "20",
    "input_character_count": "400",
    "output_character_count": "80",
    "usage_context": '{"project":"p1"}',
    "request_streaming": "false",
    "served_entity_id": "entity-1",
}
INFERENCE = {
    "databricks_request_id": "db-2",
    "client_request_id": "mine-2",
    "date": "2026-09-08",
    "timestamp_ms": 1788869401250,
    "status_code": 200,
    "sampling_fraction": 1.0,
    "execution_time_ms": 900,
    "request": "{}",
    "request_metadata": {"endpoint_name": "chat"},
}


def test_databricks_endpoint_usage(desk: Desk) -> None:
    load(desk, "endpoint_usage.csv", as_csv(SERVED))
    assert desk.rows(
        "SELECT source_key, at_utc, provider, model_name, input_uncached_tokens, output_tokens, user_id, "
        "project_id, tags, quality FROM token_usage"
    ) == [
        (
            "db-1",
            datetime(2026, 9, 8, 12, 10, 1, 250000),
            "databricks",
            None,
            100,
            20,
            "ada@example.com",
            "123",
            '{"project":"p1","served_entity_id":"entity-1"}',
            "no cache split",
        )
    ]


@pytest.mark.parametrize(
    ("usage", "buckets"),
    [
        ({"prompt_tokens": 90, "completion_tokens": 5, "total_tokens": 95}, (90, 0, 0, 5)),
        (
            {
                "prompt_tokens": 90,
                "completion_tokens": 5,
                "total_tokens": 95,
                "prompt_tokens_details": {"cached_tokens": 60},
            },
            (30, 60, 0, 5),
        ),
        (
            {
                "input_tokens": 90,
                "output_tokens": 5,
                "cache_read_input_tokens": 60,
                "cache_creation_input_tokens": 10,
            },
            (90, 60, 10, 5),
        ),
    ],
    ids=["plain", "cache inside", "cache outside"],
)
def test_databricks_inference_tables(desk: Desk, usage: dict[str, Any], buckets: tuple[int, ...]) -> None:
    body = json.dumps({"id": "msg_1", "model": "claude", "usage": usage})
    load(desk, "payload.jsonl", as_lines({**INFERENCE, "response": body}))
    assert desk.rows(
        "SELECT input_uncached_tokens, cache_read_tokens, cache_write_tokens, output_tokens FROM token_usage"
    ) == [buckets]
    assert desk.rows("SELECT at_utc, model_name, request_id, response_id, quality FROM token_usage") == [
        (datetime(2026, 9, 8, 12, 10, 1, 250000), "claude", "mine-2", "msg_1", None)
    ]


def test_databricks_call_in_the_usage_and_the_inference_table_counts_once(desk: Desk) -> None:
    load(desk, "endpoint_usage.csv", as_csv({**SERVED, "databricks_request_id": "db-2"}))
    assert counts(load(desk, "payload.jsonl", as_lines({**INFERENCE, "response": "{}"}))) == (1, 0, 1, 0, 0)


def test_databricks_fallbacks_of_one_request_are_calls_of_their_own(desk: Desk) -> None:
    first = {
        "invocation_id": "inv-1",
        "request_id": "req-1",
        "event_time": "2026-09-08 12:10:01.250",
        "destination_type": "EXTERNAL_FOUNDATION_MODEL",
        "destination_model": "claude-sonnet-4-5",
        "status_code": "429",
        "input_tokens": "",
        "output_tokens": "",
        "token_details": "",
    }
    second = {
        **first,
        "invocation_id": "inv-2",
        "status_code": "200",
        "input_tokens": "1825",
        "output_tokens": "47",
        "token_details": '{"cache_read_input_tokens":1812}',
    }
    assert counts(load(desk, "usage.csv", as_csv(first, second))) == (2, 2, 0, 0, 0)
    assert desk.rows(
        "SELECT source_key, provider, request_id, status, input_uncached_tokens, cache_read_tokens "
        "FROM token_usage ORDER BY ALL"
    ) == [
        ("inv-1", "anthropic", "req-1", "failure", 0, 0),
        ("inv-2", "anthropic", "req-1", "success", 13, 1812),
    ]


def test_databricks_sampled_inference_tables_say_so(desk: Desk) -> None:
    load(desk, "payload.jsonl", as_lines({**INFERENCE, "sampling_fraction": 0.5, "response": "{}"}))
    assert desk.rows("SELECT quality FROM token_usage") == [("sampled",)]


def test_databricks_tables_with_types_of_their_own(desk: Desk) -> None:
    target = desk.folder / "usage.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "COPY (SELECT 'req-1' AS request_id, TIMESTAMPTZ '2026-09-08 12:10:01.25+00' AS event_time, "
            "'databricks-gpt-5' AS destination_model, 100::BIGINT AS input_tokens, "
            "20::BIGINT AS output_tokens, 120::BIGINT AS total_tokens, "
            "{'cache_read_input_tokens': 40, 'cache_creation_input_tokens': NULL} AS token_details, "
            "MAP {'team': 'ml'} AS request_tags, 200 AS status_code) "
            f"TO '{target}' (FORMAT parquet)"
        )
    desk.one(target)
    assert desk.rows(
        "SELECT at_utc, input_uncached_tokens, cache_read_tokens, output_tokens, tags, quality "
        "FROM token_usage"
    ) == [(datetime(2026, 9, 8, 12, 10, 1, 250000), 60, 40, 20, '{"team":"ml"}', None)]


# --- Azure API Management -------------------------------------------------------------------------

ANSWERED = {
    "TimeGenerated": "2026-09-08T12:10:01.2500000Z",
    "CorrelationId": "corr-1",
    "SequenceNumber": "0",
    "PromptTokens": "100",
    "CompletionTokens": "20",
    "TotalTokens": "120",
    "ModelName": "gpt-4o-2024-08-06",
    "DeploymentName": "prod-chat",
}
MESSAGE = {**ANSWERED, "SequenceNumber": "1", "PromptTokens": "", "CompletionTokens": "", "TotalTokens": ""}
SUFFIXED = {
    "TimeGenerated": "2026-09-08T12:10:01.2500000Z",
    "CorrelationId_g": "corr-1",
    "SequenceNumber_d": "0.0",
    "PromptTokens_d": "100.0",
    "CompletionTokens_d": "20.0",
    "TotalTokens_d": "120.0",
    "ModelName_s": "gpt-4o-2024-08-06",
    "DeploymentName_s": "prod-chat",
}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([ANSWERED, {**MESSAGE, "PromptTokens": None, "CompletionTokens": None}], indent=2),
        as_lines(ANSWERED, {**MESSAGE, "PromptTokens": None, "CompletionTokens": None, "TotalTokens": None}),
        "\ufeff" + as_csv(dict(reversed(ANSWERED.items())), MESSAGE),
        as_csv(SUFFIXED, {**SUFFIXED, "SequenceNumber_d": "2.0"}),
    ],
    ids=["json", "lines", "csv", "type suffixes"],
)
def test_azure_calls_are_their_row_with_tokens(desk: Desk, content: str) -> None:
    assert counts(load(desk, "apim", content)) == (2, 1, 0, 0, 1)
    assert desk.rows(
        "SELECT source_key, at_utc, model_name, input_uncached_tokens, output_tokens, tags, quality "
        "FROM token_usage"
    ) == [
        (
            "corr-1",
            datetime(2026, 9, 8, 12, 10, 1, 250000),
            "gpt-4o-2024-08-06",
            100,
            20,
            '{"deployment":"prod-chat"}',
            "no cache split",
        )
    ]


# --- Vertex AI ------------------------------------------------------------------------------------

ANSWER = {
    "responseId": "r-1",
    "modelVersion": "gemini-2.5-flash",
    "usageMetadata": {
        "promptTokenCount": 900,
        "cachedContentTokenCount": 512,
        "candidatesTokenCount": 40,
        "thoughtsTokenCount": 300,
        "totalTokenCount": 1240,
    },
}
LOGGED = {
    "endpoint": "https://us-central1-aiplatform.googleapis.com/v1/projects/acme/locations/us-central1/"
    "publishers/google/models/gemini-2.5-flash:generateContent",
    "logging_time": "2026-09-08 12:10:01.250000 UTC",
    "request_id": 7203685477580712345,
    "model": "gemini-2.5-flash",
    "full_request": {"labels": {"team": "ml"}},
    "full_response": ANSWER,
}


@pytest.mark.parametrize(
    "row",
    [
        LOGGED,
        {**LOGGED, "full_response": json.dumps(ANSWER), "full_request": json.dumps(LOGGED["full_request"])},
        {**LOGGED, "logging_time": "1.78886940125E9", "request_id": "7203685477580712345"},
    ],
    ids=["objects", "text", "numbers"],
)
def test_vertex_rows_as_bigquery_exports_them(desk: Desk, row: dict[str, Any]) -> None:
    assert counts(load(desk, "rows.json", as_lines(row))) == (1, 1, 0, 0, 0)
    assert desk.rows(
        "SELECT source_key, at_utc, model_name, endpoint_scope, region_id, project_id, "
        "input_uncached_tokens, cache_read_tokens, output_tokens, reasoning_tokens, source_total_tokens, "
        "tags FROM token_usage"
    ) == [
        (
            "7203685477580712345",
            datetime(2026, 9, 8, 12, 10, 1, 250000),
            "gemini-2.5-flash",
            "regional",
            "us-central1",
            "acme",
            388,
            512,
            340,
            300,
            1240,
            '{"team":"ml"}',
        )
    ]
