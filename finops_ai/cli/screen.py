"""The terminal: the only module that prints answers and the only one that imports rich.

Data goes to stdout, progress and notes to stderr. Tables are plain ASCII, readable at 80 columns
and without colour; names wrap, money is never cut.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.box import Box
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table as RichTable
from rich.text import Text

from finops_ai.cli import formats
from finops_ai.cli.document import Column, Document, Table
from finops_ai.cli.text import cell, one_line, visible

_RULED = Box("    \n    \n -- \n    \n    \n -- \n    \n    \n", ascii=True)
_NAME_MIN_WIDTH = 10
_NAME_LAST_WIDTH = 8
"""What names give way to when nothing else is left to give."""
_GAP = 2
_BREAKABLE = re.compile(r"-?+[^\s_/,-]*+[\s_/,-]|-?[^\s_/,-]+|-")  # a minus stays with its number


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


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[str, int], None]]:
    """A progress bar on stderr, only on a terminal.

    Call the yielded function with what is being worked on and the steps done since the last call.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with _bar(Progress, columns, label, total) as (bar, task):

        def step(name: str, done: int) -> None:
            if bar is not None:
                bar.update(task, advance=done, description=visible(name)[-30:])

        yield step


@contextmanager
def reading(total_bytes: int, percent_done: Callable[[], float]) -> Iterator[Callable[[str, int], None]]:
    """A progress bar for files on stderr, only on a terminal: bytes, rate and the time left.

    Call the yielded function with a file's name and size when it is begun, and with its name and 0
    when it is done. `percent_done` is asked how far the statement now running is.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(20),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with _bar(_BytesRead, columns, "reading", total_bytes) as (bar, _):
        if bar is not None:
            bar.percent_done = percent_done

        def step(name: str, size_bytes: int) -> None:
            if bar is not None:
                bar.step(visible(name)[-24:], size_bytes)

        yield step


class _BytesRead(Progress):
    """Progress in bytes: those of the files that are done, and a share of the one being read."""

    percent_done: Callable[[], float] | None = None
    _done_bytes = _begun_bytes = _shown_bytes = 0

    def step(self, name: str, size_bytes: int) -> None:
        """A file is begun, or (of size 0) everything begun is done."""
        if not size_bytes:
            self._done_bytes += self._begun_bytes
        self._begun_bytes = self._begun_bytes + size_bytes if size_bytes else 0
        self.update(TaskID(0), description=name)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Called a few times a second, to draw: the moment to ask how far the statement is."""
        share = max(0.0, self.percent_done()) / 100 if self.percent_done is not None else 0.0
        # A file takes several statements, and each begins at nothing: the bar never goes back.
        self._shown_bytes = max(self._shown_bytes, self._done_bytes + int(self._begun_bytes * share))
        if self.task_ids:
            self.update(TaskID(0), completed=self._shown_bytes)
        yield from super().get_renderables()


_Bar = TypeVar("_Bar", bound=Progress)


@contextmanager
def _bar(
    kind: type[_Bar], columns: Sequence[ProgressColumn], label: str, total: int
) -> Iterator[tuple[_Bar | None, TaskID]]:
    if not sys.stderr.isatty():
        yield None, TaskID(0)
        return
    with kind(*columns, console=_console(stderr=True), transient=True) as bar:
        yield bar, bar.add_task(label, total=total)


def _show_blocks(document: Document) -> None:
    console = _console(stderr=False)
    with _piped():
        said = False  # a table's message in place of its rows stands apart from the table that follows
        for block in document.blocks:
            if isinstance(block, str):
                console.print(Text(visible(block)), soft_wrap=False)
            elif block.rows:
                if said:
                    console.print()
                _show_table(console, block.for_people())
            elif block.empty:
                console.print(Text(visible(block.empty)))
            said = not isinstance(block, str) and not block.rows and bool(said or block.empty)
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
        title = Text(column.title[:width])
        drawn.add_column(title, justify="right" if right else "left", no_wrap=True, width=width)
    for line in cells:
        drawn.add_row(
            *(Text("\n".join(_wrapped(text, width))) for text, width in zip(line, widths, strict=True))
        )
    options = console.options.update_width(max(console.width, _needed(widths)))
    for segments in console.render_lines(drawn, options, pad=False):
        text = Text.assemble(*((segment.text, segment.style or "") for segment in segments))
        text.rstrip()
        console.print(text, no_wrap=True, overflow="ignore", crop=False)
    console.print()


def _widths(layout: tuple[Column, ...], cells: list[list[str]], width: int) -> list[int]:
    """The width of each column: names give way to ten, then the word over currencies, then names to eight.

    Numbers never give way.
    """
    widths = [max([len(c.title), *(len(line[i]) for line in cells)]) for i, c in enumerate(layout)]
    names = [i for i, c in enumerate(layout) if c.kind == "text"]
    _narrow(widths, names, _NAME_MIN_WIDTH, width)
    for i, column in enumerate(layout):
        if column.key == "currency" and _needed(widths) > width:
            widths[i] = max(len(line[i]) for line in cells)
    _narrow(widths, names, _NAME_LAST_WIDTH, width)
    return widths


def _narrow(widths: list[int], names: list[int], least: int, width: int) -> None:
    """Take from the widest name until the line fits or each has `least`."""
    while _needed(widths) > width:
        widest = max(names, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= least:
            return
        widths[widest] -= 1


def _needed(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


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
