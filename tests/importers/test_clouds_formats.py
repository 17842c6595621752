"""Azure and Google Cloud: headers of each agreement and generation, nested exports, names of meters."""

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

PAY_AS_YOU_GO = (
    "SubscriptionGuid,ResourceGroup,ResourceLocation,UsageDateTime,MeterCategory,MeterSubcategory,MeterId,"
    "MeterName,MeterRegion,UsageQuantity,ResourceRate,PreTaxCost,ConsumedService,ResourceType,InstanceId,Tags,"
    "OfferId,AdditionalInfo,ServiceInfo1,ServiceInfo2,ServiceName,ServiceTier,Currency,UnitOfMeasure"
)
GERMAN = (
    "Abonnement-GUID (SubscriptionGuid),Ressourcengruppe (ResourceGroup),"
    "Ressourcenstandort (ResourceLocation),"
    "UsageDateTime (UsageDateTime),Kategorie der Verbrauchseinheit (MeterCategory),"
    "MeterSubcategory (MeterSubcategory),ID der Verbrauchseinheit (MeterId),"
    "Name der Verbrauchseinheit (MeterName),UsageQuantity (UsageQuantity),PreTaxCost (PreTaxCost),"
    "InstanceId (InstanceId),Tags (Tags),Zusätzliche Informationen (AdditionalInfo),Currency,"
    "Maßeinheit (UnitOfMeasure)"
)
HALF_GERMAN = (
    "subscriptionId,Ressourcengruppe (ResourceGroup),Ressourcenstandort (ResourceLocation),date,"
    "meterCategory,"
    "MeterSubcategory (MeterSubcategory),ID der Verbrauchseinheit (MeterId),"
    "Name der Verbrauchseinheit (MeterName),UsageQuantity (UsageQuantity),costInBillingCurrency,"
    "consumedService,InstanceName,tags,additionalInfo,Currency,Maßeinheit (UnitOfMeasure)"
)
CUSTOMER_AGREEMENT = (
    "invoiceId,previousInvoiceId,billingAccountId,billingAccountName,billingProfileId,invoiceSectionName,"
    "costCenter,billingPeriodEndDate,billingPeriodStartDate,servicePeriodEndDate,servicePeriodStartDate,date,"
    "meterId,meterName,meterCategory,meterSubCategory,ProductId,ProductName,SubscriptionId,subscriptionName,"
    "publisherName,resourceGroupName,ResourceId,resourceLocation,effectivePrice,quantity,unitOfMeasure,"
    "chargeType,billingCurrency,pricingCurrency,costInBillingCurrency,costInPricingCurrency,costInUsd,"
    "paygCostInBillingCurrency,paygCostInUsd,exchangeRatePricingToBilling,tags,PayGPrice,frequency,pricingModel,"
    "unitPrice,provider"
)
PARTNER = CUSTOMER_AGREEMENT.replace("invoiceId,", "partnerName,customerName,invoiceId,").replace(
    "billingAccountId,", ""
)
ENTERPRISE = (
    "InvoiceSectionName,AccountName,SubscriptionGuid,SubscriptionName,ResourceGroup,ResourceLocation,Date,"
    "ProductName,MeterCategory,MeterSubcategory,MeterId,MeterName,UnitOfMeasure,Quantity,EffectivePrice,"
    "CostInBillingCurrency,CostCenter,ResourceId,Tags,UnitPrice,ChargeType,PricingModel,BillingAccountId,"
    "BillingAccountName,BillingCurrencyCode,BillingPeriodStartDate,BillingPeriodEndDate,PayGPrice"
)
OLDER_ENTERPRISE = (
    "Account Name,SubscriptionId,SubscriptionGuid,Subscription Name,Date,Month,Day,Year,Product,Meter ID,"
    "Meter Category,Meter Sub-Category,Meter Region,Meter Name,Consumed Quantity,ResourceRate,ExtendedCost,"
    "Resource Location,Consumed Service,Instance ID,Tags,Department Name,Cost Center,Unit Of Measure,"
    "Resource Group,EnrollmentNumber,Currency"
)
LOWER_CASE = (
    "subscriptionid,billingaccountid,usagedatetime,metercategory,metername,costinbillingcurrency,instanceid,"
    "tags,billingcurrency,unitofmeasure,usagequantity"
)


