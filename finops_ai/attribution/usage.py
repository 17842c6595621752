"""The month's calls: each with its workflow and outcome, then added up to what a bill is compared with.

Row by row the calls of a month are wide and many; taken in chunks of files and records they need the memory
of one chunk, and a table in order of its records is read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import itemgetter

from finops_ai.ledger import Ledger, statement
from finops_ai.months import Month

ROOM = "attribution"
CHUNK_ROWS_MAX = 500_000
KINDS = (
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "cache_write_5m",
    "input_audio",
    "input_uncached",
    "output",
    "output_audio",
    "web_search",
)
"""Token kinds in the order of their names, by which usage_source.sql numbers usage keys."""
_SEARCHES = "web_search"
_BLOCK_ROWS = 65_536
_LAST_ROW = 2**62


@dataclass(frozen=True)
class Chunk:
    """Files and records, both ends inside: several files whole, or a part of one."""

    first_file: int
    last_file: int
    first_row: int = 0
    last_row: int = _LAST_ROW


_NOTHING = Chunk(0, -1)


def take(ledger: Ledger, month: Month) -> None:
    """Fill usage_attributed, usage_month and what outcomes used in `month`, and temporary usage_member.

    Needs temporary usage_signed, usage_signature and usage_linked, and the month's usage priced.
    """
    span: dict[str, object] = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    of_month: dict[str, object] = {"month": month.first_day}
    (found,) = ledger.records(statement(ROOM, "usage_kinds.sql"), span)
    kinds = [kind for kind, is_used in found.items() if is_used]
    add_up = _each_kind("usage_part.sql", kinds)
    nothing = {**of_month, **asdict(_NOTHING)}
    ledger.run(ROOM, "usage_row.sql", nothing)
    ledger.execute("CREATE OR REPLACE TEMP TABLE usage_part AS\n" + add_up, nothing)
    for chunk in chunks(ledger.run(ROOM, "usage_chunk.sql", span).fetchall(), CHUNK_ROWS_MAX):
        of_chunk = {**of_month, **asdict(chunk)}
        for name in ("usage_row.sql", "usage_attributed.sql"):
            ledger.run(ROOM, name, of_chunk)
        ledger.run(ROOM, "outcome_call_rest.sql", of_month)
        ledger.execute("INSERT INTO usage_part\n" + add_up, of_chunk)
    for name in ("usage_row", "usage_signed", "usage_linked"):
        ledger.execute(f"DROP TABLE IF EXISTS {name}")
    for name in ("outcome_usage.sql", "usage_month.sql"):
        ledger.run(ROOM, name, of_month)
    ledger.execute(_each_kind("usage_member.sql", kinds), of_month)
    ledger.execute("DROP TABLE usage_part")


def _each_kind(name: str, kinds: Sequence[str]) -> str:
    """SQL file `name` with its lines of "each kind" once for each of `kinds`."""
    lines: list[str] = []
    for line in statement(ROOM, name).splitlines():
        if line.endswith("-- each kind"):
            lines += [_of_kind(line, kind) for kind in kinds]
        elif line.endswith("-- each kind of tokens"):
            lines += [_of_kind(line, kind) for kind in kinds if kind != _SEARCHES]
        else:
            lines.append(line)
    return "\n".join(lines)


def _of_kind(line: str, kind: str) -> str:
    quantity = "web_search_calls" if kind == _SEARCHES else f"{kind}_tokens"
    named = {"kind_quantity": quantity, "kind_cost": f"{kind}_cost", "kind_number": str(KINDS.index(kind))}
    return re.sub("|".join(named), lambda found: named[found.group()], line)


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
