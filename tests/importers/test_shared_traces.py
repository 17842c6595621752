"""Traces that real libraries wrote: every API call counts once, with the totals of SOURCES.md.

`openllmetry`: SOURCES.md speaks of 10 failed calls; nine of them have spans, which are all 88 calls' worth.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.importers.desk import Desk

FILES = {
    "openllmetry": (88, 9, 64_791, 3_200, 1_069, 20_383),
    "openinference": (88, 9, 113_276, 35_077, 574, 16_289),
    "otel_official_openai_v2": (21, 4, 10_224, 0, 0, 2_015),
}
WRITTEN = "cache_write_tokens + cache_write_5m_tokens + cache_write_1h_tokens"
TOTALS = (
    "SELECT count(*), count(*) FILTER (status = 'failure'), "
    f"sum(input_uncached_tokens + cache_read_tokens + {WRITTEN} + input_audio_tokens), "
    f"sum(cache_read_tokens), sum({WRITTEN}), sum(output_tokens + output_audio_tokens) FROM token_usage"
)


def trace_file(shared_data: Path, name: str) -> Path:
    return shared_data / "usage" / "otlp" / f"{name}.traces.jsonl"


def documents(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def single_spans(path: Path) -> list[str]:
    """Each span as a document of its own."""
    lines = []
    for document in documents(path):
        for resource in document["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    one = {**resource, "scopeSpans": [{**scope, "spans": [span]}]}
                    lines.append(json.dumps({"resourceSpans": [one]}))
    return lines


def without_place(desk: Desk) -> list[tuple[Any, ...]]:
    return desk.rows("SELECT COLUMNS(* EXCLUDE (file_id, row_number)) FROM token_usage ORDER BY usage_id")


@pytest.mark.parametrize("name", FILES)
def test_each_file_alone(desk: Desk, shared_data: Path, name: str) -> None:
    result = desk.one(trace_file(shared_data, name))
    assert (result.importer, result.rows_rejected) == ("otlp_spans", 0)
    assert desk.rows(TOTALS) == [FILES[name]]
    assert result.rows_added + result.rows_ignored == result.rows_read


def test_all_together_and_again(desk: Desk, shared_data: Path) -> None:
    paths = [trace_file(shared_data, name) for name in FILES]
    results = desk.load(*paths, shared_data / "usage/otlp/otlp_example_trace.json")
    assert [result.rows_added for result in results] == [88, 88, 21, 0]
    assert desk.rows(TOTALS) == [tuple(map(sum, zip(*FILES.values(), strict=True)))]
    before = without_place(desk)
    desk.load(*reversed(paths))
    assert without_place(desk) == before


@pytest.mark.parametrize("name", FILES)
def test_spans_in_any_order_over_two_files_give_the_same(
    desks: Callable[[], Desk], shared_data: Path, name: str
) -> None:
    """A trace may stand in pieces over both files, children before parents."""
    plain, torn = desks(), desks()
    plain.load(trace_file(shared_data, name))
    spans = single_spans(trace_file(shared_data, name))
    random.Random(7).shuffle(spans)  # noqa: S311
    half = len(spans) // 2
    torn.load(
        torn.write("a.jsonl", "\n".join(spans[:half]) + "\n"),
        torn.write("b.jsonl", "\n".join(spans[half:]) + "\n"),
    )
    assert torn.rows(TOTALS) == [FILES[name]]
    assert without_place(torn) == without_place(plain)


def test_workflow_session_user_and_tags_come_from_the_spans_above(desk: Desk, shared_data: Path) -> None:
    desk.one(trace_file(shared_data, "openinference"))
    assert desk.rows(
        "SELECT DISTINCT workflow_hint, tags ->> '$.\"service.name\"', tags ->> '$.team', "
        "tags ->> '$.\"deployment.environment.name\"', tags ->> '$.\"gen_ai.agent.name\"' FROM token_usage"
    ) == [("support_triage", "support-bot", "support", "prod", "triage")]
    assert desk.rows(
        "SELECT count(session_id), count(user_id), count(tags ->> '$.\"ticket.id\"') FROM token_usage"
    ) == [(88, 88, 88)]


def test_sums_of_agents_beyond_their_calls_are_told_on_the_calls(desk: Desk, shared_data: Path) -> None:
    """The official library made no spans for Responses calls: the agents say 52,902 and 14,394.

    13 traces have spans of calls; in seven of them the agent says more, such as 511 against 132.
    """
    desk.one(trace_file(shared_data, "otel_official_openai_v2"))
    assert desk.rows(
        "SELECT told, count(*), sum(tokens) FROM (SELECT trace_id, max(quality) AS told, "
        "sum(input_uncached_tokens) AS tokens FROM token_usage GROUP BY trace_id) GROUP BY told ORDER BY told"
    ) == [
        ("agent total exceeds the calls below it", 7, 132 + 4020 + 714 + 1204 + 3152 + 254 + 31),
        (None, 6, 378 + 265 + 74),
    ]


def test_attribute_maps_without_a_time_need_one_stated(desk: Desk, shared_data: Path) -> None:
    """Fixtures of Arize-ai/openinference: two calls of 97 and 52 tokens each, one span of a tool."""
    folder = shared_data / "usage" / "openinference_fixtures"
    unstated = desk.load(*sorted(folder.glob("*.json")))
    assert [(r.importer, r.rows_added, r.rows_rejected, r.rows_ignored) for r in unstated] == [
        ("openinference_flat", 0, 1, 0),
        ("openinference_flat", 0, 1, 0),
        ("openinference_flat", 0, 0, 1),
    ]
    copies = [desk.write(path.name, path.read_text() + "\n") for path in sorted(folder.glob("*.json"))]
    stated = desk.load(*copies, stated_at_utc=datetime(2026, 9, 1))
    assert [result.rows_added for result in stated] == [1, 1, 0]
    assert desk.rows(
        "SELECT provider, model_name, input_uncached_tokens, output_tokens, response_id, "
        "at_utc::VARCHAR FROM token_usage ORDER BY response_id NULLS FIRST"
    ) == [
        ("openai", "gpt-4-0613", 97, 52, None, "2026-09-01 00:00:00"),
        ("openai", "gpt-4-0613", 97, 52, "chatcmpl-CQF10eCkoFphJZJQkzzN6EkTD0AVF", "2026-09-01 00:00:00"),
    ]
