"""The price list: catalogue, names, and what usage costs at list price."""

from finops_ai.prices import audit
from finops_ai.prices.audit import PriceFinding
from finops_ai.prices.book import MainPrice, PriceBook, on_sheet, refuse_unknown_targets, sheet_price, tried
from finops_ai.prices.contracts import agreed
from finops_ai.prices.model import Price
from finops_ai.prices.proposals import Proposal, propose, removed
from finops_ai.prices.record import CatalogueState, catalogue_is_current, refresh_catalogue
from finops_ai.prices.resolve import Resolution, listed_models, resolve_models
from finops_ai.prices.usage import UnpricedModel, price_month, unpriced
from finops_ai.prices.worklist import UnpricedName, worklist
from finops_ai.providers import price_provider

__all__ = [
    "CatalogueState",
    "MainPrice",
    "Price",
    "PriceBook",
    "PriceFinding",
    "Proposal",
    "Resolution",
    "UnpricedModel",
    "UnpricedName",
    "agreed",
    "audit",
    "catalogue_is_current",
    "listed_models",
    "on_sheet",
    "price_month",
    "price_provider",
    "propose",
    "refresh_catalogue",
    "refuse_unknown_targets",
    "removed",
    "resolve_models",
    "sheet_price",
    "tried",
    "unpriced",
    "worklist",
]
