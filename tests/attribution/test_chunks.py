"""A month's calls in chunks: every row in exactly one, and the same money whatever the chunks are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_ai.attribution import usage
from finops_ai.attribution.usage import Chunk, chunks
from tests.attribution.attribution_books import OCTOBER, Books, config, rule

BLOCK = 65_536


def test_small_files_share_a_chunk_and_large_ones_are_cut_between_blocks() -> None:
    blocks = [(1, 0, 40), (2, 0, 50), (3, 0, 60), (3, 1, 60), (3, 5, 60), (4, 0, 10)]
    assert list(chunks(blocks, rows_max=120)) == [
        Chunk(1, 2),
        Chunk(3, 3, 0, 2 * BLOCK - 1),
        Chunk(3, 3, 2 * BLOCK),
        Chunk(4, 4),
    ]


@given(
    files=st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=6), max_size=8),
    rows_max=st.integers(1, 120),
)
def test_each_record_is_in_exactly_one_chunk(files: list[list[int]], rows_max: int) -> None:
    blocks = [(f, b, rows) for f, found in enumerate(files, start=1) for b, rows in enumerate(found)]
    made = list(chunks(blocks, rows_max))
    for file_id, block, _ in blocks:
        for row in (block * BLOCK, block * BLOCK + BLOCK - 1):
            holding = [
                chunk
                for chunk in made
                if chunk.first_file <= file_id <= chunk.last_file and chunk.first_row <= row <= chunk.last_row
            ]
            assert len(holding) == 1


def test_chunks_of_one_row_give_the_same_allocation(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    books.tokens("10.00", "output", 600, model_id="gpt-5", model_name="gpt-5")
    for number in range(3):
        books.call(
            file_id=number + 1,
            output_tokens=100 + number,
            tags='{"workflow": "support"}' if number else None,
            list_cost={"output": "1.5"},
        )
    found = config(rule(1, "support", tags__workflow="support"))

    def attributed() -> list[tuple[object, ...]]:
        books.attribute(found)
        return books.ledger.rows(
            "SELECT * EXCLUDE (month) FROM allocation_row WHERE month = $month", {"month": OCTOBER.first_day}
        )

    whole = attributed()
    assert whole
    monkeypatch.setattr(usage, "CHUNK_ROWS_MAX", 1)
    assert attributed() == whole
