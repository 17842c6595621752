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
        "sum(output_tokens), sum(calls), sum(source_total_tokens), count(quality), min(grain) "
        "FROM token_usage"
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


def test_anthropic_usage(desk: Desk, shared_data: Path) -> None:
    result = desk.one(shared_data / "billing/anthropic/usage_report_2026-08.json")
    assert (result.importer, result.rows_read, result.rows_added) == ("anthropic_usage_report", 8, 8)
    assert desk.rows(
        "SELECT sum(input_uncached_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), "
        "sum(cache_write_1h_tokens), sum(cache_write_tokens), sum(output_tokens), sum(calls), "
        "list(DISTINCT quality) FROM token_usage"
    ) == [(23_799_630, 277_561_180, 8_572_669, 1_623_840, 0, 13_236_796, 0, ["no call count"])]


def test_anthropic_usage_and_cost_speak_of_the_same_models_and_workspaces(
    desk: Desk, shared_data: Path
) -> None:
    desk.load(
        shared_data / "billing/anthropic/usage_report_2026-08.json",
        shared_data / "billing/anthropic/cost_report_2026-08.json",
    )
    assert desk.rows("SELECT sum(billed_cost) FROM charge") == [(D("406.24113915"),)]
    used = desk.rows("SELECT DISTINCT model_name, project_id, at_utc FROM token_usage ORDER BY ALL")
    billed = desk.rows(
        "SELECT DISTINCT model_name, sub_account_id, charge_period_start_utc FROM charge "
        "WHERE model_name IS NOT NULL ORDER BY ALL"
    )
    assert used == billed


def test_claude_code_analytics(desk: Desk, shared_data: Path) -> None:
    """17 people's days with 27 models between them, estimated at 1087.85 dollars and charged nothing."""
    result = desk.one(shared_data / "billing/anthropic/cc_analytics_2026-09-10.json")
    assert (result.importer, result.rows_read, result.rows_added) == ("claude_code_analytics", 27, 27)
    assert desk.rows(
        "SELECT count(DISTINCT coalesce(user_id, api_key_id)), count(DISTINCT api_key_id), sum(logged_cost), "
        "list(DISTINCT grain), min(at_utc)::VARCHAR, max(at_utc)::VARCHAR FROM token_usage"
    ) == [(17, 1, D("1087.85"), ["bucket"], "2026-09-10 00:00:00", "2026-09-10 00:00:00")]
    assert desk.rows("SELECT count(*) FROM charge") == [(0,)]
