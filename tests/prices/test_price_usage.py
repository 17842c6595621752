"""Pricing a month: dimensions, unknowns, exactness, and taking over new price files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.prices import UnpricedModel, price_month, refresh_catalogue, resolve_models, unpriced
from finops_ai.prices.model import METERS

Pricer = Callable[..., list[dict[str, Any]]]
PriceFile = Callable[..., Path]
OCTOBER = datetime(2026, 10, 5, 12)
M = 1_000_000


def _column(meter: str) -> str:
    return "web_search_calls" if meter == "web_search" else f"{meter}_tokens"


def _usage(**values: Any) -> dict[str, Any]:
    return {"at_utc": OCTOBER, "provider": "anthropic", "model_name": "claude-haiku-4-5", **values}


def test_every_meter_has_its_own_price(price_rows: Pricer) -> None:
    (row,) = price_rows(
        [
            _usage(
                input_uncached_tokens=1_000,
                cache_read_tokens=20_000,
                cache_write_5m_tokens=300,
                cache_write_1h_tokens=400,
                cache_write_tokens=500,
                output_tokens=600,
                web_search_calls=7,
            )
        ]
    )
    bill = {
        "input_uncached": 1_000 * Decimal("0.000001"),
        "cache_read": 20_000 * Decimal("0.0000001"),
        "cache_write_5m": 300 * Decimal("0.00000125"),
        "cache_write_1h": 400 * Decimal("0.000002"),
        "cache_write": 500 * Decimal("0.00000125"),
        "output": 600 * Decimal("0.000005"),
        "web_search": 7 * Decimal("0.01"),
    }
    assert {meter: row[f"{meter}_cost"] for meter in bill} == bill
    assert row["list_cost"] == sum(bill.values()) == Decimal("0.0778")
    assert row["input_audio_price_id"] is None
    assert row["input_audio_cost"] == 0


def test_unknown_is_never_zero(price_rows: Pricer) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"model_name": "claude-sonnet-99", "output_tokens": 1}, "unknown_model"),
        ({"model_name": None, "output_tokens": 1}, "unknown_model"),
        ({"model_name": "claude-sonnet-99"}, "unknown_model"),
        ({"service_tier": "bogus", "output_tokens": 1}, "no_price:output"),
        ({"service_tier": "flex", "cache_read_tokens": 1, "output_tokens": 1}, "no_price:cache_read"),
        ({"endpoint_scope": "data_zone", "output_tokens": 1}, "no_price:output"),
        ({"output_audio_tokens": 1, "output_tokens": 1}, "no_price:output_audio"),
        ({"at_utc": datetime(2025, 10, 14, 23, 59, 59), "output_tokens": 1}, "no_price:output"),
    ]
    rows = price_rows([_usage(**values) for values, _ in cases])
    assert [row["pricing_status"] for row in rows] == [status for _, status in cases]
    assert {row["list_cost"] for row in rows} == {None}


def test_a_failed_call_without_tokens_costs_nothing(price_rows: Pricer) -> None:
    failed = {"status": "failure", "model_name": "claude-sonnet-99"}
    rows = price_rows(
        [_usage(**failed), _usage(**failed, output_tokens=1), _usage(status="failure", output_tokens=2)]
    )
    assert [(row["pricing_status"], row["list_cost"]) for row in rows] == [
        ("no_tokens", 0),
        ("unknown_model", None),
        ("priced", Decimal("0.00001")),
    ]


def test_scope_and_tier_choose_the_price(price_rows: Pricer) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"provider": "aws-bedrock", "model_name": "claude-haiku-4-5"}, "5.5"),
        ({"provider": "aws-bedrock", "model_name": "us.anthropic.claude-haiku-4-5-20251001-v1:0"}, "5.5"),
        (
            {"provider": "aws-bedrock", "model_name": "global.anthropic.claude-haiku-4-5-20251001-v1:0"},
            "5",
        ),
        ({"provider": "aws-bedrock", "model_name": "claude-haiku-4-5", "endpoint_scope": "global"}, "5"),
        (
            {
                "provider": "aws-bedrock",
                "model_name": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
                "endpoint_scope": "global",
            },
            "5",
        ),
        ({"endpoint_scope": "global"}, "5"),
        ({"service_tier": "batch"}, "2.5"),
        ({"provider": "azure-openai", "model_name": "gpt-5"}, "10"),
        ({"provider": "azure-openai", "model_name": "gpt-5", "endpoint_scope": "data_zone"}, "11"),
    ]
    rows = price_rows([_usage(output_tokens=M, **values) for values, _ in cases])
    assert [(row["list_cost"], row["pricing_status"]) for row in rows] == [
        (Decimal(cost), "priced") for _, cost in cases
    ]


@pytest.mark.parametrize(
    ("prompt", "at_utc", "output_price", "cost"),
    [
        ({"input_uncached_tokens": 200_000}, datetime(2026, 4, 29), "15", "0.615"),
        ({"input_uncached_tokens": 200_001}, datetime(2026, 4, 29), "22.5", "1.222506"),
        (
            {"cache_read_tokens": 200_000, "input_uncached_tokens": 1},
            datetime(2026, 4, 29),
            "22.5",
            "0.142506",
        ),
        ({"input_uncached_tokens": 200_001}, datetime(2026, 4, 30), "15", "0.615003"),
    ],
)
def test_the_whole_prompt_chooses_the_band_of_the_whole_request(
    price_rows: Pricer, prompt: dict[str, int], at_utc: datetime, output_price: str, cost: str
) -> None:
    usage = _usage(model_name="claude-sonnet-4-5", at_utc=at_utc, output_tokens=1_000, **prompt)
    (row,) = price_rows([usage])
    assert row["output_cost"] == 1_000 * Decimal(output_price).scaleb(-6)
    assert row["list_cost"] == Decimal(cost)


def test_a_search_costs_the_same_in_every_band(price_rows: Pricer) -> None:
    usage = _usage(model_name="claude-sonnet-4-5", at_utc=datetime(2026, 4, 1), web_search_calls=3)
    rows = price_rows([usage, {**usage, "input_uncached_tokens": 200_001}])
    assert [row["web_search_cost"] for row in rows] == [Decimal("0.03"), Decimal("0.03")]


def test_a_price_cut_holds_from_its_instant(price_rows: Pricer) -> None:
    usage = {"provider": "openai", "model_name": "gpt-5.6-luna", "output_tokens": M}
    instants = ["2026-07-29T23:59:59.999999", "2026-07-30T00:00:00"]
    rows = price_rows([{**usage, "at_utc": datetime.fromisoformat(text)} for text in instants])
    assert [row["list_cost"] for row in rows] == [Decimal(6), Decimal("1.2")]


def test_hours_of_the_week_choose_the_price(price_rows: Pricer) -> None:
    cases = [
        ("2026-08-15T02:00:00", "0.87"),  # before there were windows
        ("2026-08-16T15:59:59", "0.87"),  # a Sunday, a second before the change
        ("2026-08-16T16:00:00", "1.98"),
        ("2026-08-22T03:59:59", "3.96"),  # a Saturday in the week when every day had peaks
        ("2026-08-22T04:00:00", "1.98"),
        ("2026-09-07T00:59:59", "1.98"),  # a Monday
        ("2026-09-07T01:00:00", "3.96"),
        ("2026-09-07T09:59:59", "3.96"),
        ("2026-09-07T10:00:00", "1.98"),
        ("2026-09-06T02:30:00", "1.98"),  # a Sunday
    ]
    usage = {"provider": "deepseek", "model_name": "deepseek-v4-pro", "output_tokens": M}
    rows = price_rows([{**usage, "at_utc": datetime.fromisoformat(text)} for text, _ in cases])
    assert [row["list_cost"] for row in rows] == [Decimal(price) for _, price in cases]


def test_the_whole_week_has_a_peak_or_an_off_peak_price(price_rows: Pricer) -> None:
    usage = {"provider": "deepseek", "model_name": "deepseek-v4-pro", "output_tokens": M}
    monday = datetime(2026, 9, 7)
    rows = price_rows([{**usage, "at_utc": monday + timedelta(hours=hour)} for hour in range(168)])
    costs = [row["list_cost"] for row in rows]
    assert costs.count(Decimal("3.96")) == 5 * 7
    assert costs.count(Decimal("1.98")) == 168 - 5 * 7


def test_a_month_is_priced_alone_and_again(ledger: Ledger, price_rows: Pricer) -> None:
    rows = price_rows(
        [
            _usage(at_utc=datetime(2026, 9, 30, 23, 59, 59), output_tokens=1),
            _usage(at_utc=datetime(2026, 10, 1), output_tokens=2),
        ]
    )
    with ledger.transaction(writes="none"):
        price_month(ledger, Month(2026, 10))
    assert ledger.records("SELECT * FROM priced_usage ORDER BY row_number") == rows
    assert [str(row["month"]) for row in rows] == ["2026-09-01", "2026-10-01"]


def test_what_has_no_price_is_listed_with_its_tokens(ledger: Ledger, price_rows: Pricer) -> None:
    price_rows(
        [
            _usage(model_name="claude-sonnet-99", output_tokens=5, calls=2),
            _usage(model_name="claude-sonnet-99", cache_read_tokens=7),
            _usage(service_tier="priority", output_tokens=1),
            _usage(output_tokens=1),
        ]
    )
    assert unpriced(ledger) == [
        UnpricedModel("anthropic", "claude-sonnet-99", None, "standard", "unknown_model", 3, 12),
        UnpricedModel(
            "anthropic", "claude-haiku-4-5", "claude-haiku-4-5-20251001", "priority", "no_price:output", 1, 1
        ),
    ]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries({meter: st.integers(0, 10**12) for meter in METERS}), min_size=1, max_size=30
    )
)
def test_parts_add_up_and_equal_decimal_arithmetic(
    price_rows: Pricer, price_file: PriceFile, counts: list[dict[str, int]]
) -> None:
    prices = {meter: Decimal(f"{7 * position + 1}.003625") for position, meter in enumerate(METERS)}
    quoted = json.dumps({meter: str(price) for meter, price in prices.items()})
    folder = price_file(f"  - {{model: m1, valid_from: 2026-01-01, source: sheet, per_1m: {quoted}}}\n")
    usage = [
        {"at_utc": OCTOBER, "provider": "acme", "model_name": "m1", **{_column(m): n for m, n in row.items()}}
        for row in counts
    ]
    for row, count in zip(price_rows(usage, folder=folder), counts, strict=True):
        costs = {meter: count[meter] * prices[meter].scaleb(-6) for meter in METERS}
        assert {meter: row[f"{meter}_cost"] for meter in METERS} == costs
        # Nothing counted is nothing known, not nothing paid.
        assert row["list_cost"] == (sum(costs.values()) if any(count.values()) else None)


def test_the_largest_counts_do_not_overflow(price_rows: Pricer, price_file: PriceFile) -> None:
    row = '  - {model: m1, valid_from: 2026-01-01, source: sheet, per_1: {output: "999.999999999999999"}}\n'
    usage = {"at_utc": OCTOBER, "provider": "acme", "model_name": "m1", "output_tokens": 2**62}
    (priced,) = price_rows([usage], folder=price_file(row))
    assert Fraction(priced["list_cost"]) == 2**62 * Fraction("999.999999999999999")


ROW = '  - {model: m1, valid_from: 2026-01-01, source: sheet, per_1m: {output: "15"}}\n'


def _refresh(ledger: Ledger, folder: Path, day: int) -> tuple[int, int]:
    with ledger.transaction(writes="none"):
        state = refresh_catalogue(ledger, recorded_at_utc=datetime(2026, 11, day), folder=folder)
    return state.price_rows, state.added_price_rows


def test_new_rows_are_appended_and_old_ones_stay(ledger: Ledger, price_file: PriceFile) -> None:
    closed = ROW.replace("source", "valid_to: 2026-06-01, source")
    dearer = ROW.replace("2026-01-01", "2026-06-01").replace("15", "16")
    assert _refresh(ledger, price_file(ROW), 1) == (1, 1)
    assert _refresh(ledger, price_file(ROW), 2) == (1, 0)
    assert _refresh(ledger, price_file("  # only a comment\n" + ROW), 3) == (1, 0)
    assert _refresh(ledger, price_file(closed + dearer), 4) == (2, 2)
    assert ledger.rows("SELECT unit_price, valid_to_utc FROM price_now ORDER BY valid_from_utc") == [
        (Decimal("0.000015"), datetime(2026, 6, 1)),
        (Decimal("0.000016"), None),
    ]
    assert ledger.value("SELECT count(*) FROM price") == 3
    assert _refresh(ledger, price_file(ROW), 5) == (1, 1)
    assert (
        ledger.value("SELECT valid_to_utc FROM price_now WHERE valid_from_utc = TIMESTAMP '2026-01-01'")
        is None
    )


def test_a_corrected_alias_changes_the_model_of_known_rows(
    ledger: Ledger, price_rows: Pricer, price_file: PriceFile
) -> None:
    folder = price_file(ROW + ROW.replace("m1", "m2"))
    aliases = folder / "aliases.yaml"
    aliases.write_text("aliases: {acme: {nick: m1}}\n", encoding="utf-8")
    usage = {"at_utc": OCTOBER, "provider": "acme", "model_name": "nick", "output_tokens": 1}
    (row,) = price_rows([usage], folder=folder)
    assert row["model_id"] == "m1"
    aliases.write_text("aliases: {acme: {nick: m2}}\n", encoding="utf-8")
    with ledger.transaction(writes="none"):
        refresh_catalogue(ledger, recorded_at_utc=datetime(2026, 12, 1), folder=folder)
        resolve_models(ledger)
    assert ledger.value("SELECT model_id FROM token_usage") == "m2"


def test_money_columns_are_decimals(ledger: Ledger) -> None:
    types = {
        (name, kind)
        for name, kind in ledger.rows(
            "SELECT column_name, data_type FROM duckdb_columns() "
            "WHERE table_name IN ('priced_usage', 'price') "
            "AND (column_name LIKE '%cost' OR column_name LIKE '%unit_price')"
        )
    }
    assert len(types) == len(METERS) + 3  # list_cost, contract_cost and unit_price
    assert {kind for _, kind in types} == {"DECIMAL(38,15)", "DECIMAL(18,15)"}
