"""finops.yaml: what it means, and the exact message of every mistake with its line."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_ai.config import Condition, Config, OutcomeLink, Pool, Rule, Scenario, TeamSplit, Workflow
from finops_ai.config_file import load_config
from finops_ai.errors import ConfigError, ExitCode
from finops_ai.ledger import Ledger
from finops_ai.patterns import FIELDS, expression

REPOSITORY = Path(__file__).resolve().parents[1]
HEAD = "version: 1\nworkflows:\n  support: {team: care}\n  claims: {team: claims}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(folder: Path, text: str) -> Config:
    (folder / "finops.yaml").write_text(text, encoding="utf-8")
    return load_config(folder)


FULL = """\
version: 1
ledger: data/costs.duckdb
reporting_currency: EUR
workflows:
  support-triage: {owner: maria.lopez, team: support, department: Care, cost_centre: CC-110, gl_code: 6420}
  claims:
rules:
  - workflow: support-triage
    when: {tags.workflow: support-triage, source: [litellm, "claude*"]}
    from: 2026-01-01
    until: 2026-07
  - workflow: claims
    when: {api_key_id: "re:key-[0-9]+"}
outcomes:
  - {kind: ticket_resolved, workflow: support-triage, link: tags.ticket_id}
pools:
  - name: vector-search
    when: {service_provider_name: VectorHub}
    split: {by: direct_cost, receivers: [support-triage]}
  - name: gateway
    when: {service_name: Amazon?C2}
    split: {by: weights, weights: {support-triage: "2.5", claims: 1}}
importers: [mine/acme.sql]
scenarios:
  expected: {low: "1.8", mid: "2.0", high: "2.2", source: "plan"}
  merger: {low: 2, mid: 3, high: 4, source: "board"}
"""


def test_everything_a_file_can_say(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "acme.sql").write_text("-- importer: acme\n", encoding="utf-8")
    config = load(folder, FULL)
    assert config.path == folder / "finops.yaml"
    assert config.ledger_path == folder / "data" / "costs.duckdb"
    assert config.reporting_currency == "EUR"
    assert config.workflows == (
        Workflow("support-triage", "maria.lopez", "support", "Care", "CC-110", "6420"),
        Workflow("claims"),
    )
    assert config.rules == (
        Rule(
            1,
            "support-triage",
            (
                Condition("tags.workflow", "support-triage"),
                Condition("source", "(?:litellm|claude(?s:.*))"),
            ),
            date(2026, 1, 1),
            date(2026, 7, 1),
            8,
        ),
        Rule(2, "claims", (Condition("api_key_id", "key-[0-9]+"),), None, None, 12),
    )
    assert config.outcomes == (OutcomeLink("ticket_resolved", "support-triage", "tags.ticket_id"),)
    assert config.pools == (
        Pool(
            "vector-search",
            (Condition("service_provider_name", "VectorHub"),),
            "direct_cost",
            ("support-triage",),
            (),
            17,
        ),
        Pool(
            "gateway",
            (Condition("service_name", "Amazon(?s:.)C2"),),
            "weights",
            ("support-triage", "claims"),
            (("support-triage", Decimal("2.5")), ("claims", Decimal(1))),
            20,
        ),
    )
    assert config.importers == (folder / "mine" / "acme.sql",)
    assert config.scenarios == (
        Scenario("Expected", Decimal("1.8"), Decimal("2.0"), Decimal("2.2"), "plan"),
        Scenario("merger", Decimal(2), Decimal(3), Decimal(4), "board"),
    )
    assert dict(config.origins)["ledger"] == "finops.yaml:2"
    assert dict(config.origins)["rules.2"] == "finops.yaml:12"


def test_without_a_file_there_are_defaults(folder: Path) -> None:
    config = load_config(folder)
    assert (config.path, config.ledger_path) == (None, folder / "finops.duckdb")
    assert config.reporting_currency == "USD"
    assert config.origins == (("ledger", "default"), ("reporting_currency", "default"))


def test_the_nearest_file_upwards_wins(folder: Path) -> None:
    deep = folder / "a" / "b"
    deep.mkdir(parents=True)
    load(folder, "version: 1\nreporting_currency: EUR\n")
    assert load_config(deep).reporting_currency == "EUR"
    load(folder / "a", "version: 1\nreporting_currency: CHF\n")
    assert load_config(deep).reporting_currency == "CHF"
    assert load_config(deep).ledger_path == folder / "a" / "finops.duckdb"


def test_a_flag_wins_over_the_file(folder: Path) -> None:
    load(folder, "version: 1\nledger: costs.duckdb\n")
    config = load_config(folder, ledger_path=Path("other.duckdb"))
    assert config.ledger_path == folder / "other.duckdb"
    assert dict(config.origins) == {"ledger": "flag --ledger", "reporting_currency": "default"}


def test_a_named_file_wins_over_the_nearest(folder: Path) -> None:
    load(folder, "version: 1\n")
    (folder / "other.yaml").write_text("version: 1\nreporting_currency: GBP\n", encoding="utf-8")
    config = load_config(folder, config_path=Path("other.yaml"))
    assert config.reporting_currency == "GBP"


def test_pools_may_give_to_pools_and_teams(folder: Path) -> None:
    config = load(
        folder,
        """\
