"""`finops-ai forecast` with a plan: what stands beside the scenarios, choices, and every refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BILL_HEAD, Run, bill_line

CONFIG = """\
version: 1
workflows: {chat: {team: support}}
rules:
  - {workflow: chat, when: {service_name: Chat}}
"""
PLAN = """\
plan:
  growth: {low: "0.4", mid: "0.5", high: "0.6", source: product plan}
  elasticity: "-1.11"
  launches:
    - name: copilot
      starts: 2027-01
      pilot_cost: "500"
      pilot_share: "0.01"
      probability: "0.8"
      source: board
  model_changes:
    - {name: longer contexts, from: 2027-02, factor: "1.3", share: "0.2", source: platform}
  prices:
    - {name: small models, from: 2026-12, tier: economy, migrates: "0", source: essay}
    - {name: surcharge, from: 2027-06, change: "0.05", source: letter}
"""


@pytest.fixture
def year(folder: Path, finops: Run) -> Path:
    """October 2026 cost 101,917.81 in 31 days: a run rate of 100,000.00 a month."""
    (folder / "finops.yaml").write_text(CONFIG + PLAN, encoding="utf-8")
    (folder / "bill.csv").write_text(BILL_HEAD + bill_line("101917.81", "Chat"), encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    return folder


# 101,917.81 x 365 / 31 / 12 x 12 = 1,200,000.021 a year; x 1.3 = 1,560,000.027
SHOWN = """\
Run rate, USD
run rate from                   a month        a year  differs
-----------------------------------------------------------------
last complete month 2026-10  100,000.00  1,200,000.02
trailing 30 days             100,000.00  1,200,000.02  +0.0%
mean of 3 months                    n/a           n/a  no history

Budgets, 2026-11 to 2027-10, USD
scenario      x run rate               low           mid          high
----------------------------------------------------------------------
Conservative  1.3             1,560,000.03  1,560,000.03  1,560,000.03
Expected      1.8 / 2 / 2.2   2,160,000.04  2,400,000.04  2,640,000.05
Aggressive    2.5 / 2.75 / 3  3,000,000.05  3,300,000.06  3,600,000.06

