"""What every query of one report shares: the ledger, the month and its bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from finops_ai.config import Config
from finops_ai.ledger import Ledger, statement
from finops_ai.months import Month

_COMMENT = re.compile(r"--.*")
_PARAMETER = re.compile(r"\$([a-z_]+)")

UNALLOCATED = "shared_unallocated"
"""The cause of shared cost that no workflow received: shown apart from the gaps."""

Row = dict[str, Any]
"""One result row by column name."""

TREND_MONTHS = 14
"""A year, the same month of the year before, and one more to see its change."""


@dataclass(frozen=True)
class Scope:
    """One report's ledger, configuration and month."""

    ledger: Ledger
    config: Config
    month: Month

    @property
    def before(self) -> Month:
        """The month before, which every change is measured against."""
        return self.month.plus(-1)

    @property
    def first(self) -> Month:
        """The first month of the trend."""
        return self.month.plus(1 - TREND_MONTHS)

    def records(self, name: str, **values: object) -> list[Row]:
        """Rows of SQL file `name`; the parameters that it names are bound, `values` first."""
        sql = statement("reports", name)
        known: dict[str, object] = {
            "month": self.month.first_day,
            "before": self.before.first_day,
            "first": self.first.first_day,
            "start_utc": self.month.start_utc,
            "end_utc": self.month.end_utc,
            "currency": self.config.reporting_currency,
        }
        named = set(_PARAMETER.findall(_COMMENT.sub("", sql)))
        params = {name: value for name, value in (known | values).items() if name in named}
        return self.ledger.records(sql, params)
