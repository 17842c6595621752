"""The ledger's head, kept a second time outside the database.

A write-ahead log that is cut short opens without a word (measured), so the last committed
batch also stands in a small fsynced file beside the ledger and is compared at each open.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from finops_ai.errors import IntegrityError
from finops_ai.ledger.database import Connection

_STATE = """
SELECT
    coalesce(max(batch_id), 0), coalesce(max(running_hash), ''),
    (SELECT count(*) FROM charge), (SELECT count(*) FROM token_usage), (SELECT count(*) FROM outcome)
FROM ledger_head
"""
_TOTALS = """
SELECT concat_ws(
    '|',
    (SELECT concat_ws(',', count(*), sum(rows_read), sum(rows_added)) FROM imported_file),
    (SELECT concat_ws(',', sum(charge_rows), sum(billed_cost))
     FROM delivery WHERE superseded_by_file_id IS NULL)
)
"""


@dataclass(frozen=True)
class Head:
    """The last committed batch: its number, running hash and the row counts after it."""

    batch_id: int
    running_hash: str
    charge_rows: int
    usage_rows: int
    outcome_rows: int


def head_path(ledger_path: Path) -> Path:
    """Where the second copy of the head stands."""
    return ledger_path.with_name(ledger_path.name + ".head")


def advance(connection: Connection) -> Head:
    """Count the open transaction as the next batch, inside it, and return the new head."""
    before = _read(connection)
    row = connection.execute(
        "SELECT md5(concat_ws('|', ?, (" + _TOTALS + ")))", [before.running_hash]
    ).fetchone()
    assert row is not None
    after = Head(before.batch_id + 1, row[0], before.charge_rows, before.usage_rows, before.outcome_rows)
    connection.execute("DELETE FROM ledger_head")
    connection.execute("INSERT INTO ledger_head VALUES (?, ?, ?, ?, ?)", list(asdict(after).values()))
    return after


def write(ledger_path: Path, state: Head) -> None:
    """Put `state` beside the ledger: temporary file, fsync, rename, fsync of the folder."""
    target = head_path(ledger_path)
    temporary = target.with_name(target.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(state), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def compare(connection: Connection, ledger_path: Path, *, read_only: bool) -> None:
    """Raise IntegrityError when the database lacks what the head file says was committed.

    A database that is ahead of the file was killed between COMMIT and the write of the file:
    everything in it is whole, so the file follows.
    """
    inside = _read(connection)
    target = head_path(ledger_path)
    outside = _read_file(target)
    if outside is None or inside.batch_id > outside.batch_id:
        if not read_only and inside.batch_id > 0:
            write(ledger_path, inside)
        return
    if inside != outside:
        raise IntegrityError(
            f"{ledger_path}: the last commits are missing: {target.name} knows batch {outside.batch_id} "
            f"({outside.charge_rows} charges, {outside.usage_rows} usage rows), the ledger holds batch "
            f"{inside.batch_id} ({inside.charge_rows}, {inside.usage_rows}).",
            hint=(
                "Restore the ledger and its .wal from a backup. To go on with what is there, "
                f"delete {target.name} and ingest the files again: known rows are not added twice."
            ),
        )


def _read(connection: Connection) -> Head:
    row = connection.execute(_STATE).fetchone()
    assert row is not None
    return Head(*row)


def _read_file(target: Path) -> Head | None:
    if not target.exists():
        return None
    try:
        return Head(**json.loads(target.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise IntegrityError(
            f"{target}: is not a ledger head ({error}).", hint="Delete it; the next write makes it anew."
        ) from error
