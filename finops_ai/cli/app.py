"""Every command and option, as doors: the work is done by the modules that they import."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from finops_ai.cli.context import LOCK_TIMEOUT_S, Settings

GLOBAL_OPTIONS = ("--ledger", "--config", "--lock-timeout", "--memory-limit", "--debug", "--version")

app = typer.Typer(
    name="finops-ai",
    help="What each AI workflow and each of its outcomes cost, tied to the invoice to the last digit.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


class Shape(StrEnum):
    """Output for people or programs."""

    TABLE = "table"
    JSON = "json"


class Rows(StrEnum):
    """Output for people, programs or spreadsheets."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Full(StrEnum):
    """Every output format."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


class Encoding(StrEnum):
    """Text encodings of source files."""

    UTF_8 = "utf-8"
    LATIN_1 = "latin-1"
    UTF_16 = "utf-16"


class Delivery(StrEnum):
    """What a second bill of one account and month is."""

    ASK = "ask"
    PARTS = "parts"
    REPLACE = "replace"


class By(StrEnum):
    """What the month's spend is listed by."""

    WORKFLOW = "workflow"
    TEAM = "team"
    MODEL = "model"
    PROVIDER = "provider"
    OUTCOME = "outcome"


class ForecastBy(StrEnum):
    """What the forecast is listed by, besides the total."""

    WORKFLOW = "workflow"


class ReportFormat(StrEnum):
    """The files of a report."""

    ALL = "all"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"


MonthOption = Annotated[
    str | None,
    typer.Option("--month", metavar="YYYY-MM", help="The month. Default: the newest with charges."),
]
ShapeOption = Annotated[Shape, typer.Option("--format", help="How the answer is printed.")]
RowsOption = Annotated[Rows, typer.Option("--format", help="How the answer is printed.")]
FullOption = Annotated[Full, typer.Option("--format", help="How the answer is printed.")]


@app.callback()
def everywhere(
    context: typer.Context,
    *,
    ledger: Annotated[
        Path | None, typer.Option("--ledger", help="The ledger file. Default: what finops.yaml says.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="The finops.yaml to use. Default: the nearest upwards.")
    ] = None,
    lock_timeout_s: Annotated[
        float,
        typer.Option(
            "--lock-timeout", metavar="SECONDS", min=0, help="How long to wait for a locked ledger."
        ),
    ] = LOCK_TIMEOUT_S,
    memory_limit: Annotated[
        str | None, typer.Option("--memory-limit", help="Memory for the database, such as 2GB.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """What each AI workflow and each of its outcomes cost, tied to the invoice to the last digit."""
    del debug  # read from the command line itself, so that it also covers errors before this call
    name = str(context.obj or "")
    if version:
        typer.echo(f"finops-ai {name}")
        raise typer.Exit
    context.obj = Settings(name, ledger, config, lock_timeout_s, memory_limit)
