"""The doors of `finops-ai prices`."""

# No `from __future__ import annotations` here: see app.py.

from pathlib import Path
from typing import Annotated

import typer

from finops_ai.cli.context import day, now_utc
from finops_ai.cli.options import PriceSource, Rows, RowsOption, print_document, settings_of

prices_app = typer.Typer(
    help="Look at the price list: what holds on a day, what a name means, what lacks a price.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

ProviderOption = Annotated[
    str | None,
    typer.Option("--provider", metavar="P", help="Only the price list of this provider."),
]
OnOption = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="The day, in UTC. Default: today."),
]


@prices_app.command("list")
def prices_list(
    context: typer.Context,
    *,
    provider: ProviderOption = None,
    on: OnOption = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """List every model with its main prices."""
    from finops_ai.cli.prices import list_models

    at = now_utc().date() if on is None else day(on)
    print_document(list_models(settings_of(context), provider, at), shape)


@prices_app.command("show")
def prices_show(
    context: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model id, or a name that means one.")],
    *,
    provider: ProviderOption = None,
    on: OnOption = None,
    all_times: Annotated[bool, typer.Option("--all", help="Every price there ever was.")] = False,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show every price of a model that holds on a day."""
    from finops_ai.cli.prices import Asked, show_model

    at = now_utc().date() if on is None else day(on)
    asked = Asked(provider, None if all_times else at, is_as_of=on is not None)
    print_document(show_model(settings_of(context), model, asked), shape)


@prices_app.command("resolve")
def prices_resolve(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model's name as a log or bill has it.")],
    provider: Annotated[
        str, typer.Option("--provider", metavar="P", help="The provider that the log or bill states.")
    ],
    *,
    on: OnOption = None,
    shape: RowsOption = Rows.TABLE,
) -> int:
    """Explain what a name means: which rules, which model, which prices."""
    from finops_ai.cli.prices import Asked, resolve_name

    at = now_utc().date() if on is None else day(on)
    document, code = resolve_name(settings_of(context), name, Asked(provider, at, is_as_of=on is not None))
    print_document(document, shape)
    return code


@prices_app.command("unpriced")
def prices_unpriced(context: typer.Context, *, shape: RowsOption = Rows.TABLE) -> None:
    """List names in the ledger without model or price, most money at stake first."""
    from finops_ai.cli.prices_unpriced import list_unpriced

    print_document(list_unpriced(settings_of(context)), shape)


@prices_app.command("reprice")
def prices_reprice(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the differences; write nothing.")] = False,
    from_month: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM", help="The first month. Default: all of them.")
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show what the present prices and contracts would change, by month and workflow."""
    from finops_ai.cli.reprice import reprice

    document = reprice(settings_of(context), from_month, dry_run=dry_run, at_utc=now_utc())
    print_document(document, shape)


@prices_app.command("check")
def prices_check(
    context: typer.Context,
    *,
    max_age_days: Annotated[
        int, typer.Option("--max-age-days", metavar="N", min=0, help="From which age a check is stale.")
    ] = 90,
    on: OnOption = None,
    shape: RowsOption = Rows.TABLE,
) -> int:
    """Look for prices that are stale, contradict each other, have gaps or are missing."""
    from finops_ai.cli.prices_check import check_prices

    at = now_utc().date() if on is None else day(on)
    document, code = check_prices(settings_of(context), at, max_age_days)
    print_document(document, shape)
    return code


@prices_app.command("import")
def prices_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The data file, on disk.")],
    source: Annotated[PriceSource, typer.Option("--from", help="Whose data file it is.")],
    *,
    provider: ProviderOption = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="GLOB", help="Only models with such an id.")
    ] = None,
    on: OnOption = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the proposals into your folder of prices.")
    ] = False,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Compare the price list with another one; write nothing unless accepted."""
    from finops_ai.cli.prices_import import ImportOptions, import_prices

    at = now_utc().date() if on is None else day(on)
    options = ImportOptions(source.value, at, provider, model, accept)
    print_document(import_prices(settings_of(context), file, options), shape)
