"""What the vendors' reports look like in other months, other groupings and older exports."""

from __future__ import annotations

import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from tests.importers.desk import Desk

D = Decimal
DAY = {"start_time": 1788220800, "end_time": 1788307200}


def page(*results: dict[str, Any], **bucket: Any) -> str:
    """One page of an OpenAI report with one bucket."""
    buckets = [{"object": "bucket", **(bucket or DAY), "results": list(results)}]
    return json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None})


def cost(line_item: str | None, value: object, **more: Any) -> dict[str, Any]:
    amount = {"value": value, "currency": "usd"}
    return {"object": "organization.costs.result", "amount": amount, "line_item": line_item, **more}


@pytest.mark.parametrize(
    ("line_item", "model", "kind", "tier"),
    [
        ("gpt-5-2025-08-07, input", "gpt-5-2025-08-07", "input_uncached", "standard"),
        ("o1, output", "o1", "output", "standard"),
        ("ft:gpt-4.1:org::id, output", "ft:gpt-4.1:org::id", "output", "standard"),
        ("evals | gpt-4o-mini-2024-07-18, input", "gpt-4o-mini-2024-07-18", "input_uncached", "standard"),
        ("priority | gpt-5.6-sol, output, long context", "gpt-5.6-sol", "output", "priority"),
        ("gpt-5.6-sol, cache writes", "gpt-5.6-sol", "cache_write", "standard"),
        ("gpt-audio-mini-2025-12-15 audio, input", "gpt-audio-mini-2025-12-15", "input_audio", "standard"),
        (
            "gpt-audio-mini-2025-12-15 text, cached input",
            "gpt-audio-mini-2025-12-15",
            "cache_read",
            "standard",
        ),
        ("gpt-image-2 image, output", "gpt-image-2", None, "standard"),
        ("gpt-5-nano, input_tokens", "gpt-5-nano", "input_uncached", "standard"),
        ("whisper-1, audio", "whisper-1", None, "standard"),
        ("dall-e-3", "dall-e-3", None, "standard"),
        ("web search tool calls", None, "web_search", "standard"),
        ("web search tool calls | gpt-4o", "gpt-4o", "web_search", "standard"),
        ("code interpreter sessions", None, None, "standard"),
        ("assistants api | file search", None, None, "standard"),
        ("a model of next year, thoughts", None, None, "standard"),
        (None, None, None, "standard"),
    ],
)
def test_openai_line_items(
    desk: Desk, line_item: str | None, model: str | None, kind: str | None, tier: str
) -> None:
    desk.one(desk.write("costs.json", page(cost(line_item, 1.5))))
    assert desk.rows("SELECT model_name, token_kind, service_tier, charge_category FROM charge") == [
        (model, kind, tier, "Usage")
    ]


def test_openai_costs_without_any_grouping_name_neither_line_nor_project(desk: Desk) -> None:
    bare = {"object": "organization.costs.result", "amount": {"value": 0.06, "currency": "usd"}}
    result = desk.one(desk.write("costs.json", page(bare)))
    assert (result.importer, result.billed) == ("openai_costs_api", {"USD": D("0.06")})


def test_openai_pages_as_json_lines(desk: Desk) -> None:
    tomorrow = {"start_time": 1788307200, "end_time": 1788393600}
    lines = page(cost("gpt-5, input", 1), cost("gpt-5, output", 2)) + "\n"
    lines += page(cost("gpt-5, input", 3), **tomorrow) + "\n"
    result = desk.one(desk.write("costs.jsonl", lines))
    assert (result.importer, result.rows_added, result.billed) == ("openai_costs_api", 3, {"USD": D(6)})


def test_openai_costs_as_the_dashboard_prints_them_without_grouping(desk: Desk) -> None:
    """A byte order mark, CRLF, other columns in another order, 30 decimals, an hour with offset."""
    text = (
        "\ufeffend_time,start_time,end_time_iso,start_time_iso,amount_currency,amount_value,organization_id\r\n"
        '1788307200,1788220800,"2026-09-02T00:00:00+00:00","2026-09-01T00:00:00+00:00",usd,'
        "0.895874000000000000000000000000,org-1\r\n"
        "1788393600,1788307200,2026-09-03T00:00:00,2026-09-02T00:00:00,,,\r\n"
    )
    result = desk.one(desk.write("cost.csv", text))
    assert (result.importer, result.rows_added, result.rows_ignored) == ("openai_costs_csv", 1, 1)
    assert desk.rows(
        "SELECT billed_cost, billing_account_id, charge_period_start_utc::VARCHAR FROM charge"
    ) == [(D("0.895874"), "org-1", "2026-09-01 00:00:00")]


