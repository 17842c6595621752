"""Third-party files of tools and platforms, with the totals of the SOURCES.md beside them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.importers.desk import Desk

D = Decimal


@pytest.mark.parametrize(
    ("path", "importer", "figures"),
    [
        ("ai_usage_2026-09.csv", "copilot_ai_usage", (40, "5.238", "9.887")),
        ("ai_usage_legacy_pru.csv", "copilot_ai_usage", (5, "0.88", "0.88")),
        ("detailed_2026-09.csv", "copilot_metered", (18, "494.2283327", "507.2933327")),
        ("summarized_2026-09.csv", "copilot_summary", (6, "1180.9", "1193.245")),
    ],
)
def test_copilot_reports(
    desk: Desk, shared_data: Path, path: str, importer: str, figures: tuple[int, str, str]
) -> None:
    rows, net, gross = figures
    result = desk.one(shared_data / "billing/copilot" / path)
    assert (result.importer, result.rows_read, result.rows_added) == (importer, rows, rows)
    assert (result.rows_rejected, result.rows_ignored) == (0, 0)
    ((billed, listed, currency),) = desk.rows(
        "SELECT sum(billed_cost), sum(list_cost), min(billing_currency) FROM charge"
    )
    # Two cells have 16 decimals (a float's last digit): the ledger keeps 15 and says what it left off.
    assert (billed, currency) == (D(net), "USD")
    assert abs(listed - D(gross)) < D("1e-14")


def test_copilot_quantities_and_models(desk: Desk, shared_data: Path) -> None:
    desk.one(shared_data / "billing/copilot/ai_usage_2026-09.csv")
    assert desk.rows(
        "SELECT sum(consumed_quantity), min(charge_period_start_utc)::DATE::VARCHAR, "
        "max(charge_period_start_utc)::DATE::VARCHAR, count(*) FILTER (model_name IS NULL), "
        "sum((tags ->> '$.auto' = 'true')::INTEGER)::INTEGER FROM charge"
    ) == [(D("988.7"), "2026-08-25", "2026-09-23", 6, 3)]


def test_cursor_usage_events(desk: Desk, shared_data: Path) -> None:
    result = desk.one(shared_data / "billing/cursor/xerg_usage-sample.csv")
    assert (result.importer, result.rows_added, result.rows_rejected) == ("cursor_usage", 5, 0)
    assert desk.rows("SELECT sum(billed_cost), count(list_cost), sum(consumed_quantity) FROM charge") == [
        (D(0), 0, D(13850))
    ]
    # The four counts of an event add up to its total: "w/ Cache Write" overlaps none of the others.
    assert desk.rows(
        "SELECT sum(list_sum(list_transform(json_extract_string(sku_price_details, ['$.InputTokens', "
        "'$.OutputTokens', '$.CacheReadTokens', '$.CacheWriteTokens']), LAMBDA n: n::BIGINT)))::BIGINT "
        "FROM charge"
    ) == [(13850,)]
