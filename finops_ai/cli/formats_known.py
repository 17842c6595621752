"""`finops-ai importers`: the file formats in force, shipped, installed and the user's own."""

from __future__ import annotations

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.importers import load_registry

_COLUMNS = columns("importer:importer", "feeds:feeds", "reads:reads", "recognised_by:recognised by")


def list_importers(settings: Settings) -> Document:
    """One row per format: what it feeds, the file kinds it reads and the columns it is known by."""
    found = load_registry(settings.load().importers).importers
    rows = tuple(
        (i.name, i.feeds, ", ".join(i.reads), ", ".join(column.name for column in i.recognised_by))
        for i in found
    )
    return Document("importers", (Table("importers", "", _COLUMNS, rows),))
