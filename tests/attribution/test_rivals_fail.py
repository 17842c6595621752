"""Cases in which other tools print a wrong figure, or none: each worked out by hand.

The tools and what they printed: agentfin, burnlens, openaimeter, agenticmeter, crashlens, ccusage and others,
run on files with known totals.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.__main__ import main
from finops_ai.config import OutcomeLink
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

A = rule(0, "a", tags__w="a")
BY_SESSION = OutcomeLink("ticket", "a", "session_id")
TAGS = '{"w": "a"}'
MILLION = 1_000_000
CONFIG = """\
version: 1
workflows: {triage: {}}
rules: [{workflow: triage, when: {provider: "*"}}]
outcomes: [{kind: ticket, workflow: triage, link: session_id}]
"""


def costs(books: Books) -> tuple[Any, ...]:
    """(attempts, successes, linked, unlinked, attributed, loaded) of the only kind in October."""
    (row,) = books.ledger.rows(
        "SELECT attempts, successes, linked_cost, unlinked_cost, attributed_cost_per_success, "
        "loaded_cost_per_success FROM outcome_cost WHERE month = DATE '2026-10-01'"
    )
    return tuple(row)


# --- Outcomes --------------------------------------------------------------------------------------


def test_three_outcomes_without_a_linked_call_do_not_cost_nothing(books: Books) -> None:
    """burnlens prints 0.00 per accepted outcome while 79.35 sits unattributed."""
    books.tokens("79.35", "output", 7935)
    books.call(output_tokens=7935, tags=TAGS)
    for number in range(3):
        books.outcome(f"T{number}")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    # Attributed: unknown. Loaded: 79.35 / 3.
    assert costs(books) == (3, 3, 0, D("79.35"), None, D("26.45"))


def test_a_fourth_outcome_with_a_cheap_call_does_not_hide_the_rest(books: Books) -> None:
    """burnlens then prints 1.73 where its own caption's rule gives 19.84."""
    books.tokens("79.35", "output", 7935)
    books.call(output_tokens=7762, tags=TAGS)  # 77.62, for whom is not known
    books.call(output_tokens=173, tags=TAGS, session_id="s")  # 1.73
    for number in range(3):
        books.outcome(f"T{number}")
    books.outcome("T3", session_id="s")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    # What is linked over all four; what the workflow spent over all four: 79.35 / 4.
    assert costs(books) == (4, 4, D("1.73"), D("77.62"), D("0.4325"), D("19.8375"))


def test_eighty_per_cent_success_has_the_whole_spend_over_the_successes(books: Books) -> None:
    """openaimeter's own fixture: 22.50 over 3,955 successes is 0.005689; failures are in the numerator."""
    books.tokens("22.50", "output", 4944)
    books.call(output_tokens=4944, tags=TAGS, session_id="s")
    books.ledger.execute(
        "INSERT INTO outcome BY NAME SELECT 3 AS file_id, range AS row_number, 'test' AS source, "
        "range::VARCHAR AS source_key, range::VARCHAR AS outcome_id, 'ticket' AS kind, 's' AS session_id, "
        "CASE WHEN range < 3955 THEN 'success' ELSE 'failed' END AS status, "
        "TIMESTAMP '2026-10-06' AS resolved_at_utc FROM range(4944)"
    )
    books.attribute(config(A, outcomes=[BY_SESSION]))
    # 22.50 / 3955 = 0.005689001264222..., rounded toward zero at the 15th decimal.
    assert costs(books) == (4944, 3955, D("22.50"), 0, D("0.005689001264222"), D("0.005689001264222"))


def test_without_success_the_spend_is_shown_and_the_unit_cost_is_not_zero(books: Books) -> None:
    books.tokens("12.00", "output", 12)
    books.call(output_tokens=12, tags=TAGS, session_id="s")
    books.outcome("T", session_id="s", status="escalated")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert costs(books) == (1, 0, D("12.00"), 0, None, None)


def test_failed_escalated_and_reopened_attempts_are_paid_by_the_successes(books: Books) -> None:
    # Six tickets at 1.00: two stand. 6.00 / 2.
    books.tokens("6.00", "output", 6)
    statuses = ("success", "success", "success", "failed", "escalated", "abandoned")
    for number, status in enumerate(statuses):
        books.call(output_tokens=1, tags=TAGS, session_id=f"s{number}")
        reopened = datetime(2026, 10, 20) if number == 2 else None
        books.outcome(f"T{number}", status=status, session_id=f"s{number}", reopened_at_utc=reopened)
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert costs(books) == (6, 2, D("6.00"), 0, D("3.00"), D("3.00"))


