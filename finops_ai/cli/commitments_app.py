"""The door of `finops-ai commitments`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import Rows, RowsOption, print_document, settings_of


def commitments(
    context: typer.Context,
    *,
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="Only this month. Default: all of them.")
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show how far throughput, seats and prepaid credits are used."""
    from finops_ai.cli.commitments import show_commitments

    print_document(show_commitments(settings_of(context), month, now_utc()), shape)
