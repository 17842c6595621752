"""Money that several detectors claim is counted once: for any claims, and one case worked by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_ai.attribution.waste import load_detectors
from finops_ai.ledger import Ledger

ROOM = "attribution.waste"
NAMES = [each.name for each in load_detectors()]
KINDS = ("input_cost", "cache_read_cost", "cache_write_cost", "output_cost")
CALLS = """
CREATE OR REPLACE TEMP TABLE waste_call AS
SELECT i AS call_id, 'flow' AS workflow, i::UHUGEINT AS usage_id, TIMESTAMP '2026-10-01' AS at_utc,
    'm' AS model, 'USD' AS currency, true AS is_priced, false AS is_billed
FROM range(4) AS r(i)
"""
Claim = tuple[str, int, tuple[Decimal, ...]]

amounts = st.decimals(0, 5, places=3, allow_nan=False, allow_infinity=False)
claims = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 3), st.tuples(*[amounts] * len(KINDS))),
    unique_by=lambda claim: claim[:2],
    max_size=20,
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    path: Path = tmp_path_factory.mktemp("counted") / "finops.duckdb"
    with Ledger.open(path) as ledger:
        ledger.execute(CALLS)
        yield ledger


def counted(ledger: Ledger, made: list[Claim]) -> dict[tuple[str, int], Decimal]:
    ledger.run(ROOM, "claim.sql")
    for name, call, parts in made:
        ledger.execute(
            "INSERT INTO waste_claim BY NAME "
            "SELECT $name AS detector, 'model' AS subject_kind, 'm' AS subject, "
            "$call AS call_id, $a AS input_cost, $b AS cache_read_cost, $c AS cache_write_cost, "
            "$d AS output_cost, 'high' AS confidence",
            {"name": name, "call": call, **dict(zip("abcd", parts, strict=True))},
        )
    ledger.run(ROOM, "counted.sql", {"detectors": NAMES})
    rows = ledger.rows("SELECT detector, call_id, counted_cost FROM waste_counted")
    return {(name, call): amount for name, call, amount in rows}


@settings(max_examples=40, deadline=None)
@given(made=claims)
def test_the_counted_parts_of_a_call_add_up_to_the_largest_claim_of_each_kind(
    scratch: Ledger, made: list[Claim]
) -> None:
    found = counted(scratch, made)
    assert set(found) == {(name, call) for name, call, _ in made}
    assert all(amount >= 0 for amount in found.values())
    largest: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(KINDS))
    for _, call, parts in made:
        largest[call] = [max(pair) for pair in zip(largest[call], parts, strict=True)]
    for call, most in largest.items():
        assert sum(amount for (_, of), amount in found.items() if of == call) == sum(most)


@settings(max_examples=20, deadline=None)
@given(made=claims)
def test_the_first_detector_is_counted_in_full(scratch: Ledger, made: list[Claim]) -> None:
    found = counted(scratch, made)
    for call in {call for _, call, _ in made}:
        name, parts = min(
            ((name, parts) for name, of, parts in made if of == call), key=lambda one: NAMES.index(one[0])
        )
        assert found[name, call] == sum(parts)


def test_a_retried_call_that_reloads_its_context(scratch: Ledger) -> None:
    """The storm claims the call, 0.30 + 0.05; the reload and batch claim parts that lie inside."""
    found = counted(
        scratch,
        [
            ("batch_eligible", 1, (Decimal("0.15"), Decimal(0), Decimal(0), Decimal("0.025"))),
            ("context_reload", 1, (Decimal("0.27"), Decimal(0), Decimal(0), Decimal(0))),
            ("retry_storm", 1, (Decimal("0.30"), Decimal(0), Decimal(0), Decimal("0.05"))),
            ("context_reload", 2, (Decimal("0.27"), Decimal(0), Decimal(0), Decimal(0))),
            ("batch_eligible", 2, (Decimal("0.15"), Decimal(0), Decimal(0), Decimal("0.025"))),
        ],
    )
    assert found["retry_storm", 1] == Decimal("0.35")
    assert found["context_reload", 1] == found["batch_eligible", 1] == 0
    assert found["context_reload", 2] == Decimal("0.27")
    assert found["batch_eligible", 2] == Decimal("0.025")


def test_billed_money_without_a_call_is_counted_as_it_is(scratch: Ledger) -> None:
    scratch.run(ROOM, "claim.sql")
    scratch.execute(
        "INSERT INTO waste_claim BY NAME SELECT 'idle_capacity' AS detector, 'commitment' AS subject_kind, "
        "unnest(['east', 'west']) AS subject, unnest([60.00, 40.00]) AS other_cost, 'USD' AS currency, "
        "'high' AS confidence"
    )
    scratch.run(ROOM, "counted.sql", {"detectors": NAMES})
    rows = scratch.rows("SELECT subject, cost, counted_cost FROM waste_counted ORDER BY subject")
    assert rows == [("east", 60, 60), ("west", 40, 40)]
