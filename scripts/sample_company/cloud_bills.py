"""The other bills: AWS CUR 2.0 with Bedrock tokens and the gateway, FOCUS from VectorHub."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from sample_company.bills import Bill
from sample_company.model import (
    KINDS,
    BillLine,
    Call,
    Dice,
    at,
    days,
    index_of,
    instant,
    iso,
    next_month,
    plain,
    total,
)
from sample_company.prices import BEDROCK_HAIKU, amount
from sample_company.text import to_csv, zipped

ACCOUNT = "111122223333"
CREDITS = {"2025-12": "-25", "2026-03": "-40", "2026-06": "-18.75", "2026-09": "-60"}
TAX_RATE = Decimal("0.08")
HOST_PRICE = Decimal("0.1008")

_CUR = (
    "identity_line_item_id,bill_billing_period_start_date,line_item_usage_start_date,"
    "line_item_usage_end_date,line_item_usage_account_id,line_item_line_item_type,"
    "line_item_product_code,line_item_usage_type,line_item_operation,"
    "line_item_line_item_description,line_item_usage_amount,pricing_unit,"
    "line_item_currency_code,line_item_unblended_cost,line_item_net_unblended_cost,"
    "line_item_iam_principal,tags"
).split(",")
_BEDROCK = "AmazonBedrockFoundationModels"
_ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/ClaimsIntakeRole/litellm"
_METER = {
    "input_uncached": ("InputTokenCount", "input tokens"),
    "cache_read": ("CacheReadInputTokenCount", "cache read input tokens"),
    "cache_write_5m": ("CacheWriteInputTokenCount", "cache write input tokens"),
    "output": ("OutputTokenCount", "output tokens"),
}
_HOURLY = ("input_uncached", "output")


def _cents(value: Decimal) -> Decimal:
    """Round to cents, as invoices round tax."""
    return value.quantize(Decimal("0.01"))


def _unit(month: str, kind: str) -> tuple[str, Decimal]:
    """Return how AWS counts a kind: thousands at first, input in millions from May 2026 on."""
    thousands = kind == "cache_write_5m" or (kind == "input_uncached" and month < "2026-05")
    return ("1K tokens", Decimal(1000)) if thousands else ("1M tokens", Decimal(1_000_000))


class _Cur:
    """One month of CUR lines under construction."""

    def __init__(self, month: str) -> None:
        self.month = month
        self.rows: list[list[str]] = []
        self.lines: list[BillLine] = []

    def add(
        self,
        span: tuple[int, int],
        item: tuple[str, str, str, str, str],
        quantity: tuple[str, str],
        cost: Decimal,
        category: str,
        who: tuple[str, str] = ("", ""),
    ) -> None:
        """Add one line; `item` is type, product, usage type, operation and description."""
        money = plain(cost)
        number = f"li-{self.month}-{len(self.rows) + 1:05d}"
        self.rows.append(
            [
                number,
                f"{self.month}-01T00:00:00Z",
                iso(span[0]),
                iso(span[1]),
                ACCOUNT,
                *item,
                *quantity,
                "USD",
                money,
                money,
                *who,
            ]
        )
        self.lines.append(BillLine(self.month, category, cost))


def _bedrock_lines(cur: _Cur, calls: Iterable[Call]) -> None:
    """Add the Bedrock token lines: input and output by the hour, cache kinds by the day."""
    sums: Counter[tuple[int, int, str]] = Counter()
    for call in calls:
        if call.provider == "aws-bedrock":
            hour = instant(call.at_ms).hour
            for kind in KINDS:
                start = at(call.day, hour * 3600 if kind in _HOURLY else 0)
                hours = 1 if kind in _HOURLY else 24
                sums[start, hours, kind] += call.tokens.of(kind)
    for (start, hours, kind), count in sorted(sums.items()):
        if count:
            meter, words = _METER[kind]
            unit, size = _unit(cur.month, kind)
            cost = amount("aws-bedrock", BEDROCK_HAIKU, kind, instant(start).date(), count)
            text = f"Claude Haiku 4.5 (Amazon Bedrock Edition) {words}"
            item = ("Usage", _BEDROCK, f"USE1-MP:USE1_{meter}-Units", "InvokeModel", text)
            quantity = (plain(count / size), unit)
            cur.add((start, start + hours * 3_600_000), item, quantity, cost, "usage", (_ROLE, ""))


def _gateway_lines(cur: _Cur) -> None:
    """Add the gateway's hosts: two machines, a third one from May 2026 on."""
    tags = '{"user:service": "llm-gateway"}'
    item = ("Usage", "AmazonEC2", "USE1-BoxUsage:m7i.large", "RunInstances", "m7i.large")
    for day in days(cur.month):
        for _ in range(3 if cur.month >= "2026-05" else 2):
            span = (at(day), at(day + timedelta(days=1)))
            cur.add(span, item, ("24", "Hrs"), 24 * HOST_PRICE, "pool:gateway", ("", tags))


