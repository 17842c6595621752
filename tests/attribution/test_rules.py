"""Rules: order, dates, fields of both sides, odd tag keys, and patterns that cannot work."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from finops_ai.attribution.fields import literal
from finops_ai.config import Condition, Pool, Rule
from finops_ai.errors import ConfigError
from tests.attribution.attribution_books import Books, D, config, rule


def mapped(books: Books) -> list[tuple[str | None, int | None]]:
    """(workflow, rule) of each usage row in the order of the log."""
    return books.ledger.rows("SELECT workflow, rule_ordinal FROM usage_attributed ORDER BY row_number")


def test_the_first_matching_rule_wins_whatever_their_order_in_memory(books: Books) -> None:
    books.call(api_key_id="k1", project_id="p")
    books.call(api_key_id="k2", project_id="p")
    books.attribute(config(rule(1, "rest", project_id="p"), rule(0, "first", api_key_id="k1")))
    assert mapped(books) == [("first", 0), ("rest", 1)]


def test_all_conditions_of_a_rule_must_hold(books: Books) -> None:
    books.call(api_key_id="k1", project_id="p")
    books.call(api_key_id="k1", project_id="q")
    books.call(api_key_id="k1")
    books.attribute(config(rule(0, "both", api_key_id="k1", project_id="p")))
    assert mapped(books) == [("both", 0), (None, None), (None, None)]


def test_a_pattern_must_match_the_whole_value(books: Books) -> None:
    for name in ("gpt-5", "gpt-5-mini", "my-gpt-5"):
        books.call(model_name=name)
    exact, family = rule(0, "exact", model_name=r"gpt\-5"), rule(1, "family", model_name=r"gpt\-5(?s:.*)")
    books.attribute(config(exact, family))
    assert mapped(books) == [("exact", 0), ("family", 1), (None, None)]


def test_a_rule_holds_from_its_first_day_until_its_last(books: Books) -> None:
    for day in (4, 5, 6, 7):
        books.call(project_id="p", at_utc=datetime(2026, 10, day, 23, 59))
    pilot = rule(0, "pilot", project_id="p", since=date(2026, 10, 5), until=date(2026, 10, 7))
    books.attribute(config(pilot))
    assert [workflow for workflow, _ in mapped(books)] == [None, "pilot", "pilot", None]


def test_a_dated_rule_compares_with_the_day_of_the_charge(books: Books) -> None:
    books.charge("1.00", service_name="s", day=date(2026, 10, 4))
    books.charge("2.00", service_name="s", day=date(2026, 10, 5))
    books.attribute(config(rule(0, "w", service_name="s", since=date(2026, 10, 5))))
    assert books.workflows() == {"w": (D("2.00"), 0)}


@pytest.mark.parametrize(
    "key", ["feature", "team.name", 'say "hi"', "back\\slash", "a b", "$", "it's", "[0]", "ключ"]
)
def test_any_tag_key_works(books: Books, key: str) -> None:
    books.call(tags=json.dumps({key: "x", "other": "y"}))
    books.attribute(config(Rule(0, "w", (Condition(f"tags.{key}", "x"),))))
    assert mapped(books) == [("w", 0)]


def test_tags_that_are_no_json_count_as_absent(books: Books) -> None:
    books.charge("1.00", tags="{broken")
    books.charge("2.00", tags='{"team": "core"}')
    books.attribute(config(rule(0, "w", tags__team="core")))
    assert books.workflows() == {"w": (D("2.00"), 0)}


def test_a_rule_counts_for_both_sides_where_both_have_its_fields(books: Books) -> None:
    books.call(output_tokens=1, tags='{"team": "core"}')
    books.charge("2.00", service_name="gpu", tags='{"team": "core"}')
    books.attribute(config(rule(0, "w", tags__team="core")))
    assert mapped(books) == [("w", 0)]
    assert books.workflows() == {"w": (D("2.00"), 0)}


def test_the_hint_of_a_log_names_a_registered_workflow_only(books: Books) -> None:
    books.call(workflow_hint="support")
    books.call(workflow_hint="unheard of")
    books.call(workflow_hint="support", api_key_id="k")
    books.attribute(config(rule(0, "ruled", api_key_id="k"), workflows=["support"]))
    assert mapped(books) == [("support", None), (None, None), ("ruled", 0)]


def test_a_rule_without_conditions_takes_the_rest(books: Books) -> None:
    books.call()
    books.attribute(config(Rule(0, "all", ())))
    assert mapped(books) == [("all", 0)]


def test_a_name_with_sql_in_it_is_only_a_name(books: Books) -> None:
    evil = "x'); DROP TABLE charge; --"
    books.call(api_key_id=evil, tags='{"a": "b"}')
    books.attribute(config(Rule(0, evil, (Condition("api_key_id", r"x'\)\; DROP TABLE charge\; \-\-"),))))
    assert mapped(books) == [(evil, 0)]
    assert books.ledger.value("SELECT count(*) FROM charge") == 0


def test_a_refused_pattern_names_file_line_rule_and_reason(books: Books) -> None:
    with pytest.raises(ConfigError) as refused:
        books.attribute(config(rule(3, "support", api_key_id="(?=a)")))
    assert refused.value.message == (
        "finops.yaml, line 13: rule 3 (workflow support), field api_key_id: the pattern "
        '"(?=a)" is not a usable expression: invalid perl operator: (?=.'
    )
    assert refused.value.hint


def test_fields_that_no_row_has_together_are_refused(books: Books) -> None:
    with pytest.raises(ConfigError, match="no usage row and no charge has all of session_id, invoice_id"):
        books.attribute(config(rule(0, "w", session_id="a", invoice_id="b")))


def test_a_pool_over_usage_fields_is_refused(books: Books) -> None:
    pool = Pool("shared", (Condition("session_id", "a"),), "even", line=7)
    with pytest.raises(ConfigError, match=r"finops\.yaml, line 7: pool shared can match nothing"):
        books.attribute(config(pools=[pool]))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("abc", "abc"),
        (r"gpt\-5\.1", "gpt-5.1"),
        (r"a\*b", "a*b"),
        ("", ""),
        ("a.c", None),
        (r"a\d", None),
        ("a|b", None),
        ("(a)", None),
        ("a(?s:.*)", None),
        ("^a", None),
        ("a$", None),
        ("a{2}", None),
    ],
)
def test_exact_text_is_told_from_an_expression(pattern: str, text: str | None) -> None:
    assert literal(pattern) == text
