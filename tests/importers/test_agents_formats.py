"""Traps in the files of coding agents: copies, replays, running totals, documents beside lines."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.importers.codex_tree import counts, event, token_count, write_codex_tree
from tests.importers.desk import Desk

FIVE = (
    "sum(input_uncached_tokens)::BIGINT, sum(cache_read_tokens)::BIGINT, sum(output_tokens)::BIGINT, "
    "sum(reasoning_tokens)::BIGINT, count(*)"
)
AT = "2026-09-01T10:00:%02d.000Z"
USAGE = {"input_tokens": 3, "cache_read_input_tokens": 7, "output_tokens": 20}


def lines(*records: dict[str, Any], compact: bool = True) -> str:
    separators = (",", ":") if compact else (", ", ": ")
    return "".join(json.dumps(record, separators=separators) + "\n" for record in records)


# --- Claude Code ----------------------------------------------------------------------------------


def said(second: int, message_id: str | None, **more: Any) -> dict[str, Any]:
    """One assistant line; `usage`, `model` and `stop_reason` go into its message."""
    message = {
        "id": message_id,
        "role": "assistant",
        "model": more.pop("model", "claude-opus-4-8"),
        "stop_reason": more.pop("stop_reason", "end_turn"),
        "usage": USAGE | more.pop("usage", {}),
    }
    line = {"type": "assistant", "sessionId": "s1", "timestamp": AT % second, "requestId": f"r{second}"}
    return line | {"isSidechain": False, "uuid": f"u{second}", "message": message} | more


@pytest.mark.parametrize(
    ("records", "compact", "counted"),
    [
        pytest.param([said(1, "m1"), said(2, "m1")], True, 1, id="one message under two request ids"),
        pytest.param([said(1, "m1"), said(2, "m1", isSidechain=True)], True, 1, id="a sub-agent's replay"),
        pytest.param([said(1, "m1")], False, 1, id="a space behind the colon"),
        pytest.param(
            [said(1, "m1", requestId=None, version=None, cwd=None)], True, 1, id="fields that are null"
        ),
        pytest.param([said(1, "m1", model="claude-of-tomorrow")], True, 1, id="a model without a price"),
        pytest.param([said(1, None), said(2, None)], True, 2, id="messages without an id"),
        pytest.param([said(1, "m1", model="<synthetic>")], True, 0, id="no model call"),
        pytest.param([said(1, "m1", isApiErrorMessage=True)], True, 0, id="an API error"),
    ],
)
def test_claude_code_where_ccusage_may_differ(
    desk: Desk, records: list[dict[str, Any]], compact: bool, counted: int
) -> None:
    desk.one(desk.write("s.jsonl", lines(*records, compact=compact)))
    assert desk.rows("SELECT count(*), coalesce(sum(output_tokens), 0) FROM token_usage") == [
        (counted, 20 * counted)
    ]


def test_claude_code_a_replay_counts_once_whichever_file_is_read_first(desk: Desk) -> None:
    desk.one(desk.write("agent.jsonl", lines(said(2, "m1", isSidechain=True))))
    result = desk.one(desk.write("main.jsonl", lines(said(1, "m1"))))
    assert (result.rows_added, result.rows_repeated) == (0, 1)


def test_claude_code_a_message_that_was_still_growing_is_replaced(desk: Desk) -> None:
    desk.one(desk.write("early.jsonl", lines(said(1, "m1", usage={"output_tokens": 2}, stop_reason=None))))
    assert desk.rows("SELECT output_tokens, quality FROM token_usage") == [
        (2, "output count is a placeholder")
    ]
    result = desk.one(desk.write("late.jsonl", lines(said(1, "m1"), said(3, "m2"))))
    assert (result.rows_replaced, result.rows_added) == (1, 1)
    found = desk.rows("SELECT output_tokens, quality FROM token_usage ORDER BY source_key")
    assert found == [(20, None), (20, None)]


@pytest.mark.parametrize(
    ("output", "stop_reason", "quality"),
    [
        (9, None, "output count is a placeholder"),
        (10, None, None),
        (9, "end_turn", None),
    ],
)
def test_claude_code_placeholders(
    desk: Desk, output: int, stop_reason: str | None, quality: str | None
) -> None:
    record = said(1, "m1", usage={"output_tokens": output}, stop_reason=stop_reason)
    desk.one(desk.write("s.jsonl", lines(record)))
    assert desk.rows("SELECT quality FROM token_usage") == [(quality,)]


# --- Codex ----------------------------------------------------------------------------------------


def test_codex_tree_as_ccusage_counts_it(desk: Desk) -> None:
    """`ccusage codex monthly --json --offline -z UTC`, 20.0.20, on the tree of seed 1."""
    write_codex_tree(desk.folder / "codex")
    results = desk.load(desk.folder / "codex")
    assert {(result.status, result.rows_rejected) for result in results} == {("imported", 0), ("known", 0)}
    rows: list[Any] = desk.rows(f"SELECT model_name, {FIVE} FROM token_usage GROUP BY ALL ORDER BY ALL")
    assert [row[:5] for row in rows] == [
        ("gpt-5.2-codex", 34_747, 61_644, 8_591, 3_992),
        ("gpt-5.3-codex", 30_967, 56_529, 7_566, 2_434),
        ("gpt-5.4", 75_539, 55_005, 13_304, 7_687),
    ]


def test_codex_file_by_file_and_in_any_order_is_the_same(desk: Desk) -> None:
    write_codex_tree(desk.folder / "codex")
    for path in sorted((desk.folder / "codex").rglob("*.jsonl"), reverse=True):
        desk.one(path)
    assert desk.rows(f"SELECT {FIVE} FROM token_usage") == [(141_253, 173_178, 29_461, 14_113, 78)]


def codex(desk: Desk, *records: dict[str, Any]) -> list[tuple[Any, ...]]:
    desk.one(desk.write("rollout.jsonl", lines(*records)))
    return desk.rows(
        "SELECT model_name, session_id, input_uncached_tokens, cache_read_tokens, output_tokens "
        "FROM token_usage ORDER BY row_number"
    )


def test_codex_without_payloads_with_numbers_for_times_and_a_total_that_falls(desk: Desk) -> None:
    def bare(time: str | int, given: int, made: int) -> dict[str, Any]:
        info = {"total_token_usage": counts(given, 10, made, 0)}
        return {"timestamp": time, "type": "token_count", "info": info}

    found = codex(
        desk,
        {"timestamp": AT % 1, "type": "turn_context", "model": "gpt-5.4"},
        bare(AT % 2, 100, 20),
        bare(1788256803000, 150, 30),
        bare(AT % 4, 17, 2),
    )
    assert found == [("gpt-5.4", None, 90, 10, 20), ("gpt-5.4", None, 50, 0, 10), ("gpt-5.4", None, 7, 10, 2)]


def test_codex_a_session_that_never_names_its_model_has_none(desk: Desk) -> None:
    """ccusage takes such a session for gpt-5: a price made up."""
    last = {"last_token_usage": counts(100, 0, 5, 0)}
    record = {"timestamp": AT % 1, "type": "event_msg", "payload": {"type": "token_count", "info": last}}
    assert codex(desk, record) == [(None, None, 100, 0, 5)]


def test_codex_a_first_call_in_the_second_after_the_start_is_no_replay(desk: Desk) -> None:
    start = datetime(2026, 9, 1, 10)
    spawned = {"id": "c", "source": {"subagent": {"thread_spawn": {"parent_thread_id": "p"}}}}
    replayed, own = counts(100, 0, 5, 0), counts(10, 0, 1, 0)
    found = codex(
        desk,
        event(start, "session_meta", spawned),
        event(start, "turn_context", {"model": "gpt-5.4"}),
        token_count(start, {"last_token_usage": replayed, "total_token_usage": replayed}),
        token_count(start + timedelta(seconds=1), {"total_token_usage": counts(110, 0, 6, 0)}),
        token_count(start + timedelta(seconds=9), {"last_token_usage": own}),
    )
    assert found == [("gpt-5.4", "c", 10, 0, 1), ("gpt-5.4", "c", 10, 0, 1)]


# --- Gemini CLI -----------------------------------------------------------------------------------

TOKENS = {"input": 100, "output": 10, "cached": 60, "thoughts": 20, "tool": 4, "total": 134}
SESSION = {"sessionId": "s1", "projectHash": "p1", "startTime": AT % 0, "lastUpdated": AT % 9}


def answer(message_id: str, second: int, **tokens: int) -> dict[str, Any]:
    made = {"id": message_id, "timestamp": AT % second, "type": "gemini", "content": "x"}
    return made | {"tokens": TOKENS | tokens, "model": "gemini-2.5-pro"}


@pytest.mark.parametrize("indent", [None, 1])
def test_gemini_one_document_with_its_messages(desk: Desk, indent: int | None) -> None:
    user = {"id": "u1", "timestamp": AT % 1, "type": "user", "content": "hello"}
    document = SESSION | {"messages": [user, answer("m1", 2), answer("m2", 3, thoughts=0, total=114)]}
    result = desk.one(desk.write("session-1.json", json.dumps(document, indent=indent)))
    assert (result.importer, result.rows_added, result.rows_ignored) == ("gemini_cli", 2, 1)
    found = desk.rows(
        "SELECT session_id, input_uncached_tokens, cache_read_tokens, output_tokens, reasoning_tokens, "
        "source_total_tokens, quality FROM token_usage ORDER BY row_number"
    )
    assert found == [("s1", 44, 60, 30, 20, 134, None), ("s1", 44, 60, 10, 0, 114, None)]


def test_gemini_lines_with_a_torn_one(desk: Desk) -> None:
    text = lines(SESSION | {"kind": "subagent"}, answer("m1", 2, output=1, total=125), answer("m1", 3))
    result = desk.one(desk.write("session-1.jsonl", text + '{"id":"m2","ti'))
    assert (result.rows_added, result.rows_repeated, result.rows_ignored, result.rows_rejected) == (
        1,
        1,
        1,
        1,
    )
    (row,) = desk.ledger.records("SELECT output_tokens, tags, at_utc::VARCHAR AS at FROM token_usage")
    assert (row["output_tokens"], row["at"]) == (30, "2026-09-01 10:00:03")
    assert json.loads(row["tags"]) == {"project_hash": "p1", "kind": "subagent"}


def test_gemini_a_session_again_after_it_went_on(desk: Desk) -> None:
    first, second = answer("m1", 2), answer("m2", 3)
    desk.one(desk.write("session-1.jsonl", lines(SESSION, first)))
    document = json.dumps(SESSION | {"messages": [first, second]})
    result = desk.one(desk.write("session-1.json", document))
    assert (result.rows_added, result.rows_replaced + result.rows_repeated) == (1, 1)
    assert desk.rows("SELECT count(*), sum(output_tokens) FROM token_usage") == [(2, 60)]
