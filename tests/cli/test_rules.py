"""`finops-ai rules`: list, test and check, as text at 80 and 120 columns; amounts are checked by hand."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest

from finops_ai.config_file import load_config
from tests.cli.conftest import BILL, CONFIG, Run

CROWDED = """\
version: 1
workflows:
  support-triage: {owner: maria, team: support}
  claims-intake: {owner: priya, team: claims}
rules:
  - workflow: support-triage
    when: {service_name: ["*GPU", Seats]}
  - workflow: claims-intake
    when: {service_name: [S*, Vector*]}
  - workflow: claims-intake
    when: {service_name: Triage*}
  - workflow: claims-intake
    when: {service_name: Gone}
    from: 2026-01
  - workflow: support-triage
    when: {service_name: Seats, provider: hosting}
    until: 2026-01-01
  - workflow: claims-intake
    when: {provider: hosting}
pools:
  - name: vector-search
    when: {service_name: Vector Store}
    split: {by: even, receivers: [support-triage, claims-intake]}
"""
LIST = """\
Rules in 2026-10, USD
rule  workflow, owner, team        when                   calls  charges  billed
--------------------------------------------------------------------------------
   1  support-triage, maria,       service_name: Triage*      0        1   70.10
      support

Calls and charges: the rows that a rule was the first to match. Billed: the
money that went to its workflow by this rule; of charges that are tokens, the
calls decide.

Billed money, USD
placed by                                      billed  share
------------------------------------------------------------
a rule                                          70.10  63.5%
a shared pool                                   30.00  27.2%
tax, credits and refunds, which no rule names    3.00  2.7%
nothing: a gap                                   7.25  6.6%

"""
TEST = """\
Rule 2: service_name: Seats -> claims-intake
It meets 0 rows of usage.
It meets 1 charge and takes 1.

What would move, 2026-10, USD
month    money of                  now  would be  difference  calls
-------------------------------------------------------------------
2026-10  claims-intake           15.00     22.25        7.25
2026-10  unmapped_charge: Seats   7.25      0.00       -7.25

Billed money that would stand elsewhere, shares of pools among it: each month
adds up to zero, because the bill does not change. Calls: how many more (-:
fewer) the workflow would have.
Nothing was written. To make it count, under rules in finops.yaml at place 2:
  - workflow: claims-intake
    when:
      service_name: Seats
"""
CHECK = """\
Rules that overlap: their order decides, USD
takes             before           calls  estimate  charges  billed  last
-------------------------------------------------------------------------------
1 support-triage  2 claims-intake      0      0.00        1    7.25  2026-10-01

Each takes calls or charges that the other would take, were it first. Estimate:
the calls at contract rate or list price; billed: the charges. Put the one that
is meant first, or narrow it.
Nothing taken, 2026-10
takes nothing            cause     why                                last met
--------------------------------------------------------------------------------
rule 3 (claims-intake)   shadowed  rule 1 (support-triage) takes all  2026-10-01
                                   that it meets
rule 4 (claims-intake)   never     no row has service_name: Gone
rule 5 (support-triage)  dates     rows meet it outside its dates,    2026-10-01
                                   last on 2026-10-01
rule 6 (claims-intake)   shadowed  rule 1 (support-triage), rule 2    2026-10-01
                                   (claims-intake) take all that it
                                   meets
pool vector-search       shadowed  rule 2 (claims-intake) takes all   2026-10-01
                                   that it meets

