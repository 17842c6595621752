"""Third-party files with totals that others worked out: rows, tokens and money must be exactly theirs.

The totals are those of the SOURCES.md beside the files; one is computed here from the raw file,
without the package, where SOURCES.md gives none.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.ledger import Ledger
from tests.importers.desk import Desk

D = Decimal
TRACE_IMPORTER = Path(__file__).resolve().parents[2] / "examples" / "azure_trace" / "azure_trace.sql"
INPUT = (
    "input_uncached_tokens + cache_read_tokens + cache_write_tokens + cache_write_5m_tokens "
    "+ cache_write_1h_tokens + input_audio_tokens"
)
OUTPUT = "output_tokens + output_audio_tokens"


@dataclass(frozen=True)
class Bill:
    """A file with its rows and its billed and effective totals in USD."""

    path: str
    rows: int
    billed: str
    effective: str | None = None
    encoding: str = "utf-8"


BILLS = (
    Bill("focus/focus_sample.csv", 1000, "20.52022672899", "14.97651418586"),
    Bill("focus/ftk_aws_1_2_300_seed42.csv", 300, "5949.422241124085", "5949.422241124085"),
    Bill("focus/ftk_azure_1_3_300_seed42.csv", 300, "9182.98318174176", "9182.98318174176"),
    Bill("focus/spec_1_2_virtual_currency_pricing_model_a1.csv", 1, "200000", "0"),
    Bill("focus/spec_1_2_virtual_currency_pricing_model_a2.csv", 3, "0", "1230"),
    Bill("focus/spec_1_2_saas_spend_agreements_a1.csv", 4, "1200", "1200"),
    Bill("aws_cur/focus_converters_aws_cur_anonymous.csv", 1281, "1.6823086974"),
    Bill("aws_cur/koku_cur_underscore_2rows.csv", 2, "0"),
    Bill("bedrock_cur2/cur2_bedrock_2026-09_first_half.csv", 14, "32.951512"),
    Bill("openai/costs_2026-09_buckets_first_half.json", 10, "7.2892676"),
    Bill("anthropic/cost_report_2026-08.json", 44, "406.24113915"),
)


@pytest.fixture(scope="module")
def every_file() -> list[Path]:
    shared = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    if not shared.is_dir():
        pytest.skip("../shared/data is not here")
    usage = shared / "usage"
    return [
        *(shared / "billing" / bill.path for bill in BILLS),
        usage / "litellm",
        usage / "claude_code_synth" / "projects",
        usage / "azure_llm_trace",
    ]


@pytest.fixture(scope="module")
def filled(
    every_file: list[Path], tmp_path_factory: pytest.TempPathFactory, ledger_template: Path
) -> Iterator[tuple[Desk, Ledger]]:
    """One ledger that holds every file."""
    desk = Desk(tmp_path_factory.mktemp("shared"), ledger_template)
    results = desk.load(*every_file, importers=[TRACE_IMPORTER])
    assert {result.status for result in results} == {"imported"}
    yield desk, desk.ledger
    desk.close()


@pytest.mark.parametrize("bill", BILLS, ids=lambda bill: bill.path)
def test_a_bill_has_its_published_totals(filled: tuple[Desk, Ledger], bill: Bill) -> None:
    _, ledger = filled
    (row,) = ledger.rows(
        "SELECT rows_read, rows_added, rows_rejected, count(*), sum(billed_cost), sum(effective_cost), "
        "count(DISTINCT billing_currency), min(billing_currency) "
        "FROM imported_file JOIN charge USING (file_id) WHERE ends_with(path, $path) GROUP BY ALL",
        {"path": bill.path},
    )
    assert row[:4] == (bill.rows, bill.rows, 0, bill.rows)
    assert row[4] == D(bill.billed)
    if bill.effective is not None:
        assert row[5] == D(bill.effective)
    assert row[6:] == (1, "USD")


def test_nothing_is_rejected_in_any_of_them_but_the_torn_lines(filled: tuple[Desk, Ledger]) -> None:
    """The session files hold lines that were cut off when the session ended: all of them are named."""
    _, ledger = filled
    assert ledger.rows("SELECT DISTINCT importer, reason FROM reject JOIN imported_file USING (file_id)") == [
        ("claude_code", "is not valid JSON")
    ]


def test_torn_lines_are_exactly_those_that_no_parser_reads(
    filled: tuple[Desk, Ledger], shared_data: Path
) -> None:
    _, ledger = filled
    torn = 0
    for path in (shared_data / "usage" / "claude_code_synth").rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").split("\n"):
            try:
                json.loads(line or "{}")
            except ValueError:
                torn += 1
    assert torn > 0
    assert ledger.value("SELECT count(*) FROM reject") == torn


def test_categories_of_the_focus_sample(filled: tuple[Desk, Ledger]) -> None:
    _, ledger = filled
    rows = ledger.rows(
        "SELECT charge_category, count(*) FROM charge JOIN imported_file USING (file_id) "
        "WHERE ends_with(path, 'focus_sample.csv') GROUP BY ALL ORDER BY ALL"
    )
    assert rows == [("Adjustment", 2), ("Credit", 1), ("Usage", 997)]


def test_line_types_of_the_cost_and_usage_reports(filled: tuple[Desk, Ledger]) -> None:
    _, ledger = filled
    rows = ledger.rows(
        "SELECT charge_category, count(*), sum(billed_cost), count(DISTINCT source_key) "
        "FROM charge JOIN imported_file USING (file_id) "
        "WHERE ends_with(path, 'aws_cur_anonymous.csv') GROUP BY ALL ORDER BY ALL"
    )
    assert [row[:3] for row in rows] == [("Tax", 12, D("0.08")), ("Usage", 1269, D("1.6023086974"))]
    bedrock = ledger.rows(
        "SELECT charge_category, count(*), sum(billed_cost) "
        "FROM charge JOIN imported_file USING (file_id) "
        "WHERE path LIKE '%cur2_bedrock%' GROUP BY ALL ORDER BY ALL"
    )
    assert bedrock == [("Credit", 1, D("-1.25")), ("Tax", 1, D("3.1")), ("Usage", 12, D("31.101512"))]


def test_bedrock_tokens_are_multiplied_out(filled: tuple[Desk, Ledger]) -> None:
    """Two hours of the same calls: 1234.567 x 1K, 0.098765 x 1M, 5.5 x 1M, 250 x 1K, 0.042 x 1M Units."""
    _, ledger = filled
    rows = ledger.rows(
        "SELECT token_kind, sum(consumed_quantity) FROM charge JOIN imported_file USING (file_id) "
        "WHERE path LIKE '%cur2_bedrock%' AND consumed_unit = 'Tokens' AND charge_category = 'Usage' "
        "GROUP BY ALL ORDER BY ALL"
    )
    assert rows == [
        ("cache_read", D(11_000_000)),
        ("cache_write_5m", D(500_000)),
        ("input_uncached", D(2 * (1_234_567 + 42_000))),
        ("output", D(2 * 98_765 + 12_500)),
    ]


def test_openai_and_anthropic_money_by_token_kind(filled: tuple[Desk, Ledger], shared_data: Path) -> None:
    """Every amount of the cost report by token type, summed from the JSON in Decimal."""
    _, ledger = filled
    report = json.loads((shared_data / "billing/anthropic/cost_report_2026-08.json").read_text())
    cents: dict[str, Decimal] = defaultdict(Decimal)
    for bucket in report["data"]:
        for result in bucket["results"]:
            cents[result["token_type"] or result["cost_type"]] += D(result["amount"])
    kinds = {
        "uncached_input_tokens": "input_uncached",
        "cache_read_input_tokens": "cache_read",
        "cache_creation.ephemeral_5m_input_tokens": "cache_write_5m",
        "cache_creation.ephemeral_1h_input_tokens": "cache_write_1h",
        "output_tokens": "output",
        "web_search": "web_search",
    }
    expected = {kinds.get(name): amount / 100 for name, amount in cents.items()}
    rows = ledger.rows(
        "SELECT token_kind, sum(billed_cost) FROM charge WHERE provider = 'anthropic' GROUP BY ALL"
    )
    assert dict(rows) == expected


def test_litellm_payloads_alone(desk: Desk, shared_data: Path) -> None:
    result = desk.one(shared_data / "usage/litellm/standard_logging_payload.jsonl")
    assert (result.rows_read, result.rows_added, result.rows_rejected) == (163, 163, 0)
    rows = desk.rows(
        "SELECT status, provider, count(*), sum(logged_cost) FROM token_usage "
        "WHERE status = 'success' GROUP BY ALL ORDER BY ALL"
    )
    assert rows == [
        ("success", "anthropic", 93, D("2.30743475")),
        ("success", "openai", 47, D("0.0485119")),
    ]
    others = desk.rows(
        f"SELECT status, count(*), sum(logged_cost), sum({INPUT} + {OUTPUT}) > 0 FROM token_usage "
        "WHERE status <> 'success' GROUP BY ALL ORDER BY ALL"
    )
    assert others == [("cache_hit", 2, D(0), True), ("failure", 21, D(0), False)]


def test_litellm_spend_logs_alone(desk: Desk, shared_data: Path) -> None:
    result = desk.one(shared_data / "usage/litellm/LiteLLM_SpendLogs.jsonl")
    assert (result.rows_read, result.rows_added, result.rows_rejected) == (142, 142, 0)
    assert desk.rows(
        f"SELECT sum({INPUT}), sum({OUTPUT}), sum(logged_cost), min(at_utc)::DATE::VARCHAR, "
        "max(at_utc)::DATE::VARCHAR FROM token_usage"
    ) == [(774_736, 20_879, D("2.35594665"), "2026-08-03", "2026-09-16")]


@pytest.mark.parametrize("order", [1, -1], ids=["spend logs first", "payloads first"])
def test_both_litellm_logs_hold_the_same_calls_which_count_once(
    desk: Desk, shared_data: Path, order: int
) -> None:
    """142 successes stand in both; the 21 failures only among the payloads."""
    folder = shared_data / "usage" / "litellm"
    files = sorted(folder.glob("*.jsonl"))[::order]
    both = {json.loads(line)["litellm_call_id"] for line in lines(folder / "standard_logging_payload.jsonl")}
    assert len(both) == 163
    results = desk.load(*files)
    assert sum(result.rows_added for result in results) == 163
    assert sum(result.rows_repeated for result in results) == 142
    assert {row[0] for row in desk.rows("SELECT source_key FROM token_usage")} == both
    assert desk.rows(f"SELECT sum({INPUT}), sum({OUTPUT}), sum(logged_cost) FROM token_usage") == [
        (774_736, 20_879, D("2.35594665"))
    ]


def test_claude_code_sessions_equal_ccusage(filled: tuple[Desk, Ledger], shared_data: Path) -> None:
    """By month and model, in all four token figures.

    ccusage 20.0.20 leaves the 61 web searches out of its money, so only tokens are compared; it
    counts one (message.id, requestId) once, which for this corpus is one message.id.
    """
    _, ledger = filled
    monthly = json.loads(
        (shared_data / "usage/claude_code_synth/ccusage-20.0.20-claude-monthly.json").read_text()
    )
    expected = sorted(
        (
            month["month"],
            part["modelName"],
            part["inputTokens"],
            part["outputTokens"],
            part["cacheCreationTokens"],
            part["cacheReadTokens"],
        )
        for month in monthly["monthly"]
        for part in month["modelBreakdowns"]
    )
    found = ledger.rows(
        "SELECT strftime(at_utc, '%Y-%m'), model_name, sum(input_uncached_tokens)::BIGINT, "
        "sum(output_tokens)::BIGINT, "
        "sum(cache_write_tokens + cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT, "
        "sum(cache_read_tokens)::BIGINT FROM token_usage WHERE source = 'claude_code' "
        "GROUP BY ALL ORDER BY ALL"
    )
    assert found == expected
    assert ledger.rows(
        "SELECT count(*), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(cache_write_tokens), "
        "sum(web_search_calls) FROM token_usage WHERE source = 'claude_code'"
    ) == [(861, 1_862_587, 660_018, 0, 61)]


def test_azure_trace_through_the_example_importer(filled: tuple[Desk, Ledger]) -> None:
    _, ledger = filled
    assert ledger.rows(
        "SELECT count(*), sum(input_uncached_tokens), sum(output_tokens), "
        "date_trunc('second', min(at_utc))::VARCHAR, date_trunc('second', max(at_utc))::VARCHAR "
        "FROM token_usage WHERE source = 'azure_trace'"
    ) == [(19_366, 22_361_870, 4_088_665, "2023-11-16 18:15:46", "2023-11-16 19:14:08")]


def test_all_of_them_again_and_in_reversed_order_change_no_figure(
    every_file: list[Path], filled: tuple[Desk, Ledger], desk: Desk
) -> None:
    _, ledger = filled
    results = desk.load(*reversed(every_file), importers=[TRACE_IMPORTER])
    assert {result.status for result in results} == {"imported"}
    before = totals(desk)
    again = desk.load(*every_file, importers=[TRACE_IMPORTER])
    assert {result.status for result in again} == {"known"}
    assert totals(desk) == before
    assert [ledger.rows(query) for query in TOTALS] == before


CHARGE_TOTALS = (
    "SELECT source, provider, billing_account_id, billing_currency, count(*), sum(billed_cost), "
    "sum(effective_cost), sum(consumed_quantity) FROM charge GROUP BY ALL ORDER BY ALL"
)
USAGE_TOTALS = (
    f"SELECT source, provider, model_name, status, count(*), sum({INPUT}), sum({OUTPUT}), "
    "sum(logged_cost), sum(web_search_calls) FROM token_usage GROUP BY ALL ORDER BY ALL"
)
TOTALS = (CHARGE_TOTALS, USAGE_TOTALS)


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


def totals(desk: Desk) -> list[list[tuple[object, ...]]]:
    return [desk.rows(query) for query in TOTALS]


def test_the_1_day_report_of_nise(desk: Desk, shared_data: Path) -> None:
    """191 columns, dates with an offset, amounts with 16 and more decimals, the word None for nothing."""
    result = desk.one(shared_data / "billing/aws_cur/nise_aws_2026-08-01_1day.csv.gz")
    assert (result.rows_read, result.rows_added, result.rows_rejected) == (4152, 4152, 0)
    billed = desk.rows("SELECT sum(billed_cost) FROM charge")[0][0]
    assert billed + result.rounded_total == D("48409.414159839936635039145")
    assert result.rows_rounded > 0


@pytest.mark.parametrize(
    "path",
    [
        "billing/focus/ftk_azure_1_3_contract_commitment_seed42.csv",
        "usage/mooncake/synthetic_trace.jsonl",
    ],
)
def test_formats_that_are_not_read_yet_are_taken_for_no_other(
    desk: Desk, shared_data: Path, path: str
) -> None:
    results = desk.load(shared_data / path)
    assert results
    assert {result.status for result in results} <= {"refused", "skipped"}
    assert desk.figures() == [[], [], []]
