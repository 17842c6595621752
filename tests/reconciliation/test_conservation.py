"""Whatever is billed and logged: the causes add up to the difference, line by line and to the last digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_ai.reconciliation.model import CAUSES
from finops_ai.reconciliation.result import GROUPINGS
from tests.reconciliation.books import MODEL, RATES, Book

NATURES = st.sampled_from(["token", "token", "token", "token", "tax", "credit", "seats", "other_charges"])
PLACES = {
    "day": st.integers(1, 4),
    "month": st.sampled_from([10, 10, 10, 10, 11]),
    "kind": st.sampled_from([*RATES, "cache_write", "web_search", ""]),
    "project": st.sampled_from(["", "", "a", "b"]),
    "currency": st.sampled_from(["USD", "USD", "USD", "EUR"]),
    "model": st.sampled_from([MODEL, MODEL, MODEL, "unlisted"]),
}
AMOUNTS = st.one_of(
    st.decimals(Decimal("-10"), Decimal("1000"), places=15, allow_nan=False),
    st.sampled_from(["3", "2.79", "1.5", "6", "3.3", "0", "0.000000000000001"]).map(Decimal),
)
COUNTS = st.one_of(st.integers(1, 10**12), st.sampled_from([1, 500_000, 1_000_000, 2_000_000]))
BILLS = st.fixed_dictionaries(
    {
        "billed": AMOUNTS,
        "quantity": st.none() | COUNTS,
        "tier": st.sampled_from(["standard", "standard", "batch", "flex"]),
        "scope": st.sampled_from([None, None, "global", "regional"]),
        "decimals": st.sampled_from([2, 6, 12, 15]),
        "rows": st.integers(1, 40),
        "nature": NATURES,
        "named": st.booleans(),
        **PLACES,
    }
)
LOGS = st.fixed_dictionaries({"tokens": COUNTS, "failed": st.booleans(), "priced": st.booleans(), **PLACES})


def book_of(bills: list[dict[str, Any]], logs: list[dict[str, Any]]) -> Book:
    book = Book()
    for bill in bills:
        given = dict(bill)
        if not given.pop("named"):
            given["model"] = ""
        if given["nature"] == "token":
            given["billed"] = abs(given["billed"])
        book.bill(format(given.pop("billed"), "f"), given.pop("quantity"), **given)
    for log in logs:
        given = dict(log)
        given["priced"] = given["priced"] and given["model"] == MODEL and given["kind"] in RATES
        book.log(given.pop("tokens"), **given)
    return book


@given(st.lists(BILLS, max_size=12), st.lists(LOGS, max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_cent_of_the_difference_has_a_cause(
    bills: list[dict[str, Any]], logs: list[dict[str, Any]]
) -> None:
    book = book_of(bills, logs)
    found = book.reconciled()
    for currency in {item.cell.currency for item in book.ground.items if item.in_month}:
        billed = sum(
            (b.billed for b in book.ground.bills if b.in_month and b.cell.currency == currency), Decimal(0)
        )
        expected = sum(
            (
                log.expected
                for log in book.ground.logs
                if log.in_month and log.cell.currency == currency and log.expected is not None
            ),
            Decimal(0),
        )
        assert billed - expected == sum(f.cost for f in found.findings if f.cell.currency == currency)
    assert {finding.cause for finding in found.findings} <= set(CAUSES)
    assert all(finding.cost == round(finding.cost, 15) for finding in found.findings)


@given(st.lists(BILLS, max_size=10), st.lists(LOGS, max_size=10))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_lines_of_every_grouping_say_the_same_total(
    bills: list[dict[str, Any]], logs: list[dict[str, Any]]
) -> None:
    found = book_of(bills, logs).reconciled()
    total = sum((finding.cost for finding in found.findings), Decimal(0))
    for grouping in GROUPINGS:
        if grouping != "cause":
            lines = found.by(grouping)
            assert sum((line.difference for line in lines), Decimal(0)) == total
            for line in lines:
                assert line.difference == line.quantity_variance + line.rate_variance + line.other
    assert sum((cause.cost for cause in found.causes()), Decimal(0)) == total


@given(st.lists(BILLS, max_size=8), st.lists(LOGS, max_size=8))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_judging_twice_says_the_same(bills: list[dict[str, Any]], logs: list[dict[str, Any]]) -> None:
    book = book_of(bills, logs)
    assert book.findings() == book.findings()
