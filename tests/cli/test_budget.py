"""`finops-ai budget check` as people and cron meet it, and fourteen months of samples replayed."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.config_file import load_config
from finops_ai.months import Month
from tests.cli.conftest import BILL_HEAD, Run
from tests.conftest import REPOSITORY

CONFIG = """\
version: 1
workflows:
  chat: {team: support}
rules:
  - {workflow: chat, when: {service_name: Chat}}
"""
BUDGETS = """\
budgets:
  - {total: true, cost: "1000"}
  - workflow: chat
    cost: "950"
    degrade: [Answer with the small model, Close the public demo]
"""


def line(first: str, after: str, cost: str, service: str = "Chat") -> str:
    bill = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
    span = f"{first}T00:00:00Z,{after}T00:00:00Z"
    return f"acme,{cost},USD,{bill},Usage,{service},{span},{cost},{cost},{cost},Hosting,{service}\n"


@pytest.fixture
def watched(folder: Path, finops: Run) -> Path:
    """Fourteen days of 60, and 62 of seats for the month: 14 x 60 + 14 x 2 = 868 by the 14th."""
    (folder / "finops.yaml").write_text(CONFIG + BUDGETS, encoding="utf-8")
    days = "".join(line(f"2026-10-{n:02d}", f"2026-10-{n + 1:02d}", "60") for n in range(1, 15))
    seats = line("2026-10-01", "2026-11-01", "62", "Seats")
    (folder / "bill.csv").write_text(BILL_HEAD + days + seats, encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    return folder


TEXT_80 = """\
Actual: billed cost by the day, charges of a whole month evenly over its days;
tokens as logged. Forecast: the period's end at the pace of the last 4 weeks,
weekday by weekday.

Budgets as of 2026-10-14
budget  limit         actual       used  forecast  crosses     state
--------------------------------------------------------------------
total   1,000.00 USD  868.00 USD  86.8%    192.2%  2026-10-17  warn
chat    950.00 USD    840.00 USD  88.4%    195.7%  2026-10-16  warn

Alerts of these periods
day         budget  alert                amount  noted
------------------------------------------------------
2026-10-07  total   forecast 100%  1,922.00 USD  new
2026-10-12  total   actual 70%       744.00 USD  new
2026-10-07  chat    forecast 100%  1,860.00 USD  new
2026-10-12  chat    actual 70%       720.00 USD  new