def aws(calls: Iterable[Call], month: str) -> Bill:
    """Write the CUR 2.0 file of a month, with tax and, in some months, a credit."""
    cur = _Cur(month)
    _bedrock_lines(cur, calls)
    _gateway_lines(cur)
    span = (at(days(month)[0]), at(date.fromisoformat(next_month(month) + "-01")))
    meter = "USE1-MP:USE1_InputTokenCount-Units"
    tax = _cents(TAX_RATE * total(line.amount for line in cur.lines))
    if month in CREDITS:
        item = ("Credit", _BEDROCK, meter, "InvokeModel", "Promotional credit")
        cur.add(span, item, ("0", "1K tokens"), Decimal(CREDITS[month]), "credit")
    product = _BEDROCK if index_of(month) > 1 else "AmazonEC2"
    usage_type = meter if index_of(month) > 1 else "USE1-BoxUsage:m7i.large"
    cur.add(span, ("Tax", product, usage_type, "", "Tax"), ("0", ""), tax, "tax")
    data = zipped(to_csv(_CUR, cur.rows))
    return Bill(f"bills/aws/cur2_{month}.csv.gz", data, tuple(cur.lines), len(cur.rows))


_FOCUS = (
    "BilledCost,BillingAccountId,BillingAccountName,BillingAccountType,BillingCurrency,"
    "BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,"
    "ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,"
    "ContractedCost,ContractedUnitPrice,EffectiveCost,InvoiceId,InvoiceIssuerName,ListCost,"
    "ListUnitPrice,PricingCategory,PricingCurrency,PricingCurrencyContractedUnitPrice,"
    "PricingCurrencyEffectiveCost,PricingCurrencyListUnitPrice,PricingQuantity,PricingUnit,"
    "ProviderName,PublisherName,RegionId,RegionName,ResourceId,ResourceName,ResourceType,"
    "ServiceCategory,ServiceName,ServiceSubcategory,SkuId,SkuMeter,SkuPriceId,SubAccountId,"
    "SubAccountName,SubAccountType,Tags"
).split(",")
FOCUS_BROKEN_MONTH = "2026-04"


def _focus_base(month: str) -> dict[str, str]:
    """Return the cells that every line of a VectorHub bill shares."""
    vendor = dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), "VectorHub")
    return vendor | {
        "BillingAccountId": "vh-acct-20417",
        "BillingAccountName": "Brightwater Insurance",
        "BillingAccountType": "Organization",
        "BillingCurrency": "USD",
        "BillingPeriodStart": f"{month}-01T00:00:00Z",
        "BillingPeriodEnd": f"{next_month(month)}-01T00:00:00Z",
        "ChargePeriodStart": f"{month}-01T00:00:00Z",
        "ChargePeriodEnd": f"{next_month(month)}-01T00:00:00Z",
        "InvoiceId": f"VH-{month}-20417",
        "PricingCurrency": "USD",
        "ServiceCategory": "Databases",
        "ServiceName": "VectorHub Database",
        "ServiceSubcategory": "Other (Databases)",
        "SubAccountId": "vh-proj-prod",
        "SubAccountName": "production",
        "SubAccountType": "Project",
    }


