"""The one division of money: shares add up to the last digit, whatever the amounts and weights."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_ai.attribution.matching import ROOM
from finops_ai.ledger import Ledger
from tests.attribution.attribution_books import D

UNIT = Fraction(1, 10**15)
AMOUNTS = st.decimals("-99999999999999999999999", "99999999999999999999999", places=15)
SPLITS = st.lists(
    st.tuples(AMOUNTS, st.lists(st.integers(0, 10**30) | st.integers(0, 9), min_size=1, max_size=6)),
    min_size=1,
    max_size=40,
)


def divide(ledger: Ledger, splits: list[tuple[D, list[int]]]) -> list[list[D]]:
    """The shares of each split, in the order of its weights."""
    for name in ("allocate_units.sql", "allocate_amount.sql"):
        ledger.run(ROOM, name)
    ledger.execute(
        "CREATE OR REPLACE TEMP TABLE split "
        "(group_id BIGINT, subgroup_id BIGINT, member_id BIGINT, weight HUGEINT, amount DECIMAL(38,15))"
    )
    for group, (amount, weights) in enumerate(splits):
        ledger.execute(
            "INSERT INTO split SELECT $group_id, 0, unnest($members::BIGINT[]), "
            "unnest($weights::VARCHAR[])::HUGEINT, $amount::DECIMAL(38,15)",
            {
                "group_id": group,
                "members": list(range(len(weights))),
                "weights": [str(weight) for weight in weights],
                "amount": str(amount),
            },
        )
    ledger.run(ROOM, "allocate.sql")
    rows = ledger.rows("SELECT group_id, share FROM split_share ORDER BY group_id, member_id")
    return [[share for group, share in rows if group == number] for number in range(len(splits))]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPLITS)
def test_shares_add_up_and_follow_their_weights(ledger: Ledger, splits: list[tuple[D, list[int]]]) -> None:
    for (amount, weights), shares in zip(splits, divide(ledger, splits), strict=True):
        assert sum(map(Fraction, shares)) == Fraction(amount)
        total = sum(weights)
        assert all(share == 0 or (share < 0) == (amount < 0) for share in shares)
        # Beyond 19 digits of weight a share may be off by 1e-18 of the amount, never the sum.
        slack = len(weights) * (UNIT + abs(Fraction(amount)) / 10**18)
        for weight, share in zip(weights, shares, strict=True):
            exact = Fraction(amount) * (Fraction(weight, total) if total else Fraction(1, len(weights)))
            assert abs(Fraction(share) - exact) <= slack


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        ("1", [1, 1, 1], ["0.333333333333334", "0.333333333333333", "0.333333333333333"]),
        ("-1", [1, 1, 1], ["-0.333333333333334", "-0.333333333333333", "-0.333333333333333"]),
        ("1", [1, 2, 2], ["0.2", "0.4", "0.4"]),
        ("2", [1, 3, 3], ["0.285714285714285", "0.857142857142858", "0.857142857142857"]),
        ("5", [0, 7], ["0", "5"]),
        ("5", [0, 0], ["2.5", "2.5"]),
        ("0", [1, 2], ["0", "0"]),
        ("0.000000000000001", [1, 1], ["0.000000000000001", "0"]),
        ("7", [3], ["7"]),
    ],
)
def test_the_residue_goes_to_the_largest_weight_and_the_first_among_equals(
    ledger: Ledger, amount: str, weights: list[int], shares: list[str]
) -> None:
    assert divide(ledger, [(D(amount), weights)]) == [[D(share) for share in shares]]
