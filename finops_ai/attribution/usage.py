"""The month's calls: each with its workflow and outcome, then added up to what a bill is compared with.

Row by row the calls of a month are wide and many; taken in chunks of files and records they need the memory
of one chunk, and a table in order of its records is read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import itemgetter

from finops_ai.ledger import Ledger, statement
from finops_ai.months import Month

ROOM = "attribution"
CHUNK_ROWS_MAX = 500_000
_BLOCK_ROWS = 65_536
_LAST_ROW = 2**62


@dataclass(frozen=True)
class Chunk:
    """Files and records, both ends inside: several files whole, or a part of one."""

    first_file: int
    last_file: int
    first_row: int = 0
    last_row: int = _LAST_ROW


def take(ledger: Ledger, month: Month) -> None:
    """Fill usage_attributed, usage_month and what outcomes used in `month`, and temporary usage_member.

    Needs temporary usage_mapped and usage_linked, and the month's usage priced.
    """
    span: dict[str, object] = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    of_month: dict[str, object] = {"month": month.first_day}
    ledger.run(ROOM, "usage_part_new.sql")
    add_up = _of_used_kinds(ledger, span)
    for chunk in chunks(ledger.run(ROOM, "usage_chunk.sql", span).fetchall(), CHUNK_ROWS_MAX):
        of_chunk = {**of_month, **asdict(chunk)}
        ledger.run(ROOM, "usage_row.sql", {**span, **of_chunk})
        ledger.run(ROOM, "usage_attributed.sql", of_chunk)
        ledger.run(ROOM, "outcome_call_rest.sql", of_month)
        ledger.execute(add_up, of_chunk)
    ledger.execute("DROP TABLE IF EXISTS usage_row")
    ledger.run(ROOM, "outcome_usage.sql", of_month)
    ledger.run(ROOM, "usage_month.sql", of_month)
    ledger.run(ROOM, "usage_member.sql")
    ledger.execute("DROP TABLE usage_part")


def _of_used_kinds(ledger: Ledger, span: dict[str, object]) -> str:
    """usage_part.sql without the lines of kinds that no call of the month used."""
    (found,) = ledger.records(statement(ROOM, "usage_kinds.sql"), span)
    lines = statement(ROOM, "usage_part.sql").splitlines()
    unused = tuple(f"-- kind {kind}" for kind, is_used in found.items() if not is_used)
    return "\n".join(line for line in lines if not line.endswith(unused))


def chunks(blocks: Iterable[tuple[int, int, int]], rows_max: int) -> Iterator[Chunk]:
    """Chunks of about `rows_max` rows at most, of (file, block of its records, rows) in order.

    Small files share a chunk, a large one is cut between blocks.
    """
    small: list[int] = []
    small_rows = 0
    for file_id, found in groupby(blocks, key=itemgetter(0)):
        file_blocks = list(found)
        rows = sum(block[2] for block in file_blocks)
        if small and small_rows + rows > rows_max:
            yield Chunk(small[0], small[-1])
            small, small_rows = [], 0
        if rows > rows_max:
            yield from _cut(file_id, file_blocks, rows_max)
        else:
            small.append(file_id)
            small_rows += rows
    if small:
        yield Chunk(small[0], small[-1])


def _cut(file_id: int, blocks: Iterable[tuple[int, int, int]], rows_max: int) -> Iterator[Chunk]:
    first, last, held = 0, 0, 0
    for _, block, rows in blocks:
        if held and held + rows > rows_max:
            yield Chunk(file_id, file_id, first, (last + 1) * _BLOCK_ROWS - 1)
            first, held = (last + 1) * _BLOCK_ROWS, 0
        last, held = block, held + rows
    yield Chunk(file_id, file_id, first)