def one_line(header: str, **values: str) -> str:
    """A CSV with `header` and one record; a value goes to the column of its name, in brackets or not."""
    columns = next(csv.reader([header]))
    plain = [column.split(" (")[-1].rstrip(")") for column in columns]
    assert set(values) <= set(plain), set(values) - set(plain)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([columns, [values.get(name, "") for name in plain]])
    return out.getvalue()


HEADERS = {
    "pay as you go": one_line(
        PAY_AS_YOU_GO, SubscriptionGuid="s-1", UsageDateTime="2026-09-07", MeterCategory="Load Balancer",
        UsageQuantity="3", PreTaxCost="0.075", InstanceId="/lb", Currency="USD", UnitOfMeasure="100 Hours",
        ResourceGroup="rg", Tags='{"team": "a"}',
    ),
    "pay as you go, time of day": one_line(
        PAY_AS_YOU_GO, SubscriptionGuid="s-1", UsageDateTime="2026-09-07 00:00:00", MeterCategory="Bandwidth",
        UsageQuantity="3", PreTaxCost="0.075", InstanceId="/lb", Currency="USD",
        ResourceGroup="rg", Tags='{"team": "a"}',
    ),
    "German": one_line(
        GERMAN, SubscriptionGuid="s-1", UsageDateTime="2026-09-07", MeterCategory="Load Balancer",
        UsageQuantity="3", PreTaxCost="0.075", InstanceId="/lb", Currency="USD", ResourceGroup="rg",
        Tags='"team": "a"',
    ),
    "half German": one_line(
        HALF_GERMAN, subscriptionId="s-1", date="09/07/2026", meterCategory="Load Balancer",
        costInBillingCurrency="0.075", InstanceName="/lb", Currency="USD", ResourceGroup="rg",
        UsageQuantity="3", tags='"team": "a"',
    ),
    "customer agreement": one_line(
        CUSTOMER_AGREEMENT, billingAccountId="b-1", date="09/07/2026", meterCategory="Load Balancer",
        SubscriptionId="s-1", ResourceId="/lb", quantity="3", chargeType="Usage", billingCurrency="USD",
        pricingCurrency="USD", costInBillingCurrency="0.075", resourceGroupName="rg", tags='{"team":"a"}',
    ),
    "partner": one_line(
        PARTNER, partnerName="P", date="9/7/2026", meterCategory="Load Balancer", SubscriptionId="s-1",
        ResourceId="/lb", quantity="3", chargeType="Usage", billingCurrency="USD", pricingCurrency="USD",
        costInBillingCurrency="0.075", costInUsd="0.075", resourceGroupName="rg", tags='"team": "a"',
    ),
    "enterprise": one_line(
        ENTERPRISE, SubscriptionGuid="s-1", Date="2026-09-07", MeterCategory="Load Balancer", Quantity="3",
        CostInBillingCurrency="0.075", ResourceId="/lb", BillingAccountId="b-1", BillingCurrencyCode="USD",
        BillingPeriodStartDate="2026-09-01", BillingPeriodEndDate="2026-09-30", ResourceGroup="rg",
        ChargeType="Usage", Tags='"team": "a"',
    ),
    "older enterprise": one_line(
        OLDER_ENTERPRISE, SubscriptionId="17", SubscriptionGuid="s-1", Date="09/07/2026",
        ExtendedCost="0.075", EnrollmentNumber="b-1", Currency="USD",
        **{"Meter Category": "Load Balancer", "Consumed Quantity": "3", "Instance ID": "/lb",
           "Resource Group": "rg", "Tags": '{"team": "a"}'},
    ),
    "lower case": one_line(
        LOWER_CASE, subscriptionid="s-1", billingaccountid="b-1", usagedatetime="2026-09-07",
        metercategory="Load Balancer", costinbillingcurrency="0.075", instanceid="/lb",
        billingcurrency="USD", usagequantity="3", tags='"team": "a","resource_group": "rg"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_every_header_of_azure_gives_the_same_line(desk: Desk, name: str) -> None:
    result = desk.one(desk.write("bill.csv", "\ufeff" + HEADERS[name]))
    assert (result.importer, result.rows_added, result.rows_rejected) == ("azure_cost", 1, 0)
    (row,) = desk.ledger.records(
        "SELECT billed_cost, billing_currency, billing_account_id, sub_account_id, resource_id, "
        "pricing_quantity, billing_period_start_utc::DATE::VARCHAR AS month, "
        "billing_period_end_utc::DATE::VARCHAR AS month_end, "
        "charge_period_start_utc::DATE::VARCHAR AS day, charge_category, effective_cost, provider, "
        "cost_basis, "
        "tags ->> '$.team' AS team, tags ->> '$.resource_group' AS resource_group FROM charge"
    )
    assert row == {
        "billed_cost": D("0.075"),
        "billing_currency": "USD",
        "billing_account_id": "b-1" if "b-1" in HEADERS[name] else "s-1",
        "sub_account_id": "s-1",
        "resource_id": "/lb",
        "pricing_quantity": D(3),
        "month": "2026-09-01",
        "month_end": "2026-10-01",
        "day": "2026-09-07",
        "charge_category": "Usage",
        "effective_cost": D("0.075"),
        "provider": "azure",
        "cost_basis": None,
        "team": "a",
        "resource_group": "rg",
    }


def test_a_bill_of_azure_without_a_currency_is_refused_and_says_what_it_lacks(desk: Desk) -> None:
    header = LOWER_CASE.replace(",billingcurrency", "")
    result = desk.one(
        desk.write("bill.csv", one_line(header, subscriptionid="s-1", usagedatetime="2026-09-07"))
    )
    assert result.status == "refused"
    assert result.error is not None
    assert "It resembles azure_cost, but lacks: billing_currency." in result.error.message


def enterprise(*rows: dict[str, str]) -> str:
    base = {"MeterCategory": "Virtual Machines", "BillingAccountId": "b", "BillingCurrencyCode": "USD",
            "Date": "09/02/2026", "ChargeType": "Usage", "UnitOfMeasure": "1 Hour",
            "Quantity": "1"}  # fmt: skip
    lines = [one_line(ENTERPRISE, **{**base, **row}).splitlines() for row in rows]
    return "\n".join([lines[0][0], *(line[1] for line in lines)]) + "\n"


@pytest.mark.parametrize(
    ("row", "basis"),
    [
        ({"PricingModel": "OnDemand", "CostInBillingCurrency": "5"}, None),
        ({"PricingModel": "Reservation", "CostInBillingCurrency": "0"}, None),
        ({"PricingModel": "Reservation", "CostInBillingCurrency": "5"}, "amortized"),
        ({"PricingModel": "Savings Plan", "CostInBillingCurrency": "0.5"}, "amortized"),
        ({"PricingModel": "Reservation", "ChargeType": "Purchase", "CostInBillingCurrency": "5"}, None),
        ({"ChargeType": "UnusedReservation", "CostInBillingCurrency": "0"}, "amortized"),
        ({"ChargeType": "UnusedSavingsPlan", "CostInBillingCurrency": "2"}, "amortized"),
    ],
)
def test_one_line_tells_that_the_whole_file_is_amortized(
    desk: Desk, row: dict[str, str], basis: str | None
) -> None:
    plain = {"CostInBillingCurrency": "1", "PricingModel": "OnDemand"}
    result = desk.one(desk.write("bill.csv", enterprise(plain, row, plain)))
    assert result.rows_rejected == 0
    assert desk.rows("SELECT DISTINCT cost_basis FROM charge") == [(basis,)]


def test_a_bad_amount_does_not_make_a_file_amortized(desk: Desk) -> None:
    plain = {"CostInBillingCurrency": "1", "PricingModel": "OnDemand"}
    bad = {"CostInBillingCurrency": "1,5", "PricingModel": "Reservation"}
    result = desk.one(desk.write("bill.csv", enterprise(plain, bad, plain)))
    assert [(r.row_number, r.column) for r in result.rejects] == [(2, "CostInBillingCurrency")]
    assert desk.rows("SELECT count(*), count(cost_basis) FROM charge") == [(2, 0)]


def test_what_a_commitment_s_lines_say(desk: Desk) -> None:
    desk.one(
        desk.write(
            "bill.csv",
            enterprise(
                {"CostInBillingCurrency": "5", "PricingModel": "Reservation"},
                {"CostInBillingCurrency": "2", "ChargeType": "UnusedSavingsPlan"},
                {"CostInBillingCurrency": "-3", "ChargeType": "Refund", "PricingModel": "Reservation"},
            ),
        )
    )
    assert desk.rows(
        "SELECT charge_category, charge_class, commitment_discount_type, commitment_discount_status, "
        "effective_cost FROM charge ORDER BY row_number"
    ) == [
        ("Usage", None, "Reservation", "Used", D(5)),
        ("Usage", None, "Savings Plan", "Unused", D(2)),
        ("Adjustment", "Correction", "Reservation", None, D(-3)),
    ]


def test_a_list_price_in_another_currency_is_no_list_cost_in_this_one(desk: Desk) -> None:
    same = {"date": "09/07/2026", "meterCategory": "Storage", "quantity": "2", "unitOfMeasure": "1 GB",
            "costInBillingCurrency": "3", "PayGPrice": "2", "unitPrice": "1.5", "billingCurrency": "EUR",
            "SubscriptionId": "s"}  # fmt: skip
    rows = [
        {**same, "pricingCurrency": "USD", "paygCostInBillingCurrency": "3.6"},
        {**same, "pricingCurrency": "USD", "paygCostInBillingCurrency": "0"},
        {**same, "pricingCurrency": "EUR", "paygCostInBillingCurrency": ""},
    ]
    lines = [one_line(CUSTOMER_AGREEMENT, **row).splitlines() for row in rows]
    desk.one(desk.write("bill.csv", "\n".join([lines[0][0], *(line[1] for line in lines)])))
    assert desk.rows("SELECT list_cost, contracted_cost FROM charge ORDER BY row_number") == [
        (D("3.6"), None),
        (None, None),
        (D(4), D(3)),
    ]


METERS = [
    # product, meter, OpenAI's, model, kind, scope, tier
    ("Azure OpenAI", "gpt 4o 1120 Inp glbl Tokens",
     True, "gpt-4o-2024-11-20", "input_uncached", "global", "standard"),
    ("Azure OpenAI", "gpt-4o-0806-Outp-regnl Tokens",
     True, "gpt-4o-2024-08-06", "output", "regional", "standard"),
    ("Azure OpenAI", "gpt 4o mini 0718 cached Inp Data Zone Tokens",
     True, "gpt-4o-mini-2024-07-18", "cache_read", "data_zone", "standard"),
    ("Azure OpenAI", "gpt 4o mini0718 BatchOutp DataZone Tokens",
     True, "gpt-4o-mini-2024-07-18", "output", "data_zone", "batch"),
    ("Azure OpenAI", "gpt 4.1 nano Batch Inp glbl Tokens",
     True, "gpt-4.1-nano", "input_uncached", "global", "batch"),
    ("Azure OpenAI GPT5", "GPT 5 Mini cchd Inpt Glbl 1M Tokens",
     True, "gpt-5-mini", "cache_read", "global", "standard"),
    ("Azure OpenAI GPT5", "GPT 5 outpt DZone 1M Tokens", True, "gpt-5", "output", "data_zone", "standard"),
    ("Azure OpenAI GPT5", "5.5 ShortCo opt Gl 1M Tokens", True, "gpt-5.5", "output", "global", "standard"),
    ("Azure OpenAI GPT5", "5.4 pp cd inp Dz 1M Tokens",
     True, "gpt-5.4", "cache_read", "data_zone", "priority"),
    ("Azure OpenAI GPT5", "5.6 sol ShortCo Cd Wr Std Gl 1M Tokens",
     True, "gpt-5.6-sol", "cache_write", "global", "standard"),
    ("", "5.4 mini Opt Gl 1M Tokens", True, "gpt-5.4-mini", "output", "global", "standard"),
    ("", "o3 0416 Inp glbl Tokens", True, "o3-2025-04-16", "input_uncached", "global", "standard"),
    ("Azure OpenAI", "gpt-4o-aud-1217 Inp glbl Tokens",
     True, "gpt-4o-audio-2024-12-17", "input_audio", "global", "standard"),
    ("Azure OpenAI", "gpt-4o-aud-1217-txt Inp glbl Tokens",
     True, "gpt-4o-audio-2024-12-17", "input_uncached", "global", "standard"),
    ("Azure OpenAI", "gpt-4o-0806-cached-FT-inp-glbl Tokens",
     True, "gpt-4o-2024-08-06-ft", "cache_read", "global", "standard"),
    ("Azure OpenAI", "text-embedding-3-large-glbl Tokens",
     True, "text-embedding-3-large", "input_uncached", "global", "standard"),
    ("Azure Grok Models", "4.3 Outp Glbl Tokens", False, "grok-4.3", "output", "global", "standard"),
    ("Azure Deepseek Models", "V4 Pro cached DZ Tokens",
     False, "deepseek-v4-pro", "cache_read", "data_zone", "standard"),
    ("Azure Phi Models", "Phi-4-Input Tokens", False, "phi-4", "input_uncached", None, "standard"),
]  # fmt: skip


@pytest.mark.parametrize("case", METERS, ids=[case[1] for case in METERS])
def test_what_the_name_of_a_meter_says(desk: Desk, case: tuple[Any, ...]) -> None:
    product, meter, is_openai, *said = case
    line = {"MeterSubcategory": product, "MeterName": meter, "UnitOfMeasure": "1K", "Quantity": "2",
            "MeterCategory": "Foundry Models", "CostInBillingCurrency": "1"}  # fmt: skip
    desk.one(desk.write("bill.csv", enterprise(line)))
    assert desk.rows(
        "SELECT provider, model_name, token_kind, endpoint_scope, service_tier, consumed_quantity FROM charge"
    ) == [("azure-openai" if is_openai else "azure", *said, D(2000))]


@pytest.mark.parametrize(
    "meter",
    [
        "gpt 4.1 dev ft training glbl Tokens",
        "gpt-4o-0806-FT-Hstng-glbl Unit",
        "Provisioned Managed Global Unit",
        "Image-DALL-E-2-glbl Images",
    ],
)
def test_meters_of_openai_that_count_no_prompt_or_answer(desk: Desk, meter: str) -> None:
    line = {"MeterSubcategory": "Azure OpenAI", "MeterName": meter, "CostInBillingCurrency": "1"}
    desk.one(desk.write("bill.csv", enterprise(line)))
    assert desk.rows("SELECT provider, model_name, token_kind, consumed_unit FROM charge") == [
        ("azure-openai", None, None, "1 Hour")
    ]


@pytest.mark.parametrize(
    ("unit", "tokens"),
    [("1K", 2500), ("1M", 2_500_000), ("10K", 25_000), ("1M Tokens", 2_500_000), ("1000 Tokens", 2500),
     ("1 Million Tokens", 2_500_000), ("1 ", D("2.5")), ("1B", 2_500_000_000), ("", None)],
)  # fmt: skip
def test_tokens_of_a_unit_of_measure(desk: Desk, unit: str, tokens: int | None) -> None:
    line = {"MeterName": "gpt 4.1 Inp glbl Tokens", "UnitOfMeasure": unit, "Quantity": "2.5",
            "CostInBillingCurrency": "1"}  # fmt: skip
    desk.one(desk.write("bill.csv", enterprise(line)))
    assert desk.rows("SELECT consumed_quantity FROM charge") == [(tokens,)]


# --- Google Cloud ---------------------------------------------------------------------------------

NESTED: list[dict[str, Any]] = [
    {
        "billing_account_id": "01AB",
        "service": {"id": "C7E2-9256-1C43", "description": "Vertex AI"},
        "sku": {"id": "S-1", "description": "Gemini 2.5 Flash GA Text Input - Predictions"},
        "usage_start_time": "2026-09-30 23:00:00 UTC",
        "usage_end_time": "2026-10-01 00:00:00 UTC",
        "project": {
            "id": "p-1",
            "number": "77",
            "name": "P One",
            "labels": [{"key": "env", "value": "prod"}],
            "ancestry_numbers": "/1/",
        },
        "labels": [{"key": "team", "value": "search"}],
        "system_labels": [],
        "location": {"location": "us-central1", "country": "US", "region": "us-central1", "zone": None},
        "export_time": "2026-10-01 04:00:00 UTC",
        "cost": 1.5,
        "currency": "USD",
        "currency_conversion_rate": 1,
        "usage": {
            "amount": 5000000,
            "unit": "count",
            "amount_in_pricing_units": 5000000,
            "pricing_unit": "count",
        },
        "credits": [
            {"name": "Committed use", "amount": -0.25, "full_name": None, "id": "c", "type": "DISCOUNT"},
            {"name": "Promotion", "amount": -0.05, "full_name": "P", "id": "d", "type": "PROMOTION"},
        ],
        "invoice": {"month": "202610", "publisher_type": "GOOGLE"},
        "cost_type": "regular",
        "tags": [{"key": "cc", "value": "42", "inherited": True, "namespace": "org"}],
        "cost_at_list": 1.6,
        "resource": {"name": "projects/77/endpoints/e", "global_name": "//aiplatform/e"},
        "seller_name": "Google",
    },
    {
        "billing_account_id": "01AB",
        "service": {"id": "X", "description": "Invoice"},
        "sku": {"id": "S-2", "description": "Tax"},
        "usage_start_time": "2026-10-01 00:00:00 UTC",
        "usage_end_time": "2026-10-31 00:00:00 UTC",
        "project": {},
        "labels": [],
        "location": {},
        "cost": 0.1,
        "currency": "USD",
        "usage": {},
        "credits": [],
        "invoice": {"month": "202610"},
        "cost_type": "tax",
    },
]
EXPECTED = [
    ("google", "gemini-2.5-flash", "input_uncached", "regional", D("1.2"), D("1.5"), D("1.6"), D(5_000_000),
     "2026-10-01", "2026-09-30", "Usage", "p-1", "P One", "us-central1", "S-1", "projects/77/endpoints/e",
     '{"env":"prod","cc":"42","team":"search"}'),
    ("google", None, None, None, D("0.1"), D("0.1"), None, None,
     "2026-10-01", "2026-10-01", "Tax", None, None, None, "S-2", None, None),
]  # fmt: skip


def lines_of(desk: Desk) -> list[tuple[Any, ...]]:
    return desk.rows(
        "SELECT provider, model_name, token_kind, endpoint_scope, billed_cost, contracted_cost, list_cost, "
        "consumed_quantity, billing_period_start_utc::DATE::VARCHAR, charge_period_start_utc::DATE::VARCHAR, "
        "charge_category, sub_account_id, sub_account_name, region_id, sku_id, resource_id, tags "
        "FROM charge ORDER BY row_number"
    )


def parquet(path: Path, target: Path, *, wrapped: bool = False) -> None:
    """The rows as Parquet with typed structs; `wrapped` lists are {list: [{element}]}, as BigQuery writes."""
    credits_sql = (
        "{'list': list_transform(credits, LAMBDA c: {'element': c})} AS credits"
        if wrapped
        else "credits AS credits"
    )
    labels_sql = (
        "{'list': list_transform(labels, LAMBDA c: {'element': c})} AS labels"
        if wrapped
        else "labels AS labels"
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * REPLACE ({credits_sql}, {labels_sql}, "
            "strptime(usage_start_time, '%Y-%m-%d %H:%M:%S UTC')::TIMESTAMPTZ AS usage_start_time) "
            "FROM read_json($source)) TO $target (FORMAT parquet)",
            {"source": str(path), "target": str(target)},
        )


@pytest.mark.parametrize("shape", ["jsonl", "json", "parquet", "wrapped parquet"])
def test_nested_exports_of_google_give_the_same_lines(desk: Desk, shape: str) -> None:
    path = desk.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in NESTED))
    if shape == "json":
        path = desk.write("rows.json", json.dumps(NESTED, indent=2))
    elif shape != "jsonl":
        target = path.with_suffix(".parquet")
        parquet(path, target, wrapped=shape.startswith("wrapped"))
        path = target
    result = desk.one(path)
    assert (result.importer, result.rows_added, result.rows_rejected) == ("gcp_billing", 2, 0)
    assert result.billed == {"USD": D("1.3")}
    assert lines_of(desk) == EXPECTED


@pytest.mark.parametrize("joint", [".", "_"])
@pytest.mark.parametrize("writing", ["json", "python"])
def test_flat_exports_of_google_give_the_same_lines(desk: Desk, joint: str, writing: str) -> None:
    flat = []
    for row in NESTED:
        out: dict[str, str] = {}
        for key, value in row.items():
            parts = value.items() if isinstance(value, dict) else [("", value)]
            for inner, part in parts:
                text = str(part) if writing == "python" else json.dumps(part)
                name = f"{key}{joint}{inner}" if inner else key
                out[name] = "" if part is None else part if isinstance(part, str) else text
        flat.append(out)
    file = io.StringIO()
    writer = csv.DictWriter(file, list(flat[0]), lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(flat)
    result = desk.one(desk.write("rows.csv", file.getvalue()))
    assert (result.importer, result.rows_added, result.rows_rejected) == ("gcp_billing", 2, 0)
    assert lines_of(desk) == EXPECTED


def test_a_bad_credit_in_a_nested_row_rejects_that_row_alone(desk: Desk) -> None:
    bad = {**NESTED[0], "credits": [{"name": "x", "amount": "a lot"}]}
    path = desk.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in [bad, NESTED[1]]))
    result = desk.one(path)
    assert (result.rows_added, result.rows_rejected) == (1, 1)
    assert [(r.row_number, r.line, r.column) for r in result.rejects] == [(1, 1, "credits")]


