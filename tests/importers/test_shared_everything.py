"""Every bill and log of the shared data in one ledger: once, twice, and in reversed order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.importers.desk import REPOSITORY, Desk

AT_UTC = datetime(2026, 10, 31)
EXAMPLES = sorted((REPOSITORY / "examples").rglob("*.sql"))
# What is no bill, log or outcome: another tool's answers, a table of units, contract terms.
OTHER = {"reference_PricingUnits.csv", "ftk_azure_1_3_contract_commitment_seed42.csv"}
TOKENS = (
    "calls", "input_uncached_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens",
    "cache_write_tokens", "output_tokens", "reasoning_tokens", "web_search_calls", "logged_cost",
)  # fmt: skip
SUMS = ", ".join(f"sum({name})" for name in TOKENS)
BILLS = (
    "SELECT importer, count(*), sum(billed_cost) FROM charge JOIN imported_file USING (file_id) "
    "GROUP BY 1 ORDER BY 1"
)
LOGS = f"SELECT source, provider, status, count(*), {SUMS} FROM token_usage GROUP BY ALL ORDER BY ALL"
OUTCOMES = "SELECT kind, status, count(*) FROM outcome GROUP BY ALL ORDER BY ALL"


def files(shared_data: Path) -> list[Path]:
    found = [path for room in ("billing", "usage") for path in sorted((shared_data / room).rglob("*"))]
    return [
        path
        for path in found
        if path.is_file()
        and path.suffix != ".md"
        and path.name not in OTHER
        and not path.name.startswith("ccusage")
    ]


def figures(desk: Desk) -> list[list[tuple[Any, ...]]]:
    return [desk.rows(query) for query in (BILLS, LOGS, OUTCOMES)]


def test_all_files_in_any_order_and_twice_end_in_the_same_totals(
    desks: Callable[[], Desk], shared_data: Path
) -> None:
    paths = files(shared_data)
    forwards, backwards = desks(), desks()
    results = forwards.load(*paths, importers=EXAMPLES, stated_at_utc=AT_UTC)
    assert {(result.path, result.status) for result in results if result.status != "imported"} == set()
    torn = {result.path for result in results if result.rows_rejected}
    assert all("claude_code_synth" in path for path in torn)
    once = figures(forwards)
    again = forwards.load(*paths, importers=EXAMPLES, stated_at_utc=AT_UTC)
    assert {result.status for result in again} == {"known"}
    assert figures(forwards) == once
    backwards.load(*reversed(paths), importers=EXAMPLES, stated_at_utc=AT_UTC)
    assert figures(backwards) == once
