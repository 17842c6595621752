"""Grading, worked by hand: two stored forecasts of round numbers against four round months."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from math import log

import pytest

from finops_ai.config import Workflow
from finops_ai.errors import ConfigError, InputError
from finops_ai.forecast.grade import BELOW, Grade, grade, grade_of
from finops_ai.forecast.misses import CLASSES, EVENT, PLAN, UNIT_COST, UNKNOWN, VOLUME
from finops_ai.months import Month
from tests.forecast.conftest import Book

D = Decimal
CALLS = {"2026-06": 1000, "2026-07": 1000, "2026-08": 1100, "2026-09": 1200}


def stored(
    book: Book, run: str, first: str, made_at: datetime | None, points: list[tuple[object, ...]]
) -> None:
    """A forecast as the ledger keeps it: points are (scope, workflow, scenario, level, month, budget)."""
    book.ledger.execute(
        "INSERT INTO forecast_run VALUES (?, ?, 12, 'basis', 'USD', ?, 1, ?, '{}')",
        [run, Month.parse(first).first_day, run, made_at],
    )
    for scope, workflow, scenario, level, month, budget in points:
        book.ledger.execute(
            "INSERT INTO forecast_point VALUES (?, ?, ?, ?, ?, ?, ?::DECIMAL(38,15))",
            [run, scope, workflow, scenario, level, Month.parse(str(month)).first_day, budget],
        )


def line(scope: str, workflow: str | None, month: str, **said: str) -> list[tuple[object, ...]]:
    """One month of one line: Expected's mid, and the baseline's low, mid and high."""
    found: list[tuple[object, ...]] = [(scope, workflow, "Expected", "mid", month, said["expected"])]
    levels = ("low", "mid", "high")
    return found + [(scope, workflow, "Baseline", each, month, said[each]) for each in levels if each in said]


@pytest.fixture
def track(book: Book) -> Book:
    """Costs of chat are 100, 110, 120 and 90; in September tool comes with 30. Two forecasts."""
    for month, cost in (("2026-06", "100"), ("2026-07", "110"), ("2026-08", "120")):
        book.charge(month, cost)
        book.attribute(month, {"chat": cost}, calls={"chat": CALLS[month]})
    for cost in ("90", "30"):
        book.charge("2026-09", cost)
    book.attribute("2026-09", {"chat": "90", "tool": "30"}, calls={"chat": 1200, "tool": 5})
    august = []
    for scope, name in (("total", None), ("workflow", "chat")):
        august += line(scope, name, "2026-08", expected="130", low="100", mid="110", high="125")
        august += line(scope, name, "2026-09", expected="140", low="100", mid="100", high="130")
    stored(book, "aug", "2026-08", datetime(2026, 8, 3), august)
    september = line("total", None, "2026-09", expected="125", low="115", mid="118", high="119")
    september += line("workflow", "chat", "2026-09", expected="95", low="80", mid="90", high="100")
    stored(book, "sep", "2026-09", datetime(2026, 9, 2), september)
    return book


def graded(book: Book, **more: object) -> Grade:
    owners = replace(book.config, workflows=(Workflow("chat", owner="mia"),))
    return grade(book.ledger, owners, **more)  # type: ignore[arg-type]


def test_errors_bias_coverage_and_grade_of_the_total(track: Book) -> None:
    """One ahead: 110 against 120 (inside), 118 against 120 (outside); two ahead: 100 against 120 (inside)."""
    one, two, near = (score for score in graded(track).scores if score.scope == "total")
    assert (one.ahead_first, one.ahead_last, one.forecasts) == (1, 1, 2)
    assert one.wape == D("0.05")  # (10 + 2) / 240
    assert one.bias == D("-0.05")
    assert one.mase == D("0.6")  # 10 / 10 (July - June) and 2 / 10 (mean of 10 and 10)
    assert (one.intervals, one.coverage, one.grade) == (2, D("0.5"), None)
    assert (two.ahead_first, two.ahead_last, two.wape) == (2, 3, D("0.166667"))  # 20 / 120
    assert near.wape == D("0.088889")  # 32 / 360
    assert near.grade == "run"
    assert (near.band_low, near.band_high) == (D("0.333333"), D(1))  # of three, one to three


def test_owners_answer_for_their_workflows(track: Book) -> None:
    near = [score for score in graded(track).scores if score.scope == "owner"][-1]
    assert (near.name, near.forecasts) == ("mia", 3)
    assert near.wape == D("0.066667")  # |110 - 120| + |100 - 90| + |90 - 90| = 20 of 300
    assert near.bias == 0


def test_a_workflow_that_no_forecast_had_counts_as_missed_whole(track: Book) -> None:
    tool = [score for score in graded(track).scores if score.name == "tool"][-1]
    assert (tool.wape, tool.bias, tool.grade) == (D(1), D(-1), BELOW)


def test_drift_is_the_way_from_one_forecast_to_the_next(track: Book) -> None:
    (drift,) = graded(track).drifts
    assert (str(drift.month), drift.forecasts, drift.first, drift.last) == ("2026-09", 2, 100, 118)
    assert drift.drift == D("0.15")  # 18 / 120


def test_scenarios_beside_what_came(track: Book) -> None:
    august, september = graded(track).plans
    assert (august.months, august.actual, dict(august.mids)) == (2, D(240), {"Expected": D(270)})
    assert (september.months, september.nearest) == (1, "Expected")


def test_a_miss_is_plan_volume_unit_cost_and_event_to_the_last_digit(track: Book) -> None:
    total, chat, tool = graded(track).misses
    assert (chat.budget, chat.actual, chat.miss) == (D(270), D(210), D(-60))
    assert chat.parts[PLAN] == D(-60)  # 110 - 130 and 100 - 140
    # August: the baseline stands for 1,000 calls at 0.11, and 1,100 came. September: for 100 / 0.11 calls,
    # and 1,200 came. Weights: (120 - 110) / ln(120 / 110) and (90 - 100) / ln(90 / 100).
    volume = 10 / log(120 / 110) * log(1.1) + 10 / log(100 / 90) * log(1200 * 0.11 / 100)
    assert abs(float(chat.parts[VOLUME]) - volume) < 2e-6
    assert chat.parts[VOLUME] + chat.parts[UNIT_COST] == 0  # +10 and -10 against the baseline
    assert (tool.miss, tool.parts[EVENT]) == (D(30), D(30))
    assert total.miss == sum(total.parts[name] for name in CLASSES) == D(-30)


def test_without_logged_calls_nothing_is_told_apart(track: Book) -> None:
    track.ledger.execute("UPDATE workflow_month SET calls = NULL")
    chat = next(miss for miss in graded(track, scenario="Baseline").misses if miss.workflow == "chat")
    assert chat.parts == {PLAN: 0, VOLUME: 0, UNIT_COST: 0, EVENT: 0, UNKNOWN: 0}
    assert chat.miss == 0  # +10 and -10


def test_one_forecast_can_be_chosen(track: Book) -> None:
    found = graded(track, made_for=Month(2026, 9))
    assert found.missed_run == Month(2026, 9)
    assert (found.misses[0].budget, found.misses[0].actual) == (D(95), D(120))
    with pytest.raises(InputError, match="No stored forecast from 2026-07 on") as caught:
        graded(track, made_for=Month(2026, 7))
    assert caught.value.hint == "There are forecasts from 2026-08, 2026-09."


def test_hindsight_is_no_skill(track: Book) -> None:
    """Made on 1 October: September was over."""
    track.ledger.execute("UPDATE forecast_run SET made_at_utc = '2026-10-01' WHERE run_id = 'sep'")
    found = graded(track)
    assert (found.forecasts, found.left_out) == (1, 1)
    assert graded(track, hindsight=True).forecasts == 2
    track.ledger.execute("UPDATE forecast_run SET made_at_utc = NULL")
    with pytest.raises(InputError, match="3 forecast months could be graded, but each was forecast after"):
        graded(track)


def test_a_scenario_that_was_never_planned(track: Book) -> None:
    with pytest.raises(ConfigError, match=r'"Wild" is no scenario of that forecast\.') as caught:
        graded(track, scenario="Wild")
    assert caught.value.hint == "It has Expected, Baseline."


def test_nothing_stored_and_nothing_arrived(track: Book) -> None:
    track.ledger.execute("UPDATE forecast_point SET month = '2027-01-01'")
    with pytest.raises(InputError, match="None of the 2 stored forecasts covers a complete month"):
        graded(track)
    track.ledger.execute("DELETE FROM forecast_run")
    with pytest.raises(InputError, match="No forecast is stored yet"):
        graded(track)


@pytest.mark.parametrize(
    ("wape", "name"),
    [("0.12", "run"), ("0.120001", "walk"), ("0.15", "walk"), ("0.2", "crawl"), ("0.200001", BELOW)],
)
def test_bands_of_the_finops_foundation(wape: str, name: str) -> None:
    assert grade_of(D(wape)) == name
    assert grade_of(None) is None
