"""`finops-ai prices import`: another list's prices as a diff, refused or accepted by a person.

The files are small and made by hand, in the shape of the real ones.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.prices_ledger import ship_prices

HEAD = (
    "provider: openai\ncurrency: USD\nsources:\n"
    '  sheet: {url: "https://openai.example/p", checked_on: 2026-06-01}\nprices:\n'
)
ROWS = (
    "  - {model: m-1-2026-01-01, valid_from: 2026-01-01, source: sheet, "
    'per_1m: {input_uncached: "1", cache_read: "0.1", output: "15"}, per_1k: {web_search: "10"}}\n'
    "  - {model: m-1-2026-01-01, valid_from: 2026-01-01, source: sheet, service_tier: batch, "
    'per_1m: {input_uncached: "0.5"}}\n'
)
ALIASES = "aliases:\n  openai: {m-1: m-1-2026-01-01}\n"

LITELLM = """{
  "sample_spec": {"litellm_provider": "one of many", "input_cost_per_token": 0},
  "m-1": {"litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 1.2e-05,
    "input_cost_per_token_batches": 5e-07, "input_cost_per_token_above_272k_tokens": 2e-06,
    "output_cost_per_token_flex": 7.5e-06, "input_cost_per_image": 0.5, "max_tokens": 5},
  "m-2": {"litellm_provider": "openai", "input_cost_per_token": 3e-08, "output_cost_per_token": 0.0},
  "noise": {"litellm_provider": "openai", "input_cost_per_token": 4.1666666666e-08},
  "elsewhere/m-1": {"litellm_provider": "nobody", "input_cost_per_token": 1e-06}
}
"""
GENAI = """[
  {"id": "openai", "models": [
    {"id": "m-1", "match": {"equals": "m-1"},
     "prices": [
       {"prices": {"input_mtok": 9, "output_mtok": 15}},
       {"constraint": {"start_date": "2026-08-01"},
        "prices": {"input_mtok": {"base": 1, "tiers": [{"start": 272000, "price": 2}]},
                   "output_mtok": 200, "web_searches_kcount": 10}},
       {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 7}},
       {"constraint": {"start_time": "00:30:00Z", "end_time": "08:30:00Z"}, "prices": {"input_mtok": 8}}
     ],
     "price_variants": [
       {"when": {"processing": "batch"}, "prices": {"input_mtok": 0.5}},
       {"when": {"service_tier": "fast"}, "prices": {"input_mtok": 4}}
     ]}
  ]}
]
"""


@pytest.fixture
def prices(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small price list in place of the shipped one, and the two foreign files beside it."""
    place = folder / "pricing"
    place.mkdir()
    (place / "openai.yaml").write_text(HEAD + ROWS, encoding="utf-8")
    (place / "aliases.yaml").write_text(ALIASES, encoding="utf-8")
    ship_prices(monkeypatch, place)
    (folder / "finops.yaml").write_text("version: 1\nprices: own\n", encoding="utf-8")
    (folder / "litellm.json").write_text(LITELLM, encoding="utf-8")
    (folder / "data.json").write_text(GENAI, encoding="utf-8")
    return place


