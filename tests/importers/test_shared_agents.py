"""Sessions of coding agents that others published or made, against what ccusage 20.0.20 counts in them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.importers.desk import Desk

SYNTHETIC = "usage/claude_code_synth"
FOUR = (
    "sum(input_uncached_tokens)::BIGINT, sum(output_tokens)::BIGINT, "
    "sum(cache_write_tokens + cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT, "
    "sum(cache_read_tokens)::BIGINT"
)
MOONCAKE = Path(__file__).resolve().parents[2] / "examples" / "mooncake_trace" / "mooncake_trace.sql"


def theirs(shared_data: Path, kind: str, listed: str, named: str) -> dict[tuple[str, str], tuple[int, ...]]:
    """Input, output, cache write, cache read by (day, month or session) and model, as ccusage says."""
    printed = json.loads((shared_data / SYNTHETIC / f"ccusage-20.0.20-claude-{kind}.json").read_text())
    names = ("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens")
    return {
        (entry[named], part["modelName"]): tuple(part[name] for name in names)
        for entry in printed[listed]
        for part in entry["modelBreakdowns"]
    }


def test_claude_code_by_day_month_session_and_model(desk: Desk, shared_data: Path) -> None:
    results = desk.load(shared_data / SYNTHETIC / "projects")
    assert {result.importer for result in results} == {"claude_code"}
    views = {
        ("daily", "daily", "date"): "strftime(at_utc, '%Y-%m-%d')",
        ("monthly", "monthly", "month"): "strftime(at_utc, '%Y-%m')",
        ("session", "sessions", "sessionId"): "session_id",
    }
    for view, key in views.items():
        rows: list[Any] = desk.rows(f"SELECT {key}, model_name, {FOUR} FROM token_usage GROUP BY ALL")
        found = {(name, model): tuple(tokens) for name, model, *tokens in rows}
        assert found == theirs(shared_data, *view)
    # What ccusage leaves out: searches cost money of their own, beside the tokens.
    assert desk.rows("SELECT count(*), sum(web_search_calls) FROM token_usage") == [(861, 61)]
    assert desk.rows("SELECT count(*) FROM token_usage WHERE response_id IS DISTINCT FROM source_key") == [
        (0,)
    ]


def test_claude_code_files_of_others(desk: Desk, shared_data: Path) -> None:
    """ccusage finds 1,483 and 578: it passes over session_b, whose JSON has a space behind `"usage":`."""
    desk.load(shared_data / "usage" / "claude_code")
    rows = desk.rows(f"SELECT session_id, count(*), {FOUR} FROM token_usage GROUP BY ALL ORDER BY ALL")
    assert rows == [
        ("session-alpha", 3, 600, 250, 75, 70),
        ("session_b", 1, 20, 35, 0, 0),
        ("todowrite_session", 6, 883, 328, 0, 0),
    ]
    assert str(desk.rows("SELECT sum(logged_cost) FROM token_usage")[0][0]).startswith("1.02")


def test_codex_files_of_others(desk: Desk, shared_data: Path) -> None:
    """Their total counts reasoning twice (1,000 + 125 is not 1,200), so each row says so."""
    desk.load(shared_data / "usage" / "codex")
    rows = desk.rows(
        "SELECT model_name, input_uncached_tokens, cache_read_tokens, output_tokens, reasoning_tokens, "
        "source_total_tokens, quality FROM token_usage ORDER BY row_number"
    )
    quality = "tokens do not add up to the source's total"
    assert rows == [
        ("gpt-5.2-codex", 750, 250, 125, 75, 1200, quality),
        ("gpt-5.3-codex", 2000, 500, 300, 200, 3000, quality),
    ]


@pytest.mark.parametrize("at", [None, datetime(2026, 9, 1)])
def test_mooncake_through_the_example_importer(desk: Desk, shared_data: Path, at: datetime | None) -> None:
    trace = shared_data / "usage" / "mooncake" / "synthetic_trace.jsonl"
    result = desk.one(trace, importers=[MOONCAKE], stated_at_utc=at)
    assert (result.rows_read, result.rows_added, result.rows_rejected) == (3993, 3993, 0)
    first = at or datetime(2025, 1, 1)
    (row,) = desk.rows(
        "SELECT sum(input_uncached_tokens), sum(output_tokens), min(at_utc), "
        "date_diff('millisecond', min(at_utc), max(at_utc)) FROM token_usage"
    )
    assert row == (61_194_628, 595_432, first, 1_022_025)
