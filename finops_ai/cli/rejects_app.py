"""The doors of `finops-ai rejects`."""

# No `from __future__ import annotations` here: see app.py.

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import (
    Encoding,
    Rows,
    RowsOption,
    Shape,
    ShapeOption,
    print_document,
    settings_of,
)
from finops_ai.errors import ConfigError

rejects_app = typer.Typer(
    help="List refused rows, write them down, or try them again.", rich_markup_mode=None
)

FileOption = Annotated[
    str | None, typer.Option("--file", metavar="NAME", help="Only this file: its name or path.")
]
LimitOption = Annotated[
    int, typer.Option("--limit", metavar="N", min=1, help="How many kinds of refusal are listed.")
]


@rejects_app.callback(invoke_without_command=True)
def rejects(
    context: typer.Context,
    *,
    file: FileOption = None,
    limit: LimitOption = 20,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """List refused rows, write them down, or try them again."""
    if context.invoked_subcommand is None:
        rejects_list(context, file=file, limit=limit, shape=shape)
    elif file is not None:
        raise ConfigError(
            "rejects: --file stands before the command.",
            hint=f"Write it behind: finops-ai rejects {context.invoked_subcommand} --file NAME.",
        )


@rejects_app.command("list")
def rejects_list(
    context: typer.Context,
    *,
    file: FileOption = None,
    limit: LimitOption = 20,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """List what was refused, by file, column and reason."""
    from finops_ai.cli.rejects import list_rejects

    print_document(list_rejects(settings_of(context), file, limit), shape)


@rejects_app.command("export")
def rejects_export(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The CSV file to write.")],
    *,
    file: FileOption = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    shape: ShapeOption = Shape.TABLE,
) -> None:
    """Write every refused row, with its text, as CSV."""
    from finops_ai.cli.rejects import export_rejects

    print_document(export_rejects(settings_of(context), out, file, force=force), shape)


@rejects_app.command("retry")
def rejects_retry(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Corrected files. Default: all that have refused rows."),
    ] = None,
    *,
    max_rejects: Annotated[
        int,
        typer.Option(
            "--max-rejects", metavar="N", min=0, help="Rows that may be refused before exit code 3."
        ),
    ] = 0,
    encoding: Annotated[
        Encoding, typer.Option("--encoding", help="The text encoding of the files.")
    ] = Encoding.UTF_8,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at",
            metavar="TIME",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"],
            help="When records that carry no time were made, in UTC.",
        ),
    ] = None,
) -> None:
    """Read files with refused rows again."""
    from finops_ai.cli.rejects import retry_rejects

    retry_rejects(settings_of(context), files or [], max_rejects, encoding.value, at, at_utc=now_utc())
