"""Fixtures of the attribution tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from finops_ai.ledger import Ledger

# The tests are no package (import mode importlib), so their helper module is found by folder.
sys.path.insert(0, str(Path(__file__).parent))

from attribution_books import Books  # noqa: E402


@pytest.fixture
def books(ledger: Ledger) -> Books:
    """Empty books over an empty ledger."""
    return Books(ledger)
