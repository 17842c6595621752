"""Where a statement of the user's ends is told by DuckDB's own lexer."""

from __future__ import annotations

import pytest

from finops_ai.ledger import sole_statement


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT 1 ; ;\n-- behind it; too\n", "SELECT 1 "),
        (
            "SELECT ';', \"a;b\", $$;$$, E'\\';' -- ;\nFROM raw",
            "SELECT ';', \"a;b\", $$;$$, E'\\';' -- ;\nFROM raw",
        ),
        ("SELECT 'ä€𝄞'; -- ü", "SELECT 'ä€𝄞'"),
        ("SELECT 1 /* ; */; /* ; */", "SELECT 1 /* ; */"),
        ("", ""),
        ("-- nothing\n;", ""),
        ("SELECT 1; SELECT 2", None),
        ("; SELECT 1", None),
        ("SELECT E'\\''; DROP TABLE charge; SELECT '1'", None),
        ("SELECT $$'$$; DROP TABLE charge; SELECT '1'", None),
        ("SELECT count(*);DROP TABLE charge", None),
    ],
)
def test_the_one_statement_of_a_text(sql: str, found: str | None) -> None:
    assert sole_statement(sql) == found
