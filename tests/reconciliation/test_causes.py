"""Each cause from the evidence that shows it, worked by hand: USD 3 a million input tokens, 15 output."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tests.reconciliation.books import MODEL, Book, price, price_list

D = Decimal


def test_equal_sides_have_no_cause() -> None:
    book = Book()
    book.bill("3", 1_000_000)
    book.log(1_000_000)
    assert book.causes() == {}


@pytest.mark.parametrize("quantity", [1_500_000, None])
def test_more_tokens_than_logged_are_unlogged_at_the_billed_rate(quantity: int | None) -> None:
    book = Book()
    book.bill("4.5", quantity)
    book.log(1_000_000)
    assert book.causes() == {"unlogged_usage": D("1.5")}


def test_a_line_without_any_log_is_unlogged_as_billed() -> None:
    book = Book()
    book.bill("4.6789")
    assert book.causes() == {"unlogged_usage": D("4.6789")}


def test_fewer_tokens_than_logged_are_unbilled_at_the_expected_price() -> None:
    book = Book()
    book.bill("3", 1_000_000)
    book.log(1_200_000)
    assert book.causes() == {"unbilled_usage": D("-0.6")}


def test_failed_calls_are_told_from_other_unbilled_calls() -> None:
    book = Book()
    book.bill("3", 1_000_000)
    book.log(1_000_000)
    book.log(200_000, failed=True)
    assert book.causes() == {"failed_calls": D("-0.6")}


def test_failed_calls_that_were_billed_are_no_difference() -> None:
    book = Book()
    book.bill("3.6", 1_200_000)
    book.log(1_000_000)
    book.log(200_000, failed=True)
    assert book.causes() == {}


@pytest.mark.parametrize("quantity", [1_000_000, None])
@pytest.mark.parametrize("tier", ["batch", "standard"])
def test_a_batch_price_is_a_tier_whether_the_bill_says_so_or_not(tier: str, quantity: int | None) -> None:
    book = Book()
    book.bill("1.5", quantity, tier=tier)
    book.log(1_000_000)
    assert book.causes() == {"tier": D("-1.5")}


def test_a_tier_that_the_bill_states_and_the_catalogue_lacks_is_a_tier_by_its_factor() -> None:
    book = Book([price("input_uncached", D("0.000003"))])
    book.bill("1.2", 1_000_000, tier="flex")
    book.log(1_000_000)
    assert book.causes() == {"tier": D("-1.8")}


def test_cache_writes_at_the_one_hour_price() -> None:
    book = Book()
    book.bill("6", 1_000_000, kind="cache_write_1h")
    book.log(1_000_000, kind="cache_write_5m")
    assert book.causes() == {"cache_lifetime": D("2.25")}


def test_a_regional_price_that_the_log_does_not_know() -> None:
    book = Book()
    book.bill("3.3", 1_000_000, scope="regional")
    book.log(1_000_000)
    assert book.causes() == {"scope_uplift": D("0.3")}


def test_two_differences_in_one_line_are_told_apart() -> None:
    book = Book()
    book.bill("3.3", 1_000_000, kind="cache_write_1h", scope="regional", tier="batch")
    book.ground.prices["acme", MODEL].append(
        price("cache_write_1h", D("0.0000033"), tier="batch", scope="regional")
    )
    book.log(1_000_000, kind="cache_write_5m")
    assert book.causes() == {"cache_lifetime": D("2.25"), "tier": D(-3), "scope_uplift": D("0.3")}


def test_one_factor_over_an_account_is_a_contract() -> None:
    book = Book()
    for day in range(1, 6):
        book.bill("2.79", 1_000_000, day=day)
        book.log(1_000_000, day=day)
        book.bill("13.95", None, day=day, kind="output")
        book.log(1_000_000, day=day, kind="output")
    assert book.causes() == {"contract_discount": D("-6.3")}


def test_a_configured_contract_rate_is_no_difference() -> None:
    book = Book()
    for day in range(1, 6):
        book.bill("2.79", 1_000_000, day=day)
        book.log(1_000_000, day=day, contract="0.93")
    assert book.causes() == {}


def test_a_discount_of_one_account_leaves_the_other_alone() -> None:
    book = Book()
    for day in range(1, 6):
        book.bill("2.79", 1_000_000, day=day, account="one", project="a")
        book.log(1_000_000, day=day, account="one", project="a")
        book.bill("3", 1_000_000, day=day, account="two", project="b")
        book.log(1_000_000, day=day, account="two", project="b")
    found = book.findings()
    assert {f.cell.account for f in found} == {"one"}
    assert sum(f.cost for f in found) == D("-1.05")


@pytest.mark.parametrize(
    ("other_ends_at", "cause"),
    [("0.93", "contract_discount"), ("1", "price_change"), ("0.8", "price_change")],
)
def test_one_factor_over_several_models_from_a_day_on_is_a_contract_that_begins(
    other_ends_at: str, cause: str
) -> None:
    book = Book()
    book.ground.prices["acme", "claude-y"] = price_list()
    for day in range(1, 11):
        for model, factor in ((MODEL, "0.93"), ("claude-y", other_ends_at)):
            book.bill(str(3 * D(factor if day > 7 else 1)), 1_000_000, day=day, model=model)
            book.log(1_000_000, day=day, model=model)
    found = book.findings()
    assert {(f.cause, f.cell.day.day if f.cell.day else 0) for f in found} == {
        (cause, day) for day in range(8, 11)
    }
    assert sum(f.cost for f in found if f.cell.model == MODEL) == D("-0.63")


def test_a_price_that_changes_in_the_month_on_the_bill_alone() -> None:
    book = Book()
    for day in range(1, 11):
        book.bill("3" if day < 6 else "2.4", 1_000_000, day=day)
        book.log(1_000_000, day=day)
    found = book.findings()
    assert {(f.cause, f.cell.day.day if f.cell.day else 0) for f in found} == {
        ("price_change", day) for day in range(6, 11)
    }
    assert sum(f.cost for f in found) == D(-3)


def test_a_product_that_is_right_by_chance_does_not_end_a_changed_price() -> None:
    # Since the 6th the bill takes 80 %. At that a five-minute write costs 3.00, as an hour's does in a batch.
    book = Book()
    for day in range(1, 10):
        book.bill("3" if day < 6 else "2.4", day=day)
        book.log(1_000_000, day=day)
    book.bill("2.4", day=10)
    book.log(990_000, day=10)
    book.bill("3", day=10, kind="cache_write_5m")
    book.log(1_000_000, day=10, kind="cache_write_5m")
    # 4 days x -0.60, 0.99 million x -0.60, and the write: 3.00 instead of 3.75.
    assert book.causes() == {"price_change": D("-3.744"), "unlogged_usage": D("0.024")}


def test_a_catalogue_price_of_another_day_is_a_price_change() -> None:
    old = price("input_uncached", D("0.000003"), end=datetime(2026, 10, 10))
    new = price("input_uncached", D("0.000002"), start=datetime(2026, 10, 10))
    book = Book([old, new])
    # The bill went over to the new price two days early.
    for day in (7, 8, 9):
        book.bill("3" if day < 8 else "2", 1_000_000, day=day)
        book.log(1_000_000, day=day)
    assert book.causes() == {"price_change": D(-2)}


def test_tokens_billed_the_day_after_are_a_cut_off_that_nets_to_nothing() -> None:
    book = Book()
    book.bill("2.4", 800_000, day=5)
    book.log(1_000_000, day=5)
    book.bill("3.6", 1_200_000, day=6)
    book.log(1_000_000, day=6)
    assert book.causes() == {"cutoff": D(0)}
    assert sorted((f.cell.day.day, f.cost) for f in book.findings() if f.cell.day) == [
        (5, D("-0.6")), (6, D("0.6"))
    ]  # fmt: skip


def test_a_surplus_of_another_size_is_no_cut_off() -> None:
    book = Book()
    book.bill("2.4", 800_000, day=5)
    book.log(1_000_000, day=5)
    book.bill("3.63", 1_210_000, day=6)
    book.log(1_000_000, day=6)
    assert book.causes() == {"unbilled_usage": D("-0.6"), "unlogged_usage": D("0.63")}


def test_tokens_that_cross_two_midnights_in_a_row() -> None:
    book = Book()
    for day, billed in ((5, 800_000), (6, 900_000), (7, 1_300_000)):
        book.bill(str(D(billed) * 3 / 1_000_000), billed, day=day)
        book.log(1_000_000, day=day)
    assert book.causes() == {"cutoff": D(0)}


def test_tokens_of_the_last_day_that_the_next_month_bills() -> None:
    book = Book()
    book.bill("2.4", 800_000, day=31)
    book.log(1_000_000, day=31)
    book.bill("0.6", 200_000, day=1, month=11)
    assert book.causes() == {"cutoff": D("-0.6")}


def test_an_unknown_name_is_unmapped_as_billed() -> None:
    book = Book()
    book.bill("4", 1_000_000, model="", name="Nova 9")
    assert book.causes() == {"unmapped_billing_name": D(4)}


def test_an_unknown_name_whose_days_agree_with_an_unbilled_model_is_that_model() -> None:
    book = Book()
    for day in (3, 4, 5):
        book.bill(str(3 * day), day * 1_000_000, day=day, model="", name="Nova 9")
        book.log(day * 1_000_000, day=day)
    assert book.causes() == {}
    (finding,) = {(f.cause, f.detail) for f in book.findings()}
    assert finding == ("unmapped_billing_name", f"Nova 9: logged as {MODEL}")


def test_a_model_without_a_price_is_named() -> None:
    book = Book()
    book.bill("4", 1_000_000)
    book.log(1_000_000, priced=False)
    book.ground.prices = {}
    assert book.causes() == {"unpriced_model": D(4)}


def test_a_rate_that_no_price_explains_is_a_rate_difference_on_what_is_logged() -> None:
    book = Book()
    book.bill("3.1415926535", 1_000_000)
    book.log(500_000)
    assert book.causes() == {"rate_difference": D("0.07079632675"), "unlogged_usage": D("1.57079632675")}


def test_an_amount_that_nothing_explains_is_unexplained() -> None:
    book = Book()
    book.bill("3.14159265358")
    book.log(500_000)
    assert book.causes() == {"unexplained": D("1.64159265358")}


def test_amounts_printed_in_cents_are_rounding() -> None:
    book = Book()
    book.bill("3.70", None, decimals=2)
    book.log(1_234_567)
    assert book.causes() == {"rounding": D("-0.003701")}


def test_another_currency_without_a_rate() -> None:
    book = Book()
    book.bill("2.8", 1_000_000, currency="EUR")
    book.log(1_000_000)
    assert {(f.cell.currency, f.cause, f.cost) for f in book.findings()} == {
        ("EUR", "currency", D("2.8")),
        ("USD", "currency", D(-3)),
    }


@pytest.mark.parametrize(
    "nature", ["tax", "credit", "refund", "seats", "commitment", "tool_fees", "other_charges"]
)
def test_what_the_bill_names_itself(nature: str) -> None:
    book = Book()
    book.bill("-4.5", nature=nature)
    assert book.causes() == {nature: D("-4.5")}


def test_names_that_differ_never_meet() -> None:
    book = Book()
    book.bill("3", 1_000_000, project="a")
    book.log(1_000_000, project="b")
    assert book.causes() == {"unlogged_usage": D(3), "unbilled_usage": D(-3)}


def test_a_log_without_a_project_meets_any() -> None:
    book = Book()
    book.bill("3", 1_000_000, project="a")
    book.log(1_000_000)
    assert book.causes() == {}
    (line,) = book.reconciled().lines
    assert (line.name, line.expected, line.state) == (
        f"acme acct / a 2026-10-05 {MODEL} input_uncached",
        3,
        "matched",
    )


def test_a_discount_on_a_bill_in_cents_shows_in_the_sums_of_the_month() -> None:
    book = Book()
    for day in range(1, 29):
        for kind, rate in (("input_uncached", 3), ("output", 15), ("cache_read", D("0.3"))):
            tokens = 1_000_003 * day
            cents = round(D(tokens) * rate / 1_000_000 * D("0.93"), 2)
            book.bill(str(cents), None, decimals=2, day=day, kind=kind)
            book.log(tokens, day=day, kind=kind)
    causes = book.causes()
    assert set(causes) == {"contract_discount", "rounding"}
    assert abs(causes["rounding"]) < D("0.1")


def test_a_line_without_quantity_is_read_with_its_siblings() -> None:
    """The bill tells two projects apart and the log none: only their sum can be compared."""
    book = Book()
    for day in range(1, 6):
        book.bill("1.395", None, day=day, project="a")
        book.bill("2.79", None, day=day, project="b")
        book.log(1_500_000, day=day)
    # Projects that stand on one side alone are no place to meet in.
    for item in book.ground.items:
        object.__setattr__(item.cell, "project", "")
    assert book.causes() == {"contract_discount": D("-1.575")}
