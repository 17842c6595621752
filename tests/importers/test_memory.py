"""Numbering the records of a file of any size holds nothing in memory but what UPDATE itself keeps."""

from __future__ import annotations

from finops_ai.ledger import Ledger, statement


def test_charges_are_numbered_without_a_join(ledger: Ledger) -> None:
    # Joined to its own minimum, a file of 10 million rows did not fit under a limit of 300 MB.
    sql = statement("importers", "sql/number_charges.sql")
    ((_, plan),) = ledger.rows("EXPLAIN " + sql, {"file_id": 1, "first_row": 0})
    assert "update" in plan.lower()
    assert not [word for word in ("join", "product") if word in plan.lower()]
