"""`finops-ai explain usage`: figures worked out by hand from price sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

# 5,952 x 2.00 + 2,048 x 0.50 + 1,200 x 8.00 USD per million (OpenAI's sheet for GPT-4.1).
CALL = {
    "timestamp": "2025-08-12T09:00:00Z",
    "provider": "openai",
    "workflow": "support-triage",
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "model": "gpt-4.1-2025-04-14",
    "choices": [],
    "usage": {
        "prompt_tokens": 8000,
        "completion_tokens": 1200,
        "total_tokens": 9200,
        "prompt_tokens_details": {"cached_tokens": 2048},
    },
}
SUM = "0.011904 + 0.001024 + 0.0096 = 0.022528 USD, list price, estimated"


@pytest.fixture
def logged(folder: Path, finops: Run) -> Path:
    calls = (
        CALL,
        {**CALL, "id": "chatcmpl-2", "model": "house-model-7"},
        {**CALL, "id": "chatcmpl-3", "request_id": "req-9"},
        {**CALL, "id": "chatcmpl-4", "request_id": "req-9"},
    )
    (folder / "calls.jsonl").write_text("".join(json.dumps(call) + "\n" for call in calls), encoding="utf-8")
    (folder / "finops.yaml").write_text(
        "version: 1\nworkflows:\n  support-triage: {owner: maria, team: support}\n", encoding="utf-8"
    )
    assert finops("ingest", "calls.jsonl").code == 0
    assert finops("attribute").code == 0
    return folder


@pytest.mark.usefixtures("logged")
def test_a_call_is_tokens_times_price(finops: Run) -> None:
    answer = finops("explain", "usage", "chatcmpl-1")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert "response_bodies chatcmpl-1: calls.jsonl, record 1" in lines
    assert "2025-08-12 09:00:00 UTC, openai, model gpt-4.1-2025-04-14" in lines
    assert [line.split()[:2] for line in lines if " per 1,000,000 " in line] == [
        ["input_uncached", "5,952"],
        ["cache_read", "2,048"],
        ["output", "1,200"],
    ]
    assert SUM in lines
    assert "It belongs to workflow support-triage: the log names it." in lines


@pytest.mark.usefixtures("logged")
def test_each_figure_is_exact_for_programs(finops: Run) -> None:
    answer = json.loads(finops("explain", "usage", "chatcmpl-1", "--format", "json").out)
    assert answer["list_cost"] == "0.022528"
    assert [(m["meter"], m["quantity"], m["price"], m["cost"]) for m in answer["meters"]] == [
        ("input_uncached", 5952, "2 per 1,000,000", "0.011904"),
        ("cache_read", 2048, "0.5 per 1,000,000", "0.001024"),
        ("output", 1200, "8 per 1,000,000", "0.0096"),
    ]
    assert {m["kind"] for m in answer["meters"]} == {"list"}
    assert all(len(m["price_id"]) == 16 for m in answer["meters"])


@pytest.mark.usefixtures("logged")
def test_a_model_without_a_price_costs_an_unknown_amount(finops: Run) -> None:
    answer = finops("explain", "usage", "chatcmpl-2")
    assert answer.code == 0
    assert "Its model name is not known, so its cost is unknown: not zero." in answer.out
    assert answer.out.count("unknown  ") >= 3
    assert " = " not in answer.out


@pytest.mark.usefixtures("logged")
def test_an_id_of_several_calls_lists_them(finops: Run) -> None:
    answer = finops("explain", "usage", "req-9")
    assert answer.code == 0
    assert answer.out.startswith("2 calls with the id req-9")
    rows = json.loads(finops("explain", "usage", "req-9", "--format", "json").out)["calls"]
    one = finops("explain", "usage", str(rows[0]["usage_id"]))
    assert "chatcmpl-3: calls.jsonl, record 3" in one.out


def test_a_call_that_was_not_priced_yet_says_so(folder: Path, finops: Run) -> None:
    (folder / "calls.jsonl").write_text(json.dumps(CALL), encoding="utf-8")
    assert finops("ingest", "calls.jsonl").code == 0
    answer = finops("explain", "usage", "chatcmpl-1")
    assert "It has not been priced yet: `finops-ai attribute` does." in answer.out


@pytest.mark.usefixtures("logged")
def test_an_unknown_id_is_refused(finops: Run) -> None:
    answer = finops("explain", "usage", "chatcmpl-77")
    assert answer.code == 3
    assert answer.err.startswith("error: chatcmpl-77: no call in the ledger has this id.\n")
