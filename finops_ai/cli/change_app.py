"""The doors of `finops-ai explain change` and `finops-ai explain rebound`."""

# No `from __future__ import annotations` here: see app.py.

from enum import StrEnum
from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import Rows, RowsOption, print_document, settings_of


class ChangeBy(StrEnum):
    """What a change of spend is listed by."""

    WORKFLOW = "workflow"
    TEAM = "team"
    DEPARTMENT = "department"
    COST_CENTRE = "cost-centre"
    PRODUCT = "product"
    PROVIDER = "provider"
    MODEL = "model"
    TIER = "tier"
    KIND = "kind"


def change(
    context: typer.Context,
    *,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM", help="The first month. Default: the one before --to."),
    ] = None,
    second: Annotated[
        str | None,
        typer.Option("--to", metavar="YYYY-MM", help="The second month. Default: the newest with charges."),
    ] = None,
    by: Annotated[ChangeBy, typer.Option("--by", help="What the change is listed by.")] = ChangeBy.WORKFLOW,
    workflow: Annotated[
        str | None,
        typer.Option("--workflow", metavar="NAME", help="Only this workflow, with what drives it."),
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show why spend changed between two months: amounts that add up to the last digit, and verdicts."""
    from finops_ai.cli.explain_change import ChangeAsked, explain_change

    asked = ChangeAsked(first, second, by.value.replace("-", "_"), workflow)
    print_document(explain_change(settings_of(context), asked, now_utc=now_utc()), shape)


def rebound(
    context: typer.Context,
    *,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM", help="The first month. Default: the oldest with charges."),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="YYYY-MM", help="The last month. Default: the newest with charges."),
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show how volume answered to prices: indexes by workflow, elasticity, and what a price cut does."""
    from finops_ai.cli.explain_rebound import explain_rebound

    print_document(explain_rebound(settings_of(context), first, last, now_utc=now_utc()), shape)