def completions(calls: int, tokens: int, **more: Any) -> dict[str, Any]:
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": tokens,
        "output_tokens": tokens,
        "num_model_requests": calls,
        "model": "gpt-5",
        **more,
    }


def test_an_openai_bucket_of_an_unfinished_day_grows(desk: Desk) -> None:
    desk.one(desk.write("early.json", page(completions(2, 20))))
    result = desk.one(
        desk.write("late.json", page(completions(5, 50), completions(1, 1, model="gpt-5-mini")))
    )
    assert (result.rows_added, result.rows_replaced) == (1, 1)
    assert desk.rows("SELECT sum(calls), sum(input_uncached_tokens) FROM token_usage") == [(6, 51)]


def test_the_same_bucket_twice_in_one_file_counts_once(desk: Desk) -> None:
    lines = page(completions(2, 20)) + "\n" + page(completions(5, 50)) + "\n"
    result = desk.one(desk.write("polled.jsonl", lines))
    assert (result.importer, result.rows_added, result.rows_repeated) == ("openai_usage_api", 1, 1)
    assert desk.rows("SELECT calls FROM token_usage") == [(5,)]


def test_openai_kinds_of_the_future_are_kept(desk: Desk) -> None:
    result = {**completions(3, 10), "object": "organization.usage.decisions.result"}
    desk.one(desk.write("usage.json", page(result, completions(1, 1))))
    assert desk.rows("SELECT sum(calls) FROM token_usage") == [(4,)]


def test_an_openai_usage_export_of_a_time_without_calls(desk: Desk) -> None:
    text = (
        "start_time,end_time,start_time_iso,end_time_iso\n"
        "1788220800,1788307200,2026-09-01T00:00:00,2026-09-02T00:00:00\n"
    )
    result = desk.one(desk.write("empty.csv", text))
    assert (result.importer, result.rows_read, result.rows_ignored) == ("openai_usage_csv", 1, 1)


@pytest.mark.parametrize(
    ("columns", "values", "expected"),
    [
        ("num_model_requests,model,input_tokens", "3,text-embedding-3-small,999", (3, 999, 0, None)),
        ("num_model_requests,model,images,size", "2,dall-e-3,4,1024x1024", (2, 0, 0, "no token counts")),
        ("num_model_requests,model,characters", "1,tts-1,45", (1, 0, 0, "no token counts")),
        ("num_model_requests,model,seconds", "1,whisper-1,20", (1, 0, 0, "no token counts")),
        ("num_requests,num_model_requests,model", "5,3,gpt-4o", (0, 0, 5, None)),
        ("model,input_tokens,output_tokens", "gpt-4o,10,5", (0, 10, 0, "no call count")),
    ],
)
def test_openai_usage_exports_of_other_kinds(
    desk: Desk, columns: str, values: str, expected: tuple[object, ...]
) -> None:
    text = (
        f"start_time,end_time,start_time_iso,end_time_iso,{columns}\n"
        f"1788220800,1788307200,2026-09-01T00:00:00+00:00,2026-09-02T00:00:00+00:00,{values}\n"
    )
    result = desk.one(desk.write("usage.csv", text))
    assert (result.importer, result.rows_added) == ("openai_usage_csv", 1)
    assert desk.rows("SELECT calls, input_uncached_tokens, web_search_calls, quality FROM token_usage") == [
        expected
    ]


