"""FOCUS and AWS files that others published: rows and totals of SOURCES.md, digit by digit."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.importers import FileResult
from tests.importers.desk import Desk

D = Decimal
# File, importer, rows, billed and effective total in USD.
FILES = {
    "focus/focus_sample.csv": ("focus", 1000, "20.52022672899", "14.97651418586"),
    "focus/ftk_aws_1_2_300_seed42.csv": ("focus", 300, "5949.422241124085", "5949.422241124085"),
    "focus/ftk_azure_1_3_300_seed42.csv": ("focus", 300, "9182.98318174176", "9182.98318174176"),
    "focus/spec_1_2_virtual_currency_pricing_model_a1.csv": ("focus", 1, "200000", "0"),
    "focus/spec_1_2_virtual_currency_pricing_model_a2.csv": ("focus", 3, "0", "1230"),
    "focus/spec_1_2_saas_spend_agreements_a1.csv": ("focus", 4, "1200", "1200"),
    "focus/spec_1_2_simple_saas_agreements_a1.csv": ("focus", 1, "10000", "10000"),
    "aws_cur/focus_converters_aws_cur_anonymous.csv": ("aws_cur", 1281, "1.6823086974", "1.6823086974"),
    "aws_cur/koku_cur_underscore_2rows.csv": ("aws_cur", 2, "0", "0"),
    # Of 48409.414159839936635039145 the digits beyond 15 decimals are left off and reported.
    "aws_cur/nise_aws_2026-08-01_1day.csv.gz": ("aws_cur", 4152, "48409.414159839936633", None),
    "bedrock_cur2/cur2_bedrock_2026-09_first_half.csv": ("aws_cur", 14, "32.951512", "32.951512"),
}


@pytest.fixture(scope="module")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, ledger_template: Path
) -> Iterator[tuple[Desk, dict[str, FileResult]]]:
    """One ledger that holds every file, and what became of each."""
    billing = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "billing"
    if not billing.is_dir():
        pytest.skip("../shared/data is not here")
    desk = Desk(tmp_path_factory.mktemp("focus-aws"), ledger_template)
    results = desk.load(*(billing / name for name in FILES))
    yield desk, dict(zip(FILES, results, strict=True))
    desk.close()


@pytest.mark.parametrize("name", FILES)
def test_the_published_totals(loaded: tuple[Desk, dict[str, FileResult]], name: str) -> None:
    desk, results = loaded
    importer, rows, billed, effective = FILES[name]
    result = results[name]
    assert (result.status, result.importer) == ("imported", importer)
    assert (result.rows_read, result.rows_added, result.rows_rejected) == (rows, rows, 0)
    (found,) = desk.rows(
        "SELECT count(*), sum(billed_cost), sum(effective_cost), min(billing_currency), "
        "max(billing_currency) "
        f"FROM charge JOIN imported_file USING (file_id) WHERE ends_with(path, '{name}')"
    )
    assert found[:2] == (rows, D(billed))
    assert effective is None or found[2] == D(effective)
    assert found[3:] == ("USD", "USD")


def test_what_the_generated_report_prints_beyond_15_decimals_is_reported(
    loaded: tuple[Desk, dict[str, FileResult]],
) -> None:
    result = loaded[1]["aws_cur/nise_aws_2026-08-01_1day.csv.gz"]
    assert result.billed["USD"] + result.rounded_total == D("48409.414159839936635039145")
    assert result.rows_rounded > 0


def test_effective_cost_of_usage_that_a_savings_plan_covers(
    loaded: tuple[Desk, dict[str, FileResult]], shared_data: Path
) -> None:
    """Added from the raw cells: covered lines by the plan's cost, all others by what they cost."""
    desk, _ = loaded
    effective, covered = D(0), 0
    with gzip.open(
        shared_data / "billing/aws_cur/nise_aws_2026-08-01_1day.csv.gz", "rt", newline=""
    ) as lines:
        for line in csv.DictReader(lines):
            is_covered = line["lineItem/LineItemType"] == "SavingsPlanCoveredUsage"
            covered += is_covered
            name = "savingsPlan/SavingsPlanEffectiveCost" if is_covered else "lineItem/UnblendedCost"
            effective += round(D(line[name]), 15)
    (found,) = desk.rows(
        "SELECT count(effective_cost), sum(effective_cost) FROM charge "
        "JOIN imported_file USING (file_id) WHERE path LIKE '%nise_aws%'"
    )
    assert (covered, *found) == (456, 4152, effective)


def test_kinds_and_models_of_the_bedrock_lines(loaded: tuple[Desk, dict[str, FileResult]]) -> None:
    """Two hours of the same calls, added by hand: 1234.567 K, 0.042 M, 0.098765 M, 5.5 M, 250 K; 12.5 K."""
    desk, _ = loaded
    opus = "Claude Opus 5 (Amazon Bedrock Edition)"
    rows = desk.rows(
        "SELECT model_name, token_kind, endpoint_scope, sum(consumed_quantity)::BIGINT FROM charge "
        "JOIN imported_file USING (file_id) WHERE path LIKE '%cur2_bedrock%' AND token_kind IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL"
    )
    assert rows == [
        (opus, "cache_read", "global", 11_000_000),
        (opus, "cache_write_5m", "regional", 500_000),
        (opus, "input_uncached", "global", 84_000),
        (opus, "input_uncached", "regional", 2_469_134),
        (opus, "output", "regional", 197_530),
        ("anthropic.claude-opus-5", "output", "regional", 12_500),
    ]


def test_tokens_as_a_currency_are_no_model_s_tokens(loaded: tuple[Desk, dict[str, FileResult]]) -> None:
    desk, _ = loaded
    found = desk.rows(
        "SELECT count(token_kind), count(model_name), "
        "list(DISTINCT pricing_currency ORDER BY pricing_currency) "
        "FROM charge JOIN imported_file USING (file_id) WHERE path LIKE '%virtual_currency%'"
    )
    assert found == [(0, 0, ["Token", "USD"])]


def test_a_contract_commitment_file_is_no_bill(desk: Desk, shared_data: Path) -> None:
    result = desk.one(shared_data / "billing" / "focus" / "ftk_azure_1_3_contract_commitment_seed42.csv")
    assert result.status == "refused"
    assert result.error is not None
    assert "no importer knows this format" in result.error.message
    assert "ContractCommitmentId" in result.error.message
    assert desk.rows("SELECT count(*) FROM charge") == [(0,)]
