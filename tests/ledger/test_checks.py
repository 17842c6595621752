"""Each check in finops_ai/ledger/checks fires on a ledger that breaks its promise, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_ai.errors import ExitCode, IntegrityError
from finops_ai.ledger import Ledger, checks

MONTH = "DATE '2026-10-01'"
FILE = """
INSERT INTO imported_file BY NAME
SELECT 1 AS file_id, 'x' AS sha256, 'bill.csv' AS path, 'focus' AS importer, 'charge' AS feeds, 1 AS bytes,
    2 AS rows_read, 2 AS rows_added, 0 AS rows_repeated, 0 AS rows_replaced, 0 AS rows_rejected,
    0 AS rows_ignored, 0 AS rows_rounded, 0 AS rounded_total, TIMESTAMP '2026-11-21' AS imported_at_utc
"""
CHARGES = """
INSERT INTO charge BY NAME
SELECT 1 AS file_id, number AS row_number, 'focus' AS source, 'aws' AS provider, cost AS billed_cost,
    'acme' AS billing_account_id, 'USD' AS billing_currency, 'Usage' AS charge_category,
    TIMESTAMP '2026-10-01' AS billing_period_start_utc, TIMESTAMP '2026-11-01' AS billing_period_end_utc,
    TIMESTAMP '2026-10-01' AS charge_period_start_utc, TIMESTAMP '2026-11-01' AS charge_period_end_utc