def google(**values: str) -> str:
    row = {"billing_account_id": "01AB", "service.description": "Vertex AI", "sku.id": "S",
           "sku.description": "Claude Opus 5 Input Tokens", "usage_start_time": "2026-09-03 10:00:00+00:00",
           "usage_end_time": "2026-09-03 11:00:00+00:00", "cost": "1", "currency": "USD",
           "usage.amount": "10", "usage.unit": "count"} | values  # fmt: skip
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([list(row), list(row.values())])
    return out.getvalue()


def test_columns_that_an_export_may_lack(desk: Desk) -> None:
    """Neither credits nor invoice month nor cost type nor project: the least that is a bill."""
    result = desk.one(desk.write("rows.csv", google()))
    assert (result.rows_added, result.billed) == (1, {"USD": D(1)})
    assert desk.rows(
        "SELECT billing_period_start_utc::VARCHAR, charge_category, endpoint_scope, tags FROM charge"
    ) == [("2026-09-01 00:00:00", "Usage", None, None)]


@pytest.mark.parametrize(
    ("text", "billed"),
    [
        ("", "1"),
        ("[]", "1"),
        ("null", "1"),
        ('[{"amount": -0.25}, {"amount": "-0.5"}]', "0.25"),
        ('[{"name": "x", "amount": null}]', "1"),
        ("[{'name': 'FreeTrial', 'amount': -5e-06, 'full_name': None}]", "0.999995"),
        ("[{'name': \"Bob's\", 'amount': Decimal('-1.5')}]", "-0.5"),
        ("[{'name': 'a', 'amount': -0.1}\n {'name': 'b', 'amount': -0.2}]", "0.7"),
    ],
)
def test_credits_however_they_are_written(desk: Desk, text: str, billed: str) -> None:
    result = desk.one(desk.write("rows.csv", google(credits=text)))
    assert result.rows_rejected == 0
    assert desk.rows("SELECT billed_cost, contracted_cost FROM charge") == [(D(billed), D(1))]