CONSOLE_COSTS = {
    "9 columns of 2025-12": (
        "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type",
        "2025-12-01,Claude Haiku 4.5,Claude Code,key_a,message,≤ 200k,input_no_cache,0.13,token",
    ),
    "12 columns of 2026-05": (
        (
            "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,"
            "cost_type,inference_geo,speed"
        ),
        "2026-05-01,Claude Haiku 4.5,Claude Code,key_a,message,≤ 200k,input_no_cache,0.13,0.13,token,global,",
    ),
    "11 columns": (
        (
            "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type,"
            "inference_geo,speed"
        ),
        "2026-05-01,Claude Haiku 4.5,Claude Code,key_a,message,≤ 200k,input_no_cache,0.13,token,global,",
    ),
}


@pytest.mark.parametrize("generation", CONSOLE_COSTS)
def test_generations_of_the_anthropic_cost_export(desk: Desk, generation: str) -> None:
    header, row = CONSOLE_COSTS[generation]
    result = desk.one(desk.write("cost.csv", f"\ufeff{header}\r\n{row}\r\n"))
    assert (result.importer, result.billed) == ("anthropic_console_cost", {"USD": D("0.13")})
    assert desk.rows("SELECT model_name, token_kind, api_key_id, sub_account_id FROM charge") == [
        ("Claude Haiku 4.5", "input_uncached", "key_a", "Claude Code")
    ]


CONSOLE_USAGES = {
    "2025-06": (
        (
            "usage_date_utc,model_version,api_key,workspace,usage_type,usage_input_tokens_no_cache,"
            "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
            "usage_output_tokens,web_search_count"
        ),
        "2025-06-12,claude-3-5-haiku-20241022,key_a,Claude Code,standard,8,4,2,1,9,0",
        (8, 1, 4, 2, 0, 9),
    ),
    "one column of cache writes": (
        (
            "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_write,"
            "usage_input_tokens_cache_read,usage_output_tokens,web_search_count"
        ),
        "2025-04-01T00:00:00Z,claude-3-7-sonnet-20250219,8,6,1,9,0",
        (8, 1, 0, 0, 6, 9),
    ),
    "no cache": (
        (
            "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
            "usage_output_tokens,web_search_count,inference_geo,speed"
        ),
        "2026-03-15,claude-opus-4-6,OB-1,Default,standard,≤ 200k,154214,2640,0,global,",
        (154_214, 0, 0, 0, 0, 2640),
    ),
}


@pytest.mark.parametrize("generation", CONSOLE_USAGES)
def test_generations_of_the_anthropic_usage_export(desk: Desk, generation: str) -> None:
    header, row, tokens = CONSOLE_USAGES[generation]
    result = desk.one(desk.write("usage.csv", f"{header}\n{row}\n"))
    assert (result.importer, result.rows_added) == ("anthropic_console_usage", 1)
    assert desk.rows(
        "SELECT input_uncached_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, "
        "cache_write_tokens, output_tokens FROM token_usage"
    ) == [tokens]


def test_an_unfinished_day_of_the_anthropic_usage_export_grows(desk: Desk) -> None:
    header, row, _ = CONSOLE_USAGES["no cache"]
    desk.one(desk.write("morning.csv", f"{header}\n{row}\n{row}\n"))
    later = row.replace("2640", "9000")
    result = desk.one(desk.write("evening.csv", f"{header}\n{row}\n{later}\n"))
    assert (result.rows_added, result.rows_repeated, result.rows_replaced) == (0, 1, 1)
    assert desk.rows("SELECT sum(output_tokens) FROM token_usage") == [(11_640,)]


def test_anthropic_costs_with_a_discount(desk: Desk) -> None:
    """The analytics report of an Enterprise organization: the bill is amount, not list_amount."""
    result = {
        "amount": "2799.187450", "list_amount": "3999.5", "currency": "USD", "cost_type": None,
        "model": "claude-opus-5", "product": "chat", "requests": 12, "token_type": None,
        "context_window": None, "inference_geo": None, "speed": None,
    }  # fmt: skip
    bucket = {"starting_at": "2026-09-08T00:00:00Z", "ending_at": "2026-09-09T00:00:00Z", "results": [result]}
    text = json.dumps({"data": [bucket], "has_more": False, "organization_id": "org-9"})
    assert desk.one(desk.write("cost.json", text)).importer == "anthropic_cost_report"
    assert desk.rows("SELECT billed_cost, list_cost, billing_account_id, tags FROM charge") == [
        (D("27.9918745"), D("39.995"), "org-9", '{"product":"chat"}')
    ]


