-- importer: card_statement
-- title: Company cards and accounts payable (Ramp, Brex, Amex, Chase, QuickBooks, Xero, NetSuite and the like): lines of AI vendors
-- tested on: documentation
-- feeds: charge
-- reads: csv
-- recognised by: Transaction Date | Date | Transaction Time | Posted Date | Post Date | Posting Date | Invoice Date | Bill Date | Date Paid | Created Date, Merchant | Merchant Name | Vendor | Vendor Name | Payee | Payee Name | Supplier | Supplier Name | Contact | Contact Name | Counterparty | Statement Descriptor | Description | Transaction Description | Narrative | Details | Name, Line Amount | Amount | Transaction Amount | Settled Amount | Debit | Debit Amount | Paid Out | Money Out | Withdrawal | Withdrawals | Credit | USD | EUR | GBP | Total | Total Amount | Amount Due
-- optional: Debit | Debit Amount | Paid Out | Money Out | Withdrawal | Withdrawals, Credit | Credit Amount | Paid In | Money In | Deposit | Deposits, USD, EUR, GBP, Currency | Currency Code | Transaction Currency | Billing Currency, Type | Transaction Type | DR/CR | Debit/Credit, Status | State, Card Last 4 | Last 4 | Last Four | Card Number | Card Ending In | Card No. | Card, Account # | Account | Account Number, User | Cardholder | Card Holder | Cardholder Name | Card Member | Employee | Spender, Department | Team | Integration Department, Cost Center | Cost Centre | Class, GL Code | GL Account | Account Code, Category, Memo | Memo/Description | Notes | Note | Purpose | Transaction Description | Description, Invoice Number | Invoice # | Invoice No | Bill Number | Bill No | Num | Document Number, Transaction ID | Id | Reference | Reference Number
-- identity: days
-- money: CASE WHEN card_ignored("Merchant", "Type", "Status") IS NULL THEN card_billed("Line Amount", "Debit", "Credit", "Type") END
-- quirks: Only lines of known AI vendors become charges (OpenAI, Anthropic, Cursor, Midjourney and some fifty more), under the provider's own key; all others are ignored. Names match by whole words: CURSORY BOOKS and MAISON CLAUDE are no AI vendors.
-- quirks: These are payments. A vendor whose own bill is imported too stands in the ledger twice: `finops-ai sources` names such months, and one of the two is to be left out.
-- quirks: Purchases become positive, refunds negative: by debit and credit columns, by a type such as Refund or Return, else by the sign that most lines of the file have. Payments of the card, declined and pending lines are ignored.
-- quirks: $1,204.50, (12.00), 1.204,50 EUR and 12,50 are read; 1,204 and 1.204 could be two numbers and are rejected.
-- quirks: 05/06/2026 is the 6th of May, unless another line of the file has a first number above 12.
-- quirks: Without a currency column the sign of the amount tells the currency; without either it is US dollars, or (currency not stated) where days come first in dates.
-- quirks: Of a card or account number only the last four digits are kept.
WITH statement AS (
    SELECT
        *,
        ai_vendor("Merchant") AS vendor,
        card_billed("Line Amount", "Debit", "Credit", "Type") AS amount,
        coalesce("Debit", "Credit", "Line Amount") AS printed,
        coalesce(max(card_first_number("Transaction Date")) OVER () > 12, false) AS day_first
    FROM raw
),

dated AS (
    SELECT
        *,
        day_start(as_utc(card_date("Transaction Date", day_first))) AS paid_on_utc,
        CASE WHEN card_is_ambiguous(printed) THEN bad_number(printed) ELSE as_money(amount) END AS billed
    FROM statement
)

SELECT
    row_number,
    card_ignored("Merchant", "Type", "Status") AS ignored_because,
    "Transaction ID" AS source_key,
    coalesce(vendor, 'unknown') AS provider,
    billed AS billed_cost,
    coalesce(
        last_four("Card Last 4"), CASE WHEN card_is_number("Account #") THEN last_four("Account #") END,
        '(card not stated)'
    ) AS billing_account_id,
    coalesce(
        CASE WHEN regexp_full_match("Currency", '[A-Za-z]{3}') THEN as_currency("Currency") END,
        card_currency(upper("Currency")),
        CASE WHEN "USD" IS NOT NULL THEN 'USD' WHEN "EUR" IS NOT NULL THEN 'EUR' WHEN "GBP" IS NOT NULL THEN 'GBP' END,
        card_currency(printed),
        CASE WHEN day_first THEN '(currency not stated)' ELSE 'USD' END
    ) AS billing_currency,
    month_start(paid_on_utc) AS billing_period_start_utc,
    month_start(paid_on_utc) + INTERVAL 1 MONTH AS billing_period_end_utc,
    CASE
        WHEN billed < 0 THEN 'Adjustment'
        WHEN is_subscription("Merchant") THEN 'Purchase'
        ELSE 'Usage'
    END AS charge_category,
    CASE WHEN billed < 0 THEN 'Correction' END AS charge_class,
    "Merchant" AS charge_description,
    paid_on_utc AS charge_period_start_utc,
    paid_on_utc + INTERVAL 1 DAY AS charge_period_end_utc,
    billed AS effective_cost,
    "Invoice Number" AS invoice_id,
    "Merchant" AS invoice_issuer_name,
    'Card or accounts payable' AS service_name,
    filled_object(json_object(
        'user', "User",
        'department', "Department",
        'cost_center', "Cost Center",
        'gl_code', coalesce("GL Code", CASE WHEN NOT card_is_number("Account #") THEN "Account #" END),
        'category', "Category",
        'memo', nullif("Memo", "Merchant")
    )) AS tags
FROM dated