@pytest.mark.parametrize("text", ["[broken", "[broken]", "5 off", "[{'amount': 'x'}]", '[{"amount": "x"}]'])
def test_credits_that_cannot_be_read_are_never_taken_for_none(desk: Desk, text: str) -> None:
    result = desk.one(desk.write("rows.csv", google(credits=text)))
    assert (result.rows_added, [r.column for r in result.rejects]) == (0, ["credits"])


SKUS = [
    ("Gemini 2.5 Flash GA Thinking Text Output - Predictions", "gemini-2.5-flash", "output", "standard"),
    ("Gemini 2.5 Flash GA Text Output (Thinking On) - Predictions", "gemini-2.5-flash", "output", "standard"),
    (" Gemini 2.5 Flash Lite Input Text Caching", "gemini-2.5-flash-lite", "cache_read", "standard"),
    ("Gemini 2.5 Pro Text Input (Long) - Predictions", "gemini-2.5-pro", "input_uncached", "standard"),
    ("Gemini 3.0 Pro Text Input - Predictions", "gemini-3-pro", "input_uncached", "standard"),
    ("Gemini 2.5 Flash Audio Input Batch - Predictions", "gemini-2.5-flash", "input_audio", "batch"),
    ("Gemini 3.7 Flash Priority Text Output - Predictions", "gemini-3.7-flash", "output", "priority"),
    ("Gemini 3 Flash Text Input Caching Flex", "gemini-3-flash", "cache_read", "flex"),
    ("Generate content output token count gemini 2.5 flash short input text",
     "gemini-2.5-flash", "output", "standard"),
    ("Generate content cached input token count gemini 2.5 flash input audio",
     "gemini-2.5-flash", "cache_read", "standard"),
    ("GenerateContent text output token count for Gemini 2.0 Flash",
     "gemini-2.0-flash", "output", "standard"),
    ("EmbedContent input token count for gemini-embedding-001",
     "gemini-embedding-001", "input_uncached", "standard"),
    ("Claude Haiku 4.5 Cache Read Tokens", "claude-haiku-4-5", "cache_read", "standard"),
    ("Claude Sonnet 4.5 Cache Write Tokens", "claude-sonnet-4-5", "cache_write", "standard"),
    ("Claude Opus 4.6 Batch Output Tokens", "claude-opus-4-6", "output", "batch"),
    ("Cloud Vertex AI Model Garden Model as a Service Llama 4 Maverick Input Token",
     "llama-4-maverick", "input_uncached", "standard"),
]  # fmt: skip


