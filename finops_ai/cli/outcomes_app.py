"""The door of `finops-ai outcomes`."""

# No `from __future__ import annotations` here: see app.py.

from enum import StrEnum
from typing import Annotated

import typer

from finops_ai.cli.context import day, now_utc
from finops_ai.cli.options import Full, FullOption, MonthOption, print_document, settings_of


class OutcomesBy(StrEnum):
    """What outcomes are listed by."""

    KIND = "kind"
    WORKFLOW = "workflow"
    LINK = "link"
    OUTCOME = "outcome"


def outcomes(
    context: typer.Context,
    *,
    month: MonthOption = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="NAME", help="Only this kind of outcome.")
    ] = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="Only outcomes of this workflow.")
    ] = None,
    by: Annotated[
        OutcomesBy, typer.Option("--by", help="What is listed; outcome: the dearest single ones.")
    ] = OutcomesBy.KIND,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="How many single outcomes are listed.")
    ] = 20,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Outcomes whose window ends after this day are provisional. Default: the newest row.",
        ),
    ] = None,
    shape: FullOption = Full.TABLE,
) -> None:
    """Show what outcomes cost: per success, attempt, call and token."""
    from finops_ai.cli.outcomes import Asked, show_outcomes

    until = None if as_of is None else day(as_of)
    asked = Asked(month, kind, workflow, by.value, limit, until)
    print_document(show_outcomes(settings_of(context), asked, now_utc()), shape)
