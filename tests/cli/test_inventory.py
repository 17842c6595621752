"""`finops-ai inventory`: everything that spent, shadow AI among it, and a rule for what has none."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import BILL, BILL_HEAD, CONFIG, Run, bill_line

CARD = """\
Transaction Date,Merchant Name,Amount,Currency,Type,Status,Card Last 4
2026-10-05,MIDJOURNEY INC,30.00,USD,Purchase,Cleared,4242
2026-10-19,MIDJOURNEY INC,30.00,USD,Purchase,Cleared,4242
"""


def call(key: str, number: int, tokens: int) -> str:
    record: dict[str, object] = {
        "id": f"chatcmpl-{number}",
        "litellm_call_id": f"call-{number}",
        "trace_id": f"trace-{number}",
        "call_type": "acompletion",
        "cache_hit": None,
        "status": "success",
        "custom_llm_provider": "openai",
        "startTime": 1791115200.5 + number,
        "response_time": 0.8,
        "model": "gpt-5-mini-2025-08-07",
        "metadata": {"user_api_key_alias": key},
        "response_cost": 0.1,
        "prompt_tokens": tokens,
        "completion_tokens": 0,
        "total_tokens": tokens,
        "request_tags": [],
    }
    return json.dumps(record) + "\n"


@pytest.fixture
def spending(folder: Path, finops: Run) -> Path:
    """The company's bill, a card with a vendor nobody knows, and a log with a key nobody registered."""
    text = CONFIG.replace("outcomes:", "  - {workflow: claims-intake, when: {api_key_id: known}}\noutcomes:")
    (folder / "finops.yaml").write_text(text, encoding="utf-8")
    (folder / "bill.csv").write_text(BILL, encoding="utf-8")
    (folder / "card.csv").write_text(CARD, encoding="utf-8")
    calls = call("known", 1, 1_000_000) + call("stray*key", 2, 4_000_000)
    (folder / "log.jsonl").write_text(calls, encoding="utf-8")
    answer = finops("ingest", "bill.csv", "card.csv", "log.jsonl")
    assert answer.code == 0, answer.err + answer.out
    return folder


def items(finops: Run, *options: str) -> dict[tuple[str, str], dict[str, object]]:
    facts = json.loads(finops("inventory", *options, "--format", "json").out)
    return {(row["kind"], row["name"]): row for row in facts["items"]}


@pytest.mark.usefixtures("spending")
def test_everything_that_spent_is_listed_with_its_money(finops: Run) -> None:
    found = items(finops)
    assert {
        key: (row["state"], row["billed"], row["estimated"], row["workflows"]) for key, row in found.items()
    } == {
        ("vendor", "hosting"): ("partly", "110.35", None, "pool vector-search, support-triage"),
        ("service", "Triage GPU"): ("registered", "70.1", None, "support-triage"),
        ("service", "Vector Store"): ("registered", "30", None, "pool vector-search"),
        ("service", "Seats"): ("not registered", "7.25", None, ""),
        ("vendor", "midjourney"): ("not registered", "60", None, ""),
        # 0.25 USD a million tokens.
        ("vendor", "openai"): ("partly", None, "1.25", "claims-intake"),
        ("model", "gpt-5-mini-2025-08-07"): ("partly", None, "1.25", "claims-intake"),
        ("key", "known"): ("registered", None, "0.25", "claims-intake"),
        ("key", "stray*key"): ("not registered", None, "1", ""),
    }
    assert found["vendor", "midjourney"]["paid_by_card"] is True
    assert (found["vendor", "midjourney"]["first_day"], found["vendor", "midjourney"]["last_day"]) == (
        "2026-10-05",
        "2026-10-19",
    )