4 new alerts; 2 warn.
"""


@pytest.mark.usefixtures("watched")
def test_a_check_says_where_budgets_stand(finops: Run) -> None:
    answer = finops("budget", "check")
    assert answer.code == 4
    assert "\n".join(line.rstrip() for line in answer.out.splitlines()) + "\n" == TEXT_80


@pytest.mark.usefixtures("watched")
def test_an_alert_is_raised_once(finops: Run) -> None:
    assert finops("budget", "check").code == 4
    again = finops("budget", "check")
    assert again.code == 0
    assert "0 new alerts; 2 warn." in again.out
    assert "  new" not in again.out
    count = "SELECT count(*) AS n FROM budget_alert"
    assert json.loads(finops("sql", count, "--format", "json").out)["rows"] == [{"n": 4}]


def test_a_new_limit_is_a_new_budget(watched: Path, finops: Run) -> None:
    assert finops("budget", "check").code == 4
    (watched / "finops.yaml").write_text(CONFIG + BUDGETS.replace('"1000"', '"900"'), encoding="utf-8")
    answer = finops("budget", "check")
    assert answer.code == 4
    assert "3 new alerts" in answer.out


def test_a_spent_budget_ends_with_4_every_time(watched: Path, finops: Run) -> None:
    (watched / "finops.yaml").write_text(CONFIG + BUDGETS.replace('"950"', '"800"'), encoding="utf-8")
    for _ in range(2):
        answer = finops("budget", "check")
        assert answer.code == 4
        assert (
            "What to do about chat:\n"
            "- Refuse or queue new calls until 2026-11-01, or raise the budget: it is spent.\n"
            "- Answer with the small model\n"
            "- Close the public demo\n"
        ) in answer.out


@pytest.mark.usefixtures("watched")
def test_a_day_can_be_looked_at_as_it_was(finops: Run) -> None:
    found = json.loads(finops("budget", "check", "--as-of", "2026-10-05", "--format", "json").out)
    assert [(row["budget"], row["actual"], row["state"]) for row in found["budgets"]] == [
        ("total", "310", "ok"),
        ("chat", "300", "ok"),
    ]
    assert found["as_of"] == "2026-10-05"
    assert found["budgets"][0]["forecast"] is None
    assert "fewer than 7 days of spend" in finops("budget", "check", "--as-of", "2026-10-05").out


@pytest.mark.usefixtures("watched")
def test_a_month_ends_with_its_newest_day(finops: Run) -> None:
    found = json.loads(finops("budget", "check", "--month", "2026-10", "--format", "json").out)
    assert found["as_of"] == "2026-10-14"


@pytest.mark.usefixtures("watched")
def test_a_replay_writes_nothing_and_says_the_same(finops: Run) -> None:
    replay = finops("budget", "check", "--replay", "--format", "json")
    assert replay.code == 0
    alerts = json.loads(replay.out)["alerts"]
    assert [(a["on_day"], a["budget"], a["basis"], a["percent"]) for a in alerts] == [
        ("2026-10-07", "total", "forecast", "100"),
        ("2026-10-07", "chat", "forecast", "100"),
        ("2026-10-12", "total", "actual", "70"),
        ("2026-10-12", "chat", "actual", "70"),
    ]
    assert "4 new alerts" in finops("budget", "check").out


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("width", ["80", "120"])
def test_every_line_fits(finops: Run, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    for command in (["budget", "check"], ["budget", "check", "--replay"]):
        assert max(map(len, finops(*command).out.splitlines())) <= int(width)


@pytest.fixture
def growing(folder: Path, finops: Run) -> Path:
    """Nine months by the day, each a tenth above the one before, and a budget for the year."""
    budgets = 'budgets:\n  - {total: true, cost: "5000", tokens: 900, period: year}\n'
    (folder / "finops.yaml").write_text(CONFIG + budgets, encoding="utf-8")
    text = BILL_HEAD
    for number in range(1, 10):
        month = Month(2026, number)
        bill = f"{month}-01T00:00:00Z,{month.plus(1)}-01T00:00:00Z"
        for n in range(month.days):
            day, after = month.first_day + timedelta(days=n), month.first_day + timedelta(days=n + 1)
            cost = f"{10 * Decimal('1.1') ** number:.4f}"
            span = f"{day}T00:00:00Z,{after}T00:00:00Z"
            text += f"acme,{cost},USD,{bill},Usage,Chat,{span},{cost},{cost},{cost},Hosting,Chat\n"
    (folder / "bill.csv").write_text(text, encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    return folder


@pytest.mark.usefixtures("growing")
def test_a_years_budget_expects_what_the_forecast_expects(finops: Run) -> None:
    answer = finops("budget", "check", "--format", "json")
    row = json.loads(answer.out)["budgets"][0]
    forecast = json.loads(finops("forecast", "--months", "3", "--format", "json").out)["forecast"]
    later = [Decimal(month["expected"]) for month in forecast["total"]["baseline"]["months"]]
    actual = sum(Decimal(f"{10 * Decimal('1.1') ** n:.4f}") * Month(2026, n).days for n in range(1, 10))
    assert Decimal(row["actual"]) == actual
    assert Decimal(row["forecast"]) == actual + sum(later)
    assert row["projection"] == "forecast"
    said = " ".join(finops("budget", "check").out.split())
    assert (
        "total: the months after 2026-09 count as the baseline of `finops-ai forecast --month 2026-09` "
        "expects them."
    ) in said


@pytest.mark.usefixtures("growing")
def test_a_replay_knows_no_forecast_before_its_day(finops: Run) -> None:
    """Each alert stands in a replay as the check of its day raised it."""
    replay = json.loads(finops("budget", "check", "--replay", "--format", "json").out)["alerts"]
    assert {alert["basis"] for alert in replay} == {"actual", "forecast"}
    for alert in (replay[0], replay[-1]):
        found = json.loads(finops("budget", "check", "--as-of", alert["on_day"], "--format", "json").out)
        assert alert in [{k: v for k, v in a.items() if k != "is_new"} for a in found["alerts"]]


@pytest.mark.usefixtures("growing")
def test_too_few_months_go_on_at_the_pace_and_say_so(finops: Run) -> None:
    said = " ".join(finops("budget", "check", "--as-of", "2026-04-10").out.split())
    assert "total: the months after 2026-04 count at the pace (no forecast with an interval" in said


MISTAKES = {
    "nothing that it is for": (
        '{cost: "5"}',
        "this budget says not what it is for.",
        "Give it one of total: true, workflow, team or product.",
    ),
    "two things at once": (
        '{total: true, team: support, cost: "5"}',
        "this budget is for total and team at once.",
        "Give it one of total: true, workflow, team or product.",
    ),
    "total in words": (
        '{total: all, cost: "5"}',
        "total is not true.",
        "Write total: true, or name a workflow.",
    ),
    "a workflow that is none": (
        '{workflow: chta, cost: "5"}',
        'workflow "chta" is not registered under workflows.',
        "Known: chat.",
    ),
    "a team that is none": (
        '{team: sales, cost: "5"}',
        'no workflow is registered with team "sales".',
        "Known: support.",
    ),
    "a product that is none": (
        '{product: helpdesk, cost: "5"}',
        'no workflow is registered with product "helpdesk".',
        "There are none.",
    ),
    "no limit": (
        "{total: true}",
        'budget "total" limits neither cost nor tokens.',
        'Add cost: "1200" or tokens.',
    ),
    "half a token": (
        '{total: true, tokens: "1.5"}',
        '"1.5" is no number of tokens.',
        "Write a whole number up to 10^15.",
    ),
    "an amount too fine": (
        '{total: true, cost: "0.0000001"}',
        '"0.0000001" is no amount to budget.',
        "Write up to 10^15, with 6 decimals at most.",
    ),
    "a week": (
        '{total: true, cost: "5", period: week}',
        '"week" is no period.',
        "Known: month, quarter, year.",
    ),
    "alerts out of order": (
        '{total: true, cost: "5", alerts: {warn: "95"}}',
        "alerts are not in order: warn 95, degrade 90, stop 100.",
        'Percent of the budget, such as warn: "70".',
    ),
    "an alert too fine": (
        '{total: true, cost: "5", alerts: {warn: "70.0001"}}',
        '"70.0001" has too many decimals.',
        "Write 3 decimals at most.",
    ),
    "a day inside a month": (
        '{total: true, cost: "5", from: "2026-01-15"}',
        "2026-01-15 is not the first day of a month.",
        "Write a month such as 2026-01.",
    ),
    "an end before the start": (
        '{total: true, cost: "5", from: "2026-02", until: "2026-01"}',
        'until "2026-01-01" is not after from "2026-02-01".',
        "until is the first month without.",
    ),
    "steps that are no list": (
        '{total: true, cost: "5", degrade: stop it}',
        '"degrade" is not a list.',
        'Start each step with "- ".',
    ),
    "one name twice": (
        '{total: true, cost: "5"}\n  - {total: true, cost: "6"}',
        'budget "total" stands twice.',
        "Remove one of them.",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_budget_is_told_with_its_line(folder: Path, finops: Run, name: str) -> None:
    text, message, hint = MISTAKES[name]
    (folder / "finops.yaml").write_text(CONFIG + f"budgets:\n  - {text}\n", encoding="utf-8")
    answer = finops("config", "show")
    assert answer.code == 2
    said = " ".join(answer.err.split())
    assert f"{message} {hint}" in said
    assert "finops.yaml, line " in said


def test_replayed_samples_equal_what_was_worked_out_without_the_tool(
    company: Path, finops: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """scripts/sample_company/budgets.py wrote the golden file from the calls and the bills, in fractions."""
    monkeypatch.chdir(company)
    assert load_config(company).budgets
    answer = finops("budget", "check", "--replay", "--format", "csv")
    golden = (REPOSITORY / "tests" / "truth" / "budget_alerts.csv").read_text(encoding="utf-8")
    assert answer.out == golden
    assert golden.count("\n") > 100


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, imported and attributed."""
    from finops_ai.__main__ import main

    folder = tmp_path_factory.mktemp("company")
    shutil.copytree(REPOSITORY / "samples", folder, dirs_exist_ok=True)
    ledger, config = str(folder / "finops.duckdb"), str(folder / "finops.yaml")
    paths = [str(folder / name) for name in ("bills", "logs", "outcomes")]
    assert main(["--ledger", ledger, "--config", config, "ingest", *paths, "--max-rejects", "20"]) == 0
    return folder
