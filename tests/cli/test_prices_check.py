"""`finops-ai prices check`: each kind of finding, and an exit code for cron."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.prices_ledger import add_usage, ship_prices

HEAD = (
    "provider: acme\ncurrency: USD\nsources:\n"
    '  sheet: {url: "https://acme.example/p", checked_on: 2026-09-01}\nprices:\n'
)
ROW = '  - {model: m1, valid_from: 2026-01-01, source: sheet, per_1m: {output: "15"}}\n'
CLOSED = ROW.replace("2026-01-01", "2026-01-01, valid_to: 2026-03-01")
LATER = ROW.replace("2026-01-01", "2026-03-05").replace('"15"', '"12"')


@pytest.fixture
def prices(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The price list, to be written by the test; finops.yaml names a folder of own prices beside it."""
    place = folder / "pricing"
    place.mkdir()
    (place / "acme.yaml").write_text(HEAD + ROW, encoding="utf-8")
    ship_prices(monkeypatch, place)
    (folder / "finops.yaml").write_text("version: 1\nprices: own\n", encoding="utf-8")
    (folder / "own").mkdir()
    return place


def found(finops: Run, *words: str) -> tuple[int, list[tuple[Any, ...]]]:
    answer = finops("prices", "check", *words, "--format", "json")
    said = json.loads(answer.out)
    return answer.code, [tuple(row.values()) for row in said["findings"]]


@pytest.mark.usefixtures("prices")
def test_nothing_to_find_ends_with_0(finops: Run) -> None:
    assert found(finops, "--on", "2026-11-30") == (0, [])
    assert "1 price of 1 provider looked at." in finops("prices", "check", "--on", "2026-11-30").out


@pytest.mark.usefixtures("prices")
def test_a_source_nobody_has_looked_at_is_stale(finops: Run) -> None:
    detail = "https://acme.example/p was checked on 2026-09-01, 91 days ago"
    stale = (4, [("stale", "acme", None, 1, detail)])
    assert found(finops, "--on", "2026-12-01") == stale
    assert found(finops, "--on", "2026-12-01", "--max-age-days", "91") == (0, [])
    assert "upgrade finops-ai" in finops("prices", "check", "--on", "2026-12-01").out


def test_days_without_a_price_between_two_rows_are_a_gap(prices: Path, finops: Run) -> None:
    (prices / "acme.yaml").write_text(HEAD + CLOSED + LATER, encoding="utf-8")
    assert found(finops, "--on", "2026-09-01") == (
        4,
        [("gap", "acme", "m1", 1, "no price from 2026-03-01 to 2026-03-05: output (standard)")],
    )


def test_a_price_of_ones_own_that_the_sheet_contradicts(prices: Path, finops: Run) -> None:
    own = prices.parent / "own" / "acme.yaml"
    own.write_text(HEAD + ROW.replace('"15"', '"14"').replace("m1", "m1"), encoding="utf-8")
    detail = (
        "output, standard: 0.000014 of your own from 2026-01-01, 0.000015 shipped from 2026-01-01 "
        "(https://acme.example/p), in USD a unit"
    )
    assert found(finops, "--on", "2026-09-01") == (4, [("conflict", "acme", "m1", 2, detail)])
    # The user's own counts: what starts together is theirs.
    shown = json.loads(finops("prices", "show", "m1", "--on", "2026-09-01", "--format", "json").out)
    assert [row["price"] for row in shown["prices"]] == ["14"]
    # A change of price later on is no contradiction, and closes the shipped row.
    own.write_text(HEAD + LATER, encoding="utf-8")
    assert found(finops, "--on", "2026-09-01") == (0, [])
    ever = json.loads(finops("prices", "show", "m1", "--all", "--format", "json").out)["prices"]
    assert [(row["price"], row["valid_from"], row["valid_to"]) for row in ever] == [
        ("15", "2026-01-01", "2026-03-05"),
        ("12", "2026-03-05", None),
    ]


def test_a_row_removed_from_its_file_and_a_name_in_use_without_a_price(prices: Path, finops: Run) -> None:
    used = {"provider": "acme", "model_name": "m9", "at_utc": datetime(2026, 10, 5), "output_tokens": 7}
    (prices / "acme.yaml").write_text(HEAD + ROW + ROW.replace("m1", "m2"), encoding="utf-8")
    add_usage(prices.parent / "finops.duckdb", [used])
    assert finops("attribute").code == 0
    (prices / "acme.yaml").write_text(HEAD + ROW, encoding="utf-8")
    assert found(finops, "--on", "2026-09-01") == (
        4,
        [
            ("withdrawn", "acme", "m2", 1, "taken over earlier, in no price file any more; it still counts"),
            ("unpriced", "acme", None, 1, "m9: unknown_model, 7 tokens in usage"),
        ],
    )


def test_two_own_prices_of_one_thing_from_one_day_are_refused(prices: Path, finops: Run) -> None:
    for name, price in (("a.yaml", '"12"'), ("b.yaml", '"13"')):
        text = HEAD + LATER.replace('"12"', price)
        (prices.parent / "own" / name).write_text(text, encoding="utf-8")
    answer = finops("prices", "list")
    assert answer.code == 2
    assert "b.yaml: output of m1 costs otherwise in a.yaml from the same day." in answer.err
    assert "Keep one; a correction starts on a later day." in answer.err


def test_the_shipped_price_list_has_nothing_to_find(finops: Run) -> None:
    assert found(finops, "--on", "2026-11-22") == (0, [])
