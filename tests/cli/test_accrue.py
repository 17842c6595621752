"""`finops-ai accrue`: booked apart, trued up by the bill, taken back, the same when it is run again."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.cli.accrue import _as_of
from finops_ai.months import Month
from tests.cli.conftest import BILL_HEAD, Run
from tests.cli.test_sources import LOG_HEAD, billed

PRICE = "0.0000625"
"""10 tokens into gpt-5 at 1.25 USD a million and 5 out of it at 10."""


def called(name: str, day: int, model: str = "gpt-5") -> str:
    return f"{name},acompletion,0.1,2026-10-{day:02d}T10:00:00Z,10,5,{model},openai\n"


@pytest.fixture
def running(folder: Path, finops: Run) -> Path:
    """Calls on the 5th, 6th and 7th of October, one of an unknown model, and no bill."""
    log = LOG_HEAD + called("r1", 5) + called("r2", 6) + called("r3", 7) + called("r4", 7, "no-such-model")
    (folder / "log.csv").write_text(log, encoding="utf-8")
    assert finops("ingest", "log.csv").code == 0
    return folder


def answer(finops: Run, *arguments: str) -> dict[str, Any]:
    done = finops("accrue", "--format", "json", *arguments)
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_logged_days_are_booked_once_and_stay_out_of_the_bill(running: Path, finops: Run) -> None:
    found = answer(finops, "--month", "2026-10", "--as-of", "2026-10-06")
    assert (found["month"], found["as_of"]) == ("2026-10", "2026-10-06")
    (line,) = found["accrued"]
    assert (line["provider"], line["model"], line["label"]) == ("openai", "gpt-5-2025-08-07", "accrued")
    assert (line["accrued_cost"], line["first_day"], line["last_day"]) == (
        *("0.000125", "2026-10-05", "2026-10-06"),
    )
    assert found["rates"][0]["rate_basis"] == "nothing measured"
    head = finops("sql", "SELECT max(batch_id) FROM ledger_head").out
    assert answer(finops, "--as-of", "2026-10-06") == found
    assert finops("sql", "SELECT max(batch_id) FROM ledger_head").out == head
    assert finops("sql", "SELECT count(*) FROM allocation", "--format", "csv").out.endswith("\n0\n")
    later = answer(finops)
    assert later["accrued"][0]["accrued_cost"] == "0.0001875"
    assert [(each["reason"], each["tokens"]) for each in later["unpriced"]] == [("unknown_model", 15)]
    assert "Accrued: logged, not billed" in finops("status").out
    assert (running / "log.csv").exists()


def test_the_bill_trues_up_what_was_booked(running: Path, finops: Run) -> None:
    answer(finops)
    assert answer(finops, "--true-up")["true_ups"] == []
    assert "no accrued day has been billed yet" in finops("accrue", "--true-up").out
    head = BILL_HEAD.replace("ServiceName", "ServiceName,SkuMeter,ConsumedQuantity,ConsumedUnit")
    line = billed("2026-10-05", "2026-10-06", month="2026-10").rstrip("\n").replace(",Chat", "")
    line = line.replace(",1.00,", ",0.00005,").replace(",1.00", ",0.00005")
    text = head + f"{line},gpt-5-2025-08-07 output tokens,Output tokens,5,Tokens\n"
    (running / "bill.csv").write_text(text, encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    found = answer(finops)
    assert found["accrued"][0]["first_day"] == "2026-10-06"
    report = finops("report", "--out", "out", "--format", "markdown")
    assert report.code == 0
    text = (running / "out" / "finops-2026-10.md").read_text(encoding="utf-8")
    assert "## Accrued, not billed yet" in text
    assert "| accrued | logged and not billed yet" in text
    assert sum(Decimal(each["billed_cost"]) for each in found["true_ups"]) == Decimal("0.00005")
    assert sum(Decimal(each["accrued_cost"]) for each in found["true_ups"]) == Decimal(PRICE)


def test_accruals_are_taken_back(running: Path, finops: Run) -> None:
    answer(finops)
    done = finops("accrue", "--reverse")
    assert "Taken back: 4 booked rows of 2026-10." in done.out
    assert finops("sql", "SELECT count(*) FROM accrual", "--format", "csv").out.endswith("\n0\n")
    assert "Taken back" not in finops("accrue", "--reverse").out
    assert (running / "log.csv").exists()


def test_yesterday_is_the_last_day_that_is_over() -> None:
    october = Month(2026, 10)
    assert _as_of(october, None, datetime(2026, 10, 12, 6)) == date(2026, 10, 11)
    assert _as_of(october, None, datetime(2026, 11, 3)) == date(2026, 10, 31)
    assert _as_of(october, "2026-10-12", datetime(2026, 10, 12, 6)) == date(2026, 10, 12)
    assert _as_of(october, "2027-01-01", datetime(2026, 10, 12, 6)) == date(2026, 10, 31)
