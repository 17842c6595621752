"""A rule from the command line is the rule that finops.yaml would have; what it would refuse is refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_ai.config import Condition, Config, Rule, Workflow
from finops_ai.config_candidate import with_rule
from finops_ai.config_file import load_config
from finops_ai.errors import ConfigError
from finops_ai.patterns import exact, expression, spelled
from finops_ai.yaml_text import written_yaml

RULES = (
    Rule(1, "a", (Condition("provider", "aws"),), line=4),
    Rule(2, "b", (Condition("provider", "gcp"),), line=6),
)
SAID = Config(None, Path("finops.duckdb"), workflows=(Workflow("a"), Workflow("b")), rules=RULES)


def test_a_rule_goes_behind_the_others() -> None:
    config, rule = with_rule(SAID, "b", ["service_name=GPU*", "tags.team = core"])
    assert rule == Rule(
        3, "b", (Condition("service_name", "GPU(?s:.*)"), Condition("tags.team", "core")), None, None
    )
    assert config.rules == (*RULES, rule)
    assert config.workflows == SAID.workflows


def test_a_rule_in_front_moves_the_others_back() -> None:
    config, rule = with_rule(SAID, "b", ["region_id=eu"], at=1)
    assert [(each.ordinal, each.workflow, each.line) for each in config.rules] == [
        (1, "b", 0),
        (2, "a", 4),
        (3, "b", 6),
    ]
    assert config.rules[0] is rule


def test_a_workflow_that_is_not_registered_is_added() -> None:
    config, _ = with_rule(SAID, "new", ["region_id=eu"])
    assert config.workflows == (*SAID.workflows, Workflow("new"))


def test_a_field_that_comes_again_may_match_either() -> None:
    _, rule = with_rule(SAID, "a", ["model_name=gpt-5", "model_name=claude-*", "status=success"])
    assert rule.conditions == (
        Condition("model_name", "(?:gpt-5|claude-(?s:.*))"),
        Condition("status", "success"),
    )


def test_dates_are_read_as_in_the_file() -> None:
    _, rule = with_rule(SAID, "a", ["status=success"], valid_from="2026-10", until="2026-10-15")
    assert (rule.valid_from, rule.valid_to) == (date(2026, 10, 1), date(2026, 10, 15))


def test_a_quoted_key_may_hold_an_equals_sign() -> None:
    _, rule = with_rule(SAID, "a", ["tags['a=b'].c=d=e"])
    assert rule.conditions == (Condition("tags['a=b'].c", "d=e"),)


@pytest.mark.parametrize(
    "when", ["", "=x", "service_name=", "service_name", "servce=x", "tags.=x", "tags['a=x"]
)
def test_what_is_no_field_with_a_pattern_is_refused(when: str) -> None:
    with pytest.raises(ConfigError, match="--when"):
        with_rule(SAID, "a", [when])


def test_places_beyond_the_last_are_refused() -> None:
    assert with_rule(SAID, "a", ["status=x"], at=3)[1].ordinal == 3
    with pytest.raises(ConfigError, match="the last place is 3"):
        with_rule(SAID, "a", ["status=x"], at=4)


@given(st.text(min_size=1, max_size=12))
def test_an_exact_pattern_matches_its_text_alone(text: str) -> None:
    made = expression(exact(text))
    assert re.fullmatch(made, text)
    assert not re.fullmatch(made, f"{text}x")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@given(NAMES, NAMES)
def test_a_rule_that_is_written_out_is_read_as_the_same(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    field_name = "tags['" + key.replace("'", "''") + "']"
    _, rule = with_rule(SAID, "a", [f"{field_name}={exact(value)}"])
    said = [{"workflow": "a", "when": {each.field_name: spelled(each.pattern) for each in rule.conditions}}]
    text = "version: 1\nworkflows: {a: {}}\nrules:\n" + written_yaml(said) + "\n"
    path = tmp_path_factory.getbasetemp() / "written_rule.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_config(path.parent, config_path=path).rules[0].conditions == rule.conditions
