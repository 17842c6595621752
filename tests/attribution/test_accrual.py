"""Accruals: what is logged and not billed, at price times the measured rate; the bill trues it up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_ai.attribution.accrual import Accrual, accrue_month, month_accrual, reverse_month
from finops_ai.config import Config
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule
from tests.attribution.test_conservation import clear

AT = datetime(2026, 11, 3)
A = rule(0, "a", tags__w="a")
SAID = config(A)
OF_A = '{"w": "a"}'
LAST = date(2026, 10, 31)
MIDDLE = date(2026, 10, 20)


def called(books: Books, day: int, tokens: int, price: str | None, **columns: Any) -> None:
    """Output tokens of workflow a at noon of a day of October, for `price` in all (None: no price)."""
    at_utc = datetime(2026, 10, day, 12)
    columns = {"at_utc": at_utc, "tags": OF_A, "output_tokens": tokens, **columns}
    books.call(list_cost={} if price is None else {"output": price}, **columns)


def billed(books: Books, day: int, tokens: int | None, cost: str, **columns: Any) -> None:
    books.tokens(cost, "output", tokens, day=date(2026, 10, day), **columns)


def accrue(books: Books, as_of: date = LAST, said: Config = SAID, *months: Month) -> Accrual:
    """Attribute October and the months before it that are named, book its accrual, and read it."""
    for month in (*months, OCTOBER):
        books.attribute(said, month)
    with books.ledger.transaction(writes="none"):
        accrue_month(books.ledger, OCTOBER, as_of, recorded_at_utc=AT)
    return month_accrual(books.ledger, OCTOBER)


def amounts(found: Accrual) -> list[tuple[Any, ...]]:
    return [(each.model, each.workflow, each.price_cost, each.accrued_cost) for each in found.accrued]


def true_ups(found: Accrual) -> list[tuple[Any, ...]]:
    return [(each.workflow, each.accrued_cost, each.billed_cost, each.true_up) for each in found.true_ups]


def test_unbilled_days_are_accrued_at_the_rate_of_the_billed_ones(books: Books) -> None:
    # 100 tokens cost 1.00 at list; the bill takes 93% of it, and knows 50 tokens that no log has.
    called(books, 5, 100, "1.00")
    billed(books, 5, 150, "1.395")
    called(books, 6, 40, "0.40")
    called(books, 21, 60, "0.60")
    found = accrue(books)
    assert amounts(found) == [("m", "a", D("1.00"), D("0.93"))]
    (line,) = found.accrued
    assert (line.provider, line.account, line.currency) == ("openai", "acme", "USD")
    assert (line.first_day, line.last_day, line.calls, line.tokens) == (
        *(date(2026, 10, 6), date(2026, 10, 21), 2, 100),
    )
    (rate,) = found.rates
    assert (rate.rate, rate.rate_sample_days, rate.rate_sample_cost, rate.price_basis) == (
        *(D("0.93"), 1, D("1"), "list"),
    )
    assert rate.rate_basis == "billed for the same tokens from 2026-10-05 to 2026-10-05"
    assert books.ledger.rows("SELECT label, accrued_cost FROM accrual_month") == [("accrued", D("0.93"))]


def test_where_a_contract_rate_holds_days_are_accrued_and_measured_at_it(books: Books) -> None:
    # The bill takes what was agreed: the contract's 7% are in the price, and not once more in the rate.
    called(books, 5, 100, "1.00")
    billed(books, 5, 100, "0.93")
    called(books, 6, 40, "0.40")
    books.ledger.execute(
        "UPDATE priced_usage SET contract_name = 'deal', contract_currency = 'USD', "
        "contract_cost = (list_cost * 0.93)::DECIMAL(38,15)"
    )
    found = accrue(books)
    assert amounts(found) == [("m", "a", D("0.372"), D("0.372"))]
    (rate,) = found.rates
    assert (rate.rate, rate.rate_sample_cost, rate.price_basis) == (D(1), D("0.93"), "contract")


def test_the_rate_is_measured_per_model_then_per_provider_then_it_is_one(books: Books) -> None:
    called(books, 5, 100, "1.00")
    billed(books, 5, 100, "0.50")
    called(books, 6, 100, "1.00")
    called(books, 6, 100, "1.00", model_name="n", model_id="n")
    called(books, 6, 100, "1.00", provider="anthropic")
    found = accrue(books)
    assert {(each.provider, each.model): each.accrued_cost for each in found.accrued} == {
        ("openai", "m"): D("0.50"),
        ("openai", "n"): D("0.50"),
        ("anthropic", "m"): D("1.00"),
    }
    assert {(each.provider, each.model): each.rate_basis for each in found.rates} == {
        ("openai", "m"): "billed for the same tokens from 2026-10-05 to 2026-10-05",
        ("openai", "n"): "all models of openai: billed for the same tokens from 2026-10-05 to 2026-10-05",
        ("anthropic", "m"): "nothing measured",
    }


@pytest.mark.parametrize(("cost", "rate"), [("0.80", "0.8"), ("9.00", "1")])
def test_a_bill_without_quantities_can_only_show_a_lower_rate(books: Books, cost: str, rate: str) -> None:
    """What it bills beyond the price is usage that no log has, as in matching: no rate."""
    called(books, 5, 100, "1.00")
    billed(books, 5, None, cost)
    called(books, 6, 100, "1.00")
    found = accrue(books)
    assert amounts(found) == [("m", "a", D("1.00"), D(rate))]
    assert found.rates[0].rate_basis.startswith("billed in all, the price at most, from 2026-10-05")


def test_the_months_before_are_measured_too(books: Books) -> None:
    september = Month(2026, 9)
    start, end = datetime(2026, 9, 1), datetime(2026, 10, 1)
    books.call(at_utc=datetime(2026, 9, 5), output_tokens=100, tags=OF_A, list_cost={"output": "3.00"})
    span = {"billing_period_start_utc": start, "billing_period_end_utc": end}
    books.tokens("1.00", "output", 100, day=date(2026, 9, 5), **span)
    called(books, 6, 100, "3.00")
    found = accrue(books, LAST, SAID, september)
    assert found.rates[0].rate == D("0.333333333")
    assert amounts(found) == [("m", "a", D("3.00"), D("0.999999999"))]


def test_usage_without_a_price_is_named_with_its_tokens_and_has_no_amount(books: Books) -> None:
    called(books, 6, 100, None)
    called(books, 6, 60, "0.60")
    found = accrue(books)
    assert amounts(found) == [("m", "a", D("0.60"), D("0.60"))]
    assert [(each.reason, each.calls, each.tokens) for each in found.unpriced] == [("unknown_model", 1, 100)]
    assert books.ledger.value("SELECT unpriced_tokens FROM accrual_month WHERE currency IS NULL") == 100


def test_usage_without_a_workflow_and_answers_of_a_cache_keep_apart(books: Books) -> None:
    called(books, 6, 100, "1.00", tags=None)
    called(books, 6, 100, "1.00", status="cache_hit")
    assert amounts(accrue(books)) == [("m", None, D("1.00"), D("1.00"))]


def test_once_more_changes_nothing_and_a_later_day_adds_its_own(books: Books) -> None:
    called(books, 6, 100, "1.00")
    called(books, 21, 100, "1.00")
    assert amounts(accrue(books, MIDDLE)) == [("m", "a", D("1.00"), D("1.00"))]
    with books.ledger.transaction(writes="none"):
        assert not accrue_month(books.ledger, OCTOBER, MIDDLE, recorded_at_utc=datetime(2026, 12, 1))
    assert amounts(accrue(books, LAST)) == [("m", "a", D("2.00"), D("2.00"))]
    assert amounts(accrue(books, MIDDLE)) == [("m", "a", D("1.00"), D("1.00"))]
    with books.ledger.transaction(writes="none"):
        assert reverse_month(books.ledger, OCTOBER) == 1
    assert month_accrual(books.ledger, OCTOBER) == Accrual(OCTOBER, (), (), (), ())


def test_the_bill_trues_up_what_it_covers_and_the_rest_stays_accrued(books: Books) -> None:
    called(books, 6, 100, "1.00")
    called(books, 7, 100, "2.00")
    called(books, 8, 100, "4.00")
    assert amounts(accrue(books)) == [("m", "a", D("7.00"), D("7.00"))]
    billed(books, 6, 100, "1.10")
    billed(books, 7, 150, "3.00")
    found = accrue(books)
    # Day 8 is accrued again, with the rate that days 6 and 7 show: 1.10 + 2.00 of 3.00.
    assert amounts(found) == [("m", "a", D("4.00"), D("4.133333332"))]
    assert true_ups(found) == [(None, 0, D("1.00"), D("1.00")), ("a", D("3.00"), D("3.10"), D("0.10"))]
    billed(books, 8, 100, "4.00")
    found = accrue(books)
    assert amounts(found) == []
    assert true_ups(found) == [
        (None, 0, D("1.00"), D("1.00")),
        ("a", D("7.133333332"), D("7.10"), D("-0.033333332")),
    ]
    with books.ledger.transaction(writes="none"):
        assert not accrue_month(books.ledger, OCTOBER, LAST, recorded_at_utc=AT)


def test_a_month_that_is_billed_accrues_nothing(books: Books) -> None:
    called(books, 6, 100, "1.00")
    called(books, 30, 100, "1.00")
    books.tokens("1.50", "output", 200, day=None)
    assert accrue(books) == Accrual(OCTOBER, (), (), (), ())


def test_a_bill_without_days_is_compared_as_a_whole_month(books: Books) -> None:
    called(books, 6, 100, "1.00")
    called(books, 30, 100, "1.00")
    assert amounts(accrue(books)) == [("m", "a", D("2.00"), D("2.00"))]
    books.tokens("1.50", "output", 200, day=None)
    found = accrue(books)
    assert amounts(found) == []
    assert true_ups(found) == [("a", D("2.00"), D("1.50"), D("-0.50"))]


def test_a_monthly_fee_does_not_make_the_days_billed(books: Books) -> None:
    called(books, 6, 100, "1.00")
    books.charge("20.00", day=None, service_name="seats", charge_category="Purchase")
    assert amounts(accrue(books)) == [("m", "a", D("1.00"), D("1.00"))]


def test_each_account_is_billed_on_its_own(books: Books) -> None:
    """p is billed by acme to the 10th, q by other to the 5th; a call of neither goes by the later."""
    billed(books, 10, 100, "1.00", sub_account_id="p", billing_account_id="acme")
    billed(books, 5, 100, "1.00", sub_account_id="q", billing_account_id="other")
    for project in ("p", "q", None):
        for day, tokens, price in ((7, 100, "1.00"), (12, 10, "0.10")):
            called(books, day, tokens, price, project_id=project)
    found = accrue(books)
    assert sorted((each.account or "", each.price_cost, each.first_day.day) for each in found.accrued) == [
        ("", D("0.10"), 12),
        ("acme", D("0.10"), 12),
        ("other", D("1.10"), 7),
    ]


def test_a_day_booked_before_its_account_was_known_is_not_booked_twice(books: Books) -> None:
    called(books, 6, 100, "1.00")
    called(books, 7, 100, "1.00")
    assert accrue(books).accrued[0].account is None
    billed(books, 6, 100, "1.00")
    found = accrue(books)
    assert [(each.account, each.price_cost) for each in found.accrued] == [("acme", D("1.00"))]
    assert [(each.account, each.true_up) for each in found.true_ups] == [(None, D(0))]
    billed(books, 7, 100, "1.00")
    assert true_ups(accrue(books)) == [("a", D("2.00"), D("2.00"), D(0))]


def test_a_bill_in_another_currency_measures_no_rate_and_is_not_subtracted(books: Books) -> None:
    called(books, 6, 100, "1.00")
    called(books, 7, 100, "1.00")
    billed(books, 6, 100, "0.90", billing_currency="EUR")
    assert amounts(accrue(books)) == [("m", "a", D("1.00"), D("1.00"))]
    billed(books, 7, 100, "0.90", billing_currency="EUR")
    found = accrue(books)
    assert [
        (each.currency, each.accrued_cost, each.billed_cost, each.true_up) for each in found.true_ups
    ] == [
        ("USD", D("1.00"), D(0), None),
        ("EUR", D(0), D("0.90"), None),
    ]


DAYS = st.integers(1, 6)
CALLS = st.lists(
    st.tuples(DAYS, st.integers(1, 50), st.none() | st.decimals("0.01", "9", places=4), st.booleans()),
    max_size=8,
)
LINES = st.lists(st.tuples(DAYS, st.none() | st.integers(1, 50), st.decimals("0", "9", places=6)), max_size=5)


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(CALLS, LINES, LINES)
def test_no_day_is_both_billed_and_accrued_and_the_true_up_is_the_difference(
    ledger: Ledger,
    calls: list[tuple[int, int, Any, bool]],
    first: list[tuple[int, int | None, Any]],
    later: list[tuple[int, int | None, Any]],
) -> None:
    clear(ledger)
    ledger.execute("DELETE FROM accrual")
    books = Books(ledger)
    for day, tokens, price, is_mapped in calls:
        called(books, day, tokens, None if price is None else str(price), tags=OF_A if is_mapped else None)
    through = 0
    booked: dict[int, Any] = {}
    for lines in (first, later):
        for day, quantity, cost in lines:
            billed(books, day, quantity, str(cost))
            through = max(through, day)
        found = accrue(books)
        unbilled = [call for call in calls if call[0] > through]
        in_force = ledger.rows("SELECT day, tokens, accrued_cost FROM accrual_day WHERE NOT is_billed")
        assert sum(row[1] for row in in_force) == sum(tokens for _, tokens, _, _ in unbilled)
        assert all(row[0].day > through for row in in_force)
        assert sum((each.price_cost for each in found.accrued), D(0)) == sum(
            (price for _, _, price, _ in unbilled if price is not None), D(0)
        )
        frozen = {row[0].day for row in ledger.rows("SELECT day FROM accrual_day WHERE is_billed")}
        accrued = sum((booked[day] for day in frozen), D(0))
        on_bill = sum(
            (cost for day, _, cost in [*first, *(later if lines is later else [])] if day in frozen), D(0)
        )
        assert sum((each.true_up or D(0) for each in found.true_ups), D(0)) == on_bill - accrued
        for day in {row[0].day for row in in_force}:
            booked[day] = sum((row[2] or D(0) for row in in_force if row[0].day == day), D(0))


def test_part_of_an_amount_does_not_outgrow_its_type(ledger: Ledger, books: Books) -> None:
    """Amounts of a billion against token counts of a billion, and prices with all their decimals."""
    called(books, 5, 10**12, "999999999.999999999999999")
    billed(books, 5, 3 * 10**12, "2999999999.999999999999997")
    called(books, 6, 1, "1.00")
    found = accrue(books)
    assert found.rates[0].rate == D(1)
    assert ledger.value("SELECT sum(accrued_cost) FROM accrual_month") == D("1.00")
