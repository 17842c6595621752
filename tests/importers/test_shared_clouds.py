"""Azure and Google Cloud bills that others published: rows and money must be exactly those of SOURCES.md."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.importers.staging import define_macros
from tests.importers.desk import Desk, registry

D = Decimal


@dataclass(frozen=True)
class Bill:
    """A file with its records, its currency and its exact total."""

    path: str
    importer: str
    rows: int
    currency: str
    billed: str


BILLS = (
    Bill("azure/finops_toolkit_EA_ActualCost_Small.csv", "azure_cost", 11, "USD", "8.5450077867419368"),
    Bill("azure/opencost_Enterprise.csv", "azure_cost", 1, "CAD", "0"),
    Bill("azure/opencost_EnterpriseCamel.csv", "azure_cost", 1, "USD", "0.012"),
    Bill("azure/nise_azure_2026-08.csv", "azure_cost", 56, "USD", "7.958448059281025582"),
    Bill("gcp/koku_gcp_resource_2022-08-01.csv", "gcp_billing", 9, "USD", "0.000012"),
    Bill("gcp/tokenbill_gcp_vertex_2026-09.csv", "gcp_billing", 12, "USD", "35.1395"),
    Bill("gcp/nise_gcp_2026-08.csv", "gcp_billing", 576, "USD", "2.372926777048992"),
)


@pytest.mark.parametrize("bill", BILLS, ids=lambda bill: bill.path)
def test_a_bill_has_its_published_totals(desk: Desk, shared_data: Path, bill: Bill) -> None:
    result = desk.one(shared_data / "billing" / bill.path)
    assert (result.status, result.importer) == ("imported", bill.importer)
    assert (result.rows_read, result.rows_added, result.rows_rejected, result.rows_ignored) == (
        bill.rows, bill.rows, 0, 0,
    )  # fmt: skip
    assert {currency: money + result.rounded_total for currency, money in result.billed.items()} == {
        bill.currency: D(bill.billed)
    }


def test_no_file_of_them_is_amortized(desk: Desk, shared_data: Path) -> None:
    desk.load(*(shared_data / "billing" / bill.path for bill in BILLS))
    assert desk.rows("SELECT count(*), count(cost_basis) FROM charge") == [(666, 0)]


def test_categories_of_the_enterprise_agreement(desk: Desk, shared_data: Path) -> None:
    desk.one(shared_data / "billing/azure/finops_toolkit_EA_ActualCost_Small.csv")
    assert desk.rows(
        "SELECT charge_category, count(*), count(DISTINCT service_name) FROM charge GROUP BY ALL ORDER BY ALL"
    ) == [("Purchase", 1, 1), ("Usage", 10, 6)]
    assert desk.rows(
        "SELECT DISTINCT billing_period_start_utc::DATE::VARCHAR, billing_period_end_utc::DATE::VARCHAR "
        "FROM charge"
    ) == [("2023-09-01", "2023-10-01")]
    assert desk.rows("SELECT tags ->> '$.org' FROM charge WHERE row_number = 2") == [("trey",)]


def test_every_unit_of_azure_s_own_table_is_read(desk: Desk, shared_data: Path) -> None:
    """PricingUnits.csv: 383 units of measure with the size of their block."""
    (azure,) = [each for each in registry(()).importers if each.name == "azure_cost"]
    define_macros(desk.ledger).need(azure)
    table = shared_data / "billing" / "azure" / "reference_PricingUnits.csv"
    with table.open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    read = {
        row["UnitOfMeasure"]: desk.ledger.value(
            "SELECT azure_block_size($unit)", {"unit": row["UnitOfMeasure"]}
        )
        for row in rows
    }
    assert len(rows) == 383
    assert read == {row["UnitOfMeasure"]: int(row["PricingBlockSize"]) for row in rows}


def test_vertex_lines_by_model_and_kind(desk: Desk, shared_data: Path) -> None:
    """Two days alike, with credits of 5 %; the tax of 0.77 a day is no token line."""
    desk.one(shared_data / "billing/gcp/tokenbill_gcp_vertex_2026-09.csv")
    assert desk.rows(
        "SELECT model_name, token_kind, endpoint_scope, sum(consumed_quantity), sum(contracted_cost), "
        "sum(billed_cost) FROM charge WHERE token_kind IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ) == [
        ("claude-haiku-4-5", "input_uncached", None, D(1_000_000), D(1), D(1)),
        ("claude-opus-5", "input_uncached", "global", D(4_000_000), D(20), D(19)),
        ("claude-opus-5", "output", "regional", D(300_000), D("8.25"), D("7.8375")),
        ("claude-sonnet-5", "cache_read", "regional", D(18_000_000), D("3.96"), D("3.762")),
        ("gemini-3-flash", "input_uncached", "regional", D(2), D(2), D(2)),
    ]
    assert desk.rows("SELECT charge_category, sum(billed_cost) FROM charge GROUP BY ALL ORDER BY ALL") == [
        ("Tax", D("1.54")),
        ("Usage", D("33.5995")),
    ]
