"""Usage reports priced at list equal the bills that belong to them: third-party totals."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.errors import ConfigError
from finops_ai.resources import shipped

Pricer = Callable[..., list[dict[str, Any]]]


def test_anthropic_usage_costs_what_the_cost_report_says(price_rows: Pricer, shared_data: Path) -> None:
    folder = shared_data / "billing" / "anthropic"
    usage = json.loads((folder / "usage_report_2026-08.json").read_text())
    rows = [
        {
            "at_utc": datetime(2026, 8, 10),
            "provider": "anthropic",
            "model_name": result["model"],
            "service_tier": result["service_tier"],
            "endpoint_scope": "global" if result["inference_geo"] == "global" else None,
            "input_uncached_tokens": result["uncached_input_tokens"],
            "cache_read_tokens": result["cache_read_input_tokens"],
            "cache_write_5m_tokens": result["cache_creation"]["ephemeral_5m_input_tokens"],
            "cache_write_1h_tokens": result["cache_creation"]["ephemeral_1h_input_tokens"],
            "output_tokens": result["output_tokens"],
            "web_search_calls": result["server_tool_use"]["web_search_requests"],
        }
        for bucket in usage["data"]
        for result in bucket["results"]
    ]
    assert len(rows) == 8
    costs = json.loads((folder / "cost_report_2026-08.json").read_text())
    billed_cents = [Decimal(result["amount"]) for bucket in costs["data"] for result in bucket["results"]]
    assert sum(row["list_cost"] for row in price_rows(rows)) == sum(billed_cents, Decimal(0)).scaleb(-2)


def test_openai_usage_costs_what_the_costs_api_says(price_rows: Pricer, shared_data: Path) -> None:
    folder = shared_data / "billing" / "openai"
    usage = json.loads((folder / "usage_completions_2026-09_buckets_first_half.json").read_text())
    results = [
        result
        for bucket in usage["data"]
        for result in bucket["results"]
        if result["object"].endswith("completions.result")
    ]
    rows = [
        {
            "at_utc": datetime(2026, 9, 1),
            "provider": "openai",
            "model_name": result["model"],
            "input_uncached_tokens": result["input_uncached_tokens"],
            "cache_read_tokens": result["input_cached_tokens"],
            "cache_write_tokens": result["input_cache_write_tokens"],
            "output_tokens": result["output_tokens"],
        }
        for result in results
    ]
    listed: dict[str, Decimal] = defaultdict(Decimal)
    for result, row in zip(results, price_rows(rows), strict=True):
        listed[result["project_id"]] += row["list_cost"]
    costs = json.loads((folder / "costs_2026-09_buckets_first_half.json").read_text(), parse_float=Decimal)
    billed: dict[str, Decimal] = defaultdict(Decimal)
    for bucket in costs["data"]:
        for result in bucket["results"]:
            billed[result["project_id"]] += result["amount"]["value"]
    for project in ("proj_01Search", "proj_02Support"):
        assert listed[project] == billed[project]


def test_bedrock_lines_cost_quantity_times_list_price(price_rows: Pricer, shared_data: Path) -> None:
    path = shared_data / "billing" / "bedrock_cur2" / "cur2_bedrock_2026-09_first_half.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = [
            line
            for line in csv.DictReader(file)
            if line["line_item_line_item_type"] == "Usage"
            and "Bedrock Edition" in line["line_item_line_item_description"]
        ]
    per = {"1K tokens": 1_000, "1M tokens": 1_000_000, "Units": 1_000_000}
    kinds = {
        "_CacheRead": "cache_read_tokens",
        "_CacheWrite": "cache_write_tokens",
        "_InputToken": "input_uncached_tokens",
        "_OutputToken": "output_tokens",
    }
    rows, billed = [], []
    for line in lines:
        (column,) = [kind for mark, kind in kinds.items() if mark in line["line_item_usage_type"]]
        rows.append(
            {
                "at_utc": datetime(2026, 9, 1),
                "provider": "aws-bedrock",
                "model_name": line["line_item_line_item_description"].split(")")[0] + ")",
                "endpoint_scope": "global" if "_Global" in line["line_item_usage_type"] else None,
                column: int(Decimal(line["line_item_usage_amount"]) * per[line["pricing_unit"]]),
            }
        )
        billed.append(Decimal(line["line_item_unblended_cost"]))
    assert len(rows) == 10
    assert [row["list_cost"] for row in price_rows(rows)] == billed


def test_the_shipped_folders_are_found_or_named() -> None:
    assert (shipped("pricing") / "openai.yaml").is_file()
    with pytest.raises(ConfigError) as caught:
        shipped("no-such-folder")
    assert str(caught.value) == 'The shipped folder "no-such-folder" is missing. Reinstall finops-ai.'
