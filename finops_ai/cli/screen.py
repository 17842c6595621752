"""The terminal: the only module that prints answers and the only one that imports rich.

Data goes to stdout, progress and notes to stderr. Tables are plain ASCII, readable at 80 columns
and without colour; names wrap, money is never cut.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.box import Box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table as RichTable
from rich.text import Text

from finops_ai.cli import formats
from finops_ai.cli.document import Column, Document, Table
from finops_ai.cli.text import cell, one_line, visible

_RULED = Box("    \n    \n -- \n    \n    \n -- \n    \n    \n", ascii=True)
_NAME_MIN_WIDTH = 10
_GAP = 2
_BREAKABLE = re.compile(r"[^\s_/,-]*[\s_/,-]|[^\s_/,-]+")


def show(document: Document, style: str = "table") -> None:
    """Print `document` on stdout as table, json, csv or markdown."""
    if style == "table":
        _show_blocks(document)
        return
    render = {"json": formats.as_json, "csv": formats.as_csv, "markdown": formats.as_markdown}[style]
    write(render(document))


def write(text: str) -> None:
    """Print `text` as it is on stdout; a reader that went away ends the command silently."""
    with _piped():
        sys.stdout.write(text)
        sys.stdout.flush()


def note(text: str) -> None:
    """One line on stderr, for people and logs."""
    sys.stderr.write(one_line(text) + "\n")


class _PercentOfStep(ProgressColumn):
    """How far the step now running is: one large file is a single step."""

    def __init__(self, percent_done: Callable[[], float]) -> None:
        super().__init__()
        self._percent_done = percent_done

    def render(self, task: Task) -> Text:  # noqa: ARG002 - rich passes it
        """The percentage, or nothing while it is not known."""
        percent = self._percent_done()
        return Text(f"{percent:3.0f}%" if percent > 0 else "")


@contextmanager
def progress(
    label: str, total: int, percent_done: Callable[[], float] = lambda: -1.0
) -> Iterator[Callable[[str, int], None]]:
    """A progress bar on stderr, only on a terminal.

    Call the yielded function with what is being worked on and the steps done since the last call;
    `percent_done` is asked a few times a second how far the step now running is.
    """
    if not sys.stderr.isatty():
        yield lambda _, __: None
        return
    bars = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _PercentOfStep(percent_done),
        TimeElapsedColumn(),
    )
    with Progress(*bars, console=_console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)

        def step(name: str, done: int) -> None:
            bar.update(task, advance=done, description=visible(name)[-30:])

        yield step


def _show_blocks(document: Document) -> None:
    console = _console(stderr=False)
    with _piped():
        for block in document.blocks:
            if isinstance(block, str):
                console.print(Text(visible(block)), soft_wrap=False)
            elif block.rows:
                _show_table(console, block.for_people())
            elif block.empty:
                console.print(Text(visible(block.empty)))
        sys.stdout.flush()


def _show_table(console: Console, table: Table) -> None:
    if table.title:
        console.print(Text(visible(table.title), style="bold"))
    cells = [
        [cell(v, places=c.places, null=table.null) for v, c in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    widths = _widths(table.columns, cells, console.width)
    drawn = RichTable(box=_RULED, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    for column, width in zip(table.columns, widths, strict=True):
        right = column.kind != "text"
        drawn.add_column(Text(column.title), justify="right" if right else "left", no_wrap=True, width=width)
    for line in cells:
        drawn.add_row(
            *(Text("\n".join(_wrapped(text, width))) for text, width in zip(line, widths, strict=True))
        )
    needed = sum(widths) + _GAP * (len(widths) - 1)
    options = console.options.update_width(max(console.width, needed))
    for segments in console.render_lines(drawn, options, pad=False):
        text = Text.assemble(*((segment.text, segment.style or "") for segment in segments))
        text.rstrip()
        console.print(text, no_wrap=True, overflow="ignore", crop=False)
    console.print()


def _widths(layout: tuple[Column, ...], cells: list[list[str]], width: int) -> list[int]:
    """The width of each column: names give way down to ten, numbers never do."""
    widths = [max([len(c.title), *(len(line[i]) for line in cells)]) for i, c in enumerate(layout)]
    names = [i for i, c in enumerate(layout) if c.kind == "text"]
    while sum(widths) + _GAP * (len(widths) - 1) > width:
        widest = max(names, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= _NAME_MIN_WIDTH:
            break
        widths[widest] -= 1
    return widths


def _wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width`, broken after a blank or a mark where there is one."""
    if len(text) <= width:
        return [text]
    lines = [""]
    for part in _BREAKABLE.findall(text):
        for start in range(0, len(part), width):
            piece = part[start : start + width]
            if len(lines[-1]) + len(piece.rstrip()) > width:
                lines.append("")
            lines[-1] += piece
    return [line.strip() for line in lines]


def _console(*, stderr: bool) -> Console:
    # Rich reads COLUMNS, NO_COLOR and FORCE_COLOR itself and falls back to 80 columns.
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, legacy_windows=False)


@contextmanager
def _piped() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # `finops-ai ... | head` is a normal end. Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
