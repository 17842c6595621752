"""Estimate and intervals of cost per success, worked out by hand and against a generator with known truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.config import OutcomeLink
from finops_ai.ledger import Ledger
from finops_ai.unit_cost import Interval, UnitCost, unit_costs
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule
from tests.truth.coverage import measure
from tests.truth.worlds import Habits, build, expected_cost_per_success

A = rule(0, "a", tags__w="a")
B = rule(1, "b", tags__w="b")
BY_SESSION = OutcomeLink("ticket", "a", "session_id")
TAGS, OF_B = '{"w": "a"}', '{"w": "b"}'


def sessions(books: Books, count: int, *, tokens: int = 10, first: int = 0, **columns: Any) -> None:
    """So many solved tickets of workflow a with one call each."""
    for number in range(first, first + count):
        books.call(output_tokens=tokens, session_id=f"s{number}", tags=TAGS, **columns)
        books.outcome(f"T{number}", session_id=f"s{number}")


def found(books: Books) -> UnitCost:
    """The one kind and workflow of October."""
    books.attribute(config(A, B, outcomes=[BY_SESSION]))
    (cost,) = unit_costs(books.ledger, OCTOBER)
    return cost


def test_complete_logs_leave_nothing_to_estimate(books: Books) -> None:
    books.tokens("3.00", "output", 30)
    sessions(books, 3)
    cost = found(books)
    assert (cost.attributed, cost.estimate, cost.lost) == (D("1"), D("1"), D("0"))
    assert cost.of_month == Interval(D("1"), D("1"))
    assert (cost.expected, cost.reason) == (None, "too few: 3 of 20 successes")


def test_lost_usage_is_expected_where_the_logged_usage_stands(books: Books) -> None:
    # 100 tokens for 10.00: 60 of a's tickets, 20 of b, 20 without a log. Of these 2.00 a gets 6/8.
    books.tokens("10.00", "output", 100)
    sessions(books, 6)
    books.call(output_tokens=20, tags=OF_B)
    cost = found(books)
    assert (cost.linked, cost.lost) == (D("6"), D("1.5"))
    assert (cost.attributed, cost.estimate) == (D("1"), D("1.25"))
    assert cost.of_month is not None
    # Never less than what is logged, never more than with all that is lost: 8.00 / 6.
    assert D("1") <= cost.of_month.low < D("1.25") < cost.of_month.high <= D("1.333333334")


def test_the_spread_of_lost_logs_by_hand(books: Books) -> None:
    # Half of the money is lost: keep 1/2. Logged are a's call of 1.00 and b's of 1.00: share 1/2 each.
    # Influences +-1/2, each over 1 - 1/2 (jackknife), times sqrt(1 - 1/2) / (1/2) = 1.4142, over the
    # total 2.00: +-0.7071 each; squared and summed 1.
    books.tokens("4.00", "output", 40)
    sessions(books, 1)
    books.call(output_tokens=10, tags=OF_B)
    cost = found(books)
    assert (cost.estimate, cost.lost) == (D("2"), D("1"))
    assert cost.lost_error == pytest.approx(1.0, abs=1e-12)


def test_a_workflow_alone_on_its_key_owns_all_that_is_lost(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    sessions(books, 8)
    cost = found(books)
    assert (cost.attributed, cost.estimate, cost.lost_error) == (D("1"), D("1.25"), 0.0)
    assert cost.of_month == Interval(D("1.25"), D("1.25"))


def test_lost_usage_of_another_project_or_model_is_not_its_own(books: Books) -> None:
    books.tokens("2.00", "output", 20, sub_account_id="p1")
    books.tokens("50.00", "output", 500, sub_account_id="p2")
    books.tokens("70.00", "output", 700, sub_account_id="p1", model_id="other", model_name="other")
    sessions(books, 2, project_id="p1")
    cost = found(books)
    assert (cost.estimate, cost.lost) == (D("1"), D("0"))


def test_lost_usage_whose_charge_a_rule_gives_to_the_workflow_is_its_own(books: Books) -> None:
    # Two days of one project that a rule maps: the log of the 6th is lost as a whole.
    books.tokens("2.00", "output", 20, sub_account_id="p1")
    books.tokens("3.00", "output", 30, sub_account_id="p1", day=date(2026, 10, 6))
    sessions(books, 2, project_id="p1")
    books.attribute(config(A, rule(2, "a", sub_account_id="p1"), outcomes=[BY_SESSION]))
    (cost,) = unit_costs(books.ledger, OCTOBER)
    assert (cost.linked, cost.unlinked, cost.lost, cost.estimate) == (D("2"), D("3"), D("3"), D("2.5"))


def test_outcomes_without_calls_tell_how_logs_are_lost(books: Books) -> None:
    # A third of the outcomes has no call and a third of the money no log: sessions are lost as a whole.
    books.tokens("9.00", "output", 90)
    sessions(books, 4)
    for number in (10, 11):
        books.outcome(f"T{number}", session_id=f"s{number}")
    books.call(output_tokens=20, tags=OF_B)
    cost = found(books)
    assert cost.silent_share == pytest.approx(1 / 3)
    assert cost.is_lost_by_session
    # 6 successes: logged 4.00, estimated 4.00 * 9 / 6.
    assert cost.estimate == D("1")


def test_no_success_and_no_linked_call_have_no_figure(books: Books) -> None:
    books.tokens("1.00", "output", 10)
    books.call(output_tokens=10, session_id="s", tags=TAGS)
    books.outcome("T", session_id="s", status="failure")
    cost = found(books)
    assert (cost.estimate, cost.of_month, cost.expected, cost.reason) == (None, None, None, "no success")


def test_successes_without_calls_have_no_figure(books: Books) -> None:
    for number in range(25):
        books.outcome(f"T{number}", session_id=f"s{number}")
    cost = found(books)
    assert (cost.estimate, cost.reason) == (None, "no billed call is linked")


def test_the_spread_of_sessions_by_hand(books: Books) -> None:
    # 20 tickets of 1.00 and 20 of 3.00: mean 2.00; influences -+1 over 80.00, squares summed 40 / 6400, times
    # n / (n - 1) = 40 / 39.
    books.tokens("80.00", "output", 800)
    sessions(books, 20)
    sessions(books, 20, tokens=30, first=20)
    cost = found(books)
    assert cost.expected_error == pytest.approx((40 / 6400 * 40 / 39) ** 0.5, abs=1e-12)
    assert cost.units == 40
    assert cost.expected is not None
    assert cost.expected.low < D("2") < cost.expected.high
    # About two standard errors on both sides.
    assert D("0.25") < cost.expected.high - cost.expected.low < D("1")


def test_sessions_that_cost_the_same_leave_no_doubt(books: Books) -> None:
    books.tokens("25.00", "output", 250)
    sessions(books, 25)
    cost = found(books)
    assert cost.expected == Interval(D("1"), D("1"))


def test_nearly_everything_may_be_lost(books: Books) -> None:
    # One token in 100,000 is logged: the estimate stands, and its interval says how little that is.
    books.tokens("100000.00", "output", 1_000_000)
    sessions(books, 4, tokens=2)
    books.call(output_tokens=2, tags=OF_B)
    cost = found(books)
    assert cost.estimate == D("20000")
    assert cost.of_month is not None
    # At most all of it: 100,000.00 less the call of b, over 4.
    assert D("0.2") <= cost.of_month.low < D("15000")
    assert D("20000") < cost.of_month.high <= D("24999.96")


def test_a_call_of_two_outcomes_counts_in_each_by_its_share(books: Books) -> None:
    # Two tickets of one session share its call; a third of the money has no log.
    books.tokens("6.00", "output", 60)
    books.call(output_tokens=20, session_id="s", tags=TAGS)
    books.outcome("T1", session_id="s")
    books.outcome("T2", session_id="s", resolved_at_utc=datetime(2026, 10, 7))
    books.call(output_tokens=20, tags=OF_B)
    books.attribute(config(A, B, outcomes=[replace(BY_SESSION, split="linear")]))
    (cost,) = unit_costs(books.ledger, OCTOBER)
    assert (cost.linked, cost.estimate, cost.units) == (D("2"), D("1.5"), 1)


def test_outcomes_of_one_session_are_one_unit(books: Books) -> None:
    books.tokens("2.00", "output", 20)
    sessions(books, 2)
    books.outcome("again", session_id="s0")
    assert found(books).units == 2


def test_reopened_and_failed_outcomes_cost_and_do_not_count(books: Books) -> None:
    books.tokens("4.00", "output", 40)
    sessions(books, 2)
    ends: list[dict[str, Any]] = [{"status": "failure"}, {"reopened_at_utc": date(2026, 10, 9)}]
    for number, columns in enumerate(ends):
        books.call(output_tokens=10, session_id=f"x{number}", tags=TAGS)
        books.outcome(f"X{number}", session_id=f"x{number}", **columns)
    cost = found(books)
    assert (cost.attempts, cost.successes, cost.attributed) == (4, 2, D("2"))


def test_the_same_ledger_has_the_same_intervals(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    sessions(books, 6)
    books.call(output_tokens=20, tags=OF_B)
    first = found(books)
    assert unit_costs(books.ledger, OCTOBER) == (first,)


# --- Against the truth ----------------------------------------------------------------------------


def test_with_complete_logs_the_figure_is_the_truth_to_the_digit(ledger: Ledger) -> None:
    truths = build(ledger, range(1, 4), Habits(sessions=60, lost_share=0))
    costs = {cost.workflow: cost for cost in unit_costs(ledger, OCTOBER)}
    assert len(truths) == 6
    for truth in truths:
        cost = costs[truth.workflow]
        assert (cost.linked, cost.successes) == (truth.cost, truth.successes)
        assert cost.attributed == cost.estimate == truth.cost_per_success
        assert cost.of_month == Interval(truth.cost_per_success, truth.cost_per_success)


@pytest.mark.parametrize("lost_by", ["call", "session"])
def test_how_logs_are_lost_is_seen(ledger: Ledger, lost_by: str) -> None:
    build(ledger, range(1, 3), Habits(sessions=80, lost_by=lost_by))
    assert {cost.is_lost_by_session for cost in unit_costs(ledger, OCTOBER)} == {lost_by == "session"}


@pytest.mark.slow
@pytest.mark.parametrize("lost_by", ["call", "session"])
def test_the_intervals_hold_the_truth(lost_by: str) -> None:
    """A small copy of benchmarks/interval_coverage.py: fewer than 52 of 60 come once in 300."""
    month, long_run = measure(60, Habits(sessions=80, lost_by=lost_by))
    assert 52 <= month.inside <= 60
    assert 52 <= long_run.inside <= 60
    assert month.width < long_run.width


def test_the_estimate_is_not_off_on_one_side(ledger: Ledger) -> None:
    """Over 40 worlds the estimate errs by less than three standard errors of its mean."""
    truths = build(ledger, range(1, 21), Habits(sessions=60))
    costs = {cost.workflow: cost for cost in unit_costs(ledger, OCTOBER)}
    errors = [
        float((costs[truth.workflow].estimate or Decimal(0)) / truth.cost_per_success) - 1 for truth in truths
    ]
    mean = sum(errors) / len(errors)
    spread = (sum((error - mean) ** 2 for error in errors) / len(errors)) ** 0.5
    assert abs(mean) < 3 * spread / len(errors) ** 0.5
    # What is logged alone is a fifth too low.
    logged = [float((costs[t.workflow].attributed or Decimal(0)) / t.cost_per_success) for t in truths]
    assert 0.75 < sum(logged) / len(logged) < 0.85


def test_the_expected_cost_of_the_generator_is_what_its_worlds_cost(ledger: Ledger, tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    habits = replace(Habits(sessions=400, lost_share=0), session_spread=0.2, call_spread=0.2)
    truths = build(ledger, range(1, 5), habits)
    mean = sum(float(truth.cost) for truth in truths) / sum(truth.successes for truth in truths)
    assert mean == pytest.approx(expected_cost_per_success(habits), rel=0.03)
