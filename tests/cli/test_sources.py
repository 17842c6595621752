"""`finops-ai sources`: days covered and missing, what is final, open or stale, what lacks a counterpart."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from finops_ai.cli.context import Settings
from finops_ai.cli.sources import show_sources
from tests.cli.conftest import BILL_HEAD, Run

LOG_HEAD = "request_id,call_type,spend,startTime,prompt_tokens,completion_tokens,model,custom_llm_provider\n"
OUTCOMES = "outcome_id,kind,status,resolved_at\n"


def billed(day: str, following: str, provider: str = "OpenAI", month: str = "2026-09") -> str:
    """One line of one day, on the bill of its month."""
    start, end = f"{month}-01T00:00:00Z", f"{month[:5]}{int(month[5:]) + 1:02d}-01T00:00:00Z"
    return f"acme,1.00,USD,{start},{end},Usage,x,{day},{following},1.00,1.00,1.00,{provider},Chat\n"


def called(name: str, day: str, provider: str = "openai") -> str:
    return f"{name},acompletion,0.1,{day}T10:00:00Z,10,5,gpt-5,{provider}\n"


@pytest.fixture
def covered(folder: Path, finops: Run) -> Path:
    """Bills of 28 and 30 September, 1 and 3 October; logs of 29 September, 1, 2 October; an early outcome."""
    days = ["2026-09-28", "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"]
    bill = BILL_HEAD + "".join(billed(days[n], days[n + 1], month=days[n][:7]) for n in (0, 2, 3, 5))
    (folder / "bill.csv").write_text(bill, encoding="utf-8")
    log = LOG_HEAD + "".join(called(f"r{n}", days[n]) for n in (1, 3, 4))
    (folder / "log.csv").write_text(log + called("r9", "2026-08-31", "anthropic"), encoding="utf-8")
    (folder / "done.csv").write_text(OUTCOMES + "T-1,ticket,success,2026-09-20\n", encoding="utf-8")
    assert finops("ingest", "bill.csv", "log.csv", "done.csv").code == 0
    return folder


@pytest.mark.usefixtures("covered")
def test_a_line_a_month_with_a_character_a_day(finops: Run) -> None:
    lines = [line.rstrip() for line in finops("sources", "--source", "focus").out.splitlines()]
    assert lines[lines.index("focus: openai, acme") :] == [
        "focus: openai, acme",
        "month    ....5...10...15...20...25...30.  state  missing days",
        "-------------------------------------------------------------",
        "2026-09                             #.#   final  29",
        "2026-10  #.#                              open   2",
        "",
        "# data   . none between the first and the last day.",
    ]


@pytest.mark.usefixtures("covered")
def test_machines_get_every_day(finops: Run) -> None:
    facts = json.loads(finops("sources", "--format", "json").out)
    bill = next(each for each in facts["sources"] if each["source"] == "focus")
    assert (bill["feeds"], bill["name"], bill["account"]) == ("bills", "openai", "acme")
    assert bill["days_present"] == ["2026-09-28", "2026-09-30", "2026-10-01", "2026-10-03"]
    assert bill["days_missing"] == ["2026-09-29", "2026-10-02"]
    assert bill["months"] == {"2026-09": "final", "2026-10": "open"}
    (october,) = (
        each
        for each in json.loads(finops("sources", "--month", "2026-10", "--format", "json").out)["sources"]
        if each["source"] == "focus"
    )
    assert october["days_missing"] == ["2026-10-02"]


@pytest.mark.usefixtures("covered")
def test_a_source_without_news_for_more_than_a_week_is_stale(finops: Run) -> None:
    assert finops("status").code == 0
    settings = Settings()

    def states(now_utc: datetime) -> dict[tuple[str, str], str]:
        facts = show_sources(settings, None, None, now_utc).facts
        assert isinstance(facts["sources"], list)
        return {(each["source"], each["name"]): each["state"] for each in facts["sources"]}

    assert states(datetime(2026, 10, 4)) == {
        ("focus", "openai"): "open",
        ("litellm", "anthropic"): "stale",
        ("litellm", "openai"): "open",
        ("outcomes", "ticket"): "stale",
    }
    # On 24 September the newest day that can be waited for is that day itself.
    assert states(datetime(2026, 9, 24))["outcomes", "ticket"] == "open"


@pytest.mark.usefixtures("covered")
def test_months_billed_without_logs_and_logged_without_a_bill(finops: Run) -> None:
    facts = json.loads(finops("sources", "--format", "json").out)
    assert facts["unmatched"] == [{"month": "2026-08", "provider": "anthropic", "lines": None, "calls": 1}]


def test_a_monthly_fee_does_not_hide_missing_days(folder: Path, finops: Run) -> None:
    text = BILL_HEAD + billed("2026-09-01", "2026-10-01") + billed("2026-09-02", "2026-09-03")
    text += billed("2026-09-05", "2026-09-06")
    (folder / "bill.csv").write_text(text, encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    facts = json.loads(finops("sources", "--format", "json").out)
    assert facts["sources"][0]["days_missing"] == ["2026-09-03", "2026-09-04"]


def test_a_month_whose_lines_are_all_invoiced_is_final(folder: Path, finops: Run) -> None:
    head = BILL_HEAD.replace("ServiceName", "ServiceName,InvoiceId")
    invoiced = billed("2026-09-01", "2026-09-02").replace("\n", ",INV-1\n")
    running = billed("2026-09-01", "2026-09-02", "Anthropic").replace("\n", ",\n")
    (folder / "bill.csv").write_text(head + invoiced + running, encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    facts = json.loads(finops("sources", "--format", "json").out)
    assert {each["name"]: each["state"] for each in facts["sources"]} == {
        "anthropic": "open",
        "openai": "final",
    }


def test_an_empty_ledger_has_no_sources(folder: Path, finops: Run) -> None:
    (folder / "none.csv").write_text(OUTCOMES + "T-1,ticket,open,\n", encoding="utf-8")
    assert finops("ingest", "none.csv").code == 0
    assert finops("sources").out == "No file has been ingested.\n"
    assert json.loads(finops("sources", "--format", "json").out)["newest_day"] <= date.max.isoformat()


def test_what_a_card_paid_of_a_vendor_that_bills_itself_is_named(covered: Path, finops: Run) -> None:
    """Both stand in the ledger: the reader decides which one is too much."""
    (covered / "card.csv").write_text(
        "Transaction Date,Merchant,Amount,Currency\n"
        "2026-10-02,OPENAI *CHATGPT SUBSCR,20.00,USD\n2026-10-03,MIDJOURNEY INC.,30.00,USD\n",
        encoding="utf-8",
    )
    assert finops("ingest", "card.csv").code == 0
    facts = json.loads(finops("sources", "--format", "json").out)
    assert facts["paid_twice"] == [
        {"month": "2026-10", "provider": "openai", "currency": "USD", "paid": "20", "billed": "4"}
    ]
    assert "Paid by card and billed by the vendor" in finops("sources").out
