"""`finops-ai commitments`: what was paid for in advance, used and idle; credits drawn and left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BILL_HEAD, Run, bill_line

CONFIG = """\
version: 1
workflows: {chat: {team: support}}
rules:
  - {workflow: chat, when: {provider: openai, model_name: gpt-5}}
commitments:
  - name: ptu
    kind: throughput
    when: {service_name: PTU}
    used_by: {model_name: gpt-5*}
    capacity: 100
  - name: grant
    kind: credits
    when: {charge_category: Credit}
    capacity: "500.00"
"""
LOG = """\
request_id,call_type,spend,startTime,prompt_tokens,completion_tokens,model,custom_llm_provider
r1,acompletion,0.1,2026-10-05T10:00:00Z,20,5,gpt-5,openai
r2,acompletion,0.1,2026-10-05T10:00:00Z,10,5,gpt-5-mini,openai
"""


@pytest.fixture
def committed(folder: Path, finops: Run) -> Path:
    """40 of 100 tokens used, 15 of them by calls that no rule maps; 12.50 of credits drawn."""
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    lines = bill_line("80.00", "PTU", "Purchase") + bill_line("-12.50", "Grant", "Credit")
    (folder / "bill.csv").write_text(BILL_HEAD + lines, encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    assert finops("ingest", "bill.csv", "log.csv").code == 0
    return folder


@pytest.mark.usefixtures("committed")
def test_used_and_idle_capacity_and_what_is_left_of_credits(finops: Run) -> None:
    found = json.loads(finops("commitments", "--format", "json").out)
    assert found["used"] == [
        {
            "month": "2026-10",
            "commitment": "ptu",
            "kind": "throughput",
            "unit": "tokens",
            "capacity": "100",
            "used": "40",
            "idle": "60",
            "used_share": "40.0%",
            "currency": "USD",
            "cost": "80",
            "idle_cost": "48",
        }
    ]
    assert found["credits"] == [
        {
            "month": "2026-10",
            "commitment": "grant",
            "currency": "USD",
            "capacity": "500",
            "drawn": "12.5",
            "balance": "487.5",
        }
    ]
    assert finops("commitments", "--month", "2026-09").out.endswith(
        "No commitment holds in a month with data.\n"
    )


@pytest.mark.usefixtures("committed")
def test_the_idle_share_is_a_gap_with_a_name_everywhere(finops: Run, committed: Path) -> None:
    found = json.loads(finops("attribute", "--format", "json").out)
    assert [(gap["cause"], gap["detail"], gap["cost"]) for gap in found["gaps"]] == [
        ("idle_capacity", "ptu", "48"),
        ("unmapped_usage", "ptu", "12"),
        ("credit", "Grant", "-12.5"),
    ]
    assert [(line["name"], line["shared"]) for line in found["lines"]] == [("chat", "20")]
    assert found["balances"][0]["difference"] == "0"
    assert finops("check").code == 0
    assert finops("report", "--out", "out", "--format", "markdown").code == 0
    assert "| idle capacity | Throughput or seats that were paid for" in (
        committed / "out" / "finops-2026-10.md"
    ).read_text(encoding="utf-8")
    settings = {
        row["setting"]: row["value"]
        for row in json.loads(finops("config", "show", "--format", "json").out)["settings"]
    }
    assert settings["commitments.ptu"] == "throughput, 100 tokens a month: service_name ~ PTU"
    assert settings["commitments.grant"] == "credits, 500 USD: charge_category ~ Credit"
