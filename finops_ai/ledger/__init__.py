"""The DuckDB file: connection, migrations, invariants."""

from finops_ai.ledger.connection import Ledger, quoted, statement

__all__ = ["Ledger", "quoted", "statement"]
