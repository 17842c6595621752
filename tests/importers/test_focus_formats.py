"""FOCUS as it is met: money set out for people, tokens as a currency, exports of AWS, Microsoft, Google."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.importers.desk import Desk

D = Decimal
BASE = {
    "BilledCost": "1",
    "EffectiveCost": "1",
    "BillingAccountId": "acct-1",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargePeriodStart": "2026-09-02T00:00:00Z",
    "ChargePeriodEnd": "2026-09-03T00:00:00Z",
    "ServiceProviderName": "VectorHub",
    "ServiceName": "VectorHub Storage",
}


def focus_csv(*lines: dict[str, str]) -> str:
    """Lines over BASE as a file with the columns that any of them has."""
    names = list(dict.fromkeys([*BASE, *(name for line in lines for name in line)]))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(BASE | line for line in lines)
    return out.getvalue()


def load(desk: Desk, *lines: dict[str, str]) -> Any:
    return desk.one(desk.write("focus.csv", focus_csv(*lines)))


def one(desk: Desk, columns: str, **line: str) -> tuple[Any, ...]:
    """The named columns of the one charge that a line becomes."""
    result = load(desk, line)
    assert (result.importer, result.rows_added, result.rows_rejected) == ("focus", 1, 0), result.rejects
    (row,) = desk.rows(f"SELECT {columns} FROM charge")
    return row


@pytest.mark.parametrize(
    ("printed", "money"),
    [
        ("$10,000.00 ", "10000"),
        ("$100.00 ", "100"),
        ("$5", "5"),
        ("$ 12.5", "12.5"),
        ("-$1,234.50", "-1234.5"),
        ("$-1,234.50", "-1234.5"),
        ("($1,234.50)", "-1234.5"),
        (" $(0.10) ", "-0.1"),
        ("1,204.50", "1204.5"),
        ("1,204,500", "1204500"),
        ("-12,345,678.901234", "-12345678.901234"),
        ("$0.00 ", "0"),
    ],
)
def test_money_set_out_for_people_is_read(desk: Desk, printed: str, money: str) -> None:
    assert one(desk, "billed_cost, list_cost", BilledCost=printed, ListCost=printed) == (D(money), D(money))


@pytest.mark.parametrize(
    "printed",
    [
        "1,204",
        "$1,204",
        "1.204,50",
        "$1.204,50",
        "12,04.50",
        "$ -   ",
        "$",
        "$1,2345.00",
        "--$5.00",
        "-$-5.00",
        "-($5.00)",
        "EUR 5",
        "5 $",
        "1,204.50.1",
        "(5.00)",
    ],
)
def test_money_that_could_mean_two_things_is_rejected(desk: Desk, printed: str) -> None:
    result = load(desk, {"BilledCost": printed}, {"BilledCost": "2"})
    assert [(r.row_number, r.column, r.reason) for r in result.rejects] == [
        (1, "BilledCost", f'"{printed}" is not a plain number')
    ]
    assert desk.rows("SELECT sum(billed_cost) FROM charge") == [(D(2),)]


def test_a_purchase_of_tokens_as_a_currency_counts_no_tokens(desk: Desk) -> None:
    row = one(
        desk,
        "token_kind, model_name, consumed_quantity, billed_cost, effective_cost, pricing_currency",
        ChargeCategory="Purchase",
        BilledCost="200000.00",
        EffectiveCost="0.00",
        PricingQuantity="100000",
        PricingUnit="Token",
        PricingCurrency="USD",
        ResourceName="Standard-Contract Period 1 Tokens",
    )
    assert row == (None, None, None, D(200000), D(0), "USD")


def test_use_of_prepaid_tokens_costs_nothing_and_draws_its_value(desk: Desk) -> None:
    row = one(
        desk,
        "billed_cost, effective_cost, pricing_currency, pricing_currency_effective_cost, consumed_unit",
        BilledCost="0.00",
        EffectiveCost="490.00",
        PricingCurrency="Token",
        PricingCurrencyEffectiveCost="245",
        ConsumedQuantity="245",
        ConsumedUnit="Execution",
    )
    assert row == (D(0), D(490), "Token", D(245), "Execution")


def test_a_charge_in_a_virtual_currency_keeps_its_name(desk: Desk) -> None:
    assert one(desk, "billing_currency, billed_cost", BillingCurrency="Credits", BilledCost="7") == (
        "Credits",
        D(7),
    )


DETAILS = {"ModelDeveloper": "Solora AI", "ModelId": "solora-5", "TokenDirection": "Input"}


@pytest.mark.parametrize(
    ("meter", "details", "kind"),
    [
        ("Input Tokens", {"TokenCacheAction": "Uncached"}, "input_uncached"),
        ("Cache Read Input Tokens", {"TokenCacheAction": "Read"}, "cache_read"),
        ("Cache Write Input Tokens", {"TokenCacheAction": "Write"}, "cache_write"),
        ("Cache Write 1h Input Tokens", {"TokenCacheAction": "Write"}, "cache_write_1h"),
        ("Output Tokens", {"TokenDirection": "Output"}, "output"),
        ("Tokens", {"TokenDirection": "Output"}, "output"),
        ("Tokens", {"TokenDirection": None, "TokenType": "Input"}, "input_uncached"),
        ("Tokens", {"TokenDirection": None}, None),
    ],
)
def test_the_specification_s_examples_of_models(
    desk: Desk, meter: str, details: dict[str, str | None], kind: str | None
) -> None:
    row = one(
        desk,
        "model_name, token_kind, consumed_quantity, consumed_unit",
        SkuMeter=meter,
        SkuPriceDetails=json.dumps({k: v for k, v in (DETAILS | details).items() if v}),
        ConsumedQuantity="5000000",
        ConsumedUnit="Tokens",
        PricingQuantity="5.00",
        PricingUnit="1000000 Tokens",
    )
    assert row == ("solora-5", kind, D(5000000), "Tokens")


def test_blocks_of_tokens_are_multiplied_out_of_whichever_quantity_there_is(desk: Desk) -> None:
    load(
        desk,
        {"PricingQuantity": "5.25", "PricingUnit": "1000000 Tokens", "ConsumedUnit": "Tokens"},
        {
            "PricingQuantity": "5",
            "PricingUnit": "1M tokens",
            "ConsumedQuantity": "5000000",
            "ConsumedUnit": "Tokens",
        },
        {"PricingQuantity": "12", "PricingUnit": "1K tokens"},
        {"ConsumedQuantity": "7", "ConsumedUnit": "GB", "PricingQuantity": "8", "PricingUnit": "1K tokens"},
    )
    assert desk.rows("SELECT consumed_quantity, consumed_unit FROM charge ORDER BY row_number") == [
        (D(5250000), "Tokens"),
        (D(5000000), "Tokens"),
        (D(12000), "Tokens"),
        (D(7), "GB"),
    ]


def test_split_charges_and_corrections_all_count_once(desk: Desk) -> None:
    """FOCUS 1.3: allocated charges stand in place of the origin charge, and add up to it."""
    split = {"AllocatedMethodId": "even-by-pod", "AllocatedTags": '{"pod": "a"}'}
    ratio = '{"Elements": [{"AllocatedRatio": 0.25, "UsageUnit": "Hours", "UsageQuantity": 1}]}'
    result = load(
        desk,
        split | {"BilledCost": "2.5", "AllocatedResourceId": "pod-a", "AllocatedMethodDetails": ratio},
        split | {"BilledCost": "7.5", "AllocatedResourceId": "pod-b"},
        {"BilledCost": "-10", "ChargeClass": "Correction"},
        {"BilledCost": "-10", "ChargeClass": "Correction"},
    )
    assert result.rows_added == 4
    assert desk.rows("SELECT sum(billed_cost), count(allocated_resource_id) FROM charge") == [(D(-10), 2)]
    assert desk.rows("SELECT DISTINCT charge_category, charge_class FROM charge ORDER BY ALL") == [
        ("Usage", "Correction"),
        ("Usage", None),
    ]


def test_the_columns_of_1_3_and_1_4_are_kept(desk: Desk) -> None:
    row = one(
        desk,
        "provider, host_provider_name, contract_applied, service_provider_name, invoice_id",
        ServiceProviderName="Anthropic",
        HostProviderName="AWS",
        ContractApplied='{"Elements": []}',
        InvoiceId="INV-1",
        InvoiceDetailId="INV-1-3",
        CommitmentProgramEligibilityDetails="{}",
    )
    assert row == ("anthropic", "AWS", '{"Elements": []}', "Anthropic", "INV-1")


MICROSOFT = {
    "ServiceProviderName": "",
    "ProviderName": "Microsoft",
    "PublisherName": "Microsoft",
    "ServiceName": "Azure OpenAI",
    "x_SkuMeterCategory": "Foundry Models",
    "x_SkuMeterSubcategory": "Azure OpenAI",
    "x_SkuMeterName": "gpt 4o 1120 cached Inp glbl Tokens",
    "x_PricingBlockSize": "1000",
    "ListUnitPrice": "0.00125",
    "BilledCost": "2.5",
    "ConsumedUnit": "Units",
    "PricingUnit": "Units",
}


@pytest.mark.parametrize(
    ("consumed", "priced"), [("2000", "2000000"), ("2000000", "2000"), ("2000", "2")], ids=str
)
def test_tokens_of_azure_openai_whichever_quantity_counts_blocks(
    desk: Desk, consumed: str, priced: str
) -> None:
    """2.5 dollars at 0.00125 a thousand are two million tokens."""
    row = one(
        desk,
        "provider, model_name, token_kind, service_tier, endpoint_scope, consumed_quantity, consumed_unit",
        **MICROSOFT,
        ConsumedQuantity=consumed,
        PricingQuantity=priced,
    )
    assert row == (
        "azure-openai",
        "gpt-4o-2024-11-20",
        "cache_read",
        "standard",
        "global",
        D(2000000),
        "Tokens",
    )


def test_a_quantity_that_fits_no_price_is_unknown(desk: Desk) -> None:
    line = MICROSOFT | {"ConsumedQuantity": "2", "PricingQuantity": "2"}
    assert one(desk, "consumed_quantity, token_kind", **line) == (None, "cache_read")


@pytest.mark.parametrize(
    ("line", "costs"),
    [
        ({"ListCost": "0", "ContractedCost": "0"}, (None, None)),
        (
            {"ListCost": "0", "ListUnitPrice": "0", "ContractedCost": "0", "ContractedUnitPrice": "0"},
            (None, None),
        ),
        ({"ListCost": "0", "ListUnitPrice": "3", "ContractedCost": "0.5"}, (D(0), D("0.5"))),
        ({"ListCost": "0", "ContractedCost": "0", "BilledCost": "0"}, (D(0), D(0))),
        ({"ListCost": "0", "ContractedCost": "0", "ProviderName": "AWS"}, (D(0), D(0))),
    ],
)
def test_a_list_cost_of_zero_at_microsoft_is_unknown(
    desk: Desk, line: dict[str, str], costs: tuple[D | None, D | None]
) -> None:
    base = {"ServiceProviderName": "", "ProviderName": "Microsoft"}
    assert one(desk, "list_cost, contracted_cost", **base | line) == costs


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ({"PublisherName": "Anthropic"}, "Anthropic"),
        (
            {"PublisherName": "Microsoft", "x_SkuMeterSubcategory": "Rounding Adjustment"},
            "Rounding Adjustment",
        ),
        ({"x_SkuMeterSubcategory": "Azure Credits"}, "Azure Credits"),
        ({}, None),
    ],
)
def test_an_empty_service_name_of_microsoft(desk: Desk, line: dict[str, str], name: str | None) -> None:
    base = {"ServiceProviderName": "", "ProviderName": "Microsoft", "ServiceName": ""}
    assert one(desk, "service_name", **base | line) == (name,)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            {
                "x_UsageType": "USE1-Claude4.6Opus-cache-read-input-token-count-cross-region-global",
                "ConsumedUnit": "1K tokens",
                "ConsumedQuantity": "12.5",
            },
            ("aws-bedrock", "Claude4.6Opus", "cache_read", "standard", "global", D(12500), "Tokens"),
        ),
        (
            {
                "x_UsageType": "USE1-MP:USE1_OutputTokenCount_Batch-Units",
                "x_ServiceCode": "AmazonBedrockFoundationModels",
                "ServiceName": "Claude Opus 5 (Amazon Bedrock Edition)",
                "ConsumedUnit": "Units",
                "ConsumedQuantity": "0.25",
            },
            (
                "aws-bedrock",
                "Claude Opus 5 (Amazon Bedrock Edition)",
                "output",
                "batch",
                "regional",
                D(250000),
                "Tokens",
            ),
        ),
        (
            {
                "SkuMeter": "USE1-NovaPro-input-tokens-flex",
                "ConsumedUnit": "Units",
                "ConsumedQuantity": "9",
                "PricingUnit": "1K tokens",
                "PricingQuantity": "9",
            },
            ("aws-bedrock", "NovaPro", "input_uncached", "flex", "regional", D(9000), "Tokens"),
        ),
        (
            {"x_UsageType": "USE1-BoxUsage:m7i.large", "ServiceName": "Amazon EC2", "ConsumedUnit": "Hrs"},
            ("aws", None, None, "standard", None, None, "Hrs"),
        ),
    ],
)
def test_bedrock_lines_of_the_aws_export(desk: Desk, line: dict[str, str], expected: tuple[Any, ...]) -> None:
    """Null InvoiceIssuerName, PublisherName and PricingUnit are what AWS documents of its export."""
    aws = {"ServiceProviderName": "", "ProviderName": "AWS", "ServiceName": "Amazon Bedrock"}
    columns = (
        "provider, model_name, token_kind, service_tier, endpoint_scope, consumed_quantity, consumed_unit"
    )
    assert one(desk, columns, **aws | line) == expected


def test_a_credit_on_tokens_counts_none(desk: Desk) -> None:
    row = one(
        desk,
        "charge_category, token_kind, model_name, consumed_quantity, billed_cost",
        ChargeCategory="Credit",
        BilledCost="-2",
        x_UsageType="USE1-NovaPro-input-tokens",
        ServiceName="Amazon Bedrock",
        ConsumedQuantity="5",
        ConsumedUnit="1K tokens",
    )
    assert row == ("Credit", None, None, D(5), D(-2))


def test_json_lines_of_a_table_give_the_same_as_csv(desk: Desk) -> None:
    record: dict[str, object] = BASE | {
        "ServiceProviderName": "Google Cloud",
        "BilledCost": 1.25,
        "ChargePeriodStart": "2026-09-02 07:00:00 UTC",
        "Tags": [{"key": "team", "value": "search"}],
        "x_Credits": [],
    }
    result = desk.one(desk.write("table.jsonl", json.dumps(record) + "\n"))
    assert (result.importer, result.rows_added, result.rows_rejected) == ("focus", 1, 0)
    assert desk.rows("SELECT provider, billed_cost, charge_period_start_utc::VARCHAR, tags FROM charge") == [
        ("google", D("1.25"), "2026-09-02 07:00:00", '{"team":"search"}')
    ]


def test_parquet_with_maps_and_doubles(desk: Desk) -> None:
    target = desk.write("made.parquet", b"")
    with duckdb.connect() as connection:
        connection.execute(
            """
            COPY (
                SELECT 0.1::DOUBLE AS BilledCost, 1e-7::DOUBLE AS EffectiveCost, 'USD' AS BillingCurrency,
                    'a' AS BillingAccountId, TIMESTAMP '2026-09-01' AS BillingPeriodStart,
                    TIMESTAMP '2026-10-01' AS BillingPeriodEnd, 'Usage' AS ChargeCategory,
                    TIMESTAMP '2026-09-02 03:00:00' AS ChargePeriodStart, 'AWS' AS ProviderName,
                    MAP {'user:team': 'search'} AS Tags
            ) TO $target (FORMAT parquet)
            """,
            {"target": str(target)},
        )
    assert desk.one(target).rows_added == 1
    assert desk.rows(
        "SELECT billed_cost, effective_cost, charge_period_start_utc::VARCHAR, tags FROM charge"
    ) == [(D("0.1"), D("0.0000001"), "2026-09-02 03:00:00", '{"user:team":"search"}')]


@pytest.mark.parametrize(
    "header",
    [
        "ContractCommitmentId,ContractCommitmentType,ContractCommitmentCost,BillingCurrency,ContractId",
        "BillingPeriodStart,BillingPeriodEnd,BillingPeriodStatus,BillingPeriodCreated,InvoiceIssuerName",
        "InvoiceId,InvoiceDetailId,BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,PaymentTerms",
    ],
    ids=["contract commitment", "billing period", "invoice detail"],
)
def test_the_other_datasets_of_focus_are_taken_for_no_bill(desk: Desk, header: str) -> None:
    path: Path = desk.write("other.csv", header + "\n" + ",".join("x" for _ in header.split(",")) + "\n")
    result = desk.one(path)
    assert result.status == "refused"
    assert result.error is not None
    assert "no importer knows this format" in result.error.message


def test_an_example_without_a_currency_is_refused_with_what_it_lacks(desk: Desk) -> None:
    """Some fragments of the specification have no BillingCurrency: no total can be told."""
    text = "BillingPeriodStart,ChargePeriodStart,ChargeCategory,BilledCost,EffectiveCost\n"
    result = desk.one(
        desk.write("fragment.csv", text + "2023-01-01T00:00:00Z,2023-01-01T00:00:00Z,Usage,1,1\n")
    )
    assert result.error is not None
    assert "It resembles focus, but lacks: billing_currency." in result.error.message
