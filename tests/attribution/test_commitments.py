"""Throughput, seats and prepaid credits: split by use, what nobody used is a gap by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_ai.attribution import month_attribution
from finops_ai.attribution.staleness import config_hash
from finops_ai.config import Commitment, Condition, Config, Pool
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule
from tests.attribution.test_conservation import clear

A = rule(0, "a", tags__w="a")
B = rule(1, "b", tags__w="b")
PTU = Commitment(
    "ptu", "throughput", (Condition("service_name", "ptu"),), D(1000), (Condition("model_id", "m"),)
)
SEATS = Commitment(
    "copilot", "seats", (Condition("service_name", "seats"),), D(4), (Condition("source", "litellm"),)
)
GRANT = Commitment("grant", "credits", (Condition("charge_category", "Credit"),), D(100), currency="USD")


def said(*commitments: Commitment, pools: tuple[Pool, ...] = ()) -> Config:
    return replace(config(A, B, pools=pools), commitments=commitments)


def called(books: Books, workflow: str, tokens: int, **columns: Any) -> None:
    books.call(**{"output_tokens": tokens, "tags": f'{{"w": "{workflow}"}}', **columns})


def stored(ledger: Ledger) -> list[Any]:
    return ledger.rows(
        "SELECT commitment, kind, unit, capacity, used, idle, balance, currency, cost, idle_cost "
        "FROM commitment_month ORDER BY month, commitment, currency"
    )


def test_throughput_is_split_by_tokens_and_the_rest_is_idle(books: Books) -> None:
    called(books, "a", 300)
    called(books, "b", 100)
    called(books, "a", 900, model_id="n")  # another model: does not use it
    called(books, "a", 900, status="cache_hit")
    books.charge("50.00", service_name="ptu")
    books.attribute(said(PTU))
    assert books.workflows() == {"a": (0, D("15.00")), "b": (0, D("5.00"))}
    assert books.gaps() == {("idle_capacity", "ptu"): D("30.00")}
    assert stored(books.ledger) == [
        ("ptu", "throughput", "tokens", 1000, 400, 600, None, "USD", D("50.00"), D("30.00"))
    ]
    (balance,) = month_attribution(books.ledger, OCTOBER).balances
    assert balance.holds
    assert (balance.billed, balance.workflows, balance.shared_unallocated, balance.gaps) == (50, 20, 0, 30)


def test_use_beyond_the_capacity_leaves_nothing_idle(books: Books) -> None:
    called(books, "a", 1500)
    called(books, "b", 500)
    books.charge("50.00", service_name="ptu")
    books.attribute(said(PTU))
    assert books.workflows() == {"a": (0, D("37.50")), "b": (0, D("12.50"))}
    assert books.gaps() == {}
    assert stored(books.ledger)[0][4:6] == (2000, 0)


def test_what_nobody_used_is_idle_as_a_whole_and_unmapped_use_keeps_its_name(books: Books) -> None:
    books.charge("50.00", service_name="ptu")
    books.attribute(said(PTU))
    assert books.gaps() == {("idle_capacity", "ptu"): D("50.00")}
    called(books, "nobody", 250)
    books.attribute(said(PTU))
    assert books.gaps() == {("idle_capacity", "ptu"): D("37.50"), ("unmapped_usage", "ptu"): D("12.50")}


def test_a_user_takes_one_seat_for_the_workflow_of_most_calls(books: Books) -> None:
    for workflow, user in (("a", "u1"), ("a", "u1"), ("b", "u1"), ("b", "u2"), ("b", None)):
        called(books, workflow, 10, user_id=user)
    books.charge("40.00", service_name="seats", charge_category="Purchase")
    books.attribute(said(SEATS))
    assert books.workflows() == {"a": (0, D("10.00")), "b": (0, D("10.00"))}
    assert books.gaps() == {("idle_capacity", "copilot"): D("20.00")}
    assert stored(books.ledger)[0][:6] == ("copilot", "seats", "seats", 4, 2, 2)


def test_capacity_holds_for_the_days_between_from_and_until(books: Books) -> None:
    """21 of 31 days: 677 of 1000 tokens."""
    called(books, "a", 677)
    books.charge("50.00", service_name="ptu")
    books.attribute(said(replace(PTU, valid_from=date(2026, 10, 11))))
    assert books.workflows() == {"a": (0, D("50.00"))}
    assert stored(books.ledger)[0][3:6] == (677, 677, 0)
    books.attribute(said(replace(PTU, valid_to=date(2026, 10, 1))))
    assert books.gaps() == {("unmapped_charge", "ptu"): D("50.00")}
    assert stored(books.ledger) == []


def test_a_commitment_goes_before_a_pool_and_both_may_stand(books: Books) -> None:
    called(books, "a", 500)
    books.charge("50.00", service_name="ptu")
    books.charge("8.00", service_name="gpu")
    gpu = Pool("gpu", (Condition("service_name", "gpu|ptu"),), "even", receivers=("b",))
    books.attribute(said(PTU, pools=(gpu,)))
    assert books.workflows() == {"a": (0, D("25.00")), "b": (0, D("8.00"))}
    assert books.gaps() == {("idle_capacity", "ptu"): D("25.00")}


def test_a_commitment_in_two_currencies_is_split_in_each(books: Books) -> None:
    called(books, "a", 250)
    books.charge("40.00", service_name="ptu")
    books.charge("4.00", service_name="ptu", billing_currency="EUR")
    books.attribute(said(PTU))
    assert [(row[7], row[8], row[9]) for row in stored(books.ledger)] == [
        ("EUR", D("4"), D("3")),
        ("USD", D("40"), D("30")),
    ]


def test_credits_are_drawn_down_month_by_month(books: Books) -> None:
    september = {
        "billing_period_start_utc": datetime(2026, 9, 1),
        "billing_period_end_utc": datetime(2026, 10, 1),
        "day": date(2026, 9, 9),
    }
    books.charge("-30.00", charge_category="Credit", **september)
    books.charge("-80.00", charge_category="Credit")
    books.charge("5.00", charge_category="Credit")  # a credit taken back
    for month in (Month(2026, 9), OCTOBER):
        books.attribute(said(GRANT), month)
    assert [(row[2], row[3], row[4], row[6]) for row in stored(books.ledger)] == [
        ("USD", 100, D("30.00"), D("70.00")),
        ("USD", 100, D("75.00"), D("-5.00")),
    ]
    # The bill's credits stay the gap that they are: nothing is moved.
    assert books.ledger.rows("SELECT month, cause, cost FROM gap ORDER BY month") == [
        (date(2026, 9, 1), "credit", D("-30.00")),
        (date(2026, 10, 1), "credit", D("-75.00")),
    ]


def test_prepaid_use_is_drawn_at_its_effective_cost_and_in_its_currency_alone(books: Books) -> None:
    used = replace(GRANT, conditions=(Condition("service_name", "api"),), valid_from=date(2026, 10, 5))
    books.charge("0", service_name="api", effective_cost=D("12.50"))
    books.charge("0", service_name="api", effective_cost=D("1"), day=date(2026, 10, 4))
    books.charge("3.00", service_name="api", billing_currency="EUR")
    books.attribute(said(used))
    assert [(row[4], row[6], row[7]) for row in stored(books.ledger)] == [
        (D("3.00"), None, "EUR"),
        (D("12.50"), D("87.50"), "USD"),
    ]


def test_credits_that_nothing_drew_on_stand_with_their_balance(books: Books) -> None:
    books.charge("1.00")
    books.attribute(said(GRANT))
    assert [(row[4], row[6]) for row in stored(books.ledger)] == [(0, 100)]


def test_only_a_commitment_changes_what_months_are_attributed_from() -> None:
    assert config_hash(config(A, B)) == config_hash(said())
    assert config_hash(said(PTU)) == config_hash(said(replace(PTU, line=9)))
    assert config_hash(said(PTU)) != config_hash(said(replace(PTU, capacity=D(1001))))


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    st.lists(st.decimals("-50", "1000", places=6), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 10**9)), max_size=5),
    st.integers(1, 10**9),
)
def test_shares_and_idle_add_up_to_the_charges(
    ledger: Ledger, costs: list[Decimal], calls: list[tuple[str, int]], capacity: int
) -> None:
    clear(ledger)
    books = Books(ledger)
    for cost in costs:
        books.charge(str(cost), service_name="ptu", charge_category="Purchase")
    for workflow, tokens in calls:
        called(books, workflow, tokens)
    books.attribute(said(replace(PTU, capacity=D(capacity))))
    used = sum(tokens for _, tokens in calls)
    (row,) = stored(ledger)
    assert row[4:6] == (used, max(capacity - used, 0))
    placed = sum((shared for _, shared in books.workflows().values()), D(0))
    gaps = books.gaps()
    assert placed + sum(gaps.values()) == sum(costs, D(0))
    assert set(gaps) <= {("idle_capacity", "ptu"), ("unmapped_usage", "ptu")}
    whole = max(capacity, used)
    exact = sum(costs, D(0)) * (whole - used) / whole
    assert abs(gaps.get(("idle_capacity", "ptu"), D(0)) - exact) < D("1e-13")
