"""The doors of `finops-ai forecast`: the bare call plans, its subcommands look at forecasts themselves."""

# No `from __future__ import annotations` here: see app.py.

from typing import Annotated

import typer

from finops_ai.cli.context import now_utc
from finops_ai.cli.options import (
    ForecastBy,
    Mode,
    Rows,
    RowsOption,
    print_document,
    refuse_options_before,
    settings_of,
)

forecast_app = typer.Typer(help="Budget the coming months in three scenarios.", rich_markup_mode=None)


@forecast_app.callback(invoke_without_command=True)
def forecast(
    context: typer.Context,
    *,
    months: Annotated[int, typer.Option("--months", metavar="N", min=1, max=36, help="Months to plan.")] = 12,
    by: Annotated[ForecastBy | None, typer.Option("--by", help="List each of these as well.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--month", metavar="YYYY-MM", help="Forecast as of the end of this month. Default: the newest."
        ),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            metavar="NAME[=LOW/MID/HIGH]",
            help="Only this scenario, or one of your own. Repeatable.",
        ),
    ] = None,
    mode: Annotated[
        Mode, typer.Option("--mode", help="Scenarios from the presets, from the model, or from both.")
    ] = Mode.TABLE,
    growth: Annotated[
        str | None,
        typer.Option(
            "--growth", metavar="LOW/MID/HIGH", help="Organic growth by month 12, such as 0.4/0.5/0.6."
        ),
    ] = None,
    elasticity: Annotated[
        str | None,
        typer.Option("--elasticity", metavar="E", help="Of volume to price, such as -1.1: an assumption."),
    ] = None,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw the months, with --by workflow each line as well.")
    ] = False,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Budget the coming months in three scenarios."""
    if context.invoked_subcommand is not None:
        refuse_options_before(context, "forecast")
        return
    from finops_ai.cli.forecast import forecast_and_describe
    from finops_ai.cli.forecast_choice import Choice

    document = forecast_and_describe(
        settings_of(context),
        months,
        by=None if by is None else by.value,
        as_of=as_of,
        at_utc=now_utc(),
        mode=mode.value,
        choice=Choice(tuple(scenario or ()), growth, elasticity),
        plot=plot,
    )
    print_document(document, shape)


@forecast_app.command("grid")
def forecast_grid(
    *,
    prices: Annotated[
        str, typer.Option("--prices", metavar="P,...", help="Changes of price in percent.")
    ] = "0,-30,-50,-70,-90,-97",
    volumes: Annotated[
        str, typer.Option("--volumes", metavar="X,...", help="Volumes as multiples of today's.")
    ] = "1,2,3,5,10",
    migrates: Annotated[
        str, typer.Option("--migrates", metavar="SHARE", help="Share of traffic that pays the new price.")
    ] = "1",
    years: Annotated[
        str, typer.Option("--years", metavar="N", help="Years over which the price gets there.")
    ] = "5",
    elasticity: Annotated[
        str | None,
        typer.Option("--elasticity", metavar="E", help="Let volume answer the price: an assumption."),
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Set price falls against volume growth: spend, and where it breaks even."""
    from finops_ai.cli.forecast_grid import show_grid

    print_document(show_grid(prices, volumes, migrates, years, elasticity), shape)


@forecast_app.command("backtest")
def forecast_backtest(
    context: typer.Context,
    *,
    as_of: Annotated[
        str | None,
        typer.Option("--month", metavar="YYYY-MM", help="As if this were the newest month. Default: all."),
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Show how good the forecast would have been on the ledger's own history."""
    from finops_ai.cli.forecast_backtest import backtest_and_describe

    print_document(backtest_and_describe(settings_of(context), as_of, at_utc=now_utc()), shape)


@forecast_app.command("grade")
def forecast_grade(
    context: typer.Context,
    *,
    as_of: Annotated[
        str | None,
        typer.Option("--month", metavar="YYYY-MM", help="As if this were the newest month. Default: all."),
    ] = None,
    hindsight: Annotated[
        bool, typer.Option("--hindsight", help="Grade forecasts too that were made after a month was over.")
    ] = False,
    scenario: Annotated[
        str,
        typer.Option("--scenario", metavar="NAME", help="Whose misses are classed, or Baseline."),
    ] = "Expected",
    made_for: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM", help="And of which first month. Default: the earliest."),
    ] = None,
    shape: RowsOption = Rows.TABLE,
) -> None:
    """Grade stored forecasts by the bills that have come since: error, bias, coverage, drift, misses."""
    from finops_ai.cli.forecast_grade import grade_and_describe

    document = grade_and_describe(
        settings_of(context),
        as_of=as_of,
        hindsight=hindsight,
        scenario=scenario,
        made_for=made_for,
        at_utc=now_utc(),
    )
    print_document(document, shape)