version: 1
workflows:
  a: {team: north}
  b: {team: north, product: Desk}
pools:
  - name: top
    when: {service_name: x}
    split: {by: weights, weights: {"team:north": 3, "pool:inner": "0.5", a: 1}}
  - {name: inner, split: {by: even, receivers: [b]}}
teams:
  north: {split: {by: weights, weights: {a: 1}}}
""",
    )
    weights = (("team:north", Decimal(3)), ("pool:inner", Decimal("0.5")), ("a", Decimal(1)))
    top = Pool(
        "top",
        (Condition("service_name", "x"),),
        "weights",
        ("team:north", "pool:inner", "a"),
        weights,
        6,
    )
    assert config.pools == (top, Pool("inner", (), "even", ("b",), (), 9))
    assert config.teams == (TeamSplit("north", "weights", (("a", Decimal(1)),)),)
    assert config.workflows[1].product == "Desk"


MISTAKES = {
    "no version": ("ledger: x.duckdb\n", "line 1: version is not 1.", 'Start the file with "version: 1".'),
    "empty file": ("", "line 1: version is not 1.", 'Start the file with "version: 1".'),
    "a later version": ("version: 2\n", "line 1: version is not 1.", 'Start the file with "version: 1".'),
    "true is not one": ("version: true\n", "line 1: version is not 1.", 'Start the file with "version: 1".'),
    "unknown key": (
        "version: 1\nworkflow: {}\n",
        'line 2: unknown key "workflow".',
        'Did you mean "workflows"?',
    ),
    "unknown key deep down": (
        "version: 1\nworkflows:\n  support:\n    team: care\n    cost_center: CC-1\n",
        'line 5: unknown key "cost_center".',
        'Did you mean "cost_centre"? Known: cost_centre, department, gl_code, models, owner, product, team.',
    ),
    "duplicate workflow": (
        "version: 1\nworkflows:\n  support: {team: a}\n  support: {team: b}\n",
        'line 4: key "support" stands twice; the first is on line 3.',
        "Remove one of them.",
    ),
    "a currency in words": (
        "version: 1\nreporting_currency: dollars\n",
        'line 2: "dollars" is not a currency.',
        "Write three capitals such as USD.",
    ),
    "workflows as a list": (
        "version: 1\nworkflows:\n  - support\n",
        'line 2: "workflows" is not a mapping.',
        'Write "key: value" lines below it.',
    ),
    "rules as a mapping": (
        HEAD + "rules:\n  workflow: support\n",
        'line 5: "rules" is not a list.',
        'Start each item with "- ".',
    ),
    "rule without when": (
        HEAD + "rules:\n  - workflow: support\n",
        'line 6: "rules item 1" lacks "when".',
        'Add "when: ...".',
    ),
    "rule with an empty when": (
        HEAD + "rules:\n  - workflow: support\n    when: {}\n",
        'line 7: "when" names no field, so it would match everything.',
        "Add a field and its pattern.",
    ),
    "unknown workflow in a rule": (
        HEAD + "rules:\n  - workflow: suport\n    when: {source: litellm}\n",
        'line 6: workflow "suport" is not registered under workflows.',
        'Did you mean "support"? Known: claims, support.',
    ),
    "unknown field": (
        HEAD + "rules:\n  - workflow: support\n    when: {api_key: x}\n",
        'line 7: "api_key" is no field of usage or charges.',
        'Did you mean "api_key_id"? docs/configuration.md lists the fields.',
    ),
    "tags without a key": (
        HEAD + "rules:\n  - workflow: support\n    when: {tags.: x}\n",
        'line 7: "tags." is no field of usage or charges.',
        'Did you mean "tags.<key>"? docs/configuration.md lists the fields.',
    ),
    "bad regex": (
        HEAD + 'rules:\n  - workflow: support\n    when: {source: "re:key-["}\n',
        'line 7: "re:key-[" is not a usable regular expression: unterminated character set at position 4.',
        "Correct it (RE2 syntax is read), or write a glob such as team-*.",
    ),
    "lookahead": (
        HEAD + 'rules:\n  - workflow: support\n    when: {source: "re:(?=a)b"}\n',
        'line 7: "re:(?=a)b" is not a usable regular expression: lookaround "(?=" is not available.',
        "Correct it (RE2 syntax is read), or write a glob such as team-*.",
    ),
    "backreference": (
        HEAD + "rules:\n  - workflow: support\n    when: {source: 're:(a)\\1'}\n",
        'line 7: "re:(a)\\1" is not a usable regular expression: backreference "\\1" is not available.',
        "Correct it (RE2 syntax is read), or write a glob such as team-*.",
    ),
    "empty pattern list": (
        HEAD + "rules:\n  - workflow: support\n    when: {source: []}\n",
        'line 7: "source" has no pattern.',
        "Write a text, a glob such as team-*, or re:...",
    ),
    "pattern that is no text": (
        HEAD + "rules:\n  - workflow: support\n    when: {source: true}\n",
        'line 7: "source" is not text.',
        "Quote it.",
    ),
    "bad date": (
        HEAD + "rules:\n  - workflow: support\n    when: {source: x}\n    from: 2026-02-30\n",
        'line 8: "2026-02-30" is not a date.',
        "Write it as YYYY-MM-DD, for example 2026-10-01.",
    ),
    "bad month": (
        HEAD + "rules:\n  - workflow: support\n    when: {source: x}\n    until: 2026-13\n",
        'line 8: "2026-13" is not a date.',
        "Write it as YYYY-MM-DD, for example 2026-10-01.",
    ),
    "dates the wrong way round": (
        HEAD
        + "rules:\n  - workflow: support\n    when: {source: x}\n    from: 2026-02\n    until: 2026-02-01\n",
        'line 9: until "2026-02-01" is not after from "2026-02-01".',
        "until is the first day without.",
    ),
    "unknown link": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: session}\n",
        'line 6: "session" links no outcome to calls.',
        'Did you mean "session_id"? Known: branch, request_id, session_id, tags.<key>, trace_id, window.',
    ),
    "no link": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: []}\n",
        'line 6: "link" names no link.',
        "Known: session_id, trace_id, request_id, branch, tags.<key>, {window: 24h}.",
    ),
    "link twice": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: [branch, branch]}\n",
        'line 6: link "branch" stands twice.',
        "Remove one of them.",
    ),
    "link after a window": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: [{window: 24h}, session_id]}\n",
        'line 6: link "session_id" stands after a window.',
        "Put what names an outcome first: a window takes whatever call is near.",
    ),
    "window without a unit": (
        HEAD + 'outcomes:\n  - {kind: ticket, workflow: support, link: {window: "24"}}\n',
        'line 6: "24" is not a span of time.',
        "Write it as 24h or 7d.",
    ),
    "window over a field that outcomes lack": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: {window: 1d, same: model_name}}\n",
        'line 6: "model_name" is no field that calls and outcomes share.',
        "Known: user_id, team_id, project_id, api_key_id, session_id, trace_id, tags.<key>.",
    ),
    "window for everybody, split between many": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: {window: 1d}, split: linear}\n",
        "line 6: split: linear of a window without same is over every outcome of its hours.",
        "Add same: user_id or another field that both carry, or write split: first or last.",
    ),
    "unknown split of calls": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: branch, split: u_shaped}\n",
        'line 6: "u_shaped" is no way to split a call.',
        "Known: first, last, linear, position, time_decay, token_weighted.",
    ),
    "half-life of something else": (
        HEAD + "outcomes:\n  - {kind: ticket, workflow: support, link: branch, half_life: 7d}\n",
        "line 6: half_life without split: time_decay.",
        "Remove it, or state the split.",
    ),
    "two ways of splitting": (
        HEAD
        + "outcomes:\n  - {kind: ticket, workflow: support, link: trace_id, split: linear}\n"
        + "  - {kind: refund, workflow: support, link: trace_id}\n",
        'line 7: outcomes "ticket" and "refund" of "support" split calls in two ways.',
        "They share their calls: state the same split (and half_life) for both, or for neither.",
    ),
    "outcome twice": (
        HEAD
        + "outcomes:\n  - {kind: ticket, workflow: support, link: trace_id}\n"
        + "  - {kind: ticket, workflow: support, link: session_id}\n",
        'line 7: outcome "ticket" of "support" stands twice.',
        "Remove one of them.",
    ),
    "unknown split": (
        HEAD + "pools:\n  - name: gpu\n    when: {source: x}\n    split: {by: token}\n",
        'line 8: "token" is not a way to split.',
        'Did you mean "tokens"? Known: calls, direct_cost, even, tokens, weights.',
    ),
    "weights missing": (
        HEAD + "pools:\n  - name: gpu\n    when: {source: x}\n    split: {by: weights}\n",
        'line 8: "by: weights" names no weights.',
        'Add weights: {some-workflow: "2", another: "1"}.',
    ),
    "weights unasked": (
        HEAD
        + 'pools:\n  - name: gpu\n    when: {source: x}\n    split: {by: even, weights: {support: "1"}}\n',
        'line 8: weights stand beside "by: even".',
        'Write "by: weights".',
    ),
    "weights beside receivers": (
        HEAD
        + "pools:\n  - name: gpu\n    when: {source: x}\n"
        + '    split: {by: weights, receivers: [support], weights: {support: "1"}}\n',
        "line 8: receivers stand beside weights.",
        "Weights name the receivers: remove them.",
    ),
    "weight with a thousands mark": (
        HEAD + "pools:\n  - name: gpu\n    when: {source: x}\n"
        '    split: {by: weights, weights: {support: "1,000"}}\n',
        'line 8: "1,000" is not a plain number.',
        'Write it as text, for example "1.8".',
    ),
    "unknown receiver": (
        HEAD + "pools:\n  - name: gpu\n    when: {source: x}\n    split:\n      by: even\n      receivers:\n"
        "        - support\n        - clams\n",
        'line 12: workflow "clams" is not registered under workflows.',
        'Did you mean "claims"? Known: claims, support.',
    ),
    "pool twice": (
        HEAD
        + "pools:\n  - {name: gpu, when: {source: x}, split: {by: even}}\n"
        + "  - {name: gpu, when: {source: y}, split: {by: even}}\n",
        'line 7: pool "gpu" stands twice.',
        "Remove one of them.",
    ),
    "importer that is not there": (
        "version: 1\nimporters: [acme.sql]\n",
        'line 2: importer "acme.sql": there is no such file.',
        "Write its path as seen from finops.yaml.",
    ),
    "importer outside": (
        "version: 1\nimporters:\n  - ../acme.sql\n",
        'line 3: importer "../acme.sql" stands outside the folder of finops.yaml.',
        "Copy it below that folder.",
    ),
    "scenario without a source": (
        'version: 1\nscenarios:\n  expected: {low: "1", mid: "2", high: "3"}\n',
        'line 3: "expected" lacks "source".',
        'Add "source: ...".',
    ),
    "scenario out of order": (
        'version: 1\nscenarios:\n  expected: {low: "3", mid: "2", high: "1", source: x}\n',
        'line 3: scenario "expected" is not ordered low <= mid <= high.',
        "Put the smallest first.",
    ),
    "broken YAML": (
        "version: 1\nrules: [\n",
        "line 3: is not valid YAML: did not find expected node content.",
        "Check the indentation and quotes.",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_line(folder: Path, name: str) -> None:
    text, message, hint = MISTAKES[name]
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    assert caught.value.message == f"finops.yaml, {message}"
    assert caught.value.hint == hint
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_link_does_not_lead_an_importer_out_of_the_folder(folder: Path) -> None:
    inside = folder / "project"
    inside.mkdir()
    (folder / "outside.sql").write_text("-- importer: x\n", encoding="utf-8")
    (inside / "acme.sql").symlink_to(folder / "outside.sql")
    with pytest.raises(ConfigError, match="stands outside the folder"):
        load(inside, "version: 1\nimporters: [acme.sql]\n")


def test_a_file_in_a_parent_is_named_with_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = folder / "deep"
    deep.mkdir()
    (folder / "finops.yaml").write_text("version: 9\n", encoding="utf-8")
    monkeypatch.chdir(deep)
    with pytest.raises(ConfigError) as caught:
        load_config(deep)
    assert caught.value.message == f"{folder}/finops.yaml, line 1: version is not 1."


def test_the_fields_are_the_text_columns_of_the_ledger(ledger: Ledger) -> None:
    columns = ledger.rows(
        "SELECT DISTINCT column_name FROM duckdb_columns() "
        "WHERE table_name IN ('charge', 'token_usage') AND data_type = 'VARCHAR'"
    )
    json_texts = {"tags", "allocated_tags", "sku_price_details"}
    assert set(FIELDS) == {name for (name,) in columns} - json_texts


@given(st.text(max_size=20).filter(lambda text: "*" not in text and "?" not in text and text[:3] != "re:"))
def test_plain_text_matches_itself_alone_in_the_database(text: str) -> None:
    pattern = expression(text)
    assert re.fullmatch(pattern, text, re.DOTALL)
    assert not re.fullmatch(pattern, text + "x", re.DOTALL)


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("team-*", "team-a\nb", True),
        ("team-*", "a team-b", False),
        ("k?y", "key", True),
        ("k?y", "ky", False),
        ("a.b", "axb", False),
        ("re:a.b|c", "axb", True),
        ("re:a.b|c", "cc", False),
        ("(a)[b]{c}$^+\\", "(a)[b]{c}$^+\\", True),
        ("€ ☃-ü", "€ ☃-ü", True),
    ],
)
def test_patterns_mean_in_the_database_what_they_say(
    ledger: Ledger, pattern: str, value: str, matches: bool
) -> None:
    assert ledger.value("SELECT regexp_full_match(?, ?)", [value, expression(pattern)]) is matches


@pytest.mark.parametrize(
    "body", ["a(?>b)c", "(?P=x)", "a++", "(?#note)a", r"a\Z", "a{1001}", "(?<!a)b", "(?x)a", r"(a)(?(1)b|c)"]
)
def test_what_re2_lacks_is_refused(body: str) -> None:
    with pytest.raises(re.error):
        expression(f"re:{body}")


@pytest.mark.parametrize("body", [r"\\1", r"[(?=]", r"\(\?=", "(?i)abc", "(?:a|b)+?", "(?P<n>a){2,1000}"])
def test_what_re2_knows_is_accepted(ledger: Ledger, body: str) -> None:
    assert expression(f"re:{body}") == body
    assert ledger.value("SELECT regexp_full_match('', ?)", [body]) in (True, False)


def test_the_samples_and_the_template_of_init_are_valid(folder: Path) -> None:
    from finops_ai.cli.init import write_config

    samples = load_config(folder, config_path=REPOSITORY / "samples" / "finops.yaml")
    assert len(samples.workflows) == 5
    write_config(folder, force=False)
    assert load_config(folder).workflows == ()
    text = (folder / "finops.yaml").read_text(encoding="utf-8")
    # The commented examples are valid too when the comment marks are taken away.
    text = re.sub(
        r"^(workflows|rules|outcomes|pools|budgets|value): (\{\}|\[\])", r"\1:", text, flags=re.MULTILINE
    )
    text = re.sub(r"^#(  .*)$", r"\1", text, flags=re.MULTILINE)
    config = load(folder, text)
    assert [rule.workflow for rule in config.rules] == ["support-triage", "support-triage"]
    assert config.pools[0].receivers == ("support-triage",)
    assert [budget.name for budget in config.budgets] == ["total", "support-triage"]
    assert config.value.of_kind("ticket_resolved").human_minutes == 12
    assert config.workflows[0].models == ("gpt-5-mini(?s:.*)",)


def test_the_published_schema_names_the_same_keys() -> None:
    schema = json.loads((REPOSITORY / "finops_ai" / "finops.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == {
        "version", "ledger", "reporting_currency", "workflows", "teams", "rules",
        "outcomes", "pools", "importers", "scenarios", "model_names", "contract_rates", "prices",
        "fx_rates", "freshness", "commitments", "budgets", "plan", "value", "waste", "detectors",
    }  # fmt: skip
    assert schema["additionalProperties"] is False
    defs = schema["$defs"]
    owners = {"owner", "team", "department", "cost_centre", "gl_code"}
    assert set(defs["workflow"]["properties"]) == {*owners, "product", "models"}
    assert set(defs["rule"]["properties"]) == {"workflow", "when", "from", "until"}
    assert set(defs["outcome"]["properties"]) == {"kind", "workflow", "link", "split", "half_life"}
    assert set(defs["pool"]["properties"]) == {"name", "when", "split"}
    assert set(defs["team"]["properties"]) == {"split"}
    assert set(defs["scenario"]["properties"]) == {"low", "mid", "high", "source", "parts"}
    assert set(defs["when"]["propertyNames"]["anyOf"][0]["enum"]) == set(FIELDS)
