"""What the doors share: output formats and other choices, the common options, settings and printing."""

# No `from __future__ import annotations` here: see app.py.

from enum import StrEnum
from typing import Annotated

import typer

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document
from finops_ai.errors import ConfigError


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


class ForecastBy(StrEnum):
    """What the forecast is listed by, besides the total."""

    WORKFLOW = "workflow"
    DEPARTMENT = "department"
    TEAM = "team"
    PROVIDER = "provider"


class Mode(StrEnum):
    """Where scenarios come from."""

    TABLE = "table"
    MODEL = "model"
    BLEND = "blend"


class RequestBy(StrEnum):
    """What counts as one request of a sample."""

    TRACE = "trace"
    CALL = "call"


class PriceSource(StrEnum):
    """Whose data file of prices is read."""

    GENAI_PRICES = "genai-prices"
    LITELLM = "litellm"


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


def settings_of(context: typer.Context) -> Settings:
    """The options that stand before the command."""
    settings = context.obj
    assert isinstance(settings, Settings)
    return settings


def refuse_options_before(context: typer.Context, command: str) -> None:
    """ConfigError for options of the group `command` where a subcommand follows: none would count."""
    given = [
        name
        for name in context.params
        if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    if given:
        raise ConfigError(
            f"{command}: options stand before the command.",
            hint=f"Write those that it knows behind it: finops-ai {command} {context.invoked_subcommand} ...",
        )


def print_document(document: Document, shape: Shape | Rows | Full) -> None:
    """Print `document` on stdout in the chosen format."""
    from finops_ai.cli.screen import show

    show(document, shape.value)
