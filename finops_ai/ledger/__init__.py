"""The DuckDB file: connection, migrations, invariants."""

from duckdb import Error as DatabaseError

from finops_ai.ledger.connection import Ledger, quoted, statement

__all__ = ["DatabaseError", "Ledger", "quoted", "statement"]