@pytest.mark.parametrize(("sku", "model", "kind", "tier"), SKUS, ids=[sku[0] for sku in SKUS])
def test_what_the_name_of_a_sku_says(desk: Desk, sku: str, model: str, kind: str, tier: str) -> None:
    desk.one(desk.write("rows.csv", google(**{"sku.description": sku})))
    assert desk.rows(
        "SELECT model_name, token_kind, service_tier, consumed_quantity, consumed_unit FROM charge"
    ) == [(model, kind, tier, D(10), "Tokens")]


@pytest.mark.parametrize(
    ("service", "sku"),
    [
        ("Vertex AI", "Gemini 3 Flash Text Input Caching Storage"),
        ("Vertex AI", "Vertex AI: Provisioned Throughput 1 month"),
        ("Vertex AI", "Imagen 4 Generation"),
        ("Cloud Dataflow", "Streaming data input"),
    ],
)
def test_skus_that_count_no_tokens(desk: Desk, service: str, sku: str) -> None:
    desk.one(desk.write("rows.csv", google(**{"service.description": service, "sku.description": sku})))
    assert desk.rows("SELECT model_name, token_kind, consumed_quantity, consumed_unit FROM charge") == [
        (None, None, D(10), "count")
    ]


def test_characters_are_no_tokens(desk: Desk) -> None:
    desk.one(desk.write("rows.csv", google(**{"sku.description": "Gemini 1.5 Pro Text Input - Predictions"})))
    assert desk.rows("SELECT model_name, token_kind, consumed_quantity FROM charge") == [
        ("gemini-1.5-pro", "input_uncached", None)
    ]


