"""The fields that rules, pools and links may name: columns of a row table, or ``tags.<key>``."""

from __future__ import annotations

import re

from finops_ai.ledger import Ledger, quoted

TAG_PREFIX = "tags."
_NAMED = "SELECT column_name FROM duckdb_columns() WHERE table_name = $table AND schema_name = 'main'"
_LITERAL = re.compile(r"(?:[\w \-/:@,=~#%&!<>;'\"]|\\[^\w\s])*\Z")
_ESCAPED = re.compile(r"\\(.)")


def columns(ledger: Ledger, table: str) -> frozenset[str]:
    """The column names of `table`."""
    return frozenset(row[0] for row in ledger.rows(_NAMED, {"table": table}))


def exists(field_name: str, known: frozenset[str]) -> bool:
    """Whether a row with the columns `known` has the field."""
    return field_name.startswith(TAG_PREFIX) or field_name in known


def expression(field_name: str, parameter: str) -> tuple[str, dict[str, object]]:
    """SQL text and bound values of a field as text; NULL where a row has no such tag.

    Tags that are no JSON count as absent: a bill's tags are not ours to correct.
    """
    if not field_name.startswith(TAG_PREFIX):
        return f"{quoted(field_name)}::VARCHAR", {}
    key = field_name.removeprefix(TAG_PREFIX).replace("\\", "\\\\").replace('"', '\\"')
    return f"TRY(json_extract_string(tags, ${parameter}))", {parameter: f'$."{key}"'}


def literal(pattern: str) -> str | None:
    """The only text that an RE2 `pattern` matches, or None when it matches by wildcard.

    Most rules name exact values: comparing is many times faster than a regular expression.
    """
    return _ESCAPED.sub(r"\1", pattern) if _LITERAL.match(pattern) else None
