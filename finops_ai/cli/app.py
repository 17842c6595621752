"""Every command and option, as doors: the work is done by the modules that they import."""

# No `from __future__ import annotations` here: typer would evaluate every annotation from text again,
# which makes `finops-ai --help` 10 ms slower.

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from finops_ai.cli.context import LOCK_TIMEOUT_S, Settings, now_utc
from finops_ai.cli.doors import Doors
from finops_ai.cli.options import (
    Delivery,
    Encoding,
    Full,
    FullOption,
    MonthOption,
    ReportFormat,
    Rows,
    RowsOption,
    Shape,
    ShapeOption,
    print_document,
    settings_of,
)
from finops_ai.errors import ConfigError

GLOBAL_OPTIONS = ("--ledger", "--config", "--lock-timeout", "--memory-limit", "--debug", "--version")

app = typer.Typer(
    name="finops-ai",
    cls=Doors,
    help="What each AI workflow and each of its outcomes cost, tied to the invoice to the last digit.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


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
    run_ingest(settings_of(context), paths, options, at_utc=now_utc(), style=shape.value)


@app.command()
def attribute(
    context: typer.Context,
    *,
    month: MonthOption = None,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="NAME",
            help="What the spend is listed by: workflow, team, owner, department, cost_centre, product, "
            "model, provider, outcome or tag:KEY.",
        ),
    ] = "workflow",
    shape: FullOption = Full.TABLE,
) -> None:
    """Map every billed cent of a month to a workflow or a gap."""
    from finops_ai.cli.attribute import attribute_and_describe

    print_document(attribute_and_describe(settings_of(context), month, by, at_utc=now_utc()), shape)


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

    write_month(settings_of(context), month, out, kind.value, at_utc=now_utc())


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

    run_demo(settings_of(context), out, at_utc=now_utc())


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

    since = None if as_of is None else day(as_of)
    print_document(show_status(settings_of(context), since, now_utc()), shape)


@app.command()
def sources(
    context: typer.Context,
    *,
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Only this month.")] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="Only this format, provider or kind of outcome."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="End with exit code 4 when a source is too late.")
    ] = False,
    shape: ShapeOption = Shape.TABLE,
) -> int:
    """Show which days each source covers and which are missing."""
    from finops_ai.cli.sources import check_sources, show_sources

    if not check:
        print_document(show_sources(settings_of(context), month, source, now_utc()), shape)
        return 0
    document, code = check_sources(settings_of(context), month, source, now_utc())
    print_document(document, shape)
    return code


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
        print_document(room.tables(settings_of(context)), shape)
    elif query is None:
        raise ConfigError("sql: there is no query.", hint='For example: finops-ai sql "FROM workflow_month".')
    else:
        print_document(room.query(settings_of(context), query), shape)


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

    settings = settings_of(context)
    print_document(list_importers(settings) if name is None else show_importer(settings, name), shape)


@app.command()
def check(context: typer.Context, *, shape: ShapeOption = Shape.TABLE) -> int:
    """Prove every invariant of the ledger again."""
    from finops_ai.cli.check import check_ledger

    document, code = check_ledger(settings_of(context))
    print_document(document, shape)
    return code


@app.command()
def doctor(context: typer.Context, *, shape: ShapeOption = Shape.TABLE) -> int:
    """Look whether everything needed is there."""
    from finops_ai.cli.doctor import examine

    document, code = examine(settings_of(context), now_utc())
    print_document(document, shape)
    return code


config_app = typer.Typer(help="Show the configuration in force.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(config_app, name="config")


@config_app.command("show")
def config_show(context: typer.Context, *, shape: ShapeOption = Shape.TABLE) -> None:
    """List every setting with its origin: default, file and line, or flag."""
    from finops_ai.cli.config_show import show_config

    print_document(show_config(settings_of(context)), shape)
