"""The held-out check and its verdicts, on months where the answer is plain."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finops_ai.config import OutcomeLink
from finops_ai.unit_cost import SPLITS, Check, verify
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

A = rule(0, "a", tags__w="a")
B = rule(1, "b", tags__w="b")
BY_SESSION = OutcomeLink("ticket", "a", "session_id")
TAGS, OF_B = '{"w": "a"}', '{"w": "b"}'
FIFTH = Decimal("0.2")


def tickets(books: Books, count: int, *, tokens: int = 10, first: int = 0, with_calls: bool = True) -> None:
    for number in range(first, first + count):
        if with_calls:
            books.call(output_tokens=tokens, session_id=f"s{number}", tags=TAGS)
        books.outcome(f"T{number}", session_id=f"s{number}")


def checks(books: Books, within: Decimal = FIFTH) -> tuple[Check, ...]:
    books.attribute(config(A, B, outcomes=[BY_SESSION]))
    return verify(books.ledger, OCTOBER, within)


def test_sessions_of_one_price_are_known(books: Books) -> None:
    books.tokens("40.00", "output", 400)
    tickets(books, 40)
    (check,) = checks(books)
    assert (check.verdict, check.half_width, check.spend) == ("yes", 0.0, D("40"))
    assert check.reason == "known within 0%; held out: 20 of 20 within 20%"
    held = check.held_out
    assert held is not None
    assert (held.estimate, held.actual, held.error, held.is_hit) == (D("1"), D("1"), 0.0, True)
    assert (held.hits, held.covered) == (SPLITS, SPLITS)
    assert held.kept_successes + held.held_successes == 40


def test_nineteen_successes_are_not_enough(books: Books) -> None:
    books.tokens("19.00", "output", 190)
    tickets(books, 19)
    (check,) = checks(books)
    assert (check.verdict, check.reason) == ("not enough data", "19 successes, 20 are needed")
    assert check.held_out is None


def test_no_success_is_not_enough(books: Books) -> None:
    books.tokens("1.00", "output", 10)
    books.call(output_tokens=10, session_id="s", tags=TAGS)
    books.outcome("T", session_id="s", status="failure")
    (check,) = checks(books)
    assert (check.verdict, check.reason) == ("not enough data", "no success in 1 attempts")


def test_a_workflow_without_outcomes_or_links_is_named(books: Books) -> None:
    books.tokens("3.00", "output", 30)
    books.call(output_tokens=20, tags=TAGS)
    books.call(output_tokens=10, tags=OF_B)
    books.outcome("T")
    of_a, of_b = checks(books)
    assert (of_a.verdict, of_a.reason) == ("not enough data", "no billed call is linked to an outcome")
    assert (of_b.workflow, of_b.kind, of_b.spend) == ("b", None, D("1"))
    assert of_b.reason == "no outcome kind names it"


def test_calls_without_outcome_can_hide_a_fifth(books: Books) -> None:
    books.tokens("40.00", "output", 400)
    tickets(books, 30)
    books.call(output_tokens=100, tags=TAGS)
    (check,) = checks(books)
    # 10.00 of 40.00 is linked to nothing: a success may cost a third more.
    assert (check.verdict, check.reason) == ("no", "25% of its direct cost is linked to no outcome")
    assert checks(books, Decimal("0.35"))[0].verdict == "yes"


def test_outcomes_without_calls_look_too_cheap(books: Books) -> None:
    books.tokens("30.00", "output", 300)
    tickets(books, 30)
    tickets(books, 10, first=30, with_calls=False)
    (check,) = checks(books)
    assert check.verdict == "no"
    assert check.reason == "25% of its outcomes have no call linked, so a success looks too cheap"


def test_sessions_unlike_each_other_need_more_of_them(books: Books) -> None:
    # 2 of 24 tickets cost 100 times the others.
    books.tokens("222.00", "output", 2220)
    tickets(books, 22)
    tickets(books, 2, tokens=1000, first=22)
    (check,) = checks(books)
    assert check.verdict == "no"
    assert check.half_width is not None
    assert check.half_width > 0.2
    assert "sessions cost too unlike each other for 24 successes" in check.reason
    needed = round(24 * (check.half_width / 0.2) ** 2)
    assert check.advice == f"About {needed:,d} successes would do."


def test_lost_logs_are_named_with_their_place(books: Books) -> None:
    # a and b share a key, three quarters of the logs are lost.
    books.tokens("240.00", "output", 2400, sub_account_id="p1")
    for number in range(30):
        books.call(output_tokens=10, session_id=f"s{number}", tags=TAGS, project_id="p1")
        books.call(output_tokens=10, tags=OF_B, project_id="p1")
        books.outcome(f"T{number}", session_id=f"s{number}")
    of_a, _ = checks(books)
    assert of_a.verdict == "no"
    assert "75% of its cost is billed without a log" in of_a.reason
    assert of_a.advice == "Ingest the missing logs, most of openai p1 m."


@pytest.mark.parametrize("within", ["0.01", "0.2", "1"])
def test_a_wider_limit_never_makes_a_known_cost_unknown(books: Books, within: str) -> None:
    books.tokens("60.00", "output", 600)
    tickets(books, 20)
    tickets(books, 20, tokens=20, first=20)
    (check,) = checks(books, Decimal(within))
    assert check.verdict == {"0.01": "no", "0.2": "yes", "1": "yes"}[within]


def test_the_same_ledger_is_divided_the_same_way(books: Books) -> None:
    books.tokens("60.00", "output", 600)
    tickets(books, 20)
    tickets(books, 20, tokens=20, first=20)
    first = checks(books)
    assert verify(books.ledger, OCTOBER, FIFTH) == first
