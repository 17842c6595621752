"""Two logs of one call: it counts once, and which rows are left out is stored with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from finops_ai.ledger import Ledger

NOON = datetime(2026, 9, 1, 12)


def row(source: str, tokens: int, **values: Any) -> dict[str, Any]:
    return {
        "source": source,
        "at_utc": NOON,
        "provider": "openai",
        "model_name": "gpt-5",
        "input_uncached_tokens": tokens,
        **values,
    }


def left_out(ledger: Ledger) -> list[tuple[int, str, str]]:
    return ledger.rows("SELECT row_number, counted_source, reason FROM usage_left_out ORDER BY row_number")


def test_the_log_that_knows_more_of_an_answer_counts(price_rows: Any, ledger: Ledger) -> None:
    price_rows(
        [
            row("otlp", 10, response_id="resp-1"),
            row("litellm", 10, response_id="resp-1", team_id="support"),
            row("otlp", 10, response_id="resp-2"),
            row("litellm", 10),
        ]
    )
    assert left_out(ledger) == [(1, "litellm", "the same answer stands in another log")]


def test_one_log_may_repeat_an_answer(price_rows: Any, ledger: Ledger) -> None:
    """Whether a log repeats itself is for its own ids to tell."""
    price_rows([row("litellm", 10, response_id="resp-1"), row("litellm", 10, response_id="resp-1")])
    assert left_out(ledger) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [(1, "litellm", "its calls are logged one by one")]),
        ({"model_name": "gpt-5-mini"}, []),
        ({"provider": "anthropic", "model_name": "claude-sonnet-4-5"}, []),
        ({"at_utc": datetime(2026, 9, 2)}, []),
    ],
)
def test_a_report_counts_only_where_no_call_is_logged(
    price_rows: Any, ledger: Ledger, changed: dict[str, Any], expected: list[tuple[int, str, str]]
) -> None:
    price_rows([row("openai_usage", 90, grain="bucket", **changed), row("litellm", 10)])
    assert left_out(ledger) == expected


def test_of_two_reports_the_fuller_one_counts(price_rows: Any, ledger: Ledger) -> None:
    day_2 = datetime(2026, 9, 2)
    price_rows(
        [
            row("a_report", 10, grain="bucket"),
            row("b_report", 9, grain="bucket"),
            row("b_report", 9, grain="bucket", at_utc=day_2),
        ]
    )
    assert left_out(ledger) == [(1, "b_report", "another report tells of the same calls")]


def test_what_is_left_out_is_worked_out_anew(price_rows: Any, ledger: Ledger) -> None:
    both = [row("openai_usage", 90, grain="bucket"), row("litellm", 10)]
    price_rows(both)
    price_rows(both[:1])
    assert left_out(ledger) == []


def test_a_report_of_many_calls_is_priced_without_the_band_of_long_prompts(price_rows: Any) -> None:
    """gpt-5.4 costs twice as much above 272,000 prompt tokens, but of one call, not of a day's calls."""
    call, bucket = price_rows(
        [
            row("litellm", 300_000, model_name="gpt-5.4"),
            row("openai_usage", 300_000, model_name="gpt-5.4", grain="bucket", at_utc=datetime(2026, 9, 3)),
        ]
    )
    assert call["input_uncached_cost"] == 2 * bucket["input_uncached_cost"] > 0
