"""773 real answers of model providers (pydantic/genai-prices, MIT), cut down to model and usage: each row
must hold what that project itself extracts from the same answer, apart from faults of theirs named here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.importers.desk import Desk

STATED_AT = datetime(2026, 9, 15, 12, 0)
SOURCE = "usage/genai_prices/usages_shared.json"
# Who of their extractors reads a shape as its provider means it.
EXTRACTORS = {
    "anthropic": [("anthropic", "default")],
    "bedrock_converse": [("aws", "default")],
    "gemini": [("google", "default")],
    "groq": [("groq", "default")],
    "mistral_like": [("mistral", "default")],
    "openai_chat": [("openai", "chat"), ("openai", "embeddings")],
    "openai_responses": [("openai", "responses")],
    "openrouter": [("openrouter", "chat"), ("openai", "responses")],
}
# Per shape: rows, input with cache, cache read, cache write, output. Published beside the file, except that
# Gemini's input there leaves out the 6,577 tokens of tool results (toolUsePromptTokenCount), which are billed
# as input and which their extraction has too, and that 28 output tokens are added (see test_thoughts...).
TOTALS = {
    "anthropic": (107, 608_684, 57_879, 13_211, 15_264),
    "bedrock_converse": (110, 99_624, 14_608, 3_025, 8_918),
    "gemini": (226, 98_727 + 6_577, 4_540, 0, 77_683),
    "groq": (36, 38_427, 256, 0, 5_002),
    "mistral_like": (26, 5_140, 1_629, 0, 3_170),
    "openai_chat": (121, 34_607, 910, 4_012, 19_326 + 28),
    "openai_responses": (126, 245_185, 122_752, 8_543, 37_571),
    "openrouter": (21, 15_684, 9_463, 3_013, 3_010),
}
SAME = (
    "at_utc", "provider", "model_name", "service_tier", "input_uncached_tokens", "cache_read_tokens",
    "cache_write_5m_tokens", "cache_write_1h_tokens", "cache_write_tokens", "input_audio_tokens",
    "output_tokens", "reasoning_tokens", "web_search_calls", "source_total_tokens", "quality", "logged_cost",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One record of the file: the answer, what they extract, and the row that stands in the ledger."""

    number: int
    body: dict[str, Any]
    theirs: dict[tuple[str, str], dict[str, int]]
    row: dict[str, Any]

    @property
    def usage(self) -> dict[str, Any]:
        """The usage object of the answer."""
        found: dict[str, Any] = self.body.get("usage") or self.body["usageMetadata"]
        return found

    @property
    def shape(self) -> str:
        """Which API answered, told by fields alone, as the published totals are split."""
        marks = {
            "promptTokenCount": "gemini",
            "inputTokens": "bedrock_converse",
            "cache_creation_input_tokens": "anthropic",
            "cost": "openrouter",
            "queue_time": "groq",
            "num_cached_tokens": "mistral_like",
            "cached_tokens": "mistral_like",
            "input_tokens": "openai_responses",
        }
        return next((shape for mark, shape in marks.items() if mark in self.usage), "openai_chat")

    @property
    def expected(self) -> dict[str, int]:
        """Their extraction by the extractor of the shape."""
        return next(self.theirs[name] for name in EXTRACTORS[self.shape] if name in self.theirs)

    @property
    def found(self) -> dict[str, int]:
        """The row in their words: input and output include the parts that are named apart."""
        row = self.row
        written = row["cache_write_tokens"] + row["cache_write_5m_tokens"] + row["cache_write_1h_tokens"]
        return {
            "input_tokens": row["input_uncached_tokens"]
            + row["cache_read_tokens"]
            + row["input_audio_tokens"]
            + written,
            "cache_read_tokens": row["cache_read_tokens"],
            "cache_write_tokens": written,
            "cache_write_5m_tokens": row["cache_write_5m_tokens"],
            "input_audio_tokens": row["input_audio_tokens"],
            "output_tokens": row["output_tokens"] + row["output_audio_tokens"],
            "output_reasoning_tokens": row["reasoning_tokens"],
            "web_searches": row["web_search_calls"],
        }

    @property
    def differs(self) -> dict[str, tuple[int, int]]:
        """Ours and theirs, where they are not the same."""
        pairs = {name: (count, self.expected.get(name, 0)) for name, count in self.found.items()}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, ledger_template: Path) -> Iterator[list[Answer]]:
    """Every record of the file beside its row."""
    source = Path(__file__).resolve().parents[2].parent / "shared" / "data" / SOURCE
    if not source.is_file():
        pytest.skip("../shared/data is not here")
    desk = Desk(tmp_path_factory.mktemp("bodies"), ledger_template)
    result = desk.one(source, stated_at_utc=STATED_AT)
    assert (result.rows_read, result.rows_added, result.rows_rejected, result.rows_ignored) == (
        773,
        773,
        0,
        0,
    )
    rows = desk.ledger.records("SELECT * FROM token_usage ORDER BY row_number")
    records = json.loads(source.read_text(encoding="utf-8"))
    yield [
        Answer(
            number,
            record["body"],
            {
                (by["provider_id"], by["api_flavor"]): found["usage"]
                for found in record["extracted"]
                for by in found["extractors"]
            },
            row,
        )
        for number, (record, row) in enumerate(zip(records, rows, strict=True), 1)
    ]
    desk.close()


