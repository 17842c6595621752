"""Fixtures of the unit cost tests."""

from __future__ import annotations

import pytest

from finops_ai.ledger import Ledger
from tests.attribution.attribution_books import Books


@pytest.fixture
def books(ledger: Ledger) -> Books:
    """Empty books over an empty ledger."""
    return Books(ledger)
