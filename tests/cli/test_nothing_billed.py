"""A month with logs and no bill: what it cost is unknown in every command, and nowhere 0.00."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run

CONFIG = """\
version: 1
workflows: {support-triage: {team: support}}
rules:
  - {workflow: support-triage, when: {provider: openai}}
outcomes:
  - {kind: ticket_resolved, workflow: support-triage, link: session_id}
"""
LOG = """\
request_id,call_type,spend,startTime,prompt_tokens,completion_tokens,model,custom_llm_provider,session_id
r1,acompletion,0.01,2026-10-02T10:00:00Z,10000,0,gpt-5,openai,s1
r2,acompletion,0.01,2026-10-03T10:00:00Z,10000,0,gpt-5,openai,s2
"""
TICKETS = """\
outcome_id,kind,status,resolved_at,session_id
T-1,ticket_resolved,success,2026-10-02T12:00:00Z,s1
"""
ZERO = re.compile(r"(?<![\d.,])0\.0+(?![\d])")


@pytest.fixture
def unbilled(folder: Path, finops: Run) -> Path:
    """Two logged calls, one of them of a solved ticket."""
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    (folder / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    for command in ("ingest log.csv tickets.csv", "attribute"):
        answer = finops(*command.split())
        assert answer.code == 0, answer.err
    return folder


@pytest.mark.usefixtures("unbilled")
def test_attribute_says_that_nothing_is_billed(finops: Run) -> None:
    answer = finops("attribute")
    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert lines[3] == "support-triage     n/a     n/a    n/a      2  20,000"
    assert "2026-10: nothing is billed, so what it cost is n/a and there is nothing to tie" in lines
    found = json.loads(finops("attribute", "--format", "json").out)
    (line,) = found["lines"]
    assert (line["direct"], line["shared"], line["total"], line["calls"]) == (None, None, None, 2)
    (outcome,) = found["outcomes"]
    costs = ("spend", "attributed_per_success", "loaded_per_success", "ceiling_per_success")
    assert [outcome[name] for name in costs] == [None] * 4


@pytest.mark.parametrize(
    "command",
    [
        *("attribute", "attribute --by team", "outcomes", "outcomes --by workflow", "verify", "roi"),
        *("status", "explain outcome ticket_resolved"),
    ],
)
@pytest.mark.usefixtures("unbilled")
def test_no_command_says_zero(finops: Run, command: str) -> None:
    answer = finops(*command.split())
    assert answer.code == 0, answer.err
    assert "n/a" in answer.out
    assert ZERO.findall(answer.out) == []
    assert "None" not in answer.out


@pytest.mark.usefixtures("unbilled")
def test_every_command_names_the_same_unknowns_to_machines(finops: Run) -> None:
    (outcome,) = json.loads(finops("outcomes", "--format", "json").out)["outcomes"]
    for name in ("linked_cost", "unlinked_cost", "shared_cost", "loaded_per_success", "ceiling_per_success"):
        assert outcome[name] is None
    assert outcome["interval_reason"] == "no billed call is linked"
    (check,) = json.loads(finops("verify", "--format", "json").out)["checks"]
    assert (check["spend"], check["verdict"]) == (None, "not enough data")


def test_the_report_says_not_known(unbilled: Path, finops: Run) -> None:
    assert finops("report", "--out", "out").code == 0
    text = (unbilled / "out" / "finops-2026-10.md").read_text(encoding="utf-8")
    assert ZERO.findall(text) == []
    assert text.splitlines()[2] == "**n/a USD billed.** September 2026: no bill in the ledger"
    assert "No bill for this month is in the ledger, so there is nothing to reconcile." in text
    assert "No gap inside the bill" not in text
    (spend,) = csv.DictReader(
        io.StringIO((unbilled / "out" / "finops-2026-10-workflows.csv").read_text(encoding="utf-8"))
    )
    assert (spend["direct_cost"], spend["total_cost"], spend["calls"]) == ("", "", "2")
    proof = (unbilled / "out" / "finops-2026-10-reconciliation.csv").read_text(encoding="utf-8")
    assert len(proof.splitlines()) == 1


def test_a_bill_of_zero_is_zero(unbilled: Path, finops: Run) -> None:
    """A bill that says 0.00 is known: only what no bill says is not."""
    span = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
    (unbilled / "bill.csv").write_text(
        "BillingAccountId,BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,"
        "ChargeDescription,ChargePeriodStart,ChargePeriodEnd,EffectiveCost,ListCost,ContractedCost,"
        "ProviderName,ServiceName,SkuMeter,x_Model,ConsumedQuantity,ConsumedUnit\n"
        f"acme,0.00,USD,{span},Usage,gpt-5 input,{span},0,0,0,OpenAI,OpenAI,"
        "Input tokens,gpt-5,20000,Tokens\n",
        encoding="utf-8",
    )
    assert finops("ingest", "bill.csv").code == 0
    found = json.loads(finops("attribute", "--format", "json").out)
    assert found["lines"][0]["total"] == "0"
    assert found["balances"][0]["billed"] == "0"
