"""The price list: catalogue, names, and what usage costs at list price."""

from finops_ai.prices.record import CatalogueState, refresh_catalogue
from finops_ai.prices.resolve import resolve_models
from finops_ai.prices.usage import UnpricedModel, price_month, unpriced

__all__ = [
    "CatalogueState",
    "UnpricedModel",
    "price_month",
    "refresh_catalogue",
    "resolve_models",
    "unpriced",
]
