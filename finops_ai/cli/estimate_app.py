"""The door of `finops-ai estimate`."""

# No `from __future__ import annotations` here: see app.py.

from pathlib import Path
from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import RequestBy, Rows, RowsOption, print_document, settings_of


def estimate(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A log to read. Default: the ledger's usage.")
    ] = None,
    *,
    users: Annotated[str, typer.Option("--users", metavar="N", help="Users in production.")],
    requests_per_day: Annotated[
        str, typer.Option("--requests-per-day", metavar="N", help="Requests of each user a day.")
    ],
    days: Annotated[
        str | None, typer.Option("--days", metavar="N", help="Days in a month. Default: 365/12.")
    ] = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="Only calls of this workflow.")
    ] = None,
    project: Annotated[
        str | None, typer.Option("--project", metavar="ID", help="Only calls of this project.")
    ] = None,
    tag: Annotated[
        str | None, typer.Option("--tag", metavar="KEY=VALUE", help="Only calls with this tag.")
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="Only calls of this month.")
    ] = None,
    by: Annotated[RequestBy, typer.Option("--request", help="What counts as one request.")] = RequestBy.TRACE,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Extrapolate a sample of calls to production: users x requests x measured cost."""
    from finops_ai.cli.estimate import Asked, estimate_production

    asked = Asked(users, requests_per_day, days, workflow, project, tag, month, by.value)
    print_document(estimate_production(settings_of(context), file, asked, at_utc=now_utc()), shape)
