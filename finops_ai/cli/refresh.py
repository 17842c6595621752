"""Brings everything derived up to date: prices, model names, and every month that has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from finops_ai.attribution import attribute_month, stale_months
from finops_ai.attribution.fx import convert_month, refresh_rates, unconverted_months
from finops_ai.cli.screen import progress
from finops_ai.config import Config
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.prices import (
    catalogue_is_current,
    listed_models,
    price_month,
    refresh_catalogue,
    refuse_unknown_targets,
    resolve_models,
)

_CATALOGUE_IN_FORCE = "SELECT coalesce(arg_max(catalogue_sha256, rowid), '') FROM price_catalogue"


class _NothingNewError(Exception):
    """Rolls the transaction back: what was refreshed was fresh already."""


def refresh(
    ledger: Ledger, config: Config, *, at_utc: datetime, wanted: Callable[[Month], bool] | None = None
) -> tuple[Month, ...]:
    """Load the shipped prices, resolve model names, rebuild each stale month; the months rebuilt.

    Each month is one transaction, so an interrupt leaves whole months. When nothing has changed
    nothing is written: a second run leaves the same ledger. Raises what the rooms raise.
    A rehearsal on a copy may leave months stale that are not `wanted`.
    """
    stale: list[Month] = []
    try:
        with ledger.transaction(writes="none"):
            catalogue = refresh_catalogue(ledger, recorded_at_utc=at_utc, own_folder=config.prices_folder)
            has_new_rates = refresh_rates(ledger, config, read_at_utc=at_utc)
            stale = stale_months(ledger, config, catalogue.catalogue_sha256)
            if wanted is not None:
                stale = [month for month in stale if wanted(month)]
            if stale:
                refuse_unknown_targets(config, listed_models(ledger))
                resolve_models(ledger, config.model_names)
            elif not has_new_rates:
                raise _NothingNewError
    except _NothingNewError:
        _convert(ledger, config)
        return ()
    with progress("attributing", len(stale)) as step:
        for month in stale:
            with ledger.transaction(writes="attribution", month=month.first_day):
                price_month(ledger, month, config)
                attribute_month(ledger, config, month)
                convert_month(ledger, config, month)
            step(str(month), 1)
    _convert(ledger, config)
    return tuple(stale)


def _convert(ledger: Ledger, config: Config) -> None:
    """Convert the months again whose exchange rates have changed; nothing else of them is computed anew."""
    for month in unconverted_months(ledger, config):
        with ledger.transaction(writes="attribution", month=month.first_day):
            convert_month(ledger, config, month)


def outdated(ledger: Ledger, config: Config) -> tuple[Month, ...]:
    """The attributed months whose figures are older than their files, finops.yaml or the prices."""
    attributed = {Month.of(row[0]) for row in ledger.rows("SELECT month FROM month_attributed")}
    stale = stale_months(ledger, config, ledger.value(_CATALOGUE_IN_FORCE))
    return tuple(month for month in stale if month in attributed)


def is_fresh(ledger: Ledger, config: Config) -> bool:
    """Whether `refresh` would find prices and every month up to date, exchange rates apart; reads only."""
    return catalogue_is_current(ledger, own_folder=config.prices_folder) and not stale_months(
        ledger, config, ledger.value(_CATALOGUE_IN_FORCE)
    )


def outdated_text(months: tuple[Month, ...]) -> str:
    """What is to be said of `months`, and the command that puts it right."""
    names = ", ".join(str(month) for month in months)
    return (
        f"{names}: figures are older than the files, finops.yaml or the prices; "
        "`finops-ai attribute` rebuilds them."
    )
