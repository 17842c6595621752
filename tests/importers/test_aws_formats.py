"""AWS reports as they are met: line types, Bedrock's usage types, maps of CUR 2.0, legacy tag columns."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.importers.desk import Desk

D = Decimal
BASE = {
    "identity_line_item_id": "li",
    "identity_time_interval": "2026-09-01T00:00:00Z/2026-09-01T01:00:00Z",
    "bill_payer_account_id": "111122223333",
    "bill_billing_period_start_date": "2026-09-01T00:00:00Z",
    "bill_billing_period_end_date": "2026-10-01T00:00:00Z",
    "line_item_usage_account_id": "444455556666",
    "line_item_line_item_type": "Usage",
    "line_item_usage_start_date": "2026-09-01T00:00:00Z",
    "line_item_usage_end_date": "2026-09-01T01:00:00Z",
    "line_item_product_code": "AmazonBedrock",
    "line_item_usage_type": "USE1-BoxUsage",
    "line_item_usage_amount": "1",
    "line_item_currency_code": "USD",
    "line_item_unblended_cost": "1",
    "pricing_unit": "1K tokens",
}
BEDROCK = "model_name, token_kind, service_tier, endpoint_scope, consumed_quantity, consumed_unit"


def report(*lines: dict[str, str]) -> str:
    names = list(dict.fromkeys([*BASE, *(name for line in lines for name in line)]))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(BASE | line for line in lines)
    return out.getvalue()


def load(desk: Desk, *lines: dict[str, str]) -> Any:
    return desk.one(desk.write("cur.csv", report(*lines)))


USAGE_TYPES = {
    "USE1-NovaPro-input-tokens": ("NovaPro", "input_uncached", "standard", "regional"),
    "USE1-NovaPro-output-tokens-batch": ("NovaPro", "output", "batch", "regional"),
    "USE1-NovaPro-cache-read-input-token-count": ("NovaPro", "cache_read", "standard", "regional"),
    "USE1-NovaPro-cache-write-input-token-count": ("NovaPro", "cache_write_5m", "standard", "regional"),
    "EU-NovaLite-input-tokens-flex": ("NovaLite", "input_uncached", "flex", "regional"),
    "EUC1-Claude4.6Sonnet-output-tokens-cross-region-global": (
        "Claude4.6Sonnet",
        "output",
        "standard",
        "global",
    ),
    "USE1-Claude4.6Opus-cache-read-input-token-count-cross-region-global": (
        "Claude4.6Opus",
        "cache_read",
        "standard",
        "global",
    ),
    "UGW1-openai.gpt-5.6-terra-mantle-input-tokens-long-ctx-standard": (
        "openai.gpt-5.6-terra",
        "input_uncached",
        "standard",
        "regional",
    ),
    "UGW1-openai.gpt-5.6-terra-mantle-cache-write-tokens-30m-standard": (
        "openai.gpt-5.6-terra",
        "cache_write",
        "standard",
        "regional",
    ),
    "USW2-anthropic.claude-opus-4-8-mantle-cache-write-tokens-global-standard": (
        "anthropic.claude-opus-4-8",
        "cache_write_5m",
        "standard",
        "global",
    ),
    "USW2-Mistral-Large-3-675b-Instruct-input-tokens-priority": (
        "Mistral-Large-3-675b-Instruct",
        "input_uncached",
        "priority",
        "regional",
    ),
    "USE1-Nova2.0Pro-input-image-token-count-cross-region-global": ("Nova2.0Pro", None, "standard", "global"),
    "USE1-NovaSonic-speech-output-token-count": ("NovaSonic", "output_audio", "standard", "regional"),
    "NovaMicro-output-tokens": ("NovaMicro", "output", "standard", "regional"),
    "USE1-output-tokens-cross-region-global": (None, "output", "standard", "global"),
    "USE1-FutureModel-output-tokens-warp": ("FutureModel", "output", "standard", "regional"),
}


@pytest.mark.parametrize("usage_type", USAGE_TYPES)
def test_usage_types_of_bedrock(desk: Desk, usage_type: str) -> None:
    load(desk, {"line_item_usage_type": usage_type, "line_item_usage_amount": "12.5"})
    expected = (*USAGE_TYPES[usage_type], D(12500), "Tokens")
    assert desk.rows(f"SELECT {BEDROCK} FROM charge") == [expected]
    assert desk.rows("SELECT provider FROM charge") == [("aws-bedrock",)]


MARKETPLACE = {
    "InputTokenCount": ("input_uncached", "standard", "regional"),
    "InputTokenCount_Global_Batch": ("input_uncached", "batch", "global"),
    "OutputTokenCount_Global": ("output", "standard", "global"),
    "CacheReadInputTokenCount": ("cache_read", "standard", "regional"),
    "CacheWriteInputTokenCount": ("cache_write_5m", "standard", "regional"),
    "CacheWrite1hInputTokenCount_Global": ("cache_write_1h", "standard", "global"),
    "input_tokens_standard": ("input_uncached", "standard", "regional"),
    "output_tokens_long_ctx_standard": ("output", "standard", "regional"),
    "cache_read_tokens_global_standard": ("cache_read", "standard", "global"),
    "cache_write_tokens_1h_global_standard": ("cache_write_1h", "standard", "global"),
    "output_tokens_priority": ("output", "priority", "regional"),
}


@pytest.mark.parametrize("meter", MARKETPLACE)
@pytest.mark.parametrize(
    ("unit", "tokens"), [("Units", 2_500_000), ("1M tokens", 2_500_000), ("1K tokens", 2500)]
)
def test_usage_types_of_models_sold_through_the_marketplace(
    desk: Desk, meter: str, unit: str, tokens: int
) -> None:
    """The product code is the seller's; the product's name says that it is Bedrock, and which model."""
    line = {
        "line_item_product_code": "c5gsak41example",
        "line_item_usage_type": f"APN1-MP:APN1_{meter}-Units",
        "line_item_usage_amount": "2.5",
        "pricing_unit": unit,
        "product_product_name": "Claude 4.6 Sonnet (Amazon Bedrock Edition)",
    }
    load(desk, line)
    name = "Claude 4.6 Sonnet (Amazon Bedrock Edition)"
    expected = ("aws-bedrock", name, *MARKETPLACE[meter], D(tokens), "Tokens")
    assert desk.rows(f"SELECT provider, {BEDROCK} FROM charge") == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"pricing_unit": "Units"}, (None, "Units")),
        ({"pricing_unit": ""}, (None, None)),
        ({"line_item_usage_amount": ""}, (None, "Tokens")),
        ({"line_item_usage_amount": "0"}, (D(0), "Tokens")),
        ({"line_item_usage_amount": "-2"}, (D(-2000), "Tokens")),
    ],
)
def test_tokens_whose_unit_or_amount_is_not_stated(
    desk: Desk, line: dict[str, str], expected: tuple[D | None, str | None]
) -> None:
    load(desk, {"line_item_usage_type": "USE1-NovaPro-input-tokens"} | line)
    assert desk.rows("SELECT consumed_quantity, consumed_unit FROM charge") == [expected]


@pytest.mark.parametrize(
    "usage_type",
    [
        "USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed",
        "USE1-CohereRerank-searchunits",
        "USE1-BoxUsage",
        "",
    ],
)
def test_lines_of_bedrock_that_count_no_tokens(desk: Desk, usage_type: str) -> None:
    load(
        desk, {"line_item_usage_type": usage_type, "pricing_unit": "1K Units", "line_item_usage_amount": "3"}
    )
    assert desk.rows(f"SELECT provider, {BEDROCK} FROM charge") == [
        ("aws-bedrock", None, None, "standard", None, D(3), "1K Units")
    ]


@pytest.mark.parametrize("usage_type", ["USE1-Textract-token-pages", "SecretsManager-tokens"])
def test_tokens_of_other_services_are_none_of_bedrock(desk: Desk, usage_type: str) -> None:
    load(
        desk,
        {"line_item_usage_type": usage_type, "line_item_product_code": "AmazonOther", "pricing_unit": "Hrs"},
    )
    assert desk.rows("SELECT provider, model_name, token_kind FROM charge") == [("aws", None, None)]


SP = "savings_plan_savings_plan_effective_cost"
TYPES: list[tuple[str, dict[str, str], str, str | None]] = [
    ("Usage", {}, "Usage", "1"),
    ("Tax", {}, "Tax", "1"),
    ("Credit", {"line_item_unblended_cost": "-1"}, "Credit", "-1"),
    ("Refund", {"line_item_unblended_cost": "-1"}, "Adjustment", "-1"),
    ("EdpDiscount", {"line_item_unblended_cost": "-0.5"}, "Credit", "-0.5"),
    ("PrivateRateDiscount", {"line_item_unblended_cost": "-0.5"}, "Credit", "-0.5"),
    ("BundledDiscount", {"line_item_unblended_cost": "-0.5"}, "Credit", "-0.5"),
    ("Discount", {"line_item_unblended_cost": "-0.5"}, "Credit", "-0.5"),
    ("Fee", {}, "Purchase", "1"),
    ("Fee", {"reservation_reservation_a_r_n": "arn:ri"}, "Purchase", "0"),
    ("RIFee", {"reservation_unused_recurring_fee": "0.25"}, "Purchase", "0.25"),
    (
        "RIFee",
        {
            "reservation_unused_recurring_fee": "0.25",
            "reservation_unused_amortized_upfront_fee_for_billing_period": "0.5",
        },
        "Purchase",
        "0.75",
    ),
    ("RIFee", {}, "Purchase", None),
    ("DiscountedUsage", {"reservation_effective_cost": "0.05"}, "Usage", "0.05"),
    ("DiscountedUsage", {}, "Usage", None),
    ("SavingsPlanCoveredUsage", {SP: "0.133"}, "Usage", "0.133"),
    ("SavingsPlanCoveredUsage", {SP: "None"}, "Usage", None),
    ("SavingsPlanNegation", {"line_item_unblended_cost": "-1"}, "Usage", "0"),
    ("SavingsPlanUpfrontFee", {}, "Purchase", "0"),
    (
        "SavingsPlanRecurringFee",
        {"savings_plan_total_commitment_to_date": "0.2", "savings_plan_used_commitment": "0.133"},
        "Purchase",
        "0.067",
    ),
    ("SomethingNew", {}, "Usage", "1"),
]


def test_every_line_type_has_its_category_and_effective_cost(desk: Desk) -> None:
    lines = [
        {"line_item_line_item_type": kind, "line_item_product_code": "AmazonEC2", **more}
        for kind, more, _, _ in TYPES
    ]
    result = load(desk, *lines)
    assert (result.rows_added, result.rows_rejected) == (len(TYPES), 0)
    rows = desk.rows("SELECT charge_category, effective_cost FROM charge ORDER BY row_number")
    assert rows == [(category, None if cost is None else D(cost)) for _, _, category, cost in TYPES]
    assert desk.rows("SELECT count(*) FROM charge WHERE charge_class = 'Correction'") == [(1,)]


@pytest.mark.parametrize("kind", ["Credit", "Tax", "Refund", "EdpDiscount", "Fee"])
def test_only_usage_counts_tokens(desk: Desk, kind: str) -> None:
    line = {"line_item_line_item_type": kind, "line_item_usage_type": "USE1-MP:USE1_InputTokenCount-Units"}
    load(desk, line | {"line_item_usage_amount": "7"})
    assert desk.rows("SELECT provider, token_kind, model_name, consumed_quantity FROM charge") == [
        ("aws-bedrock", None, None, D(7))
    ]


def test_a_bill_of_type_refund_is_a_correction(desk: Desk) -> None:
    load(
        desk,
        {"bill_bill_type": "Refund", "line_item_unblended_cost": "-1"},
        {"bill_bill_type": "Anniversary"},
    )
    assert desk.rows("SELECT charge_class FROM charge ORDER BY row_number") == [("Correction",), (None,)]


def test_tag_columns_of_a_legacy_report_become_tags(desk: Desk) -> None:
    tagged = {
        "resourceTags/user:team": 'search "beta"',
        "resourceTags/user:CostCenter": "cc-7",
        "resourceTags/user:someOther": "x",
    }
    load(desk, tagged, {})
    assert desk.rows("SELECT tags, tags ->> '$.\"user:team\"' FROM charge ORDER BY row_number") == [
        ('{"user:team": "search \\"beta\\"", "user:cost_center": "cc-7"}', 'search "beta"'),
        (None, None),
    ]


def test_parquet_of_cur_2_with_maps(desk: Desk) -> None:
    """`product`, `resource_tags`, `cost_category` and `discount` are maps; account names are columns."""
    target = desk.write("cur2.snappy.parquet", b"")
    with duckdb.connect() as connection:
        connection.execute(
            """
            COPY (
                SELECT 'li-1' AS identity_line_item_id, 'i' AS identity_time_interval,
                    'Usage' AS line_item_line_item_type, '' AS bill_invoice_id,
                    TIMESTAMP '2026-09-01' AS bill_billing_period_start_date,
                    TIMESTAMP '2026-09-01 01:00:00' AS line_item_usage_start_date,
                    0.1::DOUBLE AS line_item_unblended_cost, 0.25::DOUBLE AS line_item_usage_amount,
                    'c5gsak41example' AS line_item_product_code, 'Units' AS pricing_unit,
                    'USE1-MP:USE1_OutputTokenCount-Units' AS line_item_usage_type,
                    'USD' AS line_item_currency_code, '111122223333' AS bill_payer_account_id,
                    'Acme' AS bill_payer_account_name, 'Search' AS line_item_usage_account_name,
                    MAP {
                        'product_name': 'Claude Opus 5 (Amazon Bedrock Edition)', 'region': 'us-east-1'
                    } AS product,
                    MAP {'user_team': 'search'} AS resource_tags, MAP {'edp': 0.1::DOUBLE} AS discount
            ) TO $target (FORMAT parquet)
            """,
            {"target": str(target)},
        )
    result = desk.one(target)
    assert (result.importer, result.rows_added) == ("aws_cur", 1)
    assert desk.rows(
        "SELECT provider, model_name, token_kind, consumed_quantity, region_id, tags, invoice_id, "
        "billing_account_name, sub_account_name, billed_cost FROM charge"
    ) == [
        (
            "aws-bedrock",
            "Claude Opus 5 (Amazon Bedrock Edition)",
            "output",
            D(250000),
            "us-east-1",
            '{"user_team":"search"}',
            None,
            "Acme",
            "Search",
            D("0.1"),
        )
    ]


def test_maps_of_cur_2_as_text_in_a_csv(desk: Desk) -> None:
    line = {
        "product": '{"region":"eu-west-1","product_name":"Amazon Bedrock"}',
        "resource_tags": '{"user_team":"a"}',
    }
    result = load(desk, line, {"product": "no map", "resource_tags": "{}"})
    assert (result.rows_added, result.rows_rejected) == (2, 0)
    assert desk.rows("SELECT region_id, tags FROM charge ORDER BY row_number") == [
        ("eu-west-1", '{"user_team":"a"}'),
        (None, "{}"),
    ]


def test_commitments_are_named_under_both_spellings_of_arn(desk: Desk) -> None:
    text = report({"savings_plan_savings_plan_a_r_n": "arn:sp"}, {"reservation_reservation_a_r_n": "arn:ri"})
    legacy = text.replace("savings_plan_savings_plan_a_r_n", "savingsPlan/SavingsPlanARN")
    legacy = legacy.replace("reservation_reservation_a_r_n", "reservation/ReservationARN")
    for name, content in (("athena.csv", text), ("legacy.csv", legacy)):
        desk.one(desk.write(name, content), delivery="parts")
    assert desk.rows(
        "SELECT commitment_discount_type, commitment_discount_id, count(*) "
        "FROM charge GROUP BY ALL ORDER BY ALL"
    ) == [("Reserved Instance", "arn:ri", 2), ("Savings Plan", "arn:sp", 2)]
