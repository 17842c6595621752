"""Page -> Markdown: for pull requests, wikis and mail. Text from outside is escaped everywhere."""

from __future__ import annotations

import re

from finops_ai.reports.layout import page_of
from finops_ai.reports.model import Report
from finops_ai.reports.page import Cell, Section, Table
from finops_ai.reports.text import clean

_ACTIVE = re.compile(r"([\\|`*\[\]])")


def render_markdown(report: Report) -> str:
    """The report as one Markdown text, ending in a newline."""
    page = page_of(report)
    lines = [f"# {escape(page.title)}", ""]
    lines += [f"**{page.headline} {page.headline_unit}.** {escape(page.headline_note)}", ""]
    lines += [f"**{escape(page.verdict)}**", ""]
    lines += [f"- {escape(answer)}" for answer in page.answers]
    lines += [""] if page.answers else []
    lines += [" · ".join(f"{escape(name)}: {escape(value)}" for name, value in page.facts), ""]
    for section in page.sections:
        lines += _section(section)
    return "\n".join(lines).rstrip("\n") + "\n"


def escape(text: str) -> str:
    """`text` on one line, with nothing left that Markdown or HTML would act on."""
    quiet = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ACTIVE.sub(r"\\\1", quiet)


def _section(section: Section) -> list[str]:
    lines = [f"## {escape(section.title)}", ""]
    for paragraph in section.paragraphs:
        lines += [escape(paragraph), ""]
    for table in section.tables:
        lines += _table(table)
    lines += [f"- {escape(note)}" for note in section.notes]
    return [*lines, ""] if section.notes else lines


def _table(table: Table) -> list[str]:
    label = f" ({table.label})" if table.label else ""
    lines = [f"### {escape(table.title)}{label}", ""]
    lines.append(_line([escape(column.name) for column in table.columns]))
    lines.append(_line(["---:" if column.numeric else "---" for column in table.columns]))
    lines += [_line([_cell(cell) for cell in cells]) for cells in table.rows]
    if table.total:
        lines.append(_line([f"**{escape(cell.text)}**" if cell.text else "" for cell in table.total]))
    lines.append("")
    for note in table.notes:
        lines += [f"{escape(note)}", ""]
    return lines


def _cell(cell: Cell) -> str:
    return f"{escape(cell.text)} ({escape(cell.note)})" if cell.note else escape(cell.text)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