FROM (VALUES (1, 70.10), (2, 30.00)) AS line (number, cost)
"""
DELIVERY = f"INSERT INTO delivery VALUES (1, 'focus', 'acme', {MONTH}, 'USD', 2, 100.10, NULL)"
TOUCHED = f"INSERT INTO month_input VALUES ({MONTH}, 1)"
IMPORTED = (FILE, CHARGES, DELIVERY, TOUCHED)


def cell(number: int, cost: str, nature: str = "usage", rows: int = 1) -> str:
    return (
        "INSERT INTO cell BY NAME SELECT "
        f"{MONTH} AS month, {number} AS cell_id, '{nature}' AS nature, 'aws' AS provider, "
        f"'USD' AS billing_currency, 'Usage' AS charge_category, {cost} AS billed_cost, {rows} AS charge_rows"
    )


def allocated(
    number: int,
    cost: str,
    *,
    kind: str = "direct",
    workflow: str = "NULL",
    pool: str = "NULL",
    cause: str = "NULL",
) -> str:
    return (
        "INSERT INTO allocation_row BY NAME SELECT "
        f"{MONTH} AS month, {number} AS cell_id, 'allocated' AS label, '{kind}' AS kind, "
        f"{workflow} AS workflow, {pool} AS pool, {cause} AS cause, "
        f"'it' AS detail, 0 AS tokens, {cost} AS cost"
    )


ATTRIBUTED = (
    *IMPORTED,
    f"INSERT INTO month_attributed VALUES ({MONTH}, 1, 'c', 'p', 0, 'USD')",
    cell(1, "70.10"),
    cell(2, "30.00", "shared"),
    cell(3, "0", "pool", rows=0),
    allocated(1, "60.10", workflow="'triage'"),
    allocated(1, "10.00", kind="gap", cause="'unmapped_usage'"),
    allocated(2, "30.00", kind="pool_source", pool="'search'"),
    allocated(3, "-30.00", kind="pool_source", pool="'search'"),
    allocated(3, "20.00", kind="pool_share", workflow="'triage'", pool="'search'"),
    allocated(3, "10.00", kind="pool_share", workflow="'intake'", pool="'search'"),
    f"INSERT INTO outcome_spend VALUES ({MONTH}, 'ticket', 'T', 'triage', 'session_id', 'USD', 50)",
    f"INSERT INTO outcome_month VALUES ({MONTH}, 'ticket', 'triage', 'USD', 9, 8, 50, 10.10, 20, 0, 1, 1, 1)",
    f"INSERT INTO outcome_month VALUES ({MONTH}, 'claim', 'intake', 'USD', 0, 0, 0, 0, 10, 0, NULL, NULL, 1)",
)
CONVERTED = (
    f"INSERT INTO charge_converted BY NAME SELECT {MONTH} AS month, 1 AS charge_id, 1 AS cell_id, "
    f"'aws' AS provider, {MONTH} AS day, 'EUR' AS billing_currency, 10 AS billed_cost, "
    "'USD' AS reporting_currency"
)
CALL = f"SELECT {MONTH} AS month, 2 AS file_id, 1 AS row_number, 1 AS usage_id, 'triage' AS workflow"
SHARED = (
    f"INSERT INTO usage_attributed BY NAME {CALL}, 'openai' AS provider, "
    "'ticket' AS outcome_kind, 'T1' AS outcome_id"
)
REST = (
    f"INSERT INTO outcome_call_rest BY NAME {CALL}, "
    "'ticket' AS outcome_kind, 'T2' AS outcome_id, 'session_id' AS link"
)
CLOSED = f"INSERT INTO closed_month VALUES ({MONTH}, 'figures', 'prices', 1, '2026-11-05')"
KEPT = "INSERT INTO closed_figure SELECT * FROM month_figure"

# Per check: what breaks it, in a ledger that is otherwise right.
BREAKS = {
    "0001_rows_are_accounted_for": ["UPDATE imported_file SET rows_read = 3"],
    "0002_deliveries_equal_charges": [
        "UPDATE charge SET billed_cost = billed_cost + 0.000000000000001 WHERE row_number = 2",
        "DELETE FROM charge WHERE row_number = 2",
        "UPDATE delivery SET superseded_by_file_id = 2",
        "UPDATE delivery SET charge_rows = 3",
        "DELETE FROM delivery",
    ],
    "0101_every_billed_amount_is_allocated": [
        "UPDATE charge SET billed_cost = billed_cost + 0.000000000000001 WHERE row_number = 1",
        "UPDATE charge SET billing_currency = 'EUR' WHERE row_number = 2",
        "DELETE FROM charge",
    ],
    "0102_cells_explain_their_charges": [
        "UPDATE allocation_row SET cost = cost - 0.000000000000001 WHERE kind = 'direct'",
        "DELETE FROM allocation_row WHERE cell_id = 1",
        "DELETE FROM cell WHERE cell_id = 2",
    ],
    "0103_pools_net_to_zero": [
        "DELETE FROM allocation_row WHERE kind = 'pool_source' AND cost < 0",
        "UPDATE allocation_row SET cost = 29.99 WHERE kind = 'pool_source' AND cost > 0",
    ],
    "0104_outcomes_share_their_workflow": [
        "UPDATE outcome_month SET linked_cost = linked_cost + 0.01 WHERE kind = 'ticket'",
        "UPDATE outcome_month SET workflow = 'other' WHERE kind = 'claim'",
    ],
    "0105_gaps_are_allocated_money": [
        "UPDATE allocation_row SET kind = 'direct' WHERE kind = 'gap'",
        "UPDATE allocation_row SET cause = NULL WHERE kind = 'gap'",
        "UPDATE allocation_row SET cause = 'rate_difference' WHERE kind = 'direct'",
    ],
    "0106_converted_parts_add_up": [
        f"{CONVERTED}, 1.1 AS rate, 11 AS reporting_cost",
        f"{CONVERTED}, 'no rate' AS missing",
        f"{CONVERTED}, 1.1 AS rate",
    ],
    "0107_closed_months_stay": [
        CLOSED,
        f"{CLOSED}; {KEPT}; UPDATE closed_figure SET cost = cost + 0.000000000000001 WHERE kind = 'gap'",
        f"{CLOSED}; {KEPT}; DELETE FROM closed_figure WHERE name = 'intake'",
    ],
    "0108_shares_of_a_call_add_up": [
        f"{SHARED}, 0.5 AS outcome_share",
        f"{REST}, 0.5 AS share",
        f"{SHARED}, 0.5 AS outcome_share; {REST}, 0.499999999999999 AS share",
    ],
    "0109_outcomes_hold_their_money": [
        "UPDATE outcome_spend SET cost = cost - 0.000000000000001",
        "UPDATE outcome_spend SET workflow = 'intake'",
        "DELETE FROM outcome_spend",
    ],
}
CASES = [(name, sql) for name, breaks in BREAKS.items() for sql in breaks]


@pytest.fixture
def sound(ledger: Ledger) -> Ledger:
    """A month of two charges: one direct with a gap, one shared by two workflows."""
    with ledger.transaction(writes="attribution"):
        for sql in ATTRIBUTED:
            ledger.execute(sql)
    return ledger


def broken(ledger: Ledger) -> set[str]:
    return {violation.check.name for violation in ledger.broken_promises()}


def broken_after(ledger: Ledger, sql: str) -> set[str]:
    ledger.execute(sql)
    return broken(ledger)


def test_every_check_is_tried() -> None:
    assert set(BREAKS) == {check.name for check in checks.shipped()}


def test_a_sound_ledger_breaks_no_promise(sound: Ledger) -> None:
    assert broken(sound) == set()
    assert broken_after(sound, f"{CLOSED}; {KEPT}") == set()
    assert sound.value("SELECT sum(cost) FROM allocation") == sound.value(
        "SELECT sum(billed_cost) FROM charge"
    )


def content(ledger: Ledger) -> list[list[tuple[object, ...]]]:
    return [
        ledger.rows(f"FROM {table} ORDER BY ALL") for table in ("charge", "allocation_row", "ledger_head")
    ]


@pytest.mark.parametrize(("name", "sql"), CASES)
def test_a_check_fires_and_what_breaks_it_is_not_committed(sound: Ledger, name: str, sql: str) -> None:
    (check,) = (check for check in checks.shipped() if check.name == name)
    before = content(sound)
    with pytest.raises(IntegrityError) as told, sound.transaction(writes=check.after):
        fired = broken_after(sound, sql)
    assert name in fired
    assert told.value.exit_code == ExitCode.INTEGRITY
    assert content(sound) == before
    assert broken(sound) == set()


def test_the_message_names_the_check_its_promise_and_the_row(sound: Ledger) -> None:
    with pytest.raises(IntegrityError) as told, sound.transaction():
        sound.execute("UPDATE imported_file SET rows_read = 3")
    assert told.value.message == (
        "check 0001_rows_are_accounted_for failed: every record of every file is added, repeated, replaced, "
        "rejected or ignored (first in: bill.csv, 3, 2)."
    )


def test_checks_of_the_other_group_do_not_run(sound: Ledger) -> None:
    # An import makes attribution stale; that is told by `status`, not an error of the import.
    with sound.transaction(writes="import"):
        sound.execute("DELETE FROM allocation_row")
    assert "0102_cells_explain_their_charges" in broken(sound)


def test_an_interrupt_rolls_back(sound: Ledger) -> None:
    before = sound.rows("FROM ledger_head")
    with pytest.raises(KeyboardInterrupt), sound.transaction():  # noqa: PT012 - the second ends the first
        sound.execute("DELETE FROM charge")
        raise KeyboardInterrupt
    assert sound.value("SELECT count(*) FROM charge") == 2
    assert sound.rows("FROM ledger_head") == before


def test_every_commit_moves_the_head_and_its_hash(ledger: Ledger) -> None:
    seen = []
    for number in range(3):
        assert ledger.next_batch_id == number + 1
        with ledger.transaction(writes="none"):
            ledger.execute(f"INSERT INTO month_input VALUES (DATE '2026-0{number + 1}-01', {number})")
        seen.append(ledger.rows("SELECT batch_id, running_hash FROM ledger_head")[0])
    assert [batch for batch, _ in seen] == [1, 2, 3]
    assert len({running for _, running in seen}) == 3


def test_transactions_do_not_nest(ledger: Ledger) -> None:
    with (
        pytest.raises(AssertionError, match="transactions do not nest"),
        ledger.transaction(),
        ledger.transaction(),
    ):
        pass


def test_a_bulk_commit_leaves_nothing_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "finops.duckdb.wal"
    with Ledger.open(tmp_path / "finops.duckdb") as ledger:
        sizes: list[int] = []
        for bulk in (False, True, False):
            with ledger.transaction(writes="none", bulk=bulk):
                ledger.execute(f"INSERT INTO month_input VALUES (DATE '2026-01-0{len(sizes) + 1}', 1)")
            sizes.append(log.stat().st_size if log.exists() else 0)
        assert sizes[0] > 0
        assert sizes[1] == 0
        assert sizes[2] > 0
