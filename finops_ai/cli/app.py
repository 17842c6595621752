"""Every command and option, as doors: the work is done by the modules that they import."""

# No `from __future__ import annotations` here: typer would evaluate every annotation from text again,
# which makes `finops-ai --help` 10 ms slower.

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from finops_ai.cli.context import LOCK_TIMEOUT_S, Settings, now_utc
from finops_ai.cli.document import Document
from finops_ai.errors import ConfigError

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


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where the files are and finops.yaml goes.")] = Path(),
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing finops.yaml.")] = False,
) -> None:
    """Find your files and write a commented finops.yaml."""
    from finops_ai.cli.init import write_config

    write_config(folder, force=force)


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, folders or globs; .gz and .zip too.")
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be added; write nothing.")
    ] = False,
    max_rejects: Annotated[
        int,
        typer.Option(
            "--max-rejects", metavar="N", min=0, help="Rows that may be refused before exit code 3."
        ),
    ] = 0,
    encoding: Annotated[
        Encoding, typer.Option("--encoding", help="The text encoding of the files.")
    ] = Encoding.UTF_8,
    delivery: Annotated[
        Delivery,
        typer.Option(
            "--delivery",
            help="Several bills of one account and month in this run: ask stops when it is unclear, "
            "parts adds them up, replace keeps the last.",
        ),
    ] = Delivery.ASK,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at",
            metavar="TIME",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"],
            help="When records that carry no time were made (saved answers, batch results), in UTC.",
        ),
    ] = None,
    shape: ShapeOption = Shape.TABLE,
) -> None:
    """Load bills, token logs and outcomes into the ledger."""
    from finops_ai.cli.ingest import IngestOptions, run_ingest

    options = IngestOptions(encoding.value, delivery.value, dry_run, max_rejects, at)
    run_ingest(_settings(context), paths, options, at_utc=now_utc(), style=shape.value)


@app.command()
def attribute(
    context: typer.Context,
    *,
    month: MonthOption = None,
    by: Annotated[By, typer.Option("--by", help="What the spend is listed by.")] = By.WORKFLOW,
    shape: FullOption = Full.TABLE,
) -> None:
    """Map every billed cent of a month to a workflow or a gap."""
    from finops_ai.cli.attribute import attribute_and_describe

    _show(attribute_and_describe(_settings(context), month, by.value, at_utc=now_utc()), shape)


@app.command()
def forecast(
    context: typer.Context,
    *,
    months: Annotated[int, typer.Option("--months", metavar="N", min=1, max=36, help="Months to plan.")] = 12,
    by: Annotated[ForecastBy | None, typer.Option("--by", help="List each workflow as well.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--month", metavar="YYYY-MM", help="Forecast as of the end of this month. Default: the newest."
        ),
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Budget the coming months in three scenarios."""
    from finops_ai.cli.forecast import forecast_and_describe

    document = forecast_and_describe(
        _settings(context), months, by_workflow=by is not None, as_of=as_of, at_utc=now_utc()
    )
    _show(document, shape)


@app.command()
def report(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the report's files.")],
    *,
    month: MonthOption = None,
    kind: Annotated[
        ReportFormat, typer.Option("--format", help="Which files are written.")
    ] = ReportFormat.ALL,
) -> None:
    """Write what finance receives for a month."""
    from finops_ai.cli.report import write_month

    write_month(_settings(context), month, out, kind.value, at_utc=now_utc())


@app.command()
def demo(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to work. Default: a new temporary folder."),
    ] = None,
) -> None:
    """Run the whole job on the shipped sample company."""
    from finops_ai.cli.demo import run_demo

    run_demo(_settings(context), out, at_utc=now_utc())


@app.command()
def status(
    context: typer.Context,
    *,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Measure ages against this day. Default: the newest row."
        ),
    ] = None,
    shape: ShapeOption = Shape.TABLE,
) -> None:
    """Show sources, freshness, rejects and unexplained money."""
    from finops_ai.cli.context import day
    from finops_ai.cli.status import show_status

    _show(show_status(_settings(context), None if as_of is None else day(as_of)), shape)


@app.command()
def sources(
    context: typer.Context,
    *,
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Only this month.")] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="Only this format, provider or kind of outcome."),
    ] = None,
    shape: ShapeOption = Shape.TABLE,
) -> None:
    """Show which days each source covers and which are missing."""
    from finops_ai.cli.sources import show_sources

    _show(show_sources(_settings(context), month, source, now_utc()), shape)


@app.command()
def sql(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="One query; - reads it from stdin.")
    ] = None,
    *,
    tables: Annotated[bool, typer.Option("--tables", help="List the tables and views.")] = False,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Query the ledger, read-only."""
    from finops_ai.cli import query as room

    if tables:
        _show(room.tables(_settings(context)), shape)
    elif query is None:
        raise ConfigError("sql: there is no query.", hint='For example: finops-ai sql "FROM workflow_month".')
    else:
        _show(room.query(_settings(context), query), shape)


@app.command()
def importers(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Show this one in full, with columns and quirks.")
    ] = None,
    *,
    shape: ShapeOption = Shape.TABLE,
) -> None:
    """List the file formats that ingest knows, or show one."""
    from finops_ai.cli.formats_known import list_importers, show_importer

    settings = _settings(context)
    _show(list_importers(settings) if name is None else show_importer(settings, name), shape)


@app.command()
def check(context: typer.Context, *, shape: ShapeOption = Shape.TABLE) -> int:
    """Prove every invariant of the ledger again."""
    from finops_ai.cli.check import check_ledger

    document, code = check_ledger(_settings(context))
    _show(document, shape)
    return code


@app.command()
def doctor(context: typer.Context, *, shape: ShapeOption = Shape.TABLE) -> int:
    """Look whether everything needed is there."""
    from finops_ai.cli.doctor import examine

    document, code = examine(_settings(context), now_utc())
    _show(document, shape)
    return code


rejects_app = typer.Typer(
    help="List refused rows, write them down, or try them again.", rich_markup_mode=None
)
app.add_typer(rejects_app, name="rejects")

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

    _show(list_rejects(_settings(context), file, limit), shape)


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

    _show(export_rejects(_settings(context), out, file, force=force), shape)


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
) -> None:
    """Read files with refused rows again."""
    from finops_ai.cli.rejects import retry_rejects

    retry_rejects(_settings(context), files or [], max_rejects, encoding.value, at_utc=now_utc())


config_app = typer.Typer(help="Show the configuration in force.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(config_app, name="config")


@config_app.command("show")
def config_show(context: typer.Context, *, shape: ShapeOption = Shape.TABLE) -> None:
    """List every setting with its origin: default, file and line, or flag."""
    from finops_ai.cli.config_show import show_config

    _show(show_config(_settings(context)), shape)


def _settings(context: typer.Context) -> Settings:
    settings = context.obj
    assert isinstance(settings, Settings)
    return settings


def _show(document: Document, shape: Shape | Rows | Full) -> None:
    from finops_ai.cli.screen import show

    show(document, shape.value)
