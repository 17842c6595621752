"""The price files: what a row becomes, and every refusal with its file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.errors import ConfigError
from finops_ai.prices.catalogue import read_catalogue
from finops_ai.prices.model import Price
from finops_ai.resources import shipped

PriceFile = Callable[..., Path]
ROW = '  - {model: m1, valid_from: 2026-01-01, source: sheet, per_1m: {output: "15"}}\n'

# Every price ever shipped, by the hash over what is priced, from when and at what price. Lines are only
# ever added: a line that the catalogue no longer has means that the past would be priced again.
FROZEN = Path(__file__).with_name("frozen_prices.txt")


def test_a_row_becomes_one_price_a_meter(price_file: PriceFile) -> None:
    folder = price_file(
        "  - model: m1\n"
        "    endpoint_scope: regional\n"
        "    service_tier: batch\n"
        "    min_prompt_tokens: 200001\n"
        "    hours_utc: Mon-Fri 01-04\n"
        "    kind: promo\n"
        "    valid_from: 2026-01-01\n"
        "    valid_to: 2026-02-01T16:00:00Z\n"
        "    source: sheet\n"
        '    per_1m: {output: "0.003625"}\n'
        '    per_1k: {web_search: "10"}\n'
    )
    search, token = read_catalogue(folder).prices
    assert token == Price(
        provider="acme",
        model_id="m1",
        meter="output",
        endpoint_scope="regional",
        service_tier="batch",
        min_prompt_tokens=200_001,
        hours_utc="Mon-Fri 01-04",
        unit_price=Decimal("0.000000003625"),
        currency="USD",
        valid_from_utc=datetime(2026, 1, 1),
        valid_to_utc=datetime(2026, 2, 1, 16),
        kind="promo",
        source_url="https://acme.example/prices",
        checked_on=date(2026, 11, 21),
    )
    assert (search.meter, search.unit_price) == ("web_search", Decimal("0.01"))


def test_a_price_id_outlives_the_closing_of_its_row(price_file: PriceFile) -> None:
    (still_open,) = read_catalogue(price_file(ROW)).prices
    (closed,) = read_catalogue(price_file(ROW.replace("source", "valid_to: 2026-06-01, source"))).prices
    (dearer,) = read_catalogue(price_file(ROW.replace("15", "16"))).prices
    assert closed.price_id == still_open.price_id
    assert dearer.price_id != still_open.price_id
    assert len({still_open.canonical, closed.canonical, dearer.canonical}) == 3


def test_the_hash_of_the_catalogue_ignores_layout_and_comments(price_file: PriceFile) -> None:
    two = ROW + ROW.replace("m1", "m2")
    plain = read_catalogue(price_file(two)).sha256
    turned = read_catalogue(price_file("  # a comment\n" + ROW.replace("m1", "m2") + "\n" + ROW)).sha256
    dearer = read_catalogue(price_file(two.replace("15", "15.5", 1))).sha256
    assert turned == plain
    assert dearer != plain


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "output:",
            "ouput:",
            (
                'line 6: meter "ouput" is unknown. Known: input_uncached, cache_read, cache_write_5m, '
                "cache_write_1h, cache_write, input_audio, output, output_audio, web_search, "
                "input_image, output_image, file_search."
            ),
        ),
        (
            '"15"',
            '"0"',
            'line 6: the price "0" of output is not above zero. Leave the meter out: no price is not zero.',
        ),
        (
            '"15"',
            '"-1"',
            'line 6: the price "-1" of output is not above zero. Leave the meter out: no price is not zero.',
        ),
        ('"15"', '"1,5"', 'line 6: the price of output: "1,5" is not a plain number. Write it like "0.25".'),
        ('"15"', '"NaN"', 'line 6: the price of output: "NaN" is not a plain number. Write it like "0.25".'),
        ('"15"', "15", 'line 6: the price of output is not quoted. Write "15".'),
        (
            '"15"',
            '"0.0416666666"',
            (
                'line 6: the price "0.0416666666" of output has more than 15 decimals a unit. '
                "Copy it from the price sheet."
            ),
        ),
        (
            '"15"',
            '"1000000000"',
            (
                'line 6: the price "1000000000" of output is 1,000 or more a unit. '
                "Check per_1m, per_1k and per_1."
            ),
        ),
        (
            "model: m1",
            "modell: m1",
            (
                'line 6: key "modell" is unknown. Known: model, endpoint_scope, service_tier, '
                "min_prompt_tokens, hours_utc, kind, valid_from, valid_to, source, per_1, per_1k, per_1m."
            ),
        ),
        ("model: m1, ", "", "line 6: model is missing or no text. Write model: and a text."),
        (
            "2026-01-01",
            "2026-13-01",
            'line 6: "2026-13-01" is not a day or UTC instant. Write 2026-10-01 or 2026-10-01T16:00:00Z.',
        ),
        (
            "2026-01-01",
            "1.1.2026",
            'line 6: "1.1.2026" is not a day or UTC instant. Write 2026-10-01 or 2026-10-01T16:00:00Z.',
        ),
        (
            "source:",
            "valid_to: 2026-01-01, source:",
            (
                "line 6: valid_to 2026-01-01 is not after valid_from "
                "2026-01-01. valid_to is the first instant without the price."
            ),
        ),
        ("source: sheet", "source: shet", 'line 6: source "shet" is not listed. Add it to sources.'),
        (
            "source:",
            "service_tier: turbo, source:",
            'line 6: service_tier "turbo" is unknown. Known: standard, batch, flex, priority.',
        ),
        (
            "source:",
            "endpoint_scope: mars, source:",
            'line 6: endpoint_scope "mars" is unknown. Known: global, regional, data_zone.',
        ),
        (
            "source:",
            "min_prompt_tokens: 1.5, source:",
            'line 6: "1.5" is not a number of tokens. Write a whole number.',
        ),
        (
            "source:",
            'hours_utc: "Mon 4-5", source:',
            (
                'line 6: hours "Mon 4-5" are not written like '
                "\"Mon-Fri 01-04,06-10\". Days first, then UTC hours; parts end with '; '."
            ),
        ),
        (
            ', per_1m: {output: "15"}',
            "",
            "line 6: has no price. Add per_1m, per_1k or per_1 with at least one meter.",
        ),
        (
            '{output: "15"}',
            '{output: "15"}, per_1k: {output: "1"}',
            "line 6: output has two prices in one row. Keep one of them.",
        ),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(
    price_file: PriceFile, before: str, after: str, message: str
) -> None:
    assert before in ROW
    folder = price_file(ROW.replace(before, after))
    with pytest.raises(ConfigError) as caught:
        read_catalogue(folder)
    assert str(caught.value) == f"{folder / 'acme.yaml'}, {message}"


def test_digits_beyond_the_28_of_a_default_context_are_seen(price_file: PriceFile) -> None:
    folder = price_file(ROW.replace("15", "1." + 30 * "0" + "1"))
    with pytest.raises(ConfigError, match=r"line 6: the price .* has more than 15 decimals a unit"):
        read_catalogue(folder)


def test_two_prices_of_one_meter_at_once_are_refused(price_file: PriceFile) -> None:
    folder = price_file(ROW + ROW.replace("2026-01-01", "2026-03-01"))
    with pytest.raises(ConfigError) as caught:
        read_catalogue(folder)
    assert str(caught.value) == (
        f"{folder / 'acme.yaml'}, line 7: overlaps the row on line 6: two prices of output hold at once. "
        "Close the earlier row with valid_to."
    )


def test_rows_that_follow_each_other_or_differ_in_one_dimension_do_not_overlap(price_file: PriceFile) -> None:
    folder = price_file(
        ROW.replace("source", "valid_to: 2026-03-01, source")
        + ROW.replace("2026-01-01", "2026-03-01")
        + ROW.replace("source", "service_tier: batch, source")
        + ROW.replace("source", "endpoint_scope: regional, source")
        + ROW.replace("source", "min_prompt_tokens: 200001, source")
        + ROW.replace("output", "output_audio")
    )
    assert len(read_catalogue(folder).prices) == 6


def test_a_price_without_scope_and_a_global_one_are_the_same(price_file: PriceFile) -> None:
    folder = price_file(ROW + ROW.replace("source", "endpoint_scope: global, source"))
    with pytest.raises(ConfigError, match="line 7: overlaps the row on line 6"):
        read_catalogue(folder)


def test_half_shared_hours_are_refused(price_file: PriceFile) -> None:
    peak = ROW.replace("source", 'hours_utc: "Mon-Fri 01-04", source')
    folder = price_file(peak + ROW.replace("output", "cache_read"))
    with pytest.raises(ConfigError) as caught:
        read_catalogue(folder)
    assert str(caught.value) == (
        f"{folder / 'acme.yaml'}, line 7: shares only some hours with the row on line 6. "
        "Give both rows the same hours_utc."
    )


def test_a_provider_has_one_file_and_a_file_has_prices(price_file: PriceFile, tmp_path: Path) -> None:
    price_file(ROW)
    folder = price_file(ROW, name="again.yaml")
    with pytest.raises(ConfigError) as caught:
        read_catalogue(folder)
    assert str(caught.value) == (
        f'{folder / "again.yaml"}: provider "acme" stands in acme.yaml too. Keep one file a provider.'
    )
    with pytest.raises(ConfigError, match="holds no price files"):
        read_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        ("    nick: m9\n", 'line 3: "m9" has no acme price. Add its price first.'),
        ("    m1: m1\n", 'line 3: "m1" is itself a priced model. Remove the alias.'),
        (
            "    nick:\n  " + 2 * "  - {model: m1, valid_from: 2026-01-01}\n  ",
            'line 3: "nick" means two models at once. Close the earlier entry with valid_to.',
        ),
        (
            "    nick:\n      - {model: m1, from: 2026-01-01}\n",
            'line 4: key "from" is unknown. Known: model, valid_from, valid_to.',
        ),
    ],
)
def test_a_wrong_alias_is_refused_with_its_line(price_file: PriceFile, alias: str, message: str) -> None:
    folder = price_file(ROW)
    (folder / "aliases.yaml").write_text("aliases:\n  acme:\n" + alias, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_catalogue(folder)
    assert str(caught.value) == f"{folder / 'aliases.yaml'}, {message}"


def test_past_price_rows_are_frozen() -> None:
    shipped_ids = {
        f"{price.price_id} {price.provider} {price.model_id} {price.meter}"
        for price in read_catalogue(shipped("pricing")).prices
    }
    frozen = FROZEN.read_text(encoding="utf-8").splitlines()
    assert len(frozen) >= 4200
    assert [line for line in frozen if line not in shipped_ids] == []


def test_past_aliases_are_frozen() -> None:
    """A name that once meant a model from some instant on still does: entries are added or closed."""
    shipped_aliases = {
        f"{alias.provider}|{alias.model_name}|{alias.model_id}|{alias.valid_from_utc:%Y-%m-%dT%H:%M}"
        for alias in read_catalogue(shipped("pricing")).aliases
    }
    frozen = FROZEN.with_name("frozen_aliases.txt").read_text(encoding="utf-8").splitlines()
    assert len(frozen) >= 320
    assert [line for line in frozen if line not in shipped_aliases] == []


def test_a_price_id_is_the_hash_of_its_dimensions_start_and_price(price_file: PriceFile) -> None:
    (price,) = read_catalogue(price_file(ROW)).prices
    identity = "acme|m1|output||standard|0||2026-01-01T00:00:00Z|0.000015000000000|USD"
    assert price.price_id == hashlib.sha256(identity.encode()).hexdigest()[:16]


def test_every_shipped_row_has_a_source_and_a_day() -> None:
    prices = read_catalogue(shipped("pricing")).prices
    assert len({price.price_id for price in prices}) == len(prices)
    assert all(price.source_url.startswith("https://") for price in prices)
    assert all(date(2026, 1, 1) <= price.checked_on for price in prices)
