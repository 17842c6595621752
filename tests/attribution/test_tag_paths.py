"""Paths into tags: nested objects, lists, keys with dots, and which reading counts."""

from __future__ import annotations

import json

import pytest

from finops_ai.config import Condition, Rule
from finops_ai.patterns import expression, is_tag, spelled, tag_paths, written
from tests.attribution.attribution_books import Books, config

NESTED = {"metadata": {"team": "core", "a.b": {"c": "deep"}, "list": ["x", {"y": "z"}]}, "a.b": {"c": "top"}}


@pytest.mark.parametrize(
    ("field_name", "value"),
    [
        ("tags.metadata.team", "core"),
        ("tags['metadata'].team", "core"),
        ("tags['metadata']['team']", "core"),
        ("tags['a.b'].c", "top"),
        ("tags['metadata']['a.b'].c", "deep"),
        ("tags.metadata.list[0]", "x"),
        ("tags['metadata'].list[1].y", "z"),
    ],
)
def test_a_path_reaches_into_nested_tags(books: Books, field_name: str, value: str) -> None:
    books.call(tags=json.dumps(NESTED))
    books.charge("1.00", service_name="gpu", tags=json.dumps(NESTED))
    books.attribute(config(Rule(1, "w", (Condition(field_name, value),))))
    assert books.ledger.rows("SELECT workflow FROM usage_attributed") == [("w",)]
    assert books.workflows() == {"w": (1, 0)}


def test_a_key_with_dots_goes_before_a_path(books: Books) -> None:
    books.call(tags='{"team.name": "flat", "team": {"name": "nested"}}')
    books.call(tags='{"team": {"name": "nested"}}')
    rules = [Rule(1, "flat", (Condition("tags.team.name", "flat"),))]
    rules.append(Rule(2, "nested", (Condition("tags['team'].name", "nested"),)))
    books.attribute(config(*rules))
    found = books.ledger.rows("SELECT workflow FROM usage_attributed ORDER BY row_number")
    assert found == [("flat",), ("nested",)]


def test_other_json_columns_of_a_charge_are_reached_too(books: Books) -> None:
    books.charge("1.00", service_name="gpu", sku_price_details='{"Instance": {"Type": "p5"}}')
    books.charge("2.00", service_name="gpu", allocated_tags='{"team": "core"}')
    books.call(tags='{"team": "core"}')
    rules = [
        Rule(1, "by sku", (Condition("sku_price_details.Instance.Type", "p5"),)),
        Rule(2, "by split", (Condition("allocated_tags.team", "core"),)),
    ]
    books.attribute(config(*rules))
    assert books.workflows() == {"by sku": (1, 0), "by split": (2, 0)}
    # Calls have no such column: the rule leaves them alone.
    assert books.ledger.rows("SELECT workflow FROM usage_attributed") == [(None,)]


@pytest.mark.parametrize(
    ("field_name", "paths"),
    [
        ("tags.team", ('$."team"',)),
        ("tags.a.b", ('$."a.b"', '$."a"."b"')),
        ("tags.[0]", ('$."[0]"',)),
        ("tags.a..b", ('$."a..b"',)),
        ("tags['it''s']", ('$."it\'s"',)),
        ("tags['say \"hi\"']", ('$."say \\"hi\\""',)),
        ("tags['a", ()),
        ("tags['a']b", ()),
        ("tags['']", ()),
        ("tags", ()),
        ("sku_price_details.Core", ('$."Core"',)),
        ("tagsx.a", ()),
    ],
)
def test_the_readings_of_a_path(field_name: str, paths: tuple[str, ...]) -> None:
    assert tag_paths(field_name) == paths


def test_a_path_that_cannot_be_read_is_still_meant_as_one() -> None:
    assert is_tag("tags['a")
    assert not is_tag("tags.")
    assert not is_tag("service_name")


@pytest.mark.parametrize(
    "text", ["abc-1", "team-*", "k?", "re:key-[0-9]+", "a.b", "*", "re:re:x", "a\\b", "a|b", "re:a*"]
)
def test_an_expression_is_spelled_as_it_was_written(text: str) -> None:
    made = spelled(expression(text))
    assert isinstance(made, str)
    assert expression(made) == expression(text)


def test_any_of_several_patterns_is_spelled_as_a_list() -> None:
    assert spelled(f"(?:{expression('a')}|{expression('b*')})") == ["a", "b*"]
    assert written("(?:a|b(?s:.*))") == "a, b*"
    assert written(r"\*") == r"re:\*"
