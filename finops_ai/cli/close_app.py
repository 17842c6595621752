"""The door of `finops-ai close`."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import Shape, ShapeOption, print_document, settings_of


def close(
    context: typer.Context,
    month: Annotated[
        str | None, typer.Argument(metavar="[MONTH]", help="The month, YYYY-MM. Default: list closed months.")
    ] = None,
    *,
    reopen: Annotated[bool, typer.Option("--reopen", help="Open a closed month again.")] = False,
    shape: ShapeOption = Shape.TABLE,
) -> None:
    """Close a month: keep its figures, whatever prices, rules or late rows come."""
    from finops_ai.cli.close import close_or_reopen

    print_document(close_or_reopen(settings_of(context), month, reopen=reopen, at_utc=now_utc()), shape)
