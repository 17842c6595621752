"""The fields that rules, pools and links may name: columns of a row table, or a path into its tags.

``tags.team`` is the tag `team`. ``tags.a.b`` is the tag `a.b`, else `b` within the tag `a`.
``tags['a.b'].c[0]`` says which: the first item of `c` within the tag `a.b`. FOCUS charges have two more such
columns: allocated_tags and sku_price_details.
"""

from __future__ import annotations

import re

from finops_ai.ledger import Ledger, quoted
from finops_ai.patterns import column_of, is_tag, tag_paths

_NAMED = "SELECT column_name FROM duckdb_columns() WHERE table_name = $table AND schema_name = 'main'"
_LITERAL = re.compile(r"(?:[\w \-/:@,=~#%&!<>;'\"]|\\[^\w\s])*\Z")
_ESCAPED = re.compile(r"\\(.)")


def columns(ledger: Ledger, table: str) -> frozenset[str]:
    """The column names of `table`."""
    return frozenset(row[0] for row in ledger.rows(_NAMED, {"table": table}))


def exists(field_name: str, known: frozenset[str]) -> bool:
    """Whether a row with the columns `known` has the field."""
    return column_of(field_name) in known


def expression(field_name: str, parameter: str) -> tuple[str, dict[str, object]]:
    """SQL text and bound values of a field as text; NULL where a row has no such tag.

    Tags that are no JSON count as absent: a bill's tags are not ours to correct.
    """
    if not is_tag(field_name):
        return f"{quoted(field_name)}::VARCHAR", {}
    flat, *nested = tag_paths(field_name)
    column = quoted(column_of(field_name))
    found = f"json_extract_string({column}, ${parameter})"
    if not nested:
        return f"TRY({found})", {parameter: flat}
    inner = f"{parameter}_within"
    return (
        f"coalesce(TRY({found}), TRY(json_extract_string({column}, ${inner})))",
        {parameter: flat, inner: nested[0]},
    )


def literal(pattern: str) -> str | None:
    """The only text that an RE2 `pattern` matches, or None when it matches by wildcard.

    Most rules name exact values: comparing is many times faster than a regular expression.
    """
    return _ESCAPED.sub(r"\1", pattern) if _LITERAL.match(pattern) else None
