"""Gateway and cloud logs in their other shapes: wrappers, spellings, kinds of instants, traps."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from finops_ai.importers import FileResult
from tests.importers.desk import Desk

CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"


def load(desk: Desk, name: str, content: str | bytes) -> FileResult:
    return desk.one(desk.write(name, content))


def as_csv(*rows: dict[str, Any]) -> str:
    """Rows with one header, as spreadsheets and portals write them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def counts(result: FileResult) -> tuple[int, int, int, int, int]:
    return (
        result.rows_read,
        result.rows_added,
        result.rows_repeated,
        result.rows_rejected,
        result.rows_ignored,
    )


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


def shipped() -> list[Path]:
    return sorted(Path(__file__).parent.glob("*/input.*"))
