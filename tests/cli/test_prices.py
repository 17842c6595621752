"""`finops-ai prices`: what the price list says of a day, a name, and what lacks a price."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.prices.worklist import weighted_median
from tests.cli.conftest import Run
from tests.cli.prices_ledger import add_usage, ship_prices

OCTOBER = datetime(2026, 10, 5, 9)
SHOWN_IN_OCTOBER_2025 = {
    ("cache_read", "0.125"),
    ("input_uncached", "1.25"),
    ("output", "10"),
}


def facts(finops: Run, *arguments: str) -> Any:
    answer = finops(*arguments, "--format", "json")  # exit code 4: an answer that needs a person
    assert answer.code in (0, 4), answer.err
    return json.loads(answer.out)


def plain_prices(said: Any) -> dict[str, str]:
    return {
        row["meter"]: row["price"]
        for row in said["prices"]
        if row["tier"] == "standard" and row["from_tokens"] is None
    }


def test_a_model_on_a_day_by_id_or_by_alias(finops: Run) -> None:
    by_id = facts(finops, "prices", "show", "gpt-5-2025-08-07", "--provider", "openai", "--on", "2025-10-01")
    plain = {
        (row["meter"], row["price"])
        for row in by_id["prices"]
        if row["tier"] == "standard" and row["per"] == "1M tokens"
    }
    assert plain == SHOWN_IN_OCTOBER_2025
    by_alias = facts(finops, "prices", "show", "gpt-5", "--provider", "openai", "--on", "2025-10-01")
    assert by_alias["prices"] == by_id["prices"]
    assert {row["currency"] for row in by_id["prices"]} == {"USD"}
    assert all(len(row["price_id"]) == 16 and row["source"] for row in by_id["prices"])


def test_an_alias_means_on_each_day_what_it_meant_then(finops: Run) -> None:
    early = facts(finops, "prices", "resolve", "gpt-4o", "--provider", "openai", "--on", "2024-10-01")
    late = facts(finops, "prices", "resolve", "gpt-4o", "--provider", "openai", "--on", "2024-10-02")
    assert [row["model"] for row in early["meanings"]] == ["gpt-4o-2024-05-13"]
    assert [row["model"] for row in late["meanings"]] == ["gpt-4o-2024-08-06"]
    prices = plain_prices(early)
    assert (prices["input_uncached"], prices["output"]) == ("5", "15")


def test_resolve_names_the_rules_and_the_scope_whose_price_holds(finops: Run) -> None:
    name = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    said = facts(finops, "prices", "resolve", name, "--provider", "bedrock", "--on", "2026-10-01")
    assert said["meanings"] == [
        {
            "from": "always",
            "until": "open",
            "model": "claude-sonnet-4-5-20250929",
            "scope": "regional",
            "rule": "regional profile; Bedrock id; listed id",
            "price_provider": "aws-bedrock",
        }
    ]
    assert {row["scope"] for row in said["prices"]} == {"regional"}
    assert plain_prices(said)["input_uncached"] == "3.3"


def test_an_unknown_name_is_never_guessed_and_says_why(finops: Run) -> None:
    answer = finops("prices", "resolve", "prod-chat", "--provider", "azure", "--on", "2026-10-01")
    assert answer.code == 4
    assert "Why: no reading of the name is a listed id or an alias on that day" in answer.out
    assert "model_names: {azure-openai: {prod-chat: MODEL-ID}}" in " ".join(answer.out.split())
    said = facts(finops, "prices", "resolve", "prod-chat", "--provider", "azure", "--on", "2026-10-01")
    assert said["known"] is False
    assert [(row["model"], row["rule"]) for row in said["meanings"]] == [(None, "unknown")]
    assert "prices" not in said


def test_a_provider_without_price_list_and_a_name_known_elsewhere(finops: Run) -> None:
    answer = finops("prices", "resolve", "gpt-5", "--provider", "acme-gateway")
    assert answer.code == 4
    said = " ".join(answer.out.split())
    assert "Why: there is no price list of acme-gateway" in said
    assert "The name is known at: azure-openai, openai." in said


def test_the_users_names_come_first_and_keep_to_their_dates(folder: Path, finops: Run) -> None:
    (folder / "finops.yaml").write_text(
        "version: 1\n"
        "model_names:\n"
        "  azure:\n"
        "    prod-chat: gpt-5-2025-08-07\n"
        "    gpt-5:\n"
        "      - {model: gpt-5-mini-2025-08-07, valid_from: 2026-01, valid_to: 2026-06}\n",
        encoding="utf-8",
    )
    said = facts(finops, "prices", "resolve", "prod-chat", "--provider", "azure-openai", "--on", "2026-10-01")
    assert [(row["model"], row["rule"]) for row in said["meanings"]] == [("gpt-5-2025-08-07", "model_names")]
    inside = facts(finops, "prices", "resolve", "gpt-5", "--provider", "azure", "--on", "2026-05-31")
    after = facts(finops, "prices", "resolve", "gpt-5", "--provider", "azure", "--on", "2026-06-01")
    assert inside["meanings"][0]["model"] == "gpt-5-mini-2025-08-07"
    assert after["meanings"][0]["rule"] == "outside the dates of model_names"
    assert after["known"] is False


def test_the_list_of_a_day_has_the_main_prices(finops: Run) -> None:
    said = facts(finops, "prices", "list", "--provider", "openai", "--on", "2026-10-01")
    rows = {row["model"]: row for row in said["models"]}
    assert said["on"] == "2026-10-01"
    row = rows["gpt-4o-2024-08-06"]
    assert (row["input"], row["cache_read"], row["output"]) == ("2.5", "1.25", "10")
    assert "gpt-5-2025-08-07" not in {
        row["model"] for row in facts(finops, "prices", "list", "--on", "2025-08-01")["models"]
    }
    answer = finops("prices", "list", "--on", "2026-10-01", "--format", "csv")
    assert answer.out.splitlines()[0] == ("provider,model,scope,input,cache_read,output,currency,tiers,notes")


def test_what_was_answered_for_a_day_stays_when_rows_are_added(
    folder: Path, finops: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue grows by closing a row and adding the next: earlier days answer the same bytes."""
    head = (
        "provider: acme\ncurrency: USD\nsources:\n"
        '  sheet: {url: "https://acme.example/p", checked_on: 2026-11-21}\nprices:\n'
    )
    meters = '{input_uncached: "1", output: "15"}'
    row = f"  - {{model: m1, valid_from: 2026-01-01, source: sheet, per_1m: {meters}}}\n"
    alias = "aliases:\n  acme:\n    nick:\n      - {model: m1, valid_from: 2026-01-01}\n"
    prices = folder / "pricing"
    prices.mkdir()
    ship_prices(monkeypatch, prices)
    (prices / "acme.yaml").write_text(head + row, encoding="utf-8")
    (prices / "aliases.yaml").write_text(alias, encoding="utf-8")
    asked = [
        ("prices", "show", "m1", "--on", "2026-05-31"),
        ("prices", "list", "--on", "2026-05-31"),
        ("prices", "resolve", "nick", "--provider", "acme", "--on", "2026-05-31"),
    ]
    before = [finops(*words, "--format", shape).out for words in asked for shape in ("table", "json", "csv")]
    closed = row.replace("valid_from: 2026-01-01", "valid_from: 2026-01-01, valid_to: 2026-06-01")
    later = row.replace("2026-01-01", "2026-06-01").replace('"15"', '"12"')
    (prices / "acme.yaml").write_text(head + closed + later + later.replace("m1", "m2"), encoding="utf-8")
    (prices / "aliases.yaml").write_text(
        alias.replace("2026-01-01}", "2026-01-01, valid_to: 2026-06-01}")
        + "      - {model: m2, valid_from: 2026-06-01}\n",
        encoding="utf-8",
    )
    after = [finops(*words, "--format", shape).out for words in asked for shape in ("table", "json", "csv")]
    assert after == before
    assert '"15"' in before[1]
    assert facts(finops, "prices", "show", "nick", "--on", "2026-06-01")["prices"][1]["price"] == "12"
    ever = facts(finops, "prices", "show", "m1", "--all")["prices"]
    assert [
        (row["meter"], row["valid_from"], row["valid_to"]) for row in ever if row["meter"] == "output"
    ] == [
        ("output", "2026-01-01", "2026-06-01"),
        ("output", "2026-06-01", None),
    ]