# --- Edges of a period -----------------------------------------------------------------------------


def test_the_last_instant_of_a_month_and_the_first_of_the_next(books: Books) -> None:
    """Tools that count days back from now, or in local time, put these two calls into one month."""
    books.call(output_tokens=1, tags=TAGS, session_id="s", at_utc=datetime(2026, 10, 31, 23, 59, 59, 999999))
    books.call(output_tokens=2, tags=TAGS, session_id="s", at_utc=datetime(2026, 11, 1))
    books.outcome("T", session_id="s", resolved_at_utc=datetime(2026, 11, 1))
    for month in (OCTOBER, OCTOBER.plus(1)):
        books.attribute(config(A, outcomes=[BY_SESSION]), month)
    assert books.ledger.rows(
        "SELECT month::VARCHAR, sum(tokens) FROM outcome_usage GROUP BY ALL ORDER BY ALL"
    ) == [
        ("2026-10-01", 1),
        ("2026-11-01", 2),
    ]
    attempts = books.ledger.rows("SELECT month::VARCHAR, attempts FROM outcome_cost ORDER BY ALL")
    assert attempts == [("2026-10-01", 0), ("2026-11-01", 1)]


def test_every_listing_of_a_month_has_the_same_total(books: Books) -> None:
    """burnlens says 41.97 in one command and 79.35 in another: their windows differ and are not said."""
    books.tokens("41.97", "output", 4197)
    books.charge("37.38", service_name="gpu", provider="aws")
    books.call(output_tokens=4197, tags=TAGS, session_id="s")
    books.outcome("T", session_id="s")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    for column in ("workflow", "team", "provider", "model_id", "day", "outcome_kind", "outcome_id", "kind"):
        rows = books.ledger.rows(f"SELECT {column}, sum(cost) AS cost FROM allocation GROUP BY ALL")
        assert sum(cost for _, cost in rows) == D("79.35"), column


