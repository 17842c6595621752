"""`finops-ai importers`: the file formats in force, shipped, installed and the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.errors import ConfigError
from finops_ai.importers import load_registry
from finops_ai.importers.contract import Importer, RawColumn

_LIST = columns("importer:importer", "title:what it is", "tested_on:tested on")
_FACTS = columns("said:what", "value:said")
_COLUMNS = columns("name:column", "also:also spelled", "needed:known by")
_SECTIONS = (("charge", "Bills"), ("token_usage", "Logs"), ("outcome", "Outcomes"))
_AGAIN = {
    "charge": "by the bill: a later delivery replaces what it covers",
    "keep": "by its id; the first stands",
    "latest": "by its id; the last stands",
}
DOCUMENTATION = "documentation"
_SHORT = re.compile(r"\s*[(,;:]")


def list_importers(settings: Settings) -> Document:
    """One row per format: what it is and what it was tested on."""
    found = sorted(load_registry(settings.load().importers).importers, key=lambda each: each.name)
    tables = (
        Table(
            "",
            title,
            _LIST,
            tuple(
                (each.name, each.title, _SHORT.split(_tested_on(each))[0])
                for each in found
                if each.feeds == feeds
            ),
            null="",
        )
        for feeds, title in _SECTIONS
    )
    last = "One in full, with its file kinds and columns: finops-ai importers NAME"
    return Document("importers", (*tables, last), {"importers": [_facts(each) for each in found]})


def show_importer(settings: Settings, name: str) -> Document:
    """Everything that the importer `name` says of itself; ConfigError when there is none."""
    found = {each.name: each for each in load_registry(settings.load().importers).importers}
    if name not in found:
        near = get_close_matches(name, found, n=3)
        raise ConfigError(
            f'importers: there is no importer "{name}".',
            hint=f"Is it {' or '.join(near)}?" if near else "`finops-ai importers` lists them.",
        )
    importer = found[name]
    rows = (
        *(_column(column, "yes") for column in importer.recognised_by),
        *(_column(column, "") for column in importer.optional),
    )
    blocks: tuple[Table | str, ...] = (
        Table("", f"{name}: {importer.title}", _FACTS, tuple(_said(importer))),
        Table("", "Columns or keys that it reads", _COLUMNS, rows),
        *(f"- {quirk}" for quirk in importer.quirks),
    )
    return Document("importers", blocks, {"importers": [_facts(importer)]})


def _said(importer: Importer) -> Iterator[tuple[str, str]]:
    yield "feeds", importer.feeds
    yield "kinds", ", ".join(importer.reads)
    if importer.records:
        yield "records", " or ".join(importer.records)
    yield "a row again", _again(importer)
    if importer.source != importer.name:
        yield "source", importer.source
    if importer.money:
        yield "money", importer.money
    yield "tested on", _tested_on(importer)
    yield "file", importer.origin


def _again(importer: Importer) -> str:
    """How a record is known when it is delivered again, and which of the two stands."""
    if importer.identity == "days":
        return "by the account and day: a later delivery replaces the days it covers"
    if importer.feeds == "charge":
        return _AGAIN["charge"]
    return _AGAIN.get(importer.on_repeat, f"by its id; the one with the largest {importer.grows_by} stands")


def _tested_on(importer: Importer) -> str:
    if importer.tested_on == DOCUMENTATION:
        return "built from documentation"
    return importer.tested_on or "not said"


def _column(column: RawColumn, needed: str) -> tuple[str, str, str]:
    return column.name, ", ".join(column.also), needed


def _names(found: Sequence[RawColumn]) -> list[str]:
    return [column.name for column in found]


def _facts(importer: Importer) -> dict[str, object]:
    return {
        "importer": importer.name,
        "title": importer.title,
        "feeds": importer.feeds,
        "reads": ", ".join(importer.reads),
        "recognised_by": ", ".join(_names(importer.recognised_by)),
        "optional": _names(importer.optional),
        "spellings": {c.name: list(c.also) for c in (*importer.recognised_by, *importer.optional) if c.also},
        "identity": _again(importer),
        "source": importer.source,
        "quirks": list(importer.quirks),
        "tested_on": importer.tested_on,
        "built_from_documentation": importer.tested_on == DOCUMENTATION,
        "origin": importer.origin,
    }