def calls(model: str, **values: Any) -> dict[str, Any]:
    return {
        "provider": "openai",
        "model_name": model,
        "at_utc": OCTOBER,
        "input_uncached_tokens": 0,
        **values,
    }


def test_the_worklist_puts_the_most_money_first(folder: Path, finops: Run) -> None:
    add_usage(
        folder / "finops.duckdb",
        [
            calls("gpt-5", input_uncached_tokens=3_000_000),
            calls("gpt-4o", output_tokens=1_000_000),
            calls("prod-chat", input_uncached_tokens=2_000_000),
            {**calls("mystery", output_tokens=8_000_000), "provider": "acme"},
        ],
    )
    assert finops("attribute").code == 0
    said = facts(finops, "prices", "unpriced")
    # OpenAI's priced tokens: 3M at 1.25 and 1M at 10 per M, so half of them are reached at 1.25.
    assert [
        (row["provider"], row["name"], row["reason"], row["tokens"], row["cost"], row["label"])
        for row in said["unpriced"]
    ] == [
        ("acme", "mystery", "unknown_model", 8_000_000, "10", "estimated"),
        ("openai", "prod-chat", "unknown_model", 2_000_000, "2.5", "estimated"),
    ]
    text = " ".join(finops("prices", "unpriced").out.split())
    assert "usage-weighted median cost per token" in text
    assert "model_names: {acme: {mystery: MODEL-ID}}" in text


