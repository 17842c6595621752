"""A month by a tag: always the whole bill, what carries no tag as a line of its own, calls before charges."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from finops_ai.attribution.tag_view import TagView, month_by_tag, tag_field
from finops_ai.config import Condition, Pool
from finops_ai.errors import ConfigError, InputError
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

GPU = (Condition("service_name", "gpu"),)


def view(books: Books, key: str = "tags.t") -> dict[tuple[str | None, str], tuple[Decimal, int, int]]:
    found = month_by_tag(books.ledger, OCTOBER, key)
    assert_is_the_bill(books, found)
    return {(line.name, line.currency): (line.cost, line.calls, line.tokens) for line in found.lines}


def assert_is_the_bill(books: Books, found: TagView) -> None:
    billed = books.ledger.rows(
        "SELECT billing_currency, sum(billed_cost) FROM charge GROUP BY ALL ORDER BY ALL"
    )
    shown = {line.currency for line in found.lines}
    for currency, cost in billed:
        assert sum(line.cost for line in found.lines if line.currency == currency) == cost
    assert shown >= {currency for currency, _ in billed}


def test_money_that_calls_explain_goes_by_their_tags(books: Books) -> None:
    books.tokens("4.00", "output", 400)
    books.call(output_tokens=300, tags='{"w": "a", "t": "x"}')
    books.call(output_tokens=60, tags='{"w": "a", "t": "y"}')
    books.call(output_tokens=40, tags='{"w": "a"}')
    books.attribute(config(rule(1, "a", tags__w="a")))
    assert view(books) == {
        ("x", "USD"): (D(3), 1, 300),
        ("y", "USD"): (D("0.6"), 1, 60),
        (None, "USD"): (D("0.4"), 1, 40),
    }


def test_each_kind_of_tokens_goes_by_its_own(books: Books) -> None:
    books.tokens("1.00", "input_uncached", 100)
    books.tokens("9.00", "output", 100)
    books.call(input_uncached_tokens=100, tags='{"t": "reads"}', api_key_id="k")
    books.call(output_tokens=100, tags='{"t": "writes"}', api_key_id="k")
    books.attribute(config(rule(1, "a", api_key_id="k")))
    assert view(books) == {("reads", "USD"): (D(1), 1, 100), ("writes", "USD"): (D(9), 1, 100)}


def test_each_day_goes_by_its_own_calls(books: Books) -> None:
    books.tokens("1.00", "output", 10, day=date(2026, 10, 5))
    books.tokens("5.00", "output", 10, day=date(2026, 10, 6))
    books.call(output_tokens=10, tags='{"t": "first"}')
    books.call(output_tokens=10, tags='{"t": "second"}', at_utc=datetime(2026, 10, 6, 3))
    books.attribute(config())
    assert view(books) == {("first", "USD"): (D(1), 1, 10), ("second", "USD"): (D(5), 1, 10)}


def test_money_that_no_call_explains_goes_by_the_charges_own_tags(books: Books) -> None:
    for cost, tags in (
        ("1.00", '{"t": "x"}'),
        ("2.00", '{"t": "x"}'),
        ("0.000000000000001", None),
        ("5.00", "{no"),
    ):
        books.charge(cost, service_name="gpu", tags=tags)
    books.charge("-0.50", service_name="gpu", tags='{"t": "x"}', charge_category="Credit")
    books.attribute(config(rule(1, "a", service_name="gpu")))
    assert view(books) == {("x", "USD"): (D("2.5"), 0, 0), (None, "USD"): (D("5.000000000000001"), 0, 0)}


def test_a_gap_in_a_charge_that_calls_explain_in_part_goes_by_its_own_tags(books: Books) -> None:
    books.tokens("10.00", "output", 100, tags='{"t": "bill"}')
    books.call(output_tokens=60, tags='{"t": "log"}', api_key_id="k", list_cost={"output": "6.00"})
    books.attribute(config(rule(1, "a", api_key_id="k")))
    assert view(books) == {("log", "USD"): (D(6), 1, 60), ("bill", "USD"): (D(4), 0, 0)}


def test_pools_stay_where_they_are_billed(books: Books) -> None:
    books.tokens("1.00", "output", 10)
    books.call(output_tokens=10, tags='{"t": "call", "w": "a"}')
    books.charge("10.00", service_name="gpu", tags='{"t": "host"}')
    pool = Pool("platform", GPU, "even", receivers=("a", "b"))
    books.attribute(config(rule(1, "a", tags__w="a"), workflows=["b"], pools=[pool]))
    assert view(books) == {("host", "USD"): (D(10), 0, 0), ("call", "USD"): (D(1), 1, 10)}


def test_currencies_stay_apart(books: Books) -> None:
    books.charge("3.00", service_name="gpu", tags='{"t": "x"}')
    books.charge("4.00", service_name="gpu", tags='{"t": "x"}', billing_currency="EUR")
    books.attribute(config())
    assert view(books) == {("x", "EUR"): (D(4), 0, 0), ("x", "USD"): (D(3), 0, 0)}


def test_calls_that_are_on_no_bill_are_counted_without_money(books: Books) -> None:
    books.call(output_tokens=10, tags='{"t": "x"}')
    books.attribute(config())
    assert view(books) == {("x", "USD"): (D(0), 1, 10)}


def test_shares_are_of_the_bill(books: Books) -> None:
    books.charge("1.00", service_name="gpu", tags='{"t": "x"}')
    books.charge("3.00", service_name="gpu")
    books.attribute(config())
    found = month_by_tag(books.ledger, OCTOBER, "tags.t")
    assert [(line.name, line.share) for line in found.lines] == [("x", D("0.25")), (None, D("0.75"))]


def test_nested_tags_have_a_view_too(books: Books) -> None:
    books.charge("1.00", service_name="gpu", tags='{"meta": {"team": "core"}}')
    books.attribute(config())
    assert view(books, "tags.meta.team") == {("core", "USD"): (D(1), 0, 0)}
    assert view(books, "tags['meta.team']") == {(None, "USD"): (D(1), 0, 0)}


def test_a_month_without_data_is_refused(books: Books) -> None:
    with pytest.raises(InputError, match="the ledger holds no charge"):
        month_by_tag(books.ledger, OCTOBER, "tags.t")


@pytest.mark.parametrize(
    ("by", "field_name"),
    [
        ("workflow", None),
        ("tag:team", "tags.team"),
        ("tag:['a b'].c", "tags['a b'].c"),
        ("tag:a.b", "tags.a.b"),
    ],
)
def test_a_grouping_names_its_field(by: str, field_name: str | None) -> None:
    assert tag_field(by) == field_name


@pytest.mark.parametrize("by", ["tag:", "tag:['a", "tag:['']"])
def test_a_tag_that_is_no_path_is_refused(by: str) -> None:
    with pytest.raises(ConfigError, match="names no tag"):
        tag_field(by)
