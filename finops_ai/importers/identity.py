"""Rows that carry an id: a repeated row is counted, not added; one that grew or changed replaces."""

from __future__ import annotations

from collections.abc import Sequence

from finops_ai.importers.contract import Importer
from finops_ai.importers.results import Slot
from finops_ai.importers.tables import Mapping
from finops_ai.ledger import Ledger, quoted, statement

_SPAN = (
    "at_utc BETWEEN (SELECT min(at_utc) FROM staged) - INTERVAL 1 DAY "
    "AND (SELECT max(at_utc) FROM staged) + INTERVAL 1 DAY"
)


def add_rows(
    ledger: Ledger,
    importer: Importer,
    mapping: Mapping,
    slots: Sequence[Slot],
) -> None:
    """Move the rows of `staged` into their table and fill each file's counts.

    Among repeated ids the first row stands (on repeat: keep), the last (latest), the one with the
    latest or the one with the largest value of a column. A row without an id is known by its
    file and record number.
    """
    _rank(ledger, importer, mapping, slots)
    _judge(ledger, importer, mapping)
    table = quoted(mapping.table)
    ledger.execute(
        statement("importers", f"sql/touch_replaced_{mapping.table}.sql"),
        {"source": importer.source, "batch_id": ledger.next_batch_id},
    )
    ledger.execute(
        f"DELETE FROM {table} WHERE source = $source AND {_key(mapping)} IN "
        "(SELECT key FROM verdict WHERE standing AND state = 'replaced')",
        {"source": importer.source},
    )
    key, key_value = (", usage_id", ", verdict.key") if mapping.table == "token_usage" else ("", "")
    picked = ", ".join(
        f"staged.{quoted(column.name)}" for column in mapping.columns if column.name != "source_key"
    )
    names = ", ".join(quoted(column.name) for column in mapping.columns if column.name != "source_key")
    ledger.execute(
        f"INSERT INTO {table} (file_id, row_number, source, source_key{key}, {names}) "
        f"SELECT verdict.file_id, staged.row_number, $source, verdict.source_key{key_value}, {picked} "
        "FROM staged JOIN verdict ON staged.rowid = verdict.place "
        "WHERE verdict.standing AND verdict.state IN ('added', 'replaced') ORDER BY staged.rowid",
        {"source": importer.source},
    )
    by_file = {slot.file_id: slot.result for slot in slots}
    for file_id, added, replaced, repeated in ledger.rows(
        "SELECT file_id, count(*) FILTER (standing AND state = 'added'), "
        "count(*) FILTER (standing AND state = 'replaced'), "
        "count(*) FILTER (NOT standing OR state = 'repeated') FROM verdict GROUP BY file_id"
    ):
        result = by_file[file_id]
        result.rows_added, result.rows_replaced, result.rows_repeated = added, replaced, repeated
    ledger.execute("DROP TABLE verdict")


def _rank(ledger: Ledger, importer: Importer, mapping: Mapping, slots: Sequence[Slot]) -> None:
    """`verdict`: one row per staged row, with its key and whether it stands among its repeats."""
    size = quoted(importer.grows_by) if importer.grows_by else "NULL"
    order = {
        "keep": "place",
        "latest": f"{size} DESC NULLS LAST, place DESC",
        "largest": f"{size} DESC NULLS LAST, place",
    }[importer.on_repeat]
    own_key = "staged.source_key" if mapping.has_key else "NULL::VARCHAR"
    grows = f", staged.{quoted(importer.grows_by)}" if importer.grows_by else ""
    key = "md5_number($source || chr(31) || source_key)" if mapping.table == "token_usage" else "source_key"
    ledger.execute(
        f"CREATE OR REPLACE TEMP TABLE verdict AS WITH keyed AS ("
        f"SELECT staged.rowid AS place, list_extract($file_ids, staged.file_index + 1) AS file_id, "
        f"coalesce({own_key}, list_extract($digests, staged.file_index + 1) || '#' || staged.row_number) "
        f"AS source_key{grows} FROM staged WHERE staged.ignored_because IS NULL) "
        f"SELECT *, {key} AS key, row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1 AS standing, "
        "'added' AS state FROM keyed",
        {"file_ids": [slot.file_id for slot in slots], "digests": [slot.digest.sha256 for slot in slots]}
        | ({"source": importer.source} if mapping.table == "token_usage" else {}),
    )


def _judge(ledger: Ledger, importer: Importer, mapping: Mapping) -> None:
    """Set `state` of the standing rows that the ledger knows: repeated or replaced."""
    table = quoted(mapping.table)
    span = _SPAN if mapping.table == "token_usage" else "true"
    differs = " OR ".join(
        f"staged.{quoted(c.name)} IS DISTINCT FROM known.{quoted(c.name)}" for c in mapping.columns
    )
    size = quoted(importer.grows_by or "")
    # Where one of two deliveries does not say when its row was changed, the one that comes later stands.
    is_newer = f"coalesce(staged.{size} >= known.{size}, true)" if importer.grows_by else "true"
    changed = {
        "keep": "false",
        "latest": f"({differs}) AND {is_newer}",
        "largest": f"staged.{size} > known.{size}",
    }[importer.on_repeat]
    ledger.execute(
        f"UPDATE verdict SET state = CASE WHEN {changed} THEN 'replaced' ELSE 'repeated' END "
        f"FROM staged, (SELECT * FROM {table} WHERE source = $source AND {span}) AS known "
        f"WHERE verdict.standing AND staged.rowid = verdict.place AND known.{_key(mapping)} = verdict.key",
        {"source": importer.source},
    )


def _key(mapping: Mapping) -> str:
    return "usage_id" if mapping.table == "token_usage" else "source_key"