def test_a_mapped_name_is_priced_at_the_next_run(folder: Path, finops: Run) -> None:
    add_usage(folder / "finops.duckdb", [calls("prod-chat", input_uncached_tokens=2_000_000)])
    assert finops("attribute").code == 0
    assert facts(finops, "prices", "unpriced")["unpriced"][0]["cost"] is None
    (folder / "finops.yaml").write_text(
        "version: 1\nmodel_names:\n  openai: {prod-chat: gpt-5-2025-08-07}\n", encoding="utf-8"
    )
    assert "figures are older" in finops("prices", "unpriced").out
    assert finops("attribute").code == 0
    assert "Every name in the ledger has a model and a price." in finops("prices", "unpriced").out
    rows = json.loads(finops("sql", "SELECT model_id, list_cost FROM priced_usage", "--format", "json").out)
    assert rows["rows"] == [{"model_id": "gpt-5-2025-08-07", "list_cost": "2.5"}]


def test_a_contract_rate_makes_its_months_stale_and_is_the_estimate(folder: Path, finops: Run) -> None:
    """Truth order: billed, else contract, else list; here nothing is billed."""
    add_usage(folder / "finops.duckdb", [calls("gpt-5", output_tokens=1_000_000)])
    estimate = "SELECT cause, cost, estimated_cost, label FROM gap"
    assert finops("attribute").code == 0
    at_list = json.loads(finops("sql", estimate, "--format", "json").out)["rows"]
    assert [(row["cause"], row["cost"], row["estimated_cost"]) for row in at_list] == [
        ("unbilled_usage", "0", "10")
    ]
    (folder / "finops.yaml").write_text(
        "version: 1\ncontract_rates:\n  - {name: deal, provider: openai, multiplier: '0.93'}\n",
        encoding="utf-8",
    )
    assert "2026-10: figures are older" in finops("status").out
    assert finops("attribute").code == 0
    agreed = json.loads(finops("sql", estimate, "--format", "json").out)["rows"]
    assert [(row["estimated_cost"], row["label"]) for row in agreed] == [("9.3", "estimated")]
    query = "SELECT list_cost, contract_cost, label FROM usage_cost"
    assert json.loads(finops("sql", query, "--format", "json").out)["rows"] == [
        {"list_cost": "10", "contract_cost": "9.3", "label": "estimated"}
    ]


def test_explain_tells_both_costs_of_a_call_under_contract(folder: Path, finops: Run) -> None:
    (folder / "finops.yaml").write_text(
        "version: 1\ncontract_rates:\n  - {name: deal, provider: openai, multiplier: '0.93'}\n",
        encoding="utf-8",
    )
    add_usage(folder / "finops.duckdb", [calls("gpt-5", output_tokens=1_000_000, source_key="call-1")])
    assert finops("attribute").code == 0
    said = facts(finops, "explain", "usage", "call-1")
    assert (said["list_cost"], said["contract_cost"], said["contract_name"]) == ("10", "9.3", "deal")
    text = " ".join(finops("explain", "usage", "call-1").out.split())
    assert "9.3 = 9.3 USD, contract rate deal, estimated" in text


def test_a_contract_rate_stands_below_the_list_price(folder: Path, finops: Run) -> None:
    (folder / "finops.yaml").write_text(
        "version: 1\ncontract_rates:\n"
        "  - {name: deal, provider: openai, model: gpt-4o*, multiplier: '0.93', valid_to: 2026-10-02}\n"
        "  - {name: ours, provider: openai, project: proj-a, per_1m: {output: '8'}, currency: EUR}\n",
        encoding="utf-8",
    )
    asked = ("prices", "show", "gpt-4o-2024-11-20", "--provider", "openai", "--on")
    rows = facts(finops, *asked, "2026-10-01")["contract_rates"]
    found = {
        (row["contract"], row["meter"], row["price"], row["currency"], row["holds_for"])
        for row in rows
        if row["tier"] == "standard"
    }
    assert found == {
        ("deal", "input_uncached", "2.325", "USD", "all calls"),
        ("deal", "cache_read", "1.1625", "USD", "all calls"),
        ("deal", "output", "9.3", "USD", "all calls"),
        ("ours", "output", "8", "EUR", "project proj-a"),
    }
    later = facts(finops, *asked, "2026-10-02")["contract_rates"]
    assert {row["contract"] for row in later} == {"ours"}


def test_a_weighted_median_is_a_value_that_was_paid() -> None:
    pairs = [(Decimal(10), 1), (Decimal(1), 2), (Decimal(3), 1)]
    assert weighted_median(pairs) == 1
    assert weighted_median([*pairs, (Decimal(3), 1)]) == 3
