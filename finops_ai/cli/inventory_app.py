"""The door of `finops-ai inventory`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import Rows, RowsOption, print_document, settings_of


def inventory(
    context: typer.Context,
    *,
    unregistered: Annotated[
        bool, typer.Option("--unregistered", help="Only what has money or calls without a workflow.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM", help="Only what was first seen in this month or later."),
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """List everything that spent: vendors, keys, projects, models, services, seats."""
    from finops_ai.cli.inventory import show_inventory

    document = show_inventory(settings_of(context), since, unregistered=unregistered, at_utc=now_utc())
    print_document(document, shape)