def test_claude_code_days_as_json_lines(desk: Desk) -> None:
    record = {
        "date": "2026-09-10T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": "ann@example.com"},
        "core_metrics": {"num_sessions": 1},
        "model_breakdown": [
            {"model": "claude-opus-5", "tokens": {"input": 1}, "estimated_cost": {"amount": 2}},
        ],
    }
    lines = "".join(json.dumps({**record, "terminal_type": name}) + "\n" for name in ("tmux", "vscode"))
    result = desk.one(desk.write("days.jsonl", lines))
    assert (result.importer, result.rows_added) == ("claude_code_analytics", 2)
    assert desk.rows("SELECT sum(logged_cost), sum(input_uncached_tokens) FROM token_usage") == [
        (D("0.04"), 2)
    ]


DEEPSEEK_AMOUNT = (
    "user_id,utc_date,model,api_key_name,api_key,type,price,amount\r\n"
    'account,20260725,deepseek-v4-pro,"Team, Primary",sk-masked,input_cache_hit_tokens,0.000000025,1000\r\n'
    'account,20260725,deepseek-v4-pro,"Team, Primary",sk-masked,input_cache_miss_tokens,0.000003,500\r\n'
    'account,20260725,deepseek-v4-pro,"Team, Primary",sk-other,input_cache_miss_tokens,0.000003,11\r\n'
    'account,20260725,deepseek-v4-pro,"Team, Primary",sk-masked,output_tokens,0.000006,200\r\n'
    'account,20260725,deepseek-v4-pro,"Team, Primary",sk-masked,request_count,,3\r\n'
)
DEEPSEEK_COST = (
    "user_id,utc_date,model,wallet_type,cost,currency\r\n"
    "account,20260725,deepseek-v4-pro,paid,1.2345,CNY\r\n"
)  # fmt: skip


def test_a_deepseek_export_of_july_as_it_is_downloaded(desk: Desk) -> None:
    """Compact days in UTC, a byte order mark, CRLF, and both files in one ZIP."""
    archive = desk.write("usage_data.zip", b"")
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("usage/amount-2026-7.csv", "\ufeff" + DEEPSEEK_AMOUNT)
        packed.writestr("usage/cost-2026-7.csv", "\ufeff" + DEEPSEEK_COST)
    results = {result.importer: result for result in desk.load(archive)}
    assert results["deepseek_usage"].rows_added == 5
    assert results["deepseek_cost"].billed == {"CNY": D("1.2345")}
    assert desk.rows(
        "SELECT at_utc::VARCHAR, sum(calls), sum(cache_read_tokens), sum(input_uncached_tokens), "
        "sum(output_tokens) FROM token_usage GROUP BY 1"
    ) == [("2026-07-25 00:00:00", 3, 1000, 511, 200)]
    assert desk.rows("SELECT count(*) FROM token_usage AS u WHERE u::VARCHAR LIKE '%Primary%'") == [(5,)]
    assert desk.rows("SELECT count(*) FROM token_usage AS u WHERE u::VARCHAR LIKE '%sk-%'") == [(0,)]


def test_deepseek_days_are_of_the_zone_they_are_printed_in(desk: Desk) -> None:
    text = DEEPSEEK_COST.replace("utc_date", "start_time_iso").replace(
        "20260725", "2026-08-01T00:00:00+08:00"
    )
    desk.one(desk.write("cost.csv", text))
    assert desk.rows(
        "SELECT billing_period_start_utc::VARCHAR, charge_period_start_utc::VARCHAR FROM charge"
    ) == [("2026-08-01 00:00:00", "2026-07-31 16:00:00")]


def test_costs_per_person_are_refused_and_not_read_as_nothing(desk: Desk) -> None:
    """The Enterprise report by user has no buckets: its amounts must not vanish."""
    item = {
        "actor": {"id": "user_1"}, "starting_at": None, "ending_at": None, "amount": "12",
        "list_amount": "12", "currency": "USD", "cost_type": None,
    }  # fmt: skip
    result = desk.one(desk.write("by_user.json", json.dumps({"data": [item], "has_more": False})))
    assert (result.status, result.importer) == ("refused", None)
