"""Brings everything derived up to date: prices, model names, and every month that has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from finops_ai.config import Config
from finops_ai.ledger import Ledger
from finops_ai.months import Month


@dataclass(frozen=True)
class Refreshed:
    """The months that were priced and attributed anew."""

    months: tuple[Month, ...]


def refresh(ledger: Ledger, config: Config, *, at_utc: datetime) -> Refreshed:
    """Load the shipped prices, resolve model names, then rebuild each stale month.

    Each month is one transaction: an interrupt leaves whole months. Raises what the rooms raise.
    """
    from finops_ai import attribution, prices
    from finops_ai.cli.screen import progress

    with ledger.transaction(writes="none"):
        catalogue = prices.refresh_catalogue(ledger, recorded_at_utc=at_utc)
        prices.resolve_models(ledger)
    stale = attribution.stale_months(ledger, config, catalogue.sha256)
    with progress("attributing", len(stale)) as step:
        for month in stale:
            with ledger.transaction(writes="attribution"):
                prices.price_month(ledger, month)
                attribution.attribute_month(ledger, config, month)
            step(str(month))
    return Refreshed(tuple(stale))
