"""Writes docs/formats.md: every shipped importer, as the header of its `.sql` file tells of it.

Run it after changing importers: make docs. A test stops a page that says something else than the
headers of the formats it lists.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from finops_ai.importers import load_registry  # noqa: E402 - the path comes first
from finops_ai.importers.contract import Importer  # noqa: E402

PAGE = REPOSITORY / "docs" / "formats.md"
INTRODUCTION = """\
# Formats

What `finops-ai ingest` reads, made from the headers of the importers by `make docs`. A file is known by
the columns or keys in *known by*, never by its name;
`finops-ai importers` prints the same. How files are read, and how a format of your own is added:
[importers.md](importers.md).

A format marked *built from documentation* was made without a file that anybody else wrote or published.
If a file of yours is refused or reads wrong, its header line is what we need to know.
"""
SECTIONS = (
    ("Bills", "charge", "What a provider bills: rows of the table `charge`."),
    ("Logs", "token_usage", "Model calls, or sums of them: rows of the table `token_usage`."),
    ("Outcomes", "outcome", "What was achieved: rows of the table `outcome`."),
)
KINDS = {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines", "json": "JSON"}


def page(names: Collection[str] | None = None) -> str:
    """The whole page, of all importers or of those named."""
    known = [importer for importer in load_registry().importers if names is None or importer.name in names]
    found = sorted(known, key=lambda importer: importer.name)
    parts = [INTRODUCTION]
    for title, feeds, text in SECTIONS:
        these = [importer for importer in found if importer.feeds == feeds]
        rows = "\n".join(_row(importer) for importer in these)
        head = "| importer | what it is | kinds | known by | tested on |\n|---|---|---|---|---|\n"
        parts.append(f"## {title}\n\n{text}\n\n{head}{rows}\n")
        parts += [_section(importer) for importer in these]
    return "\n".join(parts)


def _row(importer: Importer) -> str:
    known = ", ".join(f"`{column.name}`" for column in importer.recognised_by)
    kinds = ", ".join(KINDS[kind] for kind in importer.reads)
    tested = "built from documentation" if importer.tested_on == "documentation" else importer.tested_on
    return f"| [`{importer.name}`](#{importer.name}) | {importer.title} | {kinds} | {known} | {tested} |"


def _section(importer: Importer) -> str:
    return "\n".join([f"### {importer.name}", "", *_lines(importer), ""])


def _lines(importer: Importer) -> Iterator[str]:
    again = {"keep": "the first stands", "latest": "the last stands", "largest": "the largest stands"}
    if importer.feeds == "charge":
        yield "- Replaced by a later delivery of the same bill."
    else:
        yield f"- Known again by its id; {again[importer.on_repeat]}."
    yield from (f"- {quirk}" for quirk in importer.quirks)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
