"""Numbering the records of a file of any size holds nothing in memory but what UPDATE itself keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_ai.importers import readers
from finops_ai.importers.sources import SourceFile
from finops_ai.ledger import Ledger, statement
from tests.importers.desk import Desk
from tests.importers.test_recovery import line, skus, text


def test_charges_are_numbered_without_a_join(ledger: Ledger) -> None:
    # Joined to its own minimum, a file of 10 million rows did not fit under a limit of 300 MB.
    sql = statement("importers", "sql/number_charges.sql")
    ((_, plan),) = ledger.rows("EXPLAIN " + sql, {"file_id": 1, "first_row": 0})
    assert "update" in plan.lower()
    assert not [word for word in ("join", "product") if word in plan.lower()]


def test_records_read_far_ahead_by_several_threads_keep_their_numbers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "READ_AHEAD_BYTES", 1_000_000)
    path = desk.write("long.csv", text(*(line(n, service="x" * 900) for n in range(8_000))))
    assert readers._read_ahead(desk.ledger, SourceFile(path, "long.csv")) == (
        ", buffer_size = 4000000, max_line_size = 1000000"
    )
    assert desk.one(path).rows_added == 8_000
    assert skus(desk) == [f"sku-{n}" for n in range(8_000)]


def test_small_and_packed_files_are_not_read_ahead(desk: Desk) -> None:
    small = desk.write("small.csv", text(line(0)))
    packed = SourceFile(desk.write("packed.csv", b"\x1f\x8b" + bytes(100)), "packed.csv")
    object.__setattr__(packed, "size_bytes", 10**12)
    assert readers._read_ahead(desk.ledger, SourceFile(small, "small.csv")) == ""
    assert readers._read_ahead(desk.ledger, packed) == ""


@pytest.mark.parametrize("limit", ["512MB", "1GB"])
def test_nothing_is_read_ahead_under_a_tight_limit(tmp_path: Path, limit: str) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"")
    long = SourceFile(path, "long.csv")
    object.__setattr__(long, "size_bytes", 10**12)
    with Ledger.open(tmp_path / "finops.duckdb", memory_limit=limit) as ledger:
        assert readers._read_ahead(ledger, long) == ""
