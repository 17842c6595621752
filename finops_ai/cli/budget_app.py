"""The doors of `finops-ai budget`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import Rows, RowsOption, print_document, settings_of

budget_app = typer.Typer(
    help="Hold spend against the budgets of finops.yaml.", rich_markup_mode=None, no_args_is_help=True
)


@budget_app.command("check")
def check_budgets(
    context: typer.Context,
    *,
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="YYYY-MM", help="As of this month's end. Default: the newest day."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="As of the end of this day (UTC).")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="List every alert of all periods up to then; note none.")
    ] = False,
    shape: RowsOption = Rows.TABLE,
) -> int:
    """Raise an alert when spend or its forecast reaches 70, 90 or 100% of a budget."""
    from finops_ai.cli.budget import check_budgets, replay_budgets

    settings = settings_of(context)
    if replay:
        print_document(replay_budgets(settings, month, as_of, at_utc=now_utc()), shape)
        return 0
    document, code = check_budgets(settings, month, as_of, at_utc=now_utc())
    print_document(document, shape)
    return code
