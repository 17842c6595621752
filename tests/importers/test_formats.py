"""Which importer takes a file: versions of FOCUS, names of columns, a user's own format, and clashes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.errors import ConfigError
from finops_ai.importers import load_registry
from finops_ai.importers.contract import parse_importer
from finops_ai.importers.heads import snake_case
from tests.importers.desk import Desk

D = Decimal
REPOSITORY = Path(__file__).resolve().parents[2]
TRACE = REPOSITORY / "examples" / "azure_trace" / "azure_trace.sql"

# The columns that each version requires of a file, beside those that all of them have.
COMMON = (
    "BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd BillingPeriodStart "
    "ChargeCategory ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd ChargePeriodStart "
    "ContractedCost EffectiveCost ListCost PricingQuantity PricingUnit ServiceCategory ServiceName SkuId"
).split()
VERSIONS = {
    "1.0": ["InvoiceIssuerName", "ProviderName", "PublisherName", "SkuPriceId", "ResourceId", "Tags"],
    "1.1": ["InvoiceIssuerName", "ProviderName", "PublisherName", "SkuMeter", "SkuPriceDetails", "Tags"],
    "1.2": ["InvoiceId", "ProviderName", "PublisherName", "PricingCurrency", "BillingAccountType", "Tags"],
    "1.3": [
        "InvoiceId",
        "ProviderName",
        "ServiceProviderName",
        "HostProviderName",
        "AllocatedMethodId",
        "Tags",
    ],
    "1.4": ["InvoiceId", "ServiceProviderName", "HostProviderName", "ContractApplied", "Tags"],
}
VALUES = {
    "BilledCost": "1.25",
    "EffectiveCost": "1.25",
    "ListCost": "2",
    "ContractedCost": "1.5",
    "PricingQuantity": "10",
    "BillingAccountId": "A",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z",
    "ChargePeriodStart": "2026-09-02T00:00:00Z",
    "ChargePeriodEnd": "2026-09-03T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeClass": "",
    "ProviderName": "Acme Cloud",
    "ServiceProviderName": "Acme Cloud",
    "PublisherName": "Acme Cloud",
    "Tags": "{}",
    "SkuPriceDetails": "{}",
    "ContractApplied": "[]",
}


def focus_text(names: list[str], values: dict[str, str]) -> str:
    cells = [values.get(name, name.lower()) for name in names]
    return ",".join(names) + "\n" + ",".join(cells) + "\n"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_focus(desk: Desk, version: str) -> None:
    names = COMMON + VERSIONS[version]
    result = desk.one(desk.write("a.csv", focus_text(names, VALUES)))
    assert (result.importer, result.rows_added, result.rows_rejected) == ("focus", 1, 0)
    assert desk.rows(
        "SELECT provider, service_provider_name, billed_cost, list_cost, contracted_cost, "
        "pricing_quantity FROM charge"
    ) == [("acme-cloud", "Acme Cloud", D("1.25"), D(2), D("1.5"), D(10))]


@pytest.mark.parametrize(
    ("named", "provider"),
    [
        ({"ServiceProviderName": "OpenAI", "ProviderName": "Reseller Ltd"}, "openai"),
        ({"ProviderName": "Anthropic"}, "anthropic"),
        ({"ProviderName": "Amazon Web Services"}, "aws"),
        ({"ProviderName": "AWS", "ServiceName": "Amazon Bedrock"}, "aws-bedrock"),
        ({"ProviderName": "Microsoft"}, "azure"),
        ({"ServiceProviderName": "Google Cloud"}, "google"),
        ({"ServiceProviderName": "Pinecone Systems, Inc."}, "pinecone-systems-inc"),
    ],
)
def test_the_provider_key_of_a_focus_line(desk: Desk, named: dict[str, str], provider: str) -> None:
    names = [*COMMON, *(name for name in named if name not in COMMON)]
    values = {name: f'"{value}"' for name, value in named.items()}
    desk.one(desk.write("a.csv", focus_text(names, {**VALUES, **values})))
    assert desk.rows("SELECT provider FROM charge") == [(provider,)]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("BilledCost", "billed_cost"),
        ("lineItem/UnblendedCost", "line_item_unblended_cost"),
        ("line_item_unblended_cost", "line_item_unblended_cost"),
        ("LINE_ITEM_UNBLENDED_COST", "line_item_unblended_cost"),
        ("bill/PayerAccountId", "bill_payer_account_id"),
        ("savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_arn"),
        ("product/region_code", "product_region_code"),
        (" Billed Cost ", "billed_cost"),
        ("Ressourcengruppe (ResourceGroup)", "resource_group"),
        ("x_SKUOrderId", "x_sku_order_id"),
        ("billing_account.id", "billing_account_id"),
    ],
)
def test_names_of_columns_are_compared_in_snake_case(printed: str, name: str) -> None:
    assert snake_case(printed) == name


@pytest.mark.parametrize("style", [str, str.upper, snake_case], ids=["as published", "upper", "snake"])
def test_a_focus_file_under_other_spellings_of_its_names(desk: Desk, style: object) -> None:
    if style is str.upper:  # a database prints BILLED_COST
        names = [snake_case(name).upper() for name in COMMON]
    else:
        names = [snake_case(name) if style is snake_case else name for name in COMMON]
    cells = [VALUES.get(name, name.lower()) for name in COMMON]
    result = desk.one(desk.write("a.csv", ",".join(names) + "\n" + ",".join(cells) + "\n"))
    assert (result.importer, result.rows_added) == ("focus", 1)


def test_two_importers_that_fit_are_named_and_neither_is_taken(desk: Desk) -> None:
    twin = desk.write("twin.sql", TRACE.read_text(encoding="utf-8").replace("azure_trace\n", "twin\n"))
    path = desk.write("a.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2026-09-01,1,2\n")
    result = desk.one(path, importers=[TRACE, twin])
    assert result.status == "refused"
    assert result.error is not None
    assert result.error.message == (
        f"{path}: more than one importer recognises it: azure_trace (azure_trace.sql), twin (twin.sql)."
    )


def test_an_importer_may_not_take_a_shipped_name(desk: Desk) -> None:
    clash = desk.write("mine.sql", TRACE.read_text(encoding="utf-8").replace("azure_trace\n", "focus\n"))
    with pytest.raises(ConfigError, match='the importer name "focus" is taken'):
        load_registry([clash])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-- importer: azure_trace\n", "", 'the header "importer" is missing'),
        ("-- identity: row", "-- idenity: row", '"idenity" is not a header of an importer'),
        ("-- feeds: token_usage", "-- feeds: usage", '"feeds: usage" with "reads: csv" is not known'),
        ("-- reads: csv", "-- reads: xls", 'with "reads: xls" is not known'),
        ("-- identity: row", "-- identity: period", 'does not fit "feeds: token_usage"'),
        ("-- identity: row", "-- identity: row\n-- on repeat: largest", '"on repeat: largest" is not known'),
    ],
)
def test_a_header_that_is_wrong_says_what(old: str, new: str, message: str) -> None:
    text = TRACE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigError) as caught:
        parse_importer(text.replace(old, new), "mine.sql")
    assert caught.value.message.startswith("mine.sql")
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("AS output_tokens", "AS outputs", 'names a column "outputs", which token_usage does not have'),
        ("'azure-openai' AS provider,", "", "the SELECT lacks provider"),
    ],
)
def test_a_select_that_does_not_fit_its_table_says_what(desk: Desk, old: str, new: str, message: str) -> None:
    text = TRACE.read_text(encoding="utf-8")
    assert old in text
    mine = desk.write("mine.sql", text.replace(old, new))
    path = desk.write("a.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2026-09-01,1,2\n")
    with pytest.raises(ConfigError) as caught:
        desk.one(path, importers=[mine])
    assert caught.value.message.startswith("mine.sql")
    assert message in caught.value.message
    assert desk.figures() == [[], [], []]


def test_a_column_of_the_format_that_a_file_lacks_reads_as_nothing(desk: Desk) -> None:
    text = "outcome_id,kind,status,resolved_at\nT-1,ticket,success,2026-09-01\n"
    assert desk.one(desk.write("a.csv", text)).rows_added == 1
    assert desk.rows("SELECT session_id, value, tags FROM outcome") == [(None, None, None)]


def test_outcomes_as_json_lines_equal_the_csv(desk: Desk) -> None:
    record = (
        '{"outcome_id":"T-1","kind":"ticket","status":"success","resolved_at":"2026-09-01","value":1.5}\n'
    )
    csv = "outcome_id,kind,status,resolved_at,value\nT-1,ticket,success,2026-09-01,1.5\n"
    desk.one(desk.write("a.jsonl", record))
    before = desk.figures()
    result = desk.one(desk.write("a.csv", csv))
    assert (result.rows_repeated, result.rows_added, result.rows_replaced) == (1, 0, 0)
    assert desk.figures() == before


def test_spend_logs_as_a_json_array_and_as_csv_equal_the_lines(desk: Desk) -> None:
    """The table LiteLLM_SpendLogs leaves its database in any of the three."""
    metadata = '"{\\"litellm_call_id\\": \\"call-1\\", \\"usage_object\\": null}"'
    record = (
        '{"request_id":"r1","call_type":"acompletion","spend":0.25,"startTime":"2026-09-01 10:00:00",'
        f'"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"metadata":{metadata}}}'
    )
    csv = (
        "request_id,call_type,spend,startTime,prompt_tokens,completion_tokens,total_tokens,metadata\n"
        'r1,acompletion,0.25,2026-09-01 10:00:00,10,2,12,"{""litellm_call_id"": ""call-1""}"\n'
    )
    desk.one(desk.write("a.jsonl", record + "\n"))
    before = desk.figures()
    for name, text in (("b.json", f"[\n {record}\n]\n"), ("c.csv", csv)):
        result = desk.one(desk.write(name, text))
        assert (result.importer, result.rows_repeated, result.rows_read) == ("litellm_spend_logs", 1, 1), name
    assert desk.figures() == before


def test_a_streamed_message_that_grows_over_several_files_is_replaced(desk: Desk) -> None:
    def text(output: int) -> str:
        usage = f'{{"input_tokens":3,"output_tokens":{output}}}'
        message = f'{{"id":"msg_1","model":"claude-opus-4-8","usage":{usage}}}'
        return f'{{"sessionId":"s","timestamp":"2026-09-01T10:00:00Z","message":{message}}}\n'

    grown = []
    for number, output in enumerate((5, 40, 20)):
        result = desk.one(desk.write(f"{number}.jsonl", text(output)))
        grown.append((result.rows_added, result.rows_replaced, result.rows_repeated))
    assert grown == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert desk.rows("SELECT output_tokens, file_id FROM token_usage") == [(40, 2)]
