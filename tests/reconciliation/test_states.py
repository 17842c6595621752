"""States of lines: matched, within tolerance, to investigate, accepted; when an acceptance lapses."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from finops_ai.errors import IntegrityError
from finops_ai.reconciliation import Line, Reconciliation
from finops_ai.reconciliation.result import Acceptance, reconciled
from tests.reconciliation.books import OCTOBER, Book

D = Decimal


def two_lines() -> Book:
    """One line that agrees, one with 20 of 30 cents unlogged."""
    book = Book()
    book.bill("3", 1_000_000, day=1)
    book.log(1_000_000, day=1)
    book.bill("3.2", None, day=2, project="shadow")
    book.log(1_000_000, day=2, project="shadow")
    return book


def accepted(line: Line, grouping: str = "line") -> Acceptance:
    at_utc = datetime(2026, 11, 2)
    return Acceptance(line.line_id, grouping, line.name, "USD", line.difference, "known", "maria", at_utc)


def states(found: Reconciliation) -> list[str]:
    return [line.state for line in found.lines]


def test_a_line_is_matched_or_to_investigate() -> None:
    found = two_lines().reconciled()
    assert states(found) == ["matched", "to investigate"]
    (balance,) = found.balances
    assert (balance.difference, balance.open_difference) == (D("0.2"), D("0.2"))
    assert found.beyond_tolerance


@pytest.mark.parametrize(
    ("tolerance", "state", "beyond"),
    [("0.0625", "within tolerance", False), ("0.0624", "to investigate", True)],
)
def test_the_tolerance_is_a_share_of_the_larger_side(tolerance: str, state: str, beyond: bool) -> None:
    found = two_lines().reconciled(tolerance=tolerance)
    assert states(found) == ["matched", state]
    # 0.2 of 6.2 billed are within 6 % all the same: the whole is judged beside its lines.
    assert found.balances[0].beyond_tolerance is (D("0.2") > D("6.2") * D(tolerance))
    assert not (beyond and found.balances[0].open_difference == 0)


def test_an_accepted_line_is_no_finding_until_its_amount_changes() -> None:
    line = two_lines().reconciled().lines[1]
    found = two_lines().reconciled(accepted=(accepted(line),))
    assert states(found) == ["matched", "accepted"]
    assert not found.beyond_tolerance
    changed = two_lines()
    changed.bill("0.1", None, day=2, project="shadow")
    again = changed.reconciled(accepted=(accepted(line),))
    assert [(line.state, line.lapsed) for line in again.lines] == [
        ("matched", False),
        ("to investigate", True),
    ]


@pytest.mark.parametrize("grouping", ["provider", "account", "day", "model", "kind"])
def test_an_accepted_group_covers_its_lines(grouping: str) -> None:
    group = next(line for line in two_lines().reconciled().by(grouping) if line.difference)
    found = two_lines().reconciled(accepted=(accepted(group, grouping),))
    assert not found.beyond_tolerance
    assert "to investigate" not in states(found)


def test_a_surplus_and_a_deficit_do_not_cancel_out_in_a_group() -> None:
    book = Book()
    book.bill("3", 1_000_000, day=1, project="a")
    book.log(1_000_000, day=3, project="b")
    (provider,) = book.reconciled().by("provider")
    assert (provider.difference, provider.state) == (0, "to investigate")


def test_what_the_bill_itself_names_is_nothing_to_investigate() -> None:
    book = Book()
    book.bill("19", nature="tax", day=None)
    found = book.reconciled()
    assert states(found) == ["matched"]
    assert not found.beyond_tolerance


def test_a_line_keeps_its_id() -> None:
    one, two = two_lines().reconciled().lines
    assert (len(one.line_id), len({one.line_id, two.line_id})) == (10, 2)
    assert [line.line_id for line in two_lines().reconciled().lines] == [one.line_id, two.line_id]


def test_causes_stand_in_their_order_with_unexplained_last() -> None:
    book = Book()
    book.bill("3.14159265358")
    book.log(500_000)
    book.bill("1", nature="tax", detail="VAT", day=None)
    causes = book.reconciled().causes()
    assert [(cause.cause, cause.label, cause.detail) for cause in causes] == [
        ("tax", "billed", "VAT"),
        ("unexplained", "billed", "the bill prints no quantity"),
    ]


def test_causes_that_do_not_add_up_are_refused() -> None:
    book = two_lines()
    findings = book.findings()
    with pytest.raises(IntegrityError, match=r"add up to 0, the difference is 0\.2"):
        reconciled(OCTOBER, book.ground, findings[:-1], D(0), ())