Remove them, or look what their values are called now: `finops-ai inventory`
lists them.
"""


def unspaced(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


@pytest.mark.usefixtures("company")
def test_list_says_what_each_rule_took_and_what_rules_reach(finops: Run) -> None:
    answer = finops("rules", "list")
    assert (answer.code, answer.err) == (0, "")
    assert unspaced(answer.out) == LIST


def test_list_has_everything_about_a_rule_for_machines(company: Path, finops: Run) -> None:
    text = CONFIG.replace("team: support}", "team: support, department: Care, product: Desk}")
    text = text.replace("when: {service_name: Triage*}", "when: {service_name: Triage*}\n    from: 2026-01")
    (company / "finops.yaml").write_text(text, encoding="utf-8")
    (row,) = json.loads(finops("rules", "list", "--format", "json").out)["rules"]
    assert row == {
        "rule": 1,
        "workflow": "support-triage",
        "owner": "maria",
        "team": "support",
        "department": "Care",
        "cost_centre": None,
        "product": "Desk",
        "answers": "support-triage, maria, support",
        "when": "service_name: Triage* from 2026-01-01",
        "valid_from": "2026-01-01",
        "valid_to": None,
        "currency": "USD",
        "calls": 0,
        "tokens": 0,
        "charges": 1,
        "billed": "70.1",
    }


@pytest.mark.usefixtures("company")
def test_list_fits_a_wide_terminal(finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    lines = finops("rules", "list").out.splitlines()
    assert "   1  support-triage, maria, support  service_name: Triage*      0        1   70.10" in lines


@pytest.mark.usefixtures("company")
def test_test_shows_what_a_rule_would_move_and_writes_nothing(company: Path, finops: Run) -> None:
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in company.iterdir()}
    answer = finops("rules", "test", "--workflow", "claims-intake", "--when", "service_name=Seats")
    assert (answer.code, answer.err) == (0, "")
    assert unspaced(answer.out) == TEST
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in company.iterdir()} == before


@pytest.mark.usefixtures("company")
def test_a_rule_that_was_tested_moves_just_that_once_it_counts(company: Path, finops: Run) -> None:
    asked = ("rules", "test", "--workflow", "claims-intake", "--when", "service_name=Seats")
    facts = json.loads(finops(*asked, "--format", "json").out)
    moved = {row["place"]: row["difference"] for row in facts["moves"]}
    text = CONFIG.replace("outcomes:", facts["rule"].replace("\n", "\n  ").join(["  ", "\noutcomes:"]))
    (company / "finops.yaml").write_text(text, encoding="utf-8")
    assert len(load_config(company).rules) == 2
    shown = finops("attribute", "--format", "json").out
    lines = {row["name"]: row["total"] for row in json.loads(shown)["lines"]}
    assert moved == {"claims-intake": "7.25", "unmapped_charge: Seats": "-7.25"}
    assert lines == {"support-triage": "85.1", "claims-intake": "22.25"}


@pytest.mark.usefixtures("company")
def test_a_rule_at_the_front_takes_from_the_others(finops: Run) -> None:
    asked = ("--workflow", "claims-intake", "--when", "provider=hosting", "--at", "1", "--format", "json")
    facts = json.loads(finops("rules", "test", *asked).out)
    moved = {row["place"]: row["difference"] for row in facts["moves"]}
    # The pool's 30.00 goes to the rule too: support-triage loses its half and its own 70.10.
    assert moved == {"claims-intake": "92.35", "support-triage": "-85.1", "unmapped_charge: Seats": "-7.25"}
    assert facts["matches"] == [
        {"rows": "charges", "taken_by_rule": 1, "workflow": "claims-intake", "count": 3}
    ]


@pytest.mark.usefixtures("company")
def test_a_rule_behind_others_says_what_stays_with_them(finops: Run) -> None:
    answer = finops("rules", "test", "--workflow", "new-one", "--when", "service_name=Triage*")
    assert "It meets 1 charge and takes 0; 1 stay with rule 1, which comes first." in answer.out
    assert "new-one is not registered under workflows yet." in answer.out
    assert "No money and no call would move, 2026-10." in answer.out


@pytest.mark.usefixtures("company")
def test_another_file_is_tested_as_a_whole(company: Path, finops: Run) -> None:
    (company / "next.yaml").write_text(CROWDED, encoding="utf-8")
    facts = json.loads(finops("rules", "test", "--with", "next.yaml", "--format", "json").out)
    assert {row["place"]: row["difference"] for row in facts["moves"]} == {
        "claims-intake": "15",
        "support-triage": "-7.75",
        "unmapped_charge: Seats": "-7.25",
    }
    assert facts["rule"] is None


@pytest.mark.usefixtures("company")
def test_closed_months_are_left_as_they_are(finops: Run) -> None:
    assert finops("report", "--month", "2026-10", "--out", "r").code == 0
    assert finops("close", "2026-10").code == 0
    answer = finops("rules", "test", "--workflow", "claims-intake", "--when", "service_name=Seats")
    assert "No money and no call would move, no open month." in answer.out
    assert "Closed, and left as they are: 2026-10." in answer.out
    shown = finops("rules", "list").out.replace("\n", " ")
    assert "2026-10 is closed: its figures are by the rules, and their numbers, of the day" in shown


def test_check_finds_conflicts_and_what_takes_nothing(company: Path, finops: Run) -> None:
    (company / "finops.yaml").write_text(CROWDED, encoding="utf-8")
    answer = finops("rules", "check")
    assert (answer.code, answer.err) == (4, "")
    assert unspaced(answer.out) == CHECK
    rows = list(csv.DictReader(io.StringIO(finops("rules", "check", "--format", "csv").out)))
    assert [row["finding"] for row in rows] == [
        "conflict",
        "shadowed",
        "never",
        "dates",
        "shadowed",
        "shadowed",
    ]
    assert (rows[0]["name"], rows[0]["billed"]) == ("rule 1 (support-triage)", "7.25")
    # Of one month only, a rule that has ended is none of the findings.
    facts = json.loads(finops("rules", "check", "--month", "2026-10", "--format", "json").out)
    assert (len(facts["conflicts"]), len(facts["idle"]), facts["findings"]) == (1, 4, 5)


@pytest.mark.usefixtures("company")
def test_check_ends_well_when_there_is_nothing_to_say(finops: Run) -> None:
    answer = finops("rules", "check", "--since", "2026-10")
    assert (answer.code, unspaced(answer.out)) == (
        0,
        "1 rule and 1 pool, 2026-10: all of them take something, and no order decides by\nchance.\n",
    )


def test_exceptions_before_a_wider_rule_are_no_finding(company: Path, finops: Run) -> None:
    wider = CONFIG.replace("outcomes:", "  - {workflow: claims-intake, when: {provider: hosting}}\noutcomes:")
    (company / "finops.yaml").write_text(wider.split("pools:")[0], encoding="utf-8")
    answer = finops("rules", "check")
    assert answer.code == 0
    assert "Exceptions before a wider rule (as it should be), USD" in answer.out
    assert "1 support-triage  2 claims-intake      0      0.00        1   70.10  2026-10-01" in answer.out


def test_workflows_are_grouped_by_what_the_file_says_of_them(company: Path, finops: Run) -> None:
    text = CONFIG.replace("team: support}", "team: support, product: Care, department: Service}")
    (company / "finops.yaml").write_text(text, encoding="utf-8")
    for by, names in {
        "product": {"Care": "85.1", "(none)": "15"},
        "department": {"Service": "85.1", "(none)": "15"},
        "owner": {"maria": "85.1", "priya": "15"},
        "cost_centre": {"(none)": "100.1"},
        "team": {"support": "85.1", "claims": "15"},
    }.items():
        facts = json.loads(finops("attribute", "--by", by, "--format", "json").out)
        assert {row["name"]: row["total"] for row in facts["lines"]} == names


BY_TAG = """\
2026-10 by tag:team, USD
value         billed  share  calls  tokens
------------------------------------------
core           70.10  63.5%      0       0
data           30.00  27.2%      0       0
(without it)   10.25  9.3%       0       0

