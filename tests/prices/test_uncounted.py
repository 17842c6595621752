"""What no column counts is named: a call is never complete without a word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

Pricer = Callable[..., list[dict[str, Any]]]
Priced = Callable[..., list[dict[str, Any]]]
M = 1_000_000


def openai(*steps: str) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "model": "gpt-5",
        "created_at": 1788256800,
        "output": [{"type": step} for step in ("message", *steps)],
        "usage": {"input_tokens": M, "output_tokens": 0, "total_tokens": M},
    }


def gemini(model: str, queries: int, **usage: Any) -> dict[str, Any]:
    grounding = {"groundingMetadata": {"webSearchQueries": ["q"] * queries}} if queries else {}
    counts = {"promptTokenCount": 1000, "candidatesTokenCount": 1000, "totalTokenCount": 2000}
    return {
        "timestamp": "2026-09-01T10:00:00Z",
        "response": {
            "responseId": "g1",
            "modelVersion": model,
            "candidates": [{"content": {}, **grounding}],
            "usageMetadata": {**counts, **usage},
        },
    }


def litellm(**more: Any) -> dict[str, Any]:
    return {
        "id": "chat-1",
        "call_type": "acompletion",
        "custom_llm_provider": "openai",
        "response_cost": 1.5,
        "startTime": "2026-09-01 10:00:00",
        "model": "gpt-5",
        "prompt_tokens": M,
        "completion_tokens": 0,
        "total_tokens": M,
        "metadata": {"usage_object": {}},
        **more,
    }


IMAGES = [{"modality": "IMAGE", "tokenCount": 900}]
CODE = {
    "input_tokens": M,
    "output_tokens": 0,
    "server_tool_use": {"web_search_requests": 1, "code_execution_requests": 2},
}
SECONDS = {"id": "t1", "model": "gpt-4o", "created": 1788256800, "usage": {"type": "duration", "seconds": 9}}
PAGES = {
    "timestamp": "2026-09-01T10:00:00Z",
    "provider": "mistral",
    "response": {"model": "mistral-large-2411", "usage_info": {"pages_processed": 3}},
}
UNITS = {"input_tokens": M, "output_tokens": 0, "search_units": 1}
COHERE = {
    "timestamp": "2026-09-01T10:00:00Z",
    "provider": "cohere",
    "response": {"id": "c1", "model": "command-r-08-2024", "meta": {"billed_units": UNITS}},
}
FREE = {"prompt_tokens": 0, "total_tokens": 0}


@pytest.mark.parametrize(
    ("record", "status", "cost"),
    [
        (openai(), "priced", "1.25"),
        (openai("file_search_call", "file_search_call"), "partly:file search", "1.25"),
        (
            openai("code_interpreter_call", "image_generation_call"),
            "partly:code interpreter, image generation",
            "1.25",
        ),
        ({"id": "msg_1", "model": "claude-opus-4-8", "usage": CODE}, "partly:code execution", "5.01"),
        (
            gemini("gemini-2.5-flash", 0, candidatesTokensDetails=IMAGES),
            "partly:image tokens at their own price",
            "0.0028",
        ),
        (COHERE, "partly:search units", "0.15"),
        (SECONDS, "no_quantity", None),
        (PAGES, "no_quantity", None),
        (litellm(), "priced", "1.25"),
        (litellm(cost_breakdown={"tool_usage_cost": 0.25}), "partly:calls of tools", "1.25"),
        (litellm(call_type="aimage_generation", **FREE), "no_quantity", None),
        (litellm(call_type="alist_files", response_cost=0, **FREE), "no_tokens", "0"),
    ],
)
def test_what_is_not_counted_is_named(
    priced: Priced, record: dict[str, Any], status: str, cost: str | None
) -> None:
    (row,) = priced(record, "log.jsonl")
    assert (row["pricing_status"], row["list_cost"]) == (status, None if cost is None else Decimal(cost))
    if status.startswith("partly:"):
        assert f"not counted: {status.removeprefix('partly:')}" in row["quality"]


@pytest.mark.parametrize(
    ("model", "searches", "cost"),
    [("gemini-2.5-flash", 1, "0.0378"), ("gemini-3-flash-preview", 3, "0.0455")],
)
def test_grounded_answers_of_gemini_cost_their_searches(
    priced: Priced, model: str, searches: int, cost: str
) -> None:
    """Up to Gemini 2 a grounded answer is sold as one, at 35 a thousand; later each query, at 14."""
    (row,) = priced(gemini(model, 3), "log.jsonl")
    assert (row["web_search_calls"], row["pricing_status"], row["list_cost"]) == (
        *(searches, "priced", Decimal(cost)),
    )


def test_a_call_of_which_nothing_is_counted_has_no_cost(price_rows: Pricer) -> None:
    at = {"at_utc": datetime(2026, 9, 1, 10), "provider": "openai", "model_name": "gpt-5"}
    rows = price_rows(
        [
            at,
            {**at, "grain": "bucket", "calls": 7},
            {**at, "grain": "bucket", "calls": 0},
            {**at, "status": "failure"},
            {**at, "logged_cost": Decimal(0)},
            {**at, "logged_cost": Decimal(0), "quality": "not counted: images"},
        ]
    )
    assert [(row["pricing_status"], row["list_cost"]) for row in rows] == [
        ("no_quantity", None),
        ("no_quantity", None),
        ("priced", 0),
        ("no_tokens", 0),
        ("no_tokens", 0),
        ("no_quantity", None),
    ]