@pytest.mark.usefixtures("spending")
def test_what_is_not_registered_comes_with_a_rule(finops: Run) -> None:
    found = items(finops, "--unregistered")
    assert list(found) == [
        ("vendor", "midjourney"),
        ("service", "Seats"),
        ("vendor", "hosting"),
        ("key", "stray*key"),
        ("model", "gpt-5-mini-2025-08-07"),
        ("vendor", "openai"),
    ]
    assert [row["open_money"] for row in found.values()] == ["60", "7.25", "7.25", "1", "1", "1"]
    # A rule for a vendor that is registered in part would take more than is meant.
    assert found["vendor", "hosting"]["suggested_rule"] is None
    text = finops("inventory", "--unregistered").out
    assert "vendor, by card  midjourney          2026-10  2026-10   60.00       60.00      0" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_suggested_rules_register_what_they_are_for(spending: Path, finops: Run) -> None:
    found = items(finops, "--unregistered")
    rules = [str(row["suggested_rule"]) for row in found.values() if row["suggested_rule"]]
    names = [rule.splitlines()[0].removeprefix("- workflow: ") for rule in rules]
    assert names == ["midjourney", "seats", "stray-key"]
    path = spending / "finops.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("workflows:\n", "workflows:\n" + "".join(f"  {name}: {{}}\n" for name in names))
    text = text.replace(
        "rules:\n", "rules:\n" + "".join(f"{rule}\n" for rule in rules).replace("\n", "\n  ")[:-2]
    )
    path.write_text(text.replace("rules:\n-", "rules:\n  -"), encoding="utf-8")
    assert items(finops, "--unregistered") == {}
    answer = finops("inventory", "--unregistered")
    assert answer.out == "Everything that spent belongs to a workflow or a pool.\n"


def test_since_names_what_is_new(spending: Path, finops: Run) -> None:
    span = "2026-11-01T00:00:00Z,2026-12-01T00:00:00Z"
    line = bill_line("9.00", "New Thing").replace("2026-10-01T00:00:00Z,2026-11-01T00:00:00Z", span)
    (spending / "next.csv").write_text(BILL_HEAD + line, encoding="utf-8")
    assert finops("ingest", "next.csv").code == 0
    assert list(items(finops, "--since", "2026-11")) == [("service", "New Thing")]
    assert finops("inventory", "--since", "2026-12").out == "Nothing spent, first seen in 2026-12 or later.\n"


@pytest.mark.usefixtures("spending")
def test_the_table_fits_its_terminal(finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        answer = finops("inventory")
        assert answer.code == 0
        assert all(len(line) <= width for line in answer.out.splitlines())
    assert "service          hosting / Triage GPU            2026-10  2026-10   70.10" in answer.out


@pytest.mark.usefixtures("spending")
def test_csv_holds_one_row_an_item(finops: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(finops("inventory", "--format", "csv").out)))
    assert len(rows) == 9
    assert rows[0]["name"] == "hosting"
    assert rows[0]["billed"] == "110.35"


def test_calls_without_a_price_leave_the_estimate_of_the_others(folder: Path, finops: Run) -> None:
    """One call of a model that nobody knows makes neither the vendor's money unknown nor its own cost 0."""
    unknown = call("stray", 3, 5000).replace("gpt-5-mini-2025-08-07", "my-own-model")
    (folder / "log.jsonl").write_text(call("stray", 2, 4_000_000) + unknown, encoding="utf-8")
    assert finops("ingest", "log.jsonl").code == 0
    found = items(finops, "--unregistered")
    assert {
        name: (row["estimated"], row["open_money"], row["open_calls"], row["unpriced_calls"])
        for (_, name), row in found.items()
    } == {
        "openai": ("1", "1", 2, 1),
        "stray": ("1", "1", 2, 1),
        "gpt-5-mini-2025-08-07": ("1", "1", 1, 0),
        "my-own-model": (None, None, 1, 1),
    }
    text = " ".join(finops("inventory", "--unregistered").out.split())
    assert "Calls without a price are in no amount, since their cost is not known: openai 1." in text