def test_totals_of_each_shape(answers: list[Answer]) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for answer in answers:
        found = answer.found
        counts = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens")
        for place, count in enumerate([1, *(found[name] for name in counts)]):
            sums[answer.shape][place] += count
    assert {shape: tuple(found) for shape, found in sums.items()} == TOTALS


def test_every_row_is_what_they_extract_apart_from_16_known_ones(answers: list[Answer]) -> None:
    known = {
        "their Converse extractor does not read how long a cache write lives": {
            a.number for a in answers if "cacheDetails" in a.usage
        },
        "their Mistral extractor does not read num_cached_tokens": {
            a.number for a in answers if a.usage.get("num_cached_tokens")
        },
        "they leave out thoughts of Gemini behind OpenAI's shape": {
            a.number for a in answers if a.shape == "openai_chat" and a.row["provider"] == "google"
        },
    }
    assert [len(numbers) for numbers in known.values()] == [2, 13, 1]
    different = {answer.number: answer.differs for answer in answers if answer.differs}
    assert set(different) == set().union(*known.values())
    for number in known["their Converse extractor does not read how long a cache write lives"]:
        (lifetime,) = answers[number - 1].usage["cacheDetails"]
        assert lifetime["ttl"] == "5m"
        assert different[number] == {"cache_write_5m_tokens": (lifetime["inputTokens"], 0)}
    for number in known["their Mistral extractor does not read num_cached_tokens"]:
        cached = answers[number - 1].usage["num_cached_tokens"]
        assert different[number] == {"cache_read_tokens": (cached, 0)}


def test_thoughts_that_only_the_total_knows_are_output_and_images_are_named(answers: list[Answer]) -> None:
    """66 in and 6 out of 100: Google bills the 28 between as output, and they were thoughts."""
    drawn, odd = [answer for answer in answers if answer.row["quality"] is not None]
    assert (drawn.shape, drawn.row["quality"]) == ("gemini", "not counted: image tokens at their own price")
    assert odd.usage == {"completion_tokens": 6, "prompt_tokens": 66, "total_tokens": 100}
    assert odd.row["quality"] == "output taken from the total"
    assert odd.differs == {"output_tokens": (34, 6), "output_reasoning_tokens": (28, 0)}


def test_buckets_add_up_to_the_total_that_the_answer_prints(answers: list[Answer]) -> None:
    printed = [answer for answer in answers if answer.row["source_total_tokens"] is not None]
    assert len(printed) == 773 - 107 - 5  # Anthropic prints none, nor do five embeddings of Gemini
    for answer in printed:
        found = answer.found
        assert found["input_tokens"] + found["output_tokens"] == answer.row["source_total_tokens"]


def test_money_and_times(answers: list[Answer]) -> None:
    assert sum(a.row["logged_cost"] for a in answers if a.shape == "openrouter") == Decimal("0.0351335")
    assert {a.row["logged_cost"] for a in answers if a.shape != "openrouter"} == {None}
    assert {a.row["at_utc"] for a in answers} == {STATED_AT}


def test_who_answered(answers: list[Answer]) -> None:
    """Only what the answer itself shows: a model of one maker at another's door is unknown."""
    by_shape = defaultdict(set)
    for answer in answers:
        by_shape[answer.shape].add(answer.row["provider"])
    assert by_shape == {
        "anthropic": {"anthropic"},
        "bedrock_converse": {"aws-bedrock"},
        "gemini": {"google"},
        "groq": {"groq"},
        "mistral_like": {"mistral", "unknown"},
        "openai_chat": {"openai", "mistral", "google", "aws-bedrock", "zai", "unknown"},
        "openai_responses": {"openai", "aws-bedrock", "unknown"},
        "openrouter": {"openrouter"},
    }
    for answer in answers:
        model = str(answer.row["model_name"])
        if answer.row["provider"] == "unknown":
            assert answer.row["model_name"] is None or not model.startswith(("gpt-4", "gpt-5", "o3", "o4"))


def test_the_same_answers_one_a_line_give_the_same_rows(
    desks: Callable[[], Desk], answers: list[Answer]
) -> None:
    wrapped, bare = desks(), desks()
    named = [answer for answer in answers if "model" in answer.body or "usageMetadata" in answer.body]
    log = "".join(json.dumps({"extracted": [], "body": answer.body}) + "\n" for answer in answers)
    lines = "".join(json.dumps(answer.body) + "\n" for answer in named)
    for desk, text, expected in ((wrapped, log, answers), (bare, lines, named)):
        result = desk.one(desk.write("log.jsonl", text), stated_at_utc=STATED_AT)
        assert (result.importer, result.rows_added) == ("response_bodies", len(expected))
        found = desk.ledger.records("SELECT * FROM token_usage ORDER BY row_number")
        for answer, row in zip(expected, found, strict=True):
            assert {name: row[name] for name in SAME} == {name: answer.row[name] for name in SAME}