def _focus_priced(sku: str, meter: str, unit: str, price: str, quantity: Decimal) -> dict[str, str]:
    """Return the price and cost cells of a usage or purchase line."""
    cost = plain(quantity * Decimal(price))
    money = dict.fromkeys(
        ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "PricingCurrencyEffectiveCost"),
        cost,
    )
    prices = dict.fromkeys(
        (
            "ListUnitPrice",
            "ContractedUnitPrice",
            "PricingCurrencyListUnitPrice",
            "PricingCurrencyContractedUnitPrice",
        ),
        price,
    )
    return (
        money
        | prices
        | {
            "PricingCategory": "Standard",
            "PricingQuantity": plain(quantity),
            "PricingUnit": unit,
            "SkuId": sku,
            "SkuPriceId": f"{sku}-std",
            "SkuMeter": meter,
        }
    )


_INDEX = {
    "RegionId": "us-east-1",
    "RegionName": "US East (N. Virginia)",
    "ResourceId": "vh-idx-7c21",
    "ResourceName": "policy-knowledge",
    "ResourceType": "Index",
    "ChargeCategory": "Usage",
    "ChargeFrequency": "Usage-Based",
    "Tags": '{"env": "prod", "team": "platform"}',
}


def _focus_lines(month: str) -> list[dict[str, str]]:
    """Return usage by the day, storage and support seats by the month."""
    dice = Dice(f"vectorhub/{month}")
    index = index_of(month)
    rows = []
    for day in days(month):
        busy = 100 if day.weekday() < 5 else 40
        reads = dice.whole(170_000, 230_000) * (10 + index) // 10 * busy // 100
        row = _focus_priced("VH-READ", "Read Units", "1000000 Read Units", "9", Decimal(reads) / 1_000_000)
        rows.append(
            _INDEX
            | row
            | {
                "ChargeDescription": "Read units of index policy-knowledge",
                "ChargePeriodStart": iso(at(day)),
                "ChargePeriodEnd": iso(at(day + timedelta(days=1))),
                "ConsumedQuantity": str(reads),
                "ConsumedUnit": "Read Units",
            }
        )
    stored = Decimal(410 + 37 * index + dice.whole(0, 20))
    rows.append(
        _INDEX
        | _focus_priced("VH-STORE", "Storage", "GB-Months", "0.25", stored)
        | {
            "ChargeDescription": "Storage of index policy-knowledge",
            "ConsumedQuantity": plain(stored),
            "ConsumedUnit": "GB-Months",
        }
    )
    seats = Decimal(8 if month >= "2026-06" else 5)
    rows.append(
        _focus_priced("VH-SEAT", "Support Seats", "Seats", "29", seats)
        | {
            "ChargeCategory": "Purchase",
            "ChargeDescription": "Support seats",
            "ChargeFrequency": "Recurring",
            "Tags": '{"team": "platform"}',
        }
    )
    return rows


def vectorhub(month: str) -> Bill:
    """Write VectorHub's FOCUS 1.2 file of a month; one file has a line with a comma amount."""
    rows = _focus_lines(month)
    lines = [
        BillLine(month, f"pool:vector-search:{row['ChargeCategory']}", Decimal(row["BilledCost"]))
        for row in rows
    ]
    tax = _cents(TAX_RATE * total(line.amount for line in lines))
    money = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "PricingCurrencyEffectiveCost")
    rows.append(
        dict.fromkeys(money, plain(tax))
        | {
            "ChargeCategory": "Tax",
            "ChargeDescription": "Sales tax",
            "ChargeFrequency": "Recurring",
        }
    )
    lines.append(BillLine(month, "tax", tax))
    broken = month == FOCUS_BROKEN_MONTH
    if broken:
        rows.insert(11, rows[10] | {"BilledCost": "12,50"})
    base = _focus_base(month)
    cells = [[(base | row).get(name, "") for name in _FOCUS] for row in rows]
    data = to_csv(_FOCUS, cells)
    return Bill(f"bills/vectorhub/focus_{month}.csv", data, tuple(lines), len(rows), int(broken))
