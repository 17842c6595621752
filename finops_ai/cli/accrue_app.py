"""The door of `finops-ai accrue`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import Rows, RowsOption, print_document, settings_of


def accrue(
    context: typer.Context,
    *,
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="YYYY-MM", help="The month. Default: the newest with usage."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Accrue up to this day. Default: yesterday (UTC)."),
    ] = None,
    true_up: Annotated[
        bool, typer.Option("--true-up", help="Book nothing; list what the bill says of accrued days.")
    ] = False,
    reverse: Annotated[bool, typer.Option("--reverse", help="Take the month's accruals back.")] = False,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Accrue what is logged and not billed yet, and true it up when the bill is there."""
    from finops_ai.cli.accrue import AccrueOptions, accrue_and_describe

    options = AccrueOptions(month, as_of, true_up_only=true_up, reverse=reverse)
    print_document(accrue_and_describe(settings_of(context), options, now_utc=now_utc()), shape)
