"""The doors of `finops-ai rules`."""

# No `from __future__ import annotations` here: see app.py.

from pathlib import Path
from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import MonthOption, Rows, RowsOption, print_document, settings_of

rules_app = typer.Typer(
    help="What each rule takes, what a new rule would move, and which rules are in each other's way.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

OnlyMonth = Annotated[
    str | None, typer.Option("--month", metavar="YYYY-MM", help="Only this month. Default: all of them.")
]
SinceMonth = Annotated[
    str | None, typer.Option("--since", metavar="YYYY-MM", help="This month and all that follow.")
]


@rules_app.command("list")
def rules_list(context: typer.Context, *, month: MonthOption = None, shape: RowsOption = Rows.TABLE) -> None:
    """List what each rule took in a month, and how much of the month rules reach."""
    from finops_ai.cli.rules import list_rules

    print_document(list_rules(settings_of(context), month, at_utc=now_utc()), shape)


@rules_app.command("test")
def rules_test(
    context: typer.Context,
    *,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="The workflow that the rule is for.")
    ] = None,
    when: Annotated[
        list[str] | None,
        typer.Option("--when", metavar="FIELD=PATTERN", help="What must match; repeat it for more fields."),
    ] = None,
    valid_from: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day of the rule.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The first day without the rule.")
    ] = None,
    at: Annotated[
        int | None,
        typer.Option("--at", metavar="N", min=1, help="Its place among the rules. Default: the last."),
    ] = None,
    candidate: Annotated[
        Path | None,
        typer.Option("--with", metavar="FILE", help="Another finops.yaml to test, instead of one rule."),
    ] = None,
    month: OnlyMonth = None,
    since: SinceMonth = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show what a rule would move, in money, before it counts. Nothing is written."""
    from finops_ai.cli.rules_test import Candidate, test_rules

    asked = Candidate(workflow, tuple(when or ()), valid_from, until, at, candidate)
    print_document(test_rules(settings_of(context), asked, month, since, at_utc=now_utc()), shape)


@rules_app.command("check")
def rules_check(
    context: typer.Context,
    *,
    month: OnlyMonth = None,
    since: SinceMonth = None,
    shape: RowsOption = Rows.TABLE,
) -> int:
    """Find rules whose order decides and rules that take nothing; exit code 4 when there are any."""
    from finops_ai.cli.rules import check_rules

    document, code = check_rules(settings_of(context), month, since, at_utc=now_utc())
    print_document(document, shape)
    return code
