"""Records in the wrappings that tools export them in, for tests of a format's other shapes."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from finops_ai.importers import FileResult
from tests.importers.desk import Desk


def load(desk: Desk, name: str, content: str | bytes) -> FileResult:
    return desk.one(desk.write(name, content))


def as_csv(*rows: dict[str, Any]) -> str:
    """Rows with one header, as spreadsheets and portals write them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def counts(result: FileResult) -> tuple[int, int, int, int, int]:
    return (
        result.rows_read,
        result.rows_added,
        result.rows_repeated,
        result.rows_rejected,
        result.rows_ignored,
    )
