"""The DuckDB file: connection, migrations, invariants."""

from finops_ai.ledger.connection import Ledger, quoted, statement
from finops_ai.ledger.database import REFUSED_ROW, DatabaseError, sole_statement

__all__ = ["REFUSED_ROW", "DatabaseError", "Ledger", "quoted", "sole_statement", "statement"]
