"""Charges that are no tokens: rules, shared pools, credits, taxes, refunds."""

from __future__ import annotations

from datetime import datetime

import pytest

from finops_ai.config import Condition, Config, Pool
from tests.attribution.attribution_books import Books, D, config, rule

GPU = (Condition("service_name", "gpu"),)
CREDIT = Condition("charge_category", "Credit")
A = rule(0, "a", tags__w="a")
B = rule(1, "b", tags__w="b")


def usage(books: Books) -> None:
    """a: 300 tokens in 1 call, billed 3.00; b: 100 tokens in 4 calls, billed 1.00."""
    books.tokens("4.00", "output", 400)
    books.call(output_tokens=300, tags='{"w": "a"}')
    for _ in range(4):
        books.call(output_tokens=25, tags='{"w": "b"}')


@pytest.mark.parametrize(
    ("split_by", "a_share", "b_share"),
    [
        ("tokens", "75.00", "25.00"),
        ("calls", "20.00", "80.00"),
        ("direct_cost", "75.00", "25.00"),
        ("even", "50.00", "50.00"),
    ],
)
def test_a_pool_is_split(books: Books, split_by: str, a_share: str, b_share: str) -> None:
    usage(books)
    books.charge("100.00", service_name="gpu", provider="aws")
    books.attribute(config(A, B, pools=[Pool("compute", GPU, split_by)]))
    assert books.workflows() == {"a": (D("3.00"), D(a_share)), "b": (D("1.00"), D(b_share))}
    lines = books.ledger.rows(
        "SELECT kind, workflow, cost, label FROM allocation WHERE pool = 'compute' "
        "ORDER BY kind DESC, cost DESC, workflow"
    )
    assert lines[0] == ("pool_source", None, D("100.00"), "billed")
    assert lines[1] == ("pool_source", None, D("-100.00"), "allocated")
    assert {line[3] for line in lines[2:]} == {"allocated"}


def test_fixed_weights_name_the_receivers(books: Books) -> None:
    books.charge("10.00", service_name="gpu")
    pool = Pool("compute", GPU, "weights", weights=(("a", D("0.2")), ("b", D("0.1")), ("c", D(0))))
    books.attribute(config(A, B, pools=[pool]))
    assert books.workflows() == {"a": (0, D("6.666666666666667")), "b": (0, D("3.333333333333333"))}


def test_named_receivers_share_alone(books: Books) -> None:
    usage(books)
    books.charge("10.00", service_name="gpu")
    books.attribute(config(A, B, pools=[Pool("compute", GPU, "tokens", receivers=("b",))]))
    assert books.workflows() == {"a": (D("3.00"), 0), "b": (D("1.00"), D("10.00"))}


@pytest.mark.parametrize("split_by", ["tokens", "calls", "direct_cost", "even"])
def test_a_pool_that_nobody_receives_keeps_its_money_by_name(books: Books, split_by: str) -> None:
    books.charge("10.00", service_name="gpu")
    books.attribute(config(A, pools=[Pool("compute", GPU, split_by)]))
    assert books.workflows() == {}
    assert books.gaps() == {("shared_unallocated", "compute"): D("10.00")}
    assert books.ledger.rows("SELECT kind, cause, cost FROM allocation") == [
        ("pool_source", "shared_unallocated", D("10.00"))
    ]


def test_the_first_matching_pool_takes_the_charge(books: Books) -> None:
    usage(books)
    books.charge("8.00", service_name="gpu", provider="aws")
    pools = [Pool("one", GPU, "even", receivers=("a",)), Pool("two", GPU, "even", receivers=("b",))]
    books.attribute(config(A, B, pools=pools))
    assert books.workflows() == {"a": (D("3.00"), D("8.00")), "b": (D("1.00"), 0)}


def test_a_rule_comes_before_a_pool(books: Books) -> None:
    books.charge("8.00", service_name="gpu")
    books.attribute(config(rule(0, "a", service_name="gpu"), pools=[Pool("one", GPU, "even")]))
    assert books.workflows() == {"a": (D("8.00"), 0)}


def test_a_negative_pool_is_split_as_exactly(books: Books) -> None:
    books.charge("-10.00", service_name="gpu", charge_category="Credit")
    pool = Pool("compute", (*GPU, CREDIT), "even", receivers=("a", "b", "c"))
    books.attribute(config(pools=[pool]))
    assert books.workflows() == {
        "a": (0, D("-3.333333333333334")),
        "b": (0, D("-3.333333333333333")),
        "c": (0, D("-3.333333333333333")),
    }


def test_a_pool_in_two_currencies_is_two_pools(books: Books) -> None:
    books.charge("10.00", service_name="gpu")
    books.charge("6.00", service_name="gpu", billing_currency="EUR")
    books.attribute(config(pools=[Pool("compute", GPU, "even", receivers=("a", "b"))]))
    rows = books.ledger.rows(
        "SELECT workflow, billing_currency, shared_cost FROM workflow_month ORDER BY ALL"
    )
    assert rows == [
        ("a", "EUR", D("3.00")),
        ("a", "USD", D("5.00")),
        ("b", "EUR", D("3.00")),
        ("b", "USD", D("5.00")),
    ]


def test_what_is_left_is_named_by_what_it_is(books: Books) -> None:
    books.charge("-5.00", charge_category="Credit", service_name="Promo")
    books.charge("2.10", charge_category="Tax", service_name="VAT")
    books.charge("-1.00", charge_category="Usage", service_name="Chat", charge_class="Correction")
    books.charge("-0.50", charge_category="Adjustment", service_name="Goodwill")
    books.tokens("-0.25", "output", -10, service_name="Chat")
    books.charge("30.00", charge_category="Purchase", service_name="Seats")
    books.charge("7.00", model_id="m", consumed_unit="Hours", consumed_quantity=2, service_name="Throughput")
    books.attribute(config())
    assert books.gaps() == {
        ("credit", "Promo"): D("-5.00"),
        ("tax", "VAT"): D("2.10"),
        ("refund", "Chat"): D("-1.25"),
        ("refund", "Goodwill"): D("-0.50"),
        ("unmapped_charge", "Seats"): D("30.00"),
        ("unmapped_charge", "Throughput"): D("7.00"),
    }


def test_a_rule_may_take_credits_and_refunds(books: Books) -> None:
    books.charge("-5.00", charge_category="Credit", service_name="Promo")
    books.attribute(config(rule(0, "a", service_name="Promo", charge_category="Credit")))
    assert books.workflows() == {"a": (D("-5.00"), 0)}


def test_taxes_credits_and_corrections_stay_gaps_unless_their_category_is_named(books: Books) -> None:
    books.charge("9.00", service_name="gpu")
    books.charge("1.80", service_name="gpu", charge_category="Tax")
    books.charge("-2.00", service_name="gpu", charge_category="Credit")
    books.charge("-0.50", service_name="gpu", charge_category="Adjustment")
    books.attribute(config(rule(0, "a", service_name="gpu"), pools=[Pool("compute", GPU, "even")]))
    assert books.workflows() == {"a": (D("9.00"), 0)}
    assert {cause: cost for (cause, _), cost in books.gaps().items()} == {
        "tax": D("1.80"),
        "credit": D("-2.00"),
        "refund": D("-0.50"),
    }


def test_the_month_of_a_charge_is_its_billing_period(books: Books) -> None:
    september = datetime(2026, 9, 1)
    books.charge("1.00", service_name="gpu", billing_period_start_utc=september)
    books.charge("2.00", service_name="gpu")
    books.attribute(Config(None, books.ledger.path))
    assert books.gaps() == {("unmapped_charge", "gpu"): D("2.00")}