def test_the_month_to_date_is_replaced_by_the_whole_month(desk: Desk) -> None:
    day, line = "2026-09-{:02} 10:00:00 UTC", google().splitlines()[1]
    header = google().splitlines()[0]
    rows = [line.replace("2026-09-03 10:00:00+00:00", day.format(n)) for n in range(1, 21)]
    desk.one(desk.write("half.csv", "\n".join([header, *rows[:10]])))
    desk.one(desk.write("full.csv", "\n".join([header, *rows])))
    assert desk.rows("SELECT count(*), sum(billed_cost) FROM charge") == [(20, D(20))]


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("azure_cost", {"Cost", "Date", "MeterCategory", "BillingCurrency"}),
        ("gcp_billing", {"cost", "currency", "usage_start_time", "service.description", "sku.description"}),
    ],
)
def test_only_the_columns_that_a_format_is_known_by(desk: Desk, name: str, needed: set[str]) -> None:
    source = Path(__file__).parent / name / "input.csv"
    with source.open(newline="", encoding="utf-8-sig") as lines:
        header, *rows = list(csv.reader(lines))[:12]
    kept = [position for position, column in enumerate(header) if column in needed]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([[row[position] for position in kept] for row in [header, *rows]])
    result = desk.one(desk.write("few.csv", text.getvalue()))
    assert (result.importer, result.status, result.rows_added) == (name, "imported", 11)
