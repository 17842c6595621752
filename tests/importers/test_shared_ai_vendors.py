"""Reports of OpenAI and Anthropic that others published: every total is the one that SOURCES.md gives."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.importers.desk import Desk

D = Decimal


def test_openai_usage_in_disjoint_buckets(desk: Desk, shared_data: Path) -> None:
    """Input 284119 = uncached 131083 + cached 132289 + written 19748 + 999 of the embeddings."""
    result = desk.one(shared_data / "billing/openai/usage_completions_2026-09_buckets_first_half.json")
    assert (result.importer, result.rows_read, result.rows_added) == ("openai_usage_api", 5, 5)
    assert desk.rows(
        "SELECT sum(input_uncached_tokens), sum(cache_read_tokens), sum(cache_write_tokens), "
        "sum(output_tokens), sum(calls), sum(source_total_tokens), count(quality), min(grain) FROM token_usage"
    ) == [(131_083 + 999, 132_289, 19_748, 330_664, 372, 284_119 + 330_664, 0, "bucket")]


def test_openai_usage_keeps_who_called(desk: Desk, shared_data: Path) -> None:
    desk.one(shared_data / "billing/openai/usage_completions_2026-09_buckets_first_half.json")
    assert desk.rows(
        "SELECT project_id, api_key_id, user_id, model_name, calls FROM token_usage ORDER BY row_number"
    ) == [
        ("proj_01Search", "key_01Search", None, "gpt-5.6-sol", 43),
        ("proj_02Support", "key_02Support", None, "gpt-5.6-sol", 324),
        ("proj_03Lab", None, "user_01Ann", "gpt-5.6-sol", 1),
        ("proj_03Lab", None, "user_02Ben", "gpt-5.6-sol", 1),
        (None, None, None, "text-embedding-3-small", 3),
    ]


def test_openai_costs(desk: Desk, shared_data: Path) -> None:
    result = desk.one(shared_data / "billing/openai/costs_2026-09_buckets_first_half.json")
    assert (result.rows_read, result.rows_added, result.billed) == (10, 10, {"USD": D("7.2892676")})
    assert desk.rows("SELECT DISTINCT model_name, token_kind FROM charge ORDER BY ALL") == [
        ("gpt-5.6-sol", "cache_read"),
        ("gpt-5.6-sol", "cache_write"),
        ("gpt-5.6-sol", "input_uncached"),
        ("gpt-5.6-sol", "output"),
    ]