billed 110.35 USD = with the tag 100.10 + without it 10.25 (difference 0)
Billed money where it stands on the bill, before pools are shared out. Where
calls explain a charge it goes by their tags, in proportion to tokens of its
kind, model and day; else by the charge's own tags.
"""


def test_a_month_by_a_tag_is_the_whole_bill(folder: Path, finops: Run) -> None:
    tags = ('"{""team"": ""core""}"', '"{""team"": ""data""}"', "", "")
    head, *lines = BILL.splitlines()
    text = "\n".join([f"{head},Tags", *(f"{line},{tag}" for line, tag in zip(lines, tags, strict=True))])
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "bill.csv").write_text(f"{text}\n", encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    answer = finops("attribute", "--by", "tag:team")
    assert (answer.code, answer.err) == (0, "")
    assert unspaced(answer.out) == BY_TAG
    facts = json.loads(finops("attribute", "--by", "tag:team", "--format", "json").out)
    assert facts["by"] == "tag:team"
    assert facts["balances"][0]["difference"] == "0"
    assert [(row["name"], row["cost"]) for row in facts["lines"]] == [
        ("core", "70.1"),
        ("data", "30"),
        ("(without it)", "10.25"),
    ]


def test_steps_of_pools_are_shown_by_the_configuration(company: Path, finops: Run) -> None:
    text = CONFIG.split("pools:")[0] + (
        "pools:\n"
        "  - name: platform\n"
        "    when: {service_name: Vector Store}\n"
        '    split: {by: even, receivers: ["pool:inner", "team:support"]}\n'
        '  - {name: inner, split: {by: weights, weights: {"team:claims": 2, support-triage: 1}}}\n'
        "teams:\n"
        "  claims: {split: {by: even}}\n"
    )
    (company / "finops.yaml").write_text(text, encoding="utf-8")
    shown = finops("config", "show").out
    assert "what other pools give by weights:" in shown
    assert "teams.claims" in shown
    lines = json.loads(finops("attribute", "--format", "json").out)["lines"]
    # 15 to the team support, 15 to inner: two thirds to claims, a third to support-triage.
    assert {row["name"]: row["shared"] for row in lines} == {"support-triage": "20", "claims-intake": "10"}
    assert finops("check").code == 0
