"""Card and accounts-payable statements as different banks and tools print them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finops_ai.importers import FileResult
from tests.importers.desk import Desk

D = Decimal

STATEMENTS = {
    "Chase, purchases negative": (
        (
            "Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n"
            "09/10/2026,09/11/2026,OPENAI *CHATGPT SUBSCR,Shopping,Sale,-20.00,\n"
            "09/11/2026,09/12/2026,WHOLE FOODS,Groceries,Sale,-50.00,\n"
            "09/14/2026,09/15/2026,OPENAI *CHATGPT SUBSCR,Shopping,Return,5.00,\n"
            "09/20/2026,09/20/2026,Payment Thank You-Mobile,,Payment,481.20,\n"
        ),
        [("openai", "20", "USD", "2026-09-10"), ("openai", "-5", "USD", "2026-09-14")],
    ),
    "Amex, purchases positive": (
        (
            "Date,Description,Card Member,Account #,Amount,Extended Details,Appears On Your Statement As,"
            "Address,City/State,Zip Code,Country,Reference,Category\n"
            "09/10/2026,ANTHROPIC SAN JOSE,A EXAMPLE,-71002,100.00,,ANTHROPIC,,SF,94105,US,'32',Software\n"
            "09/11/2026,UBER,A EXAMPLE,-71002,26.95,,UBER,,,,,'33',Travel\n"
            "09/12/2026,ANTHROPIC SAN JOSE,A EXAMPLE,-71002,-40.00,,ANTHROPIC,,,,,'34',Software\n"
            "09/21/2026,MOBILE PAYMENT - THANK YOU,A EXAMPLE,-71002,-947.69,,,,,,,'35',\n"
        ),
        [("anthropic", "100", "USD", "2026-09-10"), ("anthropic", "-40", "USD", "2026-09-12")],
    ),
    "Amex outside the United States, days first": (
        (
            "Date,Description,Card Member,Account #,Amount\n"
            "05/09/2026,CURSOR.COM,A EXAMPLE,-71002,25.50\n"
            "14/09/2026,TESCO STORES,A EXAMPLE,-71002,3.10\n"
        ),
        [("cursor", "25.5", "(currency not stated)", "2026-09-05")],
    ),
    "Brex": (
        (
            "Posted Date,Type,Amount,User,Department,Location,Statement Descriptor,Merchant Name,"
            "Brex Category,Last 4,Memo,Id\n"
            "2026-09-10T08:00:00Z,Transaction,12.34,Ana,R&D,,MIDJOURNEY INC.,Midjourney,Software,4242,,tx-1\n"
            "2026-09-11T08:00:00Z,Payment to Brex,-500.00,,,,,,,,,tx-2\n"
        ),
        [("midjourney", "12.34", "USD", "2026-09-10")],
    ),
    "Ramp's template": (
        (
            "transaction_time,amount,user,merchant_name\n"
            "2026-09-10 08:00:00,15,ana@acme.test,ElevenLabs\n2026-09-10 09:00:00,15,ana@acme.test,Costco\n"
        ),
        [("elevenlabs", "15", "USD", "2026-09-10")],
    ),
    "Capital One, debit and credit": (
        (
            "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
            "2026-09-10,2026-09-11,4242,HUGGINGFACE.CO,Software,9.00,\n"
            "2026-09-12,2026-09-13,4242,HUGGINGFACE.CO,Software,,9.00\n"
        ),
        [("huggingface", "9", "USD", "2026-09-10"), ("huggingface", "-9", "USD", "2026-09-12")],
    ),
    "a bank with DR and CR": (
        (
            "Date,Narrative,Amount,DR/CR\n"
            "03/02/2026,OPENROUTER INC,45.20,DR\n"
            "03/05/2026,INTEREST,1.02,CR\n03/06/2026,OPENROUTER INC,9.99,cr\n"
        ),
        [("openrouter", "45.2", "USD", "2026-03-02"), ("openrouter", "-9.99", "USD", "2026-03-06")],
    ),
    "QuickBooks, bills and their payments": (
        (
            "Date,Transaction Type,Num,Name,Memo/Description,Account,Split,Amount\n"
            '09/10/2026,Bill,INV-7,"OpenAI, LLC",API August,6100 Software,AP,"1,204.50"\n'
            '09/20/2026,Bill Payment (Check),77,"OpenAI, LLC",,Checking,AP,"-1,204.50"\n'
            '09/21/2026,Vendor Credit,VC-1,"OpenAI, LLC",,6100 Software,AP,"4.50"\n'
        ),
        [("openai", "1204.5", "USD", "2026-09-10"), ("openai", "-4.5", "USD", "2026-09-21")],
    ),
    "Xero, in euros": (
        (
            "ContactName,InvoiceNumber,InvoiceDate,DueDate,Total,Description,LineAmount,AccountCode,Currency\n"
            '"Mistral AI SAS",F-1,10 Sep 2026,10 Oct 2026,120.00,API,100.00,429,EUR\n'
            '"Mistral AI SAS",F-1,10 Sep 2026,10 Oct 2026,120.00,Support,20.00,429,EUR\n'
        ),
        [("mistral", "100", "EUR", "2026-09-10"), ("mistral", "20", "EUR", "2026-09-10")],
    ),
    "German, amounts with their currency": (
        'Date,Supplier,Amount\n10.09.2026,DEEPSEEK,"-1.204,50 €"\n11.09.2026,BAHN,"-12,00 €"\n',
        [("deepseek", "1204.5", "EUR", "2026-09-10")],
    ),
    "the currency in the column's name": (
        "Date,Vendor,Amount (GBP)\n2026-09-10,Perplexity,£20.00\n2026-09-11,Pub,£5.00\n",
        [("perplexity", "20", "GBP", "2026-09-10")],
    ),
}


def read(desk: Desk, text: str) -> FileResult:
    """Import `text` as a statement; it must be taken whole."""
    result = desk.one(desk.write("statement.csv", text))
    assert (result.status, result.importer) == ("imported", "card_statement")
    assert [(r.column, r.reason) for r in result.rejects] == []
    return result


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_of_many_sources(desk: Desk, name: str) -> None:
    text, expected = STATEMENTS[name]
    result = read(desk, text)
    assert desk.rows(
        "SELECT provider, billed_cost, billing_currency, charge_period_start_utc::DATE::VARCHAR "
        "FROM charge ORDER BY row_number"
    ) == [(provider, D(amount), currency, on) for provider, amount, currency, on in expected]
    assert result.rows_added + result.rows_ignored == result.rows_read


VENDORS = [
    ("OPENAI *CHATGPT SUBSCR", "openai"),
    ("ANTHROPIC, PBC", "anthropic"),
    ("CLAUDE.AI SUBSCRIPTION", "anthropic"),
    ("PAYPAL *ANTHROPIC", "anthropic"),
    ("CURSOR, AI POWERED IDE", "cursor"),
    ("Cursor", "cursor"),
    ("GITHUB *COPILOT", "github"),
    ("X.AI LLC", "xai"),
    ("WEIGHTS & BIASES", "wandb"),
    ("SP LOVABLE.DEV", "lovable"),
    ("V0 BY VERCEL", "vercel"),
    ("GOOGLE *GEMINI ADVANCED", "google"),
    ("CURSORY BOOKS", None),
    ("MAISON CLAUDE", None),
    ("Claude Monet Gallery", None),
    ("OPENAIRE HOTEL", None),
    ("MISTRAL BISTRO", None),
    ("FIREWORKS SUPERSTORE", None),
    ("COHERE HEALTH", None),
    ("PINECONE LODGE", None),
    ("RUNWAY FASHION", None),
    ("GITHUB, INC.", None),
    ("GOOGLE *CLOUD", None),
]


def test_vendors_are_known_by_whole_words(desk: Desk) -> None:
    lines = "".join(f'2026-09-10,"{vendor}",1\n' for vendor, _ in VENDORS)
    result = read(desk, f"Date,Merchant,Amount\n{lines}")
    assert result.rows_ignored == sum(provider is None for _, provider in VENDORS)
    assert desk.rows("SELECT charge_description, provider FROM charge ORDER BY row_number") == [
        known for known in VENDORS if known[1] is not None
    ]


def test_only_the_last_four_digits_of_a_card_are_kept(desk: Desk) -> None:
    text = "Date,Merchant,Amount,Card Number\n2026-09-10,OpenAI,1,4111 1111 1111 1234\n"
    read(desk, text)
    ((row,),) = desk.rows("SELECT charge::VARCHAR FROM charge")
    assert "1234" in row
    assert "4111" not in row


def test_plans_are_purchases_and_metered_bills_are_usage(desk: Desk) -> None:
    read(
        desk,
        "Date,Merchant,Amount\n2026-09-10,OPENAI *CHATGPT SUBSCR,20\n2026-09-10,CLAUDE.AI SUBSCRIPTION,20\n"
        "2026-09-10,OPENAI LLC,20\n",
    )
    assert desk.rows("SELECT charge_category FROM charge ORDER BY row_number") == [
        ("Purchase",),
        ("Purchase",),
        ("Usage",),
    ]


def test_amounts_that_can_be_read_in_two_ways_are_rejected(desk: Desk) -> None:
    amounts = ["1,204", "1.204", "12.00.00", "USD", "1,20,4"]
    lines = "".join(f'2026-09-10,OpenAI,"{amount}"\n' for amount in amounts)
    result = desk.one(desk.write("s.csv", f"Date,Merchant,Amount\n{lines}"))
    assert [(r.column, r.reason) for r in result.rejects] == [
        ("Amount", f'"{amount}" is not a plain number') for amount in amounts
    ]


def test_a_longer_window_of_the_same_card_replaces_its_days(desk: Desk) -> None:
    head = "Date,Merchant,Amount,Last 4\n"
    first = "".join(f"2026-09-{day:02},OpenAI,{day},4242\n" for day in range(1, 8))
    read(desk, head + first)
    longer = "".join(f"2026-09-{day:02},OpenAI,{day},4242\n" for day in range(1, 12))
    result = read(desk, head + longer)
    assert (result.rows_added, result.rows_repeated) == (4, 7)
    assert desk.rows("SELECT sum(billed_cost) FROM charge") == [(D(66),)]
