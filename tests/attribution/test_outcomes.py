"""Calls to outcomes and cost per outcome, worked out by hand."""

from __future__ import annotations

import json
from datetime import datetime

from finops_ai.attribution import stale_months
from finops_ai.config import Condition, OutcomeLink, Pool
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

A = rule(0, "a", tags__w="a")
BY_SESSION = OutcomeLink("ticket", "a", "session_id")
TAGS = '{"w": "a"}'


def linked(books: Books) -> list[tuple[str | None, str | None]]:
    """(kind, outcome) of each usage row in the order of the log."""
    return books.ledger.rows("SELECT outcome_kind, outcome_id FROM usage_attributed ORDER BY row_number")


def costs(books: Books) -> list[tuple[object, ...]]:
    """The rows of outcome_cost without month and currency."""
    return books.ledger.rows("SELECT * EXCLUDE (month, billing_currency) FROM outcome_cost ORDER BY ALL")


def test_failed_attempts_are_charged_to_the_successes(books: Books) -> None:
    # Five tickets at 1.00, three solved, one of these reopened: 5.00 / 2.
    books.tokens("5.00", "output", 50)
    for number, status in enumerate(["success", "success", "success", "failure", "escalated"]):
        books.call(output_tokens=10, session_id=f"s{number}", tags=TAGS)
        reopened = datetime(2026, 10, 9) if number == 2 else None
        books.outcome(f"T{number}", status=status, session_id=f"s{number}", reopened_at_utc=reopened)
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert costs(books) == [("ticket", "a", 5, 2, D("5.00"), 0, 0, 0, D("2.50"), D("2.50"), D("2.50"))]


