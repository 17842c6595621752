"""The doors of `finops-ai reconcile`."""

# No `from __future__ import annotations` here: see app.py.

from enum import StrEnum
from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import (
    MonthOption,
    Rows,
    RowsOption,
    Shape,
    ShapeOption,
    print_document,
    settings_of,
)
from finops_ai.errors import ConfigError

reconcile_app = typer.Typer(help="Compare the bill with the logs, by cause.", rich_markup_mode=None)


class ReconcileBy(StrEnum):
    """What billed and logged money is compared by."""

    CAUSE = "cause"
    PROVIDER = "provider"
    ACCOUNT = "account"
    DAY = "day"
    MODEL = "model"
    KIND = "kind"
    LINE = "line"


ProviderOption = Annotated[
    str | None, typer.Option("--provider", metavar="NAME", help="Only this provider, such as openai.")
]
ToleranceOption = Annotated[
    str, typer.Option("--tolerance", metavar="SHARE", help="How far billed and expected may be apart.")
]


@reconcile_app.callback(invoke_without_command=True)
def reconcile(
    context: typer.Context,
    *,
    month: MonthOption = None,
    provider: ProviderOption = None,
    tolerance: ToleranceOption = "0.5%",
    by: Annotated[
        ReconcileBy, typer.Option("--by", help="What is compared: line is every place of its own.")
    ] = ReconcileBy.CAUSE,
    rows: Annotated[
        str | None,
        typer.Option(
            "--rows", metavar="CAUSE", help="List the charges and calls behind this cause or line id."
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="How many rows of each side --rows lists.")
    ] = 20,
    shape: RowsOption = Rows.TABLE,
) -> int:
    """Compare the bill with the logs, by cause."""
    if context.invoked_subcommand is not None:
        if (month, provider, tolerance, by, rows) != (None, None, "0.5%", ReconcileBy.CAUSE, None):
            raise ConfigError(
                "reconcile: options stand before the command.",
                hint=f"Write them behind: finops-ai reconcile {context.invoked_subcommand} --month YYYY-MM.",
            )
        return 0
    from finops_ai.cli.reconcile import Asked, reconcile_and_describe

    asked = Asked(month, provider, tolerance, by.value, rows, limit)
    document, code = reconcile_and_describe(settings_of(context), asked, at_utc=now_utc())
    print_document(document, shape)
    return code


@reconcile_app.command("accept")
def reconcile_accept(
    context: typer.Context,
    line: Annotated[str, typer.Option("--line", metavar="ID", help="The line, as --by lists it.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why the difference is accepted.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who accepts it.")],
    *,
    month: MonthOption = None,
    shape: ShapeOption = Shape.TABLE,
) -> None:
    """Accept the difference of a line, with a note, until its amount changes."""
    from finops_ai.cli.reconcile import accept_line

    print_document(accept_line(settings_of(context), month, line, note, by, at_utc=now_utc()), shape)