def told(finops: Run, *words: str) -> Any:
    answer = finops("prices", *words, "--on", "2026-11-22", "--format", "json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def shown(rows: list[dict[str, Any]], *last: str) -> list[tuple[Any, ...]]:
    keys = ("model", "meter", "tier", "from_tokens", "before", "after", *last)
    return [tuple(row[key] for key in keys) for row in rows]


@pytest.mark.usefixtures("prices")
def test_litellm_is_compared_row_by_row(finops: Run) -> None:
    said = told(finops, "import", "litellm.json", "--from", "litellm")
    assert shown(said["proposals"], "verdict") == [
        ("m-1-2026-01-01", "output", "standard", None, "15", "12", "changed"),
        ("m-1-2026-01-01", "input_uncached", "standard", 272_001, None, "2", "new price"),
        ("m-1-2026-01-01", "output", "flex", None, None, "7.5", "new price"),
        ("m-2", "input_uncached", "standard", None, None, "0.03", "new model"),
    ]
    assert shown(said["refused"], "reason") == [
        (
            *("m-2", "output", "standard", None, None, "0"),
            "a price of zero or less: leave the meter out, no price is not zero",
        ),
        (
            *("noise", "input_uncached", "standard", None, None, "0.041666666666"),
            "more than 9 decimals per million: the noise of a float, look at the sheet",
        ),
    ]
    # Input and batch input agree; cached input and the searches are not in the file, and stay.
    assert (said["agree"], said["not_in_file"], said["written"]) == (2, 2, [])


@pytest.mark.usefixtures("prices")
def test_genai_prices_counts_with_the_prices_of_the_day(finops: Run) -> None:
    said = told(finops, "import", "data.json", "--from", "genai-prices")
    assert shown(said["proposals"], "verdict") == [
        ("m-1-2026-01-01", "input_uncached", "standard", 272_001, None, "2", "new price")
    ]
    assert shown(said["refused"], "reason") == [
        (
            *("m-1-2026-01-01", "output", "standard", None, "15", "200"),
            "ten times the price in force or more, or a tenth of it or less: look at the sheet",
        )
    ]
    assert said["agree"] == 3


def test_a_providers_file_of_genai_prices_in_yaml(prices: Path, finops: Run) -> None:
    (prices.parent / "openai.yml").write_text(
        "name: OpenAI\nid: openai\nmodels:\n  - id: m-1\n    match: {equals: m-1}\n"
        "    prices:\n      input_mtok: 1.5\n      output_mtok: 15\n",
        encoding="utf-8",
    )
    said = told(finops, "import", "openai.yml", "--from", "genai-prices")
    assert [(row["meter"], row["before"], row["after"]) for row in said["proposals"]] == [
        ("input_uncached", "1", "1.5")
    ]


def test_nothing_is_written_until_a_person_accepts(prices: Path, finops: Run) -> None:
    own = prices.parent / "own"
    words = ("import", "litellm.json", "--from", "litellm", "--model", "m-1*")
    assert "Nothing was written." in finops("prices", *words).out
    assert not own.exists()
    said = told(finops, *words, "--accept")
    assert said["written"] == [str(own / "openai-2026-11-22-litellm.yaml")]
    assert (own / "openai-2026-11-22-litellm.yaml").read_text(encoding="utf-8") == (
        "# Prices accepted from litellm as of 2026-11-22. Append only: a changed price is a row of a later "
        "import; the\n# one allowed edit closes a row with valid_to.\n"
        "provider: openai\ncurrency: USD\nsources:\n"
        '  litellm: {url: "https://github.com/BerriAI/litellm/blob/main/'
        'model_prices_and_context_window.json", checked_on: 2026-11-22}\nprices:\n'
        '  - model: "m-1-2026-01-01"\n    service_tier: flex\n    valid_from: 2026-11-22\n'
        '    source: litellm\n    per_1m: {output: "7.5"}\n'
        '  - model: "m-1-2026-01-01"\n    valid_from: 2026-11-22\n    source: litellm\n'
        '    per_1m: {output: "12"}\n'
        '  - model: "m-1-2026-01-01"\n    min_prompt_tokens: 272001\n    valid_from: 2026-11-22\n'
        '    source: litellm\n    per_1m: {input_uncached: "2"}\n'
    )
    # The accepted price counts from its day on, the earlier one before; what agreed is marked.
    asked = ("prices", "show", "m-1", "--provider", "openai", "--format", "json", "--on")
    before, after = (json.loads(finops(*asked, day).out)["prices"] for day in ("2026-11-21", "2026-11-22"))
    plain = [
        {row["meter"]: row["price"] for row in rows if row["tier"] == "standard" and not row["from_tokens"]}
        for rows in (before, after)
    ]
    assert [prices["output"] for prices in plain] == ["15", "12"]
    assert {row["meter"]: row["confirmed_by"] for row in before if row["tier"] == "batch"} == {
        "input_uncached": "litellm"
    }
    assert {row["meter"]: row["confirmed_by"] for row in before if row["tier"] == "standard"} == {
        "input_uncached": "litellm",
        "output": None,
        "cache_read": None,
        "web_search": None,
    }


def test_a_second_run_proposes_nothing_and_the_same_day_is_not_edited(prices: Path, finops: Run) -> None:
    assert prices.is_dir()
    words = ("import", "litellm.json", "--from", "litellm", "--model", "m-1*")
    told(finops, *words, "--accept")
    again = told(finops, *words, "--accept")
    assert (again["proposals"], again["written"], again["agree"]) == ([], [], 5)
    text = LITELLM.replace("1.2e-05", "1.1e-05")
    (prices.parent / "litellm.json").write_text(text, encoding="utf-8")
    (refused,) = told(finops, *words)["refused"]
    assert refused["reason"] == (
        "the row in force begins on 2026-11-22: name a later day with --on, no row is edited in place"
    )


def test_a_price_confirmed_lately_is_not_stale(prices: Path, finops: Run) -> None:
    check = ("prices", "check", "--on", "2026-11-22", "--format", "json")
    (stale,) = json.loads(finops(*check).out)["findings"]
    assert (stale["kind"], stale["rows"]) == ("stale", 5)
    told(finops, "import", "data.json", "--from", "genai-prices", "--accept")
    (stale,) = json.loads(finops(*check).out)["findings"]
    assert (stale["kind"], stale["rows"]) == ("stale", 2)
    (prices.parent / "own" / "confirmed.yaml").write_text("confirmed:\n  abc: soon\n", encoding="utf-8")
    answer = finops("prices", "list")
    assert answer.code == 2
    assert 'confirmed.yaml, line 2: "soon" is not a source and a day.' in answer.err


def test_two_names_of_one_row_that_disagree_are_refused(prices: Path, finops: Run) -> None:
    (prices.parent / "two.json").write_text(
        '{"m-1": {"litellm_provider": "openai", "output_cost_per_token": 1.3e-05},'
        ' "m-1-2026-01-01": {"litellm_provider": "openai", "output_cost_per_token": 1.4e-05}}',
        encoding="utf-8",
    )
    said = told(finops, "import", "two.json", "--from", "litellm")
    assert (said["proposals"], [row["reason"] for row in said["refused"]]) == (
        [],
        ["several names of the file mean this row, at 0.000013, 0.000014 a unit"],
    )


def test_accepting_into_a_file_that_is_there(prices: Path, finops: Run) -> None:
    own = prices.parent / "own"
    own.mkdir()
    (own / "openai-2026-11-22-litellm.yaml").write_text(HEAD + ROWS.replace("m-1", "m-9"), encoding="utf-8")
    answer = finops("prices", "import", "litellm.json", "--from", "litellm", "--on", "2026-11-22", "--accept")
    assert answer.code == 2
    assert "openai-2026-11-22-litellm.yaml: is there already." in answer.err


def test_a_folder_that_cannot_be_written(prices: Path, finops: Run) -> None:
    (prices.parent / "blocked").write_text("", encoding="utf-8")
    (prices.parent / "finops.yaml").write_text("version: 1\nprices: blocked/own\n", encoding="utf-8")
    answer = finops("prices", "import", "litellm.json", "--from", "litellm", "--accept")
    assert answer.code == 2
    assert "cannot be written: " in answer.err
