"""The door of `finops-ai waste`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import MonthOption, Rows, RowsOption, print_document, settings_of


def waste(
    context: typer.Context,
    *,
    month: MonthOption = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="Only findings of this workflow.")
    ] = None,
    detector: Annotated[
        str | None, typer.Option("--detector", metavar="NAME", help="Only findings of this detector.")
    ] = None,
    rows: Annotated[
        int,
        typer.Option("--rows", metavar="N", min=0, help="List N calls of each finding, the dearest first."),
    ] = 0,
    min_amount: Annotated[
        str | None,
        typer.Option("--min-amount", metavar="AMOUNT", help="Leave out findings with less at stake."),
    ] = None,
    fail_above: Annotated[
        str | None,
        typer.Option("--fail-above", metavar="AMOUNT", help="Exit code 4 when more than this is at stake."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the detectors; with --detector, one in full.")
    ] = False,
    shape: RowsOption = Rows.TABLE,
) -> int:
    """Find money at stake: retries, missed caches, duplicates and twelve more."""
    from finops_ai.cli.waste import Asked, list_detectors, show_waste

    if listed:
        print_document(list_detectors(settings_of(context), detector), shape)
        return 0
    asked = Asked(month, workflow, detector, rows, min_amount, fail_above)
    document, code = show_waste(settings_of(context), asked, now_utc())
    print_document(document, shape)
    return code