def test_three_numbers_attributed_loaded_ceiling(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    books.call(output_tokens=60, session_id="s", tags=TAGS)  # linked: 6.00
    books.call(output_tokens=10, tags=TAGS)  # no outcome: 1.00
    books.call(output_tokens=20)  # unmapped: 2.00; 10 not logged: 1.00
    books.charge("5.00", service_name="gpu", provider="aws")
    books.outcome("T", session_id="s")
    pool = Pool("compute", (Condition("service_name", "gpu"),), "even")
    books.attribute(config(A, pools=[pool], outcomes=[BY_SESSION]))
    assert costs(books) == [
        ("ticket", "a", 1, 1, D("6.00"), D("1.00"), D("5.00"), D("3.00"), D("6.00"), D("12.00"), D("15.00"))
    ]


def test_without_success_there_is_spend_and_no_number(books: Books) -> None:
    books.tokens("5.00", "output", 50)
    books.call(output_tokens=50, session_id="s", tags=TAGS)
    books.outcome("T", session_id="s", status="failure")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert costs(books) == [("ticket", "a", 1, 0, D("5.00"), 0, 0, 0, None, None, None)]


def test_without_any_outcome_there_is_still_a_row(books: Books) -> None:
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert costs(books) == [("ticket", "a", 0, 0, 0, 0, 0, 0, None, None, None)]


def test_cost_per_success_is_rounded_toward_zero_at_the_last_digit(books: Books) -> None:
    books.tokens("2.00", "output", 3)
    for number in range(3):
        books.call(output_tokens=1, session_id=f"s{number}", tags=TAGS)
        books.outcome(f"T{number}", session_id=f"s{number}")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert costs(books)[0][8] == D("0.666666666666666")


def test_a_call_goes_to_the_earliest_outcome_at_or_after_it(books: Books) -> None:
    for day in (2, 6, 7, 20):
        books.call(session_id="s", tags=TAGS, at_utc=datetime(2026, 10, day))
    books.outcome("first", session_id="s", resolved_at_utc=datetime(2026, 10, 6))
    books.outcome("second", session_id="s", resolved_at_utc=datetime(2026, 10, 9))
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert [outcome for _, outcome in linked(books)] == ["first", "first", "second", "second"]


def test_ties_are_settled_by_outcome_id(books: Books) -> None:
    books.call(session_id="s", tags=TAGS)
    books.call(session_id="s", tags=TAGS, at_utc=datetime(2026, 10, 30))
    for name in ("T9", "T10", "T2"):
        books.outcome(name, session_id="s")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert [outcome for _, outcome in linked(books)] == ["T10", "T10"]


def test_an_outcome_of_another_month_takes_the_cost_in_the_month_of_the_call(books: Books) -> None:
    books.tokens("5.00", "output", 50)
    books.call(output_tokens=50, session_id="s", tags=TAGS, at_utc=datetime(2026, 10, 5))
    books.outcome("T", session_id="s", resolved_at_utc=datetime(2026, 11, 2))
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert linked(books) == [("ticket", "T")]
    assert costs(books) == [("ticket", "a", 0, 0, D("5.00"), 0, 0, 0, None, None, None)]
    books.attribute(config(A, outcomes=[BY_SESSION]), OCTOBER.plus(1))
    rows = books.ledger.rows("SELECT successes, linked_cost FROM outcome_cost ORDER BY month")
    assert rows == [(0, D("5.00")), (1, 0)]


def test_links_by_tag_and_request_compare_with_the_outcome_id(books: Books) -> None:
    books.call(tags='{"w": "a", "ticket.id": "T1"}')
    books.call(tags=TAGS, request_id="T2")
    books.call(tags='{"ticket.id": "T1"}')  # not of the workflow
    books.outcome("T1")
    books.outcome("T2", kind="claim")
    links = [OutcomeLink("ticket", "a", "tags.ticket.id"), OutcomeLink("claim", "a", "request_id")]
    books.attribute(config(A, outcomes=links))
    assert linked(books) == [("ticket", "T1"), ("claim", "T2"), (None, None)]


def test_two_kinds_of_one_workflow_never_cost_more_than_it(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    books.call(output_tokens=60, session_id="s", tags=TAGS)
    books.call(output_tokens=30, request_id="C", tags=TAGS)
    books.call(output_tokens=10, tags=TAGS)
    books.outcome("T", session_id="s")
    books.outcome("C", kind="claim")
    books.attribute(config(A, outcomes=[BY_SESSION, OutcomeLink("claim", "a", "request_id")]))
    rows = books.ledger.rows("SELECT kind, linked_cost, unlinked_cost FROM outcome_cost ORDER BY kind")
    assert rows == [
        ("claim", D("3.00"), D("0.333333333333333")),
        ("ticket", D("6.00"), D("0.666666666666667")),
    ]


def test_outcomes_keep_their_cost_where_a_bill_has_projects_and_the_log_has_none(books: Books) -> None:
    books.tokens("10.00", "output", 100, sub_account_id="p")
    books.tokens("20.00", "output", 100, sub_account_id="q")
    for number, tokens in enumerate((20, 80, 100)):
        books.call(output_tokens=tokens, session_id=f"s{number}", tags=TAGS)
        books.outcome(f"T{number}", session_id=f"s{number}")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    rows = books.ledger.rows(
        "SELECT outcome_id, sum(cost), sum(tokens) FROM allocation GROUP BY ALL ORDER BY ALL"
    )
    assert rows == [("T0", D("3.00"), 20), ("T1", D("12.00"), 80), ("T2", D("15.00"), 100)]
    rows = books.ledger.rows("SELECT sub_account_id, sum(cost) FROM allocation GROUP BY ALL ORDER BY ALL")
    assert rows == [("p", D("10.00")), ("q", D("20.00"))]


def test_a_kind_of_two_workflows_counts_where_the_outcome_says(books: Books) -> None:
    both = [BY_SESSION, OutcomeLink("ticket", "b", "session_id")]
    books.tokens("9.00", "output", 90)
    books.call(output_tokens=30, session_id="s1", tags=TAGS)
    books.call(output_tokens=60, session_id="s2", tags='{"w": "b"}')
    books.outcome("T1", session_id="s1", workflow_hint="a")
    books.outcome("T2", session_id="s2", workflow_hint="b")
    books.outcome("T3", session_id="s3", workflow_hint="b")
    books.attribute(config(A, rule(1, "b", tags__w="b"), outcomes=both))
    found = books.ledger.rows(
        "SELECT workflow, successes, attributed_cost_per_success FROM outcome_cost ORDER BY ALL"
    )
    assert found == [("a", 1, D("3.00")), ("b", 2, D("3.00"))]


def test_successes_without_a_linked_call_have_no_attributed_cost(books: Books) -> None:
    # The link finds no call, so what the ticket's own calls cost is unknown: not 0.00.
    books.tokens("5.00", "output", 50)
    books.call(output_tokens=50, tags=TAGS)
    books.outcome("T", session_id="s")
    books.attribute(config(A, outcomes=[BY_SESSION]))
    assert costs(books) == [("ticket", "a", 1, 1, 0, D("5.00"), 0, 0, None, D("5.00"), D("5.00"))]


def test_an_outcome_with_a_tag_of_the_links_name_is_found_by_it(books: Books) -> None:
    """A coding agent logs its branch; the pull request's outcome has that branch as a tag."""
    books.tokens("6.00", "output", 30)
    books.call(output_tokens=10, tags='{"w": "a", "git_branch": "feat/T-1"}')
    books.call(output_tokens=10, tags='{"w": "a", "git_branch": "feat/T-2"}')
    books.call(output_tokens=10, tags='{"w": "a", "git_branch": "acme/app#7"}')
    books.outcome("acme/app#5", tags='{"git_branch": "feat/T-1", "number": "5"}')
    books.outcome("acme/app#7", value=D("1.00"))
    by_branch = OutcomeLink("ticket", "a", "tags.git_branch")
    books.attribute(config(A, outcomes=[by_branch]))
    assert linked(books) == [("ticket", "acme/app#5"), (None, None), ("ticket", "acme/app#7")]


def test_a_month_whose_branch_is_merged_later_is_stale(books: Books) -> None:
    books.tokens("6.00", "output", 10)
    books.call(output_tokens=10, tags='{"w": "a", "git_branch": "feat/T-1"}')
    books.outcome("first")
    settings = config(A, outcomes=[OutcomeLink("ticket", "a", "tags.git_branch")])
    books.attribute(settings)
    assert stale_months(books.ledger, settings, "") == []
    merged = {"git_branch": "feat/T-1"}
    books.outcome("acme/app#5", file_id=9, resolved_at_utc=datetime(2026, 12, 1), tags=json.dumps(merged))
    assert stale_months(books.ledger, settings, "") == [OCTOBER]
