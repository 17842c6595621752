"""The doors of `finops-ai verify` and `finops-ai roi`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import MonthOption, Rows, RowsOption, print_document, settings_of


def verify(
    context: typer.Context,
    *,
    month: MonthOption = None,
    within: Annotated[
        str, typer.Option("--within", metavar="SHARE", help="How well a cost per success must be known.")
    ] = "20%",
    shape: RowsOption = Rows.TABLE,
) -> int:
    """Try whether each workflow's cost per outcome is known, on a half held out."""
    from finops_ai.cli.verify import verify_month

    document, code = verify_month(settings_of(context), month, within, now_utc())
    print_document(document, shape)
    return code


def roi(context: typer.Context, *, month: MonthOption = None, shape: RowsOption = Rows.TABLE) -> None:
    """Show what outcomes are worth beside what they and humans cost."""
    from finops_ai.cli.roi import show_return

    print_document(show_return(settings_of(context), month, now_utc()), shape)
