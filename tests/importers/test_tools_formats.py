"""Other shapes of the files of tools and platforms: headers, generations, JSON beside CSV."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from finops_ai.importers import FileResult
from tests.importers.desk import Desk

D = Decimal


def read(desk: Desk, name: str, text: str) -> FileResult:
    """Import `text` as a file of that name; it must be taken whole."""
    result = desk.one(desk.write(name, text))
    assert (result.status, [(r.column, r.reason) for r in result.rejects]) == ("imported", [])
    return result


# --- GitHub -----------------------------------------------------------------------------------------

GITHUB_CREDITS = (
    "date,product,sku,quantity,unit_type,applied_cost_per_quantity,gross_amount,discount_amount,net_amount,"
    "username,organization,repository,cost_center_name,model,input,output,cache_read,cache_write,"
    "total_monthly_quota\n"
    "2026-09-09,copilot,copilot_ai_credit,100,ai-credits,0.01,1,0.25,0.75,ana,acme,,,GPT-5.5,9,8,7,6,Unknown\n"
    "2026-09-09,copilot,copilot_ai_credit,40,ai-credits,0.01,0.4,0,0.4,ben,acme,,,GPT-5.5,9,8,7,6,Unknown\n"
)
GITHUB_DETAILED = (
    "date,product,sku,quantity,unit_type,applied_cost_per_quantity,gross_amount,discount_amount,net_amount,"
    "username,organization,repository,workflow_path,cost_center_name\n"
    "2026-09-09,copilot,copilot_ai_credit,100,ai-credits,0.01,1,0.25,0.75,ana,acme,,,\n"
    "2026-09-09,copilot,copilot_ai_credit,40,ai-credits,0.01,0.4,0,0.4,ben,acme,,,\n"
    "2026-09-09,copilot,copilot_for_business,1,user-months,19,19,0,19,ana,acme,,,\n"
    "2026-09-09,copilot,copilot_for_business,1,user-months,19,19,0,19,ben,acme,,,\n"
)
GITHUB_SUMMARY = (
    "date,product,sku,quantity,unit_type,applied_cost_per_quantity,gross_amount,discount_amount,net_amount,"
    "organization,repository,cost_center_name\n"
    "2026-09-09,copilot,copilot_ai_credit,140,ai-credits,0.01,1.4,0.25,1.15,acme,,\n"
    "2026-09-09,copilot,copilot_for_business,2,user-months,19,38,0,38,acme,,\n"
)


@pytest.mark.parametrize(
    "header",
    [
        (
            "date,username,product,sku,model,quantity,unit_type,applied_cost_per_quantity,gross_amount,"
            "discount_amount,net_amount,total_monthly_quota,organization,repository,cost_center_name,"
            "aic_quantity,aic_gross_amount"
        ),
        (
            "net_amount,model,discount_amount,gross_amount,applied_cost_per_quantity,unit_type,quantity,sku,"
            "product,username,date"
        ),
    ],
    ids=["preview, all quoted", "another order, fewest columns"],
)
def test_the_ai_usage_report_is_read_by_name_in_any_order(desk: Desk, header: str) -> None:
    values = {
        "date": "9/1/26", "username": "ana", "product": "copilot", "sku": "copilot_ai_credit",
        "model": "Auto: GPT-5.5", "quantity": "16.44", "unit_type": "ai-credits",
        "applied_cost_per_quantity": "0.01", "gross_amount": "0.1644", "discount_amount": "0.1",
        "net_amount": "0.0644", "organization": "acme", "aic_quantity": "16.44", "aic_gross_amount": "0.1644",
    }  # fmt: skip
    row = ",".join(f'"{values.get(name, "")}"' for name in header.split(","))
    quoted = ",".join(f'"{name}"' for name in header.split(","))
    result = read(desk, "AI usage.csv", f"\ufeff{quoted}\r\n{row}\r\n")
    assert result.importer == "copilot_ai_usage"
    assert desk.rows(
        "SELECT model_name, billed_cost, list_cost, consumed_quantity, "
        "charge_period_start_utc::DATE::VARCHAR, tags ->> '$.user', tags ->> '$.auto' FROM charge"
    ) == [("GPT-5.5", D("0.0644"), D("0.1644"), D("16.44"), "2026-09-01", "ana", "true")]


def test_each_github_report_is_known_as_itself(desk: Desk) -> None:
    texts = {
        "copilot_ai_usage": GITHUB_CREDITS,
        "copilot_metered": GITHUB_DETAILED,
        "copilot_summary": GITHUB_SUMMARY,
    }
    for number, (name, text) in enumerate(texts.items()):
        # Each of a month of its own, so that none replaces another.
        assert read(desk, f"{name}.csv", text.replace("2026-09", f"2026-1{number}")).importer == name
    assert desk.rows("SELECT sum(billed_cost) FROM charge") == [(D("1.15") + D("39.15") + D("39.15"),)]


def test_all_github_reports_keep_ai_lines_in_one_account_and_the_rest_in_another(desk: Desk) -> None:
    """The account, source and days are what a later delivery replaces: the same in all three."""
    for number, text in enumerate([GITHUB_CREDITS, GITHUB_DETAILED, GITHUB_SUMMARY]):
        read(desk, f"{number}.csv", text.replace("2026-09", f"2026-1{number}"))
    assert desk.rows(
        "SELECT source, billing_account_id, list_distinct(list(sku_id)), sum(billed_cost) FROM charge "
        "GROUP BY ALL ORDER BY ALL"
    ) == [
        ("github_billing", "acme", ["copilot_for_business"], D(76)),
        ("github_billing", "acme/ai-credits", ["copilot_ai_credit"], D("3.45")),
    ]


@pytest.mark.parametrize("coarser", [GITHUB_DETAILED, GITHUB_SUMMARY], ids=["detailed", "summary"])
def test_github_reports_of_one_month_are_never_added_up(desk: Desk, coarser: str) -> None:
    """1.15 of credits, which both tell, and two seats of 19, which only the second does."""
    read(desk, "credits.csv", GITHUB_CREDITS)
    desk.one(desk.write("other.csv", coarser))
    assert desk.rows("SELECT sum(billed_cost) FROM charge")[0][0] in {D("1.15"), D("39.15")}
    desk.one(desk.write("again.csv", coarser + "\n"), delivery="replace")
    assert desk.rows("SELECT sum(billed_cost) FROM charge") == [(D("39.15"),)]


def test_the_usage_api_answers_like_the_summarized_report(desk: Desk) -> None:
    item = {
        "date": "2026-09-01T00:00:00Z", "product": "Copilot", "sku": "Copilot Business", "quantity": 2,
        "unitType": "UserMonths", "pricePerUnit": 19, "grossAmount": 38.1, "discountAmount": 0.1,
        "netAmount": 38.0, "organizationName": "acme", "repositoryName": "acme/shop",
    }  # fmt: skip
    result = read(desk, "usage.json", json.dumps({"usageItems": [item, item | {"netAmount": -0.3}]}))
    assert (result.importer, result.rows_added) == ("copilot_summary", 2)
    assert desk.rows(
        "SELECT billed_cost, list_cost, charge_category, billing_account_id, resource_id "
        "FROM charge ORDER BY 1"
    ) == [
        (D("-0.3"), D("38.1"), "Purchase", "acme", "acme/shop"),
        (D(38), D("38.1"), "Purchase", "acme", "acme/shop"),
    ]


# --- Cursor -----------------------------------------------------------------------------------------

CURSOR_TOKENS = "Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens"


@pytest.mark.parametrize(
    ("header", "row", "billed", "worth"),
    [
        (f"Date,Model,{CURSOR_TOKENS},Cost,Cost to you", "{t},auto,1,2,3,4,10,0.31,0.04", "0.04", "0.31"),
        (f"Date,Model,{CURSOR_TOKENS},Cost,Cost to you", "{t},auto,1,2,3,4,10,$0.31,$0.00", "0", "0.31"),
        (f"Date,Model,{CURSOR_TOKENS},Cost,Cost to you", "{t},auto,1,2,3,4,10,0.31,Included", "0", "0.31"),
        (
            f"Date,Kind,Model,Max Mode,{CURSOR_TOKENS},Cost",
            "{t},Included in Pro,auto,No,1,2,3,4,10,Included",
            "0",
            None,
        ),
        (f"Date,Kind,Model,Max Mode,{CURSOR_TOKENS},Cost", "{t},Free,auto,No,1,2,3,4,10,Free", "0", None),
        (
            f"Date,Cloud Agent ID,Automation ID,Kind,Model,Max Mode,{CURSOR_TOKENS},Cost",
            "{t},,,On-Demand,auto,No,1,2,3,4,10,0.07",
            "0.07",
            "0.07",
        ),
        (
            f"Date,User,Kind,Model,Max Mode,{CURSOR_TOKENS},Cost ($)",
            '{t},a@acme.test,"Aborted, Not Charged",auto,No,1,2,3,4,10,0.07',
            "0",
            "0.07",
        ),
    ],
)
def test_every_generation_of_the_cursor_export(
    desk: Desk, header: str, row: str, billed: str, worth: str | None
) -> None:
    quoted = ",".join(f'"{cell}"' for cell in header.split(","))
    text = f"{quoted}\r\n{row.format(t='2026-09-03T18:10:11.107Z')}\r\n"
    assert read(desk, "usage-events.csv", text).importer == "cursor_usage"
    assert desk.rows("SELECT billed_cost, list_cost, consumed_quantity, sku_price_details FROM charge") == [
        (
            D(billed),
            None if worth is None else D(worth),
            D(10),
            '{"InputTokens":2,"OutputTokens":4,"CacheReadTokens":3,"CacheWriteTokens":1}',
        )
    ]


def test_a_cursor_export_that_counts_requests_is_no_bill(desk: Desk) -> None:
    header = f"Date,Kind,Model,Max Mode,{CURSOR_TOKENS},Requests"
    path = desk.write("requests.csv", f"{header}\n2026-09-03T18:10:11Z,Included,auto,No,1,2,3,4,10,1\n")
    result = desk.one(path)
    assert result.status == "refused"
    assert "It resembles cursor_usage, but lacks: Cost." in str(result.error)


# --- OpenRouter -------------------------------------------------------------------------------------


def test_openrouter_activity_as_csv_gives_the_same_as_json(desk: Desk) -> None:
    header = "date,model,model_permaslug,endpoint_id,provider_name,usage,byok_usage_inference,requests,"
    header += "prompt_tokens,completion_tokens,reasoning_tokens"
    record = ["2026-09-28", "openai/gpt-4.1", "openai/gpt-4.1-2025-04-14", "ep-1", "OpenAI"]
    numbers = ["0.015", "0.012", "5", "50", "125", "25"]
    text = f"{header}\n{','.join(record + numbers)}\n"
    assert read(desk, "activity.csv", text).importer == "openrouter_activity"
    as_csv = desk.rows("SELECT * EXCLUDE (file_id, charge_id) FROM charge")
    keys = header.split(",")
    values: list[object] = [*record, 0.015, 0.012, 5, 50, 125, 25]
    again = desk.one(
        desk.write("activity.json", json.dumps({"data": [dict(zip(keys, values, strict=True))]}))
    )
    # The same line delivered again replaces itself.
    assert (again.importer, again.rows_repeated) == ("openrouter_activity", 1)
    assert desk.rows("SELECT * EXCLUDE (file_id, charge_id) FROM charge") == as_csv
    assert desk.rows("SELECT billed_cost, list_cost, consumed_quantity FROM charge") == [
        (D("0.015"), D("0.027"), D(175))
    ]


def test_the_short_generation_export_is_read_too(desk: Desk) -> None:
    text = (
        "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,model_permaslug,variant\n"
        "gen-1,2026-06-28 03:46:57.713,0.0123,10389,137,openai/gpt-oss-120b,free\n"
    )
    assert read(desk, "openrouter_activity_2026-06-28.csv", text).importer == "openrouter_generations"
    assert desk.rows("SELECT source_key, billed_cost, consumed_quantity, tags FROM charge") == [
        ("gen-1", D("0.0123"), D(10526), '{"variant":"free"}')
    ]


# --- Databricks -------------------------------------------------------------------------------------

DATABRICKS = {
    "record_id": "r1", "account_id": "acc-1", "workspace_id": "7", "sku_name": "PREMIUM_ANTHROPIC_SERVING",
    "cloud": "AZURE", "usage_start_time": "2026-09-01T10:00:00.000Z", "usage_date": "2026-09-01",
    "usage_unit": "DBU", "usage_quantity": "2.5", "record_type": "ORIGINAL",
    "billing_origin_product": "MODEL_SERVING",
}  # fmt: skip


@pytest.mark.parametrize(
    ("priced", "billed"),
    [
        ({}, (D("2.5"), "DBU", None)),
        ({"list_price": "0.08"}, (D("0.2"), "USD", D("0.2"))),
        ({"pricing.default": "0.08", "currency_code": "EUR"}, (D("0.2"), "EUR", D("0.2"))),
        ({"list_price": "0.08", "effective_list_price": "0.04"}, (D("0.1"), "USD", D("0.1"))),
        ({"list_price": "0.08", "cost_usd": "0.11"}, (D("0.11"), "USD", D("0.11"))),
        (
            {"pricing": "{'default': '0.08', 'effective_list': {'default': '0.04'}}"},
            (D("0.1"), "USD", D("0.1")),
        ),
        ({"list_price": ""}, (D("2.5"), "DBU", None)),
    ],
    ids=[
        "no price",
        "list price",
        "another currency",
        "effective price first",
        "cost first",
        "struct",
        "unmatched",
    ],
)
def test_databricks_money_by_what_the_query_joined(
    desk: Desk, priced: dict[str, str], billed: tuple[Decimal, str, Decimal | None]
) -> None:
    record = DATABRICKS | priced
    text = f"{','.join(record)}\n" + ",".join(f'"{value}"' for value in record.values()) + "\n"
    assert read(desk, "usage.csv", text).importer == "databricks_usage"
    assert desk.rows("SELECT billed_cost, billing_currency, list_cost FROM charge") == [billed]


def test_databricks_rows_as_json_keep_maps_and_structs(desk: Desk) -> None:
    record = DATABRICKS | {
        "usage_quantity": 2.5,
        "custom_tags": {"team": "search"},
        "usage_metadata": {"endpoint_name": "chat", "ai_gateway": {"destination_model": "claude-sonnet-5"}},
        "identity_metadata": {"run_as": "ana@acme.test"},
    }
    assert read(desk, "usage.json", json.dumps([record])).importer == "databricks_usage"
    seen = "SELECT billed_cost, model_name, resource_name, tags FROM charge"
    tags = '{"team":"search","user":"ana@acme.test","endpoint":"chat"}'
    assert desk.rows(seen) == [(D("2.5"), "claude-sonnet-5", "chat", tags)]
    lines = "\n".join(json.dumps(record | {"record_id": key}) for key in ("r2", "r3")) + "\n"
    assert read(desk, "usage.jsonl", lines.replace("2026-09", "2026-10")).rows_added == 2
    assert desk.rows("SELECT DISTINCT tags FROM charge") == [(tags,)]


def test_databricks_rows_as_parquet_keep_maps_and_structs(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "usage.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'r1' AS record_id, 'acc-1' AS account_id, 'X' AS sku_name, 'DBU' AS usage_unit, "
            "2.5::DECIMAL(38,18) AS usage_quantity, DATE '2026-09-01' AS usage_date, "
            "TIMESTAMPTZ '2026-09-01 12:00:00+02' AS usage_start_time, "
            "MAP {'team': 'search'} AS custom_tags, "
            "{'endpoint_name': 'chat', 'job_id': NULL} AS usage_metadata, "
            "'MODEL_SERVING' AS billing_origin_product, 0.07 AS list_price) TO $path (FORMAT parquet)",
            {"path": str(path)},
        )
    assert desk.one(path).importer == "databricks_usage"
    assert desk.rows(
        "SELECT billed_cost, charge_period_start_utc::VARCHAR, resource_name, tags FROM charge"
    ) == [(D("0.175"), "2026-09-01 10:00:00", "chat", '{"team":"search","endpoint":"chat"}')]


# --- Snowflake --------------------------------------------------------------------------------------


def test_the_first_cortex_view_counts_until_the_next_began(desk: Desk) -> None:
    text = (
        "START_TIME,END_TIME,FUNCTION_NAME,MODEL_NAME,WAREHOUSE_ID,TOKENS,TOKEN_CREDITS\n"
        "2025-11-16 15:00:00.000 -0800,2025-11-16 16:00:00.000 -0800,COMPLETE,llama3.1-8b,42,100,0.01\n"
        "2025-11-16 16:00:00.000 -0800,2025-11-16 17:00:00.000 -0800,COMPLETE,llama3.1-8b,42,100,0.02\n"
    )
    result = read(desk, "functions.csv", text)
    assert (result.importer, result.rows_added, result.rows_ignored) == ("snowflake_cortex_earlier", 1, 1)
    assert desk.rows("SELECT billed_cost, charge_period_start_utc::VARCHAR FROM charge") == [
        (D("0.01"), "2025-11-16 23:00:00")
    ]


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_cortex_rows_as_json_have_names_in_capitals(desk: Desk, suffix: str) -> None:
    metrics = [{"key": {"metric": "total", "unit": "tokens"}, "value": 527}]
    record = {
        "START_TIME": "2026-09-01 10:00:00.000 -0700", "END_TIME": "2026-09-01 11:00:00.000 -0700",
        "FUNCTION_NAME": "AI_AGG", "MODEL_NAME": None, "QUERY_ID": "q-1", "METRICS": metrics,
        "CREDITS": 0.00033485, "QUERY_TAG": "search",
    }  # fmt: skip
    text = json.dumps([record] if suffix == "json" else record)
    assert read(desk, f"cortex.{suffix}", text).importer == "snowflake_cortex"
    assert desk.rows(
        "SELECT billed_cost, billing_currency, consumed_quantity, consumed_unit FROM charge"
    ) == [(D("0.00033485"), "Snowflake credits", D(527), "Tokens")]