# --- Tokens and prices -----------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a finops.yaml, 80 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command: its exit code, stdout and stderr."""
    assert home.is_dir()

    def run_one(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_one


Run = Callable[..., tuple[int, str, str]]


def gateway_call(number: int, model: str, provider: str, **usage: Any) -> str:
    """One call as LiteLLM logs it, in October 2026."""
    record = {
        "id": f"c{number}",
        "litellm_call_id": f"c{number}",
        "trace_id": f"t{number}",
        "session_id": f"s{number}",
        "call_type": "acompletion",
        "status": "success",
        "custom_llm_provider": provider,
        "startTime": 1791201600.5,  # 2026-10-05, 12:00 UTC
        "model": model,
        "metadata": {"usage_object": usage},
        "response_cost": None,
        "prompt_tokens": usage["prompt_tokens"],
        "completion_tokens": usage["completion_tokens"],
        "total_tokens": usage["prompt_tokens"] + usage["completion_tokens"],
    }
    return json.dumps(record)


def queried(run: Run, query: str) -> list[dict[str, Any]]:
    code, out, err = run("sql", query, "--format", "json")
    assert code == 0, err
    rows: list[dict[str, Any]] = json.loads(out)["rows"]
    return rows


def priced(run: Run, home: Path, line: str) -> Decimal | None:
    """What the one call of the log costs at list price."""
    (home / "log.jsonl").write_text(line + "\n", encoding="utf-8")
    assert run("ingest", "log.jsonl")[0] == 0
    assert run("attribute")[0] == 0
    (row,) = queried(run, "SELECT list_cost FROM usage_cost")
    return None if row["list_cost"] is None else D(row["list_cost"])


def test_cached_tokens_of_openai_are_a_part_of_its_prompt(home: Path, run: Run) -> None:
    """agentfin charges them twice: 3.62 instead of 1.375."""
    # gpt-4o, 1M prompt tokens of which 900K cached: 0.1 x 2.50 + 0.9 x 1.25.
    line = gateway_call(
        1,
        "gpt-4o",
        "openai",
        prompt_tokens=MILLION,
        completion_tokens=0,
        prompt_tokens_details={"cached_tokens": 900_000},
    )
    assert priced(run, home, line) == D("1.375")


def test_cache_reads_of_anthropic_are_not_dropped(home: Path, run: Run) -> None:
    """agentfin's JSONL reader drops cache_read_input_tokens: 0.00 instead of 0.30."""
    # claude-sonnet-4-5, 1M tokens read from the cache at 0.30 per million, nothing else.
    line = gateway_call(
        1,
        "claude-sonnet-4-5",
        "anthropic",
        prompt_tokens=MILLION,
        completion_tokens=0,
        cache_read_input_tokens=MILLION,
        prompt_tokens_details={"cached_tokens": MILLION},
    )
    # Its price for prompts over 200,000 tokens ended on 2026-04-30.
    assert priced(run, home, line) == D("0.30")


def test_a_model_that_nobody_knows_costs_an_unknown_amount(home: Path, run: Run) -> None:
    """agenticmeter and ccusage show 0.00 for it, the latter with exit code 0."""
    line = gateway_call(1, "acme-9000", "openai", prompt_tokens=MILLION, completion_tokens=0)
    (home / "outcomes.csv").write_text(
        "outcome_id,kind,status,resolved_at,session_id\nT-1,ticket,success,2026-10-06T00:00:00Z,s1\n",
        encoding="utf-8",
    )
    assert run("ingest", "outcomes.csv")[0] == 0
    assert priced(run, home, line) is None
    (gap,) = queried(run, "SELECT cause, estimated_cost FROM gap")
    assert gap == {"cause": "unpriced_model", "estimated_cost": None}
    (outcome,) = json.loads(run("outcomes", "--month", "2026-10", "--format", "json")[1])["outcomes"]
    assert (outcome["successes"], outcome["calls"], outcome["tokens"]) == (1, "1", str(MILLION))
    assert {outcome[name] for name in ("linked_cost", "cost_per_call", "cost_to_date")} == {None}
    assert outcome["attributed_per_success"] is None
    code, out, _ = run("prices", "unpriced")
    assert "acme-9000" in out, code


def test_one_bad_line_is_refused_and_the_others_count(home: Path, run: Run) -> None:
    """agentfin ends in a traceback, crashlens reads nothing at all."""
    good = [
        gateway_call(number, "gpt-4o", "openai", prompt_tokens=MILLION, completion_tokens=0)
        for number in (1, 2)
    ]
    (home / "log.jsonl").write_text("\n".join([good[0], good[1][:80], good[1]]) + "\n", encoding="utf-8")
    code, out, err = run("ingest", "log.jsonl")
    assert code == 3, out + err
    assert "Traceback" not in err
    (row,) = queried(run, "SELECT count(*) AS calls, sum(input_uncached_tokens) AS tokens FROM token_usage")
    assert (int(row["calls"]), int(row["tokens"])) == (2, 2 * MILLION)
    (reject,) = queried(run, "SELECT line FROM reject")
    assert int(reject["line"]) == 2


def test_spaces_after_colons_are_json_too(home: Path, run: Run) -> None:
    """ccusage finds "No usage data" in such a log, with exit code 0."""
    record = {
        "type": "assistant",
        "timestamp": "2026-10-05T12:00:00.000Z",
        "sessionId": "s1",
        "uuid": "u1",
        "requestId": "r1",
        "version": "2.0.0",
        "cwd": "/work",
        "message": {
            "id": "m1",
            "model": "claude-sonnet-4-5-20250929",
            "role": "assistant",
            "usage": {"input_tokens": 1000, "output_tokens": 100},
        },
    }
    folder = home / "projects" / "acme"
    folder.mkdir(parents=True)
    text = json.dumps(record, separators=(" , ", " : "))
    (folder / "s1.jsonl").write_text(text + "\n", encoding="utf-8")
    code, out, err = run("ingest", "projects")
    assert code == 0, out + err
    assert run("attribute")[0] == 0
    # 1,000 x 3 / 1M + 100 x 15 / 1M.
    (row,) = queried(run, "SELECT list_cost FROM usage_cost")
    assert D(row["list_cost"]) == D("0.0045")


def test_a_bill_that_the_logs_do_not_explain_ends_with_findings(home: Path, run: Run) -> None:
    """agentfin's reconcile has no period and ends with exit code 0 on a variance of 865."""
    log = gateway_call(1, "gpt-4o", "openai", prompt_tokens=MILLION, completion_tokens=0)  # 2.50
    (home / "log.jsonl").write_text(log + "\n", encoding="utf-8")
    span = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
    (home / "bill.csv").write_text(
        "BillingAccountId,BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,"
        "ChargeDescription,ChargePeriodStart,ChargePeriodEnd,EffectiveCost,ListCost,ContractedCost,"
        "ProviderName,ServiceName,x_Model,ConsumedQuantity,ConsumedUnit\n"
        f"acme,867.50,USD,{span},Usage,tokens,{span},867.50,867.50,867.50,OpenAI,OpenAI,gpt-4o,,\n",
        encoding="utf-8",
    )
    assert run("ingest", "bill.csv", "log.jsonl")[0] == 0
    code, out, err = run("reconcile", "--month", "2026-10")
    assert code == 4, out + err
    assert "865.00" in out
