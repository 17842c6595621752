"""The doors of `finops-ai explain`."""

# No `from __future__ import annotations` here: see app.py.

from enum import StrEnum
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
MonthAsked = Annotated[
    str | None,
    typer.Option("--month", metavar="YYYY-MM", help="The month. Default: the newest with charges."),
]
RowCount = Annotated[
    int, typer.Option("--rows", metavar="N", min=0, help="Rows of each list; the rest is one line.")
]


class Part(StrEnum):
    """Which figure of a line: its columns in `attribute`, and the sides of the balance."""

    TOTAL = "total"
    DIRECT = "direct"
    SHARED = "shared"
    WORKFLOWS = "workflows"
    GAPS = "gaps"


@explain_app.command("cost")
def explain_cost(
    context: typer.Context,
    *,
    month: MonthAsked = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="Of this workflow; (none): of none.")
    ] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME", help="Of this team.")] = None,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="NAME", help="The gap of this cause.")
    ] = None,
    pool: Annotated[str | None, typer.Option("--pool", metavar="NAME", help="Of this pool.")] = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", metavar="KIND[/ID]", help="For this kind of outcome, or for one."),
    ] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Of this bill.")] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="NAME", help="Of this model.")] = None,
    detail: Annotated[
        str | None, typer.Option("--detail", metavar="TEXT", help="Of this detail of a gap.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="Billed in this currency.")
    ] = None,
    part: Annotated[Part, typer.Option("--part", help="All of it, or this part.")] = Part.TOTAL,
    rows: RowCount = 10,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show what an amount of money is made of: rules, pools, bill lines, calls, price rows."""
    from finops_ai.cli.explain_cost import explain_cost
    from finops_ai.cli.explain_figure import Asked

    asked = Asked(
        month, workflow, team, cause, pool, outcome, provider, model, detail, currency, part.value, rows
    )
    print_document(explain_cost(settings_of(context), asked), shape)


@explain_app.command("outcome")
def explain_outcome(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The kind of outcome.")],
    *,
    month: MonthAsked = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="Where several workflows have the kind.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="Billed in this currency.")
    ] = None,
    rows: RowCount = 10,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show what a success cost: the money, the outcomes counted, and why a figure is n/a."""
    from finops_ai.cli.explain_figure import Asked
    from finops_ai.cli.explain_outcome import explain_outcome

    asked = Asked(month=month, workflow=workflow, outcome=kind, currency=currency, rows=rows)
    print_document(explain_outcome(settings_of(context), asked), shape)


@explain_app.command("balance")
def explain_balance(
    context: typer.Context, *, month: MonthAsked = None, shape: RowsOption = Rows.TABLE
) -> None:
    """Show how billed = workflows + shared + gaps, and what explains each part."""
    from finops_ai.cli.explain_figure import Asked
    from finops_ai.cli.explain_rest import explain_balance

    print_document(explain_balance(settings_of(context), Asked(month=month)), shape)


@explain_app.command("estimate")
def explain_estimate(
    context: typer.Context,
    *,
    month: MonthAsked = None,
    cause: Annotated[str | None, typer.Option("--cause", metavar="NAME", help="Of this cause.")] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Of its logs.")] = None,
    detail: Annotated[str | None, typer.Option("--detail", metavar="TEXT", help="Of this detail.")] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show what was logged and stands on no bill, at list price."""
    from finops_ai.cli.explain_figure import Asked
    from finops_ai.cli.explain_rest import explain_estimate

    asked = Asked(month=month, cause=cause, provider=provider, detail=detail)
    print_document(explain_estimate(settings_of(context), asked), shape)


@explain_app.command("forecast")
def explain_forecast(
    context: typer.Context, *, month: MonthAsked = None, shape: RowsOption = Rows.TABLE
) -> None:
    """Show the run rate and the budgets as arithmetic on a month's cost."""
    from finops_ai.cli.explain_figure import Asked
    from finops_ai.cli.explain_rest import explain_forecast

    print_document(explain_forecast(settings_of(context), Asked(month=month)), shape)
