"""773 real answers of model providers (pydantic/genai-prices, MIT), imported and priced here on the day the
file was recorded: where the price recorded for the same answer differs, the reason is named here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.months import Month
from finops_ai.prices import price_month, refresh_catalogue, resolve_models
from tests.importers.desk import Desk
from tests.importers.test_shared_bodies import SOURCE

RECORDED = datetime(2026, 8, 21, 12)
# The day before a price cut, and one on which the names of Mistral still meant older models.
BEFORE_SOL = datetime(2026, 8, 20, 12)
BEFORE_SMALL_4 = datetime(2026, 3, 15, 12)
DAYS = (RECORDED, BEFORE_SOL, BEFORE_SMALL_4)
# What they call the providers that this package calls otherwise.
THEIR_PROVIDER = {"aws-bedrock": "aws"}


@dataclass(frozen=True)
class Priced:
    """One answer: its row, what it costs here on each of DAYS, and what they recorded for its provider."""

    row: dict[str, Any]
    usage: dict[str, int]
    ours: dict[datetime, Decimal | None]
    status: str
    theirs: frozenset[Decimal]

    @property
    def cost(self) -> Decimal:
        """What it costs here on the recorded day; NaN, which is no recorded price, without one."""
        found = self.ours[RECORDED]
        return Decimal("NaN") if found is None else found


def _prices(desk: Desk, at_utc: datetime) -> list[tuple[Decimal | None, str]]:
    ledger = desk.ledger
    with ledger.transaction(writes="none"):
        ledger.execute("UPDATE token_usage SET at_utc = ?", [at_utc])
        resolve_models(ledger)
        price_month(ledger, Month.of(at_utc))
    return ledger.rows(
        "SELECT list_cost, pricing_status FROM priced_usage WHERE month = ? ORDER BY row_number",
        [Month.of(at_utc).first_day],
    )


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, ledger_template: Path) -> list[Priced]:
    """Every record of the file, priced on every day."""
    source = Path(__file__).resolve().parents[2].parent / "shared" / "data" / SOURCE
    if not source.is_file():
        pytest.skip("../shared/data is not here")
    desk = Desk(tmp_path_factory.mktemp("prices"), ledger_template)
    desk.one(source, stated_at_utc=RECORDED)
    with desk.ledger.transaction(writes="none"):
        refresh_catalogue(desk.ledger, recorded_at_utc=RECORDED)
    rows = desk.ledger.records("SELECT * FROM token_usage ORDER BY row_number")
    priced = {day: _prices(desk, day) for day in DAYS}
    records = json.loads(source.read_text(encoding="utf-8"))
    desk.close()
    return [
        Priced(
            row,
            record["extracted"][0]["usage"] if record["extracted"] else {},
            {day: priced[day][place][0] for day in DAYS},
            priced[RECORDED][place][1],
            frozenset(_recorded(record, THEIR_PROVIDER.get(row["provider"], row["provider"]))),
        )
        for place, (record, row) in enumerate(zip(records, rows, strict=True))
    ]


def _recorded(record: dict[str, Any], provider: str) -> Iterator[Decimal]:
    for found in record["extracted"]:
        for by in found["extractors"]:
            if by["provider_id"] == provider and "input_price" in by:
                yield Decimal(by["input_price"]) + Decimal(by.get("output_price", "0"))


def _searched(one: Priced) -> bool:
    return one.cost - Decimal("0.01") * one.row["web_search_calls"] in one.theirs


def _retired_band(one: Priced) -> bool:
    """Twice the input, one and a half times the output, for a prompt above 200,000 tokens after the beta."""
    row, searches = one.row, Decimal("0.01") * one.row["web_search_calls"]
    long_ago = Decimal(6 * row["input_uncached_tokens"]) + Decimal("22.5") * row["output_tokens"]
    flat = Decimal(3 * row["input_uncached_tokens"]) + Decimal(15) * row["output_tokens"]
    return long_ago.scaleb(-6) in one.theirs and flat.scaleb(-6) + searches == one.ours[RECORDED]


def _without_cache(one: Priced, input_price: str, output_price: str) -> bool:
    """They price every input token at these prices per million, cached or not."""
    row = one.row
    prompt = row["input_uncached_tokens"] + row["cache_read_tokens"] + row["cache_write_tokens"]
    total = Decimal(input_price) * prompt + Decimal(output_price) * row["output_tokens"]
    return total.scaleb(-6) in one.theirs


def _thoughts(one: Priced) -> bool:
    extra = Decimal(10) * (one.row["output_tokens"] - one.usage["output_tokens"])
    return one.row["quality"] is not None and one.cost - extra.scaleb(-6) in one.theirs


def _audio_as_text(one: Priced) -> bool:
    row = one.row
    text = Decimal("2.5") * (row["input_uncached_tokens"] + row["input_audio_tokens"])
    return (text + 10 * row["output_tokens"]).scaleb(-6) in one.theirs and row["input_audio_tokens"] > 0


# Why a price differs: the model it is about, what must hold of the row, and how many rows there are.
REASONS: dict[str, tuple[str, Callable[[Priced], bool], int]] = {
    "they do not price the web searches of Anthropic": ("claude-", _searched, 2),
    "they keep the price of long prompts after the beta that had it": (
        "claude-sonnet-4-5-20250929",
        _retired_band,
        1,
    ),
    "their price of GPT-5.6 Sol is that before the cut of this day": (
        "gpt-5.6-sol",
        lambda one: one.ours[BEFORE_SOL] in one.theirs,
        9,
    ),
    "their price of GPT-5.6 Luna on Bedrock is that before the cut of 2026-07-30, without cache writes": (
        "openai.gpt-5.6-luna",
        lambda one: _without_cache(one, "1.1", "6.6"),
        2,
    ),
    "the name moved to Medium 3.5 on 2026-06-16, and they read no cached tokens": (
        "mistral-medium-latest",
        lambda one: _without_cache(one, "0.4", "2"),
        20,
    ),
    "the name moved to Large 3 on 2025-12-02, and they read no cached tokens": (
        "mistral-large-latest",
        lambda one: _without_cache(one, "2", "6"),
        7,
    ),
    "the name moved to Small 4 on 2026-03-16": (
        "mistral-small-latest",
        lambda one: one.ours[BEFORE_SMALL_4] in one.theirs,
        1,
    ),
    "they do not know the flex tier": (
        "gemini-3-flash-preview",
        lambda one: one.row["service_tier"] == "flex" and 2 * one.cost in one.theirs,
        1,
    ),
    "they leave out thoughts that only the total knows": ("gemini-2.5-pro-preview-05-06", _thoughts, 1),
    "they price audio like text": ("gpt-4o-audio-preview-2024-12-17", _audio_as_text, 1),
    "text and image output have prices of their own and are counted together: no price here": (
        "gemini-2.5-flash-image",
        lambda one: one.status == "no_price:output",
        2,
    ),
    "the name means nothing here since the model's end on 2026-04-30": (
        "magistral-small-latest",
        lambda one: one.status == "unknown_model",
        1,
    ),
    "an experiment that Google gave away has no list price here": (
        "gemini-2.0-flash-exp",
        lambda one: one.status == "unknown_model",
        1,
    ),
}


def _reason(one: Priced) -> str:
    found = [
        name
        for name, (model, holds, _) in REASONS.items()
        if str(one.row["model_name"]).startswith(model) and holds(one)
    ]
    return found[0] if found else f"{one.row['provider']} {one.row['model_name']}: not explained"


def test_every_difference_from_the_recorded_price_has_a_named_reason(answers: list[Priced]) -> None:
    compared = [one for one in answers if one.theirs]
    assert len(compared) == 618
    same = sum(one.ours[RECORDED] in one.theirs for one in compared)
    reasons = Counter(_reason(one) for one in compared if one.ours[RECORDED] not in one.theirs)
    assert reasons == {name: count for name, (_, _, count) in REASONS.items()}
    assert same == len(compared) - sum(reasons.values()) == 569


def test_nothing_without_a_model_or_a_known_provider_is_priced(answers: list[Priced]) -> None:
    """Converse answers name no model, and an answer of nobody known has no price."""
    for one in answers:
        if one.row["model_name"] is None or one.row["provider"] == "unknown":
            assert one.ours[RECORDED] is None
