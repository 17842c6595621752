"""What outcomes are worth, each formula worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from finops_ai.config import Config, OutcomeLink, OutcomeValue, Value
from finops_ai.unit_cost import Return, Worth, month_return
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

A = rule(0, "a", tags__w="a")
B = rule(1, "b", tags__w="b")
TAGS, OF_B = '{"w": "a"}', '{"w": "b"}'


def stated(hourly: str | None = None, **of_ticket: str) -> Config:
    known = {name: D(text) for name, text in of_ticket.items()}
    value = Value(None if hourly is None else D(hourly), (OutcomeValue("ticket", **known),) if known else ())
    return replace(config(A, B, outcomes=[OutcomeLink("ticket", "a", "session_id")]), value=value)


def four_attempts(books: Books, **of_success: object) -> None:
    """Four attempts at 1.00 each, three of them good; 2.00 of workflow b stand beside them."""
    books.tokens("6.00", "output", 60)
    books.call(output_tokens=20, tags=OF_B)
    for number in range(4):
        books.call(output_tokens=10, session_id=f"s{number}", tags=TAGS)
        columns = of_success if number < 3 else {"status": "failure"}
        books.outcome(f"T{number}", session_id=f"s{number}", **columns)


def returned(books: Books, settings: Config) -> Return:
    books.attribute(settings)
    return month_return(books.ledger, settings, OCTOBER)


def only(books: Books, settings: Config) -> Worth:
    (worth,) = returned(books, settings).outcomes
    return worth


def test_benefit_cost_ratio_and_days(books: Books) -> None:
    four_attempts(books, value=D("5.00"), value_currency="USD")
    worth = only(books, stated())
    assert (worth.basis, worth.benefit, worth.counted) == ("value", D("15"), 3)
    assert (worth.cost, worth.full_cost, worth.review_cost) == (D("4"), D("4"), None)
    # Return (15 - 4) / 4, ratio 15 / 4, and 4 / (15 / 31) days.
    assert (worth.roi, worth.ratio, worth.payback_days) == (D("2.75"), D("3.75"), D("8.266666667"))
    assert (worth.human_per_case, worth.time_to_value_days) == (None, None)


def test_review_time_costs_on_every_attempt(books: Books) -> None:
    four_attempts(books, value=D("5.00"), value_currency="USD")
    worth = only(books, stated("60", review_minutes="1.5"))
    # 4 attempts x 1.5 minutes at 1.00 a minute.
    assert (worth.review_cost, worth.full_cost) == (D("6"), D("10"))
    assert worth.roi == D("0.5")


def test_beside_a_human(books: Books) -> None:
    four_attempts(books)
    worth = only(books, stated("60", human_minutes="12", review_minutes="2"))
    # Benefit: 3 x 12 minutes. AI first: (4 + 8) / 4, and a quarter of the cases takes the human as well.
    assert (worth.basis, worth.benefit, worth.human_per_case) == ("labour", D("36"), D("12"))
    assert (worth.success_rate, worth.cost_per_attempt) == (D("0.75"), D("3"))
    assert (worth.ai_first_per_case, worth.break_even_rate) == (D("6"), D("0.25"))
    # value / daily cost of the alternative: 36 / (3 x 12 / 31).
    assert worth.time_to_value_days == D("31")


def test_own_minutes_and_values_come_before_those_of_the_file(books: Books) -> None:
    four_attempts(books, human_minutes_saved=D("30"))
    assert only(books, stated("60", human_minutes="12")).benefit == D("90")


def test_a_stated_value_stands_for_labour_and_is_not_added_to_it(books: Books) -> None:
    four_attempts(books, value=D("5.00"), value_currency="USD", human_minutes_saved=D("30"))
    worth = only(books, stated("60"))
    assert (worth.basis, worth.benefit, worth.human_per_case) == ("value", D("15"), D("30"))


def test_a_default_value_fills_what_outcomes_leave_open(books: Books) -> None:
    four_attempts(books)
    books.outcome("T9", session_id="s9", value=D("100"), value_currency="USD")
    worth = only(books, stated(value="2"))
    assert (worth.benefit, worth.counted, worth.successes) == (D("106"), 4, 4)


def test_a_reopened_outcome_is_worth_nothing(books: Books) -> None:
    four_attempts(books, value=D("5.00"), value_currency="USD", reopened_at_utc=date(2026, 10, 9))
    worth = only(books, stated())
    assert (worth.basis, worth.benefit, worth.successes) == (None, None, 0)


def test_what_is_unknown_has_a_reason(books: Books) -> None:
    four_attempts(books, value=D("5.00"), value_currency="EUR")
    assert only(books, stated()).reason == "values are not in USD"


def test_nothing_stated_and_minutes_without_an_hour(books: Books) -> None:
    four_attempts(books)
    worth = only(books, stated())
    assert (worth.reason, worth.roi, worth.payback_days) == (
        "no value and no human minutes stated",
        None,
        None,
    )
    assert only(books, stated(human_minutes="5")).reason == "human minutes, but no hourly_cost"
    unvalued = only(books, stated(value="5", review_minutes="2"))
    assert (unvalued.benefit, unvalued.full_cost, unvalued.roi) == (D("15"), None, None)


def test_coverage_is_of_all_that_is_billed(books: Books) -> None:
    four_attempts(books, value=D("5.00"), value_currency="USD")
    books.charge("2.00", charge_category="Tax")
    (coverage,) = returned(books, stated()).coverage
    assert (coverage.billed, coverage.with_outcome, coverage.with_value) == (D("8"), D("4"), D("4"))
    assert (coverage.outcome_share, coverage.value_share) == (D("0.5"), D("0.5"))
    assert coverage.without == (("b", D("2")),)


def test_coverage_without_any_value(books: Books) -> None:
    four_attempts(books)
    (coverage,) = returned(books, stated()).coverage
    assert (coverage.outcome_share, coverage.value_share) == (D("0.666666667"), D("0"))


MONEY = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10**6), places=2)


@given(cost=MONEY, benefit=MONEY, human=MONEY, attempts=st.integers(1, 10**6), share=st.floats(0, 1))
def test_the_figures_agree_with_each_other(
    cost: Decimal, benefit: Decimal, human: Decimal, attempts: int, share: float
) -> None:
    successes = int(attempts * share)
    worth = Worth(
        *("ticket", "a", "USD", attempts, successes, cost, False, None, "value", benefit, successes),
        human_per_case=human,
        reason=None,
        days=31,
    )
    assert worth.roi is not None
    assert worth.ratio is not None
    assert abs(worth.roi - (worth.ratio - 1)) <= D("0.000000001")
    # AI first is cheaper than the human exactly where its success rate is above the break-even rate.
    assert worth.ai_first_per_case is not None
    assert worth.break_even_rate is not None
    rate = Decimal(successes) / attempts
    if abs(rate - worth.break_even_rate) > D("0.0001"):
        assert (worth.ai_first_per_case < human) == (rate > worth.break_even_rate)
