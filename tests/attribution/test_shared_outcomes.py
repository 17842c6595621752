"""Which outcomes a call was made for, link by link, and how a call of several is divided: by hand."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from finops_ai.attribution import links, stale_months
from finops_ai.attribution.month import DERIVED_TABLES
from finops_ai.config import LinkWindow, OutcomeLink
from finops_ai.ledger import Ledger
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

A = rule(0, "a", tags__w="a")
NOON = datetime(2026, 10, 5, 12)


def tags(**own: str) -> str:
    """The tags of a call of workflow `a`."""
    return json.dumps({"w": "a", **own})


def shares(books: Books) -> list[tuple[str, Decimal, str]]:
    """(outcome, share, link) of every call in the order of the log."""
    return books.ledger.rows(
        "SELECT outcome_id, share, link FROM outcome_call ORDER BY row_number, outcome_kind, outcome_id"
    )


def spent(books: Books) -> dict[str, Decimal]:
    """What the allocation says that each outcome cost."""
    rows = books.ledger.rows("SELECT outcome_id, sum(cost) FROM allocation GROUP BY ALL ORDER BY ALL")
    return dict(rows)


def one_call_of(books: Books, hours: list[int], split: str | None, half_life_hours: int = 168) -> None:
    """One call of 1.00 and 101 tokens in session s; its tickets T0, T1, ... resolved so many hours later."""
    books.tokens("1.00", "output", 101)
    books.call(output_tokens=101, session_id="s", tags=tags())
    for number, after in enumerate(hours):
        books.outcome(f"T{number}", session_id="s", resolved_at_utc=NOON + timedelta(hours=after))
    books.attribute(
        config(
            A,
            outcomes=[OutcomeLink("ticket", "a", "session_id", split=split, half_life_hours=half_life_hours)],
        )
    )


@pytest.mark.parametrize(
    ("split", "hours", "expected"),
    [
        (None, [1, 2, 3], {"T0": "1"}),
        ("first", [1, 2, 3], {"T0": "1"}),
        ("last", [1, 2, 3], {"T2": "1"}),
        ("linear", [1, 2, 3, 4], {"T0": "0.25", "T1": "0.25", "T2": "0.25", "T3": "0.25"}),
        # Thirds do not end: the last digit is the earliest outcome's.
        (
            "linear",
            [1, 2, 3],
            {"T0": "0.333333333333334", "T1": "0.333333333333333", "T2": "0.333333333333333"},
        ),
        ("position", [1], {"T0": "1"}),
        ("position", [1, 2], {"T0": "0.5", "T1": "0.5"}),
        ("position", [1, 2, 3], {"T0": "0.4", "T1": "0.2", "T2": "0.4"}),
        ("position", [1, 2, 3, 4], {"T0": "0.4", "T1": "0.1", "T2": "0.1", "T3": "0.4"}),
        # Half-life 24 h: a day later weighs half as much: 4 : 2 : 1. Cut to 15 places, 2e-15 is left over.
        (
            "time_decay",
            [0, 24, 48],
            {"T0": "0.571428571428573", "T1": "0.285714285714285", "T2": "0.142857142857142"},
        ),
        # Nobody has a call of its own, so all are alike.
        ("token_weighted", [1, 2], {"T0": "0.5", "T1": "0.5"}),
    ],
)
def test_methods(books: Books, split: str | None, hours: list[int], expected: dict[str, str]) -> None:
    one_call_of(books, hours, split, half_life_hours=24)
    assert {outcome: share for outcome, share, _ in shares(books)} == {
        outcome: D(share) for outcome, share in expected.items()
    }
    assert sum(spent(books).values()) == D("1.00")
    assert {outcome: D(share) for outcome, share in expected.items()} == spent(books)
    assert books.ledger.value("SELECT sum(tokens) FROM allocation") == 101
    assert books.ledger.value("SELECT sum(calls) FROM outcome_usage") == 1


def test_token_weighted_follows_the_calls_that_are_one_outcomes_alone(books: Books) -> None:
    # T1 has a call of 300 tokens of its own, T2 one of 100: the shared call of 1.00 goes 3 : 1.
    books.tokens("5.00", "output", 500)
    books.call(output_tokens=300, session_id="s1", tags=tags())
    books.call(output_tokens=100, session_id="s2", tags=tags())
    books.call(output_tokens=100, trace_id="both", tags=tags())
    for name, session in (("T1", "s1"), ("T2", "s2")):
        books.outcome(name, session_id=session, trace_id="both")
    link = OutcomeLink("ticket", "a", "session_id", ("trace_id",), split="token_weighted")
    books.attribute(config(A, outcomes=[link]))
    assert spent(books) == {"T1": D("3.75"), "T2": D("1.25")}
    assert shares(books) == [
        ("T1", D(1), "session_id"),
        ("T2", D(1), "session_id"),
        ("T1", D("0.75"), "trace_id"),
        ("T2", D("0.25"), "trace_id"),
    ]


def test_outcomes_that_were_resolved_before_the_call_have_no_part_in_it(books: Books) -> None:
    books.tokens("3.00", "output", 30, day=None)
    for day in (1, 7, 9):
        books.call(output_tokens=10, session_id="s", tags=tags(), at_utc=datetime(2026, 10, day))
    for day in (6, 8):
        books.outcome(f"T{day}", session_id="s", resolved_at_utc=datetime(2026, 10, day))
    books.attribute(config(A, outcomes=[OutcomeLink("ticket", "a", "session_id", split="linear")]))
    # The call after both is the later one's, as it always was.
    assert [(outcome, share) for outcome, share, _ in shares(books)] == [
        ("T6", D("0.5")),
        ("T8", D("0.5")),
        ("T8", D(1)),
        ("T8", D(1)),
    ]
    assert spent(books) == {"T6": D("0.50"), "T8": D("2.50")}


def test_outcomes_of_several_kinds_share_a_call_where_a_split_is_stated(books: Books) -> None:
    books.tokens("6.00", "output", 60)
    books.call(output_tokens=30, session_id="s", trace_id="t", tags=tags())
    books.call(output_tokens=30, session_id="s", tags=tags())
    books.outcome("T", session_id="s")
    books.outcome("C", kind="claim", trace_id="t")
    links = [
        OutcomeLink("ticket", "a", "session_id", split="linear"),
        OutcomeLink("claim", "a", "trace_id", split="linear"),
    ]
    books.attribute(config(A, outcomes=links))
    assert spent(books) == {"C": D("1.50"), "T": D("4.50")}
    rows = books.ledger.rows("SELECT kind, linked_cost FROM outcome_cost ORDER BY kind")
    assert rows == [("claim", D("1.50")), ("ticket", D("4.50"))]
    # Without a split the kind that stands first takes the call.
    books.attribute(config(A, outcomes=[OutcomeLink("ticket", "a", "session_id"), links[1]]), OCTOBER.plus(1))
    first = [OutcomeLink("ticket", "a", "session_id"), OutcomeLink("claim", "a", "trace_id")]
    books.attribute(config(A, outcomes=first))
    assert spent(books) == {"T": D("6.00")}


@pytest.mark.parametrize(("split", "expected"), [("first", {"C": D(2)}), ("last", {"T": D(2)})])
def test_first_and_last_are_those_of_all_kinds(
    books: Books, split: str, expected: dict[str, Decimal]
) -> None:
    books.tokens("2.00", "output", 20)
    books.call(output_tokens=20, session_id="s", tags=tags())
    for name, kind, hour in (("T", "ticket", 8), ("C", "claim", 4)):
        books.outcome(name, kind=kind, session_id="s", resolved_at_utc=NOON + timedelta(hours=hour))
    kinds = [OutcomeLink(kind, "a", "session_id", split=split) for kind in ("ticket", "claim")]
    books.attribute(config(A, outcomes=kinds))
    assert spent(books) == expected
    assert [(outcome, share) for outcome, share, _ in shares(books)] == [(*expected, D(1))]


def test_links_are_tried_in_their_order_and_the_result_names_the_one_that_found(books: Books) -> None:
    books.call(session_id="s1", tags=tags(ticket_id="T1"))  # names both: the better key wins
    books.call(session_id="s2", tags=tags())
    books.call(user_id="u", tags=tags())
    books.call(user_id="v", tags=tags())
    books.outcome("T1", session_id="s9")
    books.outcome("T2", session_id="s2")
    books.outcome("T3", tags='{"user_id": "u"}')
    books.outcome("T4", session_id="s1")
    window = LinkWindow(24, ("user_id",))
    link = OutcomeLink("ticket", "a", "tags.ticket_id", ("session_id", window))
    books.attribute(config(A, outcomes=[link]))
    assert shares(books) == [
        ("T1", D(1), "tags.ticket_id"),
        ("T2", D(1), "session_id"),
        ("T3", D(1), "window 24h same user_id"),
    ]


def test_a_ledger_of_many_outcomes_gives_the_same_links(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        books.call(session_id=f"s{number}", tags=tags(ticket_id=f"T{number + 1}"))
        books.outcome(f"T{number}", session_id=f"s{number}", resolved_at_utc=datetime(2026, 10 - number, 6))
    said = config(A, outcomes=[OutcomeLink("ticket", "a", "tags.ticket_id", ("session_id",))])
    books.attribute(said)
    few = shares(books)
    monkeypatch.setattr(links, "_OUTCOMES_MANY", -1)
    books.attribute(said)
    assert shares(books) == few
    assert [outcome for outcome, _, _ in few] == ["T1", "T2", "T3", "T3"]


def test_a_window_takes_the_hours_before_the_outcome_and_not_those_after(books: Books) -> None:
    for minutes in (-24 * 60 - 1, -24 * 60, 0, 1):
        books.call(tags=tags(), at_utc=datetime(2026, 10, 6) + timedelta(minutes=minutes))
    books.call(at_utc=datetime(2026, 10, 6))  # not of the workflow
    books.outcome("T")
    books.attribute(config(A, outcomes=[OutcomeLink("ticket", "a", LinkWindow(24))]))
    assert books.ledger.rows("SELECT row_number, outcome_id FROM outcome_call ORDER BY ALL") == [
        (2, "T"),
        (3, "T"),
    ]


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        (None, [("T1", 1), ("T2", 1), ("T3", 1)]),
        ("first", [("T1", 1), ("T2", 1), ("T3", 1)]),
        ("last", [("T2", 1), ("T3", 1), ("T3", 1)]),
        ("linear", [("T1", "0.5"), ("T2", "0.5"), ("T2", "0.5"), ("T3", "0.5"), ("T3", 1)]),
    ],
)
def test_windows_that_overlap(books: Books, split: str | None, expected: list[tuple[str, str]]) -> None:
    # Windows of 10 hours before 20:00, 24:00 and 32:00; calls at 15:00, 23:00 and 25:00.
    for hour in (3, 11, 13):
        books.call(tags=tags(), user_id="u", at_utc=NOON + timedelta(hours=hour))
    for number, hour in enumerate((8, 12, 20), start=1):
        at_utc = NOON + timedelta(hours=hour)
        books.outcome(f"T{number}", resolved_at_utc=at_utc, tags='{"user_id": "u"}')
    link = OutcomeLink("ticket", "a", LinkWindow(10, ("user_id",)), split=split)
    books.attribute(config(A, outcomes=[link]))
    assert [(outcome, share) for outcome, share, _ in shares(books)] == [(o, D(s)) for o, s in expected]


def test_an_outcome_that_carries_an_id_of_its_own_takes_nothing_by_time(books: Books) -> None:
    books.call(tags=tags())
    books.outcome("T1", session_id="not logged")
    books.outcome("T2", tags='{"git_branch": "fix"}')
    links = [OutcomeLink("ticket", "a", "session_id", ("branch", LinkWindow(24)))]
    books.attribute(config(A, outcomes=links))
    assert shares(books) == []


def test_a_window_looks_in_the_workflow_that_the_outcome_names(books: Books) -> None:
    books.call(tags=tags())
    books.call(tags='{"w": "b"}')
    books.outcome("T", workflow_hint="b")
    links = [OutcomeLink("ticket", name, LinkWindow(24)) for name in ("a", "b")]
    books.attribute(config(A, rule(1, "b", tags__w="b"), outcomes=links))
    assert books.ledger.rows("SELECT row_number, workflow FROM outcome_call") == [(2, "b")]


def test_a_branch_is_compared_with_the_pull_requests_branch_and_nothing_else(books: Books) -> None:
    books.call(tags=tags(git_branch="feat/T-1"))
    books.call(tags=tags(git_branch="acme/app#7"))
    books.outcome("acme/app#5", tags='{"git_branch": "feat/T-1"}')
    books.outcome("acme/app#7")
    books.attribute(config(A, outcomes=[OutcomeLink("ticket", "a", "branch")]))
    assert shares(books) == [("acme/app#5", D(1), "branch")]


def test_a_call_of_the_last_hours_before_an_outcome_of_the_next_month(books: Books) -> None:
    settings = config(A, outcomes=[OutcomeLink("ticket", "a", LinkWindow(24))])
    books.tokens("1.00", "output", 10, day=None)
    books.call(output_tokens=10, tags=tags(), at_utc=datetime(2026, 10, 31, 23))
    books.attribute(settings)
    assert shares(books) == []
    books.outcome("T", resolved_at_utc=datetime(2026, 11, 1, 2), file_id=9)
    assert stale_months(books.ledger, settings, "") == [OCTOBER]
    books.attribute(settings)
    assert spent(books) == {"T": D("1.00")}


def test_a_shared_call_that_no_bill_holds_costs_nothing_and_counts(books: Books) -> None:
    one_call_of(books, [1, 2], "linear")
    books.ledger.execute("DELETE FROM charge")
    books.attribute(config(A, outcomes=[OutcomeLink("ticket", "a", "session_id", split="linear")]))
    assert books.ledger.rows("FROM outcome_spend") == []
    assert books.ledger.rows("SELECT outcome_id, calls FROM outcome_usage ORDER BY ALL") == [
        ("T0", D("0.5")),
        ("T1", D("0.5")),
    ]


SPLITS = st.sampled_from([None, "first", "last", "linear", "position", "time_decay", "token_weighted"])
CALLS = st.lists(
    st.tuples(
        st.integers(0, 47),
        st.integers(1, 400),
        st.sampled_from(["s1", "s2", None]),
        st.sampled_from(["t1", "t2", None]),
    ),
    min_size=1,
    max_size=8,
)
OUTCOMES = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from(["ticket", "claim"]),
        st.sampled_from(["s1", "s2", None]),
        st.sampled_from(["t1", "t2", None]),
    ),
    max_size=7,
)


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(split=SPLITS, calls=CALLS, outcomes=OUTCOMES, cents=st.integers(1, 10**6))
# By its weights one of two outcomes takes the whole call.
@example(
    split="token_weighted",
    calls=[
        *[(30, 90, None, "t2"), (33, 9, "s1", "t2"), (3, 112, None, "t1"), (27, 124, "s2", "t2")],
        *[(44, 193, "s2", "t1"), (38, 394, "s1", "t1"), (37, 400, None, None), (21, 400, "s2", None)],
    ],
    outcomes=[
        *[(37, "claim", "s2", "t2"), (60, "ticket", "s2", None), (36, "ticket", "s1", None)],
        *[(46, "ticket", None, None), (12, "ticket", None, "t1")],
        *[(48, "claim", "s2", "t2"), (55, "ticket", "s2", "t2")],
    ],
    cents=2569,
)
def test_whatever_is_shared_the_money_is_whole(
    ledger: Ledger,
    split: str | None,
    calls: list[tuple[int, int, str | None, str | None]],
    outcomes: list[tuple[int, str, str | None, str | None]],
    cents: int,
) -> None:
    """Every share and amount adds up to the last digit; the attribution's own checks run as well."""
    for table in ("charge", "token_usage", "priced_usage", "outcome", *DERIVED_TABLES):
        ledger.execute(f"DELETE FROM {table}")
    books = Books(ledger)
    books.tokens(str(D(cents) / 100), "output", sum(tokens for _, tokens, _, _ in calls))
    for hour, tokens, session, trace in calls:
        at_utc = datetime(2026, 10, 5) + timedelta(hours=hour)
        books.call(output_tokens=tokens, session_id=session, trace_id=trace, tags=tags(), at_utc=at_utc)
    for number, (hour, kind, session, trace) in enumerate(outcomes):
        at_utc = datetime(2026, 10, 5) + timedelta(hours=hour)
        books.outcome(f"T{number}", kind=kind, session_id=session, trace_id=trace, resolved_at_utc=at_utc)
    window = LinkWindow(6, ("session_id",))
    links = [
        OutcomeLink("ticket", "a", "session_id", ("trace_id",), split=split, half_life_hours=5),
        OutcomeLink("claim", "a", "trace_id", (window,), split=split, half_life_hours=5),
    ]
    books.attribute(config(A, outcomes=links))
    first = {table: ledger.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in DERIVED_TABLES}
    books.attribute(config(A, outcomes=links))
    assert {table: ledger.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in DERIVED_TABLES} == first

    assert ledger.value("SELECT sum(cost) FROM allocation") == D(cents) / 100
    per_call = ledger.rows("SELECT sum(share) FROM outcome_call GROUP BY file_id, row_number")
    assert all(total == 1 for (total,) in per_call)
    assert ledger.value("SELECT coalesce(sum(calls), 0) FROM outcome_usage") == len(per_call)
    logged = sum(tokens for _, tokens, _, _ in calls)
    assert ledger.value("SELECT sum(tokens) FROM allocation") == logged
    linked = ledger.value("SELECT coalesce(sum(linked_cost), 0) FROM outcome_cost")
    assert ledger.value("SELECT coalesce(sum(cost), 0) FROM outcome_spend") == linked