Contingency (aggressive - expected): 900,000.02 USD
Conservative would miss (expected - conservative): 840,000.01 USD
"""


@pytest.mark.usefixtures("year")
def test_a_forecast_shows_where_its_year_comes_from(finops: Run) -> None:
    answer = finops("forecast")
    assert answer.code == 0
    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert SHOWN in "\n".join(lines)
    assert "Red flag: Conservative cannot hold what is planned" in answer.out
    assert "Nothing moves, so it changes nothing." in " ".join(answer.out.split())
    assert "Elasticity -1.11 of volume to price: an assumption" in answer.out
    found = json.loads(finops("forecast", "--format", "json").out)["forecast"]["outlook"]
    for scenario in found["scenarios"]:
        parts = (int(100 * float(scenario[key])) for key in ("existing", "launches", "reserve"))
        assert abs(sum(parts) - int(100 * float(scenario["total"]))) <= 2
    assert found["launches"][0]["steady_monthly_cost"] == "50000"


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("width", ["80", "120"])
@pytest.mark.parametrize("mode", ["table", "model", "blend"])
def test_every_line_fits(finops: Run, monkeypatch: pytest.MonkeyPatch, width: str, mode: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    answer = finops("forecast", "--mode", mode)
    assert answer.code == 0
    assert max(map(len, answer.out.splitlines())) <= int(width)
    assert finops("forecast", "--mode", mode).out == answer.out
    assert ("Red flag" in answer.out) == (mode == "table")


@pytest.mark.usefixtures("year")
def test_scenarios_can_be_picked_and_stated(finops: Run) -> None:
    answer = finops(
        "forecast", "--scenario", "expected", "--scenario", "Board=1.5/1.6/1.7", "--format", "json"
    )
    found = json.loads(answer.out)["forecast"]["total"]["scenarios"]
    assert [(s["name"], [level["multiplier"] for level in s["levels"]]) for s in found] == [
        ("Expected", ["1.8", "2", "2.2"]),
        ("Board", ["1.5", "1.6", "1.7"]),
    ]
    assert found[1]["source"] == "stated on the command line"


def test_growth_on_the_command_line_makes_a_model(year: Path, finops: Run) -> None:
    (year / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    assert finops("forecast", "--mode", "model").code == 2
    answer = finops("forecast", "--mode", "model", "--growth", "0.4/0.5/0.6", "--elasticity", "-1.1")
    assert answer.code == 0
    assert "growth of 50% by month 12 (stated on the command line)" in " ".join(answer.out.split())


REFUSED = {
    "a scenario that is none": (
        ("--scenario", "Bold"),
        (
            '--scenario "Bold": there is no such scenario. '
            "Known: Conservative, Expected, Aggressive. Or state one, such as Bold=1.9/2.1/2.3."
        ),
    ),
    "multiples in words": (
        ("--scenario", "Bold=two"),
        (
            '--scenario "two" is neither one number nor low/mid/high in order. '
            "For example --scenario Expected=1.9/2.1/2.3."
        ),
    ),
    "growth out of order": (
        ("--growth", "0.6/0.5/0.4"),
        (
            '--growth "0.6/0.5/0.4" is neither one number nor low/mid/high in order. '
            "For example --growth 0.4/0.5/0.6."
        ),
    ),
    "elasticity above zero": (
        ("--elasticity", "1.1"),
        (
            '--elasticity "1.1" is not between -5 and 0. '
            "-1.1 means: a price lower by 1% is answered by 1.1% more volume."
        ),
    ),
}


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("name", REFUSED)
def test_a_choice_that_makes_no_sense_is_refused(finops: Run, name: str) -> None:
    options, message = REFUSED[name]
    answer = finops("forecast", *options)
    assert answer.code == 2
    assert message in " ".join(answer.err.split())


SIZE = "Give it monthly_cost, or pilot_cost and pilot_share, or users and requests_per_day."
LAUNCH = "name: chat, starts: 2027-01, source: board"
PRICE = "name: cut, from: 2027-01, source: board"
MISTAKES = {
    "growth out of order": (
        'growth: {low: "0.6", mid: "0.5", high: "0.7", source: x}',
        "growth is not ordered low <= mid <= high. Put the smallest first.",
    ),
    "growth in words": (
        'growth: {low: little, mid: "0.5", high: "0.7", source: x}',
        '"little" is not a plain number. Write it as text, for example "0.4".',
    ),
    "an elasticity above zero": (
        'elasticity: "0.5"',
        "0.5 is not between -5 and 0. Correct it.",
    ),
    "a launch without a size": (f"launches: [{{{LAUNCH}}}]", f'launch "chat" has no size. {SIZE}'),
    "a launch of two sizes": (
        f'launches: [{{{LAUNCH}, monthly_cost: "5", pilot_cost: "1"}}]',
        f'launch "chat" has more than one size. {SIZE}',
    ),
    "a pilot without its share": (
        f'launches: [{{{LAUNCH}, pilot_cost: "1"}}]',
        'launch "chat" lacks "pilot_share".',
    ),
    "a pilot of more than all": (
        f'launches: [{{{LAUNCH}, pilot_cost: "1", pilot_share: "1.5"}}]',
        'a pilot is at most all of it. Write a share such as "0.01".',
    ),
    "requests that cost nothing": (
        f"launches: [{{{LAUNCH}, users: 5, requests_per_day: 3}}]",
        (
            'launch "chat" states the cost of a request not once. '
            "Give cost_per_request, or provider, model and tokens for prices from the catalogue."
        ),
    ),
    "a model without a provider": (
        f"launches: [{{{LAUNCH}, users: 5, requests_per_day: 3, model: m1}}]",
        'launch "chat" lacks "provider".',
    ),
    "a ramp that ends before its middle": (
        f'launches: [{{{LAUNCH}, monthly_cost: "5", t50: "4"}}]',
        "t90 3 is not after t50 4. Both in months.",
    ),
    "a launch twice": (
        f'launches: [{{{LAUNCH}, monthly_cost: "5"}}, {{{LAUNCH}, monthly_cost: "5"}}]',
        'launch "chat" stands twice.',
    ),
    "a start inside a month": (
        'launches: [{name: chat, starts: "2027-01-15", source: board, monthly_cost: "5"}]',
        "2027-01-15 is not the first day of a month. Write a month such as 2027-01.",
    ),
    "a price path of nothing": (
        f"prices: [{{{PRICE}}}]",
        (
            "this price path states neither change nor tier, or both. "
            'Give change: "-0.4", or tier: economy, mid or flagship.'
        ),
    ),
    "a tier that is none": (
        f'prices: [{{{PRICE}, tier: cheap, migrates: "1"}}]',
        '"cheap" is no tier. Known: economy, mid, flagship.',
    ),
    "a fall that touches who knows what": (
        f'prices: [{{{PRICE}, change: "-0.4"}}]',
        (
            "a fall of prices lacks migrates: it touches only traffic that moves to them. "
            'Write the share that will really move, such as migrates: "0.3".'
        ),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_plan_is_told_with_its_line(folder: Path, finops: Run, name: str) -> None:
    text, message = MISTAKES[name]
    (folder / "finops.yaml").write_text(CONFIG + f"plan:\n  {text}\n", encoding="utf-8")
    answer = finops("config", "show")
    assert answer.code == 2
    said = " ".join(answer.err.split())
    assert message in said
    assert "finops.yaml, line " in said


def test_parts_that_do_not_multiply_to_the_middle_are_refused(folder: Path, finops: Run) -> None:
    parts = '{low: "1", mid: "2", high: "3", source: x, parts: {existing_volume: "1.5", price: "1.2"}}'
    (folder / "finops.yaml").write_text(CONFIG + f"scenarios:\n  expected: {parts}\n", encoding="utf-8")
    answer = finops("config", "show")
    assert answer.code == 2
    assert 'the parts multiply to 1.8, but mid is 2. Write mid: "1.8", or correct a part.' in " ".join(
        answer.err.split()
    )
