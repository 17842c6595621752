"""The doors of `finops-ai explain`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.change_app import change, rebound
from finops_ai.cli.options import Rows, RowsOption, print_document, settings_of

explain_app = typer.Typer(
    help="Show what a figure is made of.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@explain_app.callback()
def explain() -> None:
    """Show what a figure is made of."""


@explain_app.command("usage")
def explain_usage(
    context: typer.Context,
    call: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="The call: its id in the log, the provider's id of the answer, or usage_id."
        ),
    ],
    *,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show the bill arithmetic of one call: tokens times price, and the price row behind each."""
    from finops_ai.cli.explain import explain_call

    print_document(explain_call(settings_of(context), call), shape)


explain_app.command("change")(change)
explain_app.command("rebound")(rebound)
