"""Currencies: dated rates from the user's file, and the month in the reporting currency."""

from finops_ai.attribution.fx.convert import convert_month, refresh_rates, unconverted_months
from finops_ai.attribution.fx.result import Converted, month_converted

__all__ = ["Converted", "convert_month", "month_converted", "refresh_rates", "unconverted_months"]
